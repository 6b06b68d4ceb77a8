import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvariantError } from '../base/index.ts';
import { settle } from '../edges/clock/index.ts';
import { VirtualClock } from '../sim/clock.ts';
import { Degraded, Genuine } from './answer.ts';
import { AbortedError, TimeoutError } from './errors.ts';
import { Fallback } from './fallback.ts';
import { idempotent } from './guard.ts';
import { Timeout } from './timeout.ts';
import { TimerWheel } from './wheel.ts';

const setting = (when?: (thrown: unknown) => boolean) => {
  const clock = new VirtualClock({ settle });
  const guard = new Timeout(clock, new TimerWheel(clock), 1_000);
  return { clock, fallback: new Fallback(guard, () => 'yesterday', when === undefined ? {} : { when }) };
};
const bad = (thrown: Error) => idempotent(() => Promise.reject<string>(thrown));

test('what is to be had is genuine; what is given instead says so, and why', async () => {
  const { clock, fallback } = setting();
  assert.deepEqual(await fallback.call(idempotent(() => Promise.resolve('today'))), new Genuine('today'));
  const trouble = new Error('down');
  assert.deepEqual(await fallback.call(bad(trouble)), new Degraded('yesterday', trouble));
  const hung = await clock.until(fallback.call(idempotent(() => new Promise<string>(() => {}))));
  assert.ok(hung instanceof Degraded && hung.cause instanceof TimeoutError);
});

test('D2: a caller that gave up, a broken belief and an error that is not meant are passed on', async () => {
  const { fallback } = setting((thrown) => !(thrown instanceof TypeError));
  for (const thrown of [new AbortedError('enough'), new InvariantError('broken'), new TypeError('a bug')]) await assert.rejects(fallback.call(bad(thrown)), thrown);
});

test('D3: where there is no other answer either, the first error is told', async () => {
  const clock = new VirtualClock({ settle });
  const none = new Fallback(new Timeout(clock, new TimerWheel(clock), 1_000), () => { throw new Error('neither'); });
  await assert.rejects(none.call(bad(new Error('down'))), /down/);
});

test('types: a degraded answer is refused where a genuine one is demanded, and an order cannot have one at all', () => {
  const { fallback } = setting();
  const decide = (answer: Genuine<string>): string => answer.value;
  // @ts-expect-error a degraded answer is not what was asked for
  decide(new Degraded('1', undefined));
  // @ts-expect-error work that may have had an effect has no other answer
  const refused = (): unknown => fallback.call(() => Promise.resolve('placed'));
  assert.equal(typeof refused, 'function');
});
