import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { settle } from '../edges/clock/index.ts';
import { sleep } from '../ports/index.ts';
import { VirtualClock } from './clock.ts';
import { Timers } from './timers.ts';

const start = (): VirtualClock => new VirtualClock({ settle, startWallMs: 1_000_000 });

test('C2: timers run by time, and those of the same time in the order in which they were set', async () => {
  const clock = start();
  const ran: string[] = [];
  clock.timer(5, () => ran.push(`b at ${clock.monotonicMs()}`));
  clock.timer(5, () => ran.push(`c at ${clock.monotonicMs()}`));
  clock.timer(1, () => ran.push(`a at ${clock.monotonicMs()}`));
  clock.timer(-3, () => ran.push(`now at ${clock.monotonicMs()}`));
  while (await clock.advance());
  assert.deepEqual(ran, ['now at 0', 'a at 1', 'b at 5', 'c at 5']);
});

test('C2: all the work a timer starts is done before the next one runs, however many promises it goes through', async () => {
  const clock = start();
  const ran: string[] = [];
  clock.timer(1, () => void (async () => {
    for (let i = 0; i < 50; i++) await new Promise<void>((resolve) => process.nextTick(resolve));
    ran.push('first');
  })());
  clock.timer(1, () => ran.push('second'));
  await clock.runFor(1);
  assert.deepEqual(ran, ['first', 'second']);
});

test('a timer set for now by a timer runs at the same time, after those already waiting for it', async () => {
  const clock = start();
  const ran: string[] = [];
  clock.timer(2, () => { ran.push('a'); clock.timer(0, () => ran.push('c')); });
  clock.timer(2, () => ran.push('b'));
  await clock.runFor(2);
  assert.deepEqual(ran, ['a', 'b', 'c']);
});

test('C1: stepping the wall clock does not move the monotonic one, nor any timer', async () => {
  const clock = start();
  let ranAtMs = -1;
  clock.timer(10, () => (ranAtMs = clock.monotonicMs()));
  await clock.runFor(4);
  clock.stepWall(-500_000);
  assert.equal(clock.monotonicMs(), 4);
  assert.equal(clock.wallMs(), 500_004);
  await clock.runFor(6);
  assert.equal(ranAtMs, 10);
});

test('runFor ends at its time with later timers still waiting; runUntil says whether it came to pass', async () => {
  const clock = start();
  let woke = false;
  void sleep(clock, 100).then(() => (woke = true));
  await clock.runFor(99);
  assert.equal(woke, false);
  assert.equal(clock.monotonicMs(), 99);
  assert.equal(clock.nextAtMs(), 100);
  assert.equal(await clock.runUntil(() => woke, 1_000), true);
  assert.equal(clock.monotonicMs(), 100);
  assert.equal(await clock.runUntil(() => false, 50), false);
  assert.equal(clock.monotonicMs(), 150);
  assert.equal(await clock.until(sleep(clock, 5).then(() => 'slept')), 'slept');
  await assert.rejects(clock.until(new Promise(() => {}), 10), /did not happen by 165 ms/);
});

test('C3: what a timer throws reaches whoever advances the clock', async () => {
  const clock = start();
  clock.timer(1, () => { throw new Error('broken'); });
  await assert.rejects(clock.advance(), /broken/);
});

test('T1, T2: whatever is set, cancelled and taken, timers come out by time and order, and none that was cancelled', () => {
  const steps = fc.array(fc.oneof(
    fc.record({ do: fc.constant('set' as const), atMs: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ do: fc.constant('cancel' as const), which: fc.nat(400) }),
    fc.record({ do: fc.constant('take' as const) }),
  ), { maxLength: 400, size: 'max' });
  fc.assert(fc.property(steps, (history) => {
    const timers = new Timers();
    const expected: { atMs: number; id: number }[] = [];
    const cancels: (() => void)[] = [];
    let taken = -1;
    for (const step of history) {
      if (step.do === 'set') {
        const id = cancels.length;
        expected.push({ atMs: step.atMs, id });
        cancels.push(timers.set(step.atMs, () => (taken = id)));
      } else if (step.do === 'cancel') {
        cancels[step.which]?.();
        const at = expected.findIndex((timer) => timer.id === step.which);
        if (at >= 0) expected.splice(at, 1);
      } else {
        expected.sort((a, b) => a.atMs - b.atMs || a.id - b.id);
        const next = expected.shift();
        taken = -1;
        assert.equal(timers.nextAtMs(), next?.atMs);
        timers.take()?.();
        assert.equal(taken, next?.id ?? -1);
      }
      assert.equal(timers.size, expected.length);
    }
  }));
});
