import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../edges/clock/index.ts';
import { VirtualClock } from '../sim/clock.ts';
import { Breaker } from './breaker.ts';
import type { BreakerOptions } from './breaker.ts';
import { compose } from './compose.ts';
import { AbortedError, CircuitOpenError, TimeoutError } from './errors.ts';
import { Timeout } from './timeout.ts';
import { TimerWheel } from './wheel.ts';

const setting = (options: Partial<BreakerOptions> = {}) => {
  const clock = new VirtualClock({ settle: settle });
  const breaker = new Breaker(clock, { name: 'venue', policy: { jitterPercent: 0, rampMs: 0 }, ...options });
  const fail = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) await assert.rejects(breaker.call(() => Promise.reject(new Error(`down ${i}`))), /down/);
  };
  return { clock, breaker, fail };
};

test('five failures open it; a refusal says until when, and that nothing was begun', async () => {
  const { breaker, fail } = setting();
  await fail(5);
  let begun = false;
  await assert.rejects(breaker.call(async () => { begun = true; }), (thrown) =>
    thrown instanceof CircuitOpenError && thrown.happened === 'not-begun' && thrown.retryAfterMs === 60_000 && /open \(failures-in-a-row\).*60000 ms/.test(thrown.message));
  assert.equal(begun, false);
  assert.deepEqual(breaker.circuit.opening?.errors, ['down 2', 'down 3', 'down 4']);
  assert.equal(breaker.metrics.refused, 1);
});

test('a thousand callers of an open circuit are all refused at once, also while a probe hangs', async () => {
  const { clock, breaker, fail } = setting();
  await fail(5);
  await clock.runFor(60_000);
  void breaker.call(() => new Promise(() => {})).catch(() => undefined);
  const refused = await Promise.allSettled(Array.from({ length: 1_000 }, () => breaker.call(() => Promise.resolve(1))));
  assert.ok(refused.every((one) => one.status === 'rejected' && one.reason instanceof CircuitOpenError));
});

test('after three good probes it is closed again', async () => {
  const { clock, breaker, fail } = setting();
  await fail(5);
  await clock.runFor(60_000);
  for (let i = 0; i < 3; i += 1) assert.equal(await breaker.call(() => Promise.resolve(i)), i);
  assert.equal(breaker.circuit.phase, 'closed');
});

test('a caller that gives up says nothing about the other side; a time-out does', async () => {
  const { clock, breaker } = setting();
  for (let i = 0; i < 5; i += 1) await assert.rejects(breaker.call(() => Promise.reject(new AbortedError(undefined))));
  assert.equal(breaker.circuit.phase, 'closed');
  const guarded = compose(breaker, new Timeout(clock, new TimerWheel(clock), 100));
  const calls = Promise.allSettled(Array.from({ length: 5 }, () => guarded.call(() => new Promise(() => {}))));
  await clock.runFor(120);
  assert.ok((await calls).every((one) => one.status === 'rejected' && one.reason instanceof TimeoutError));
  assert.equal(breaker.circuit.phase, 'open');
});

test('errors may be judged: what the other side answered in good order is no failure of it', async () => {
  const { breaker, fail } = setting({ judge: () => 'success' });
  await fail(20);
  assert.equal(breaker.circuit.phase, 'closed');
});

test('a trip holds at once, and is answered only when it is remembered', async () => {
  let keep: () => void = () => {};
  const { breaker } = setting({ remember: () => new Promise((resolve) => { keep = resolve; }) });
  let answered = false;
  const tripped = breaker.trip({ reason: 'the loss of the day', until: 'manual' }).then(() => { answered = true; });
  await assert.rejects(breaker.call(() => Promise.resolve(1)), /the loss of the day.*until a person closes it/);
  await settle();
  assert.equal(answered, false);
  keep();
  await tripped;
});

test('a trip that cannot be remembered says so, and holds', async () => {
  const { breaker } = setting({ remember: () => Promise.reject(new Error('disk full')) });
  await assert.rejects(breaker.trip({ reason: 'loss', until: 'manual' }), /disk full/);
  await assert.rejects(breaker.call(() => Promise.resolve(1)), CircuitOpenError);
});

test('what it remembered opens the next one', async () => {
  let kept: BreakerOptions['circuit'];
  const { breaker } = setting({ remember: async (_, circuit) => { kept = circuit; } });
  await breaker.trip({ reason: 'loss', until: 'manual' });
  const { breaker: next } = setting({ ...(kept === undefined ? {} : { circuit: kept }) });
  await assert.rejects(next.call(() => Promise.resolve(1)), /loss/);
  await next.reset('sam');
  assert.equal(await next.call(() => Promise.resolve(1)), 1);
});

test('slow calls open it where that is asked for', async () => {
  const { clock, breaker } = setting({ policy: { slowPercent: 100, slowAfterMs: 50, jitterPercent: 0 } });
  for (let i = 0; i < 10; i += 1) {
    const call = breaker.call(() => new Promise((resolve) => void clock.timer(60, () => resolve(1))));
    await clock.runFor(60);
    await call;
  }
  assert.equal(breaker.circuit.opening?.rule, 'slow-rate');
});

test('every change is told, with what it made', async () => {
  const told: string[] = [];
  const { breaker, fail } = setting({ onEvent: (event, circuit) => void told.push(`${event.type} ${circuit.phase}`) });
  await fail(5);
  await breaker.reset('sam');
  assert.deepEqual(told, ['opened open', 'closed closed']);
});

test('an empty composition is refused: it would guard nothing and look as if it did', () => {
  assert.throws(() => compose(), /at least one guard/);
});
