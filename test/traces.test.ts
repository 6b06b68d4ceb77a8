/** Our breaker on the traces on which others are known to go wrong; and the others, so that what is said of them stays true. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomesOf } from '../bench/traces/index.ts';

const outcomes = await outcomesOf();

for (const { title, good, seen } of outcomes) {
  test(title, () => assert.equal(seen['Breakwater'], good));
}

test('the traces find what they are for: each goes wrong with somebody', () => {
  assert.equal(outcomes.length, 14);
  for (const { title, good, seen } of outcomes) assert.ok(Object.values(seen).some((outcome) => outcome !== good), title);
});

test('a trace has the same outcome each time: it runs on no clock but the virtual one', async () => {
  assert.deepEqual(await outcomesOf(), outcomes);
});
