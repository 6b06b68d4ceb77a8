import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FaultPlanError, faultWords, onWords, parseFaultPlan } from './index.ts';

test('a plan names its seed and its rules; what a rule leaves out has a value', () => {
  const rule = { on: 'order.create', fault: 'answer-lost', probability: 0.2, times: 50, delayMs: 0 };
  assert.deepEqual(parseFaultPlan({ seed: 7, rules: [rule] }), { seed: 7, rules: [rule] });
  assert.deepEqual(parseFaultPlan({ rules: [{ on: 'any', fault: 'answer-late' }] }).rules, [{ on: 'any', fault: 'answer-late', probability: 1, times: undefined, delayMs: 5_000 }]);
  assert.deepEqual(parseFaultPlan({}), { seed: 0, rules: [] });
});

test('a plan that cannot be read is refused whole, with the place and the word that was probably meant', () => {
  const wrong = (rule: unknown): unknown => ({ rules: [{ on: 'order.create', fault: 'reset' }, rule] });
  const refusals: [unknown, RegExp][] = [
    [[], /the plan must be an object/],
    [{ seeds: 7 }, /unknown key "seeds"; did you mean "seed"\?/],
    [{ seed: 1.5 }, /seed must be a whole number/],
    [{ rules: {} }, /rules must be a list/],
    [wrong({ on: 'order.creat', fault: 'reset' }), /rules\[1\]\.on is "order\.creat"; did you mean "order\.create"\?/],
    [wrong({ on: 'order.create', fault: 'anser-lost' }), /rules\[1\]\.fault is "anser-lost"; did you mean "answer-lost"\?/],
    [wrong({ on: 'order.create' }), /rules\[1\]\.fault is missing/],
    [wrong({ on: 'order.create', fault: 'reset', chance: 1 }), /rules\[1\] has an unknown key "chance"/],
    [wrong({ on: 'any', fault: 'reset', probability: 2 }), /probability must be from 0 to 1, not 2/],
    [wrong({ on: 'any', fault: 'reset', times: -1 }), /times must be a whole number/],
    [wrong({ on: 'any', fault: 'reset', delayMs: '5' }), /delayMs must be whole milliseconds/],
    [wrong({ on: 'quote.read', fault: 'event-lost' }), /"event-lost", which cannot strike quote\.read; it strikes stream\.event/],
  ];
  for (const [plan, why] of refusals) {
    assert.throws(() => parseFaultPlan(plan), (thrown) => thrown instanceof FaultPlanError && why.test(thrown.message), String(why));
  }
});

test('every fault can strike something, and everything named can be struck', () => {
  const pairs = faultWords.flatMap((fault) => onWords.filter((on) => {
    try {
      return parseFaultPlan({ rules: [{ on, fault }] }).rules.length === 1;
    } catch {
      return false;
    }
  }).map((on) => ({ on, fault })));
  assert.deepEqual(new Set(pairs.map(({ fault }) => fault)), new Set(faultWords));
  assert.deepEqual(new Set(pairs.map(({ on }) => on)), new Set(onWords));
});
