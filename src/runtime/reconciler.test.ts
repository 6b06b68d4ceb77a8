import assert from 'node:assert/strict';
import { test } from 'node:test';
import { btcUsd } from '../../test/kit/core.ts';
import { life, operator, virtualClock } from '../../test/kit/life.ts';
import type { Life } from '../../test/kit/life.ts';
import { BenchVenue, unreadable } from '../../test/kit/venue.ts';
import type { Call } from '../../test/kit/venue.ts';
import type { Outcome } from '../core/index.ts';
import { MemoryArchive } from '../sim/archive.ts';

const look = (world: Life): Promise<Outcome> => world.clock.until(world.runtime.reconcile('sim'));
const doneAtMs = (world: Life): number => world.runtime.world.ledger.reconciled.get('sim')?.atMs ?? 0;
/** A life with one order in the book. */
async function resting(options: Parameters<typeof life>[0] = {}): Promise<Life> {
  const world = await life(options);
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(500);
  assert.equal(world.order('a').phase, 'working');
  return world;
}

for (const call of ['activity', 'openOrders', 'balances'] as const satisfies readonly Call[]) {
  test(`R2: a look whose reading of ${call} failed says nothing, and is repeated soon`, async () => {
    const world = await resting();
    const before = doneAtMs(world);
    world.venue.heldUnits['BTC'] = 0n; // what a failed reading must not be taken for
    world.venue.meddle(call, () => unreadable('the venue answered 502'), 3);
    const seq = world.disk.head.seq;
    const outcome = await look(world);
    assert.equal(outcome.kind, 'inconclusive');
    assert.match('why' in outcome ? outcome.why : '', /502/);
    assert.deepEqual([world.order('a').phase, doneAtMs(world), world.types(seq)], ['working', before, []]);
    await world.clock.runFor(5_000);
    assert.ok(doneAtMs(world) > before, 'a second, third and fourth look came within five seconds');
    assert.ok(world.notes.some(({ level, message }) => level === 'warning' && /502/.test(message)));
  });
}

test('R2: the second reading of executions counts as much as the first', async () => {
  const world = await resting();
  world.venue.meddle('activity', (really) => really());
  world.venue.meddle('activity', () => unreadable());
  assert.equal((await look(world)).kind, 'inconclusive');
});

test('R2: an order that is missing from the list is asked for by its id: a list is no proof of absence', async () => {
  const world = await resting();
  world.venue.meddle('openOrders', () => ({ kind: 'read', value: [] }));
  const seq = world.disk.head.seq;
  assert.equal((await look(world)).kind, 'done');
  assert.ok(world.venue.calls.includes('find v1'));
  await world.clock.runFor(10);
  assert.deepEqual([world.order('a').phase, world.types(seq)], ['working', ['reconciliation.done']]);
});

test('R2: an order that is neither listed nor found makes the whole look worth nothing; the order stays as it is', async () => {
  const world = await resting();
  world.venue.meddle('openOrders', () => ({ kind: 'read', value: [] }));
  world.venue.meddle('find', () => ({ kind: 'absent', source: 'orders of sim' }));
  const outcome = await look(world);
  assert.deepEqual([outcome.kind, world.order('a').phase], ['inconclusive', 'working']);
  world.venue.meddle('openOrders', () => ({ kind: 'read', value: [] }));
  world.venue.meddle('find', () => unreadable());
  assert.deepEqual([(await look(world)).kind, world.order('a').phase], ['inconclusive', 'working']);
});

test('R2: a list that contradicts what is known of an order is not believed, and nothing is compared by it', async () => {
  const world = await resting();
  const report = world.venue.order();
  const seq = world.disk.head.seq;
  world.venue.meddle('openOrders', () => ({ kind: 'read', value: [{ ...report, side: 'sell' }] }));
  world.venue.heldUnits['BTC'] = 0n;
  const outcome = await look(world);
  assert.match('why' in outcome ? outcome.why : '', /contradicts what is known/);
  assert.ok(!world.types(seq).some((type) => type.startsWith('balance.') || type.startsWith('foreign.')));
});

