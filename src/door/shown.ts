/** Orders, books and times as people and programs read them: amounts as decimal text with their asset, times in ISO 8601. */
import { formatUnits, invariant } from '../base/index.ts';
import { belongingOf, instrumentAt, isFinal, worstUnits } from '../core/index.ts';
import type { Difference, Order, World } from '../core/index.ts';

export type Amount = { readonly amount: string; readonly asset: string };

export const amount = (units: bigint, scale: number, asset: string): Amount => ({ amount: formatUnits(units, scale), asset });

export const time = (ms: number): string => new Date(ms).toISOString();

export const shownGate = ({ gate: { state, by, reason, sinceMs } }: World): object => ({ state, by, reason, since: sinceMs === 0 ? null : time(sinceMs) });

export function shownOrder(world: World, order: Order): object {
  const instrument = instrumentAt(world.market, order.venue, order.symbol);
  invariant(instrument !== undefined, `the instrument of an order is listed (${order.symbol} at ${order.venue})`);
  const { base, quote, quantityScale, priceScale, quoteScale } = instrument;
  const price = (units: bigint): Amount => amount(units, priceScale, quote);
  const reservation = world.ledger.reservations.get(order.id);
  const reserveScale = reservation?.asset === base ? quantityScale : quoteScale;
  return {
    id: order.id, venue: order.venue, symbol: order.symbol, side: order.side, action: order.action, type: order.orderType, timeInForce: order.timeInForce,
    quantity: amount(order.quantityUnits, quantityScale, base),
    ...(order.limitPriceUnits === undefined ? {} : { limitPrice: price(order.limitPriceUnits) }),
    ...(order.stopPriceUnits === undefined ? {} : { stopPrice: price(order.stopPriceUnits) }),
    filled: amount(order.filledUnits, quantityScale, base), filledValue: amount(order.filledValueUnits, quoteScale, quote),
    stillPossible: amount(worstUnits(order), quantityScale, base),
    ...(reservation === undefined ? {} : { reserved: amount(reservation.units, reserveScale, reservation.asset) }),
    phase: order.phase, final: isFinal(order.phase), since: time(order.phaseAtMs), ...(order.endState === undefined ? {} : { ended: order.endState }),
    ...(order.because === undefined ? {} : { because: order.because }), ...(order.blocked === undefined ? {} : { blocked: order.blocked }),
    ...(order.cancelSeq === 0 ? {} : { cancel: { by: order.cancelBy, reason: order.cancelReason } }),
    ...(order.amend === undefined ? {} : { amend: { successorId: order.amend.successorId, quantity: amount(order.amend.wholeUnits, quantityScale, base) } }),
    ...(order.replaces === undefined ? {} : { replaces: order.replaces }), ...(order.replacedBy === undefined ? {} : { replacedBy: order.replacedBy }),
    ...(order.wish === undefined ? {} : { wish: { first: order.wish, quantity: amount(order.wishUnits ?? 0n, quantityScale, base), filledBefore: amount(order.earlierUnits ?? 0n, quantityScale, base) } }),
    ...belongingOf(order), key: order.key, attempt: order.attempt, clientOrderIds: order.clientOrderIds, venueOrderIds: order.venueOrderIds,
    correlationId: order.correlationId, intendedAt: time(order.intendedAtMs), ...(order.signalTimeMs === undefined ? {} : { signalTime: time(order.signalTimeMs) }),
    intendedSeq: order.intendedSeq, phaseSeq: order.phaseSeq,
  };
}

export function shownDifference(difference: Difference, scale: number): object {
  const { asset } = difference;
  return {
    asset, books: amount(difference.ledgerUnits, scale, asset), venue: amount(difference.venueUnits, scale, asset),
    pendingFeesAtLeast: amount(difference.feeLeastUnits, scale, asset), pendingFeesAtMost: amount(difference.feeMostUnits, scale, asset),
  };
}
