import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Bench, BTC, DOLLAR, SYMBOL, VENUE, capabilities, limits } from '../../../test/kit/core.ts';
import type { Limits } from '../limits/index.ts';
import { judgeReplacement } from './replacing.ts';
import type { Replacement } from './replacing.ts';

/** 1 BTC and 100,000 USD; it may hold 3 BTC, spend what is free, and sell what it has. */
const tight: Limits = {
  ...limits, maxPositionUnits: { [SYMBOL]: 3n * BTC }, maxShortUnits: { [SYMBOL]: 0n }, maxOrderUnits: { [SYMBOL]: 2n * BTC }, buyingPower: 'reserved', duplicateWithinMs: 60_000, repeats: { most: 2, withinMs: 60_000 },
  none: limits.none?.filter((name) => !['buyingPower', 'duplicateWithin', 'repeats'].includes(name)) ?? [],
};
const bench = (more: Partial<Limits> = {}): Bench => Bench.ready({ held: { BTC: '1', USD: '100000' }, limits: { ...tight, ...more } });
const asks = (one: Bench, key: string, changes: Replacement) => judgeReplacement(one.world, { price: (venue, symbol) => one.prices.get(`${venue} ${symbol}`) }, one.order(key), changes, one.nowMs);
const wish = { side: 'buy', orderType: 'limit', limitPriceText: '20000', quantityText: '1' } as const;

test('C10: a replacement above a limit is refused by that limit, and the order stays as it is', () => {
  const one = bench();
  one.working('a', wish);
  const before = JSON.stringify(one.order('a'), (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
  const entries = one.journal.length;
  for (const [changes, control] of [[{ quantityUnits: 2n * BTC + 1_000n }, 'order-quantity'], [{ quantityUnits: 5n * BTC }, 'order-quantity'], [{ limitPriceUnits: 30_000n * DOLLAR }, 'price-collar'], [{ quantityUnits: 0n }, 'instrument-rules']] as const) {
    const judged = asks(one, 'a', changes);
    assert.deepEqual([judged.kind, judged.kind === 'refused' && judged.verdict.control], ['refused', control]);
  }
  assert.deepEqual([JSON.stringify(one.order('a'), (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)), one.journal.length], [before, entries]);
});

test('N2: what the order has open, may spend and was counted as makes room for what replaces it', () => {
  const one = bench();
  one.working('a', { ...wish, quantityText: '2' }); // all that the position limit leaves
  const judged = asks(one, 'a', { limitPriceUnits: 20_100n * DOLLAR });
  assert.equal(judged.kind, 'approved', judged.kind === 'refused' ? judged.verdict.observed : '');
  assert.equal(asks(one, 'a', {}).kind, 'approved', 'nor is it a duplicate or a repetition of itself');
  one.signal({ key: 'b', ...wish });
  assert.equal(one.order('b').blocked?.control, 'position', 'while a new one finds no room');
});

test('what of it is filled is held, and only the rest is judged; until there is evidence the larger of the two counts', () => {
  const one = bench();
  one.working('a', { ...wish, quantityText: '2' });
  assert.deepEqual(asks(one, 'a', { quantityUnits: BTC }).worst, { openUnits: 2n * BTC });
  assert.deepEqual(asks(one, 'a', { quantityUnits: 2n * BTC + BTC / 2n }).worst, { openUnits: 2n * BTC + BTC / 2n });
});

test('what is over, or is being cancelled, becomes no other order; nor does one whose gate is shut or whose books are old', () => {
  const one = bench({ booksMaxAgeMs: 60_000 });
  one.working('a', wish);
  one.later(60_001);
  assert.equal(verdictOf(one), 'books');
  one.reconcile({ balances: one.balances(), openOrders: [one.report('a')] });
  assert.equal(verdictOf(one), 'approved');
  one.take({ kind: 'halt', by: 'sam', reason: 'x', cancelOrders: false });
  assert.equal(verdictOf(one), 'gate');
  const other = bench();
  other.working('a', wish);
  other.take({ kind: 'cancel', orderId: other.order('a').id, by: 'sam', reason: 'x' });
  assert.equal(verdictOf(other), 'instrument');
});
const verdictOf = (one: Bench): string => { const judged = asks(one, 'a', {}); return judged.kind === 'refused' ? judged.verdict.control : judged.kind; };

test('N1: it passes exactly where a new order like it would pass in a world in which the replaced one never was', () => {
  const sides = fc.constantFrom('buy' as const, 'sell' as const);
  const quantities = fc.constantFrom('0.1', '0.5', '0.9', '1', '1.5', '2', '2.1');
  const prices = fc.constantFrom('18900', '19500', '20000', '20500', '21000', '21100');
  const seen = { approved: 0, refused: 0 };
  fc.assert(fc.property(sides, quantities, prices, quantities, prices, (side, quantityText, limitPriceText, toQuantity, toPrice) => {
    const one = bench();
    one.signal({ key: 'a', side, orderType: 'limit', quantityText, limitPriceText });
    if (one.order('a').phase !== 'sending') return;
    const fresh = bench();
    fresh.signal({ key: 'new', side, orderType: 'limit', quantityText: toQuantity, limitPriceText: toPrice });
    const expected = fresh.order('new');
    const judged = asks(one, 'a', { quantityUnits: BigInt(Math.round(Number(toQuantity) * 10)) * (BTC / 10n), limitPriceUnits: BigInt(toPrice) * DOLLAR });
    seen[judged.kind] += 1;
    assert.equal(judged.kind === 'refused' ? judged.verdict.control : 'sending', expected.blocked?.control ?? expected.phase);
  }), { numRuns: 300 });
  assert.ok(seen.approved > 20 && seen.refused > 20, JSON.stringify(seen));
});

test('nothing is cancelled for an order that would have to wait for its venue\'s dead-man timer', () => {
  const one = Bench.ready({ profile: { capabilities: { ...capabilities, deadManTimer: true } }, held: { BTC: '1', USD: '100000' }, limits: tight });
  one.take({ kind: 'dead-man-armed', venue: VENUE, withinMs: 60_000 });
  one.working('a', wish);
  assert.equal(asks(one, 'a', { quantityUnits: BTC / 2n }).kind, 'approved');
  one.take({ kind: 'dead-man-lapsed', venue: VENUE, why: 'no answer' });
  const judged = asks(one, 'a', { quantityUnits: BTC / 2n });
  assert.deepEqual([judged.kind, judged.kind === 'refused' && judged.verdict.code], ['refused', 'BW-3123']);
});
