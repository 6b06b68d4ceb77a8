/**
 * What anybody may see of the markets of a desk: its books, what was dealt there, and how the price moved. Amounts are decimal text.
 *
 *   M1. Prints of a symbol are in order of time and their ids rise; the same print keeps its id for whoever asks again.
 *   M2. These are samples, kept as far back as the desk cares to: an empty answer says nothing about what happened.
 */
import type { Side } from '../base/index.ts';

export type DeskQuote = { readonly symbol: string; readonly bid: string; readonly ask: string; readonly bidSize: string; readonly askSize: string; readonly last: string; readonly atMs: number };
export type DeskLevel = { readonly price: string; readonly size: string };
export type DeskBook = { readonly symbol: string; readonly bids: readonly DeskLevel[]; readonly asks: readonly DeskLevel[]; readonly atMs: number }; // best first
export type DeskPrint = { readonly id: number; readonly symbol: string; readonly price: string; readonly quantity: string; readonly side: Side; readonly atMs: number }; // side of the taker
/** One minute in which something was dealt. `value` is the sum of quantity × price. */
export type DeskBar = {
  readonly symbol: string; readonly startMs: number; readonly open: string; readonly high: string; readonly low: string; readonly close: string;
  readonly volume: string; readonly value: string; readonly trades: number;
};

export type MarketEvent =
  | { readonly kind: 'moved'; readonly symbol: string } // the best prices or the book may be others now
  | { readonly kind: 'print'; readonly symbol: string; readonly print: DeskPrint }
  | { readonly kind: 'bar'; readonly symbol: string; readonly bar: DeskBar }; // a minute that is over

export interface DeskMarkets {
  quote(symbol: string): DeskQuote | undefined;
  book(symbol: string): DeskBook | undefined;
  latestPrint(symbol: string): DeskPrint | undefined;
  /** Oldest first, from one moment to just before the other. */
  prints(symbol: string, fromMs: number, untilMs: number): readonly DeskPrint[];
  quotes(symbol: string, fromMs: number, untilMs: number): readonly DeskQuote[];
  /** Minutes that began in this time, the one that is running among them. */
  bars(symbol: string, fromMs: number, untilMs: number): readonly DeskBar[];
  watch(symbol: string, run: (event: MarketEvent) => void): () => void;
}
