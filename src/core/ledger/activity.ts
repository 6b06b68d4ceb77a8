/**
 * The venue's record of executions and fees, booked.
 *
 *   A1. The cursor moves only when everything before it is booked: what could not be attributed yet is read again.
 *   A2. An execution of an order that is over, or beyond an order's quantity, is booked and told, never dropped. It is told
 *       first: once booked it would not be looked at again.
 *   A3. Before the books of an asset are opened nothing of it is booked: what happened earlier is in the opening balance.
 *   A4. An amount finer than its asset is counted in is not rounded: the books wait, and the instrument with them.
 *   A5. So they do for an execution that contradicts its order: another instrument, the other side, a quantity that is none.
 */
import { formatUnits, invariant, pairOf, tryParseUnits } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import { assetScale, instrumentAt, instrumentsOf, marketKey } from '../market/index.ts';
import type { Activity, Fill, Market, MarketFact, OrderReport, VenueProfile } from '../market/index.ts';
import { isFinal, orderById, orderByVenueId, settled } from '../orders/index.ts';
import type { Order, OrderFact, Orders } from '../orders/index.ts';
import { bookFee, bookFill, bookGain } from './booking.ts';
import type { FillBooked } from './booking.ts';
import type { Ledger, LedgerFact } from './view.ts';

export type Books = { readonly market: Market; readonly orders: Orders; readonly ledger: Ledger };
export type EmitBooking = (fact: LedgerFact | OrderFact | MarketFact) => void;

/** Whether the books of these assets were opened: their opening balances are what everything is booked upon. */
export const isOpened = (ledger: Ledger, venue: string, assets: readonly string[]): boolean => assets.every((asset) => ledger.opened.has(pairOf(venue, asset)));

/** @returns whether everything could be attributed and booked */
export function takeActivity(books: Books, venue: string, activity: Activity, emit: EmitBooking): boolean {
  const profile = books.market.venues.get(venue);
  invariant(profile !== undefined, `activity comes from a listed venue (${venue})`);
  let whole = true;
  for (const fill of activity.fills) whole = (profile.capabilities.fills === 'trades' ? takeFill(books, profile, fill, emit) : hasOwner(books, venue, fill, emit)) && whole;
  for (const fee of activity.fees) {
    const scale = assetScale(books.market, venue, fee.asset);
    if (scale === undefined || books.ledger.fees.has(`${venue} ${fee.feeId}`) || !isOpened(books.ledger, venue, [fee.asset])) continue; // A3
    const booked = bookFee(venue, fee, scale);
    if (booked === undefined) whole = tooFine(books, venue, `fee ${fee.feeId}`, fee.asset, fee.amountText, emit); // A4
    else emit(booked);
  }
  if (whole && books.ledger.cursors.get(venue) !== activity.cursor) emit({ type: 'activity.read', venue, cursor: activity.cursor }); // A1
  return whole;
}

/** Whether the order of an execution is known; where it is not, it is asked for. That is all an execution tells where the order itself is the authority. */
function hasOwner(books: Books, venue: string, { fillId, symbol, venueOrderId }: Fill, emit: EmitBooking): boolean {
  const instrument = instrumentAt(books.market, venue, symbol);
  if (instrument === undefined || !isOpened(books.ledger, venue, [instrument.base, instrument.quote])) return true; // A3
  if (orderByVenueId(books.orders, venue, venueOrderId) !== undefined || books.orders.foreign.has(`${venue} ${venueOrderId}`)) return true;
  if (!books.ledger.unattributed.has(`${venue} ${venueOrderId}`)) emit({ type: 'fill.unattributed', venue, venueOrderId, fillId });
  return false;
}

