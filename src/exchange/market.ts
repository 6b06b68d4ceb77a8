/**
 * The price of one instrument as it moves: where the middle stands, from which source, what the house quotes around it, and
 * the tape of what is dealt there.
 * Does not own account orders; whoever moves a market matches them.
 */
import { formatUnits, parseUnitsRounded, tryParseUnits } from '../base/index.ts';
import type { Side } from '../base/index.ts';
import { dealingTimes, lastDealingMs } from './calendar.ts';
import type { Calendar } from './calendar.ts';
import { ExchangeOptionsError } from './errors.ts';
import { House } from './house.ts';
import type { Listing } from './listing.ts';
import type { HouseOptions, PriceSource } from './options.ts';
import { quantityWorth, Tape } from './tape.ts';
import { drawnAt, seededWalk } from './walk.ts';
import type { Walk } from './walk.ts';

const longestFollowedMs = 2 * 86_400_000; // how far behind a walking price the tape begins
const othersShare = 0.2; // what others deal at a price, as a share of what the house quotes there

export class Market {
  readonly instrument: Listing;
  readonly house: House;
  readonly tape: Tape;
  readonly tickMs: number | undefined; // where the price walks with time
  readonly #walk: Walk | undefined;
  readonly #seed: number;
  readonly #sizes: HouseOptions;
  readonly #calendar: Calendar | undefined; // of a stock
  #tick: number | undefined;
  #followedTick: number | undefined;
  middleUnits: bigint | undefined;
  /** The time of the recording, or of the tick, at which the price stands. */
  cursorMs = 0;
  /** The price that the log knows; when the market has moved since, the next turn says so first. */
  loggedUnits: bigint | undefined;

  constructor(seed: number, instrument: Listing, source: PriceSource | undefined, house: HouseOptions, calendar: Calendar) {
    this.instrument = instrument;
    this.house = new House(seed, instrument, house);
    this.tape = new Tape(instrument);
    this.#seed = seed ^ textSeed(instrument.symbol);
    this.#sizes = house;
    this.#calendar = instrument.stock === undefined ? undefined : calendar;
    if (source?.kind === 'walk') {
      if (!(source.tickMs > 0)) throw new ExchangeOptionsError(`the walk of ${instrument.symbol} needs a tick longer than 0 ms`);
      this.tickMs = source.tickMs;
      this.#walk = seededWalk(this.#seed, this.#startPrice(source.startPrice), source.stepPpm);
    }
    if (source?.kind === 'manual') this.move(this.#startPrice(source.startPrice), 0, 0);
  }

  /** Brings a walking price to this time. True if it moved. */
  walkTo(nowMs: number, lastSeq: number): boolean {
    if (this.#walk === undefined || this.tickMs === undefined) return false;
    // While a stock is not dealt its price stands where it was.
    const tick = Math.floor((this.#calendar === undefined ? nowMs : lastDealingMs(this.#calendar, nowMs)) / this.tickMs);
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

  /** Writes on the tape that the price has come to where it stands. @param dealt what others dealt there; drawn where it is not known */
  note(atMs: number, dealt: { readonly quantityUnits: bigint; readonly side?: Side } | undefined): void {
    if (this.middleUnits !== undefined && this.#tick !== undefined) this.tape.move({ ...this.#dealtAt(this.#tick, this.middleUnits), ...dealt, atMs });
  }

  /** Brings the tape to this moment; it begins at the tick in which the exchange was opened. */
  follow(openedAtMs: number, nowMs: number): void {
    if (this.#walk !== undefined && this.tickMs !== undefined) {
      const last = Math.floor(nowMs / this.tickMs);
      const first = Math.max((this.#followedTick ?? -Infinity) + 1, Math.floor(openedAtMs / this.tickMs), Math.floor((nowMs - longestFollowedMs) / this.tickMs));
      for (const [fromMs, untilMs] of this.#dealingTimes(first * this.tickMs, nowMs + 1)) {
        for (let tick = Math.ceil(fromMs / this.tickMs); tick * this.tickMs < untilMs; tick++) this.tape.move({ ...this.#dealtAt(tick, this.#walk(tick)), atMs: tick * this.tickMs });
      }
      this.#followedTick = last;
    }
    this.tape.settle(nowMs);
  }

  #dealingTimes(fromMs: number, untilMs: number): readonly (readonly [number, number])[] {
    return this.#calendar === undefined ? [[fromMs, untilMs]] : dealingTimes(this.#calendar, fromMs, untilMs);
  }

  #dealtAt(tick: number, middleUnits: bigint): { tick: number; middleUnits: bigint; quantityUnits: bigint; side: Side } {
    const { minValue, maxValue } = this.#sizes;
    const value = othersShare * (minValue + (maxValue - minValue) * drawnAt(this.#seed, 0, tick));
    return { tick, middleUnits, quantityUnits: quantityWorth(this.instrument, value, middleUnits), side: drawnAt(this.#seed, 1, tick) < 0.5 ? 'buy' : 'sell' };
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
