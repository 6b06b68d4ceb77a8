import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BTC, DOLLAR, SYMBOL, USD, btcUsd, limits as loose } from '../../../test/kit/core.ts';
import type { TrustedPrice } from '../market/index.ts';
import { judge } from './controls.ts';
import type { Case, Proposal } from './case.ts';
import type { Limits } from './facts.ts';
import { VALUE_SCALE, noRates } from './rates.ts';
import type { Rates } from './rates.ts';
import { rules } from './rules/index.ts';

const NOW = 1_000_000;
const EUR = 10n ** BigInt(VALUE_SCALE);
const price = { bidUnits: 20_000n * DOLLAR, askUnits: 20_000n * DOLLAR, seenAtMs: NOW, source: 'test' } as TrustedPrice;
const at = (bid: bigint, ask: bigint): TrustedPrice => ({ ...price, bidUnits: bid * DOLLAR, askUnits: ask * DOLLAR }) as TrustedPrice;
const order: Proposal = { instrument: btcUsd, side: 'buy', orderType: 'limit', quantityUnits: BTC / 2n, limitPriceUnits: 20_000n * DOLLAR, stopPriceUnits: undefined };

/** Every limit there is, and none given up. */
const limits: Limits = {
  ...loose, none: [],
  maxShortUnits: { [SYMBOL]: 5n * BTC }, maxOrderUnits: { [SYMBOL]: 4n * BTC }, maxSpreadPpm: { [SYMBOL]: 10_000 }, priceDrift: { [SYMBOL]: { ppm: 20_000, withinMs: 300_000 } }, rateMaxAgeMs: 60_000,
  maxNetValue: { asset: 'EUR', units: 100_000n * EUR }, maxGrossValue: { asset: 'EUR', units: 200_000n * EUR }, buyingPower: 'reserved', selfMatch: 'refuse',
  messageRate: { strategy: { most: 2, withinMs: 1_000 }, venue: { most: 3, withinMs: 1_000 }, system: { most: 4, withinMs: 1_000 } }, repeats: { most: 3, withinMs: 60_000 }, duplicateWithinMs: 2_000,
  permissions: { default: { default: ['buy', 'sell'] }, shy: { [SYMBOL]: ['sell'], default: [] } }, restricted: ['LUNA'],
};
const calm: Case = {
  proposal: order, limits, lossLimited: true, price, nowMs: NOW, standing: { positionUnits: 0n, openBuyUnits: 0n, openSellUnits: 0n }, asker: { source: 'bot', strategy: 'one', venue: 'sim' },
  earlier: { priceUnits: 20_000n * DOLLAR, ageMs: 240_000 }, free: { quoteUnits: 10_000n * USD, baseUnits: 0n }, opposing: { bestPriceUnits: undefined, atAnyPrice: false },
  sent: { strategy: [], venue: [], system: [] }, streak: undefined, throttle: undefined, similar: [],
  total: () => ({ netUnits: 0n, grossUnits: 0n, wouldBe: { netUnits: 10_000n * EUR, grossUnits: 10_000n * EUR } }), rates: noRates,
};
const rated = (numerator: bigint, seenAtMs: number): Rates => ({ rate: () => ({ numerator, denominator: 1_000_000n, seenAtMs }) });
const totals = (net: bigint, gross: bigint): Partial<Case> => ({ total: () => ({ netUnits: 0n, grossUnits: 0n, wouldBe: { netUnits: net * EUR, grossUnits: gross * EUR } }) });
const sent = (strategy: number, venue: number, system: number): Partial<Case> => {
  const lately = (count: number): number[] => [1, 2, 3, ...Array.from({ length: count }, (_, n) => NOW - 900 + n)];
  return { sent: { strategy: lately(strategy), venue: lately(venue), system: lately(system) } };
};
const before = { orderId: 'o1', atMs: NOW - 1_999, side: 'buy', quantityUnits: BTC / 2n, limitPriceUnits: 20_000n * DOLLAR, stopPriceUnits: 0n } as const;
const streak = (count: number, side: 'buy' | 'sell' = 'buy'): Partial<Case> => ({ streak: { side, timesMs: [5, ...Array.from({ length: count }, () => NOW - 59_999)] } });
const priced = (changes: Partial<Proposal>): Partial<Case> => ({ proposal: { ...order, ...changes } });

