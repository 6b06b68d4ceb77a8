/** What the venue itself refuses, by whatever request that was learnt, is known to the circuits of the life that listens. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { life, virtualClock } from '../../../test/kit/life.ts';
import type { Life } from '../../../test/kit/life.ts';
import { answered, ScriptedNet } from '../../../test/support/scripted-net.ts';
import { seededRandom } from '../../base/index.ts';
import { MemoryQuotaStore, RetryBudget } from '../../calls/index.ts';
import { Gateway } from './index.ts';

const limits = [{ name: 'trading', requests: 1_000, perMs: 60_000 }];

async function started(status: number, headers: Record<string, string> = {}) {
  const clock = virtualClock();
  const net = new ScriptedNet(() => answered(status, '', headers));
  const gateway = new Gateway({ clock, net, random: seededRandom(1), retries: new RetryBudget(), owner: 'test' }, { name: 'sim', limits, store: new MemoryQuotaStore() });
  const world = await life({ clock, binding: { gateway } });
  const cancel = (): Promise<unknown> => clock.until(gateway.net.request({ method: 'DELETE', url: 'http://venue/v2/orders/1', headers: {}, passage: { lane: 'cancel', limit: 'trading' } }, 4_000));
  return { clock, gateway, world, cancel };
}

const openOf = (world: Life): string[] => world.entries.flatMap(({ fact }) => (fact.type === 'breaker.opened' ? [`${fact.breaker}: ${fact.reason}`] : []));
const untilOf = (world: Life, name: string): unknown => world.runtime.breakers.view(world.runtime.time.nowMs()).find((view) => view.name === name)?.circuit.until;

test('G7: a 429 opens the circuits of orders and readings for as long as the venue said, also where a cancel was what it refused', async () => {
  const { clock, world, cancel } = await started(429, { 'retry-after': '20' });
  const nowMs = world.runtime.time.nowMs();
  await cancel();
  await clock.runFor(100);
  assert.deepEqual(openOf(world), ['sim/orders: sim says that we ask too much', 'sim/reads: sim says that we ask too much']);
  assert.equal(untilOf(world, 'sim/orders'), nowMs + 20_000);
  await world.clock.until(world.ask('a'));
  await clock.runFor(15_000);
  assert.equal(world.venue.count('submit'), 0, 'nothing is even prepared to leave');
  await clock.runFor(20_000);
  assert.deepEqual([world.venue.count('submit'), world.order('a').phase], [1, 'working'], 'and it leaves when it may');
});

test('G7: a ban is told as what it is', async () => {
  const { clock, world, cancel } = await started(418, { 'retry-after': '300' });
  const nowMs = world.runtime.time.nowMs();
  await cancel();
  await clock.runFor(100);
  assert.deepEqual(openOf(world), ['sim/orders: sim has banned us', 'sim/reads: sim has banned us']);
  assert.equal(untilOf(world, 'sim/reads'), nowMs + 300_000);
});

test('G7: where the venue does not say for how long, the circuits are open for as long as is configured', async () => {
  const { clock, world, cancel } = await started(429);
  const nowMs = world.runtime.time.nowMs();
  await cancel();
  await clock.runFor(100);
  assert.equal(untilOf(world, 'sim/orders'), nowMs + 10_000);
});

test('a life that is over is told nothing more', async () => {
  const { clock, world, cancel } = await started(429, { 'retry-after': '20' });
  await clock.until(world.runtime.stop('test'));
  const before = world.entries.length;
  await cancel();
  await clock.runFor(1_000);
  assert.equal(world.entries.length, before);
});
