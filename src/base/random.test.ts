import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from './random.ts';

const draws = (seed: number | string, count = 5): readonly number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.below(1_000_000));
};

test('a seed gives the same stream everywhere and for ever', () => {
  assert.deepEqual(draws(7), [49_009, 165_562, 929_853, 952_130, 397_236]);
  assert.deepEqual(draws('breakwater'), [485_341, 263_755, 306_616, 868_031, 92_798]);
});

test('neighbouring seeds, and a number and its text, give streams that have nothing in common', () => {
  assert.notDeepEqual(draws(1), draws(2));
  assert.notDeepEqual(draws(1), draws('1'));
  assert.notDeepEqual(draws(0), draws(2 ** 31));
});

test('a fork has a stream of its own: what is drawn from it shifts nothing, and what was drawn before does not shift it', () => {
  const [plain, forked] = [seededRandom(3), seededRandom(3)];
  const early = forked.fork('a');
  for (let i = 0; i < 10; i++) early.next();
  assert.deepEqual([plain.next(), plain.next()], [forked.next(), forked.next()]);
  assert.equal(plain.fork('a').next(), seededRandom(3).fork('a').next());
  assert.notEqual(plain.fork('a').next(), plain.fork('b').next());
});

test('numbers are spread evenly and stay inside their bounds', () => {
  const random = seededRandom(11);
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < 50_000; i++) {
    const drawn = random.below(5);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 500, `${counts.join(' ')}`);
  assert.deepEqual([random.chance(0), random.chance(1), random.pick(['only'])], [false, true, 'only']);
});
