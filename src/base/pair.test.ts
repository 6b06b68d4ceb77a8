import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairOf } from './pair.ts';

test('two names are one key, with a space between them', () => {
  assert.equal(pairOf('alpaca', 'BTC/USD'), 'alpaca BTC/USD');
  assert.equal(pairOf('', ''), ' ');
  assert.equal(pairOf('constructor', '__proto__'), 'constructor __proto__');
});

test('which pair it is does not hang on what was asked before, however many names there are', () => {
  for (let number = 0; number < 120_000; number += 1) assert.equal(pairOf(`a${number % 7}`, `b${number}`), `a${number % 7} b${number}`);
  assert.equal(pairOf('a3', 'b3'), 'a3 b3');
});
