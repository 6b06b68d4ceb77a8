import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editDistance, nearest } from './nearest.ts';

test('a slip of one or two letters finds the word that was meant', () => {
  const keys = ['listen', 'storage', 'venues', 'signals', 'baseUrl'];
  assert.equal(nearest('lisen', keys), 'listen');
  assert.equal(nearest('stroage', keys), 'storage');
  assert.equal(nearest('baseURL', keys), 'baseUrl');
});

test('a word like none of them finds nothing', () => {
  assert.equal(nearest('bananas', ['listen', 'storage']), undefined);
  assert.equal(nearest('x', []), undefined);
});

test('swapping two neighbours is one change', () => {
  assert.equal(editDistance('abcd', 'abdc'), 1);
  assert.equal(editDistance('', 'abc'), 3);
});
