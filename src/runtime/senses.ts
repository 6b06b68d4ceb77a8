/** What was last seen of prices. Samples: bounded, never in the journal, and empty after a start, which keeps new risk out until they are warm. */
import { marketKey } from '../core/index.ts';
import type { Price, Prices, Quote } from '../core/index.ts';

export class PriceSenses implements Prices {
  readonly #seen = new Map<string, Price>();

  price(venue: string, symbol: string): Price | undefined {
    return this.#seen.get(marketKey(venue, symbol));
  }

  /** @param askedAtMs journal time when the question left: a price is never younger than that. A crossed or empty market is no price. */
  saw(venue: string, quotes: readonly Quote[], askedAtMs: number): void {
    for (const { symbol, bidUnits, askUnits } of quotes) {
      if (bidUnits <= 0n || askUnits < bidUnits) continue;
      this.#seen.set(marketKey(venue, symbol), { bidUnits, askUnits, seenAtMs: askedAtMs, source: `${venue} quotes` });
    }
  }
}
