import assert from 'node:assert/strict';
import { test } from 'node:test';
import { life, LIMITS, operator } from '../../test/kit/life.ts';
import { BenchVenue, never, unreadable } from '../../test/kit/venue.ts';

const halt = { kind: 'halt', by: 'sam', reason: 'test', cancelOrders: false } as const;

test('P1: nothing leaves before the entry it rests on is on disk, however long that takes', async () => {
  const flushMs = 900;
  const world = await life({ disks: { flushDelayMs: () => flushMs } });
  const durableAtSubmit: number[] = [];
  world.venue.meddle('submit', (really) => { durableAtSubmit.push(world.runtime.turns.durableSeq); return really(); }, 3);
  const asked = Promise.all(['a', 'b', 'c'].map((key) => world.ask(key)));
  await world.clock.runFor(flushMs - 10);
  assert.equal(world.venue.count('submit'), 0);
  await world.clock.until(asked);
  await world.clock.runFor(5_000);
  assert.equal(world.venue.count('submit'), 3);
  const sendings = world.entries.filter(({ fact }) => fact.type === 'order.sending').map(({ header }) => header.seq);
  for (const [index, seq] of sendings.entries()) assert.ok((durableAtSubmit[index] ?? 0) >= seq);
});

test('P1: a cancel waits for its entry too, for a while', async () => {
  const world = await life({ disks: { flushDelayMs: () => 240 } });
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(2_000);
  const cancel = world.runtime.submit({ kind: 'cancel', orderId: world.order('a').id, by: 'sam', reason: 'test' }, operator);
  await world.clock.runFor(230);
  assert.equal(world.venue.count('cancel'), 0);
  await world.clock.until(cancel);
  await world.clock.runFor(900);
  assert.equal(world.venue.count('cancel'), 1);
});

test('P2: an order whose answer never comes is sent once, and keeps its place in the limits', async () => {
  const world = await life();
  world.venue.meddle('submit', () => never());
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(600_000);
  assert.equal(world.venue.count('submit'), 1);
  assert.equal(world.order('a').phase, 'sending');
});

test('P2: the gate shut between decision and socket: nothing leaves, also once it opens again', async () => {
  const world = await life({ disks: { flushDelayMs: () => 200 } });
  const asked = world.ask('a');
  await world.clock.runFor(50);
  const halted = world.runtime.submit(halt, operator);
  await world.clock.until(Promise.all([asked, halted]));
  await world.clock.runFor(10_000);
  assert.equal(world.order('a').phase, 'abandoned');
  await world.clock.until(world.runtime.submit({ kind: 'resume', by: 'sam', reason: 'test' }, operator));
  await world.clock.runFor(60_000);
  assert.equal(world.venue.count('submit'), 0);
  assert.match(world.entries.flatMap(({ fact }) => (fact.type === 'order.deferred' ? [fact.why] : [])).join(), /stopped at the gate: HALTED by sam/);
});

test('P2: a gate that was shut and opened again while the disk was slow lets nothing pass that was judged before', async () => {
  const world = await life({ disks: { flushDelayMs: () => 2_000 }, settings: { appendTimeoutMs: 60_000 } });
  const asked = world.ask('a');
  await world.clock.runFor(50);
  const halted = world.runtime.submit(halt, operator);
  await world.clock.runFor(100);
  const resumed = world.runtime.submit({ kind: 'resume', by: 'sam', reason: 'test' }, operator);
  await world.clock.until(asked);
  assert.equal(world.venue.count('submit'), 0, 'what opened the gate is not on disk yet');
  await world.clock.until(Promise.all([halted, resumed]));
  await world.clock.runFor(10_000);
  assert.match(world.entries.flatMap(({ fact }) => (fact.type === 'order.deferred' ? [fact.why] : [])).join(), /it has moved since the order was judged/);
});

test('P2: a cancel between decision and socket keeps the order here', async () => {
  const world = await life({ disks: { flushDelayMs: () => 200 } });
  const asked = world.ask('a');
  await world.clock.runFor(50);
  const cancelled = world.runtime.submit({ kind: 'cancel', orderId: world.order('a').id, by: 'sam', reason: 'changed my mind' }, operator);
  await world.clock.until(Promise.all([asked, cancelled]));
  await world.clock.runFor(10_000);
  assert.equal(world.venue.count('submit'), 0);
  assert.equal(world.order('a').phase, 'abandoned');
});

