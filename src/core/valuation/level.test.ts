import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { riskLevels } from './facts.ts';
import { limitScalePpm, stepsTo, usedPpm } from './level.ts';
import type { Step } from './level.ts';
import type { RiskLevel } from './view.ts';

const use = (ppm: number) => ({ cause: 'daily-loss', usedPpm: ppm, observed: '', limit: '' });
const told = (uses: readonly number[]): readonly Step[] => {
  let level: RiskLevel = 'normal';
  return uses.flatMap((ppm) => {
    const steps = stepsTo(level, use(ppm));
    level = steps.at(-1)?.to ?? level;
    return steps;
  });
};

test('C26: a level is entered at 50, 80 and 100 percent and left five points below', () => {
  assert.deepEqual(told([499_999, 500_000, 799_999, 800_000, 999_999, 1_000_000]).map(({ to }) => to), ['elevated', 'high', 'extreme']);
  assert.deepEqual(told([1_000_000, 950_000, 949_999, 750_000, 749_999, 450_000, 449_999]).slice(3).map(({ to }) => to), ['high', 'elevated', 'normal']);
  assert.deepEqual(told([500_000, 499_000, 501_000, 460_000, 510_000]).length, 1, 'at the threshold it is told once');
});

test('E2, C26: whatever the use does, each crossing of a level is told exactly once, in turns', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 1_200_000 }), fc.constantFrom(449_999, 450_000, 500_000, 749_999, 800_000, 950_000, 1_000_000)), { maxLength: 60 }), (uses) => {
    const steps = told(uses);
    for (const step of steps) assert.equal(Math.abs(riskLevels.indexOf(step.to) - riskLevels.indexOf(step.from)), 1);
    for (const level of riskLevels.slice(1)) {
      const crossings = steps.filter(({ from, to }) => to === level && riskLevels.indexOf(from) < riskLevels.indexOf(to) || from === level && riskLevels.indexOf(to) < riskLevels.indexOf(from)).map(({ to }) => to === level);
      crossings.forEach((up, index) => assert.equal(up, index % 2 === 0, level));
    }
  }));
});

test('a limit of nothing is used up by anything, and a degraded system has half of each', () => {
  assert.deepEqual([usedPpm(0n, 0n), usedPpm(1n, 0n) >= 1_000_000, usedPpm(1n, 3n)], [0, true, 333_334]);
  assert.deepEqual([limitScalePpm('whole'), limitScalePpm('degraded')], [1_000_000, 500_000]);
});
