/** What becomes of segments on a real disk: closed, cut off at every step, killed, lost, edited, swapped, removed. */
import assert from 'node:assert/strict';
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { realClock } from '../../src/edges/clock/index.ts';
import { openKeys, openReader, openSqliteStore, StoreError, verifyFolder } from '../../src/edges/sqlite/index.ts';
import type { SqliteStore } from '../../src/edges/sqlite/index.ts';
import { closing } from '../../src/edges/sqlite/closing.ts';
import { JournalFile } from '../../src/edges/sqlite/file.ts';
import { journalPath } from '../../src/edges/sqlite/place.ts';
import { KeyFile } from '../../src/edges/sqlite/key-file.ts';
import { toBytes } from '../../src/edges/sqlite/wire.ts';
import { EMPTY_HEAD, GENESIS_HASH, openEntry, READ_LIMIT, Sealer } from '../../src/journal/index.ts';
import type { AppendBatch, SealedEntry } from '../../src/journal/index.ts';
import { sealSome } from '../ports/store.contract.ts';
import { emptyFolder, removeFolder, start } from './folder.ts';

const identity = 'segmented-journal';
const open = (directory: string): Promise<SqliteStore> => openSqliteStore({ directory, clock: realClock(), ids: { id: () => identity } });
const segmentFile = (directory: string, number: number): string => join(directory, 'segments', `00000${number}.db`);
const findingsOf = async (directory: string): Promise<string[]> => (await verifyFolder(directory)).findings.map(({ kind, seq }) => `${kind} ${seq}`);

const inFolder = (title: string, run: (directory: string) => Promise<void>): void => {
  test(title, async () => {
    const directory = emptyFolder();
    try {
      await run(directory);
    } finally {
      removeFolder(directory);
    }
  });
};

async function wholeChain(read: (fromSeq: number, limit: number) => Promise<readonly SealedEntry[]>): Promise<number> {
  let [seq, hash] = [0, GENESIS_HASH];
  for (;;) {
    const page = await read(seq + 1, READ_LIMIT);
    if (page.length === 0) return seq;
    for (const entry of page) {
      assert.equal(entry.seq, seq + 1);
      openEntry(hash, entry);
      [seq, hash] = [entry.seq, entry.hash];
    }
  }
}

/** An index of older keys that has what was left behind before this segment: nothing. */
function reach(directory: string, segment: number): void {
  const keys = new KeyFile(directory, identity);
  keys.keep([], segment);
  keys.close();
}

/** A folder whose journal holds ended segments that nobody has closed: as a process leaves it that dies right after an opening. */
function unclosedFolder(directory: string, sizes: readonly number[]): AppendBatch[] {
  const file = JournalFile.open({ directory, newIdentity: identity, rebuildAnchor: false });
  const sealer = new Sealer(EMPTY_HEAD, { epoch: 1, bootId: 'b', lastAtMs: 0 });
  const batches = sizes.map((size, index) => ({ ...sealSome(sealer, size), opensSegment: index > 0 }));
  for (const { entries, ...batch } of batches) {
    file.add([{ ...batch, rows: entries.map((entry) => ({ ...entry, hash: toBytes(entry.hash) })) }]);
    file.flush();
  }
  reach(directory, sizes.length);
  file.close();
  return batches;
}

async function closedFolder(directory: string, sizes: readonly number[]): Promise<void> {
  unclosedFolder(directory, sizes);
  const store = await open(directory);
  await store.closed();
  assert.equal(store.closingFailure, undefined);
  await store.close();
}

inFolder('an ended segment becomes a read-only file, the journal file lets go of it, and every reader reads on as before', async (directory) => {
  const store = await open(directory);
  const sealer = new Sealer(EMPTY_HEAD, { epoch: 1, bootId: 'b', lastAtMs: 0 });
  await store.append(sealSome(sealer, 2_500));
  reach(directory, 4);
  for (let segment = 2; segment <= 4; segment++) await store.append({ ...sealSome(sealer, 1_200), opensSegment: true });
  await store.closed();
  assert.equal(store.closingFailure, undefined);
  assert.deepEqual((await store.segments()).map(({ number, lastSeq, removed }) => [number, lastSeq, removed]), [[1, 2_500, false], [2, 3_700, false], [3, 4_900, false]]);
  const live = new DatabaseSync(journalPath(directory), { readOnly: true });
  assert.deepEqual({ ...live.prepare('SELECT min(seq) AS first, count(*) AS entries FROM entries').get() }, { first: 4_901, entries: 1_200 });
  live.close();
  assert.equal(statSync(segmentFile(directory, 1)).mode & 0o777, 0o444);
  assert.equal(await wholeChain((from, limit) => store.read(from, limit)), 6_100);
  const reader = openReader(directory);
  assert.equal(await wholeChain((from, limit) => reader.read(from, limit)), 6_100);
  reader.close();
  const { findings, entries, anchored } = await verifyFolder(directory); // beside the live writer
  assert.deepEqual([findings, entries, anchored], [[], 6_100, true]);
  await store.close();
});