test('R2: an order that the venue says was filled further than its executions tell keeps balances from being compared', async () => {
  const world = await resting();
  world.venue.fill('v1', 1_000n);
  world.venue.meddle('activity', (really) => { const { kind } = really(); return { kind, value: { fills: [], fees: [], cursor: '0 0' } } as ReturnType<typeof really>; }, 2);
  const outcome = await look(world);
  assert.match('why' in outcome ? outcome.why : '', /filled further than its executions tell/);
  assert.equal(world.runtime.world.ledger.differences.size, 0);
  assert.equal((await look(world)).kind, 'done');
  assert.equal(world.order('a').filledUnits, 1_000n);
});

test('R1: a fill between executions and balances is no difference: the look is worth nothing, and the next one agrees', async () => {
  const world = await resting();
  world.venue.meddle('balances', (really) => { world.venue.fill('v1', 5_000n); return really(); });
  const outcome = await look(world);
  assert.match('why' in outcome ? outcome.why : '', /executed while balances were read/);
  assert.equal(world.runtime.world.ledger.differences.size, 0);
  assert.equal((await look(world)).kind, 'done');
  assert.deepEqual([world.order('a').filledUnits, world.runtime.world.ledger.differences.size], [5_000n, 0]);
});

test('R1: a fill that a stream event had booked meanwhile is noticed as well', async () => {
  const world = await resting();
  world.venue.meddle('balances', async (really) => {
    const before = really();
    world.venue.fill('v1', 5_000n);
    world.venue.tell({ kind: 'order', report: world.venue.order() });
    await new Promise((resolve) => void world.clock.timer(300, () => resolve(undefined)));
    return before;
  });
  assert.equal((await look(world)).kind, 'inconclusive');
  assert.deepEqual([world.order('a').filledUnits, world.runtime.world.ledger.differences.size], [5_000n, 0]);
});

test('where the order itself tells what was filled, an execution of an order whose answer was lost is no difference: its owner is asked for first', async () => {
  const world = await life({ venues: [new BenchVenue({ capabilities: { fills: 'cumulative' } })] });
  world.venue.meddle('submit', (really) => { really(); world.venue.fill('v1', 5_000n); return { kind: 'unknown', why: 'no answer' }; });
  world.venue.meddle('findByClientOrderId', () => unreadable(), 4);
  await world.clock.until(world.ask('a'));
  await look(world);
  await world.clock.runFor(30_000);
  assert.deepEqual([world.order('a').phase, world.order('a').filledUnits], ['working', 5_000n]);
  assert.ok(!world.types().includes('balance.differed'), 'it was never called a difference');
  await look(world);
  assert.equal(world.runtime.world.ledger.reconciled.get('sim')?.agreed, true);
});

test('R1: where the order itself tells what was filled, a gain that is booked while the venue is being asked makes the look worth nothing', async () => {
  const world = await resting({ venues: [new BenchVenue({ capabilities: { fills: 'cumulative' } })] });
  world.venue.meddle('balances', async (really) => {
    const before = really();
    const early = await world.venue.activity('0 0');
    world.venue.meddle('activity', () => early);
    world.venue.fill('v1', 5_000n);
    world.venue.tell({ kind: 'order', report: world.venue.order() });
    return before;
  });
  assert.match(((await look(world)) as { readonly why: string }).why, /executed while balances were read/);
  assert.ok(!world.types().includes('balance.differed'));
  await look(world);
  assert.deepEqual([world.runtime.world.ledger.reconciled.get('sim')?.agreed, world.order('a').filledUnits], [true, 5_000n]);
});

test('the very first look does not take an execution for part of the opening balance and book it as well', async () => {
  const venue = new BenchVenue();
  const early = venue.place({ clientOrderId: 'by hand', instrument: btcUsd, side: 'buy', type: 'limit', timeInForce: 'gtc', quantityUnits: 10_000n, limitPriceUnits: 2_000_000n });
  venue.meddle('balances', (really) => { const before = really(); venue.fill(early.venueOrderId, 10_000n); return before; });
  const world = await life({ venues: [venue] });
  await world.clock.runFor(5_000);
  const { opened, differences } = world.runtime.world.ledger;
  assert.deepEqual([opened.get('sim BTC'), differences.size], [100_010_000n, 0]);
});

