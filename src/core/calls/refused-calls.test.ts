import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../base/index.ts';
import { emptyQuota, quotaOf } from './quota-state.ts';
import { REFUSED_CALLS_KEPT, RefusedCalls } from './refused-calls.ts';

const TEN_MINUTES = 600_000;

test('what was refused is known to the next life, for as long as is left of its time, and no longer', () => {
  const [first, next] = [new RefusedCalls(), new RefusedCalls()];
  first.refused('a', 0);
  first.refused('b', 400_000);
  next.learn(first.written(500_000), 9_000_000); // on a clock of its own
  assert.deepEqual(['a', 'b', 'c'].map((name) => next.has(name)), [true, true, false]);
  next.pass(9_000_000 + 100_000);
  assert.deepEqual(['a', 'b'].map((name) => next.has(name)), [false, true]);
  next.pass(9_000_000 + 500_000);
  assert.equal(next.has('b'), false);
});

test('what was answered is forgotten, also where what is kept still holds it', () => {
  const calls = new RefusedCalls();
  calls.refused('a', 0);
  const kept = calls.written(0);
  assert.deepEqual([calls.answered('a'), calls.answered('a')], [true, false]);
  calls.learn(kept, 10);
  assert.deepEqual([calls.has('a'), calls.written(10)], [false, []]);
  calls.refused('a', 20);
  assert.equal(calls.has('a'), true, 'and refused anew it is known anew');
});

test('nothing is kept for longer than ten minutes from its refusal, whatever the state that is kept says', () => {
  const calls = new RefusedCalls();
  calls.learn([{ name: 'a', forMs: 9 * TEN_MINUTES }], 0);
  calls.pass(TEN_MINUTES);
  assert.equal(calls.has('a'), false);
});

test('whatever several lives are refused, answered, told by what is kept and forget, no more than the bound is kept, the oldest go first, and what was refused last is known', () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const random = seededRandom(seed);
    let lives: [RefusedCalls, RefusedCalls] = [new RefusedCalls(), new RefusedCalls()];
    let [kept, nowMs] = [[] as ReturnType<RefusedCalls['written']>, 0];
    for (let step = 0; step < 2_000; step += 1) {
      nowMs += random.below(300);
      const life = random.pick(lives);
      life.pass(nowMs);
      const name = `${step - random.below(50)}`;
      if (random.chance(0.8)) {
        life.refused(name, nowMs);
        assert.ok(life.has(name));
      } else {
        life.answered(name);
        assert.ok(!life.has(name));
      }
      if (random.chance(0.2)) {
        life.learn(kept, nowMs);
        kept = life.written(nowMs);
        life.granted();
      }
      if (random.chance(0.01)) lives = [random.pick(lives), new RefusedCalls()];
      for (const one of lives) assert.ok(one.written(nowMs).length <= REFUSED_CALLS_KEPT);
    }
  }
  const calls = new RefusedCalls();
  for (let i = 0; i <= REFUSED_CALLS_KEPT; i += 1) calls.refused(`${i}`, i);
  assert.deepEqual([calls.has('0'), calls.has('1'), calls.has(`${REFUSED_CALLS_KEPT}`)], [false, true, true]);
});

test('a state that was kept before refused calls were has none; one whose refused calls cannot be read is not spent on', () => {
  assert.deepEqual(quotaOf('{"closings":[],"windows":{}}'), emptyQuota);
  assert.throws(() => quotaOf('{"closings":[],"windows":{},"refusedCalls":[{"name":1,"forMs":5}]}'), TypeError);
  assert.throws(() => quotaOf('null'), TypeError);
});