test('cut off at any step of a closing, the entries are in the journal or in a whole file, and the next opening finishes it', async () => {
  const base = emptyFolder();
  unclosedFolder(base, [1_500, 1_100, 10]);
  const first = { number: 1, firstSeq: 1, lastSeq: 1_500, previousHash: GENESIS_HASH, lastHash: hashOf(base, 1_500) };
  const seen: string[] = [];
  try {
    for (let steps = 0, over = false; !over; steps++) {
      const directory = emptyFolder();
      cpSync(base, directory, { recursive: true });
      const work = closing(directory, journalPath(directory), first, identity);
      for (let step = 0; step < steps; step++) {
        const { value, done } = work.next();
        over = done === true;
        if (step === steps - 1 && value !== undefined) seen.push(value);
      }
      work.return(undefined);
      if (over) { // indexed: the next step is letting go, a page at a time
        const file = JournalFile.open({ directory, newIdentity: identity, rebuildAnchor: false });
        assert.equal(file.forget(1_500), 1_000);
        file.abandon();
        seen.push('let go of a page');
      }
      assert.deepEqual(await findingsOf(directory), []);
      const store = await open(directory);
      assert.equal(await wholeChain((from, limit) => store.read(from, limit)), 2_610);
      await store.closed();
      assert.equal(store.closingFailure, undefined);
      assert.equal(await wholeChain((from, limit) => store.read(from, limit)), 2_610);
      await store.close();
      assert.deepEqual(readdirSync(join(directory, 'segments')).filter((name) => !/-(?:shm|wal)$/.test(name)).toSorted(), ['000001.db', '000002.db', 'index.json', 'keys.db']);
      const { findings, entries } = await verifyFolder(directory);
      assert.deepEqual([findings, entries], [[], 2_610]);
      removeFolder(directory);
    }
  } finally {
    removeFolder(base);
  }
  assert.deepEqual(seen, ['begun', 'copied a page', 'copied a page', 'copied', 'verified', 'on disk', 'named', 'indexed', 'let go of a page']);
});

function hashOf(directory: string, seq: number): string {
  const database = new DatabaseSync(journalPath(directory), { readOnly: true });
  const { hash } = database.prepare('SELECT hash FROM entries WHERE seq = ?').get(seq) as { hash: Uint8Array };
  database.close();
  return Buffer.from(hash).toString('hex');
}

inFolder('killed again and again while segments come and go, a process never loses what was acknowledged', async (directory) => {
  for (let life = 0; life < 4; life++) {
    const child = start(directory, 'turnover');
    const enough = 900 * (life + 1) + 137 * life;
    const heard = await child.heard((line) => (line.durable ?? 0) >= enough);
    child.signal('SIGKILL');
    await child.ended;
    const acknowledged = Math.max(heard?.durable ?? 0, ...child.lines.map((line) => line.durable ?? 0));
    assert.ok(acknowledged >= enough);
    const { findings, head } = await verifyFolder(directory);
    assert.deepEqual(findings, []);
    assert.ok(head.seq >= acknowledged);
  }
  const store = await open(directory);
  await store.closed();
  assert.equal(store.closingFailure, undefined);
  assert.ok((await store.segments()).length >= 8);
  assert.equal(await wholeChain((from, limit) => store.read(from, limit)), (await store.head()).seq);
  await store.close();
  assert.deepEqual(await findingsOf(directory), []);
});

