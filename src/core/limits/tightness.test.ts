import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BTC, DOLLAR, SYMBOL, btcUsd, ethUsd, profile } from '../../../test/kit/core.ts';
import { emptyMarket, evolveMarket } from '../market/index.ts';
import type { TrustedPrice } from '../market/index.ts';
import type { Case } from './case.ts';
import { judge } from './controls.ts';
import { VALUE_SCALE } from './rates.ts';
import { rules } from './rules/index.ts';
import { limitsFor } from './texts.ts';
import type { LimitTexts } from './texts.ts';
import { ceilingOf, changesBetween, tightest, withMissing } from './tightness.ts';

const NOW = 10_000_000;
const UNIT = 10n ** BigInt(VALUE_SCALE);
const market = emptyMarket();
evolveMarket(market, { type: 'venue.listed', venue: profile });
for (const instrument of [btcUsd, ethUsd]) evolveMarket(market, { type: 'instrument.listed', venue: profile.name, instrument });

const names = [SYMBOL, 'default', 'ETH/USD'];
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 4 });
const per = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.tuple(...names.map(() => maybe(value))).map((values) => Object.fromEntries(values.flatMap((one, index) => (one === undefined ? [] : [[names[index] ?? '', one]]))));
const dollars = fc.constantFrom('100', '10000', '10000.00', '20000', '20000.5').map((text) => ({ text, asset: 'USD' }));
const coins = fc.constantFrom('0', '0.25', '0.50', '0.5', '1');
const rate = fc.record({ most: fc.constantFrom(0, 1, 2, 3), withinMs: fc.constantFrom(1_000, 2_000, 60_000) });
const drift = fc.record({ ppm: fc.constantFrom(10_000, 20_000), withinMs: fc.constantFrom(0, 300_000, 300_000) });
const sides = fc.subarray(['buy', 'sell'] as const);
const waivable = ['maxNetValue', 'maxGrossValue', 'buyingPower', 'selfMatch', 'repeats', 'duplicateWithin', 'permissions', 'restricted', 'priceDrift'];
const keyOf = (name: string): keyof LimitTexts => (name === 'duplicateWithin' ? 'duplicateWithinMs' : name as keyof LimitTexts);

/** Every kind of limit, missing, waived or written, near the values that the order below is judged by. */
const texts: fc.Arbitrary<LimitTexts> = fc.tuple(
  fc.record({
    maxOrderValue: per(dollars), maxPosition: per(coins), priceCollarPpm: per(fc.constant(50_000)), maxShort: maybe(per(coins)), maxOrderQuantity: maybe(per(coins)), maxSpreadPpm: maybe(per(fc.constantFrom(100, 10_000))),
    priceDrift: maybe(per(drift)), maxNetValue: maybe(dollars), maxGrossValue: maybe(dollars), priceMaxAgeMs: maybe(fc.constantFrom(999, 1_000)), booksMaxAgeMs: maybe(fc.constantFrom(1, 2)), rateMaxAgeMs: maybe(fc.constantFrom(1, 2)),
    buyingPower: maybe(fc.constant('reserved' as const)), selfMatch: maybe(fc.constant('refuse' as const)), messageRate: maybe(fc.record({ strategy: rate, venue: rate, system: rate })), repeats: maybe(rate),
    duplicateWithinMs: maybe(fc.constantFrom(1, 5_000)), permissions: maybe(fc.dictionary(fc.constantFrom('bot', 'one', 'default'), fc.dictionary(fc.constantFrom(SYMBOL, 'default'), sides))),
    restricted: maybe(fc.uniqueArray(fc.constantFrom('LUNA', 'BTC', 'USD', SYMBOL))), observe: maybe(fc.uniqueArray(fc.constantFrom('all', ...rules.map(({ control }) => control)), { maxLength: 3 })),
    maxDailyLoss: maybe(dollars), maxDrawdownPpm: maybe(fc.constantFrom(1, 2)),
  }),
  fc.subarray(waivable),
).map(([written, none]) => {
  const known = Object.entries(written).filter(([key, value]) => value !== undefined && !none.some((name) => keyOf(name) === key));
  return { ...Object.fromEntries(known), ...(none.length === 0 ? {} : { none }) } as unknown as LimitTexts;
});

