/** A desk's order in the venue's words: every key present, numbers as text, times in UTC. */
import type { DeskOrder, DeskOrderState } from '../../ports/index.ts';
import { ratio } from './decimal.ts';
import { protectionFields } from './extension.ts';
import { assetClassOf, assetIdOf, isStock } from './symbols.ts';
import { lapsesAtMs, rfc3339 } from './time.ts';

const averageDecimals = 9;

const statuses = {
  accepted: 'pending_new',
  new: 'new',
  'partially-filled': 'partially_filled',
  filled: 'filled',
  cancelled: 'canceled',
  expired: 'expired',
  rejected: 'rejected',
  replaced: 'replaced',
} as const satisfies Record<DeskOrderState, string>;

export const statusOf = (state: DeskOrderState): string => statuses[state];
export const isFinal = (state: DeskOrderState): boolean => state !== 'accepted' && state !== 'new' && state !== 'partially-filled';

export function orderBody(order: DeskOrder): Record<string, unknown> {
  const endedAs = (state: DeskOrderState): string | null => (order.state === state ? rfc3339(order.endedAtMs ?? order.updatedAtMs) : null);
  const type = order.type === 'stop-limit' ? 'stop_limit' : order.type;
  return {
    id: order.id,
    client_order_id: order.clientOrderId,
    created_at: rfc3339(order.createdAtMs),
    updated_at: rfc3339(order.updatedAtMs),
    submitted_at: rfc3339(order.createdAtMs),
    filled_at: endedAs('filled'),
    expired_at: endedAs('expired'),
    expires_at: order.expiresAtMs !== undefined ? rfc3339(order.expiresAtMs) : order.timeInForce === 'gtc' ? rfc3339(lapsesAtMs(order.createdAtMs)) : null,
    canceled_at: endedAs('cancelled'),
    failed_at: endedAs('rejected'),
    replaced_at: endedAs('replaced'),
    replaced_by: order.replacedBy ?? null,
    replaces: order.replaces ?? null,
    asset_id: assetIdOf(order.symbol),
    symbol: order.symbol,
    asset_class: assetClassOf(order.symbol),
    notional: order.notional ?? null,
    qty: order.notional === undefined ? order.quantity : null,
    filled_qty: order.filledQuantity,
    filled_avg_price: order.filledQuantity === '0' ? null : ratio(order.filledValue, order.filledQuantity, averageDecimals, 'down'),
    order_class: '',
    order_type: type,
    type,
    side: order.side,
    position_intent: order.side === 'buy' ? 'buy_to_open' : 'sell_to_close',
    time_in_force: order.timeInForce,
    limit_price: order.limitPrice ?? null,
    stop_price: order.stopPrice ?? null,
    status: order.state === 'accepted' && isStock(order.symbol) ? 'accepted' : statusOf(order.state),
    extended_hours: order.extendedHours,
    legs: null,
    trail_percent: null,
    trail_price: null,
    hwm: null,
    subtag: null,
    source: 'access_key',
    ...protectionFields(order),
  };
}

/**
 * The order as the answer to its creation shows it: taken, nothing filled. Acceptance runs ahead of matching at this
 * venue, so what became of the order is for the stream and for reads to tell.
 */
export const takenBody = (order: DeskOrder): Record<string, unknown> =>
  orderBody({ ...order, state: 'accepted', filledQuantity: '0', filledValue: '0', updatedAtMs: order.createdAtMs, endedAtMs: undefined, replacedBy: undefined });
