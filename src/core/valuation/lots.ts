/**
 * What was traded, at its average cost, instrument by instrument, in the quote asset. What the account held before is no trade of
 * ours and has no cost here.
 *
 *   V1. Nothing is lost or made by rounding: what was paid and received = realised + what the rest has cost, to the last unit.
 *   V2. Where a cost is divided, the remainder goes to the part that is closed: a loss is rounded up, a gain down.
 *   V3. A fee that the venue has not told yet counts with the most it can be.
 */
import { absolute, divide, smaller } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import type { LedgerFact } from '../ledger/index.ts';

/** `units`: long above zero, short below. `costUnits`: paid for them above zero, received below. */
export type Lot = { readonly units: bigint; readonly costUnits: bigint; readonly roundUnits: bigint }; // `roundUnits`: realised since the position was last flat

export const EMPTY_LOT: Lot = { units: 0n, costUnits: 0n, roundUnits: 0n };

export type Traded = {
  readonly lot: Lot;
  readonly realisedUnits: bigint; // in the quote asset, after fees
  readonly rounds: readonly bigint[]; // results of the round trips that this execution ended: at most one
};

type Filled = Extract<LedgerFact, { type: 'fill.booked' }>;

export function tradedBy(lot: Lot, instrument: Instrument, fill: Filled): Traded {
  const fee = feeOf(fill);
  const [feeBase, feeQuote] = [fee.asset === instrument.base ? fee.units : 0n, fee.asset === instrument.quote ? fee.units : 0n];
  const buys = fill.side === 'buy';
  const movedUnits = (buys ? fill.quantityUnits : -fill.quantityUnits) - feeBase;
  const paidUnits = (buys ? fill.valueUnits : -fill.valueUnits) + feeQuote;
  return moved(lot, movedUnits, paidUnits, instrument.minQuantityUnits);
}

/** @param movedUnits what came (or went, below zero) for `paidUnits` (or was received for, below zero) */
function moved(lot: Lot, movedUnits: bigint, paidUnits: bigint, dustUnits: bigint): Traded {
  const same = lot.units === 0n || movedUnits === 0n || lot.units > 0n === movedUnits > 0n;
  if (same) return { lot: { ...lot, units: lot.units + movedUnits, costUnits: lot.costUnits + paidUnits }, realisedUnits: 0n, rounds: [] };
  const closedUnits = smaller(absolute(lot.units), absolute(movedUnits));
  // What this part of the position has cost, and what this part of the execution brought; both rounded against us.
  const cost = share(lot.costUnits, closedUnits, absolute(lot.units));
  const paid = share(paidUnits, closedUnits, absolute(movedUnits));
  const realisedUnits = -(cost + paid);
  const units = lot.units + movedUnits;
  const after = { units, costUnits: lot.costUnits - cost + paidUnits - paid };
  const roundUnits = lot.roundUnits + realisedUnits;
  const crossed = units !== 0n && units > 0n !== lot.units > 0n;
  if (!crossed && absolute(units) >= dustUnits) return { lot: { ...after, roundUnits }, realisedUnits, rounds: [] };
  return { lot: { ...after, roundUnits: 0n }, realisedUnits, rounds: [roundUnits] };
}

/** V2: of a cost the larger part, of proceeds (below zero) the smaller. */
function share(units: bigint, part: bigint, whole: bigint): bigint {
  return part === whole ? units : divide(units * part, whole, units > 0n ? 'up' : 'down');
}

/** What the fill costs in fees: what it tells, or the most that is pending. */
export function feeOf(fill: Filled): { readonly asset: string; readonly units: bigint } {
  if (fill.feeAsset !== undefined) return { asset: fill.feeAsset, units: fill.feeMostUnits ?? 0n }; // V3
  const told = fill.transfers.find(({ debit }) => debit === `fees:${fill.venue}`);
  const back = fill.transfers.find(({ credit }) => credit === `fees:${fill.venue}`); // a rebate
  return told !== undefined ? { asset: told.asset, units: told.units } : back !== undefined ? { asset: back.asset, units: -back.units } : { asset: '', units: 0n };
}
