/** Rates for limits: those by which the account is valued, no older than `limits.rateMaxAge`. */
import type { Rates } from '../limits/index.ts';
import { marketKey } from '../market/index.ts';
import type { Prices } from '../market/index.ts';
import { CrossRates } from '../valuation/index.ts';
import type { World } from '../world.ts';

/** @param venue whose own prices come first @param read gets the key of every price that is looked at */
export function ratesOf(world: World, prices: Prices, nowMs: number, venue: (asset: string) => string, read?: Set<string>): Rates {
  const maxAgeMs = world.limits?.rateMaxAgeMs;
  let rates: CrossRates | undefined;
  return {
    rate(from, to) {
      if (maxAgeMs === undefined) return { why: 'limits.rateMaxAge is not configured' };
      rates ??= new CrossRates(world.market, read === undefined ? prices : noting(prices, read), nowMs, maxAgeMs);
      const reading = rates.rate(venue(from), from, to);
      return reading.kind === 'rate' ? reading.rate : { why: reading.why };
    },
  };
}

const noting = (prices: Prices, read: Set<string>): Prices => ({
  price(venue, symbol, nowMs) {
    read.add(marketKey(venue, symbol));
    return prices.price(venue, symbol, nowMs);
  },
});
