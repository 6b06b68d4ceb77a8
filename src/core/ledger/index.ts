/**
 * Shadow accounting: what we own at each venue, in double entry, and whether the venue says the same.
 *
 * Owns balances, reservations, pending fees, the set of booked executions and open differences. Does not own orders, nor
 * when the venue is asked. A correction is a visible entry here, never a trade.
 *
 * Invariants: L1 to L3 in view.ts, A1 to A3 in activity.ts, R1 to R3 in reconciliation.ts.
 */
export { ledgerFacts } from './facts.ts';
export type { Transfer } from './facts.ts';
export { adjustBalance, bookFee, bookFill, bookGain, openBalance } from './booking.ts';
export { compareBalances } from './reconciliation.ts';
export type { AssetRule, Comparison } from './reconciliation.ts';
export {
  assetsAccount, balanceOf, differenceOf, emptyLedger, evolveLedger, evolveLedgerBoot, evolveReservations, feesToldThrough, holdingUnits, imbalances, mostHeldUnits, pendingFeesOf, reindexLedger, reservedUnits,
} from './view.ts';
export type { Booked, Difference, Ledger, LedgerFact, PendingFee, Reservation } from './view.ts';
export { isOpened, takeActivity, takeGain } from './activity.ts';
export type { Books, EmitBooking } from './activity.ts';
