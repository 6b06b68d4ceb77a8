import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Window } from './window.ts';

type Sample = { readonly atMs: number; readonly failed: boolean; readonly slow: boolean };

test('the counts are those of a naive recount, whatever the gaps', () => {
  const sliceMs = 5_000;
  fc.assert(fc.property(fc.array(fc.record({ gapMs: fc.oneof(fc.nat(900), fc.nat(20_000), fc.nat(400_000)), failed: fc.boolean(), slow: fc.boolean() }), { maxLength: 80 }), (steps) => {
    const window = new Window(12 * sliceMs);
    const seen: Sample[] = [];
    let nowMs = 12_345;
    for (const { gapMs, failed, slow } of steps) {
      nowMs += gapMs;
      window.add(failed, slow, nowMs);
      seen.push({ atMs: nowMs, failed, slow });
      const slice = Math.floor(nowMs / sliceMs);
      const counted = seen.filter(({ atMs }) => Math.floor(atMs / sliceMs) > slice - 12);
      assert.deepEqual([window.calls, window.failures, window.slow], [counted.length, counted.filter((one) => one.failed).length, counted.filter((one) => one.slow).length]);
    }
  }), { numRuns: 400 });
});

test('silence slides the window: what is a minute old does not count, though nothing came in between', () => {
  const window = new Window(60_000);
  window.add(true, false, 0);
  window.add(true, false, 1_000);
  window.slideTo(7_200_000);
  assert.equal(window.failures, 0);
});

test('a time that is earlier than the last one is counted in the newest slice', () => {
  const window = new Window(60_000);
  window.add(true, false, 100_000);
  window.add(false, true, 1_000);
  assert.deepEqual([window.calls, window.failures, window.slow], [2, 1, 1]);
});
