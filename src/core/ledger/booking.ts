/**
 * How executions and fee records become bookings.
 *
 * A buy moves base from the market to us and quote from us to the market; a sell the reverse. A fee that the venue takes
 * without telling it with the fill is pending, between the least and the most its schedule can ask, until the venue's own
 * fee record resolves it.
 */
import { divide, notionalUnits, parseUnits, parseUnitsRounded } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import type { FeeRecord, Fill, OrderReport, VenueProfile } from '../market/index.ts';
import type { Order } from '../orders/index.ts';
import type { Transfer } from './facts.ts';
import { assetsAccount, balanceOf, feesToldThrough } from './view.ts';
import type { Ledger, LedgerFact } from './view.ts';

const PPM = 1_000_000n;

export type FillBooked = Extract<LedgerFact, { type: 'fill.booked' }>;

/** @param order ours, or undefined for an order on our account that is not ours */
export function bookFill(ledger: Ledger, profile: VenueProfile, instrument: Instrument, fill: Fill, order: Order | undefined): FillBooked {
  return booking(ledger, profile, instrument, fill, notionalUnits(instrument, fill.quantityUnits, fill.priceUnits), order);
}

/**
 * For venues whose authority on fills is the order's cumulative quantity: the gain since what is booked, if any.
 * Its name says from where to where, so that any order of the same reports books the same total.
 */
export function bookGain(ledger: Ledger, profile: VenueProfile, instrument: Instrument, order: Order, report: OrderReport): FillBooked | undefined {
  const gainUnits = report.filledUnits - order.filledUnits;
  if (gainUnits <= 0n || report.averagePriceText === undefined) return undefined;
  // The average has more decimals than a price: the total it stands for is rounded once, so that sums do not drift.
  const averageScale = instrument.quoteScale - instrument.quantityScale;
  const average = parseUnitsRounded(report.averagePriceText, averageScale, 'down') ?? 0n;
  const valueUnits = average * report.filledUnits - order.filledValueUnits;
  const fill: Fill = {
    fillId: `${report.venueOrderId}:${order.filledUnits}-${report.filledUnits}`, venueOrderId: report.venueOrderId, symbol: report.symbol, side: report.side,
    quantityUnits: gainUnits, priceUnits: 0n, cumulativeUnits: report.filledUnits, atMs: report.updatedAtMs,
  };
  return booking(ledger, profile, instrument, fill, valueUnits, order);
}

function booking(ledger: Ledger, profile: VenueProfile, instrument: Instrument, fill: Fill, valueUnits: bigint, order: Order | undefined): FillBooked {
  const ours = assetsAccount(profile.name);
  const market = order === undefined ? `foreign:${profile.name}` : `trading:${profile.name}`;
  const [to, from] = fill.side === 'buy' ? [ours, market] : [market, ours];
  const transfers: Transfer[] = [];
  const move = (transfer: Transfer): void => { if (transfer.units > 0n) transfers.push(transfer); };
  move({ debit: to, credit: from, asset: instrument.base, units: fill.quantityUnits });
  move({ debit: from, credit: to, asset: instrument.quote, units: valueUnits });
  const received = fill.side === 'buy' ? { asset: instrument.base, units: fill.quantityUnits } : { asset: instrument.quote, units: valueUnits };
  if (fill.fee !== undefined) move({ debit: `fees:${profile.name}`, credit: ours, asset: fill.fee.asset, units: parseUnits(fill.fee.amountText, feeScale(instrument, fill.fee.asset)) });
  const told = fill.fee !== undefined || profile.capabilities.fees === 'in-fill' || fill.atMs < feesToldThrough(ledger, profile.name, received.asset);
  const pending = told ? {} : {
    feeAsset: received.asset,
    feeLeastUnits: divide(received.units * BigInt(profile.feeLeastPpm), PPM, 'down'), // never more than was taken
    feeMostUnits: divide(received.units * BigInt(profile.feeMostPpm), PPM, 'up'), // never less
  };
  const spentUnits = order === undefined || order.quantityUnits === 0n ? 0n : divide(order.reserveUnits * fill.quantityUnits, order.quantityUnits, 'down'); // what stays reserved is never too little
  return {
    type: 'fill.booked', venue: profile.name, fillId: fill.fillId, venueOrderId: fill.venueOrderId, symbol: fill.symbol, side: fill.side,
    quantityUnits: fill.quantityUnits, priceUnits: fill.priceUnits, valueUnits, venueAtMs: fill.atMs, transfers, releasedUnits: spentUnits,
    ...(order === undefined ? {} : { orderId: order.id }), ...pending,
  };
}

// A fee may come in a third asset; its scale is then the finest we keep.
const THIRD_ASSET_SCALE = 12;
const feeScale = (instrument: Instrument, asset: string): number =>
  (asset === instrument.base ? instrument.quantityScale : asset === instrument.quote ? instrument.quoteScale : THIRD_ASSET_SCALE);

export function bookFee(venue: string, fee: FeeRecord, scale: number): Extract<LedgerFact, { type: 'fee.posted' }> {
  const units = parseUnits(fee.amountText, scale);
  const transfers = units === 0n ? [] : [{ debit: `fees:${venue}`, credit: assetsAccount(venue), asset: fee.asset, units }];
  return { type: 'fee.posted', venue, feeId: fee.feeId, asset: fee.asset, units, throughMs: fee.throughMs, transfers };
}

export function openBalance(venue: string, asset: string, units: bigint): Extract<LedgerFact, { type: 'balance.opened' }> {
  const transfers = units > 0n ? [{ debit: assetsAccount(venue), credit: `capital:${venue}`, asset, units }]
    : units < 0n ? [{ debit: `capital:${venue}`, credit: assetsAccount(venue), asset, units: -units }] : [];
  return { type: 'balance.opened', venue, asset, units, transfers };
}

/** A visible entry that closes a difference, by whoever is named in it. Never a trade. */
export function adjustBalance(ledger: Ledger, venue: string, asset: string, towardsUnits: bigint, toleranceUnits: bigint): Extract<LedgerFact, { type: 'balance.adjusted' }> {
  const ledgerUnits = balanceOf(ledger, assetsAccount(venue), asset);
  const gain = towardsUnits - ledgerUnits;
  const transfers = gain === 0n ? [] : gain > 0n
    ? [{ debit: assetsAccount(venue), credit: `adjustments:${venue}`, asset, units: gain }]
    : [{ debit: `adjustments:${venue}`, credit: assetsAccount(venue), asset, units: -gain }];
  return { type: 'balance.adjusted', venue, asset, ledgerUnits, venueUnits: towardsUnits, toleranceUnits, transfers };
}
