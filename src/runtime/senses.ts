/**
 * What was last seen of prices, and whether it may be used. Samples: bounded, never in the journal, and empty after a start, which keeps new risk out
 * until they are warm.
 *
 * Each venue is the one source of its own prices. The age of a price is left to the control that every order passes, and the venue's own time for it is
 * not looked at: it is another clock than journal time. What is judged here is whether it is a market at all, and whether it jumped.
 */
import { PriceFeeds, marketKey } from '../core/index.ts';
import type { FeedWords, Prices, Quote, TrustedPrice } from '../core/index.ts';

const alone: Omit<FeedWords, 'sources'> = { staleAfterMs: Infinity, aheadMs: Infinity, muteFactor: Infinity, jumpPpm: 100_000, jumpHoldMs: 30_000, lockedIsSound: true, warmQuotes: 1, resumeAfterMs: 0 };

const PAST_EVERY_MS = 5_000;
const MOST_PAST = 720; // an hour

export class PriceSenses implements Prices {
  readonly #feeds = new Map<string, PriceFeeds>();
  readonly #past = new Map<string, TrustedPrice[]>(); // the oldest first

  price(venue: string, symbol: string, nowMs: number): TrustedPrice | undefined {
    return this.#feeds.get(venue)?.price(marketKey(venue, symbol), nowMs);
  }

  /** Whether any price of this venue was ever seen in this life. */
  sawAny(venue: string): boolean {
    return this.#feeds.has(venue);
  }

  earlier(venue: string, symbol: string, nowMs: number, withinMs: number): TrustedPrice | undefined {
    return this.#past.get(marketKey(venue, symbol))?.find(({ seenAtMs }) => nowMs - seenAtMs <= withinMs);
  }

  /** @param askedAtMs journal time when the question left: a price is never younger than that */
  saw(venue: string, quotes: readonly Quote[], askedAtMs: number): void {
    const source = `${venue} quotes`;
    const feeds = this.#feeds.get(venue) ?? new PriceFeeds({ ...alone, sources: [source] });
    this.#feeds.set(venue, feeds);
    for (const { symbol, bidUnits, askUnits } of quotes) {
      feeds.saw(marketKey(venue, symbol), source, { bidUnits, askUnits, quotedAtMs: askedAtMs, cameAtMs: askedAtMs });
      this.#remember(marketKey(venue, symbol), feeds.price(marketKey(venue, symbol), askedAtMs));
    }
  }

  /** One price every so often, for as long as a limit may look back. */
  #remember(key: string, price: TrustedPrice | undefined): void {
    const past = this.#past.get(key) ?? [];
    const last = past.at(-1);
    if (price === undefined || (last !== undefined && price.seenAtMs - last.seenAtMs < PAST_EVERY_MS)) return;
    past.push(price);
    if (past.length > MOST_PAST) past.shift();
    this.#past.set(key, past);
  }
}
