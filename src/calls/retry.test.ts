import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../base/index.ts';
import { settle } from '../edges/clock/index.ts';
import { VirtualClock } from '../sim/clock.ts';
import { Breaker } from './breaker.ts';
import { RetryBudget } from './budget.ts';
import { compose } from './compose.ts';
import { TimeoutError } from './errors.ts';
import { idempotent } from './guard.ts';
import { Retry, RetryUnbegun } from './retry.ts';
import type { RetryOptions } from './retry.ts';
import { Timeout } from './timeout.ts';
import { TimerWheel } from './wheel.ts';

const setting = (options: RetryOptions = {}) => {
  const clock = new VirtualClock({ settle });
  const wheel = new TimerWheel(clock);
  const ports = { clock, wheel, random: seededRandom(1) };
  const calledAtMs: number[] = [];
  const failing = (times: number, error: () => unknown = () => new Error('down')) => idempotent(() => {
    calledAtMs.push(clock.monotonicMs());
    return calledAtMs.length <= times ? Promise.reject(error() as Error) : Promise.resolve('value');
  });
  return { clock, wheel, ports, calledAtMs, failing, retry: new Retry(ports, options), unbegun: new RetryUnbegun(ports, options) };
};

test('what fails is tried again, after longer and longer waits, and no more often than it may', async () => {
  const { clock, retry, failing, calledAtMs } = setting({ tries: 4, firstDelayMs: 1_000 });
  const given = assert.rejects(retry.call(failing(99)), /down/);
  await clock.runFor(60_000);
  await given;
  assert.equal(calledAtMs.length, 4);
  const waits = calledAtMs.slice(1).map((atMs, i) => atMs - (calledAtMs[i] ?? 0));
  waits.forEach((waitMs, i) => assert.ok(waitMs >= 500 * 2 ** i && waitMs <= 1_000 * 2 ** i + 8, `${waits.join(', ')}`));
});

test('work that may not be repeated does not compile, and is tried again only when it was surely not begun', async () => {
  const { clock, retry, unbegun, ports } = setting();
  const sending = (): Promise<string> => Promise.reject(new TimeoutError(100, 'unknown'));
  // @ts-expect-error an order is not repeatable: nobody declared that it is
  const wrong = retry.call(sending);
  wrong.catch(() => undefined);
  let sent = 0;
  await assert.rejects(unbegun.call(() => { sent += 1; return sending(); }), TimeoutError);
  assert.equal(sent, 1);
  const refusedTwice = { count: 0 };
  const given = unbegun.call(() => (refusedTwice.count++ < 2 ? Promise.reject(Object.assign(new Error('refused'), { happened: 'not-begun' })) : Promise.resolve('sent')));
  await clock.runFor(10_000);
  assert.equal(await given, 'sent');
  void ports;
});

test('Retry-After is obeyed to the millisecond, and a wait that would outlast the deadline is not begun', async () => {
  const limited = (): unknown => Object.assign(new Error('429'), { retryAfterMs: 7_000 });
  const { clock, retry, failing, calledAtMs } = setting();
  const given = retry.call(failing(1, limited));
  await clock.runFor(7_010);
  assert.equal(await given, 'value');
  assert.ok((calledAtMs[1] ?? 0) >= 7_000);
  const other = setting();
  await assert.rejects(other.retry.call(other.failing(1, limited), { deadlineMs: 5_000 }), /429/);
  assert.equal(other.clock.monotonicMs(), 0);
});

test('whoever gives up ends the wait at once, and nothing more is called', async () => {
  const { clock, retry, failing, calledAtMs } = setting();
  const caller = new AbortController();
  const given = assert.rejects(retry.call(failing(9), { signal: caller.signal }), /Given up/);
  await settle();
  caller.abort();
  await given;
  await clock.runFor(60_000);
  assert.equal(calledAtMs.length, 1);
});

test('a confirmation that arrives by another way is the answer, and cancels the retry that was pending', async () => {
  const { clock, retry, failing, calledAtMs } = setting();
  let confirm: (value: string) => void = () => {};
  const given = retry.call(failing(9), { confirmation: new Promise<string>((resolve) => { confirm = resolve; }) });
  await settle();
  confirm('accepted, says the stream');
  assert.equal(await given, 'accepted, says the stream');
  await clock.runFor(60_000);
  assert.equal(calledAtMs.length, 1);
});

test('retries inside retries do not multiply', async () => {
  const { clock, ports, failing, calledAtMs } = setting();
  const nested = compose(new Retry(ports, { tries: 4 }), new Retry(ports, { tries: 4 }), new Retry(ports, { tries: 4 }));
  const given = assert.rejects(nested.call(failing(99)), /down/);
  await clock.runFor(600_000);
  await given;
  assert.equal(calledAtMs.length, 4);
});

test('all retries of a process draw on one budget: a tenth of the calls, and a few a second', async () => {
  const budget = new RetryBudget({ purse: 5, floorPerSecond: 0 });
  const { clock, ports } = setting();
  const retry = new Retry(ports, { budget, firstDelayMs: 1 });
  let called = 0;
  for (let wave = 0; wave < 100; wave += 1) {
    const calls = Promise.allSettled(Array.from({ length: 10 }, () => retry.call(idempotent(() => { called += 1; return Promise.reject(new Error('down')); }))));
    await clock.runFor(100);
    await calls;
  }
  assert.ok(called <= 1_000 + 100 + 5, `${called}`);
  assert.ok(called >= 1_050);
});

test('an open circuit is not hammered, unless the policy says when to come back', async () => {
  const { clock, ports, calledAtMs, failing } = setting();
  const breaker = new Breaker(clock, { name: 'venue', policy: { failuresToOpen: 1, jitterPercent: 0, openMs: 2_000 } });
  const hasty = assert.rejects(compose(new Retry(ports), breaker).call(failing(99)), /is open/);
  await clock.runFor(1_500);
  await hasty;
  assert.equal(calledAtMs.length, 1);
  const patient = compose(new Retry(ports, { judge: () => ({ again: true }) }), breaker);
  const given = patient.call(idempotent(() => Promise.resolve('back')));
  await clock.runFor(2_100);
  assert.equal(await given, 'back');
});

test('a policy per category of error: what will not change is not tried again', async () => {
  const { retry, failing, calledAtMs } = setting({ judge: (thrown) => (String(thrown).includes('bad request') ? { again: false } : undefined) });
  await assert.rejects(retry.call(failing(9, () => new Error('bad request'))), /bad request/);
  assert.equal(calledAtMs.length, 1);
});

test('each try sees one deadline, which the tries before it have used up', async () => {
  const { clock, wheel, ports } = setting();
  const guarded = compose(new Retry(ports, { firstDelayMs: 100 }), new Timeout(clock, wheel, 400));
  const deadlines: number[] = [];
  const given = assert.rejects(guarded.call(idempotent((scope) => { deadlines.push(scope.deadlineMs - clock.monotonicMs()); return new Promise(() => {}); }), { deadlineMs: 1_000 }));
  await clock.runFor(2_000);
  await given;
  assert.ok(deadlines.length === 2 && deadlines[0] === 400 && (deadlines[1] ?? 0) <= 400, `${deadlines.join(', ')}`);
});

test('there is no way to try for ever', () => {
  assert.throws(() => setting({ tries: Infinity }), /no way to try for ever/);
});
