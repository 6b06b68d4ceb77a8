import assert from 'node:assert/strict';
import { test } from 'node:test';
import { btcUsd, ethUsd } from '../../test/kit/core.ts';
import { life, LIMITS, operator } from '../../test/kit/life.ts';
import { BenchVenue, never, unreadable } from '../../test/kit/venue.ts';
import { MemoryDisk } from '../journal/index.ts';
import { OutcomeUnknownError, StoppingError } from './errors.ts';

const halt = (cancelOrders = false) => ({ kind: 'halt', by: 'sam', reason: 'test', cancelOrders }) as const;
const resume = { kind: 'resume', by: 'sam', reason: 'test' } as const;
const noAccess = () => ({ kind: 'unclear', why: 'the venue answered 401: request is not authorized.', access: true }) as const;

test('B1: no venue is asked anything before the entry that took the journal over is on disk', async () => {
  const venue = new BenchVenue();
  const disk = new MemoryDisk('slow');
  const asked: number[] = [];
  venue.meddle('instruments', (really) => { asked.push(disk.head.seq); return really(); });
  venue.meddle('quotes', (really) => { asked.push(disk.head.seq); return really(); });
  const world = await life({ disk, venues: [venue], disks: { flushDelayMs: () => 700 } });
  assert.ok(asked.length === 2 && asked.every((seq) => seq >= 1));
  assert.equal(world.entries[0]?.fact.type, 'runtime.booted');
});

test('each life takes the journal over under a higher epoch; the one before can write no more', async () => {
  const first = await life();
  const second = await life({ clock: first.clock, disk: first.disk, venues: [first.venue] });
  await assert.rejects(first.clock.until(first.ask('a')), OutcomeUnknownError);
  assert.equal(first.failures.length, 1);
  await second.clock.until(second.ask('a'));
  assert.deepEqual([...new Set(second.entries.map(({ header }) => header.epoch))], [1, 2]);
});

test('trading waits for the first look at the venue, and begins with it', async () => {
  const venue = new BenchVenue();
  venue.meddle('balances', () => unreadable(), 4);
  const world = await life({ venues: [venue], start: false });
  world.runtime.start();
  await world.clock.runFor(1_500);
  await world.clock.until(world.ask('a'));
  assert.deepEqual([world.order('a').phase, venue.count('submit')], ['intended', 0]);
  await world.clock.runFor(15_000);
  assert.deepEqual([world.order('a').phase, venue.count('submit')], ['working', 1]);
});

test('a new life looks again before it trades, though the last one had', async () => {
  const first = await life();
  first.crash();
  first.venue.meddle('balances', () => unreadable(), 1_000);
  const second = await life({ clock: first.clock, disk: first.disk, venues: [first.venue] });
  await second.clock.until(second.ask('a'));
  await second.clock.runFor(20_000);
  assert.equal(second.order('a').phase, 'intended');
});

test('one venue that cannot be read does not keep the other from trading', async () => {
  const [good, bad] = [new BenchVenue({ name: 'good' }), new BenchVenue({ name: 'bad' })];
  for (const call of ['activity', 'openOrders', 'balances', 'quotes'] as const) bad.meddle(call, () => unreadable(), Number.POSITIVE_INFINITY);
  const world = await life({ venues: [good, bad] });
  await world.clock.until(Promise.all([world.ask('a', {}, 'good'), world.ask('b', {}, 'bad')]));
  await world.clock.runFor(1_000);
  assert.deepEqual([world.order('a').phase, world.order('b').phase], ['working', 'intended']);
});

test('the orders of two venues have nothing to do with each other, though ids and names are the same', async () => {
  const [left, right] = [new BenchVenue({ name: 'left' }), new BenchVenue({ name: 'right' })];
  const world = await life({ venues: [left, right] });
  await world.clock.until(Promise.all([world.ask('a', {}, 'left'), world.ask('b', {}, 'right')]));
  await world.clock.runFor(1_000);
  assert.deepEqual([world.order('a').venueOrderIds, world.order('b').venueOrderIds], [['v1'], ['v1']]);
  left.fill('v1', 1_000n);
  right.fill('v1', 2_000n);
  await world.clock.runFor(40_000);
  assert.deepEqual([world.order('a').filledUnits, world.order('b').filledUnits], [1_000n, 2_000n]);
  assert.equal(world.runtime.world.ledger.differences.size, 0);
});

