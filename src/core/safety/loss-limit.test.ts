import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AccountBench, COIN } from '../../../test/kit/account.ts';
import { Bench, limits } from '../../../test/kit/core.ts';
import type { BreakerTrip, RiskPolicy } from '../index.ts';
import { lossActionDue } from './index.ts';

const policy: RiskPolicy = { currency: 'USD', maxDailyLossUnits: 1_000n * COIN, rateMaxAgeMs: 30_000, unvaluedAfterMs: 10_000, onLimit: 'flatten' };
const LOSS = 'loss/default';

/** An account whose policy closes, with orders that rest. */
function ready(changes: Partial<RiskPolicy> = {}): Bench {
  const bench = Bench.ready({ held: { BTC: '1', USD: '1000000' } });
  bench.take({ kind: 'configure', venues: [], limits, risk: { ...policy, ...changes }, by: 'test' });
  bench.working('a', { limitPriceText: '19900' });
  bench.working('b', { limitPriceText: '19800' });
  return bench;
}
const trip = (bench: Bench, evidence: BreakerTrip['evidence'], by = 'risk'): void => void bench.take({ kind: 'trip-breaker', breaker: LOSS, reason: 'the loss of the day is 1000 USD', evidence, by });
const typesOf = (bench: Bench, type: string): number => bench.journal.filter((entry) => entry.type === type).length;
const act = (bench: Bench): string => bench.take({ kind: 'loss-limit' }).outcome.kind;
const whole = { rule: 'daily-loss', follows: 'flatten' };

test('A1: a trip of the whole limit begins one flatten, cancels what is open, and is never acted upon again', () => {
  const bench = ready();
  trip(bench, whole);
  assert.equal(act(bench), 'done');
  assert.deepEqual([typesOf(bench, 'kill.begun'), typesOf(bench, 'order.cancel-requested'), typesOf(bench, 'risk.acted')], [1, 2, 1]);
  assert.equal(bench.world.gate.state, 'FLATTENING');
  for (const again of [(): void => undefined, (): void => bench.crash(), (): void => bench.later(1_000)]) {
    again();
    assert.equal(act(bench), 'nothing-to-do');
  }
  assert.equal(typesOf(bench, 'kill.begun'), 1);
});

test('A1: wherever the disk ends, the next life has one flatten under way, and no other after it', () => {
  const lines = (): Bench => {
    const bench = ready();
    trip(bench, whole);
    return bench;
  };
  const tripped = lines().journal.length;
  const ended = (() => { const bench = lines(); act(bench); return bench.journal.length; })();
  assert.ok(ended > tripped + 2);
  for (let durable = tripped; durable <= ended; durable++) {
    const bench = lines();
    act(bench);
    bench.crash(durable);
    act(bench);
    act(bench);
    assert.deepEqual([typesOf(bench, 'kill.begun'), typesOf(bench, 'risk.acted')], [1, 1], `of ${ended} entries ${durable} were on the disk`);
    assert.equal([...bench.world.stops.values()].length, 1);
  }
});

test('A1: a flatten that somebody has begun is joined, and one that was tripped again after a reset is another', () => {
  const bench = ready();
  bench.take({ kind: 'kill', id: 'by-hand', word: 'flatten', by: 'sam', reason: 'enough' });
  trip(bench, whole);
  act(bench);
  assert.deepEqual([typesOf(bench, 'kill.begun'), typesOf(bench, 'risk.acted')], [1, 1]);
  for (const [venue] of bench.world.market.venues.entries()) bench.take({ kind: 'kill-step', id: 'by-hand', venue, step: 'confirm', outcome: 'done', detail: '', count: 2, tookMs: 1 });
  bench.take({ kind: 'kill-ended', id: 'by-hand', outcome: 'CONFIRMED', open: [], tookMs: 1 });
  assert.equal(bench.world.gate.state, 'HALTED');
  assert.equal(act(bench), 'nothing-to-do');
  bench.later(1_000);
  bench.take({ kind: 'reset-breaker', breaker: LOSS, by: 'sam', reason: 'seen' });
  assert.equal(act(bench), 'nothing-to-do');
  trip(bench, whole);
  act(bench);
  assert.equal(typesOf(bench, 'kill.begun'), 2);
});

