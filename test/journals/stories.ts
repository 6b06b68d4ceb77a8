/** Stories that are recorded once as golden journals, by name. A recorded story stands by itself: changing it here changes nothing of what was recorded. */
import { Bench, SYMBOL, VENUE, feeOf, fillOf } from '../kit/core.ts';

const HALF = 50_000_000n;

function anOrdinaryDay(): Bench {
  const bench = Bench.ready({ held: { BTC: '1', USD: '1000000' } });
  bench.working('bought', { quantityText: '1' });
  bench.activity({ fills: [fillOf(bench.order('bought'), 'f1', HALF, { atMs: 10 })], cursor: '1' });
  bench.reports('bought', { filledUnits: 2n * HALF, state: 'filled' });
  bench.activity({ fills: [fillOf(bench.order('bought'), 'f2', HALF, { atMs: 20, priceUnits: 1_999_999n })], cursor: '2' });
  bench.working('sold in part', { side: 'sell', quantityText: '0.5' });
  bench.take({ kind: 'cancel', orderId: bench.order('sold in part').id, by: 'sam', reason: 'enough' });
  bench.take({ kind: 'cancel-answered', orderId: bench.order('sold in part').id, result: { kind: 'requested' } });
  bench.activity({ fills: [fillOf(bench.order('sold in part'), 'f3', HALF / 2n, { atMs: 30 })], cursor: '3' });
  bench.reports('sold in part', { filledUnits: HALF / 2n, state: 'cancelled' });
  bench.activity({ fees: [feeOf('r1', '0.0015', { throughMs: 25 })], cursor: '4' });
  bench.signal({ key: 'too large', quantityText: '500' });
  bench.signal({ key: 'unreadable', quantityText: '0.123456789' });
  bench.signal({ key: 'stop', action: 'cancel' });
  bench.signal({ key: 'body', keyFrom: 'body-in-window', quantityText: '0.25' });
  bench.take({ kind: 'quarantine', source: 'demo', reason: 'no JSON', code: 'BW-2001', bytes: 2, bodyHash: 'ff', body: '#{' });
  bench.take({ kind: 'stop', reason: 'SIGTERM' });
  return bench;
}

function aBadDay(): Bench {
  const bench = Bench.ready({ orderIds: 'unique-while-live', held: { BTC: '1', USD: '1000000' }, profile: { toleranceUnits: [{ asset: 'BTC', units: 5n }] } });
  bench.doubted('absent', { quantityText: '0.25' });
  bench.doubted('found', { quantityText: '0.5' });
  bench.sent('put off', { quantityText: '0.1' });
  bench.answer('put off', { kind: 'not-sent', why: '429', retryAfterMs: 3_000 });
  bench.sent('refused', { quantityText: '0.2' });
  bench.answer('refused', { kind: 'refused', reason: 'insufficient-balance', message: 'no' });
  bench.sent('name taken', { quantityText: '0.3' });
  bench.answer('name taken', { kind: 'duplicate', existing: undefined });
  bench.sent('in flight', { quantityText: '0.4' });
  bench.crash();
  bench.quote();
  bench.activity({ fills: [fillOf(bench.order('found'), 'f1', HALF, { atMs: 10 })], cursor: '1' });
  bench.found('found', { state: 'filled', filledUnits: HALF });
  bench.activity({ fills: [fillOf(bench.order('found'), 'f1', HALF, { atMs: 10 })], cursor: '1' });
  bench.reconcile();
  bench.take({ kind: 'release', orderId: bench.order('put off').id });
  for (let read = 0; read < 2; read++) {
    bench.later(25_000);
    for (const key of ['absent', 'in flight', 'name taken']) bench.absent(key);
  }
  bench.reports('put off', { state: 'cancelled' });
  bench.activity({ fills: [fillOf(bench.order('put off'), 'late', 7n, { atMs: 40 })], cursor: '2' });
  bench.reports('absent', { venueOrderId: 'v-second' });
  bench.take({ kind: 'resolve', orderId: bench.order('name taken').id, outcome: 'absent', by: 'sam', reason: 'they said so on the phone' });
  bench.take({ kind: 'reported', venue: VENUE, report: bench.report('found', { venueOrderId: 'x', clientOrderId: 'hand', state: 'working', filledUnits: 0n }), via: 'stream' });
  bench.take({ kind: 'reported', venue: VENUE, report: bench.report('found', { venueOrderId: 'x', clientOrderId: 'hand', state: 'cancelled', filledUnits: 0n }), via: 'find' });
  bench.take({ kind: 'release-instrument', venue: VENUE, symbol: SYMBOL, by: 'sam', reason: 'it was mine' });
  bench.reports('absent', { state: 'cancelled' });
  bench.reports('in flight', { state: 'cancelled' });
  const { BTC = '0' } = bench.balances();
  bench.reconcile({ balances: { BTC, USD: '1' } });
  bench.take({ kind: 'adopt-balance', venue: VENUE, asset: 'USD', by: 'sam', reason: 'I took it out' });
  bench.reconcile({ balances: { BTC: '2', USD: '1' } });
  bench.reconcile({ balances: { BTC, USD: '1' } });
  bench.take({ kind: 'access-refused', venue: VENUE, detail: '401' });
  bench.reconcile({ balances: { BTC, USD: '1' } });
  bench.take({ kind: 'halt', by: 'sam', reason: 'enough', cancelOrders: true });
  bench.crash();
  bench.take({ kind: 'resume', by: 'sam', reason: 'better' });
  bench.take({ kind: 'broken', belief: 'one is two', detail: '' });
  return bench;
}

function onlyTotals(): Bench {
  const bench = Bench.ready({ orderIds: 'returns-original', fills: 'cumulative', fees: 'in-fill', held: { BTC: '0', USD: '1000000' } });
  bench.working('a', { quantityText: '1' });
  bench.reports('a', { filledUnits: HALF, averagePriceText: '19999.995' });
  bench.reports('a', { filledUnits: HALF + 1n, averagePriceText: '19999.99' });
  bench.reports('a', { filledUnits: 2n * HALF, averagePriceText: '20000.000000000000000001', state: 'filled' });
  return bench;
}

export const stories: Readonly<Record<string, () => Bench>> = { 'an-ordinary-day': anOrdinaryDay, 'a-bad-day': aBadDay, 'only-totals': onlyTotals };
