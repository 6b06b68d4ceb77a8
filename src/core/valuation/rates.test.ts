import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AccountBench, COIN } from '../../../test/kit/account.ts';
import { btcUsd } from '../../../test/kit/core.ts';
import { convert } from './rates.ts';

const btcEur = { ...btcUsd, symbol: 'BTC/EUR', quote: 'EUR' };
const account = (): AccountBench => {
  const one = new AccountBench({ instruments: [btcUsd, btcEur], held: { BTC: '0', USD: '10000', EUR: '10000' } });
  one.bench.quote(2_000_000n, 2_000_000n, 'BTC/EUR'); // one to one, by the way over coins
  return one;
};

test('C27: loss by a currency alone trips', () => {
  const one = account();
  one.looks(5);
  assert.deepEqual([one.account.flowedUnits, one.trips.length], [20_000n * COIN, 0]);
  one.looks(6, () => one.bench.quote(2_250_000n, 2_250_000n, 'BTC/EUR')); // a euro is worth 0.888 dollars
  assert.deepEqual(one.rules, ['daily-loss']);
});

test('R1: a rate that is missing or old leaves the account without a value, though the rest has one', () => {
  const one = account();
  one.looks(5);
  one.bench.prices.delete('sim BTC/EUR');
  one.looks(1);
  const worth = one.last?.standing.worth;
  assert.equal(worth?.kind, 'unvalued');
  assert.match(worth?.kind === 'unvalued' ? worth.reasons.join() : '', /EUR at sim has no value/);
});

test('R3: what is converted is rounded towards less, above zero and below', () => {
  const third = { numerator: 1n, denominator: 3n };
  assert.deepEqual([convert(10n, 0, third, 0), convert(-10n, 0, third, 0), convert(9n, 0, third, 0)], [3n, -4n, 3n]);
});