test('A1: beside a flatten that has confirmed a venue already one of its own begins, and says so', () => {
  const bench = ready();
  const [venue = ''] = [...bench.world.market.venues.keys()];
  bench.take({ kind: 'kill', id: 'by-hand', word: 'flatten', by: 'sam', reason: 'enough' });
  bench.take({ kind: 'kill-step', id: 'by-hand', venue, step: 'confirm', outcome: 'done', detail: '', count: 2, tookMs: 1 });
  trip(bench, whole);
  const acted = bench.take({ kind: 'loss-limit' }).facts.find((fact) => fact.type === 'risk.acted');
  assert.deepEqual([typesOf(bench, 'kill.begun'), acted?.outcome, acted?.stop?.startsWith('loss-')], [2, 'begun', true]);
});

test('A2: what the configuration says after a trip changes nothing of it', () => {
  const before = ready({ onLimit: 'flatten' });
  trip(before, whole);
  const { onLimit: _none, ...quiet } = policy;
  before.take({ kind: 'configure', venues: [], limits, risk: quiet, by: 'test' });
  assert.equal(act(before), 'done');
  const after = ready();
  trip(after, { rule: 'daily-loss' });
  after.take({ kind: 'configure', venues: [], limits, risk: policy, by: 'test' });
  assert.equal(lossActionDue(after.world), undefined);
});

test('A3: a person, a streak, a worth that is not known and half a limit close nothing', () => {
  for (const [evidence, by] of [[{ rule: 'streak' }, 'risk'], [{ rule: 'unvalued' }, 'risk'], [{ rule: 'daily-loss while degraded' }, 'risk'], [whole, 'sam']] as const) {
    const bench = ready();
    trip(bench, evidence, by);
    assert.equal(act(bench), 'nothing-to-do', JSON.stringify(evidence));
  }
  const held = ready();
  trip(held, whole);
  held.take({ kind: 'hold-breaker', breaker: LOSS, hold: 'closed', untilMs: held.nowMs + 60_000, by: 'sam', reason: 'it is a fault of the feed' });
  assert.equal(act(held), 'nothing-to-do', 'a person holds it closed');
});

test('A3: of all that trips the loss breaker only the whole amounts say that more follows', () => {
  const told = (state: 'whole' | 'degraded', changes: Partial<RiskPolicy>, prices: readonly bigint[]): string[] => {
    const one = new AccountBench({ held: { BTC: '1', USD: '10000' }, policy: { onLimit: 'flatten', ...changes } });
    one.state = state;
    for (const cents of prices) one.looks(6, () => one.bench.quote(cents));
    return one.trips.map(({ rule, evidence }) => `${rule}: ${String(evidence['follows'])}`);
  };
  assert.deepEqual(told('whole', {}, [2_000_000n, 1_890_000n]), ['daily-loss: flatten']);
  assert.deepEqual(told('degraded', {}, [2_000_000n, 1_940_000n]), ['daily-loss while degraded: undefined']);
  assert.deepEqual(told('degraded', {}, [2_000_000n, 1_940_000n, 1_890_000n]), ['daily-loss while degraded: undefined', 'daily-loss: flatten']);
  assert.deepEqual(told('whole', { maxDrawdownPpm: 10_000, maxDailyLossUnits: 100_000n * COIN }, [2_000_000n, 1_890_000n]), ['drawdown: flatten']);
});

test('A4: where the control only observes nothing is done, and it is written down once; after a kill nothing is left to do', () => {
  const bench = ready();
  trip(bench, { rule: 'daily-loss', wouldFollow: 'flatten' });
  assert.deepEqual([act(bench), act(bench)], ['done', 'nothing-to-do']);
  assert.deepEqual([typesOf(bench, 'kill.begun'), bench.world.gate.state], [0, 'ACTIVE']);
  const killed = ready();
  killed.take({ kind: 'kill', id: 'k', word: 'kill', by: 'sam', reason: 'enough' });
  killed.take({ kind: 'kill-ended', id: 'k', outcome: 'CONFIRMED', open: [], tookMs: 1 });
  trip(killed, whole);
  act(killed);
  assert.deepEqual([typesOf(killed, 'kill.begun'), killed.world.gate.state], [1, 'LOCKED']);
});

test('a currency that is changed while a trip stands does not make it act again', () => {
  const bench = ready();
  trip(bench, whole);
  act(bench);
  bench.take({ kind: 'configure', venues: [], limits, risk: { ...policy, currency: 'BTC' }, by: 'test' });
  assert.equal(act(bench), 'nothing-to-do');
});
