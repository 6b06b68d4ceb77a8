/**
 * The books: double entry, per venue and asset, and what stands between them and the venue's.
 *
 *   L1. Every booking is a transfer from one account to another: the accounts of an asset always sum to zero.
 *   L2. An execution is booked once, under the venue's name for it; a repetition changes nothing.
 *   L3. What the venue holds for us = `assets` posted − fees it has taken and not yet told. Reconciliation compares exactly that.
 */
import { ChangeLog, invariant, pairOf, Table } from '../../base/index.ts';
import type { FactOf } from '../../journal/index.ts';
import { isFinal } from '../orders/index.ts';
import type { Order, OrderFact } from '../orders/index.ts';
import type { Transfer, ledgerFacts } from './facts.ts';

export type LedgerFact = FactOf<typeof ledgerFacts>;

export type PendingFee = { readonly venue: string; readonly asset: string; readonly leastUnits: bigint; readonly mostUnits: bigint; readonly venueAtMs: number };
type PendingSum = { readonly leastUnits: bigint; readonly mostUnits: bigint };
export type Difference = { readonly venue: string; readonly asset: string; readonly ledgerUnits: bigint; readonly venueUnits: bigint; readonly feeLeastUnits: bigint; readonly feeMostUnits: bigint };
/** That something is booked, what it was about, and since when. */
export type Booked = { readonly of: string; readonly atMs: number };
export type Reservation = { readonly venue: string; readonly asset: string; readonly units: bigint };

export type Ledger = {
  readonly balances: Table<bigint>; // by `account asset`; receiving is positive
  readonly reservations: Table<Reservation>; // pending: what open orders may still spend, by order id
  readonly pendingFees: Table<PendingFee>; // by `venue fillId`
  readonly fills: Table<Booked>; // by `venue fillId`
  readonly fees: Table<Booked>; // by `venue feeId`
  readonly feesThrough: Table<number>; // by `venue asset`: fees of executions before this time of the venue's clock are posted
  readonly cursors: Table<string>; // by venue
  readonly opened: Table<bigint>; // by `venue asset`: the opening balance
  readonly differences: Table<Difference>; // by `venue asset`
  readonly unattributed: Table<{ readonly venue: string; readonly venueOrderId: string }>; // by `venue venueOrderId`
  readonly reconciled: Table<{ readonly atMs: number; readonly agreed: boolean }>; // by venue; since this process took over
  readonly counts: Table<number>; // fills, late fills …
  readonly pendingSums: Map<string, PendingSum>; // by `venue asset`: the sums of `pendingFees`, so that an order does not wait for their adding up
  readonly reservedSums: Map<string, bigint>; // by `venue asset`: the sums of `reservations`
  readonly moved: ChangeLog; // of what more or less is held, or may be, by `venue asset`
};

export const emptyLedger = (): Ledger => ({
  balances: new Table(), reservations: new Table(), pendingFees: new Table(), fills: new Table('texts'), fees: new Table('texts'), feesThrough: new Table(), cursors: new Table(), opened: new Table(),
  differences: new Table(), unattributed: new Table(), reconciled: new Table(), counts: new Table(),
  pendingSums: new Map(), reservedSums: new Map(), moved: new ChangeLog(),
});

const ASSETS = 'assets:';
const accounts = new Map<string, string>(); // the very same string each time, as in `pairOf`

function namedAccount(venue: string): string {
  const account = `${ASSETS}${venue}`;
  accounts.set(venue, account);
  return account;
}

export const assetsAccount = (venue: string): string => accounts.get(venue) ?? namedAccount(venue);

export const balanceOf = (ledger: Ledger, account: string, asset: string): bigint => ledger.balances.get(pairOf(account, asset)) ?? 0n;

/** What fees the venue has taken, or will, for executions already booked, without having told the amount. */
export const pendingFeesOf = (ledger: Ledger, venue: string, asset: string): PendingSum => ledger.pendingSums.get(pairOf(venue, asset)) ?? NONE_PENDING;

const NONE_PENDING: PendingSum = { leastUnits: 0n, mostUnits: 0n };

