import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BTC, Bench, btcUsd, limits, routed, VENUE } from '../../../test/kit/core.ts';
import type { Taken } from '../../../test/kit/core.ts';
import type { Signal } from '../messages/index.ts';

const USDT = 'BTC/USDT';
const two = { ...limits, maxOrderValue: { ...limits.maxOrderValue, [USDT]: { asset: 'USDT', units: 10n ** 20n } }, maxPositionUnits: { ...limits.maxPositionUnits, [USDT]: 10n * BTC }, priceCollarPpm: { ...limits.priceCollarPpm, [USDT]: 50_000 }, maxShortUnits: { ...limits.maxShortUnits, [USDT]: 10n * BTC }, maxOrderUnits: { ...limits.maxOrderUnits, [USDT]: 10n * BTC }, maxSpreadPpm: { ...limits.maxSpreadPpm, [USDT]: 50_000 } };

/** One bitcoin is held, and is traded for dollars and for tethers. */
function twins(): Bench {
  const bench = Bench.ready({ instruments: [btcUsd, { ...btcUsd, symbol: USDT, quote: 'USDT' }], limits: two, held: { BTC: '1', USD: '1000000', USDT: '1000000' } });
  bench.quote(2_000_000n, 2_000_000n, USDT);
  return bench;
}
const forTethers = (bench: Bench, wish: Partial<Signal> & { readonly key: string }): Taken => bench.take({ kind: 'signal', routed: { ...routed(wish), venue: VENUE, symbol: USDT } });

test('P2: what is open in one instrument counts against the position limit of every other that trades the same asset', () => {
  const bench = twins();
  bench.sent('a', { quantityText: '5' });
  forTethers(bench, { key: 'b', quantityText: '4' });
  assert.equal(bench.phase('b'), 'sending', 'one held, five and four on their way: ten');
  forTethers(bench, { key: 'c', quantityText: '0.01' });
  assert.deepEqual([bench.order('c').blocked?.code, bench.order('c').blocked?.observed], ['BW-3021', '10.01 BTC long in the worst case']);
  bench.signal({ key: 'd', quantityText: '0.01' });
  assert.equal(bench.order('d').blocked?.code, 'BW-3021');
});

test('P2: so do sells, for the other side', () => {
  const bench = twins();
  bench.sent('a', { side: 'sell', quantityText: '5' });
  bench.sent('b', { side: 'sell', quantityText: '5' });
  forTethers(bench, { key: 'c', side: 'sell', quantityText: '1' });
  assert.equal(bench.phase('c'), 'sending');
  forTethers(bench, { key: 'd', side: 'sell', quantityText: '0.01' });
  assert.equal(bench.order('d').blocked?.code, 'BW-3021');
});

test('what is already on its way out through one instrument is not closed once more through the other', () => {
  const bench = twins();
  bench.sent('a', { side: 'sell', quantityText: '0.75' });
  const { side: _side, quantityText: _quantity, limitPriceText: _price, ...signal } = routed({ key: 'b', action: 'close', orderType: 'market' }).signal;
  bench.take({ kind: 'signal', routed: { signal, venue: VENUE, symbol: USDT, windowMs: 0 } });
  assert.equal(bench.order('b').quantityUnits, BTC / 4n);
});