/** For each control: what passes at its very edge, and what is one step beyond and met by it alone. */
const edges: Readonly<Record<string, readonly { readonly passes: Partial<Case>; readonly beyond: Partial<Case>; readonly code: string }[]>> = {
  'instrument-rules': [{ passes: priced({ quantityUnits: 50_000n }), beyond: priced({ quantityUnits: 49_000n }), code: 'BW-3003' }],
  permission: [
    { passes: { asker: { ...calm.asker, source: 'shy' }, ...priced({ side: 'sell' }), free: { quoteUnits: 0n, baseUnits: BTC } }, beyond: { asker: { ...calm.asker, source: 'shy' } }, code: 'BW-3040' },
    { passes: {}, beyond: { asker: { ...calm.asker, strategy: 'shy' } }, code: 'BW-3040' },
    { passes: {}, beyond: { limits: { ...limits, permissions: { somebody: { default: ['buy'] } } } }, code: 'BW-3040' },
  ],
  restricted: [SYMBOL, 'BTC', 'USD'].map((named) => ({ passes: {}, beyond: { limits: { ...limits, restricted: ['LUNA', named] } }, code: 'BW-3041' })),
  'price-age': [{ passes: { price: { ...price, seenAtMs: NOW - 10_000 } as TrustedPrice }, beyond: { price: { ...price, seenAtMs: NOW - 10_001 } as TrustedPrice }, code: 'BW-3011' }],
  spread: [
    { passes: { price: at(19_900n, 20_100n) }, beyond: { price: at(19_899n, 20_101n) }, code: 'BW-3014' },
    { passes: { price: at(20_000n, 20_000n) }, beyond: { price: at(20_001n, 20_000n) }, code: 'BW-3013' },
    { passes: {}, beyond: { price: at(0n, 40_000n) }, code: 'BW-3013' },
  ],
  'price-collar': [{ passes: priced({ limitPriceUnits: 1_900_000n }), beyond: { ...priced({ limitPriceUnits: 1_899_999n }), earlier: undefined }, code: 'BW-3012' }].map((edge) => ({ ...edge, passes: { ...edge.passes, earlier: undefined } })),
  'price-drift': [
    { passes: priced({ limitPriceUnits: 1_960_000n }), beyond: priced({ limitPriceUnits: 1_959_999n }), code: 'BW-3015' },
    { passes: { ...priced({ limitPriceUnits: 1_959_999n }), earlier: { priceUnits: 2_000_000n, ageMs: 300_001 } }, beyond: { ...priced({ orderType: 'market', limitPriceUnits: undefined }), free: { quoteUnits: 20_000n * USD, baseUnits: 0n }, earlier: { priceUnits: 19_600n * DOLLAR, ageMs: 1 } }, code: 'BW-3015' },
  ],
  'daily-loss': [{ passes: {}, beyond: { lossLimited: false }, code: 'BW-3001' }, { passes: { lossLimited: false, limits: { ...limits, none: ['risk.maxDailyLoss'] } }, beyond: { lossLimited: false }, code: 'BW-3001' }],
  'order-quantity': [{ passes: { ...priced({ quantityUnits: 4n * BTC }), free: { quoteUnits: 10n ** 30n, baseUnits: 0n } }, beyond: { ...priced({ quantityUnits: 4n * BTC + 1_000n }), free: { quoteUnits: 10n ** 30n, baseUnits: 0n } }, code: 'BW-3022' }],
  'order-value': [
    { passes: { limits: { ...limits, maxOrderValue: { [SYMBOL]: { asset: 'USD', units: 10_000n * USD } } } }, beyond: { limits: { ...limits, maxOrderValue: { [SYMBOL]: { asset: 'USD', units: 10_000n * USD - 1n } } } }, code: 'BW-3020' },
    { passes: { limits: { ...limits, maxOrderValue: { [SYMBOL]: { asset: 'EUR', units: 9_000n * USD } } }, rates: rated(900_000n, NOW - 60_000) }, beyond: { limits: { ...limits, maxOrderValue: { [SYMBOL]: { asset: 'EUR', units: 9_000n * USD } } }, rates: rated(900_001n, NOW) }, code: 'BW-3020' },
    { passes: {}, beyond: { limits: { ...limits, maxOrderValue: { [SYMBOL]: { asset: 'EUR', units: 9_000n * USD } } } }, code: 'BW-3002' }, // no rate
    { passes: {}, beyond: { limits: { ...limits, maxOrderValue: { [SYMBOL]: { asset: 'EUR', units: 9_000n * USD } } }, rates: rated(900_000n, NOW - 60_001) }, code: 'BW-3002' }, // or one that is too old
  ],
  'reduce-only': [{
    passes: { ...priced({ side: 'sell', reduceOnly: true }), standing: { positionUnits: BTC / 2n, openBuyUnits: 0n, openSellUnits: 0n }, free: { quoteUnits: 0n, baseUnits: BTC } },
    beyond: { ...priced({ side: 'sell', reduceOnly: true }), standing: { positionUnits: BTC / 2n, openBuyUnits: 5n * BTC, openSellUnits: 1n }, free: { quoteUnits: 0n, baseUnits: BTC } }, code: 'BW-3044',
  }],
  position: [
    { passes: { standing: { positionUnits: 4n * BTC, openBuyUnits: 5n * BTC + BTC / 2n, openSellUnits: 0n } }, beyond: { standing: { positionUnits: 4n * BTC, openBuyUnits: 5n * BTC + BTC / 2n + 1n, openSellUnits: 0n } }, code: 'BW-3021' },
    { passes: { ...priced({ side: 'sell' }), free: { quoteUnits: 0n, baseUnits: BTC }, standing: { positionUnits: 0n, openBuyUnits: 0n, openSellUnits: 4n * BTC + BTC / 2n } }, beyond: { ...priced({ side: 'sell' }), free: { quoteUnits: 0n, baseUnits: BTC }, standing: { positionUnits: 0n, openBuyUnits: 0n, openSellUnits: 4n * BTC + BTC / 2n + 1n } }, code: 'BW-3021' }, // short has a limit of its own
  ],
  'net-value': [{ passes: totals(100_000n, 100_000n), beyond: totals(100_001n, 100_001n), code: 'BW-3023' }, { passes: {}, beyond: { limits: { ...limits, none: ['maxGrossValue'] }, total: () => ({ unknown: 'no price of ETH in EUR is known' }) }, code: 'BW-3025' }],
  'gross-value': [{ passes: totals(0n, 200_000n), beyond: totals(0n, 200_001n), code: 'BW-3024' }, { passes: {}, beyond: { limits: { ...limits, none: ['maxNetValue'] }, total: () => ({ unknown: 'no price of ETH in EUR is known' }) }, code: 'BW-3025' }],
  'buying-power': [
    { passes: {}, beyond: { free: { quoteUnits: 10_000n * USD - 1n, baseUnits: 0n } }, code: 'BW-3026' },
    { passes: { ...priced({ side: 'sell' }), free: { quoteUnits: 0n, baseUnits: BTC / 2n } }, beyond: { ...priced({ side: 'sell' }), free: { quoteUnits: 0n, baseUnits: BTC / 2n - 1n } }, code: 'BW-3026' },
  ],
  'self-match': [
    { passes: { opposing: { bestPriceUnits: 20_000n * DOLLAR + 1n, atAnyPrice: false } }, beyond: { opposing: { bestPriceUnits: 20_000n * DOLLAR, atAnyPrice: false } }, code: 'BW-3042' },
    { passes: { ...priced({ side: 'sell' }), free: { quoteUnits: 0n, baseUnits: BTC }, opposing: { bestPriceUnits: 20_000n * DOLLAR - 1n, atAnyPrice: false } }, beyond: { ...priced({ side: 'sell' }), free: { quoteUnits: 0n, baseUnits: BTC }, opposing: { bestPriceUnits: 20_000n * DOLLAR, atAnyPrice: false } }, code: 'BW-3042' },
    { passes: {}, beyond: { opposing: { bestPriceUnits: undefined, atAnyPrice: true } }, code: 'BW-3042' },
  ],
  duplicate: [
    { passes: { similar: [{ ...before, atMs: NOW - 2_000 }, { ...before, side: 'sell' }, { ...before, quantityUnits: BTC }, { ...before, limitPriceUnits: 1n }, { ...before, stopPriceUnits: 1n }] }, beyond: { similar: [before] }, code: 'BW-3043' },
    { passes: { ...priced({ allowRepeat: true }), similar: [before] }, beyond: { similar: [before] }, code: 'BW-3043' },
  ],
  repeats: [
    { passes: streak(2), beyond: streak(3), code: 'BW-3031' }, { passes: streak(9, 'sell'), beyond: streak(9), code: 'BW-3031' },
    { passes: {}, beyond: { throttle: { why: '3 buys', sinceMs: 1 } }, code: 'BW-3032' },
  ],
  'message-rate': [
    { passes: sent(1, 2, 3), beyond: sent(2, 2, 3), code: 'BW-3030' }, { passes: sent(1, 2, 3), beyond: sent(1, 3, 3), code: 'BW-3030' }, { passes: sent(1, 2, 3), beyond: sent(1, 2, 4), code: 'BW-3030' },
  ],
};

