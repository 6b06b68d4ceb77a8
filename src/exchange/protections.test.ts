import assert from 'node:assert/strict';
import { test } from 'node:test';
import { available, openFloor, placed, stateOf } from './fixture.ts';
import type { Floor } from './fixture.ts';
import { memoryLog } from './log.ts';

const protections = { deadManTimer: { shortestMs: 1_000, longestMs: 60_000 }, cancelOnDisconnect: true };
const types = ({ exchange }: Floor): string[] => exchange.oracle.log().map(({ type }) => type).slice(2);

test('an exchange has neither protection unless it is told to', async () => {
  const { exchange } = await openFloor();
  assert.deepEqual([exchange.deadMan, exchange.tether], [undefined, undefined]);
});

test('D1: a timer that is not set again cancels every open order of its account and of no other, in the turn that says why', async () => {
  const floor = await openFloor({ protections });
  const { exchange, clock, log } = floor;
  exchange.start();
  const [resting, part, others] = [await placed(exchange, 'ann', 'buy 2 @ 90'), await placed(exchange, 'ann', 'buy 2 @ 100'), await placed(exchange, 'bob', 'buy 1 @ 80')];
  await placed(exchange, 'bob', 'sell 1 @ 100');
  const stop = await placed(exchange, 'ann', 'buy 1 @ 120 stop 110');
  assert.deepEqual(await exchange.deadMan?.set('ann', 5_000), { kind: 'set', endsAtMs: 1_005_000 });
  clock.pass(4_999);
  assert.equal(stateOf(exchange, resting), 'new 0');
  clock.pass(1);
  await exchange.stop();
  assert.deepEqual([resting, part, others, stop].map((order) => stateOf(exchange, order)), ['cancelled 0', 'cancelled 1', 'new 0', 'cancelled 0']);
  assert.equal(exchange.order('ann', resting.id)?.protection, 'dead-man-timer');
  assert.deepEqual((JSON.parse(log.lines.at(-1) ?? '[]') as { type: string }[]).map(({ type }) => type), ['dead-man-ran-out', 'cancelled', 'cancelled', 'cancelled']);
  assert.equal(available(exchange, 'ann', 'USD'), '999900', 'what they held is free');
});

test('D2: set again it runs from then on; once it ran out it is off, and an order that comes later rests', async () => {
  const floor = await openFloor({ protections });
  const { exchange, clock } = floor;
  exchange.start();
  const first = await placed(exchange, 'ann', 'buy 1 @ 90');
  for (let round = 0; round < 5; round += 1) {
    await exchange.deadMan?.set('ann', 5_000);
    clock.pass(4_000);
  }
  assert.equal(stateOf(exchange, first), 'new 0');
  clock.pass(1_000);
  const later = await placed(exchange, 'ann', 'buy 1 @ 90');
  clock.pass(600_000);
  assert.deepEqual([stateOf(exchange, first), stateOf(exchange, later)], ['cancelled 0', 'new 0']);
});

test('ended it cancels nothing; out of its bounds it is as it was', async () => {
  const { exchange, clock } = await openFloor({ protections });
  exchange.start();
  const order = await placed(exchange, 'ann', 'buy 1 @ 90');
  for (const withinMs of [999, 60_001, 0, -1]) assert.deepEqual(await exchange.deadMan?.set('ann', withinMs), { kind: 'out-of-bounds' });
  await exchange.deadMan?.set('ann', 5_000);
  assert.deepEqual(await exchange.deadMan?.set('ann', undefined), { kind: 'set', endsAtMs: undefined });
  clock.pass(600_000);
  assert.equal(stateOf(exchange, order), 'new 0');
});

test('D3: an exchange that was down while a timer ran out cancels as soon as it is back, and tells the same after another restart', async () => {
  const log = memoryLog();
  const { exchange, clock } = await openFloor({ protections }, log);
  const order = await placed(exchange, 'ann', 'buy 1 @ 90');
  await exchange.deadMan?.set('ann', 5_000);
  await exchange.stop();
  clock.pass(60_000);
  for (let life = 0; life < 2; life += 1) {
    const again = await openFloor({ protections, clock }, log);
    again.exchange.start();
    clock.pass(1);
    await again.exchange.stop();
    assert.equal(stateOf(again.exchange, order), 'cancelled 0');
  }
  assert.equal(log.lines.filter((line) => line.includes('dead-man-ran-out')).length, 1);
});

test('the end of a connection that keeps orders alive cancels them all; one that was let go ends without a word', async () => {
  const floor = await openFloor({ protections });
  const { exchange } = floor;
  const [ended, letGo] = [exchange.tether?.('ann'), exchange.tether?.('ann')];
  const order = await placed(exchange, 'ann', 'buy 1 @ 90');
  ended?.();
  await exchange.stop();
  assert.deepEqual([stateOf(exchange, order), exchange.order('ann', order.id)?.protection], ['cancelled 0', 'disconnect']);
  ended?.();
  const later = await placed(exchange, 'ann', 'buy 1 @ 90');
  await exchange.deadMan?.set('ann', undefined);
  letGo?.();
  await exchange.stop();
  assert.equal(stateOf(exchange, later), 'new 0');
  assert.deepEqual(types(floor).filter((type) => type === 'disconnected'), ['disconnected']);
});
