/** Alpaca's Order object: ours written as one, and one of theirs read as a report. */
import { formatUnits, invariant } from '../../base/index.ts';
import type { Instrument, Side } from '../../base/index.ts';
import type { OrderReport, OrderType, VenueOrder, VenueOrderState } from '../../ports/index.ts';
import { capabilities } from './capabilities.ts';
import { compact } from './catalog.ts';
import { cancelReasonIn } from './extension.ts';
import { Unreadable } from './json.ts';
import type { Fields } from './json.ts';

export const sides: Readonly<Record<string, Side>> = { buy: 'buy', sell: 'sell' };

const typeWords: Readonly<Record<OrderType, string>> = { market: 'market', limit: 'limit', 'stop-limit': 'stop_limit' };
const types: Readonly<Record<string, OrderType>> = { market: 'market', limit: 'limit', stop_limit: 'stop-limit' };

const states: Readonly<Record<string, VenueOrderState>> = {
  accepted: 'pending',
  pending_new: 'pending',
  accepted_for_bidding: 'pending',
  held: 'pending',
  new: 'working',
  partially_filled: 'working',
  done_for_day: 'working', // goes on tomorrow
  stopped: 'working', // a fill is guaranteed but not made
  suspended: 'working',
  calculated: 'working', // not among the final ones
  pending_replace: 'working',
  pending_cancel: 'cancelling',
  filled: 'filled',
  canceled: 'cancelled',
  replaced: 'cancelled', // lives on under another id
  expired: 'expired',
  rejected: 'rejected',
};

const idPattern = new RegExp(`^[${capabilities.clientOrderIdAlphabet}]{1,${capabilities.clientOrderIdMaxLength}}$`);

/** The body of the one POST: amounts as exact decimal text. */
export function orderBody(order: VenueOrder): Uint8Array {
  const { instrument, limitPriceUnits, stopPriceUnits } = order;
  invariant(idPattern.test(order.clientOrderId), `the client order id "${order.clientOrderId}" fits what the venue takes`);
  invariant(order.quantityUnits > 0n, 'an order has a quantity above zero');
  invariant((limitPriceUnits !== undefined) === (order.type !== 'market'), 'limit and stop-limit orders have a limit price, market orders have none');
  invariant((stopPriceUnits !== undefined) === (order.type === 'stop-limit'), 'stop-limit orders have a stop price, others have none');
  const body = {
    symbol: instrument.symbol,
    qty: formatUnits(order.quantityUnits, instrument.quantityScale),
    side: order.side,
    type: typeWords[order.type],
    time_in_force: order.timeInForce,
    ...(limitPriceUnits === undefined ? {} : { limit_price: formatUnits(limitPriceUnits, instrument.priceScale) }),
    ...(stopPriceUnits === undefined ? {} : { stop_price: formatUnits(stopPriceUnits, instrument.priceScale) }),
    client_order_id: order.clientOrderId,
  };
  return new TextEncoder().encode(JSON.stringify(body));
}

/** @throws Unreadable where a field is missing, mistyped, finer than the instrument's units, or a word we do not know */
export function reportFrom(fields: Fields, instrumentOf: (symbol: string) => Instrument): OrderReport {
  const instrument = instrumentOf(fields.text('symbol'));
  const quantityUnits = fields.units('qty', instrument.quantityScale);
  const filledUnits = fields.units('filled_qty', instrument.quantityScale);
  if (quantityUnits <= 0n || filledUnits < 0n) throw new Unreadable('out-of-range', `${fields.where} has a quantity below zero`);
  const averagePriceText = fields.optionalText('filled_avg_price') === undefined ? undefined : fields.decimalText('filled_avg_price');
  const replacedBy = fields.optionalText('replaced_by');
  return {
    venueOrderId: fields.text('id'),
    clientOrderId: fields.optionalText('client_order_id'),
    symbol: instrument.symbol,
    side: fields.word('side', sides),
    type: fields.word('type', types),
    quantityUnits,
    filledUnits,
    averagePriceText,
    limitPriceUnits: fields.optionalUnits('limit_price', instrument.priceScale),
    state: fields.word('status', states),
    reason: fields.optionalText('reject_reason') ?? cancelReasonIn(fields) ?? (replacedBy === undefined ? undefined : `replaced by ${replacedBy}`),
    updatedAtMs: fields.timeMs('updated_at'),
  };
}

/** The report of an answer to `order`, or Unreadable: an answer about another order is not believed. */
export function reportOf(order: VenueOrder, fields: Fields): OrderReport {
  const report = reportFrom(fields, (symbol) => {
    if (compact(symbol) !== compact(order.instrument.symbol)) throw new Unreadable('unasked', `the answer is about ${symbol.slice(0, 40)}, not ${order.instrument.symbol}`);
    return order.instrument;
  });
  const differs = (
    [
      ['client order id', report.clientOrderId === order.clientOrderId],
      ['side', report.side === order.side],
      ['quantity', report.quantityUnits === order.quantityUnits],
      ['type', report.type === order.type],
      ['limit price', report.limitPriceUnits === order.limitPriceUnits],
    ] as const
  ).find(([, same]) => !same);
  if (differs !== undefined) throw new Unreadable('unasked', `the answer is about another order: its ${differs[0]} is not ours`);
  return report;
}