test('access refused stops new risk and nothing else; once the keys work again, so does trading', async () => {
  const world = await life();
  await world.clock.until(Promise.all([world.ask('stays'), world.ask('goes')]));
  await world.clock.runFor(500);
  for (const call of ['activity', 'openOrders', 'balances'] as const) world.venue.meddle(call, noAccess, Number.POSITIVE_INFINITY);
  await world.clock.until(world.runtime.reconcile('sim'));
  await world.clock.runFor(100);
  await world.clock.until(world.ask('new'));
  assert.deepEqual([world.order('new').phase, world.order('new').blocked?.code], ['blocked', 'BW-3101']);
  await world.clock.until(world.runtime.submit({ kind: 'cancel', orderId: world.order('goes').id, by: 'sam', reason: 'test' }, operator));
  await world.clock.runFor(10_000);
  assert.equal(world.order('goes').phase, 'booked', 'cancels go on');
  assert.equal(world.types().filter((type) => type === 'venue.suspended').length, 1, 'it is told once');
  world.venue.calm();
  await world.clock.runFor(10_000);
  await world.clock.until(world.ask('again'));
  await world.clock.runFor(100);
  assert.equal(world.order('again').phase, 'working');
  assert.ok(world.types().includes('venue.restored'));
});

test('access refused to an order itself stops new risk as well', async () => {
  const world = await life();
  world.venue.meddle('submit', () => ({ kind: 'refused', reason: 'access', message: 'forbidden', access: true }));
  world.venue.meddle('activity', noAccess, Number.POSITIVE_INFINITY);
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(100);
  await world.clock.until(world.ask('b'));
  assert.deepEqual([world.order('a').phase, world.order('b').blocked?.code], ['rejected', 'BW-3101']);
});

test('an account that the venue has blocked trades no more until it is unblocked', async () => {
  const world = await life();
  world.venue.blocked = 'trading_blocked';
  await world.clock.until(world.runtime.reconcile('sim'));
  await world.clock.until(world.ask('a'));
  assert.equal(world.order('a').blocked?.code, 'BW-3101');
  world.venue.blocked = undefined;
  await world.clock.until(world.runtime.reconcile('sim'));
  await world.clock.until(world.ask('b'));
  assert.equal(world.order('b').phase, 'working');
});

test('prices that stop coming block new risk once the last one is too old, and come back by themselves', async () => {
  const world = await life();
  world.venue.meddle('quotes', () => unreadable(), Number.POSITIVE_INFINITY);
  await world.clock.runFor(12_500);
  await world.clock.until(world.ask('a'));
  assert.equal(world.order('a').blocked?.code, 'BW-3011');
  world.venue.calm();
  await world.clock.runFor(2_000);
  await world.clock.until(world.ask('b'));
  assert.equal(world.order('b').phase, 'working');
});

test('a price is as old as the question, not as the answer', async () => {
  const world = await life();
  world.venue.meddle('quotes', (really) => new Promise((resolve) => void world.clock.timer(11_000, () => resolve(really()))), 2);
  await world.clock.runFor(13_000);
  await world.clock.until(world.ask('a'));
  assert.equal(world.order('a').blocked?.code, 'BW-3011');
});

test('a halt is in force at once, survives a crash and a stop, and ends only by a named person', async () => {
  const first = await life();
  await first.clock.until(first.runtime.submit(halt(), operator));
  first.crash();
  const second = await life({ clock: first.clock, disk: first.disk, venues: [first.venue] });
  await second.clock.until(second.ask('a'));
  assert.equal(second.order('a').blocked?.code, 'BW-3100');
  await second.clock.until(second.runtime.stop('told to'));
  const third = await life({ clock: first.clock, disk: first.disk, venues: [first.venue] });
  assert.deepEqual([third.runtime.world.gate.state, third.runtime.world.gate.by], ['HALTED', 'sam']);
  await third.clock.until(third.runtime.submit(resume, operator));
  await third.clock.until(third.ask('b'));
  assert.equal(third.order('b').phase, 'working');
});

