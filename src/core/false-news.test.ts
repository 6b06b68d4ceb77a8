/** Whatever a venue says, true or false, the core does not stop, its accounts sum to zero, and its record tells the same world again. */
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Bench, VENUE, assertSameWorlds, idClasses } from '../../test/kit/core.ts';
import { imbalances } from './index.ts';
import type { Fill, Input, OrderReport } from './index.ts';

const keys = ['a', 'b', 'c'] as const;
const units = fc.constantFrom(-5n, 0n, 1n, 1_000n, 49_999_999n, 50_000_000n, 50_000_001n, 10n ** 30n);
const venueOrderIds = fc.constantFrom('v-a', 'v-b', 'v-c', 'x', 'y', '');
const sides = fc.constantFrom('buy' as const, 'sell' as const);
const symbols = fc.constantFrom('BTC/USD', 'BTC/USD', 'DOGE/USD', '__proto__');
const texts = fc.constantFrom('0', '1', '-1', '20000', '20000.123456789012345678901234567890', 'NaN', '', '1e-30', '1e30');
type Raw = Omit<OrderReport, 'clientOrderId'> & { readonly named: number };
const raws: fc.Arbitrary<Raw> = fc.record({
  venueOrderId: venueOrderIds, named: fc.nat(5), symbol: symbols, side: sides, type: fc.constant('limit' as const), quantityUnits: units, filledUnits: units,
  averagePriceText: fc.option(texts, { nil: undefined }), limitPriceUnits: fc.constant(undefined),
  state: fc.constantFrom('pending' as const, 'working' as const, 'cancelling' as const, 'filled' as const, 'cancelled' as const, 'expired' as const, 'rejected' as const), reason: fc.constant(undefined),
  updatedAtMs: fc.integer({ min: -1, max: 2_000_000_000_000 }),
}, { noNullPrototype: true });
const fills: fc.Arbitrary<Fill> = fc.record({
  fillId: fc.constantFrom('1', '2', '3', ''), venueOrderId: venueOrderIds, symbol: symbols, side: sides, quantityUnits: units, priceUnits: units, cumulativeUnits: fc.constant(undefined),
  atMs: fc.integer({ min: -1, max: 2_000_000_000_000 }), fee: fc.record({ asset: fc.constantFrom('BTC', 'USD', 'BNB'), amountText: texts }, { noNullPrototype: true }),
}, { requiredKeys: ['fillId', 'venueOrderId', 'symbol', 'side', 'quantityUnits', 'priceUnits', 'cumulativeUnits', 'atMs'], noNullPrototype: true });
const fees = fc.record({ feeId: fc.constantFrom('1', '2'), asset: fc.constantFrom('BTC', 'USD', 'BNB'), amountText: texts, throughMs: fc.integer({ min: -1, max: 2_000_000_000_000 }) }, { noNullPrototype: true });
const activities = fc.record({ fills: fc.array(fills, { maxLength: 3 }), fees: fc.array(fees, { maxLength: 2 }), cursor: fc.constantFrom('', '1', '2') }, { noNullPrototype: true });

type Play = (bench: Bench) => Input;
const named = (bench: Bench, { named: name, ...raw }: Raw): OrderReport => {
  const key = keys[name];
  return { ...raw, clientOrderId: key === undefined ? (name === 4 ? 'stranger' : undefined) : bench.order(key).clientOrderIds.at(-1) };
};
const about = fc.constantFrom(...keys);
const plays: fc.Arbitrary<Play> = fc.oneof(
  raws.map((raw): Play => (bench) => ({ kind: 'reported', venue: VENUE, report: named(bench, raw), via: 'stream' })),
  fc.tuple(about, raws).map(([key, raw]): Play => (bench) => ({ kind: 'find-answered', orderId: bench.order(key).id, result: { kind: 'found', report: named(bench, raw) }, askedAtMs: bench.nowMs })),
  fc.tuple(about, raws, fc.nat(3), fc.boolean()).map(([key, raw, attempt, first]): Play => (bench) =>
    ({ kind: 'submit-answered', orderId: bench.order(key).id, attempt, result: first ? { kind: 'accepted', report: named(bench, raw) } : { kind: 'duplicate', existing: named(bench, raw) } })),
  fc.tuple(about, fc.nat(3)).map(([key, attempt]): Play => (bench) => ({ kind: 'submit-answered', orderId: bench.order(key).id, attempt, result: { kind: 'refused', reason: '', message: '', access: attempt === 2 } })),
  about.map((key): Play => (bench) => ({ kind: 'find-answered', orderId: bench.order(key).id, result: { kind: 'absent', source: '' }, askedAtMs: bench.nowMs })),
  about.map((key): Play => (bench) => ({ kind: 'cancel', orderId: bench.order(key).id, by: 'sam', reason: '' })),
  about.map((key): Play => (bench) => ({ kind: 'resolve', orderId: bench.order(key).id, outcome: 'absent', by: 'sam', reason: '' })),
  about.map((key): Play => (bench) => ({ kind: 'release', orderId: bench.order(key).id })),
  activities.map((activity): Play => () => ({ kind: 'activity', venue: VENUE, activity })),
  fc.tuple(fc.array(raws, { maxLength: 2 }), activities, texts, texts, fc.boolean()).map(([reports, activity, BTC, USD, quiet]): Play => (bench) =>
    ({ kind: 'reconciled', venue: VENUE, reading: { openOrders: reports.map((raw) => named(bench, raw)), looked: [], activity, balances: { assets: { BTC, USD }, blocked: undefined }, quiet } })),
  fc.constant<Play>(() => ({ kind: 'adopt-balance', venue: VENUE, asset: 'BTC', by: 'sam', reason: '' })),
  fc.constant<Play>(() => ({ kind: 'release-instrument', venue: VENUE, symbol: 'BTC/USD', by: 'sam', reason: '' })),
);

for (const source of ['trades', 'cumulative'] as const) {
  test(`no news, however false, stops the core (fills told by ${source})`, () => {
    fc.assert(fc.property(fc.array(fc.tuple(plays, fc.constantFrom(0, 1_000, 30_000)), { maxLength: 40, size: 'max' }), fc.constantFrom(...idClasses), (history, orderIds) => {
      const bench = Bench.ready({ orderIds, fills: source });
      bench.sent('a');
      bench.doubted('b', { side: 'sell' });
      bench.working('c');
      for (const [play, ms] of history) {
        bench.later(ms);
        bench.take(play(bench));
        assert.deepEqual([...imbalances(bench.world.ledger)], []);
        bench.due();
        for (const { openUnits } of bench.world.orders.foreign.values()) assert.ok(openUnits >= 0n, 'a stranger takes no exposure away');
      }
      assertSameWorlds(bench);
      bench.crash();
      assertSameWorlds(bench);
    }), { numRuns: 300 });
  });
}