function addPending(ledger: Ledger, { venue, asset, leastUnits, mostUnits }: PendingFee, sign: 1n | -1n): void {
  const sum = pendingFeesOf(ledger, venue, asset);
  ledger.pendingSums.set(`${venue} ${asset}`, { leastUnits: sum.leastUnits + sign * leastUnits, mostUnits: sum.mostUnits + sign * mostUnits });
  ledger.moved.name(`${venue} ${asset}`);
}

/** After the tables were filled from a snapshot. */
export function reindexLedger(ledger: Ledger): void {
  ledger.pendingSums.clear();
  for (const fee of ledger.pendingFees.unordered()) addPending(ledger, fee, 1n);
  ledger.reservedSums.clear();
  for (const reservation of ledger.reservations.unordered()) addReserved(ledger, reservation, 1n);
  ledger.moved.everything();
}

/** Up to when, by the venue's clock, the fees in an asset are posted: an execution before that has no fee pending any more. */
export const feesToldThrough = (ledger: Ledger, venue: string, asset: string): number => ledger.feesThrough.get(`${venue} ${asset}`) ?? 0;

/** As much as is surely held: what is posted, less the most that pending fees may take. What may be sold. */
export const holdingUnits = (ledger: Ledger, venue: string, asset: string): bigint =>
  balanceOf(ledger, assetsAccount(venue), asset) - pendingFeesOf(ledger, venue, asset).mostUnits;

/** As much as may be held: what is posted, less the least that pending fees take. The worst case of a long position. */
export const mostHeldUnits = (ledger: Ledger, venue: string, asset: string): bigint =>
  balanceOf(ledger, assetsAccount(venue), asset) - pendingFeesOf(ledger, venue, asset).leastUnits;

/** The difference that endangers an instrument, if one of its assets has one. */
export const differenceOf = (ledger: Ledger, venue: string, assets: readonly string[]): Difference | undefined =>
  (ledger.differences.size === 0 ? undefined : assets.map((asset) => ledger.differences.get(pairOf(venue, asset))).find((difference) => difference !== undefined));

export function evolveLedger(ledger: Ledger, fact: LedgerFact, atMs: number): void {
  switch (fact.type) {
    case 'fill.booked': {
      const key = `${fact.venue} ${fact.fillId}`;
      invariant(!ledger.fills.has(key), `an execution is booked once (${key})`); // L2
      ledger.fills.set(key, { of: fact.venueOrderId, atMs });
      post(ledger, fact.transfers);
      if (fact.feeAsset !== undefined) {
        const fee = { venue: fact.venue, asset: fact.feeAsset, leastUnits: fact.feeLeastUnits ?? 0n, mostUnits: fact.feeMostUnits ?? 0n, venueAtMs: fact.venueAtMs };
        ledger.pendingFees.set(key, fee);
        addPending(ledger, fee, 1n);
      }
      if (fact.orderId !== undefined) release(ledger, fact.orderId, fact.releasedUnits);
      ledger.unattributed.delete(`${fact.venue} ${fact.venueOrderId}`);
      return count(ledger, 'fills');
    }
    case 'fee.posted': {
      const key = `${fact.venue} ${fact.feeId}`;
      invariant(!ledger.fees.has(key), `a fee record is posted once (${key})`);
      ledger.fees.set(key, { of: fact.asset, atMs });
      ledger.feesThrough.set(`${fact.venue} ${fact.asset}`, Math.max(feesToldThrough(ledger, fact.venue, fact.asset), fact.throughMs));
      post(ledger, fact.transfers);
      for (const [fillKey, fee] of [...ledger.pendingFees.entries()]) {
        if (fee.venue !== fact.venue || fee.asset !== fact.asset || fee.venueAtMs >= fact.throughMs) continue;
        ledger.pendingFees.delete(fillKey);
        addPending(ledger, fee, -1n);
      }
      return count(ledger, 'fees');
    }
    case 'balance.opened': {
      ledger.opened.set(`${fact.venue} ${fact.asset}`, fact.units);
      return post(ledger, fact.transfers);
    }
    case 'balance.adjusted': {
      post(ledger, fact.transfers);
      ledger.differences.delete(`${fact.venue} ${fact.asset}`);
      return count(ledger, 'adjustments');
    }
    case 'balance.differed': {
      const { type: _type, ...difference } = fact;
      ledger.differences.set(`${fact.venue} ${fact.asset}`, difference);
      return count(ledger, 'differences');
    }
    case 'balance.agreed': return ledger.differences.delete(`${fact.venue} ${fact.asset}`);
    case 'activity.read': return ledger.cursors.set(fact.venue, fact.cursor);
    case 'fill.unattributed': return ledger.unattributed.set(`${fact.venue} ${fact.venueOrderId}`, { venue: fact.venue, venueOrderId: fact.venueOrderId });
    case 'reconciliation.done': return ledger.reconciled.set(fact.venue, { atMs, agreed: fact.agreed });
  }
}

