import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFloor, placed, stateOf } from './fixture.ts';
import { seededWalk } from './walk.ts';

test('a walk is the same whenever and in whatever sequence it is asked for, and another with another seed', () => {
  const ticks = Array.from({ length: 500 }, (_, index) => 1_700_000_000 + index * 37);
  const [walk, same, other] = [seededWalk(1, 6_000_000n, 60), seededWalk(1, 6_000_000n, 60), seededWalk(2, 6_000_000n, 60)];
  const path = ticks.map(walk);
  assert.deepEqual(ticks.toReversed().map(same).toReversed(), path);
  assert.notDeepEqual(ticks.map(other), path);
  assert.deepEqual(path.slice(0, 3), [6_029_744n, 6_031_395n, 6_032_132n]); // the same on every machine
});

test('a walk moves in small steps, both ways, and stays near where it started', () => {
  const walk = seededWalk(3, 6_000_000n, 60);
  let [ups, downs, widest] = [0, 0, 0];
  for (let tick = 0; tick < 20_000; tick++) {
    const step = Number(walk(tick + 1) - walk(tick));
    if (step > 0) ups += 1;
    if (step < 0) downs += 1;
    widest = Math.max(widest, Math.abs(step) / 6_000_000);
    assert.ok(Math.abs(Number(walk(tick)) / 6_000_000 - 1) < 0.1);
  }
  assert.ok(ups > 8_000 && downs > 8_000 && widest < 0.001);
});

test('with time the walk comes to resting orders and fills them', async () => {
  const { exchange, clock } = await openFloor({ price: { 'GOLD/USD': { kind: 'walk', startPrice: '100', tickMs: 1_000, stepPpm: 500 } } });
  exchange.start();
  const last = Number(exchange.quote('GOLD/USD')?.last);
  const orders = [await placed(exchange, 'ann', `buy 1 @ ${(last * 0.998).toFixed(2)}`), await placed(exchange, 'bob', `sell 1 @ ${(last * 1.002).toFixed(2)}`)];
  clock.pass(600_000);
  await exchange.stop();
  assert.deepEqual(orders.map((order) => stateOf(exchange, order)), ['filled 1', 'filled 1']);
});
