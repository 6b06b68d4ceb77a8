import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../ports/index.ts';
import { silenceWatch } from './silence.ts';

/** A clock whose time is told, and whose timers may run late. */
function told(): { clock: Clock; at: (nowMs: number) => void } {
  let nowMs = 0;
  const timers = new Set<{ dueMs: number; run: () => void }>();
  const clock: Clock = {
    monotonicMs: () => nowMs, wallMs: () => nowMs,
    timer: (delayMs, run) => { const timer = { dueMs: nowMs + delayMs, run }; timers.add(timer); return () => void timers.delete(timer); },
  };
  const at = (ms: number): void => {
    nowMs = ms;
    for (const timer of [...timers]) if (timer.dueMs <= ms && timers.delete(timer)) timer.run();
  };
  return { clock, at };
}

test('V1: the dead are told once, after the last sign of life and not after the first', () => {
  const { clock, at } = told();
  let deaths = 0;
  const watch = silenceWatch(clock, 3_000, () => (deaths += 1));
  at(10_000);
  watch.heard();
  at(12_000);
  watch.heard();
  at(13_000);
  at(14_999);
  assert.equal(deaths, 0);
  at(15_000);
  assert.equal(deaths, 1);
  watch.heard();
  at(60_000);
  assert.equal(deaths, 1);
});

test('V2: after a pause of our own the peer gets a chance to be heard', () => {
  const { clock, at } = told();
  let deaths = 0;
  const watch = silenceWatch(clock, 3_000, () => (deaths += 1));
  watch.heard();
  at(9_000); // the process was stopped meanwhile
  assert.equal(deaths, 0);
  watch.heard(); // what had arrived
  at(9_250);
  assert.equal(deaths, 0);
  at(12_000);
  assert.equal(deaths, 1);
});

test('after its end nothing is told, and without a time nothing is watched', () => {
  const { clock, at } = told();
  const watch = silenceWatch(clock, 3_000, () => assert.fail('told after its end'));
  watch.heard();
  watch.stop();
  silenceWatch(clock, undefined, () => assert.fail('watched without a time')).heard();
  at(60_000);
});
