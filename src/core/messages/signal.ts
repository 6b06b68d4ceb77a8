/** The normal form of what a source asks for. */
import { canonicalText } from '../../base/index.ts';
import type { Side } from '../../base/index.ts';
import type { Owner } from '../orders/index.ts';
import type { Named } from './attribution.ts';
import type { Malformed } from './malformed.ts';

export type Signal = {
  readonly source: string;
  readonly strategy: string;
  /** Whose it is: always said, by the message or for its source. */
  readonly owner: Owner;
  /** `amend`: change the order named in `amends`. `close`: bring the position to zero. `cancel`: cancel the strategy's open orders in the instrument. `target`: bring the position to `targetText`. */
  readonly action: 'order' | 'close' | 'cancel' | 'target' | 'amend';
  /** Always there for `order`. For `close` the side the source named, where it named one. */
  readonly side?: Side;
  readonly ticker: string;
  readonly exchange?: string;
  /** In whole or decimal units of the base asset. Always there for `order`. For `close`: at most this much; everything where it is absent. */
  readonly quantityText?: string;
  /** For `target`, and only there: the position to be held afterwards, in units of the base asset; may be zero. */
  readonly targetText?: string;
  readonly orderType: 'market' | 'limit' | 'stop-limit';
  readonly timeInForce: 'gtc' | 'ioc' | 'fok' | 'day';
  readonly limitPriceText?: string;
  readonly stopPriceText?: string;
  /** For `order`: it may only bring the position towards zero, never through it. */
  readonly reduceOnly?: boolean;
  /** For `order`: the same as an order of a moment ago, on purpose. */
  readonly allowRepeat?: boolean;
  /** For `amend`, and only there. What it does not say stays as it was; `quantityText` is the whole of the wish, with what is filled. */
  readonly amends?: Amends;
  /** When the source says it decided, by its own clock. */
  readonly signalTimeMs?: number;
  /** How old it may be, by its own word. */
  readonly maxAgeMs?: number;
  /** Known again by this. Unique over all sources. With `body-in-window` only a stem: see `keyInWindow`. */
  readonly key: string;
  readonly keyFrom: 'id' | 'body-with-time' | 'body-in-window';
  /** What counts as content: the same key with another content is an error of the source, not a repetition. */
  readonly content: string;
};
export type SignalOutcome = { readonly kind: 'signal'; readonly signal: Signal } | Malformed;

/** The order that is to be changed; and who asked, where it was a person, who may change the orders of every strategy. */
export type Amends = { readonly orderId: string; readonly by?: string; readonly reason?: string };

export type Wanted = Pick<Signal, 'amends' | 'action' | 'side' | 'ticker' | 'exchange' | 'quantityText' | 'targetText' | 'orderType' | 'timeInForce' | 'limitPriceText' | 'stopPriceText' | 'reduceOnly'>;

/** Times, comments and the secret are not content: a second delivery of the same wish may differ in them. */
export const contentOf = ({ action, side, ticker, exchange, quantityText, targetText, orderType, timeInForce, limitPriceText, stopPriceText, reduceOnly, amends }: Wanted, named: Named = {}): string =>
  canonicalText({ ...named, action, side, ticker, exchange, quantityText, targetText, orderType, timeInForce, limitPriceText, stopPriceText, reduceOnly, amends: amends?.orderId });
