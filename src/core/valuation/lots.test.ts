import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { btcUsd } from '../../../test/kit/core.ts';
import type { LedgerFact } from '../ledger/index.ts';
import { EMPTY_LOT, tradedBy } from './lots.ts';

type Filled = Extract<LedgerFact, { type: 'fill.booked' }>;
const fill = (side: 'buy' | 'sell', quantityUnits: bigint, valueUnits: bigint, fee: Partial<Filled> = {}): Filled => ({
  type: 'fill.booked', venue: 'sim', fillId: 'f', venueOrderId: 'v', symbol: 'BTC/USD', side, quantityUnits, priceUnits: 0n, valueUnits, venueAtMs: 0, transfers: [], releasedUnits: 0n, ...fee,
});

test('V1, V2: whatever is traded, what was paid and received is what was realised and what the rest has cost', () => {
  const trade = fc.record({ side: fc.constantFrom('buy' as const, 'sell' as const), quantity: fc.bigInt(1n, 10n ** 9n), value: fc.bigInt(0n, 10n ** 15n) });
  fc.assert(fc.property(fc.array(trade, { maxLength: 40 }), (trades) => {
    let lot = EMPTY_LOT;
    let [paid, units, realised] = [0n, 0n, 0n];
    for (const { side, quantity, value } of trades) {
      const traded = tradedBy(lot, btcUsd, fill(side, quantity, value));
      lot = traded.lot;
      realised += traded.realisedUnits;
      paid += side === 'buy' ? value : -value;
      units += side === 'buy' ? quantity : -quantity;
      assert.equal(lot.units, units);
      assert.equal(lot.costUnits - realised, paid);
    }
  }));
});

test('V2: a cost that does not divide is rounded against us', () => {
  const bought = tradedBy(EMPTY_LOT, btcUsd, fill('buy', 3_000_000n, 100n)).lot;
  assert.equal(tradedBy(bought, btcUsd, fill('sell', 1_000_000n, 33n)).realisedUnits, -1n); // 33 1/3 have cost 34
  const sold = tradedBy(EMPTY_LOT, btcUsd, fill('sell', 3_000_000n, 100n)).lot;
  assert.equal(tradedBy(sold, btcUsd, fill('buy', 1_000_000n, 34n)).realisedUnits, -1n); // 33 1/3 brought 33
});

test('a round trip ends when the position is flat, or as good as, and when it changes its side', () => {
  const bought = tradedBy(EMPTY_LOT, btcUsd, fill('buy', 10_000_000n, 1_000n)).lot;
  assert.deepEqual(tradedBy(bought, btcUsd, fill('sell', 4_000_000n, 500n)).rounds, []);
  assert.deepEqual(tradedBy(bought, btcUsd, fill('sell', 10_000_000n, 990n)).rounds, [-10n]);
  assert.deepEqual(tradedBy(bought, btcUsd, fill('sell', 9_999_999n, 1_200n)).rounds.length, 1, 'what is left cannot be traded');
  const turned = tradedBy(bought, btcUsd, fill('sell', 20_000_000n, 2_200n));
  assert.deepEqual([turned.rounds, turned.lot.units, turned.lot.costUnits, turned.lot.roundUnits], [[100n], -10_000_000n, -1_100n, 0n]);
});

test('V3: a fee in either asset counts, with the most it can be while nobody has told it', () => {
  const inCoins = tradedBy(EMPTY_LOT, btcUsd, fill('buy', 10_000_000n, 1_000n, { feeAsset: 'BTC', feeLeastUnits: 1n, feeMostUnits: 25_000n })).lot;
  assert.deepEqual([inCoins.units, inCoins.costUnits], [9_975_000n, 1_000n]);
  const told = { transfers: [{ debit: 'fees:sim', credit: 'assets:sim', asset: 'USD', units: 7n }] };
  assert.equal(tradedBy(inCoins, btcUsd, fill('sell', 9_975_000n, 1_000n, told)).realisedUnits, -7n);
});
