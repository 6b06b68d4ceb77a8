/** A lost index of older keys comes back from the segments, exactly; and a lost anchor, by whoever has compared the head. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { runCli } from '../../src/cli/index.ts';
import { openKeys, openSqliteStore, verifyFolder } from '../../src/edges/sqlite/index.ts';
import { realClock } from '../../src/edges/clock/index.ts';
import type { Terminal } from '../../src/edges/process/index.ts';
import { MemoryDisk, openHeader } from '../../src/journal/index.ts';
import type { Archive } from '../../src/ports/index.ts';
import { MemoryArchive } from '../../src/sim/archive.ts';
import { alert, running } from '../support/running.ts';
import { PaperVenue } from '../support/paper-venue.ts';
import { emptyFolder, removeFolder, start } from './folder.ts';

type Document = ReturnType<typeof JSON.parse>;
const identity = 'reindexed';
const keysDb = (directory: string): string => join(directory, 'segments', 'keys.db');

async function cli(...words: readonly string[]): Promise<{ code: number; document: Document }> {
  const said: string[] = [];
  const terminal = { out: (line: string) => void said.push(line), note: () => undefined, user: 'sam', pid: 1, nodeVersion: '26', paint: (_: unknown, text: string) => text } as unknown as Terminal;
  const code = await runCli([...words, '--json'], terminal, '0.0.0');
  return { code, document: JSON.parse(said.join('')) as Document };
}

const cancelOf = (key: string) => ({
  signal: { source: 'demo', strategy: 'demo', owner: { trader: 'demo', desk: 'unassigned', client: 'unassigned' }, action: 'cancel', ticker: 'BTCUSD', orderType: 'market', timeInForce: 'gtc', keyFrom: 'id', content: 'cancel', key } as const, venue: 'paper', symbol: 'BTC/USD', windowMs: 60_000,
});

/** A record of a runtime that opened segments, on a disk: its orders, keys and executions left behind, and some of them called back. */
async function recordedFolder(directory: string): Promise<void> {
  const [disk, venue, archive] = [new MemoryDisk(identity), new PaperVenue(), new MemoryArchive()];
  const kept: Parameters<Archive['keep']>[] = [];
  const watched: Archive = { through: () => archive.through(), lookup: (names) => archive.lookup(names), keep: (...all) => (kept.push(all), archive.keep(...all)) };
  const life = await running({ disk, venue, archive: watched, settings: { segmentEntries: 40, horizonMs: 0 } });
  const at = (): string => new Date(life.clock.wallMs()).toISOString();
  for (let turn = 0; life.runtime.world.segment.number < 6; turn++) {
    assert.ok(turn < 1_000);
    await life.hook(alert({ id: `order-${turn}`, time: at() }));
    if (turn % 5 === 4) await life.hook(alert({ id: `order-${turn - 4}`, time: at() })); // comes back, and is left behind again
    await life.clock.until(life.runtime.submit({ kind: 'signal', routed: cancelOf(`cancel-${turn}`) }, { actor: 'test', correlationId: 'test' }));
    await life.clock.runUntil(() => life.runtime.world.orders.live.size === 0, 30_000);
    await life.clock.runUntil(() => false, 10);
  }
  await life.clock.until(life.runtime.stop('test'));
  const store = await openSqliteStore({ directory, clock: realClock(), ids: { id: () => identity } });
  for (const entry of disk.entries) {
    const header = openHeader(entry);
    const before = disk.entries[entry.seq - 2];
    const { kind } = await store.append({ epoch: header.epoch, expectSeq: entry.seq - 1, expectHash: before?.hash ?? '0'.repeat(64), entries: [entry], opensSegment: header.type === 'segment.opened' });
    assert.equal(kind, 'durable');
  }
  await store.closed();
  await store.close();
  const keys = await openKeys({ directory, identity });
  for (const all of kept) await keys.keep(...all);
  await keys.close();
}

function contentOf(directory: string): object {
  const database = new DatabaseSync(keysDb(directory), { readOnly: true });
  const all = (text: string): object[] => database.prepare(text).all().map((row) => ({ ...row }));
  const content = { about: all('SELECT * FROM about'), rows: all('SELECT * FROM rows ORDER BY id'), names: all('SELECT * FROM names ORDER BY name') };
  database.close();
  return content;
}

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