test('an order of somebody else is found, counts against the limits, and keeps its instrument until a person looks', async () => {
  const world = await life();
  world.venue.place({ clientOrderId: 'by hand', instrument: btcUsd, side: 'buy', type: 'limit', timeInForce: 'gtc', quantityUnits: 300_000_000n, limitPriceUnits: 2_000_000n });
  assert.equal((await look(world)).kind, 'done');
  assert.deepEqual([...world.runtime.world.orders.foreign.values()].map(({ openUnits, open }) => [openUnits, open]), [[300_000_000n, true]]);
  await world.clock.until(world.ask('a'));
  assert.deepEqual([world.order('a').phase, world.order('a').blocked?.code], ['blocked', 'BW-3102']);
  await world.clock.until(world.runtime.submit({ kind: 'release-instrument', venue: 'sim', symbol: 'BTC/USD', by: 'sam', reason: 'mine' }, operator));
  await world.clock.until(world.ask('b', { quantityText: '8' }));
  assert.equal(world.order('b').blocked?.code, 'BW-3020');
  for (const key of ['c', 'd']) await world.clock.until(world.ask(key, { quantityText: '4' }));
  assert.deepEqual([world.order('c').phase, world.order('d').blocked?.code], ['working', 'BW-3021'], 'one held, three of theirs, four of ours: no four more');
});

test('an order of somebody else that ended is looked up, and counts no more', async () => {
  const world = await life();
  const report = world.venue.place({ clientOrderId: 'by hand', instrument: btcUsd, side: 'buy', type: 'limit', timeInForce: 'gtc', quantityUnits: 10_000n, limitPriceUnits: 2_000_000n });
  await look(world);
  world.venue.change(report.venueOrderId, { state: 'cancelled' });
  await look(world);
  assert.deepEqual([...world.runtime.world.orders.foreign.values()].map(({ openUnits, open }) => [openUnits, open]), [[0n, false]]);
});

test('everybody who asks while a look is under way gets that one', async () => {
  const world = await life();
  const before = world.venue.count('balances');
  const outcomes = await world.clock.until(Promise.all([world.runtime.reconcile('sim'), world.runtime.reconcile('sim'), world.runtime.reconcile('sim')]));
  assert.deepEqual([outcomes.map(({ kind }) => kind), world.venue.count('balances') - before], [['done', 'done', 'done'], 1]);
});

test('it looks every thirty seconds, and at each connection', async () => {
  const world = await life();
  const before = world.venue.count('balances');
  await world.clock.runFor(90_500);
  assert.equal(world.venue.count('balances') - before, 3);
  world.venue.tell({ kind: 'disconnected', why: 'gone' });
  assert.equal(world.runtime.connected('sim'), false);
  world.venue.tell({ kind: 'connected' });
  await world.clock.runFor(10);
  assert.deepEqual([world.runtime.connected('sim'), world.venue.count('balances') - before], [true, 4]);
});

test('a difference is looked at again within seconds, and one that stays is looked at as always', async () => {
  const world = await resting();
  const held = world.venue.heldUnits['BTC'] ?? 0n;
  world.venue.heldUnits['BTC'] = held + 1n;
  await look(world);
  assert.equal(world.runtime.world.ledger.differences.size, 1);
  world.venue.heldUnits['BTC'] = held; // it was news on its way
  await world.clock.runFor(2_000);
  assert.equal(world.runtime.world.ledger.differences.size, 0, 'nothing is blocked for thirty seconds by what is over in one');

  world.venue.heldUnits['BTC'] = held + 1n;
  await look(world);
  await world.clock.runFor(60_000);
  const calls = world.venue.calls.length;
  await world.clock.runFor(60_000);
  assert.equal(world.runtime.world.ledger.differences.size, 1);
  assert.ok(world.venue.calls.slice(calls).filter((call) => call === 'balances').length <= 3, 'what stays is a matter for a person');
});

test('a connection made while a look is under way gets a look of its own: that one may have read before it', async () => {
  const world = await resting();
  world.venue.meddle('balances', async (really) => {
    await new Promise((resolve) => void world.clock.timer(1_000, () => resolve(undefined)));
    return really();
  });
  const slow = world.runtime.reconcile('sim');
  await world.clock.runFor(500);
  world.venue.change('v1', { state: 'cancelled' }); // nobody told us: the stream was away
  world.venue.tell({ kind: 'connected' });
  await world.clock.until(slow);
  await world.clock.runFor(100);
  assert.equal(world.order('a').phase, 'booked');
});

