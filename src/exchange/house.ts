/**
 * The invented market maker of one instrument: quotes a few prices on each side of the middle, anew with every move of it.
 * Owns what is left of its present quotes; its trades go through the books of the exchange like anybody's.
 *
 *   Q1. Its best prices follow from the middle alone, so whether an order is met costs no drawing of sizes.
 *   Q2. The sizes of one tick follow from the seed, the instrument and the tick.
 */
import { divide, larger, pow10, seededRandom } from '../base/index.ts';
import type { Side } from '../base/index.ts';
import { tickUnitsAt } from './listing.ts';
import type { Listing } from './listing.ts';
import type { HouseOptions } from './options.ts';
import { quantityWorth } from './tape.ts';

export type Level = { readonly priceUnits: bigint; leftUnits: bigint };

export class House {
  readonly #seed: number;
  readonly #instrument: Listing;
  readonly #options: HouseOptions;
  #middleUnits: bigint | undefined;
  #tick = 0;
  #levels: { buy: Level[]; sell: Level[] } | undefined;
  /** Orders that entered the book up to this event were there before the present quotes. */
  quotedAfter = 0;

  constructor(seed: number, instrument: Listing, options: HouseOptions) {
    this.#seed = seed;
    this.#instrument = instrument;
    this.#options = options;
  }

  quote(middleUnits: bigint, tick: number, lastSeq: number): void {
    this.#middleUnits = middleUnits;
    this.#tick = tick;
    this.#levels = undefined;
    this.quotedAfter = lastSeq;
  }

  /** The price at which the house would buy or sell best, if it has anything left there or not. */
  bestPrice(side: Side): bigint | undefined {
    return this.#middleUnits === undefined ? undefined : this.#priceAt(this.#middleUnits, side, 0);
  }

  /** What the house still offers on this side, best first. Take from it by lowering `leftUnits`. */
  levels(side: Side): readonly Level[] {
    if (this.#middleUnits === undefined) return [];
    this.#levels ??= this.#draw(this.#middleUnits, this.#tick);
    return this.#levels[side];
  }

  best(side: Side): Level | undefined {
    return this.levels(side).find(({ leftUnits }) => leftUnits > 0n);
  }

  /** What the best levels were when the middle stood here at that tick, before anybody took from them. */
  firstQuoted(middleUnits: bigint, tick: number): { readonly buy: Readonly<Level>; readonly sell: Readonly<Level> } | undefined {
    const { buy: [buy], sell: [sell] } = this.#draw(middleUnits, tick);
    return buy === undefined || sell === undefined ? undefined : { buy, sell };
  }

  #draw(middleUnits: bigint, tick: number): { buy: Level[]; sell: Level[] } {
    const { levels, minValue, maxValue } = this.#options;
    const { symbol } = this.#instrument;
    const random = seededRandom(`${this.#seed}/house/${symbol}/${tick}`);
    const side = (name: Side): Level[] => Array.from({ length: levels }, (_, index) => {
      const priceUnits = this.#priceAt(middleUnits, name, index);
      return { priceUnits, leftUnits: quantityWorth(this.#instrument, minValue + random.below(maxValue - minValue + 1), priceUnits) };
    });
    return { buy: side('buy'), sell: side('sell') };
  }

  #priceAt(middleUnits: bigint, side: Side, index: number): bigint {
    const { halfSpreadPpm, gapPpm } = this.#options;
    const tick = tickUnitsAt(this.#instrument, middleUnits);
    const away = middleUnits * BigInt(halfSpreadPpm + gapPpm * index);
    // Each level at least one tick further from the middle than the last, however coarse the ticks.
    const ticks = larger(divide(away, tick * pow10(6), 'up'), BigInt(index + 1)) * tick;
    const nearest = middleUnits - (middleUnits % tick);
    return side === 'sell' ? nearest + ticks : larger(nearest - ticks, tick);
  }
}
