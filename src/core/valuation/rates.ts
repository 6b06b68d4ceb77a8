/**
 * What one asset is worth in another, by the prices that are trusted now.
 *
 *   R1. A price that is not trusted, or older than it may be, is no price: what hangs on it has no value, which is not a value of zero.
 *   R2. The shortest way counts, at the same venue before any other, then by name: the same prices give the same rate.
 *   R3. The middle of bid and ask counts. Nothing is rounded before the end, and there down: a gain is never too large, a loss never too small.
 */
import { pow10 } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import type { Market, Prices } from '../market/index.ts';

/** For one whole unit of the asset: `numerator / denominator` of the other. */
export type CrossRate = { readonly numerator: bigint; readonly denominator: bigint; readonly seenAtMs: number }; // the oldest price on the way
export type CrossReading = { readonly kind: 'rate'; readonly rate: CrossRate } | { readonly kind: 'none'; readonly why: string };

type Step = { readonly venue: string; readonly instrument: Instrument; readonly to: string };
const MOST_STEPS = 3;

/** The rates of one moment. Made anew for every look; it remembers what it was asked within that. */
export class CrossRates {
  readonly #market: Market;
  readonly #prices: Prices;
  readonly #nowMs: number;
  readonly #maxAgeMs: number;
  readonly #known = new Map<string, CrossReading>();
  #steps: Map<string, Step[]> | undefined;

  constructor(market: Market, prices: Prices, nowMs: number, maxAgeMs: number) {
    this.#market = market;
    this.#prices = prices;
    this.#nowMs = nowMs;
    this.#maxAgeMs = maxAgeMs;
  }

  /** @param venue where the asset is held: its own prices come first */
  rate(venue: string, asset: string, currency: string): CrossReading {
    const key = `${venue} ${asset} ${currency}`;
    const known = this.#known.get(key) ?? this.#find(venue, asset, currency);
    this.#known.set(key, known);
    return known;
  }

  #find(venue: string, asset: string, currency: string): CrossReading {
    if (asset === currency) return { kind: 'rate', rate: { numerator: 1n, denominator: 1n, seenAtMs: this.#nowMs } };
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
  *#ways(venue: string, asset: string, currency: string): IterableIterator<readonly Step[]> {
    let open: (readonly Step[])[] = [[]];
    for (let length = 1; length <= MOST_STEPS; length++) {
      const longer = open.flatMap((way) => this.#from(way.at(-1)?.to ?? asset, venue).filter(({ to }) => to !== asset && !way.some((step) => step.to === to)).map((step) => [...way, step]));
      const arrived = longer.filter((way) => way.at(-1)?.to === currency);
      const abroad = (way: readonly Step[]): number => way.filter((step) => step.venue !== venue).length;
      yield* arrived.sort((a, b) => abroad(a) - abroad(b));
      open = longer.filter((way) => way.at(-1)?.to !== currency);
    }
  }

  #from(asset: string, venue: string): Step[] {
    if (this.#steps === undefined) {
      this.#steps = new Map();
      for (const [key, instrument] of this.#market.instruments.entries()) {
        const at = key.slice(0, key.indexOf(' '));
        for (const [from, to] of [[instrument.base, instrument.quote], [instrument.quote, instrument.base]] as const) {
          this.#steps.set(from, [...this.#steps.get(from) ?? [], { venue: at, instrument, to }]);
        }
      }
    }
    const all = this.#steps.get(asset) ?? [];
    return [...all.filter((step) => step.venue === venue), ...all.filter((step) => step.venue !== venue)];
  }
}

/** R3: units of an asset in units of another, towards less. */
export function convert(units: bigint, scale: number, { numerator, denominator }: Pick<CrossRate, 'numerator' | 'denominator'>, toScale: number): bigint {
  const [above, below] = [units * numerator * pow10(toScale), denominator * pow10(scale)];
  const quotient = above / below;
  return above < 0n && above % below !== 0n ? quotient - 1n : quotient;
}