test('a halt with orders cancels what stands, what is unknown once it is found, and what has not left', async () => {
  const world = await life();
  await world.clock.until(world.ask('stands'));
  await world.clock.runFor(100);
  world.venue.meddle('submit', (really) => { really(); return { kind: 'unknown', why: 'no answer' }; });
  world.venue.meddle('findByClientOrderId', () => unreadable(), 3);
  await world.clock.until(world.ask('unknown'));
  await world.clock.runFor(50);
  world.venue.meddle('submit', () => ({ kind: 'not-sent', why: '429', retryAfterMs: 5_000 }));
  await world.clock.until(world.ask('waits'));
  await world.clock.runFor(50);
  assert.deepEqual(['stands', 'unknown', 'waits'].map((key) => world.order(key).phase), ['working', 'unknown', 'prepared']);
  await world.clock.until(world.runtime.submit(halt(true), operator));
  await world.clock.runFor(30_000);
  assert.deepEqual(['stands', 'unknown', 'waits'].map((key) => world.order(key).phase), ['booked', 'booked', 'abandoned']);
  assert.equal([...world.venue.orders.values()].filter(({ state }) => state === 'working').length, 0);
  assert.equal(world.venue.count('submit'), 3);
});

test('a stop in good order never opens or shuts the gate, and says in the journal that it was one', async () => {
  for (const state of ['ACTIVE', 'HALTED'] as const) {
    const world = await life();
    if (state === 'HALTED') await world.clock.until(world.runtime.submit(halt(), operator));
    const seq = world.disk.head.seq;
    await world.clock.until(world.runtime.stop('told to'));
    assert.deepEqual(world.types(seq), ['runtime.stopped']);
    const next = await life({ clock: world.clock, disk: world.disk, venues: [world.venue] });
    assert.equal(next.runtime.world.gate.state, state);
  }
});

test('a stop waits for the answers that are on their way, and leaves nothing behind', async () => {
  const world = await life();
  world.venue.meddle('submit', (really) => new Promise((resolve) => void world.clock.timer(1_500, () => resolve(really()))));
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(10);
  await world.clock.until(world.runtime.stop('told to'));
  assert.equal(world.order('a').phase, 'working');
  assert.equal(world.types().at(-1), 'runtime.stopped');
  assert.deepEqual([world.timers, world.venue.listeners], [0, 0]);
  assert.ok(world.disk.snapshots.length > 0, 'the next start has a short way');
  world.venue.calls.length = 0;
  await world.clock.runFor(600_000);
  assert.deepEqual([world.venue.calls, world.failures], [[], []]);
  await assert.rejects(world.ask('b'), StoppingError);
});

test('a stop does not wait for ever: what is still unanswered is unknown to the next life', async () => {
  const world = await life({ settings: { stopTimeoutMs: 3_000 } });
  world.venue.meddle('submit', () => never());
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(10);
  const fromMs = world.clock.monotonicMs();
  await world.clock.until(world.runtime.stop('told to'));
  assert.ok(world.clock.monotonicMs() - fromMs < 3_200);
  const next = await life({ clock: world.clock, disk: world.disk, venues: [world.venue] });
  assert.equal(next.order('a').phase, 'unknown');
});

test('a stop begins nothing: what was decided and has not left stays here', async () => {
  const world = await life({ disks: { flushDelayMs: () => 300 } });
  world.venue.meddle('submit', (really) => new Promise((resolve) => void world.clock.timer(1_000, () => resolve(really()))));
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(10);
  const late = world.ask('b');
  const stopped = world.runtime.stop('told to');
  await world.clock.until(Promise.all([late, stopped]));
  assert.equal(world.venue.count('submit'), 1);
});

test('two who ask for a stop both wait for its end', async () => {
  const world = await life({ disks: { flushDelayMs: () => 200 } });
  void world.runtime.stop('first');
  await world.clock.until(world.runtime.stop('second'));
  assert.equal(world.types().filter((type) => type === 'runtime.stopped').length, 1);
  assert.ok(world.disk.snapshots.length > 0);
});

test('a snapshot that cannot be kept costs nothing but a longer start', async () => {
  const world = await life({
    settings: { snapshotEvery: 5 },
    store: (store) => ({
      identity: store.identity, head: () => store.head(), origin: () => store.origin(), append: (batch) => store.append(batch), read: (from, limit) => store.read(from, limit), snapshots: () => store.snapshots(),
      saveSnapshot: () => Promise.reject(new Error('no room')), close: () => store.close(),
    }),
  });
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(120_000);
  assert.deepEqual([world.failures.length, world.order('a').phase], [0, 'working']);
  assert.ok(world.notes.some(({ message }) => /no snapshot at \d+: no room/.test(message)));
});

