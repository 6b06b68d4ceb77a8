import assert from 'node:assert/strict';
import { test } from 'node:test';
import { btcUsd } from '../../test/kit/core.ts';
import { notionalUnits } from './instrument.ts';

test('the value of a quantity at a price is exact, whatever scale the quote is counted in', () => {
  assert.equal(notionalUnits(btcUsd, 1n, 1n), 1n, 'the smallest quantity at the smallest price is a whole amount');
  assert.equal(notionalUnits(btcUsd, 50_000_000n, 2_000_050n), 10_000_2500000000n);
  assert.equal(notionalUnits({ ...btcUsd, quoteScale: 12 }, 50_000_000n, 2_000_050n), 10_000_250000000000n);
});

test('a quote scale that cannot hold quantity times price is a false belief, never a rounded value', () => {
  assert.throws(() => notionalUnits({ ...btcUsd, quoteScale: 9 }, 1n, 1n), /BTC\/USD holds quantity times price/);
});