const price = { bidUnits: 19_999n * DOLLAR, askUnits: 20_001n * DOLLAR, seenAtMs: NOW - 1_000, source: 'test' } as TrustedPrice;
const cases: fc.Arbitrary<Omit<Case, 'limits'>> = fc.record({
  side: fc.constantFrom('buy' as const, 'sell' as const), quantityUnits: fc.constantFrom(BTC / 4n, BTC / 2n, BTC), limitPriceUnits: fc.constantFrom(19_800n * DOLLAR, 20_000n * DOLLAR, 20_900n * DOLLAR), sent: fc.integer({ min: 0, max: 3 }),
  free: fc.constantFrom(0n, 10n ** 30n), opposing: fc.constantFrom(undefined, 20_000n * DOLLAR), streak: fc.integer({ min: 0, max: 3 }), similarAgoMs: fc.constantFrom(2, 4_999), gross: fc.constantFrom(100n, 10_000n),
}).map(({ side, quantityUnits, limitPriceUnits, sent, free, opposing, streak, similarAgoMs, gross }) => {
  const times = Array.from({ length: sent }, () => NOW - 1_500);
  return {
    lossLimited: true, proposal: { instrument: btcUsd, side, orderType: 'limit', quantityUnits, limitPriceUnits, stopPriceUnits: undefined }, nowMs: NOW, price, standing: { positionUnits: 0n, openBuyUnits: 0n, openSellUnits: 0n },
    asker: { source: 'bot', strategy: 'one', venue: profile.name }, earlier: { priceUnits: 20_000n * DOLLAR, ageMs: 1_000 }, free: { quoteUnits: free, baseUnits: free }, opposing: { bestPriceUnits: opposing, atAnyPrice: false },
    sent: { strategy: times, venue: times, system: times }, streak: { side, timesMs: Array.from({ length: streak }, () => NOW - 1_500) }, throttle: undefined,
    similar: [{ orderId: 'o1', atMs: NOW - similarAgoMs, side, quantityUnits, limitPriceUnits, stopPriceUnits: 0n }],
    total: () => ({ netUnits: 0n, grossUnits: 0n, wouldBe: { netUnits: gross * UNIT, grossUnits: gross * UNIT } }), rates: { rate: () => ({ why: 'no rate' }) },
  };
});

const passes = (given: Omit<Case, 'limits'>, limits: LimitTexts): boolean => judge({ ...given, limits: limitsFor(limits, market) }).kind === 'approved';
const comparable = (a: LimitTexts, b: LimitTexts): boolean => changesBetween(a, b).every(({ direction, limit }) => direction !== 'other' || /messageRate|repeats|permissions|restricted|observe/.test(limit));

/** Lets the order pass in every control that it does not itself speak of. */
const generous: LimitTexts = {
  maxOrderValue: { default: { text: '1000000', asset: 'USD' } }, maxPosition: { default: '10' }, priceCollarPpm: { default: 50_000 }, maxShort: { default: '10' }, maxOrderQuantity: { default: '10' }, maxSpreadPpm: { default: 100_000 },
  priceMaxAgeMs: 10_000, rateMaxAgeMs: 10_000, messageRate: { strategy: { most: 9, withinMs: 1_000 }, venue: { most: 9, withinMs: 1_000 }, system: { most: 9, withinMs: 1_000 } }, none: waivable,
};
const keys = [...Object.keys(generous).filter((key) => key !== 'none'), ...waivable.map(keyOf), 'observe'] as readonly (keyof LimitTexts)[];
/** Generous, but for a few limits. */
const nearly: fc.Arbitrary<LimitTexts> = fc.tuple(texts, fc.subarray([...keys], { minLength: 0, maxLength: 5 })).map(([one, picked]) => ({
  ...generous, ...Object.fromEntries(picked.flatMap((key) => (one[key] === undefined ? [] : [[key, one[key]]]))),
  none: waivable.filter((name) => !picked.includes(keyOf(name)) || one.none?.includes(name) === true),
}));

test('H1: what passes under the tightest of two configurations passes under both of them', () => {
  let passed = 0;
  fc.assert(fc.property(nearly, nearly, cases, (a, b, given) => {
    if (!passes(given, tightest(a, b))) return;
    passed += 1;
    assert.ok(passes(given, a), 'under the one before');
    if (comparable(a, b)) assert.ok(passes(given, b), 'under the one after');
  }), { numRuns: 6_000 });
  assert.ok(passed > 300, `only ${passed} orders passed: the property says too little`);
});

test('H1: the tightest of two is no looser than either, and of a configuration and itself it is that one', () => {
  fc.assert(fc.property(texts, texts, (a, b) => {
    const least = tightest(a, b);
    assert.deepEqual(changesBetween(a, least).filter(({ direction }) => direction === 'looser'), []);
    assert.deepEqual(changesBetween(tightest(a, a), a), []);
    assert.deepEqual(changesBetween(tightest(least, a), least), [], 'again changes nothing');
  }), { numRuns: 1_000 });
});

test('H2: tighter one way round is looser the other way round, and what is neither is neither both ways', () => {
  const opposite = { tighter: 'looser', looser: 'tighter', other: 'other' } as const;
  fc.assert(fc.property(texts, texts, (a, b) => {
    const there = changesBetween(a, b).map(({ limit, direction }) => `${limit} ${direction}`).sort();
    const back = changesBetween(b, a).map(({ limit, direction }) => `${limit} ${opposite[direction]}`).sort();
    assert.deepEqual(there, back);
  }), { numRuns: 1_000 });
});

