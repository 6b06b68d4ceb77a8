import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PriceSenses } from './senses.ts';

const VENUE = 'paper';
const PAIR = 'BTC/USD';
const quote = (bidUnits: bigint, askUnits = bidUnits): { symbol: string; bidUnits: bigint; askUnits: bigint; atMs: number } => ({ symbol: PAIR, bidUnits, askUnits, atMs: 0 });

test('a price is there with its first quote, is as old as the question, and does not vanish with age: that is the control\'s to judge', () => {
  const senses = new PriceSenses();
  assert.equal(senses.price(VENUE, PAIR, 1_000), undefined);
  senses.saw(VENUE, [quote(100n, 101n)], 1_000);
  assert.deepEqual({ ...senses.price(VENUE, PAIR, 3_600_000) }, { bidUnits: 100n, askUnits: 101n, seenAtMs: 1_000, source: 'paper quotes' });
  assert.equal(senses.price('other', PAIR, 1_000), undefined);
});

test('a crossed or empty market is no price, and the next market is one at once', () => {
  const senses = new PriceSenses();
  for (const [index, bad] of [quote(102n, 101n), quote(0n, 101n), quote(0n, 0n)].entries()) {
    senses.saw(VENUE, [quote(100n, 101n)], index * 2_000);
    senses.saw(VENUE, [bad], index * 2_000 + 1_000);
    assert.equal(senses.price(VENUE, PAIR, index * 2_000 + 1_000), undefined);
  }
  senses.saw(VENUE, [quote(100n)], 7_000);
  assert.equal(senses.price(VENUE, PAIR, 7_000)?.bidUnits, 100n);
});

test('ten times the price is not used until it has stood for 30 s, and not at all if it is over before', () => {
  const senses = new PriceSenses();
  const see = (units: bigint, atMs: number): bigint | undefined => { senses.saw(VENUE, [quote(units)], atMs); return senses.price(VENUE, PAIR, atMs)?.bidUnits; };
  assert.equal(see(2_000n, 0), 2_000n);
  assert.equal(see(20_000n, 1_000), undefined);
  assert.equal(see(2_000n, 2_000), 2_000n);
  assert.equal(see(20_000n, 3_000), undefined);
  assert.equal(see(20_000n, 32_999), undefined);
  assert.equal(see(20_000n, 33_000), 20_000n);
});
