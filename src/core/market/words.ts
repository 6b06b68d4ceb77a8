/**
 * The words in which venues answer. Adapters speak them, the core understands them.
 *
 *   V1. A definite answer stands only for what the venue's documents define; everything else is `unknown` or `unclear`.
 *   V3. An answer about another order than the one asked for is `unknown` or `unclear`, never believed.
 */
import type { Instrument, Side } from '../../base/index.ts';

/** What a client order id is worth at this venue. Decides whether, and when, a request may be sent again. */
export type OrderIdClass = 'returns-original' | 'unique-forever' | 'unique-while-live' | 'not-enforced' | 'none';

export type Capabilities = {
  readonly orderIds: OrderIdClass;
  readonly clientOrderIdMaxLength: number;
  readonly clientOrderIdAlphabet: string; // the characters allowed, as a regular expression class, e.g. "A-Za-z0-9_-"
  readonly fills: 'trades' | 'cumulative'; // which record is the authority on fills
  readonly fees: 'in-fill' | 'records'; // with each fill, or in records of their own, later
  readonly visibilityBoundMs: number; // an accepted order is visible to reads by then
  readonly arrivalBoundMs: number; // a request that was given up cannot arrive later than this
  readonly deadManTimer: boolean; // a timer of the venue's own cancels all of the account when it is not set again in time
  readonly cancelOnDisconnect: boolean; // so does the end of our stream
  readonly positions: boolean; // reports positions apart from balances
};

export type OrderType = 'market' | 'limit' | 'stop-limit';
export type TimeInForce = 'gtc' | 'ioc' | 'fok' | 'day';

export type VenueOrder = {
  readonly clientOrderId: string;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantityUnits: bigint;
  readonly limitPriceUnits?: bigint;
  readonly stopPriceUnits?: bigint;
  readonly closes?: true; // it takes risk away, and leaves before what adds some
};

/** `pending`: taken, not yet in the book. The last four are final. */
export type VenueOrderState = 'pending' | 'working' | 'cancelling' | 'filled' | 'cancelled' | 'expired' | 'rejected';

/** What the venue says of one order. */
export type OrderReport = {
  readonly venueOrderId: string;
  readonly clientOrderId: string | undefined;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantityUnits: bigint;
  readonly filledUnits: bigint; // cumulative
  readonly averagePriceText: string | undefined; // the venue's own text; may have more decimals than a price
  readonly limitPriceUnits: bigint | undefined;
  readonly state: VenueOrderState;
  readonly reason: string | undefined;
  readonly updatedAtMs: number; // the venue's clock
};

export type SubmitResult =
  | { readonly kind: 'accepted'; readonly report: OrderReport }
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string; readonly access?: boolean } // access: keys or account refused
  | { readonly kind: 'duplicate'; readonly existing: OrderReport | undefined } // the id was used before: evidence that a first one exists
  | { readonly kind: 'not-sent'; readonly why: string; readonly retryAfterMs?: number; readonly heldBack?: true } // provably not executed; `heldBack`, here and below: on our side, so that it says nothing of the venue
  | { readonly kind: 'unknown'; readonly why: string };

export type CancelResult =
  | { readonly kind: 'requested' } // the venue will try; wait for the order's final state
  | { readonly kind: 'not-cancelable'; readonly message: string } // already final, or so it says: look it up
  | { readonly kind: 'not-found'; readonly message: string }
  | { readonly kind: 'not-sent'; readonly why: string; readonly retryAfterMs?: number; readonly heldBack?: true }
  | { readonly kind: 'unknown'; readonly why: string };

/** One request for all of them. `left`: those that the venue itself says it has not begun to cancel. What became of the others, the list of open orders tells. */
export type CancelAllResult = Exclude<CancelResult, { readonly kind: 'requested' }> | { readonly kind: 'requested'; readonly left: readonly { readonly venueOrderId: string; readonly why: string }[] };

/** What became of setting the venue's dead-man timer, or ending it. */
export type DeadManResult =
  | { readonly kind: 'done' } // the venue says that it is as asked
  | { readonly kind: 'refused'; readonly why: string; readonly access?: boolean } // it is as it was
  | { readonly kind: 'not-sent'; readonly why: string; readonly retryAfterMs?: number; readonly heldBack?: true } // it is as it was
  | { readonly kind: 'unknown'; readonly why: string };

export type FindResult =
  | { readonly kind: 'found'; readonly report: OrderReport }
  | { readonly kind: 'absent'; readonly source: string } // an authenticated read that did not find it
  | { readonly kind: 'unclear'; readonly why: string; readonly heldBack?: true };

/** A read that worked, or did not: a failed read is never an empty one. `access`: the venue refused our keys or account. */
export type Read<T> = { readonly kind: 'read'; readonly value: T } | { readonly kind: 'unclear'; readonly why: string; readonly access?: boolean; readonly heldBack?: true };

/** One execution, as the venue's authoritative record gives it. */
export type Fill = {
  readonly fillId: string; // unique at this venue
  readonly venueOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly quantityUnits: bigint;
  readonly priceUnits: bigint;
  readonly cumulativeUnits: bigint | undefined; // of the order, after this fill, where the venue says
  readonly atMs: number; // the venue's clock
  readonly fee?: { readonly asset: string; readonly amountText: string }; // only where fees come with fills
};

/** A fee booked by the venue apart from fills; covers fills up to `throughMs`. */
export type FeeRecord = { readonly feeId: string; readonly asset: string; readonly amountText: string; readonly throughMs: number };

/** Everything after a cursor, complete and in the venue's order. `cursor` continues it. */
export type Activity = { readonly fills: readonly Fill[]; readonly fees: readonly FeeRecord[]; readonly cursor: string };

/** Balances in the venue's decimal text, per asset: what the venue holds for us, held or free. */
export type Balances = {
  readonly assets: Readonly<Record<string, string>>;
  readonly blocked: string | undefined; // why the account may not trade, if so
};

/** A market's best prices, as one source gives them. Both times are the source's own: of the quote, and of its answer, where it says when that was. */
export type Quote = { readonly symbol: string; readonly bidUnits: bigint; readonly askUnits: bigint; readonly atMs: number; readonly answeredAtMs?: number };