test('P2: an order that could not leave for long after it was judged is judged anew, by the price of now', async () => {
  let flushMs = 1;
  const world = await life({ disks: { flushDelayMs: () => flushMs }, settings: { appendTimeoutMs: 60_000 } });
  flushMs = 20_000; // or the process was stopped meanwhile
  const asked = world.ask('a');
  await world.clock.runFor(10);
  flushMs = 1;
  world.venue.price = { bidUnits: 1_850_000n, askUnits: 1_850_000n };
  await world.clock.until(asked);
  await world.clock.runFor(5_000);
  assert.deepEqual([world.order('a').phase, world.venue.count('submit')], ['abandoned', 0]);
  assert.match(world.order('a').because ?? '', /price-collar/);
});

test('P3: a venue that throws, against its contract, has said nothing: the order is unknown, and is asked for', async () => {
  const world = await life();
  world.venue.meddle('submit', (really) => { really(); throw new Error('a bug of the adapter'); });
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(5_000);
  assert.deepEqual([world.order('a').phase, world.venue.count('submit'), world.failures.length], ['working', 1, 0]);
  assert.ok(world.types().includes('order.doubted'));
});

test('whatever call of a venue throws, this life goes on, and so does its looking', async () => {
  const world = await life();
  await world.clock.until(world.ask('a'));
  const bug = (): never => { throw new Error('a bug of the adapter'); };
  for (const call of ['activity', 'openOrders', 'balances', 'quotes', 'find', 'findByClientOrderId', 'cancel'] as const) world.venue.meddle(call, bug, 3);
  world.venue.fill('v1', 1_000n);
  world.venue.tell({ kind: 'order', report: world.venue.order() });
  await world.clock.until(world.runtime.submit({ kind: 'cancel', orderId: world.order('a').id, by: 'sam', reason: 'test' }, operator));
  await world.clock.runFor(120_000);
  assert.equal(world.failures.length, 0);
  assert.deepEqual([world.order('a').phase, world.order('a').filledUnits], ['booked', 1_000n]);
  assert.ok((world.runtime.world.ledger.reconciled.get('sim')?.atMs ?? 0) > world.runtime.time.nowMs() - 40_000, 'the venue is still looked at');
});

test('a venue whose very first call throws is met all the same', async () => {
  const venue = new BenchVenue();
  venue.meddle('instruments', () => { throw new Error('a bug of the adapter'); }, 2);
  venue.meddle('quotes', () => { throw new Error('a bug of the adapter'); }, 2);
  const world = await life({ venues: [venue] });
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(5_000);
  assert.equal(world.order('a').phase, 'working');
});

test('an unknown order is asked for soon at first, then seldom, and never given up', async () => {
  const world = await life();
  world.venue.meddle('submit', () => ({ kind: 'unknown', why: 'no answer' }));
  world.venue.meddle('findByClientOrderId', () => unreadable(), Number.POSITIVE_INFINITY);
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(10_000);
  const soon = world.venue.count('findByClientOrderId');
  assert.ok(soon >= 5, `${soon} times in ten seconds`);
  await world.clock.runFor(6 * 3_600_000);
  const later = world.venue.count('findByClientOrderId') - soon;
  assert.ok(later > 1_430 && later < 1_500, `${later} times in six hours: every fifteen seconds`);
  assert.equal(world.order('a').phase, 'unknown');
  world.venue.calm();
  await world.clock.runFor(60_000);
  assert.equal(world.venue.count('submit'), 1, 'the order is too old to be sent by then');
  assert.equal(world.order('a').phase, 'abandoned');
});

test('an order that waits for a price leaves soon after the first one', async () => {
  const venue = new BenchVenue();
  const { price } = venue;
  venue.price = undefined;
  const world = await life({ venues: [venue] });
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(3_000);
  assert.equal(world.order('a').phase, 'intended');
  venue.price = price;
  await world.clock.runFor(1_500);
  assert.equal(world.order('a').phase, 'working', 'it does not wait for the next look at the venue');
});

