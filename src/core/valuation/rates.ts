/**
 * What one asset is worth in another, by the prices that are trusted now.
 *
 *   R1. A price that is not trusted, or older than it may be, is no price: what hangs on it has no value, which is not a value of zero.
 *   R2. The shortest way counts, at the same venue before any other, then by name: the same prices give the same rate.
 *   R3. The middle of bid and ask counts. Nothing is rounded before the end, and there down: a gain is never too large, a loss never too small.
 */
import { pairOf, pow10 } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import type { Listings, Market, Prices } from '../market/index.ts';

/** For one whole unit of the asset: `numerator / denominator` of the other. */
export type CrossRate = { readonly numerator: bigint; readonly denominator: bigint; readonly seenAtMs: number }; // the oldest price on the way
export type CrossReading = { readonly kind: 'rate'; readonly rate: CrossRate } | { readonly kind: 'none'; readonly why: string };

type Step = { readonly venue: string; readonly instrument: Instrument; readonly to: string };
const MOST_STEPS = 3;
const LENGTHS = ['0', '1', '2', '3'] as const;

/** The rates of one moment. Made anew for every look; it remembers what it was asked within that. */
export class CrossRates {
  readonly #market: Market;
  readonly #prices: Prices;
  readonly #nowMs: number;
  readonly #maxAgeMs: number;
  readonly #known = new Map<string, CrossReading>();

  constructor(market: Market, prices: Prices, nowMs: number, maxAgeMs: number) {
    this.#market = market;
    this.#prices = prices;
    this.#nowMs = nowMs;
    this.#maxAgeMs = maxAgeMs;
  }

  /** @param venue where the asset is held: its own prices come first */
  rate(venue: string, asset: string, currency: string): CrossReading {
    if (asset === currency) return { kind: 'rate', rate: { numerator: 1n, denominator: 1n, seenAtMs: this.#nowMs } };
    const key = pairOf(pairOf(venue, asset), currency);
    const known = this.#known.get(key) ?? this.#find(venue, asset, currency);
    this.#known.set(key, known);
    return known;
  }

  #find(venue: string, asset: string, currency: string): CrossReading {
    let missing: string | undefined;
    for (const way of this.#ways(venue, asset, currency)) {
      const reading = this.#along(way);
      if (reading.kind === 'rate') return reading;
      missing ??= reading.why;
    }
    return { kind: 'none', why: missing ?? `no instrument leads from ${asset} to ${currency}` };
  }

  #along(way: readonly Step[]): CrossReading {
    let [numerator, denominator, seenAtMs] = [1n, 1n, this.#nowMs];
    for (const { venue, instrument, to } of way) {
      const price = this.#prices.price(venue, instrument.symbol, this.#nowMs);
      if (price === undefined) return { kind: 'none', why: `there is no trusted price of ${instrument.symbol} at ${venue}` }; // R1
      if (this.#nowMs - price.seenAtMs > this.#maxAgeMs) return { kind: 'none', why: `the price of ${instrument.symbol} at ${venue} is ${this.#nowMs - price.seenAtMs} ms old` };
      const [whole, parts] = [price.bidUnits + price.askUnits, 2n * pow10(instrument.priceScale)]; // R3
      if (whole <= 0n) return { kind: 'none', why: `the price of ${instrument.symbol} at ${venue} is nothing` };
      const forth = to === instrument.quote;
      numerator *= forth ? whole : parts;
      denominator *= forth ? parts : whole;
      seenAtMs = Math.min(seenAtMs, price.seenAtMs);
    }
    return { kind: 'rate', rate: { numerator, denominator, seenAtMs } };
  }

  /** R2 */
  *#ways(venue: string, asset: string, currency: string): IterableIterator<Way> {
    for (let length = 1; length <= MOST_STEPS; length++) yield* waysOf(this.#market.listings, venue, asset, currency, length);
  }
}

type Way = readonly Step[];
/** Which ways there are hangs on what is listed alone. By `length venue asset currency`. */
const known = new WeakMap<Listings, { readonly revision: number; readonly ways: Map<string, readonly Way[]> }>();

function waysOf(listings: Listings, venue: string, asset: string, currency: string, length: number): readonly Way[] {
  let ways = known.get(listings);
  if (ways?.revision !== listings.revision) known.set(listings, (ways = { revision: listings.revision, ways: new Map() }));
  const key = pairOf(pairOf(pairOf(venue, asset), currency), LENGTHS[length] ?? String(length));
  const before = ways.ways.get(key);
  if (before !== undefined) return before;
  const ends = new Set(listings.trading(currency).map(({ instrument }) => (instrument.base === currency ? instrument.quote : instrument.base)));
  const from = (at: string): readonly Step[] => {
    const all = listings.trading(at).map(({ venue: where, instrument }): Step => ({ venue: where, instrument, to: instrument.base === at ? instrument.quote : instrument.base }));
    return [...all.filter((step) => step.venue === venue), ...all.filter((step) => step.venue !== venue)];
  };
  let open: Way[] = [[]];
  for (let left = length - 1; left >= 0; left--) {
    const leads = (to: string): boolean => (left === 0 ? to === currency : to !== currency && (left > 1 || ends.has(to)));
    open = open.flatMap((way) => from(way.at(-1)?.to ?? asset).filter(({ to }) => leads(to) && to !== asset && !way.some((step) => step.to === to)).map((step) => [...way, step]));
  }
  const abroad = (way: Way): number => way.filter((step) => step.venue !== venue).length;
  const sorted = open.sort((a, b) => abroad(a) - abroad(b));
  ways.ways.set(key, sorted);
  return sorted;
}

/** R3: units of an asset in units of another, towards less. */
export function convert(units: bigint, scale: number, { numerator, denominator }: Pick<CrossRate, 'numerator' | 'denominator'>, toScale: number): bigint {
  const [above, below] = [units * numerator * pow10(toScale), denominator * pow10(scale)];
  const quotient = above / below;
  return above < 0n && above % below !== 0n ? quotient - 1n : quotient;
}
