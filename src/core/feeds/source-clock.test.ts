import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SourceClock } from './source-clock.ts';

const OFF_MS = -40_000_000_000; // its clock is more than a year behind ours

/** A source that says its time each second, `tookMs` late. */
function told(clock: SourceClock, fromS: number, untilS: number, tookMs = 30, offMs = OFF_MS): number {
  let last = 0;
  for (let second = fromS; second < untilS; second += 1) last = clock.heard(second * 1_000 + offMs, second * 1_000 + tookMs);
  return last;
}

test('a moment is as old as it is, however far off its clock: at most the shortest way too young', () => {
  const clock = new SourceClock();
  told(clock, 0, 10, 30);
  const stamp = clock.heard(4_000 + OFF_MS, 11_000);
  assert.equal(11_000 - clock.ours(stamp, 11_000), 7_000 - 30);
});

test('what stands still grows old for as long as it stands, an hour too', () => {
  const clock = new SourceClock();
  const stamp = told(clock, 0, 10);
  for (let second = 10; second < 3_600; second += 1) clock.heard(9_000 + OFF_MS, second * 1_000);
  assert.equal(clock.ours(stamp, 3_600_000), 9_030);
});

test('a slow message teaches nothing wrong for long, and its quote is no younger than its coming', () => {
  const clock = new SourceClock();
  const slow = clock.heard(0 + OFF_MS, 4_000);
  assert.equal(clock.ours(slow, 4_000), 4_000);
  told(clock, 5, 7, 20);
  assert.equal(clock.ours(slow, 7_000), 20);
});

test('a clock that drifts is followed: ten hours at 200 millionths make nothing look old', () => {
  const clock = new SourceClock();
  for (let second = 0; second < 36_000; second += 1) {
    const cameMs = Math.round(second * 1_000.2) + 30;
    const ageMs = cameMs - clock.ours(clock.heard(second * 1_000, cameMs), cameMs);
    assert.ok(ageMs <= 200, `${ageMs} ms after ${second} s`);
  }
});

test('a clock that is set back, or a time from the far future, costs ten messages and not the source', () => {
  for (const [said, next] of [[100_000, -60_000], [4_000_000_000_000, 0]] as const) {
    const clock = new SourceClock();
    told(clock, 0, 99, 30, 0);
    const before = clock.heard(said, 100_000);
    let ageMs = Infinity;
    let stamp = 0;
    for (let second = 101; second < 112; second += 1) {
      stamp = clock.heard(second * 1_000 + next, second * 1_000 + 30);
      ageMs = second * 1_000 + 30 - clock.ours(stamp, second * 1_000 + 30);
      if (second < 110) assert.ok(ageMs > 1_000 * (second - 101), `it looks ${ageMs} ms old, ${second - 100} messages after`);
    }
    assert.equal(ageMs, 0);
    assert.ok(stamp > before, 'its own time goes on');
  }
});

test('nothing that stood still before is young again, whatever comes', () => {
  fc.assert(fc.property(fc.array(fc.record({ waitMs: fc.nat({ max: 5_000 }), lagMs: fc.nat({ max: 3_000 }) }), { minLength: 1, maxLength: 200 }), (messages) => {
    const clock = new SourceClock();
    const stamp = clock.heard(0, 0);
    let nowMs = 0;
    for (const { waitMs, lagMs } of messages) {
      nowMs += waitMs;
      clock.heard(Math.max(0, nowMs - lagMs), nowMs);
      assert.equal(clock.ours(stamp, nowMs), 0);
    }
  }));
});