test('an order that may not wait longer is given up when its time is over, not when something else happens', async () => {
  const venue = new BenchVenue();
  venue.price = undefined;
  const world = await life({ venues: [venue], binding: { resendWithinMs: 7_000 }, settings: { reconcileEveryMs: 3_600_000 } });
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(7_600);
  assert.equal(world.order('a').phase, 'abandoned');
});

test('what is in flight is not asked for a second time, and many wait side by side', async () => {
  const world = await life({ settings: { limits: { ...LIMITS, maxPosition: { default: '1000' } } } });
  world.venue.meddle('submit', () => ({ kind: 'unknown', why: 'no answer' }), 50);
  let open = 0;
  let most = 0;
  world.venue.meddle('findByClientOrderId', () => {
    open += 1;
    most = Math.max(most, open);
    return new Promise((resolve) => void world.clock.timer(3_000, () => { open -= 1; resolve(unreadable()); }));
  }, Number.POSITIVE_INFINITY);
  await world.clock.until(Promise.all(Array.from({ length: 50 }, (_, index) => world.ask(`k${index}`, { quantityText: '0.01' }))));
  await world.clock.runFor(60_000);
  assert.equal(most, 50);
});

test('a venue that is no longer configured keeps its orders as they are, and they are told', async () => {
  const first = await life();
  await first.clock.until(first.ask('a'));
  await first.clock.runFor(100);
  first.crash();
  const other = new BenchVenue({ name: 'other' });
  const second = await life({ clock: first.clock, disk: first.disk, venues: [other] });
  await second.clock.runFor(300_000);
  assert.equal(second.order('a').phase, 'working');
  assert.ok(second.notes.some(({ level, message }) => level === 'critical' && /"sim" is not configured.*1 order/.test(message)), JSON.stringify(second.notes));
  assert.deepEqual(first.venue.calls, []);
  second.crash();
  const third = await life({ clock: first.clock, disk: first.disk, venues: [first.venue, other] });
  first.venue.fill('v1');
  await third.clock.runFor(40_000);
  assert.equal(third.order('a').phase, 'booked');
});

test('a venue that asks to be left alone is left alone by cancels, too', async () => {
  const world = await life();
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(500);
  world.venue.meddle('cancel', () => ({ kind: 'not-sent', why: '429', retryAfterMs: 9_000 }));
  await world.clock.until(world.runtime.submit({ kind: 'cancel', orderId: world.order('a').id, by: 'sam', reason: 'test' }, operator));
  await world.clock.runFor(8_900);
  assert.equal(world.venue.count('cancel'), 1);
  await world.clock.runFor(5_000);
  assert.ok(world.venue.count('cancel') >= 2);
  assert.equal(world.order('a').phase, 'booked');
});

test('a burst of news of executions is read in two readings, and nothing of it is missed', async () => {
  const world = await life();
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(500);
  const before = world.venue.count('activity');
  world.venue.meddle('activity', async (really) => {
    const early = really();
    await new Promise((resolve) => void world.clock.timer(400, () => resolve(undefined)));
    return early;
  });
  for (let i = 0; i < 100; i++) {
    world.venue.fill('v1', 1_000n);
    world.venue.tell({ kind: 'order', report: world.venue.order() });
  }
  await world.clock.runFor(1_000);
  assert.deepEqual([world.venue.count('activity') - before, world.order('a').filledUnits], [2, 100_000n]);
});

test('many resting orders do not use up what the venue allows', async () => {
  const world = await life({ settings: { limits: { ...LIMITS, maxPosition: { default: '1000' } } } });
  await world.clock.until(Promise.all(Array.from({ length: 100 }, (_, index) => world.ask(`k${index}`, { quantityText: '0.01' }))));
  await world.clock.runFor(5_000);
  world.venue.calls.length = 0;
  await world.clock.runFor(600_000);
  const perMinute = world.venue.calls.filter((call) => !call.startsWith('quotes')).length / 10;
  assert.ok(perMinute < 40, `${perMinute} requests a minute`);
});