test('only what is durable may be read, and who waits for more is called', async () => {
  const world = await life({ disks: { flushDelayMs: () => 300 } });
  const heads: number[] = [];
  const end = world.runtime.onDurable(() => void heads.push(world.runtime.turns.durableSeq));
  const asked = world.ask('a');
  assert.deepEqual((await world.clock.until(world.runtime.entries(world.runtime.turns.durableSeq + 1, 10))).length, 0);
  const { seq } = await world.clock.until(asked);
  assert.equal(heads.at(-1), seq);
  end();
  await world.clock.until(world.ask('b'));
  assert.equal(heads.at(-1), seq);
});

test('instruments that the venue lists late are configured as soon as they are known', async () => {
  const venue = new BenchVenue({ instruments: [btcUsd, ethUsd], held: { ETH: 0n } });
  venue.meddle('instruments', () => unreadable(), 5);
  const world = await life({ venues: [venue], start: false });
  world.runtime.start();
  await world.clock.runFor(3_000);
  assert.equal(world.runtime.world.ledger.reconciled.size, 0);
  await world.clock.runFor(10_000);
  await world.clock.until(world.ask('a'));
  assert.equal(world.order('a').phase, 'working');
});

test('a limit that the next configuration does not name blocks, and is named; the others stand', async () => {
  const first = await life();
  first.crash();
  const { maxPosition: _gone, ...limits } = LIMITS;
  const second = await life({ clock: first.clock, disk: first.disk, venues: [first.venue], settings: { limits: { ...limits, maxPosition: {} } } });
  await second.clock.until(second.ask('a'));
  assert.deepEqual([second.order('a').blocked?.control, second.order('a').blocked?.limit], ['position', 'not configured']);
  assert.match(second.order('a').blocked?.observed ?? '', /limits\.maxPosition names no limit for BTC\/USD/);
});

test('two venues that count one instrument in different units do not share its limits: what cannot be told apart blocks', async () => {
  const fine = { ...btcUsd, quantityScale: 9, quantityStepUnits: 10_000n, minQuantityUnits: 100_000n, quoteScale: 11, minNotionalUnits: 0n };
  const [left, right] = [new BenchVenue({ name: 'left' }), new BenchVenue({ name: 'right', instruments: [fine], held: { BTC: 0n } })];
  const world = await life({ venues: [left, right], settings: { limits: { ...LIMITS, maxPosition: { default: '2' } } } });
  await world.clock.until(Promise.all([world.ask('left', { quantityText: '3' }, 'left'), world.ask('right', { quantityText: '3' }, 'right')]));
  assert.deepEqual([world.order('left').phase, world.order('right').phase], ['blocked', 'blocked']);
});

test('an instrument that the venue counts in other units than the books do trades no more, and the books stay what they are', async () => {
  const first = await life();
  first.crash();
  const finer = new BenchVenue({ instruments: [{ ...btcUsd, quantityScale: 9, quantityStepUnits: 10_000n, minQuantityUnits: 100_000n, quoteScale: 11 }], held: { BTC: 1_000_000_000n, USD: 100_000_000_000_000_000n } });
  const second = await life({ clock: first.clock, disk: first.disk, venues: [finer] });
  await second.clock.until(second.ask('a', { quantityText: '0.5' }));
  assert.equal(second.order('a').phase, 'blocked');
  assert.equal(finer.count('submit'), 0);
});

test('nothing grows with the number of orders that are over', async () => {
  const world = await life({ settings: { limits: { ...LIMITS, maxPosition: { default: '100' } } } });
  for (let i = 0; i < 40; i++) {
    await world.clock.until(world.ask(`k${i}`, { quantityText: '0.01' }));
    await world.clock.runFor(50);
    world.venue.fill(`v${i + 1}`);
    world.venue.tell({ kind: 'order', report: world.venue.order() });
  }
  await world.clock.runFor(60_000);
  assert.equal(world.runtime.settled, true);
  assert.ok(world.timers <= 5, `${world.timers} timers: two for prices, one for the next look, and little else`);
});
