import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RestingPrices } from './resting.ts';

test('the best price of a side is that of the orders which are open, whatever came and went', () => {
  const step = fc.record({ side: fc.constantFrom('buy' as const, 'sell' as const), price: fc.option(fc.bigInt({ min: 1n, max: 12n }), { nil: undefined }), leaves: fc.nat(9) });
  fc.assert(fc.property(fc.array(step, { maxLength: 400, size: 'max' }), (steps) => {
    const resting = new RestingPrices();
    const open: { readonly side: 'buy' | 'sell'; readonly limitPriceUnits?: bigint }[] = [];
    const change = (one: (typeof open)[number], by: 1 | -1): void => resting.change({ venue: 'sim', symbol: 'BTC/USD', orderType: one.limitPriceUnits === undefined ? 'market' : 'limit', ...one }, by);
    for (const { side, price, leaves } of steps) {
      const gone = leaves < 5 ? open.splice(leaves % Math.max(open.length, 1), 1)[0] : undefined;
      if (gone !== undefined) change(gone, -1);
      else {
        open.push({ side, ...(price === undefined ? {} : { limitPriceUnits: price }) });
        change(open.at(-1) ?? { side }, 1);
      }
      for (const one of ['buy', 'sell'] as const) {
        const prices = open.filter((order) => order.side === one).map((order) => order.limitPriceUnits);
        const limits = prices.filter((units) => units !== undefined).toSorted((a, b) => (a < b ? -1 : 1));
        assert.deepEqual(resting.of('sim', 'BTC/USD', one), { bestPriceUnits: one === 'buy' ? limits.at(-1) : limits[0], atAnyPrice: prices.includes(undefined) });
      }
    }
  }), { numRuns: 50 });
});

test('prices at which nobody stands any more are not kept, though the best one stays', () => {
  const resting = new RestingPrices();
  const change = (limitPriceUnits: bigint, by: 1 | -1): void => resting.change({ venue: 'sim', symbol: 'BTC/USD', side: 'buy', orderType: 'limit', limitPriceUnits }, by);
  change(10n ** 9n, 1);
  for (let units = 1n; units < 20_000n; units += 1n) {
    change(units, 1);
    change(units, -1);
  }
  assert.deepEqual(resting.of('sim', 'BTC/USD', 'buy'), { bestPriceUnits: 10n ** 9n, atAnyPrice: false });
  change(10n ** 9n, -1);
  assert.deepEqual(resting.of('sim', 'BTC/USD', 'buy'), { bestPriceUnits: undefined, atAnyPrice: false });
});