/** Reservations follow the life of an order: made when it is prepared, gone when nothing of it can be filled any more. */
export function evolveReservations(ledger: Ledger, fact: OrderFact, order: Order | undefined): void {
  if (fact.type === 'order.prepared' && order !== undefined) reserve(ledger, fact.orderId, { venue: order.venue, asset: fact.reserveAsset, units: fact.reserveUnits });
  else if (fact.type === 'order.amend-accepted') reserveMore(ledger, fact.orderId, fact);
  else if (order !== undefined && (isFinal(order.phase) || order.phase === 'absent')) reserve(ledger, order.id, undefined);
}

/** Until it is known which of the two the venue has: the larger of what either may spend. */
function reserveMore(ledger: Ledger, orderId: string, { reserveAsset, reserveUnits }: { readonly reserveAsset: string; readonly reserveUnits: bigint }): void {
  const before = ledger.reservations.get(orderId);
  if (before !== undefined && before.asset === reserveAsset && before.units < reserveUnits) reserve(ledger, orderId, { ...before, units: reserveUnits });
}

/** What open orders may still spend of an asset, all together. */
export const reservedUnits = (ledger: Ledger, venue: string, asset: string): bigint => ledger.reservedSums.get(pairOf(venue, asset)) ?? 0n;

function reserve(ledger: Ledger, orderId: string, reservation: Reservation | undefined): void {
  const before = ledger.reservations.get(orderId);
  if (before !== undefined) addReserved(ledger, before, -1n);
  if (reservation === undefined) return ledger.reservations.delete(orderId);
  addReserved(ledger, reservation, 1n);
  ledger.reservations.set(orderId, reservation);
}

function addReserved(ledger: Ledger, { venue, asset, units }: Reservation, sign: 1n | -1n): void {
  ledger.reservedSums.set(pairOf(venue, asset), reservedUnits(ledger, venue, asset) + sign * units);
}

/** A new process has taken over: nothing counts as reconciled until it was done again. */
export const evolveLedgerBoot = (ledger: Ledger): void => ledger.reconciled.clear();

function post(ledger: Ledger, transfers: readonly Transfer[]): void {
  for (const { debit, credit, asset, units } of transfers) {
    const [to, from] = [pairOf(debit, asset), pairOf(credit, asset)];
    ledger.balances.set(to, (ledger.balances.get(to) ?? 0n) + units);
    ledger.balances.set(from, (ledger.balances.get(from) ?? 0n) - units);
    for (const account of [debit, credit]) if (account.startsWith(ASSETS)) ledger.moved.name(`${account.slice(ASSETS.length)} ${asset}`);
  }
}

function release(ledger: Ledger, orderId: string, units: bigint): void {
  const reservation = ledger.reservations.get(orderId);
  if (reservation === undefined) return;
  reserve(ledger, orderId, reservation.units <= units ? undefined : { ...reservation, units: reservation.units - units });
}

const count = (ledger: Ledger, what: string): void => ledger.counts.set(what, (ledger.counts.get(what) ?? 0) + 1);

/** L1, looked at: the sum of all accounts, per asset that does not sum to zero. Empty when the books balance. */
export function imbalances(ledger: Ledger): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const [key, units] of ledger.balances.entries()) {
    const asset = key.slice(key.lastIndexOf(' ') + 1);
    sums.set(asset, (sums.get(asset) ?? 0n) + units);
  }
  return new Map([...sums].filter(([, sum]) => sum !== 0n));
}
