import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BTC, DOLLAR, SYMBOL, USD, btcUsd, limits } from '../../../test/kit/core.ts';
import type { TrustedPrice } from '../market/index.ts';
import { judge } from './controls.ts';
import type { Case, Proposal, Standing } from './case.ts';
import type { Limits } from './facts.ts';
import { noRates } from './rates.ts';

const NOW = 1_000_000;
const price = { bidUnits: 20_000n * DOLLAR, askUnits: 20_000n * DOLLAR, seenAtMs: NOW, source: 'test' } as TrustedPrice;
const flat: Standing = { positionUnits: 0n, openBuyUnits: 0n, openSellUnits: 0n };
const limit: Proposal = { instrument: btcUsd, side: 'buy', orderType: 'limit', quantityUnits: BTC / 2n, limitPriceUnits: 20_000n * DOLLAR, stopPriceUnits: undefined };
const market: Proposal = { ...limit, orderType: 'market', limitPriceUnits: undefined };

type Given = { readonly proposal?: Partial<Proposal>; readonly limits?: Limits; readonly standing?: Partial<Standing>; readonly price?: TrustedPrice; readonly nowMs?: number };
const calm: Omit<Case, 'proposal' | 'limits' | 'standing' | 'price' | 'nowMs'> = {
  lossLimited: true, asker: { source: 'tester', strategy: 'one', venue: 'sim' }, earlier: undefined, free: { quoteUnits: 10n ** 30n, baseUnits: 10n ** 30n }, opposing: { bestPriceUnits: undefined, atAnyPrice: false },
  sent: { strategy: [], venue: [], system: [] }, streak: undefined, throttle: undefined, similar: [], total: () => ({ netUnits: 0n, grossUnits: 0n, wouldBe: { netUnits: 0n, grossUnits: 0n } }), rates: noRates,
};
const caseOf = (given: Given): Case => ({
  ...calm, proposal: { ...limit, ...given.proposal }, limits: 'limits' in given ? given.limits : limits, standing: { ...flat, ...given.standing }, price: 'price' in given ? given.price : price, nowMs: given.nowMs ?? NOW,
});
function verdict(given: Given = {}): string {
  const judgement = judge(caseOf(given));
  return judgement.kind === 'approved' ? 'approved' : `${judgement.verdict.control} ${judgement.verdict.code}`;
}
const why = (given: Given): string => {
  const judgement = judge(caseOf(given));
  return judgement.kind === 'approved' ? '' : `${judgement.verdict.limit} | ${judgement.verdict.observed} | ${judgement.verdict.wouldPass}`;
};

test('P1: each limit that is not configured blocks, and names its key', () => {
  const without = (changes: Partial<Limits>): Limits => ({ ...limits, ...changes });
  const { priceMaxAgeMs: _priceMaxAgeMs, ...ageless } = limits;
  for (const [key, missing] of [
    ['priceMaxAge', ageless], ['priceCollar', without({ priceCollarPpm: {} })], ['maxOrderValue', without({ maxOrderValue: {} })], ['maxPosition', without({ maxPositionUnits: {} })],
    ['maxPosition', without({ maxPositionUnits: { 'ETH/USD': 10n } })],
  ] as const) {
    assert.match(verdict({ limits: missing }), / BW-3001$/, key);
    assert.match(why({ limits: missing }), new RegExp(`^not configured \\| limits\\.${key} names no limit for ${SYMBOL} \\| nothing, until limits\\.${key} is configured$`));
  }
  assert.match(verdict({ limits: undefined } as unknown as Given), /BW-3001/);
});

test('P1: a limit of nothing blocks everything; it never means unlimited', () => {
  assert.equal(verdict({ limits: { ...limits, maxOrderValue: { [SYMBOL]: { asset: 'USD', units: 0n } } } }), 'order-value BW-3020');
  assert.equal(verdict({ limits: { ...limits, maxPositionUnits: { [SYMBOL]: 0n } } }), 'position BW-3021');
  assert.equal(verdict({ limits: { ...limits, priceCollarPpm: { [SYMBOL]: 0 } }, proposal: { limitPriceUnits: 20_000n * DOLLAR + 1n } }), 'price-collar BW-3012');
});

test('the price collar lets pass what lies on its edge and blocks one tick beyond, both ways', () => {
  for (const [priceUnits, expected] of [
    [1_900_000n - 1n, 'price-collar BW-3012'], [1_900_000n, 'approved'], [2_100_000n, 'approved'], [2_100_000n + 1n, 'price-collar BW-3012'],
  ] as const) {
    for (const side of ['buy', 'sell'] as const) assert.equal(verdict({ proposal: { side, limitPriceUnits: priceUnits }, standing: { positionUnits: 5n * BTC } }), expected, `${side} at ${priceUnits}`);
  }
  assert.equal(why({ proposal: { limitPriceUnits: 2_100_001n } }), '50000 ppm around 20000 USD | 21000.01 USD | 19000 USD to 21000 USD');
});

