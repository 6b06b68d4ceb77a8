import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LookPace, pauseFor } from './look-pace.ts';

test('L1: the less is left, the slower, and never slower than one look in five seconds', () => {
  assert.deepEqual([[7, 160], [7, 80], [7, 42], [7, 0], [0, 0]].map(([cost = 0, left = 0]) => pauseFor(cost, left)), [1_313, 2_625, 5_000, 5_000, 0]);
});

test('L1: whatever a look costs, a minute of looks leaves more than they use up of it at the end', () => {
  for (const cost of [1, 3, 7, 11]) {
    let [left, atMs] = [160, 0];
    for (; atMs < 30_000; atMs += Math.max(200, pauseFor(cost, left))) left -= cost;
    assert.ok(left > 2 * cost, `of 160, ${left} are left after half a minute of looks that cost ${cost}`);
  }
});

test('L2: a look costs what was read since the last one; where nothing counts, nothing waits', () => {
  const reads = { begun: 10, left: 60 };
  const pace = new LookPace(() => reads);
  reads.begun = 17;
  assert.equal(pace.pauseMs(false), 3_500);
  assert.equal(pace.pauseMs(false), 0);
  reads.begun = 27;
  assert.equal(pace.pauseMs(true), 0, 'the last one may use what is left');
  [reads.begun, reads.left] = [37, 9];
  assert.equal(pace.pauseMs(true), 5_000, 'where there is enough for it');
  assert.equal(new LookPace(undefined).pauseMs(false), 0);
});