test('an account with a long history is given the time to be read, once', async () => {
  const venue = new BenchVenue();
  const limits: number[] = [];
  const activity = venue.activity.bind(venue);
  venue.activity = (cursor: string, timeoutMs?: number) => { limits.push(timeoutMs ?? 0); return activity(cursor); };
  await life({ venues: [venue] });
  assert.ok((limits[0] ?? 0) >= 60_000 && limits.slice(1).every((timeoutMs) => timeoutMs === 2_000), limits.join());
});

test('looks that come to nothing for long are told to a person', async () => {
  const world = await resting();
  world.venue.meddle('balances', () => unreadable('the venue answered 502'), Number.POSITIVE_INFINITY);
  await world.clock.runFor(180_000);
  assert.match(world.notes.filter(({ level }) => level === 'critical').map(({ message }) => message).join(), /sim: 20 looks in a row came to nothing, so the books stand unproven: balances: the venue answered 502/);
});

test('an unknown venue cannot be looked at, and says so', async () => {
  const { runtime, clock } = await life();
  assert.deepEqual(await clock.until(runtime.reconcile('nowhere')), { kind: 'nothing-to-do', why: 'no venue "nowhere" is configured' });
});

test('after a stop nothing is asked of the venue any more, by whomever', async () => {
  const world = await resting();
  await world.clock.until(world.runtime.stop('test'));
  world.venue.calls.length = 0;
  assert.equal((await world.clock.until(world.runtime.reconcile('sim'))).kind, 'inconclusive');
  await world.clock.runFor(120_000);
  assert.deepEqual(world.venue.calls, []);
});

const foreign = { clientOrderId: 'by-hand', instrument: btcUsd, side: 'buy', type: 'limit', timeInForce: 'gtc', quantityUnits: 1_000_000n, limitPriceUnits: 1_000_000n } as const;

for (const fills of ['cumulative', 'trades'] as const) test(`R1: what a look read before its names were looked up sizes no second closing order (${fills})`, async () => {
  const [clock, archive] = [virtualClock(), new MemoryArchive()];
  const venue = new BenchVenue({ capabilities: { fills } });
  let asked: ((names: readonly string[]) => void) | undefined;
  const slow = { through: () => archive.through(), keep: archive.keep.bind(archive), lookup: (names: readonly string[]) => new Promise<Awaited<ReturnType<typeof archive.lookup>>>((resolve) => { asked?.(names); clock.timer(50, () => void archive.lookup(names).then(resolve)); }) };
  if (fills === 'cumulative') venue.meddle('activity', () => ({ kind: 'read', value: { fills: [], fees: [], cursor: 'x' } }), Number.POSITIVE_INFINITY);
  const { runtime } = await life({ clock, venues: [venue], archive: slow });
  await clock.runFor(1_000);
  await clock.until(runtime.submit({ kind: 'rotate', previousHash: runtime.turns.head.hash, left: [] }, operator)); // a second segment: names are looked up from here on
  venue.place(foreign);
  venue.meddle('cancel', () => ({ kind: 'requested' }), Number.POSITIVE_INFINITY); // it goes on listing what a person placed there
  await clock.until(runtime.submit({ kind: 'kill', id: 'f1', word: 'flatten', by: 'sam', reason: 'x' }, operator));
  await clock.runUntil(() => venue.taken.length > 1, 20_000);
  const first = venue.taken[1]!.venueOrderId;
  venue.meddle('openOrders', (really) => { venue.fill(first, 40_000_000n); return really(); }); // a part, of which nobody has told yet: the next glance differs, and a whole look follows
  asked = (names) => {
    if (!names.some((name) => name.startsWith('client '))) return;
    asked = undefined; // while that look waits for the index, the rest is filled and told
    clock.timer(1, () => { venue.fill(first); venue.tell({ kind: 'order', report: venue.orders.get(first)! }); });
  };
  await clock.runFor(8_000);
  const closers = venue.taken.slice(1).map(({ venueOrderId }) => { const { side, quantityUnits } = venue.orders.get(venueOrderId)!; return `${side} ${quantityUnits}`; });
  assert.deepEqual(closers, ['sell 100000000']);
});
