/** An order as the exchange keeps it, in units, and as its owner sees it, in text. */
import { formatUnits, notionalUnits } from '../base/index.ts';
import type { Side } from '../base/index.ts';
import type { DeskOrder, DeskOrderState, DeskProtection, OrderType, TimeInForce } from '../ports/index.ts';
import type { Listing } from './listing.ts';

export type Order = {
  readonly id: string;
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly instrument: Listing;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantityUnits: bigint;
  readonly limitPriceUnits: bigint | undefined;
  readonly stopPriceUnits: bigint | undefined;
  readonly worstPriceUnits: bigint; // what a buy is held at
  readonly replaces: string | undefined;
  readonly createdAtMs: number;
  readonly activeAtMs: number;
  readonly expiresAtMs: number | undefined;
  readonly notional: string | undefined;
  readonly extendedHours: boolean;
  state: DeskOrderState;
  filledUnits: bigint;
  filledValueUnits: bigint;
  priority: number; // the event that put it into the book; earlier goes first
  waitingForStop: boolean;
  cancelAtMs: number | undefined; // a cancel was asked for and takes effect then
  reason: string | undefined;
  protection: DeskProtection | undefined;
  replacedBy: string | undefined;
  updatedAtMs: number;
  endedAtMs: number | undefined;
  shown: DeskOrder | undefined; // kept until the next change
};

const finals: ReadonlySet<DeskOrderState> = new Set(['filled', 'cancelled', 'expired', 'rejected', 'replaced']);
export const isFinal = (state: DeskOrderState): boolean => finals.has(state);

export const remainingUnits = (order: Order): bigint => order.quantityUnits - order.filledUnits;

/** What an open order keeps from being used otherwise, in units of a balance: of the quote asset for a buy, of the base asset for a sell. */
export const heldFor = (order: Pick<Order, 'side' | 'instrument' | 'worstPriceUnits'>, quantityUnits: bigint): bigint =>
  order.side === 'buy' ? notionalUnits(order.instrument, quantityUnits, order.worstPriceUnits) : quantityUnits * order.instrument.baseFactor;

export const heldAsset = (order: Pick<Order, 'side' | 'instrument'>): string => (order.side === 'buy' ? order.instrument.quote : order.instrument.base);

/** May rest in the book. The others end in the turn in which they begin to trade. */
export const mayRest = (order: Order): boolean => order.type !== 'market' && order.timeInForce !== 'ioc' && order.timeInForce !== 'fok';

/** Does this price suit the order? */
export const accepts = (order: Order, priceUnits: bigint): boolean =>
  order.side === 'buy' ? priceUnits <= order.worstPriceUnits : priceUnits >= order.worstPriceUnits;

export function showOrder(order: Order): DeskOrder {
  const { instrument } = order;
  const price = (units: bigint | undefined): string | undefined => (units === undefined ? undefined : formatUnits(units, instrument.priceScale));
  order.shown ??= {
    id: order.id,
    accountId: order.accountId,
    clientOrderId: order.clientOrderId,
    symbol: instrument.symbol,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    quantity: formatUnits(order.quantityUnits, instrument.quantityScale),
    filledQuantity: formatUnits(order.filledUnits, instrument.quantityScale),
    filledValue: formatUnits(order.filledValueUnits, instrument.quoteScale),
    limitPrice: price(order.limitPriceUnits),
    stopPrice: price(order.stopPriceUnits),
    state: order.state,
    reason: order.reason,
    ...(order.protection === undefined ? {} : { protection: order.protection }),
    replaces: order.replaces,
    replacedBy: order.replacedBy,
    createdAtMs: order.createdAtMs,
    updatedAtMs: order.updatedAtMs,
    endedAtMs: order.endedAtMs,
    expiresAtMs: order.expiresAtMs,
    notional: order.notional,
    extendedHours: order.extendedHours,
  };
  return order.shown;
}