const said = (changes: Partial<Case>): string[] => {
  const judgement = judge({ ...calm, ...changes });
  return judgement.kind === 'approved' ? [] : [judgement.verdict, ...judgement.others].map(({ control, code }) => `${control} ${code}`);
};

test('what nothing forbids is approved', () => assert.deepEqual(said({}), []));

for (const [control, cases] of Object.entries(edges)) {
  test(`${control}: what lies at the edge passes, what lies beyond is refused by this control alone`, () => {
    for (const [index, { passes, beyond, code }] of cases.entries()) {
      assert.deepEqual(said(passes), [], `case ${index} passes`);
      assert.deepEqual(said(beyond), [`${control} ${code}`], `case ${index} is beyond`);
    }
  });
}

test('every control of the list has its edges here, and no other', () => {
  assert.deepEqual(rules.map(({ control }) => control).toSorted(), Object.keys(edges).toSorted());
});

test('C11: every limit that a control needs blocks when it is not there, and is named', () => {
  for (const { control, limit } of rules) {
    if (limit === undefined) continue;
    const keys = ({ priceMaxAge: ['priceMaxAgeMs'], priceCollar: ['priceCollarPpm'], maxSpread: ['maxSpreadPpm'], maxOrderQuantity: ['maxOrderUnits'], maxPosition: ['maxPositionUnits'], duplicateWithin: ['duplicateWithinMs'] } as Readonly<Record<string, readonly string[]>>)[limit] ?? [limit];
    const without = Object.fromEntries(Object.entries(limits).map(([key, value]) => [key, keys.includes(key) ? (typeof value === 'object' && key !== 'priceDrift' && ['maxOrderValue', 'priceCollarPpm', 'maxPositionUnits'].includes(key) ? {} : undefined) : value]).filter(([, value]) => value !== undefined)) as Limits;
    const judgement = judge({ ...calm, limits: without });
    assert.ok(judgement.kind === 'refused', control);
    assert.deepEqual([judgement.verdict.control, judgement.verdict.code], [control, 'BW-3001']);
    assert.ok(judgement.verdict.observed.includes(`limits.${limit}`), judgement.verdict.observed);
  }
});

