/**
 * What a dialect serves: a place that takes orders for accounts. The exchange implements it; later the runtime itself does,
 * as a gateway for unmodified bots. Amounts are decimal text: a desk has its own scales.
 *
 *   D1. An answer to `place`, `cancel` or `replace` is durable before it is given.
 *   D2. Events of one order are given to listeners in the order in which they happened.
 */
import type { Instrument, Side } from '../base/index.ts';
import type { DeskMarkets } from './market-data.ts';
import type { OrderType, TimeInForce } from './venue.ts';

export type DeskOrderState = 'accepted' | 'new' | 'partially-filled' | 'filled' | 'cancelled' | 'expired' | 'rejected' | 'replaced';

export type DeskOrder = {
  readonly id: string; // a UUID
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: string;
  readonly filledQuantity: string;
  readonly filledValue: string; // sum of quantity × price over its trades, in the quote asset
  readonly limitPrice: string | undefined;
  readonly stopPrice: string | undefined;
  readonly state: DeskOrderState;
  readonly reason: string | undefined;
  readonly protection?: DeskProtection; // where that is what cancelled it
  readonly replaces: string | undefined;
  readonly replacedBy: string | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly endedAtMs: number | undefined; // when it became final
  readonly expiresAtMs: number | undefined; // where it ends with a session
  readonly notional: string | undefined; // where it was ordered by value
  readonly extendedHours: boolean;
};

/** What a desk does for an account that has fallen silent: a timer that ran out, or a connection that ended. */
export type DeskProtection = 'dead-man-timer' | 'disconnect';

/** A timer of an account. Not set again in time it cancels every open order of the account, once, and is off until it is set anew. */
export type DeskDeadMan = {
  readonly shortestMs: number;
  readonly longestMs: number;
  /** @param withinMs undefined: off, and the connections that keep the orders alive now may end without a word @returns when it runs out, by the desk's clock */
  set(accountId: string, withinMs: number | undefined): Promise<{ readonly kind: 'set'; readonly endsAtMs: number | undefined } | { readonly kind: 'out-of-bounds' }>;
};

export type NewDeskOrder = {
  readonly clientOrderId: string | undefined; // given by the desk where absent
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** Of the base asset; undefined for a market order of a stated value. */
  readonly quantity: string | undefined;
  readonly notional?: string; // in the quote asset: as much as that buys or sells at the best price when the order is taken
  readonly limitPrice: string | undefined;
  readonly stopPrice: string | undefined;
  readonly extendedHours?: boolean; // of a stock: may be dealt outside the regular hours too
};

export type DeskRefusal =
  | { readonly reason: 'duplicate-client-order-id' }
  | { readonly reason: 'insufficient-balance'; readonly asset: string; readonly requested: string; readonly available: string; readonly balance: string }
  | { readonly reason: 'below-minimum'; readonly minimum: string }
  | { readonly reason: 'unknown-symbol' | 'untradable-symbol' | 'bad-price' | 'bad-quantity' | 'bad-type'; readonly message: string }
  | { readonly reason: 'self-match'; readonly existingOrderId: string }
  | { readonly reason: 'account-blocked'; readonly message: string };

export type PlaceResult =
  | { readonly kind: 'placed'; readonly order: DeskOrder }
  | { readonly kind: 'existing'; readonly order: DeskOrder } // id class "returns the original"
  | { readonly kind: 'refused'; readonly refusal: DeskRefusal };

export type DeskCancelResult = { readonly kind: 'requested' } | { readonly kind: 'not-found' } | { readonly kind: 'not-cancelable'; readonly state: DeskOrderState };

export type DeskReplaceResult =
  | { readonly kind: 'replaced'; readonly order: DeskOrder }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'not-replaceable'; readonly state: DeskOrderState }
  | { readonly kind: 'refused'; readonly refusal: DeskRefusal };

export type DeskTrade = {
  readonly id: string; // unique at this desk, sortable in order of execution
  readonly accountId: string;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: string;
  readonly price: string;
  readonly leavesQuantity: string;
  readonly cumulativeQuantity: string;
  readonly orderState: DeskOrderState;
  readonly atMs: number;
};

/** A fee taken with the trade and shown as a record of its own, later. `amount` > 0 was taken from the account. */
export type DeskFee = { readonly id: string; readonly accountId: string; readonly symbol: string; readonly asset: string; readonly amount: string; readonly atMs: number; readonly throughMs: number };

export type DeskEvent = {
  readonly kind: 'accepted' | 'new' | 'fill' | 'partial-fill' | 'cancelled' | 'expired' | 'rejected' | 'replaced';
  readonly order: DeskOrder;
  readonly trade?: DeskTrade;
  readonly positionQuantity?: string; // of the base asset, after the trade
  readonly atMs: number;
};

export type DeskAccount = {
  readonly id: string;
  readonly blocked: string | undefined;
  readonly createdAtMs: number;
  /** Per asset: `total` held by the desk for the account, of which `held` for open orders. */
  readonly balances: Readonly<Record<string, { readonly total: string; readonly held: string }>>;
  /** Per base asset with a position: the average entry price in the quote asset, by cost. */
  readonly averageEntryPrices: Readonly<Record<string, string>>;
};

/** An instrument as this desk lists it. A stock is dealt in sessions, everything else round the clock. */
export type DeskInstrument = Instrument & { readonly stock?: StockTerms };
export type StockTerms = { readonly name: string; readonly listedOn: string; readonly isFractionable: boolean };

/** A day on which stocks are dealt: the regular hours, and the longer ones for orders that ask for them. */
export type DeskSession = {
  readonly date: string; // "2026-01-02", where the stock exchange is
  readonly offsetMinutes: number; // of the clock there, from UTC
  readonly opensAtMs: number;
  readonly closesAtMs: number;
  readonly extendedFromMs: number;
  readonly extendedUntilMs: number;
};

export interface Desk extends DeskMarkets {
  nowMs(): number;
  /** When stocks are dealt, from one date to another, both included. */
  sessions(fromDate: string, toDate: string): readonly DeskSession[];
  instruments(): readonly DeskInstrument[];
  /** The account these keys belong to, or undefined. */
  authenticate(keyId: string, secret: string): string | undefined;
  account(accountId: string): DeskAccount;
  place(accountId: string, order: NewDeskOrder): Promise<PlaceResult>;
  cancel(accountId: string, orderId: string): Promise<DeskCancelResult>;
  replace(accountId: string, orderId: string, change: { quantity?: string; limitPrice?: string; stopPrice?: string; clientOrderId?: string }): Promise<DeskReplaceResult>;
  order(accountId: string, orderId: string): DeskOrder | undefined;
  /** The newest order with this client order id. */
  orderByClientId(accountId: string, clientOrderId: string): DeskOrder | undefined;
  /** In order of creation. */
  orders(accountId: string): readonly DeskOrder[];
  trades(accountId: string): readonly DeskTrade[];
  fees(accountId: string): readonly DeskFee[];
  listen(accountId: string, run: (event: DeskEvent) => void): () => void;
  readonly deadMan?: DeskDeadMan; // absent where the desk has none
  /** A connection is to keep the account's orders alive: once the answer is called, which says that it ended, all of them are cancelled. Absent where the desk does not do that. */
  readonly tether?: (accountId: string) => () => void;
}