function takeFill(books: Books, profile: VenueProfile, fill: Fill, emit: EmitBooking): boolean {
  const venue = profile.name;
  if (books.ledger.fills.has(`${venue} ${fill.fillId}`)) return true;
  const instrument = instrumentAt(books.market, venue, fill.symbol);
  // An instrument nobody here trades: its money shows up in the balances, if it is ours to know.
  if (instrument === undefined || !isOpened(books.ledger, venue, [instrument.base, instrument.quote])) return true; // A3
  if (!hasOwner(books, venue, fill, emit)) return false;
  const order = orderByVenueId(books.orders, venue, fill.venueOrderId);
  if (order !== undefined && (order.symbol !== fill.symbol || order.side !== fill.side || fill.quantityUnits <= 0n)) { // A5
    return waits(books, venue, [fill.symbol, order.symbol], `${fill.fillId} is a ${fill.side} of ${fill.quantityUnits} units of ${fill.symbol}, of an order that is a ${order.side} of ${order.symbol}`, emit);
  }
  const feeUnits = fill.fee === undefined ? 0n : tryParseUnits(fill.fee.amountText, feeScale(books.market, venue, instrument, fill.fee.asset));
  if (feeUnits === undefined) return tooFine(books, venue, `the fee of ${fill.fillId}`, fill.fee?.asset ?? '', fill.fee?.amountText ?? '', emit, instrument); // A4
  book(books, order, instrument, bookFill(books.ledger, profile, instrument, fill, feeUnits, order), emit);
  return true;
}

// A fee may come in a third asset; where nothing here trades it, its scale is the finest we keep.
const THIRD_ASSET_SCALE = 12;
const feeScale = (market: Market, venue: string, instrument: Instrument, asset: string): number =>
  (asset === instrument.base ? instrument.quantityScale : asset === instrument.quote ? instrument.quoteScale : assetScale(market, venue, asset) ?? THIRD_ASSET_SCALE);

function tooFine(books: Books, venue: string, what: string, asset: string, amountText: string, emit: EmitBooking, executed?: Instrument): false {
  const endangered = instrumentsOf(books.market, venue).filter(({ symbol, base, quote }) => symbol === executed?.symbol || base === asset || quote === asset);
  return waits(books, venue, endangered.map(({ symbol }) => symbol), `${what} is ${amountText} ${asset}, finer than the books count it`, emit);
}

/** @returns false: not everything could be booked, and the instruments wait for a person */
function waits(books: Books, venue: string, symbols: readonly string[], cause: string, emit: EmitBooking): false {
  for (const symbol of new Set(symbols)) if (!books.market.quarantined.has(marketKey(venue, symbol))) emit({ type: 'instrument.quarantined', venue, symbol, cause });
  return false;
}

/** For venues whose authority is the cumulative quantity of an order. */
export function takeGain(books: Books, order: Order, report: OrderReport, emit: EmitBooking): void {
  const profile = books.market.venues.get(order.venue);
  const instrument = instrumentAt(books.market, order.venue, order.symbol);
  if (profile?.capabilities.fills !== 'cumulative' || instrument === undefined) return;
  const booking = bookGain(books.ledger, profile, instrument, order, report);
  if (booking === undefined) return;
  book(books, order, instrument, booking, emit);
}

function book(books: Books, order: Order | undefined, instrument: Instrument, booking: FillBooked, emit: EmitBooking): void {
  if (order === undefined) return emit(booking);
  const show = (units: bigint): string => `${formatUnits(units, instrument.quantityScale)} ${instrument.base}`;
  const filledUnits = order.filledUnits + booking.quantityUnits;
  if (isFinal(order.phase)) { // A2
    emit({ type: 'order.alarmed', orderId: order.id, kind: 'late-fill', detail: `${booking.fillId}: ${show(booking.quantityUnits)} filled after the order was ${order.phase}` });
  }
  if (filledUnits > order.quantityUnits) {
    emit({ type: 'order.alarmed', orderId: order.id, kind: 'overfill', detail: `${booking.fillId}: ${show(filledUnits)} filled of ${show(order.quantityUnits)}` });
  }
  emit(booking);
  const after = orderById(books.orders, order.id);
  if (after !== undefined) for (const fact of settled(after)) emit(fact);
}
