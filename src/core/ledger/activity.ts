/**
 * The venue's record of executions and fees, booked.
 *
 *   A1. The cursor moves only when everything before it is booked: what could not be attributed yet is read again.
 *   A2. An execution of an order that is over, or beyond an order's quantity, is booked and told, never dropped.
 *   A3. Before the books of an asset are opened nothing of it is booked: what happened earlier is in the opening balance.
 */
import { formatUnits, invariant } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import { assetScale, instrumentAt } from '../market/index.ts';
import type { Activity, Fill, Market, OrderReport, VenueProfile } from '../market/index.ts';
import { isFinal, orderById, orderByVenueId, settled } from '../orders/index.ts';
import type { Order, OrderFact, Orders } from '../orders/index.ts';
import { bookFee, bookFill, bookGain } from './booking.ts';
import type { Ledger, LedgerFact } from './view.ts';

export type Books = { readonly market: Market; readonly orders: Orders; readonly ledger: Ledger };
export type EmitBooking = (fact: LedgerFact | OrderFact) => void;

/** Whether the books of these assets were opened: their opening balances are what everything is booked upon. */
export const isOpened = (ledger: Ledger, venue: string, assets: readonly string[]): boolean => assets.every((asset) => ledger.opened.has(`${venue} ${asset}`));

/** @returns whether everything could be attributed and booked */
export function takeActivity(books: Books, venue: string, activity: Activity, emit: EmitBooking): boolean {
  const profile = books.market.venues.get(venue);
  invariant(profile !== undefined, `activity comes from a listed venue (${venue})`);
  let whole = true;
  if (profile.capabilities.fills === 'trades') for (const fill of activity.fills) whole = takeFill(books, profile, fill, emit) && whole;
  for (const fee of activity.fees) {
    const scale = assetScale(books.market, venue, fee.asset);
    if (scale === undefined || books.ledger.fees.has(`${venue} ${fee.feeId}`) || !isOpened(books.ledger, venue, [fee.asset])) continue; // A3
    emit(bookFee(venue, fee, scale));
  }
  if (whole && books.ledger.cursors.get(venue) !== activity.cursor) emit({ type: 'activity.read', venue, cursor: activity.cursor }); // A1
  return whole;
}

function takeFill(books: Books, profile: VenueProfile, fill: Fill, emit: EmitBooking): boolean {
  const venue = profile.name;
  if (books.ledger.fills.has(`${venue} ${fill.fillId}`)) return true;
  const instrument = instrumentAt(books.market, venue, fill.symbol);
  // An instrument nobody here trades: its money shows up in the balances, if it is ours to know.
  if (instrument === undefined || !isOpened(books.ledger, venue, [instrument.base, instrument.quote])) return true; // A3
  const order = orderByVenueId(books.orders, venue, fill.venueOrderId);
  if (order === undefined && !books.orders.foreign.has(`${venue} ${fill.venueOrderId}`)) {
    if (!books.ledger.unattributed.has(`${venue} ${fill.venueOrderId}`)) emit({ type: 'fill.unattributed', venue, venueOrderId: fill.venueOrderId, fillId: fill.fillId });
    return false;
  }
  emit(bookFill(books.ledger, profile, instrument, fill, order));
  if (order !== undefined) afterFill(books, order, instrument, fill.fillId, emit);
  return true;
}

/** For venues whose authority is the cumulative quantity of an order. */
export function takeGain(books: Books, order: Order, report: OrderReport, emit: EmitBooking): void {
  const profile = books.market.venues.get(order.venue);
  const instrument = instrumentAt(books.market, order.venue, order.symbol);
  if (profile?.capabilities.fills !== 'cumulative' || instrument === undefined) return;
  const booking = bookGain(books.ledger, profile, instrument, order, report);
  if (booking === undefined) return;
  emit(booking);
  afterFill(books, order, instrument, booking.fillId, emit);
}

function afterFill(books: Books, before: Order, instrument: Instrument, fillId: string, emit: EmitBooking): void {
  const order = orderById(books.orders, before.id);
  invariant(order !== undefined, 'an order that was filled is known');
  const show = (units: bigint): string => `${formatUnits(units, instrument.quantityScale)} ${instrument.base}`;
  if (isFinal(before.phase)) { // A2
    emit({ type: 'order.alarmed', orderId: order.id, kind: 'late-fill', detail: `${fillId}: ${show(order.filledUnits - before.filledUnits)} filled after the order was ${before.phase}` });
  }
  if (order.filledUnits > order.quantityUnits) {
    emit({ type: 'order.alarmed', orderId: order.id, kind: 'overfill', detail: `${show(order.filledUnits)} filled of ${show(order.quantityUnits)}` });
  }
  for (const fact of settled(order)) emit(fact);
}
