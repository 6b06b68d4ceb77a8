/**
 * What all positions are worth together in the worst case, in one currency: over every venue, and so over every strategy.
 *
 * A position is what is held of an asset that some instrument trades as its base; what things are paid with is money, not a position.
 *
 *   T1. What cannot be valued makes the total unknown, and an unknown total lets nothing pass. It is never left out.
 *   T2. Each side by itself: what may be bought makes a position longer, what may be sold makes it shorter, and the worse of the two counts.
 */
import { divide, larger, pow10, absolute } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import { holdingUnits, mostHeldUnits } from '../ledger/index.ts';
import { VALUE_SCALE } from '../limits/index.ts';
import type { Proposal, Rate, Rates, Total } from '../limits/index.ts';
import type { Prices } from '../market/index.ts';
import type { World } from '../world.ts';
import { openAround } from './exposure.ts';

type Span = { readonly mostUnits: bigint; readonly leastUnits: bigint; readonly scale: number };

/** Rates from what is listed: the price of an instrument of the two, the same way round. */
export const ratesOf = (world: World, prices: Prices, nowMs: number): Rates => ({
  rate(from: string, to: string): Rate | undefined {
    for (const [key, instrument] of world.market.instruments.entries()) {
      if (instrument.base !== from || instrument.quote !== to) continue;
      const price = prices.price(key.slice(0, key.indexOf(' ')), instrument.symbol, nowMs);
      if (price !== undefined) return { ppm: divide(price.askUnits * 1_000_000n, pow10(instrument.priceScale), 'up'), seenAtMs: price.seenAtMs };
    }
    return undefined;
  },
});

/** @param own what of the open orders is the proposed order itself, put off before */
export function totalIn(world: World, rates: Rates, { proposal, venue, ownUnits }: { readonly proposal: Proposal; readonly venue: string; readonly ownUnits: bigint }, nowMs: number): (asset: string) => Total {
  return (asset) => {
    const spans = new Map<string, Map<string, Span>>(); // by asset, then by venue
    for (const [key, instrument] of world.market.instruments.entries()) {
      const at = key.slice(0, key.indexOf(' '));
      const venues = spans.get(instrument.base) ?? new Map<string, Span>();
      if (instrument.base === asset || venues.has(at)) continue;
      spans.set(instrument.base, venues.set(at, spanOf(world, at, instrument)));
    }
    const { instrument: { base }, side, quantityUnits } = proposal;
    const own = side === 'buy' ? { mostUnits: ownUnits, leastUnits: 0n } : { mostUnits: 0n, leastUnits: -ownUnits };
    const added = side === 'buy' ? { mostUnits: quantityUnits, leastUnits: 0n } : { mostUnits: 0n, leastUnits: -quantityUnits };
    let [netUnits, grossUnits, netThen, grossThen] = [0n, 0n, 0n, 0n];
    for (const [name, venues] of spans) {
      let before = { most: 0n, least: 0n, gross: 0n };
      let then = { most: 0n, least: 0n, gross: 0n };
      for (const [at, span] of venues) {
        const isHere = name === base && at === venue;
        const without = isHere ? { mostUnits: span.mostUnits - own.mostUnits, leastUnits: span.leastUnits - own.leastUnits } : span;
        before = plus(before, without, span.scale);
        then = plus(then, isHere ? { mostUnits: without.mostUnits + added.mostUnits, leastUnits: without.leastUnits + added.leastUnits } : without, span.scale);
      }
      if (before.gross === 0n && then.gross === 0n) continue;
      const rate = rates.rate(name, asset);
      const maxAgeMs = world.limits?.rateMaxAgeMs;
      if (rate === undefined) return { unknown: `no price of ${name} in ${asset} is known` }; // T1
      if (maxAgeMs === undefined || nowMs - rate.seenAtMs > maxAgeMs) return { unknown: `the price of ${name} in ${asset} is ${nowMs - rate.seenAtMs} ms old` };
      const worth = (units: bigint): bigint => divide(units * rate.ppm, 1_000_000n, 'up');
      netUnits += worth(larger(absolute(before.most), absolute(before.least)));
      netThen += worth(larger(absolute(then.most), absolute(then.least)));
      grossUnits += worth(before.gross);
      grossThen += worth(then.gross);
    }
    return { netUnits, grossUnits, wouldBe: { netUnits: netThen, grossUnits: grossThen } };
  };
}

/** T2, of one asset at one venue. */
function spanOf(world: World, venue: string, instrument: Instrument): Span {
  const open = openAround(world, venue, instrument);
  return { mostUnits: mostHeldUnits(world.ledger, venue, instrument.base) + open.buyUnits, leastUnits: holdingUnits(world.ledger, venue, instrument.base) - open.sellUnits, scale: instrument.quantityScale };
}

type Sum = { readonly most: bigint; readonly least: bigint; readonly gross: bigint };

const plus = (sum: Sum, { mostUnits, leastUnits }: Pick<Span, 'mostUnits' | 'leastUnits'>, scale: number): Sum => {
  const [most, least] = [valued(mostUnits, scale), valued(leastUnits, scale)];
  return { most: sum.most + most, least: sum.least + least, gross: sum.gross + larger(absolute(most), absolute(least)) };
};
const valued = (units: bigint, scale: number): bigint => (scale <= VALUE_SCALE ? units * pow10(VALUE_SCALE - scale) : divide(units, pow10(scale - VALUE_SCALE), 'up'));