test('C11: a limit that is given up in so many words does not block', () => {
  const given = rules.flatMap(({ limit }) => (limit === undefined ? [] : [limit]));
  const bare: Limits = { maxOrderValue: limits.maxOrderValue, maxPositionUnits: limits.maxPositionUnits, priceCollarPpm: limits.priceCollarPpm, priceMaxAgeMs: 10_000, rateMaxAgeMs: 1, maxShortUnits: { [SYMBOL]: 0n }, maxOrderUnits: { [SYMBOL]: BTC }, maxSpreadPpm: { [SYMBOL]: 1 } };
  assert.deepEqual(said({ limits: { ...bare, none: given } }), []);
  assert.equal(said({ limits: bare }).length, 10, 'and each of these blocks where nothing is said of it');
});

test('P4: every control says what it has against an order; the first in the list gives the answer', () => {
  assert.deepEqual(said({ limits: { ...limits, restricted: ['BTC'] }, free: { quoteUnits: 0n, baseUnits: 0n }, similar: [before] }), ['restricted BW-3041', 'buying-power BW-3026', 'duplicate BW-3043']);
});

test('P5: what only observes is told and blocks nothing, one control or all; what is not configured is told too', () => {
  const wild: Partial<Case> = { free: { quoteUnits: 0n, baseUnits: 0n }, similar: [before] };
  const some = judge({ ...calm, ...wild, limits: { ...limits, observe: ['duplicate'] } });
  assert.ok(some.kind === 'refused');
  assert.deepEqual([some.verdict.control, some.others, some.observed.map(({ control }) => control)], ['buying-power', [], ['duplicate']]);
  const all = judge({ ...calm, ...wild, limits: { maxOrderValue: {}, maxPositionUnits: {}, priceCollarPpm: {}, observe: ['all'] } });
  assert.ok(all.kind === 'approved');
  assert.ok(all.observed.length > 10 && all.observed.every(({ code }) => code === 'BW-3001'));
  assert.equal(all.approval.reserveUnits, 10_000n * USD, 'and what it may spend is reserved all the same');
});

