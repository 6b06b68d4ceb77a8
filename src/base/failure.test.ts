import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BreakwaterError, InvariantError, invariant, reasonOf, unreachable } from './failure.ts';

test('a belief that holds says nothing; one that does not stops with the belief and what to do', () => {
  invariant(true, 'one is one');
  assert.throws(() => invariant(false, 'one is two'), (thrown: unknown) => thrown instanceof InvariantError && thrown.code === 'BW-9001' && /one is two.*replay the journal/.test(thrown.message));
  assert.throws(() => unreachable('surprise' as never), InvariantError);
});

test('a false belief is no expected error, and an expected error is no false belief', () => {
  class Sample extends BreakwaterError {
    readonly code = 'BW-1';
    readonly retryable = true;
  }
  assert.ok(!(new InvariantError('x') instanceof BreakwaterError));
  assert.ok(!(new Sample('x') instanceof InvariantError) && new Sample('x') instanceof Error);
});

test('anything that was thrown has a text', () => {
  assert.deepEqual([reasonOf(new Error('why')), reasonOf('why'), reasonOf(undefined), reasonOf({ toString: () => 'told' })], ['why', 'why', 'undefined', 'told']);
});