test('what is missing is not forgotten: it comes back as it was, and no looser', () => {
  fc.assert(fc.property(texts, texts, (a, b) => {
    const ceiling = ceilingOf(a, b);
    assert.deepEqual(changesBetween(a, ceiling).filter(({ direction }) => direction === 'looser'), []);
    assert.deepEqual(changesBetween(tightest(ceiling, b), tightest(a, b)), []);
    assert.deepEqual(changesBetween(b, withMissing(a, b)).filter(({ from }) => from !== 'missing: blocks'), []);
  }), { numRuns: 1_000 });
});

const bare: LimitTexts = { maxOrderValue: {}, maxPosition: {}, priceCollarPpm: {} };
const directions: readonly (readonly [why: string, from: Partial<LimitTexts>, to: Partial<LimitTexts>, limit: string, direction: string])[] = [
  ['a smaller amount', { maxOrderValue: { default: { text: '100', asset: 'USD' } } }, { maxOrderValue: { default: { text: '99.9', asset: 'USD' } } }, 'maxOrderValue default', 'tighter'],
  ['another currency', { maxNetValue: { text: '100', asset: 'USD' } }, { maxNetValue: { text: '1', asset: 'EUR' } }, 'maxNetValue', 'other'],
  ['a name of its own beside the default', { maxPosition: { default: '2' } }, { maxPosition: { default: '2', [SYMBOL]: '3' } }, `maxPosition ${SYMBOL}`, 'looser'],
  ['taken out', { maxPosition: { [SYMBOL]: '3' } }, {}, `maxPosition ${SYMBOL}`, 'tighter'],
  ['where there was none', {}, { maxPosition: { [SYMBOL]: '3' } }, `maxPosition ${SYMBOL}`, 'looser'],
  ['waived', { selfMatch: 'refuse' }, { none: ['selfMatch'] }, 'selfMatch', 'looser'],
  ['waived no more', { none: ['restricted'] }, { restricted: ['LUNA'] }, 'restricted', 'tighter'],
  ['one more that is restricted', { restricted: ['LUNA'] }, { restricted: ['BTC', 'LUNA'] }, 'restricted', 'tighter'],
  ['fewer within longer', { repeats: { most: 20, withinMs: 1_000 } }, { repeats: { most: 10, withinMs: 2_000 } }, 'repeats', 'tighter'],
  ['fewer within shorter', { repeats: { most: 20, withinMs: 10_000 } }, { repeats: { most: 5, withinMs: 1_000 } }, 'repeats', 'other'],
  ['another window', { priceDrift: { default: { ppm: 10, withinMs: 1 } } }, { priceDrift: { default: { ppm: 1, withinMs: 2 } } }, 'priceDrift default', 'other'],
  ['a longer time in which the same is refused', { duplicateWithinMs: 1 }, { duplicateWithinMs: 2 }, 'duplicateWithin', 'tighter'],
  ['an older price', { priceMaxAgeMs: 1 }, { priceMaxAgeMs: 2 }, 'priceMaxAge', 'looser'],
  ['one way less', { permissions: { bot: { default: ['buy', 'sell'] } } }, { permissions: { bot: { default: ['sell'] } } }, 'permissions bot default', 'tighter'],
  ['the other way', { permissions: { bot: { default: ['buy'] } } }, { permissions: { bot: { default: ['sell'] } } }, 'permissions bot default', 'other'],
  ['a control that only observes', {}, { observe: ['position'] }, 'observe', 'looser'],
  ['one instead of all', { observe: ['all'] }, { observe: ['position'] }, 'observe', 'tighter'],
  ['no limit on a loss any more, which blocks', { maxDailyLoss: { text: '1', asset: 'USD' } }, {}, 'risk.maxDailyLoss', 'tighter'],
  ['no limit on a loss any more, in so many words', { maxDailyLoss: { text: '1', asset: 'USD' } }, { none: ['risk.maxDailyLoss'] }, 'risk.maxDailyLoss', 'looser'],
];
for (const [why, from, to, limit, direction] of directions) {
  test(`${limit}: ${why} is ${direction}`, () => {
    assert.deepEqual(changesBetween({ ...bare, ...from }, { ...bare, ...to }).filter((change) => change.limit === limit).map((change) => change.direction), [direction]);
  });
}

test('of two numbers that pull apart the tighter of each is in force, which is within both', () => {
  assert.deepEqual(tightest({ ...bare, repeats: { most: 20, withinMs: 10_000 } }, { ...bare, repeats: { most: 5, withinMs: 1_000 } }).repeats, { most: 5, withinMs: 10_000 });
});