test('an odd reference never widens the collar: its edges are rounded inwards', () => {
  const odd: TrustedPrice = { ...price, bidUnits: 33n, askUnits: 34n };
  const narrow = { ...limits, priceCollarPpm: { [SYMBOL]: 20_000 } };
  const cheap = { ...btcUsd, minNotionalUnits: 0n };
  for (const [units, expected] of [[32n, 'price-collar BW-3012'], [33n, 'approved'], [34n, 'price-collar BW-3012']] as const) {
    assert.equal(verdict({ price: odd, limits: narrow, proposal: { instrument: cheap, limitPriceUnits: units } }), expected, String(units));
  }
});

test('P3: a price that is missing, or one millisecond too old, is no price', () => {
  assert.equal(verdict({ price: undefined } as unknown as Given), 'price-age BW-3010');
  assert.equal(verdict({ nowMs: NOW + 10_000 }), 'approved');
  assert.equal(verdict({ nowMs: NOW + 10_001 }), 'price-age BW-3011');
});

test('the value of an order may reach its limit and not pass it by one unit', () => {
  const value = { ...limits, maxOrderValue: { [SYMBOL]: { asset: 'USD', units: 10_000n * USD } } };
  assert.equal(verdict({ limits: value }), 'approved');
  assert.equal(verdict({ limits: { ...value, maxOrderValue: { [SYMBOL]: { asset: 'USD', units: 10_000n * USD - 1n } } } }), 'order-value BW-3020');
  assert.equal(verdict({ limits: value, proposal: { quantityUnits: BTC / 2n + btcUsd.quantityStepUnits } }), 'order-value BW-3020');
});

test('a market order is worth what it may cost at the edge of the collar', () => {
  const value = { ...limits, maxOrderValue: { [SYMBOL]: { asset: 'USD', units: 10_500n * USD } } };
  assert.equal(verdict({ limits: value, proposal: market }), 'approved');
  assert.equal(verdict({ limits: { ...value, maxOrderValue: { [SYMBOL]: { asset: 'USD', units: 10_500n * USD - 1n } } }, proposal: market }), 'order-value BW-3020');
});

test('a sale below the market is worth what the market pays, not what its limit allows', () => {
  const value = { ...limits, maxOrderValue: { [SYMBOL]: { asset: 'USD', units: 9_999n * USD } } };
  assert.equal(verdict({ limits: value, standing: { positionUnits: BTC }, proposal: { side: 'sell', limitPriceUnits: 1_900_000n } }), 'order-value BW-3020');
});

test('a value limit in another asset than the quote blocks: no rate is invented', () => {
  assert.equal(verdict({ limits: { ...limits, maxOrderValue: { [SYMBOL]: { asset: 'EUR', units: 10n ** 30n } } } }), 'order-value BW-3002');
});

test('a limit in the units of the wrong scale blocks rather than lets pass', () => {
  const inWholeCoins = { ...limits, maxPositionUnits: { [SYMBOL]: 10n } };
  const inDollars = { ...limits, maxOrderValue: { [SYMBOL]: { asset: 'USD', units: 100_000n } } };
  assert.equal(verdict({ limits: inWholeCoins }), 'position BW-3021');
  assert.equal(verdict({ limits: inDollars }), 'order-value BW-3020');
});

test('a long position may reach its limit and not pass it by one step: held, open and unknown all count', () => {
  const half = BTC / 2n;
  for (const standing of [{ positionUnits: 9n * BTC + half }, { openBuyUnits: 9n * BTC + half }, { positionUnits: 5n * BTC, openBuyUnits: 4n * BTC + half }, { positionUnits: -BTC, openBuyUnits: 10n * BTC + half }]) {
    assert.equal(verdict({ standing }), 'approved');
    assert.equal(verdict({ standing, proposal: { quantityUnits: half + btcUsd.quantityStepUnits } }), 'position BW-3021');
    const [first, ...others] = Object.entries(standing);
    assert.equal(verdict({ standing: { ...Object.fromEntries(others), [first?.[0] ?? '']: (first?.[1] ?? 0n) + 1n } }), 'position BW-3021', 'one unit more is too much');
  }
});

test('open sales do not make room for a buy, nor open buys for a sale: each side stands by itself', () => {
  assert.equal(verdict({ standing: { positionUnits: 10n * BTC, openSellUnits: 10n * BTC } }), 'position BW-3021');
  assert.equal(verdict({ proposal: { side: 'sell' }, standing: { positionUnits: -10n * BTC, openBuyUnits: 10n * BTC } }), 'position BW-3021');
});

