import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as cockatiel from 'cockatiel';
import { seededRandom } from '../base/index.ts';
import { settle } from '../edges/clock/index.ts';
import { VirtualClock } from '../sim/clock.ts';
import { Breaker } from './breaker.ts';
import { asCockatielPolicy } from './cockatiel.ts';
import { AbortedError, CircuitOpenError } from './errors.ts';
import { Retry } from './retry.ts';
import { TimerWheel } from './wheel.ts';

const setting = () => {
  const clock = new VirtualClock({ settle });
  const breaker = new Breaker(clock, { name: 'ours', policy: { failuresToOpen: 3 } });
  const ours: cockatiel.IPolicy = asCockatielPolicy(clock, breaker); // the types of cockatiel hold it to its shape
  return { clock, breaker, ours };
};
const bad = (): Promise<never> => Promise.reject(new Error('down'));

test('our breaker stands in cockatiel\'s wrap: within its retry, around its bulkhead', async () => {
  const { breaker, ours } = setting();
  const wrapped = cockatiel.wrap(cockatiel.retry(cockatiel.handleAll, { maxAttempts: 1, backoff: new cockatiel.ConstantBackoff(0) }), ours, cockatiel.bulkhead(1));
  assert.equal(await wrapped.execute(({ signal, attempt }) => `${signal.aborted} ${attempt}`), 'false 0');
  await assert.rejects(wrapped.execute(bad), /down/);
  assert.equal(breaker.metrics.failed, 2);
  await assert.rejects(wrapped.execute(bad), CircuitOpenError);
});

test('as the outermost it tells of successes and failures, to whoever still listens', async () => {
  const { ours } = setting();
  const wrapped = cockatiel.wrap(ours, cockatiel.noop);
  const heard: string[] = [];
  const listening = wrapped.onSuccess(({ duration }) => heard.push(`good ${duration}`));
  wrapped.onFailure(({ handled, reason }) => heard.push(`bad ${handled} ${'error' in reason && reason.error instanceof Error ? reason.error.message : ''}`));
  await wrapped.execute(() => 1);
  listening.dispose();
  await wrapped.execute(() => 2);
  await assert.rejects(wrapped.execute(() => { throw new Error('at once'); }), /at once/);
  assert.deepEqual(heard, ['good 0', 'bad true at once']);
});

test('a caller that gives up is heard through it', async () => {
  const { ours } = setting();
  const caller = new AbortController();
  let signal: AbortSignal | undefined;
  const call = ours.execute((context) => { signal = context.signal; return new Promise((_, reject) => { context.signal.addEventListener('abort', () => reject(context.signal.reason as Error)); }); }, caller.signal);
  const ended = assert.rejects(call, AbortedError);
  await settle();
  caller.abort();
  await ended;
  assert.ok(signal?.aborted);
});

test('types: a guard that does work more than once is not taken, as nobody says that this work may be repeated', () => {
  const { clock } = setting();
  const retry = new Retry({ clock, wheel: new TimerWheel(clock), random: seededRandom(1) });
  // @ts-expect-error a policy is given any work
  assert.ok(asCockatielPolicy(clock, retry));
});
