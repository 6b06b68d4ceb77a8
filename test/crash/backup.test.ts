/** Backups of real data folders: taken beside a writer that does not stop, cut off anywhere, damaged, and restored. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { realClock, realIds } from '../../src/edges/clock/index.ts';
import { BackupError, createBackup, listBackups, openKeys, openReader, openSqliteStore, originalIsHeld, restoreBackup, StoreError, verifyBackup, verifyFolder } from '../../src/edges/sqlite/index.ts';
import type { BackupStep, Manifest } from '../../src/edges/sqlite/index.ts';
import { GENESIS_HASH, openEntry, pagesOf } from '../../src/journal/index.ts';
import { contentOf, emptyFolder, killedFolder, removeFolder, start } from './folder.ts';

const clock = realClock();
const takenAtMs = Date.UTC(2026, 0, 2);
const backup = (directory: string, to: string, after: (step: BackupStep) => Promise<void> = () => Promise.resolve()): Promise<Manifest> => createBackup({ directory, to, version: '0.0.0', takenAtMs, after });
const findingsOf = async (folder: string): Promise<string[]> => (await verifyBackup(folder)).findings.map(({ kind, at }) => `${kind} ${at}`);
const nothing = (): Promise<void> => Promise.resolve();

const inFolder = (title: string, run: (base: string) => Promise<void>): void => {
  test(title, async () => {
    const base = emptyFolder();
    try {
      await run(base);
    } finally {
      removeFolder(base);
    }
  });
};

async function bytesOf(directory: string): Promise<Map<number, string>> {
  const reader = openReader(directory);
  const all = new Map<number, string>();
  let previous = GENESIS_HASH;
  try {
    for await (const page of pagesOf(reader)) {
      for (const entry of page) {
        openEntry(previous, entry);
        all.set(entry.seq, entry.hash);
        previous = entry.hash;
      }
    }
  } finally {
    reader.close();
  }
  return all;
}

inFolder('taken again and again beside a writer that opens and closes segments, each backup is whole, and the writer goes on writing', async (base) => {
  const directory = join(base, 'data');
  const writer = start(directory, 'turnover');
  const written = (): number => Math.max(0, ...writer.lines.map((line) => line.durable ?? 0));
  try {
    for (let round = 1; round <= 4; round++) {
      await writer.heard((line) => (line.durable ?? 0) > round * 900);
      const [to, before] = [join(base, `backup-${round}`), written()];
      const manifest = await backup(directory, to, () => new Promise((resolve) => void setTimeout(resolve, 2)));
      assert.ok(manifest.head.seq >= before, `acknowledged ${before}, in the backup ${manifest.head.seq}`);
      assert.ok(written() > before, 'it went on meanwhile');
      assert.deepEqual(await findingsOf(to), []);
      const kept = await bytesOf(to);
      assert.equal(kept.size, manifest.head.seq);
      assert.ok(manifest.openSegment > 2 * round && readdirSync(join(to, 'segments')).length >= round);
    }
  } finally {
    writer.signal('SIGKILL');
    await writer.ended;
  }
  const whole = await bytesOf(directory);
  for (let round = 1; round <= 4; round++) for (const [seq, hash] of await bytesOf(join(base, `backup-${round}`))) assert.equal(whole.get(seq), hash);
  assert.deepEqual((await verifyFolder(directory)).findings, []);
});

inFolder('cut off after any step but the last, it is no backup and says so; and the data folder is as it was', async (base) => {
  const directory = await killedFolder(1_100);
  const before = contentOf(directory);
  const seen: BackupStep[] = [];
  for (let steps = 1, over = false; !over; steps++) {
    const to = join(base, `cut-${steps}`);
    let count = 0;
    over = await backup(directory, to, (step) => {
      count += 1;
      if (count < steps) return nothing();
      seen.push(step);
      return Promise.reject(new Error('the machine stopped'));
    }).then(() => true, () => false);
    if (over || seen.at(-1) === 'manifest') continue;
    assert.deepEqual(await findingsOf(to), ['unfinished manifest.json'], seen.at(-1) ?? '');
    await assert.rejects(restoreBackup(to, join(base, 'never'), nothing), (thrown: unknown) => thrown instanceof BackupError && thrown.reason === 'unproven');
    assert.equal(existsSync(join(base, 'never')), false);
  }
  assert.deepEqual(seen, ['begun', 'keys', 'head', 'page', 'page', 'anchor', 'on disk', 'proven', 'manifest']);
  assert.deepEqual(await findingsOf(join(base, 'cut-9')), []);
  assert.deepEqual(contentOf(directory), before);
  assert.deepEqual(listBackups(base).map(({ manifest }) => manifest !== undefined), [false, false, false, false, false, false, false, false, true, true]);
  removeFolder(directory);
});

inFolder('whatever is changed, missing or added in a backup is named, and it is not restored', async (base) => {
  const directory = await killedFolder(40);
  const to = join(base, 'backup');
  await backup(directory, to);
  removeFolder(directory);
  const kept = join(base, 'kept');
  cpSync(to, kept, { recursive: true });
  const hurt = async (run: () => void, expected: readonly string[]): Promise<void> => {
    rmSync(to, { recursive: true });
    cpSync(kept, to, { recursive: true });
    run();
    assert.deepEqual(await findingsOf(to), expected);
    await assert.rejects(restoreBackup(to, join(base, 'never'), nothing), BackupError);
    assert.deepEqual([existsSync(join(base, 'never')), existsSync(join(base, 'never.restoring'))], [false, false]);
  };
  const at = (name: string): string => join(to, name);
  await hurt(() => rmSync(at('anchor')), ['missing anchor']);
  await hurt(() => writeFileSync(at('stray.txt'), ''), ['stray stray.txt']);
  await hurt(() => truncateSync(at('journal.db'), 8_192), ['file journal.db', 'unreadable entry 0']);
  await hurt(() => {
    writeFileSync(at('journal.db'), readFileSync(at('journal.db'), 'latin1').replaceAll('"note":"entry 7"', '"note":"Entry 7"'), 'latin1');
  }, ['file journal.db', 'payload entry 7']);
  await hurt(() => writeFileSync(at('manifest.json'), readFileSync(at('manifest.json'), 'utf8').replace('"seq": 40', '"seq": 41')), ['unproven manifest.json']);
  await hurt(() => appendFileSync(at('anchor'), 'x'), ['file anchor']);
});

inFolder('restored, it holds every entry of the backup, what shuts its gate was written before it had its name, and the epoch is above', async (base) => {
  const directory = await killedFolder(60);
  const to = join(base, 'backup');
  const { head } = await backup(directory, to);
  const into = join(base, 'restored');
  await restoreBackup(to, into, async (fresh) => {
    assert.equal(existsSync(into), false);
    const store = await openSqliteStore({ directory: fresh, clock, ids: realIds(), restoring: true });
    assert.deepEqual(await store.head(), head);
    await (await openKeys({ directory: fresh, identity: store.identity })).close();
    await store.close();
  });
  assert.deepEqual(await bytesOf(into), await bytesOf(directory));
  assert.deepEqual((await verifyFolder(into)).findings, []);
  await assert.rejects(restoreBackup(to, into, nothing), (thrown: unknown) => thrown instanceof BackupError && thrown.reason === 'occupied');
  await assert.rejects(restoreBackup(to, join(base, 'other'), () => Promise.reject(new Error('the gate was not shut'))), /the gate was not shut/);
  assert.deepEqual([existsSync(join(base, 'other')), existsSync(join(base, 'other.restoring'))], [false, false]);
  assert.deepEqual(await findingsOf(to), []); // restoring writes nothing into it
  removeFolder(directory);
});

inFolder('a backup goes into a new folder, not over another one nor into the data', async (base) => {
  const directory = await killedFolder(5);
  await assert.rejects(backup(directory, directory), (thrown: unknown) => thrown instanceof BackupError && thrown.reason === 'occupied');
  await assert.rejects(backup(directory, join(directory, 'backup')), /lies in the data folder/);
  writeFileSync(join(base, 'mine.txt'), '');
  await assert.rejects(backup(directory, base), /is not empty/);
  assert.deepEqual(readdirSync(base), ['mine.txt']);
  removeFolder(directory);
});

inFolder('a backup is no data folder: whole, cut off or half restored, it is not opened, and stays as it was', async (base) => {
  const directory = await killedFolder(20);
  const to = join(base, 'backup');
  const isRefused = (folder: string): Promise<void> => assert.rejects(openSqliteStore({ directory: folder, clock, ids: realIds() }), (thrown: unknown) => thrown instanceof StoreError && thrown.reason === 'backup');
  await assert.rejects(backup(directory, to, (step) => (step === 'proven' ? Promise.reject(new Error('the machine stopped')) : nothing())), /the machine stopped/);
  await isRefused(to);
  rmSync(to, { recursive: true });
  await backup(directory, to);
  await isRefused(to);
  assert.deepEqual(await findingsOf(to), []);
  cpSync(to, join(base, 'copied by hand'), { recursive: true });
  await isRefused(join(base, 'copied by hand'));
  await restoreBackup(to, join(base, 'restored'), async (fresh) => {
    cpSync(fresh, join(base, 'cut off'), { recursive: true });
    await isRefused(join(base, 'cut off'));
  });
  await (await openSqliteStore({ directory: join(base, 'restored'), clock, ids: realIds() })).close();
  removeFolder(directory);
});

inFolder('that the original still runs is seen where it is on this machine', async (base) => {
  const directory = join(base, 'data');
  const holder = start(directory, 'fill 5');
  await holder.heard((line) => line.durable === 5);
  const manifest = await backup(directory, join(base, 'backup'));
  const waiting = start(directory, 'hold'); // refused, or there after the first
  await waiting.heard((line) => line.refused !== undefined || line.open !== undefined);
  const held = originalIsHeld(manifest);
  for (const child of [holder, waiting]) {
    child.signal('SIGKILL');
    await child.ended;
  }
  assert.deepEqual([held, originalIsHeld(manifest), originalIsHeld({ ...manifest, source: join(base, 'elsewhere') })], [true, false, undefined]);
});
