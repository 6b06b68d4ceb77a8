import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../edges/clock/index.ts';
import { VirtualClock } from '../sim/clock.ts';
import { AbortedError, TimeoutError } from './errors.ts';
import { Timeout } from './timeout.ts';
import { TimerWheel } from './wheel.ts';

const setting = (timeoutMs = 1_000) => {
  const clock = new VirtualClock({ settle: settle });
  const wheel = new TimerWheel(clock);
  return { clock, wheel, timeout: new Timeout(clock, wheel, timeoutMs) };
};
const never = (): Promise<never> => new Promise(() => {});

test('work that is quick enough gives its value, and leaves nothing waiting', async () => {
  const { timeout, wheel } = setting();
  assert.equal(await timeout.call(() => Promise.resolve(7)), 7);
  assert.ok(wheel.idle);
});

test('work that fails gives its own error', async () => {
  const { timeout, wheel } = setting();
  await assert.rejects(timeout.call(() => Promise.reject(new Error('no'))), /^Error: no$/);
  await assert.rejects(timeout.call(() => { throw new Error('at once'); }), /at once/);
  assert.ok(wheel.idle);
});

test('work that takes too long ends as unknown, is told so, and what it does later reaches nobody', async () => {
  const { clock, timeout } = setting();
  let tell: (value: number) => void = () => {};
  let told: unknown;
  const call = timeout.call((scope) => {
    scope.signal.addEventListener('abort', () => { told = scope.signal.reason; });
    return new Promise<number>((resolve) => { tell = resolve; });
  });
  const ended = assert.rejects(call, (thrown) => thrown instanceof TimeoutError && thrown.happened === 'unknown');
  await clock.runFor(1_010);
  await ended;
  assert.ok(told instanceof TimeoutError);
  tell(1);
});

test('it does not end before its time, and at most one step of the wheel after it', async () => {
  const { clock, timeout } = setting(1_001);
  let endedAtMs = 0;
  void timeout.call(never).catch(() => { endedAtMs = clock.monotonicMs(); });
  await clock.runFor(2_000);
  assert.ok(endedAtMs >= 1_001 && endedAtMs <= 1_009, `${endedAtMs}`);
});

test('the nearer deadline holds, and work whose deadline has passed is not begun', async () => {
  const { clock, timeout } = setting();
  let endedAtMs = 0;
  void timeout.call(never, { deadlineMs: 96 }).catch(() => { endedAtMs = clock.monotonicMs(); });
  await clock.runFor(500);
  assert.ok(endedAtMs >= 96 && endedAtMs <= 104);
  let begun = false;
  await assert.rejects(timeout.call(async () => { begun = true; }, { deadlineMs: 400 }), (thrown) => thrown instanceof TimeoutError && thrown.happened === 'not-begun');
  assert.equal(begun, false);
});

test('a caller that gives up is answered at once, and so is the work', async () => {
  const { timeout, wheel } = setting();
  const caller = new AbortController();
  let heard = false;
  const call = timeout.call((scope) => {
    scope.onEnd(() => { heard = true; });
    return never();
  }, { signal: caller.signal });
  caller.abort(new Error('changed my mind'));
  await assert.rejects(call, AbortedError);
  assert.ok(heard && wheel.idle);
});

test('of a hundred thousand time-outs set and taken back, none takes room', async () => {
  const { timeout, wheel } = setting(30_000);
  for (let i = 0; i < 100_000; i += 1) await timeout.call(() => Promise.resolve());
  assert.ok(wheel.idle);
});

test('time-outs of many lengths run in the order of their times', async () => {
  const { clock, wheel } = setting();
  const ran: number[] = [];
  for (const dueMs of [900, 10, 11, 4_000, 10, 899, 1]) wheel.at(dueMs, () => ran.push(dueMs));
  const gone = wheel.at(500, () => ran.push(500));
  wheel.at(400, () => wheel.takeBack(gone));
  await clock.runFor(10_000);
  assert.deepEqual(ran, [1, 10, 10, 11, 899, 900, 4_000]);
  assert.equal(clock.nextAtMs(), undefined, 'an idle wheel asks for no timer');
});
