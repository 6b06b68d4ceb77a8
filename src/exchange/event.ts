/**
 * What can happen at the exchange: the lines of its log, and the only way its state changes.
 *
 * Amounts are decimal text, so that a line can be read without knowing a scale. `seq` counts 1, 2, 3 …; `atMs` never goes
 * back. In a trade a party that is `null` is the house; one event holds both sides, so no cut of the log can show half a trade.
 */
import type { Side } from '../base/index.ts';
import type { DeskProtection, OrderType, TimeInForce } from '../ports/index.ts';

export type TradeParty = {
  readonly accountId: string;
  readonly orderId: string;
  readonly side: Side;
  readonly feeAsset: string; // the asset received
  readonly fee: string;
  readonly feeThroughMs: number; // the end of the fee period this trade falls into; a trade at that very moment falls into the next
};

export type Happening =
  | { readonly type: 'account'; readonly accountId: string; readonly balances: Readonly<Record<string, string>>; readonly entryPrices: Readonly<Record<string, string>> }
  | { readonly type: 'account-blocked'; readonly accountId: string; readonly reason: string | null } // null: may trade again
  | {
      readonly type: 'order';
      readonly accountId: string;
      readonly orderId: string;
      readonly clientOrderId: string;
      readonly symbol: string;
      readonly side: Side;
      readonly orderType: OrderType;
      readonly timeInForce: TimeInForce;
      readonly quantity: string;
      readonly limitPrice: string | null;
      readonly stopPrice: string | null;
      readonly worstPrice: string; // the limit; for a market order the price it may reach at worst
      readonly activeAtMs: number; // when it enters the book
      readonly expiresAtMs: number | null;
      readonly replaces: string | null;
      readonly notional?: string; // where it was ordered by value
      readonly extendedHours?: true;
    }
  | { readonly type: 'new'; readonly orderId: string }
  | { readonly type: 'triggered'; readonly orderId: string; readonly price: string }
  | { readonly type: 'trade'; readonly match: number; readonly symbol: string; readonly price: string; readonly quantity: string; readonly taker: TradeParty | null; readonly maker: TradeParty | null }
  | { readonly type: 'cancel'; readonly orderId: string; readonly dueAtMs: number } // asked for; `cancelled` is its effect
  | { readonly type: 'cancelled' | 'expired' | 'rejected'; readonly orderId: string; readonly reason: string; readonly protection?: DeskProtection }
  | { readonly type: 'dead-man-set'; readonly accountId: string; readonly endsAtMs: number | null } // null: off
  | { readonly type: 'dead-man-ran-out'; readonly accountId: string } // what it cancels follows, and it is off
  | { readonly type: 'disconnected'; readonly accountId: string } // the connection that kept its orders alive; what that cancels follows
  | { readonly type: 'replace'; readonly orderId: string; readonly replacedBy: string }
  | { readonly type: 'fee'; readonly feeId: string; readonly accountId: string; readonly symbol: string; readonly asset: string; readonly amount: string; readonly throughMs: number }
  | { readonly type: 'refused'; readonly accountId: string; readonly clientOrderId: string | null; readonly symbol: string; readonly reason: string }
  | { readonly type: 'market'; readonly symbol: string; readonly price: string; readonly cursorMs: number }; // where the market stood when the next events happened

export type LogEvent = { readonly seq: number; readonly atMs: number } & Happening;
