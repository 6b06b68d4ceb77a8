import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bot } from './bot.ts';
import type { Wish } from './bot.ts';

const wishesOf = (prices: readonly number[]): (Wish | undefined)[] => {
  const bot = new Bot({ window: 3, quantity: '0.01' });
  return prices.map((price) => bot.sees(price));
};

test('the sample bot buys when the price falls through its average and sells when it rises through it', () => {
  const wishes = wishesOf([10, 11, 12, 13, 9, 8, 14]);
  assert.deepEqual(wishes.map((wish) => wish?.action), [undefined, undefined, undefined, undefined, 'buy', undefined, 'sell']);
});

test('each sixth purchase is a limit order at a better price, taken back four prices later, with nothing asked for in between', () => {
  const zigzag = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 110 : 100));
  const wishes = wishesOf(zigzag);
  const at = wishes.findIndex((wish) => wish !== undefined && 'limitPrice' in wish);
  assert.ok(at > 0);
  assert.deepEqual([wishes[at]?.action, wishes.slice(0, at).filter((wish) => wish?.action === 'buy').length], ['buy', 5]);
  assert.deepEqual(wishes.slice(at + 1, at + 5), [undefined, undefined, undefined, { action: 'cancel' }]);
});

test('the same prices give the same wishes', () => {
  const prices = Array.from({ length: 200 }, (_, index) => 100 + Math.sin(index * 1.7) * 5);
  assert.deepEqual(wishesOf(prices), wishesOf(prices));
});
