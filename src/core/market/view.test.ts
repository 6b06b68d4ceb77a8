import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BTC, Bench, SYMBOL, USD, VENUE, btcUsd, ethUsd, fillOf } from '../../../test/kit/core.ts';
import { holdings } from '../decide.ts';
import { assetScale, emptyMarket, evolveMarket, instrumentAt, instrumentsOf } from './view.ts';

test('an instrument is found at its own venue only, and an asset is counted as the instruments that trade it say', () => {
  const market = emptyMarket();
  for (const venue of ['a', 'ab']) evolveMarket(market, { type: 'instrument.listed', venue, instrument: venue === 'a' ? btcUsd : ethUsd });
  assert.deepEqual(instrumentsOf(market, 'a').map(({ symbol }) => symbol), [SYMBOL], 'a venue whose name begins like another is another');
  assert.equal(instrumentAt(market, 'ab', SYMBOL), undefined);
  assert.deepEqual([assetScale(market, 'a', 'BTC'), assetScale(market, 'a', 'USD'), assetScale(market, 'a', 'ETH')], [8, 10, undefined]);
});

test('a suspension and a quarantine last until they are lifted, each by its own fact', () => {
  const market = emptyMarket();
  evolveMarket(market, { type: 'venue.suspended', venue: 'a', cause: 'access', detail: '401' });
  evolveMarket(market, { type: 'instrument.quarantined', venue: 'a', symbol: SYMBOL, cause: 'x' });
  evolveMarket(market, { type: 'venue.restored', venue: 'a' });
  assert.deepEqual([market.suspended.size, market.quarantined.size], [0, 1]);
  evolveMarket(market, { type: 'instrument.released', venue: 'a', symbol: SYMBOL, by: 'sam', reason: 'mine' });
  assert.equal(market.quarantined.size, 0);
});

test('what is shown as held is what is posted, less the most that fees may still take', () => {
  const bench = Bench.ready({ held: { BTC: '1', USD: '100000' } });
  bench.working('a', { quantityText: '1' });
  bench.activity({ fills: [fillOf(bench.order('a'), 'f', BTC)], cursor: '1' });
  assert.deepEqual(holdings(bench.world, VENUE), [
    { asset: 'BTC', scale: 8, postedUnits: 2n * BTC, pendingFeeLeastUnits: 100_000n, pendingFeeMostUnits: 250_000n, holdingUnits: 2n * BTC - 250_000n },
    { asset: 'USD', scale: 10, postedUnits: 80_000n * USD, pendingFeeLeastUnits: 0n, pendingFeeMostUnits: 0n, holdingUnits: 80_000n * USD },
  ]);
  assert.deepEqual(holdings(bench.world, 'elsewhere'), []);
});
