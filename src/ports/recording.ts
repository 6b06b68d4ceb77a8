/** Recorded market data, as decimal text: what a reader of files gives and an exchange replays. */
import type { Side } from '../base/index.ts';

export type Candle = {
  readonly timestampMs: number; // when it opened
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string; // of the base asset
};

export type RecordedTrade = {
  readonly tradeId: string;
  readonly timestampMs: number;
  readonly price: string;
  readonly quantity: string;
  readonly side: Side; // of the taker
};