test('without any price nothing is approved, even where everything only observes', () => {
  const judgement = judge({ ...calm, price: undefined, limits: { ...limits, observe: ['all'] } });
  assert.deepEqual(judgement.kind === 'refused' ? judgement.verdict.code : '', 'BW-3010');
});

test('G1, G2: while half of each limit on exposure holds, its edge lies at the half, and the refusal tells the half, the whole and why', () => {
  const scale = { percent: 50, why: 'the system is degraded: disk is degraded: little room' } as const;
  const halves = { maxOrderValue: { [SYMBOL]: { asset: 'USD', units: 20_000n * USD } }, maxOrderUnits: { [SYMBOL]: BTC }, maxPositionUnits: { [SYMBOL]: BTC }, maxNetValue: { asset: 'EUR', units: 20_000n * EUR }, maxGrossValue: { asset: 'EUR', units: 20_000n * EUR } };
  assert.deepEqual(said({ scale, limits: { ...limits, ...halves } }), [], 'half a coin for 10 000 is just half of each');
  const less = { maxOrderValue: { [SYMBOL]: { asset: 'USD', units: 20_000n * USD - 1n } }, maxOrderUnits: { [SYMBOL]: BTC - 1n }, maxPositionUnits: { [SYMBOL]: BTC - 1n }, maxNetValue: { asset: 'EUR', units: 20_000n * EUR - 1n }, maxGrossValue: { asset: 'EUR', units: 20_000n * EUR - 1n } };
  assert.deepEqual(said({ scale, limits: { ...limits, ...less } }).toSorted(), ['gross-value BW-3024', 'net-value BW-3023', 'order-quantity BW-3022', 'order-value BW-3020', 'position BW-3021']);
  assert.deepEqual(said({ limits: { ...limits, ...less } }), [], 'each is far within the whole');
  const judgement = judge({ ...calm, scale, limits: { ...limits, maxPositionUnits: { [SYMBOL]: BTC / 2n } } });
  assert.ok(judgement.kind === 'refused');
  assert.deepEqual(judgement.verdict, {
    control: 'position', code: 'BW-3021', limit: '0.25 BTC, 50% of 0.5 BTC while the system is degraded: disk is degraded: little room', observed: '0.5 BTC long in the worst case',
    wouldPass: 'a buy of at most 0.25 BTC, or by the whole limit once "breakwater components" says healthy',
  });
  const closing: Partial<Case> = { proposal: { ...order, side: 'sell' }, standing: { positionUnits: BTC, openBuyUnits: 0n, openSellUnits: 0n }, free: { quoteUnits: 0n, baseUnits: BTC } };
  assert.deepEqual(said({ ...closing, scale, limits: { ...limits, ...less } }), [], 'what only brings a position nearer to zero is measured by the whole');
});

test('C51: leave to repeat an order is no leave for anything else, and no order can give itself more', () => {
  const wild = { ...priced({ allowRepeat: true }), similar: [before], free: { quoteUnits: 0n, baseUnits: 0n } } satisfies Partial<Case>;
  assert.deepEqual(said(wild), ['buying-power BW-3026']);
  assert.deepEqual(said({ ...wild, limits: { ...limits, restricted: ['BTC'], maxOrderUnits: { [SYMBOL]: 1n } } }), ['restricted BW-3041', 'order-quantity BW-3022', 'buying-power BW-3026']);
});
