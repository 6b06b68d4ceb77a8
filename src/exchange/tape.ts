/**
 * What was dealt in one market, by anybody, and how its price moved minute by minute. Owns samples in bounded memory, as
 * against trades of accounts, which are in the log; decides nothing.
 *
 * Every move of the middle stands for a trade between others at that price. A price that walks with time is followed only
 * when somebody looks, so a tape that nobody reads costs nothing.
 *
 *   P1. Prints are in order of time. The id of a print is its time and its place within the millisecond: ids rise, and a
 *       walking price has the same prints after a restart.
 *   P2. A minute holds the prints of its time and no others; a minute without a print is not there.
 */
import { divide, formatUnits, larger, notionalUnits, pow10, smaller } from '../base/index.ts';
import type { Side } from '../base/index.ts';
import type { DeskBar, DeskPrint } from '../ports/index.ts';
import type { Listing } from './listing.ts';

/** Where the middle stood from then on, and how much was dealt there. */
export type Move = { readonly atMs: number; readonly middleUnits: bigint; readonly tick: number; readonly quantityUnits: bigint; readonly side: Side };
type Dealt = { readonly atMs: number; readonly priceUnits: bigint; readonly quantityUnits: bigint; readonly side: Side };
type Print = Dealt & { readonly id: number };
type Minute = { readonly startMs: number; readonly open: bigint; high: bigint; low: bigint; close: bigint; volume: bigint; value: bigint; trades: number };

const keptPrints = 10_000;
const keptMinutes = 14 * 24 * 60;
const minuteMs = 60_000;
const idsPerMs = 1_000;

export class Tape {
  readonly #instrument: Listing;
  #prints: Print[] = [];
  #moves: Move[] = [];
  #minutes: Minute[] = [];
  #dealt: Dealt[] = []; // trades of accounts that no reader has been told of yet

  constructor(instrument: Listing) {
    this.#instrument = instrument;
  }

  /** A trade of an account, in the order of the log. */
  dealt(trade: Dealt): void {
    this.#dealt.push(trade);
    if (this.#dealt.length > 2 * keptPrints) this.#dealt = this.#dealt.slice(-keptPrints);
  }

  /** The middle has moved; what accounts dealt before then comes first. */
  move(move: Move): void {
    this.settle(move.atMs - 1);
    this.#moves.push(move);
    if (this.#moves.length > 2 * keptPrints) this.#moves = this.#moves.slice(-keptPrints);
    if (move.quantityUnits > 0n) this.#print({ atMs: move.atMs, priceUnits: move.middleUnits, quantityUnits: move.quantityUnits, side: move.side });
  }

  /** Takes in what accounts have dealt up to this moment. */
  settle(untilMs: number): void {
    const later = this.#dealt.findIndex(({ atMs }) => atMs > untilMs);
    for (const trade of this.#dealt.splice(0, later === -1 ? this.#dealt.length : later)) this.#print(trade);
  }

  get lastId(): number {
    return this.#prints.at(-1)?.id ?? 0;
  }

  get latest(): DeskPrint | undefined {
    const last = this.#prints.at(-1);
    return last === undefined ? undefined : this.#showPrint(last);
  }

  prints(fromMs: number, untilMs: number): readonly DeskPrint[] {
    return within(this.#prints, fromMs, untilMs).map((print) => this.#showPrint(print));
  }

  printsAfter(id: number): readonly DeskPrint[] {
    const first = this.#prints.findLastIndex((print) => print.id <= id) + 1;
    return this.#prints.slice(first).map((print) => this.#showPrint(print));
  }

  moves(fromMs: number, untilMs: number): readonly Move[] {
    return within(this.#moves, fromMs, untilMs);
  }

  bars(fromMs: number, untilMs: number): readonly DeskBar[] {
    return this.#minutes.filter(({ startMs }) => startMs >= fromMs && startMs < untilMs).map((minute) => this.#showBar(minute));
  }

  #print(trade: Dealt): void {
    const last = this.#prints.at(-1);
    const atMs = Math.max(trade.atMs, last?.atMs ?? 0); // P1, should a trade have become durable after the price moved on
    const id = Math.max(atMs * idsPerMs, (last?.id ?? 0) + 1);
    this.#prints.push({ ...trade, atMs, id });
    if (this.#prints.length > 2 * keptPrints) this.#prints = this.#prints.slice(-keptPrints);
    this.#fold(atMs, trade);
  }

  #fold(atMs: number, { priceUnits, quantityUnits }: Dealt): void {
    const startMs = Math.floor(atMs / minuteMs) * minuteMs;
    const value = notionalUnits(this.#instrument, quantityUnits, priceUnits);
    const running = this.#minutes.at(-1);
    if (running?.startMs !== startMs) {
      this.#minutes.push({ startMs, open: priceUnits, high: priceUnits, low: priceUnits, close: priceUnits, volume: quantityUnits, value, trades: 1 });
      if (this.#minutes.length > 2 * keptMinutes) this.#minutes = this.#minutes.slice(-keptMinutes);
      return;
    }
    running.high = larger(running.high, priceUnits);
    running.low = smaller(running.low, priceUnits);
    running.close = priceUnits;
    running.volume += quantityUnits;
    running.value += value;
    running.trades += 1;
  }

  #showPrint({ id, atMs, priceUnits, quantityUnits, side }: Print): DeskPrint {
    const { symbol, priceScale, quantityScale } = this.#instrument;
    return { id, symbol, price: formatUnits(priceUnits, priceScale), quantity: formatUnits(quantityUnits, quantityScale), side, atMs };
  }

  #showBar({ startMs, open, high, low, close, volume, value, trades }: Minute): DeskBar {
    const { symbol, priceScale, quantityScale, quoteScale } = this.#instrument;
    const price = (units: bigint): string => formatUnits(units, priceScale);
    return {
      symbol, startMs, open: price(open), high: price(high), low: price(low), close: price(close),
      volume: formatUnits(volume, quantityScale), value: formatUnits(value, quoteScale), trades,
    };
  }
}

/** How much others deal at a price: a value in the quote asset, as a quantity in whole steps. */
export function quantityWorth(instrument: Listing, value: number, priceUnits: bigint): bigint {
  const { quantityScale, priceScale, quantityStepUnits, minQuantityUnits } = instrument;
  const units = divide(BigInt(Math.round(value)) * pow10(quantityScale + priceScale), priceUnits, 'down');
  return larger(units - (units % quantityStepUnits), minQuantityUnits);
}

function within<T extends { readonly atMs: number }>(records: readonly T[], fromMs: number, untilMs: number): readonly T[] {
  const position = (atMs: number): number => {
    let [low, high] = [0, records.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((records[middle]?.atMs ?? Infinity) < atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return records.slice(position(fromMs), position(untilMs));
}
