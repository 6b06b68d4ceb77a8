/** The follower as it really runs: a thread with a reader of its own over the file that the writer writes. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { seededRandom } from '../../src/base/index.ts';
import { followerIn } from '../../src/cli/life/follower.ts';
import { orderById, orderIdOf } from '../../src/core/index.ts';
import { realClock, realIds } from '../../src/edges/clock/index.ts';
import { journalPath } from '../../src/edges/sqlite/place.ts';
import { openReader, openSqliteStore } from '../../src/edges/sqlite/index.ts';
import type { Follower } from '../../src/ports/index.ts';
import { DEFAULT_SETTINGS, replay, Runtime } from '../../src/runtime/index.ts';
import type { Note } from '../../src/runtime/index.ts';
import { routed } from '../kit/core.ts';
import { LIMITS, operator } from '../kit/life.ts';
import { BenchVenue } from '../kit/venue.ts';
import { emptyFolder, removeFolder } from './folder.ts';
import { until } from './kit-program.ts';

const clock = realClock();
const alive: Runtime[] = [];
const wrong = new URL('./wrong-follower.ts', import.meta.url);

type Life = Awaited<ReturnType<typeof begin>>;

async function begin(directory: string, venue: BenchVenue, follower: () => Follower = () => followerIn(directory)) {
  const [notes, failures]: [Note[], Error[]] = [[], []];
  const store = await openSqliteStore({ directory, ids: realIds(), clock });
  const runtime = await Runtime.boot(
    {
      clock, ids: realIds(), random: seededRandom('runtime'), store, follower, note: (note) => void notes.push(note), onFailure: (cause) => void failures.push(cause),
      bindings: [{ venue, symbols: ['BTC/USD'], submitTimeoutMs: 2_000, cancelTimeoutMs: 2_000, readTimeoutMs: 2_000, resendWithinMs: 60_000, feeLeastPpm: 0, feeMostPpm: 0, tolerance: {} }],
    },
    { ...DEFAULT_SETTINGS, version: '0.0.0', node: 'test', limits: { ...LIMITS, maxPosition: { default: '1000' } }, snapshotEvery: 40 },
  );
  alive.push(runtime);
  runtime.start();
  await until('the venue was looked at', () => runtime.world.ledger.reconciled.has(venue.name) && runtime.prices.price(venue.name, 'BTC/USD', runtime.time.nowMs()) !== undefined);
  return {
    runtime, notes, failures,
    ask: (key: string) => runtime.submit({ kind: 'signal', routed: { ...routed({ key }), venue: venue.name } }, { actor: 'signal:tester', correlationId: key }, 'new-risk'),
    order: (key: string) => orderById(runtime.world.orders, orderIdOf(key)),
  };
}

const inFolder = (title: string, run: (directory: string) => Promise<void>): void => {
  test(title, async () => {
    const directory = emptyFolder();
    try {
      await run(directory);
    } finally {
      for (const runtime of alive.splice(0)) await runtime.stop('the test is over'); // or its threads would outlive a test that failed
      removeFolder(directory);
    }
  });
};
const askMany = async (world: Life, from: number, orders: number): Promise<void> => {
  for (let n = from; n < from + orders; n++) await world.ask(`k${n}`).catch(() => undefined);
};

inFolder('head and follower agree over the real file, snapshots are kept, and the next start begins at one', async (directory) => {
  const world = await begin(directory, new BenchVenue());
  await askMany(world, 0, 60);
  await until('both agreed on most of it', () => (world.runtime.following.view?.compared?.seq ?? 0) > 200 && (world.runtime.following.view?.snapshotSeq ?? 0) > 0);
  await world.runtime.stop('test');
  assert.deepEqual(world.notes.filter(({ level }) => level !== 'info'), []);
  const reader = openReader(directory);
  const [head, [newest]] = [await reader.head(), await reader.snapshots()];
  reader.close();
  assert.equal(newest?.seq, head.seq, 'the last one was made while stopping');
  const store = await openSqliteStore({ directory, ids: realIds(), clock });
  assert.equal((await replay(store)).folded, 0);
  await store.close();
});

inFolder('a follower that folds otherwise stops new risk, also in the next life; cancels work, until somebody resumes', async (directory) => {
  const venue = new BenchVenue();
  const first = await begin(directory, venue, () => followerIn(directory, wrong));
  await askMany(first, 0, 1);
  await askMany(first, 1, 40);
  await until('the difference was found', () => first.failures.length > 0);
  assert.ok(first.notes.some(({ level, code }) => level === 'critical' && code === 'BW-7011'));
  await first.runtime.stop('it has failed');

  const second = await begin(directory, venue, () => followerIn(directory, wrong)); // still wrong: behind the shut gate this life goes on
  assert.deepEqual([second.runtime.world.gate.state, second.runtime.world.gate.by], ['HALTED', 'invariant']);
  await second.ask('refused');
  assert.equal(second.order('refused')?.blocked?.code, 'BW-3100');
  await askMany(second, 100, 30);
  await until('the difference was found again', () => second.runtime.following.view?.state === 'differs');
  const order = second.order('k0');
  assert.equal(order?.phase, 'working');
  await second.runtime.submit({ kind: 'cancel', orderId: order?.id ?? '', by: 'sam', reason: 'test' }, operator);
  await until('the order is gone', () => second.order('k0')?.phase === 'booked');
  assert.deepEqual(second.failures, []);
  await second.runtime.stop('test');

  const third = await begin(directory, venue);
  assert.equal(third.runtime.world.gate.state, 'HALTED');
  await third.runtime.submit({ kind: 'resume', by: 'sam', reason: 'the follower was mended' }, operator);
  await third.ask('goes');
  await until('the order is at the venue', () => third.order('goes')?.phase === 'working');
  await third.runtime.stop('test');
  assert.deepEqual(third.failures, []);
});

inFolder('a follower whose thread cannot even begin is tried again, and trading goes on', async (directory) => {
  const world = await begin(directory, new BenchVenue(), () => followerIn(directory, new URL('./there-is-no-such-file.ts', import.meta.url)));
  await askMany(world, 0, 40);
  await until('its failure was told', () => world.notes.some(({ level, message }) => level === 'warning' && message.startsWith('the follower failed')));
  await world.ask('goes');
  await until('the order is at the venue', () => world.order('goes')?.phase === 'working');
  await world.runtime.stop('test');
  assert.deepEqual(world.failures, []);
});

inFolder('an entry that is edited in the file while the runtime lives shuts the gate; cancels work, and the life goes on', async (directory) => {
  let letFollow: () => void = () => undefined;
  const mayFollow = new Promise<void>((resolve) => { letFollow = resolve; });
  const late = (): Follower => {
    const follower = followerIn(directory);
    return { fold: async (goal) => { await mayFollow; return follower.fold(goal); }, end: () => follower.end() };
  };
  const world = await begin(directory, new BenchVenue(), late);
  await askMany(world, 0, 20);
  await until('the order is at the venue', () => world.order('k0')?.phase === 'working');
  const database = new DatabaseSync(journalPath(directory), { timeout: 10_000 });
  database.exec("DROP TRIGGER entries_unchanged; UPDATE entries SET payload = x'7b7d' WHERE seq = 20");
  database.close();
  letFollow();
  await until('it was found', () => world.runtime.following.view?.state === 'differs', 5_000);
  const told = world.notes.find(({ level }) => level === 'critical');
  assert.deepEqual([told?.code, told?.detail?.['seq']], ['BW-7012', 20]);
  await world.ask('refused');
  assert.equal(world.order('refused')?.blocked?.code, 'BW-3100');
  await world.runtime.submit({ kind: 'cancel', orderId: world.order('k0')?.id ?? '', by: 'sam', reason: 'test' }, operator);
  await until('the order is gone', () => world.order('k0')?.phase === 'booked');
  assert.deepEqual(world.failures, []);
  await world.runtime.stop('test');
});