inFolder('deleted, cut or replaced, the index of older keys is made anew from the segments, the same to the last row and name', async (directory) => {
  await recordedFolder(directory);
  const before = contentOf(directory) as { rows: object[]; names: object[] };
  assert.ok(before.rows.length > 20 && before.names.length > before.rows.length, `${before.rows.length} rows, ${before.names.length} names`);
  const ways: readonly (() => void)[] = [
    () => ['', '-wal', '-shm'].forEach((end) => rmSync(`${keysDb(directory)}${end}`, { force: true })),
    () => truncateSync(keysDb(directory), 5_000),
    () => writeFileSync(keysDb(directory), 'not an index'),
  ];
  for (const hurt of ways) {
    hurt();
    const { code, document } = await cli('journal', 'reindex', '--data', directory);
    assert.deepEqual([code, document.ok, document.data.gap, document.data.openSegment], [0, true, false, 6], JSON.stringify(document));
    assert.deepEqual(contentOf(directory), before);
    assert.deepEqual(readdirSync(join(directory, 'segments')).filter((name) => name.startsWith('keys.db.')), []);
  }
  assert.deepEqual((await verifyFolder(directory)).findings, []);
});

inFolder('with segments removed it goes on from an index that has what they left behind, and without one it says what is lost', async (directory) => {
  await recordedFolder(directory);
  const whole = contentOf(directory);
  const store = await openSqliteStore({ directory, clock: realClock(), ids: { id: () => identity } });
  await store.removeSegment(1);
  await store.removeSegment(2);
  await store.close();
  const gone = await cli('journal', 'reindex', '--data', directory);
  assert.deepEqual([gone.code, gone.document.data.goneOnFrom, gone.document.data.gap], [0, 6, false]);
  assert.deepEqual((contentOf(directory) as { names: object }).names, (whole as { names: object }).names);
  rmSync(keysDb(directory));
  const refused = await cli('journal', 'reindex', '--data', directory);
  assert.deepEqual([refused.code, refused.document.error.code], [1, 'BW-7116']);
  assert.match(refused.document.error.detail, /segments 1 to 2 were removed/);
  assert.equal(existsSync(keysDb(directory)), false);
  const accepted = await cli('journal', 'reindex', '--data', directory, '--accept-gap');
  assert.deepEqual([accepted.code, accepted.document.data.gap], [0, true]);
  assert.match(accepted.document.warnings[0], /segments 1 to 2 left behind is forgotten/);
});

inFolder('beside a process that holds the folder nothing is made anew', async (directory) => {
  const holder = start(directory, 'fill 3');
  await holder.heard((line) => line.durable === 3);
  const hold = start(directory, 'hold');
  await hold.heard((line) => line.open !== undefined || line.refused !== undefined);
  try {
    const { code, document } = await cli('journal', 'reindex', '--data', directory);
    assert.deepEqual([code, document.error.code], [7, 'BW-7101']);
  } finally {
    for (const child of [holder, hold]) {
      child.signal('SIGKILL');
      await child.ended;
    }
  }
});

inFolder('a lost anchor is written anew only for the very head that somebody compared, and only for a journal without another finding', async (directory) => {
  await recordedFolder(directory);
  rmSync(join(directory, 'anchor'));
  const { document } = await cli('journal', 'verify', '--data', directory);
  const { hash } = document.data.head as { hash: string };
  assert.equal((await cli('journal', 'rebuild-anchor', '--data', directory, '--head', 'abc')).code, 2);
  const other = await cli('journal', 'rebuild-anchor', '--data', directory, '--head', '0'.repeat(12));
  assert.deepEqual([other.code, other.document.error.code, existsSync(join(directory, 'anchor'))], [9, 'BW-1306', false]);
  const right = await cli('journal', 'rebuild-anchor', '--data', directory, '--head', hash.slice(0, 12));
  assert.equal(right.code, 0);
  assert.deepEqual((await cli('journal', 'verify', '--data', directory)).document.data.anchored, true);
  rmSync(join(directory, 'anchor'));
  rmSync(join(directory, 'segments', '000002.db'), { force: true });
  const damaged = await cli('journal', 'rebuild-anchor', '--data', directory, '--head', hash);
  assert.deepEqual([damaged.code, damaged.document.error.code], [9, 'BW-1306']);
  assert.match(damaged.document.error.detail, /Segment 2 .* is missing/);
});