inFolder('a segment that is missing, edited, swapped or unknown to its index is named, and the others are still proven', async (directory) => {
  await closedFolder(directory, [40, 30, 20, 10]);
  assert.deepEqual(await findingsOf(directory), []);
  const kept = `${directory}-kept`;
  cpSync(directory, kept, { recursive: true });
  const hurt = async (run: () => void, expected: readonly string[], words: RegExp): Promise<void> => {
    removeFolder(directory);
    cpSync(kept, directory, { recursive: true });
    run();
    const { findings } = await verifyFolder(directory);
    assert.deepEqual(findings.map(({ kind, seq }) => `${kind} ${seq}`), expected);
    assert.match(findings.map(({ detail }) => detail).join('\n'), words);
  };
  try {
    await hurt(() => rmSync(segmentFile(directory, 2)), ['removed 41'], /Segment 2 \(entries 41 to 70\) is missing/);
    await hurt(() => {
      chmodSync(segmentFile(directory, 2), 0o600);
      const database = new DatabaseSync(segmentFile(directory, 2));
      database.exec(`UPDATE entries SET payload = x'7b7d' WHERE seq = 50`);
      database.close();
    }, ['segment 41', 'payload 50'], /was edited[\s\S]*payload of entry 50/);
    await hurt(() => {
      const [a, b] = [segmentFile(directory, 1), segmentFile(directory, 2)];
      renameSync(a, `${a}.x`);
      renameSync(b, a);
      renameSync(`${a}.x`, b);
    }, ['segment 1', 'removed 1', 'segment 41', 'cut 41'], /it is segment 2[\s\S]*it is segment 1/);
    await hurt(() => rmSync(join(directory, 'segments', 'index.json')), ['removed 1'], /Entries 1 to 90 were closed/);
    await hurt(() => {
      const path = join(directory, 'segments', 'index.json');
      const index = JSON.parse(readFileSync(path, 'utf8')) as { segments: { number: number; removed: boolean }[] };
      writeFileSync(path, JSON.stringify({ ...index, segments: index.segments.map((segment) => ({ ...segment, removed: segment.number === 1 })) }));
      rmSync(segmentFile(directory, 1));
    }, ['removed 1'], /the journal does not say that it was removed/);
  } finally {
    removeFolder(kept);
  }
});

inFolder('a segment that the journal says was removed is rightly gone, and the chain is proven from there on', async (directory) => {
  await closedFolder(directory, [40, 30, 20]);
  const store = await open(directory);
  const head = await store.head();
  const sealer = new Sealer(head, { epoch: 2, bootId: 'c', lastAtMs: 1 });
  const said = new TextEncoder().encode(JSON.stringify({ because: 'a test', lastHash: '', lastSeq: 40, segment: 1 }));
  await store.append(sealer.seal({ atMs: 1, wallMs: 1, actor: 'runtime', correlationId: 'segments' }, [{ type: 'segment.removed', typeVersion: 1, payload: said }]));
  await store.removeSegment(1);
  assert.equal(existsSync(segmentFile(directory, 1)), false);
  assert.deepEqual((await store.segments()).map(({ removed }) => removed), [true, false]);
  assert.equal((await store.read(1, 10))[0]?.seq, 41); // from the first entry that is still kept
  await store.close();
  const { findings, entries } = await verifyFolder(directory);
  assert.deepEqual([findings, entries], [[], 51]);
});

inFolder('a folder of the format before becomes one that can have segments, and stays readable before that', async (directory) => {
  unclosedFolder(directory, [25]);
  const database = new DatabaseSync(journalPath(directory));
  database.exec(`DROP TRIGGER entries_kept; DROP TABLE segments; DROP TABLE closed; PRAGMA user_version = 1;
    CREATE TRIGGER entries_kept BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END`);
  database.close();
  assert.deepEqual(await findingsOf(directory), []);
  const store = await open(directory);
  const sealer = new Sealer(await store.head(), { epoch: 2, bootId: 'c', lastAtMs: 1 });
  reach(directory, 2);
  assert.equal((await store.append({ ...sealSome(sealer, 5), opensSegment: true })).kind, 'durable');
  await store.closed();
  assert.deepEqual([store.closingFailure, (await store.segments()).length], [undefined, 1]);
  await store.close();
  assert.deepEqual(await findingsOf(directory), []);
});

inFolder('the index of older keys finds a row by each of its names, remembers how far it reaches, and belongs to one journal', async (directory) => {
  const row = { table: 'orders.done', key: 'o1', record: '{"id":"o1"}' } as const;
  const before = await openKeys({ directory, identity });
  assert.equal(await before.through(), 1);
  await before.keep([{ row, names: ['orders.done o1', 'client v c1', 'venue v x1'] }], 1);
  await before.keep([{ row: { ...row, record: '{"id":"o1","more":true}' }, names: ['orders.done o1', 'venue v x2'] }], 2);
  await before.close();
  await assert.rejects(before.lookup(['orders.done o1']), StoreError);
  const after = await openKeys({ directory, identity });
  assert.equal(await after.through(), 2);
  for (const name of ['orders.done o1', 'client v c1', 'venue v x1', 'venue v x2']) assert.deepEqual(await after.lookup([name, 'nobody']), [{ ...row, record: '{"id":"o1","more":true}' }]);
  assert.deepEqual(await after.lookup(['nobody']), []);
  await after.close();
  await assert.rejects(openKeys({ directory, identity: 'another' }), (thrown: unknown) => thrown instanceof StoreError && thrown.reason === 'replaced');
});
