import assert from 'node:assert/strict';
import { test } from 'node:test';
import { life, operator } from '../../../test/kit/life.ts';
import { unreadable } from '../../../test/kit/venue.ts';
import { digestOf } from '../../core/index.ts';
import { replay } from '../replay.ts';

const unknown = (): { readonly kind: 'unknown'; readonly why: string } => ({ kind: 'unknown', why: 'ECONNRESET' });
const trip = (breaker: string, untilMs?: number) => ({ kind: 'trip-breaker', breaker, reason: 'a drill', evidence: { seen: 1 }, by: 'test', ...(untilMs === undefined ? {} : { untilMs }) }) as const;

async function withOutage() {
  const world = await life();
  world.venue.meddle('submit', unknown, 5);
  for (let i = 0; i < 5; i += 1) {
    await world.clock.until(world.ask(`order ${i}`));
    await world.clock.runFor(20);
  }
  return world;
}

test('five orders without an answer open the circuit of orders; the sixth waits, and nothing of it is written down to be sent', async () => {
  const world = await withOutage();
  const { phase, opening } = world.runtime.world.breakers.get('sim/orders') ?? {};
  assert.deepEqual([phase, opening?.rule, opening?.errors.at(-1), opening?.counts.inARow], ['open', 'failures-in-a-row', 'ECONNRESET', 5]);
  await world.clock.until(world.ask('late'));
  await world.clock.runFor(500);
  assert.equal(world.order('late').phase, 'intended');
  assert.equal(world.venue.count('submit'), 5);
});

test('G3: when the time is over readings try it out, and the order that waited leaves then', async () => {
  const world = await withOutage();
  await world.clock.until(world.ask('late'));
  await world.clock.runFor(90_000);
  assert.equal(world.runtime.world.breakers.get('sim/orders')?.phase, 'closed');
  const types = world.types();
  const [opened, closed] = [types.indexOf('breaker.opened'), types.indexOf('breaker.closed')];
  assert.ok(opened > 0 && closed > opened && !types.slice(opened, closed).includes('order.sending'));
  assert.ok(world.order('late').phaseSeq > closed && world.order('late').attempt === 1);
});

test('an order that could only be late, or that waits for a person, is blocked with the circuit, why, and what would pass', async () => {
  const world = await life();
  await world.clock.until(world.runtime.submit(trip('sim/orders'), operator));
  await world.clock.until(world.ask('a'));
  const { blocked } = world.order('a');
  assert.deepEqual([blocked?.control, blocked?.code], ['breaker', 'BW-3104']);
  assert.match(`${blocked?.observed} ${blocked?.wouldPass}`, /sim\/orders is open: test: a drill .*breakers reset sim\/orders/);
});

test('G2: a trip that was answered is in force in the next life, at once, and until its own end', async () => {
  const world = await life();
  const untilMs = world.runtime.time.nowMs() + 30_000;
  await world.clock.until(world.runtime.submit(trip('loss/default', untilMs), operator));
  world.crash();
  const next = await life({ clock: world.clock, disk: world.disk });
  assert.equal(next.runtime.world.breakers.get('loss/default')?.until, untilMs);
  await next.clock.until(next.ask('b'));
  await next.clock.runFor(1_000);
  assert.equal(next.order('b').phase, 'intended');
  await next.clock.runFor(40_000);
  assert.equal(next.runtime.world.breakers.get('loss/default')?.phase, 'closed');
  assert.notEqual(next.order('b').phase, 'intended');
});

test('G4: a cancel leaves through an open circuit', async () => {
  const world = await life();
  await world.clock.until(world.ask('resting', { orderType: 'limit', limitPriceText: '19900' }));
  await world.clock.runFor(200);
  await world.clock.until(world.runtime.submit(trip('sim/orders'), operator));
  await world.clock.until(world.runtime.submit({ kind: 'cancel', orderId: world.order('resting').id, by: 'sam', reason: 'x' }, operator));
  await world.clock.runFor(200);
  assert.equal(world.venue.count('cancel'), 1);
});

test('a scope stops its own orders and no others', async () => {
  const world = await life();
  await world.clock.until(world.runtime.submit(trip('volatility/ETH/USD'), operator));
  await world.clock.until(world.runtime.submit(trip('loss/another-strategy'), operator));
  await world.clock.until(world.ask('a'));
  assert.notEqual(world.order('a').phase, 'blocked');
  await world.clock.until(world.runtime.submit(trip(`volatility/${world.order('a').symbol}`), operator));
  await world.clock.until(world.ask('b'));
  assert.equal(world.order('b').phase, 'blocked');
});

test('readings that fail stay away for seconds, and come back by themselves', async () => {
  const world = await life();
  world.venue.meddle('quotes', () => unreadable(), 7);
  await world.clock.runFor(20_000);
  assert.ok(world.types().includes('breaker.opened'));
  await world.clock.runFor(40_000);
  assert.equal(world.runtime.world.breakers.get('sim/prices')?.phase, 'closed');
});

test('an order that was stopped on our side says nothing about the venue', async () => {
  const world = await life();
  for (let i = 0; i < 8; i += 1) {
    const asked = world.ask(`order ${i}`);
    await world.clock.until(world.runtime.submit({ kind: 'halt', by: 'sam', reason: 'x', cancelOrders: false }, operator));
    await world.clock.until(asked);
    await world.clock.runFor(20);
    await world.clock.until(world.runtime.submit({ kind: 'resume', by: 'sam', reason: 'x' }, operator));
  }
  assert.equal(world.runtime.world.breakers.get('sim/orders'), undefined);
});

test('held closed it lets everything pass until its end, and a trip ends that', async () => {
  const world = await withOutage();
  await world.clock.until(world.runtime.submit({ kind: 'hold-breaker', breaker: 'sim/orders', hold: 'closed', untilMs: world.runtime.time.nowMs() + 10_000, by: 'sam', reason: 'a false alarm' }, operator));
  await world.clock.until(world.ask('held'));
  await world.clock.runFor(500);
  assert.equal(world.venue.count('submit'), 6);
  await world.clock.until(world.runtime.submit(trip('sim/orders', world.runtime.time.nowMs() + 100_000), operator));
  await world.clock.until(world.ask('tripped'));
  await world.clock.runFor(500);
  assert.equal(world.venue.count('submit'), 6);
});

test('what a replay comes to is the live world, circuits and all', async () => {
  const world = await withOutage();
  await world.clock.runFor(90_000);
  assert.equal(digestOf((await replay(world.disk.open(), { snapshots: false })).world), digestOf(world.runtime.world));
});
