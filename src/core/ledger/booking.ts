/**
 * How executions and fee records become bookings.
 *
 * A buy moves base from the market to us and quote from us to the market; a sell the reverse. A fee that the venue takes
 * without telling it with the fill is pending, between the least and the most its schedule can ask, until the venue's own
 * fee record resolves it.
 */
import { divide, notionalUnits, parseUnitsRounded, pow10, tryParseUnits } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import type { FeeRecord, Fill, OrderReport, VenueProfile } from '../market/index.ts';
import type { Order } from '../orders/index.ts';
import type { Transfer } from './facts.ts';
import { assetsAccount, balanceOf, feesToldThrough } from './view.ts';
import type { Ledger, LedgerFact } from './view.ts';

const PPM = 1_000_000n;
const FEE_DECIMALS = 9; // a venue rounds a fee to amounts of its own: at the coarsest these, where the books count finer
const AVERAGE_DECIMALS = 18; // of an average price, beyond those that quantity times price needs

export type FillBooked = Extract<LedgerFact, { type: 'fill.booked' }>;

/**
 * @param feeUnits what the fill tells of its fee, in units of the fee's asset; 0n where it tells nothing
 * @param order ours, or undefined for an order on our account that is not ours
 */
export function bookFill(ledger: Ledger, profile: VenueProfile, instrument: Instrument, fill: Fill, feeUnits: bigint, order: Order | undefined): FillBooked {
  return booking(ledger, profile, instrument, fill, notionalUnits(instrument, fill.quantityUnits, fill.priceUnits), feeUnits, order);
}

/**
 * For venues whose authority on fills is the order's cumulative quantity: the gain since what is booked, if any.
 * Its name says from where to where, so that any order of the same reports books the same total.
 */
export function bookGain(ledger: Ledger, profile: VenueProfile, instrument: Instrument, order: Order, report: OrderReport): FillBooked | undefined {
  const gainUnits = report.filledUnits - order.filledUnits;
  if (gainUnits <= 0n || report.averagePriceText === undefined) return undefined;
  // The average has more decimals than a price: the total it stands for is rounded, once, so that sums do not drift.
  const averageScale = instrument.quoteScale - instrument.quantityScale + AVERAGE_DECIMALS;
  const average = parseUnitsRounded(report.averagePriceText, averageScale, 'down');
  if (average === undefined) return undefined;
  const valueUnits = divide(average * report.filledUnits, pow10(AVERAGE_DECIMALS), 'down') - order.filledValueUnits;
  const fill: Fill = {
    fillId: `${report.venueOrderId}:${order.filledUnits}-${report.filledUnits}`, venueOrderId: report.venueOrderId, symbol: report.symbol, side: report.side,
    quantityUnits: gainUnits, priceUnits: 0n, cumulativeUnits: report.filledUnits, atMs: report.updatedAtMs,
  };
  return booking(ledger, profile, instrument, fill, valueUnits, 0n, order);
}

function booking(ledger: Ledger, profile: VenueProfile, instrument: Instrument, fill: Fill, valueUnits: bigint, feeUnits: bigint, order: Order | undefined): FillBooked {
  const ours = assetsAccount(profile.name);
  const market = order === undefined ? `foreign:${profile.name}` : `trading:${profile.name}`;
  const [to, from] = fill.side === 'buy' ? [ours, market] : [market, ours];
  const transfers = [
    ...transfer(to, from, instrument.base, fill.quantityUnits),
    ...transfer(from, to, instrument.quote, valueUnits), // a gain of quantity may lose value, where an average was rounded
    ...(fill.fee === undefined ? [] : transfer(`fees:${profile.name}`, ours, fill.fee.asset, feeUnits)),
  ];
  const received = fill.side === 'buy' ? { asset: instrument.base, units: fill.quantityUnits, scale: instrument.quantityScale } : { asset: instrument.quote, units: valueUnits, scale: instrument.quoteScale };
  const told = fill.fee !== undefined || profile.capabilities.fees === 'in-fill' || fill.atMs < feesToldThrough(ledger, profile.name, received.asset);
  const feeStep = pow10(Math.max(0, received.scale - FEE_DECIMALS));
  const feeLeastUnits = divide(received.units * BigInt(profile.feeLeastPpm), PPM * feeStep, 'down') * feeStep; // never more than was taken
  const feeMostUnits = divide(received.units * BigInt(profile.feeMostPpm), PPM * feeStep, 'up') * feeStep; // never less
  const pending = told || feeMostUnits <= 0n ? {} : { feeAsset: received.asset, feeLeastUnits, feeMostUnits };
  const spentUnits = order === undefined || order.quantityUnits === 0n ? 0n : divide(order.reserveUnits * fill.quantityUnits, order.quantityUnits, 'down'); // what stays reserved is never too little
  return {
    type: 'fill.booked', venue: profile.name, fillId: fill.fillId, venueOrderId: fill.venueOrderId, symbol: fill.symbol, side: fill.side,
    quantityUnits: fill.quantityUnits, priceUnits: fill.priceUnits, valueUnits, venueAtMs: fill.atMs, transfers, releasedUnits: spentUnits,
    ...(order === undefined ? {} : { orderId: order.id }), ...pending,
  };
}

/** Nothing, or one row that moves more than zero: less than zero goes the other way. */
const transfer = (debit: string, credit: string, asset: string, units: bigint): readonly Transfer[] =>
  (units > 0n ? [{ debit, credit, asset, units }] : units < 0n ? [{ debit: credit, credit: debit, asset, units: -units }] : []);

/** Undefined where the amount is finer than its asset is counted in. */
export function bookFee(venue: string, fee: FeeRecord, scale: number): Extract<LedgerFact, { type: 'fee.posted' }> | undefined {
  const units = tryParseUnits(fee.amountText, scale);
  if (units === undefined) return undefined;
  return { type: 'fee.posted', venue, feeId: fee.feeId, asset: fee.asset, units, throughMs: fee.throughMs, transfers: transfer(`fees:${venue}`, assetsAccount(venue), fee.asset, units) };
}

/** From here on the books say what the venue holds, whatever had been booked of the asset before. */
export function openBalance(ledger: Ledger, venue: string, asset: string, units: bigint): Extract<LedgerFact, { type: 'balance.opened' }> {
  const gain = units - balanceOf(ledger, assetsAccount(venue), asset);
  return { type: 'balance.opened', venue, asset, units, transfers: transfer(assetsAccount(venue), `capital:${venue}`, asset, gain) };
}

/** A visible entry that closes a difference, by whoever is named in it. Never a trade. */
export function adjustBalance(ledger: Ledger, venue: string, asset: string, towardsUnits: bigint, toleranceUnits: bigint): Extract<LedgerFact, { type: 'balance.adjusted' }> {
  const ledgerUnits = balanceOf(ledger, assetsAccount(venue), asset);
  const transfers = transfer(assetsAccount(venue), `adjustments:${venue}`, asset, towardsUnits - ledgerUnits);
  return { type: 'balance.adjusted', venue, asset, ledgerUnits, venueUnits: towardsUnits, toleranceUnits, transfers };
}