test('what brings a position back is let pass even beyond the limit, but not through to the other side of it', () => {
  const held = { positionUnits: 15n * BTC };
  const sale = { side: 'sell', limitPriceUnits: 2_000_000n } as const;
  const wide = { ...limits, maxOrderValue: { [SYMBOL]: { asset: 'USD', units: 10_000_000n * USD } } };
  assert.equal(verdict({ standing: held, proposal: sale }), 'approved');
  assert.equal(verdict({ limits: wide, standing: held, proposal: { ...sale, quantityUnits: 25n * BTC } }), 'approved');
  assert.equal(verdict({ limits: wide, standing: held, proposal: { ...sale, quantityUnits: 25n * BTC + btcUsd.quantityStepUnits } }), 'position BW-3021');
  assert.equal(verdict({ standing: held }), 'position BW-3021', 'and what makes it larger is not');
});

test('a refusal says what would pass, and that passes', () => {
  assert.equal(why({ standing: { openBuyUnits: 9_70000000n } }), '10 BTC | 10.2 BTC long in the worst case | a buy of at most 0.3 BTC');
  assert.equal(verdict({ standing: { openBuyUnits: 9_70000000n }, proposal: { quantityUnits: 30_000_000n } }), 'approved');
  assert.match(why({ standing: { positionUnits: 11n * BTC } }), /no buy at all$/);
});

test('the rules of the instrument come first: least quantity, steps, ticks, value, and the prices its type needs', () => {
  for (const [changes, passes] of [
    [{ quantityUnits: 10_000n, limitPriceUnits: 2_100_000n }, false], [{ quantityUnits: 50_000n }, true], [{ quantityUnits: 49_000n }, false], // ten dollars at least
    [{ quantityUnits: 9_000n }, false], [{ quantityUnits: 0n }, false], [{ quantityUnits: -BTC }, false], [{ quantityUnits: BTC / 2n + 1n }, false],
    [{ limitPriceUnits: 0n }, false], [{ limitPriceUnits: -1n }, false], [{ limitPriceUnits: undefined }, false],
    [{ orderType: 'market' }, false], [{ orderType: 'market', limitPriceUnits: undefined }, true],
    [{ orderType: 'stop-limit' }, false], [{ orderType: 'stop-limit', stopPriceUnits: 2_050_000n }, true], [{ stopPriceUnits: 2_050_000n }, false], [{ orderType: 'stop-limit', stopPriceUnits: 0n }, false],
  ] as const) {
    assert.equal(verdict({ proposal: changes as Partial<Proposal> }), passes ? 'approved' : 'instrument-rules BW-3003', JSON.stringify(changes, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
  }
  const coarse = { ...btcUsd, priceTickUnits: 50n };
  assert.equal(verdict({ proposal: { instrument: coarse, limitPriceUnits: 2_000_025n } }), 'instrument-rules BW-3003');
});

test('what is reserved is the most the order can spend: the quote at its worst price, or the base it sells', () => {
  const approval = (proposal: Partial<Proposal>, standing: Partial<Standing> = {}): readonly unknown[] => {
    const judgement = judge(caseOf({ proposal, standing }));
    return judgement.kind === 'approved' ? [judgement.approval.reserveAsset, judgement.approval.reserveUnits] : [judgement.verdict.control];
  };
  assert.deepEqual(approval({}), ['USD', 10_000n * USD]);
  assert.deepEqual(approval(market), ['USD', 10_500n * USD]);
  assert.deepEqual(approval({ side: 'sell' }, { positionUnits: BTC }), ['BTC', BTC / 2n]);
});

test('P2: whatever stands already, what is approved never leads past the position limit in the worst case', () => {
  const amount = fc.bigInt(-12n * BTC, 12n * BTC);
  const open = fc.bigInt(0n, 12n * BTC);
  fc.assert(fc.property(amount, open, open, fc.constantFrom('buy' as const, 'sell' as const), fc.bigInt(10n, 1_000n), (positionUnits, openBuyUnits, openSellUnits, side, steps) => {
    const quantityUnits = steps * 500_000n;
    const judgement = judge(caseOf({ proposal: { side, quantityUnits }, standing: { positionUnits, openBuyUnits, openSellUnits } }));
    const worst = side === 'buy' ? positionUnits + openBuyUnits + quantityUnits : openSellUnits + quantityUnits - positionUnits;
    assert.equal(judgement.kind === 'approved', worst <= 10n * BTC && quantityUnits * 20_000n <= 100_000n * BTC);
  }));
});
