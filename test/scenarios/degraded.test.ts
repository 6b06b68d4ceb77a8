/** What an illness of the system itself does to what may be ordered, with the whole runtime: half of each limit, and the whole again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderById } from '../../src/core/index.ts';
import { running } from '../support/running.ts';
import type { Json } from '../support/running.ts';

const MIB = 1_048_576;

/** A runtime whose disk fills and empties at our word; up, and everything heard. */
async function stage() {
  let freeMib = 10_000;
  const one = await running({ health: { freeBytes: () => freeMib * MIB } });
  const until = (state: string): Promise<boolean> => one.clock.runUntil(() => one.runtime.world.health.system.state === state, 120_000);
  await until('healthy');
  let orders = 0;
  const ask = async (quantity: string, side = 'buy'): Promise<Json> => (await one.intent({ key: `k${++orders}`, instrument: 'BTC/USD', side, quantity, type: 'limit', limitPrice: '50000' })).body;
  return { ...one, until, ask, frees: (mib: number): void => { freeMib = mib; } };
}

test('a degraded system lets half of each limit on exposure pass, says so, and lets the whole pass once it is well again', async () => {
  const one = await stage();
  one.frees(300);
  await one.until('degraded');
  const refused = await one.ask('0.6');
  assert.deepEqual([refused.phase, refused.blocked.code], ['blocked', 'BW-3020']);
  assert.equal(refused.blocked.limit, '25000 USD, 50% of 50000 USD while the system is degraded: disk is degraded: 300 MiB are left in the data folder');
  assert.deepEqual([refused.blocked.observed, refused.blocked.wouldPass], ['30000 USD', 'an order of at most 25000 USD, or by the whole limit once "breakwater components" says healthy']);
  const half = await one.ask('0.4');
  assert.equal(half.phase, 'sending', JSON.stringify(half));
  one.frees(10_000);
  await one.until('healthy');
  const whole = await one.ask('0.6');
  assert.equal(whole.phase, 'sending', JSON.stringify(whole));
});

test('after a start, while not everything was heard, what only half the limits refuse waits, and leaves once all was heard', async () => {
  const one = await running({ unstarted: true, health: {} });
  one.runtime.start();
  one.runtime.health.register({ component: 'model', kind: 'strategy', critical: true, checkEveryMs: 5_000, timeoutMs: 30_000, failures: 3, by: 'test' });
  await one.clock.runUntil(() => one.runtime.world.ledger.reconciled.has('paper') && one.runtime.prices.price('paper', 'BTC/USD', one.runtime.time.nowMs()) !== undefined, 10_000);
  assert.equal(one.runtime.world.health.system.state, 'recovering');
  const asked = (quantity: string): Promise<Json> => one.intent({ key: quantity, instrument: 'BTC/USD', side: 'buy', quantity, type: 'limit', limitPrice: '50000' });
  const phaseOf = (id: string): string | undefined => orderById(one.runtime.world.orders, id)?.phase;
  assert.equal((await asked('0.4')).body.phase, 'sending', 'half the limits are no reason to wait for what they let pass');
  const { body: waiting } = await asked('0.55');
  assert.equal(phaseOf(waiting.orderId), 'intended');
  assert.equal((await asked('1.2')).body.phase, 'blocked', 'nor do the whole limits wait for anything');
  one.runtime.health.heartbeat('model');
  await one.clock.runUntil(() => one.runtime.world.health.system.state === 'healthy', 10_000);
  await one.clock.runFor(1_000);
  assert.equal(phaseOf(waiting.orderId), 'working');
});

test('how often components are looked at, and how many looks are believed, is a setting', async () => {
  for (const [watch, withinMs] of [[{ checkEveryMs: 1_000, timeoutMs: 5_000, failures: 1 }, 1_500], [{ checkEveryMs: 5_000, timeoutMs: 30_000, failures: 3 }, 15_500]] as const) {
    let freeMib = 10_000;
    const one = await running({ settings: { watch }, health: { freeBytes: () => freeMib * MIB } });
    await one.clock.runUntil(() => one.runtime.world.health.system.state === 'healthy', 120_000);
    freeMib = 300;
    const fromMs = one.clock.monotonicMs();
    await one.clock.runUntil(() => one.runtime.world.health.system.state === 'degraded', 120_000);
    const tookMs = one.clock.monotonicMs() - fromMs;
    assert.ok(tookMs <= withinMs && tookMs > withinMs / 4, `${tookMs} ms with looks every ${watch.checkEveryMs} ms`);
  }
});
