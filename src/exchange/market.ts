/**
 * The price of one instrument as it moves: where the middle stands, from which source, and what the house quotes around it.
 * Does not own account orders; whoever moves a market matches them.
 */
import { formatUnits, parseUnitsRounded, tryParseUnits } from '../base/index.ts';
import { ExchangeOptionsError } from './errors.ts';
import { House } from './house.ts';
import type { Listing } from './listing.ts';
import type { HouseOptions, PriceSource } from './options.ts';
import { seededWalk } from './walk.ts';
import type { Walk } from './walk.ts';

export class Market {
  readonly instrument: Listing;
  readonly house: House;
  readonly tickMs: number | undefined; // where the price walks with time
  readonly #walk: Walk | undefined;
  #tick: number | undefined;
  middleUnits: bigint | undefined;
  /** The time of the recording, or of the tick, at which the price stands. */
  cursorMs = 0;
  /** The price that the log knows; when the market has moved since, the next turn says so first. */
  loggedUnits: bigint | undefined;

  constructor(seed: number, instrument: Listing, source: PriceSource | undefined, house: HouseOptions) {
    this.instrument = instrument;
    this.house = new House(seed, instrument, house);
    if (source?.kind === 'walk') {
      if (!(source.tickMs > 0)) throw new ExchangeOptionsError(`the walk of ${instrument.symbol} needs a tick longer than 0 ms`);
      this.tickMs = source.tickMs;
      this.#walk = seededWalk(seed ^ textSeed(instrument.symbol), this.#startPrice(source.startPrice), source.stepPpm);
    }
    if (source?.kind === 'manual') this.move(this.#startPrice(source.startPrice), 0, 0);
  }

  /** Brings a walking price to this time. True if it moved. */
  walkTo(nowMs: number, lastSeq: number): boolean {
    if (this.#walk === undefined || this.tickMs === undefined) return false;
    const tick = Math.floor(nowMs / this.tickMs);
    if (tick === this.#tick) return false;
    this.#tick = tick;
    this.#place(this.#walk(tick), tick, tick * this.tickMs, lastSeq);
    return true;
  }

  /** Puts the price where a recording or a test wants it. `tick` tells quotes at one price apart. */
  move(middleUnits: bigint, cursorMs: number, lastSeq: number): void {
    this.#tick = (this.#tick ?? 0) + 1;
    this.#place(middleUnits, this.#tick, cursorMs, lastSeq);
  }

  moveToText(price: string, cursorMs: number, lastSeq: number): void {
    const units = parseUnitsRounded(price, this.instrument.priceScale, 'down');
    if (units === undefined || units <= 0n) throw new ExchangeOptionsError(`"${price}" is not a price for ${this.instrument.symbol}`);
    this.move(units, cursorMs, lastSeq);
  }

  get priceText(): string | undefined {
    return this.middleUnits === undefined ? undefined : formatUnits(this.middleUnits, this.instrument.priceScale);
  }

  #place(middleUnits: bigint, tick: number, cursorMs: number, lastSeq: number): void {
    this.middleUnits = middleUnits;
    this.cursorMs = cursorMs;
    this.house.quote(middleUnits, tick, lastSeq);
  }

  #startPrice(text: string): bigint {
    const units = tryParseUnits(text, this.instrument.priceScale);
    if (units === undefined || units <= 0n) throw new ExchangeOptionsError(`"${text}" is not a start price for ${this.instrument.symbol}`);
    return units;
  }
}

function textSeed(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return hash;
}
