/**
 * How the account fares, as the journal tells it. Everything that a loss limit rests on is here, so it survives a restart.
 *
 *   V4. Before a policy was set nothing is kept: there is no currency to keep it in.
 *   V5. What was paid in or out waits in `flows` until it is valued, and counts as neither gain nor loss, before and after.
 */
import { Table, invariant } from '../../base/index.ts';
import type { FactOf } from '../../journal/index.ts';
import { assetsAccount } from '../ledger/index.ts';
import type { Ledger, LedgerFact, Transfer } from '../ledger/index.ts';
import { instrumentAt, marketKey } from '../market/index.ts';
import type { Market } from '../market/index.ts';
import type { RiskPolicy, riskFacts, riskLevels } from './facts.ts';
import { EMPTY_LOT, feeOf, tradedBy } from './lots.ts';
import type { Lot } from './lots.ts';

export type RiskFact = FactOf<typeof riskFacts>;
export type RiskLevel = (typeof riskLevels)[number];

export const ACCOUNT = 'account';
export const ACCOUNT_SCALE = 8;
const ROUNDS_KEPT = 10;

export type Day = { readonly key: string; readonly zone: string; readonly endsAtMs: number; readonly openingUnits: bigint; readonly openingEquityUnits: bigint; readonly beganAtMs: number };
export type Round = { readonly venue: string; readonly symbol: string; readonly resultUnits: bigint; readonly atMs: number };

export type Account = {
  readonly policy: RiskPolicy;
  readonly hash: string;
  readonly flowedUnits: bigint; // paid in less paid out, as valued then
  readonly peakUnits: bigint; // the best gain there ever was
  readonly mark: { readonly gainUnits: bigint; readonly atMs: number } | null;
  readonly day: Day | null;
  readonly rounds: readonly Round[]; // the last ones, oldest first
  readonly roundsEver: number;
  readonly unvalued: { readonly sinceMs: number; readonly reason: string } | null;
  readonly actedAtMs?: number; // the newest trip of which what follows was done
};

/** Of one asset at one venue, since the day began, in units of the asset. */
export type Tally = { readonly realisedUnits: bigint; readonly feesUnits: bigint; readonly otherUnits: bigint }; // `otherUnits`: neither, such as a correction within the tolerance
export type LevelOf = { readonly level: RiskLevel; readonly sinceMs: number; readonly usedPpm: number; readonly observed: string; readonly limit: string };

export type Valuation = {
  readonly account: Table<Account>; // one row, once a policy was set
  readonly flows: Table<bigint>; // by `venue asset`: not valued yet
  readonly lots: Table<Lot>; // by `venue symbol`
  readonly today: Table<Tally>; // by `venue asset`
  readonly levels: Table<LevelOf>; // by cause; those that are not normal
};

export const emptyValuation = (): Valuation => ({ account: new Table(), flows: new Table(), lots: new Table(), today: new Table(), levels: new Table() });

export const accountOf = (valuation: Valuation): Account | undefined => valuation.account.get(ACCOUNT);

type Books = { readonly market: Market; readonly ledger: Ledger };

export function evolveRisk(valuation: Valuation, { ledger }: Books, fact: RiskFact, atMs: number): void {
  const account = accountOf(valuation);
  if (fact.type === 'risk.set') {
    if (account?.policy.currency === fact.policy.currency) valuation.account.set(ACCOUNT, { ...account, policy: fact.policy, hash: fact.hash });
    else begin(valuation, ledger, { ...NEW, ...(account?.actedAtMs === undefined ? {} : { actedAtMs: account.actedAtMs }), policy: fact.policy, hash: fact.hash });
    return;
  }
  invariant(account !== undefined, `nothing is valued before a policy was set (${fact.type})`);
  const set = (changes: Partial<Account>): void => valuation.account.set(ACCOUNT, { ...account, ...changes });
  switch (fact.type) {
    case 'risk.flowed': {
      flow(valuation, fact.venue, fact.asset, -fact.units);
      return set({ flowedUnits: account.flowedUnits + fact.valueUnits });
    }
    case 'risk.day-begun': {
      valuation.today.clear();
      const { key, zone, endsAtMs, openingUnits, equityUnits } = fact;
      return set({ day: { key, zone, endsAtMs, openingUnits, openingEquityUnits: equityUnits, beganAtMs: atMs } });
    }
    case 'risk.marked': return set({ peakUnits: fact.peakUnits, mark: { gainUnits: fact.gainUnits, atMs } });
    case 'risk.peak-accepted': return set({ peakUnits: fact.peakUnits });
    case 'risk.unvalued': return set({ unvalued: { sinceMs: atMs, reason: fact.reason } });
    case 'risk.acted': return set({ actedAtMs: fact.trippedAtMs });
    case 'risk.valued': return set({ unvalued: null });
    case 'risk.level-changed': {
      if (fact.to === 'normal') return valuation.levels.delete(fact.cause);
      const { to, usedPpm, observed, limit } = fact;
      return valuation.levels.set(fact.cause, { level: to, sinceMs: atMs, usedPpm, observed, limit });
    }
  }
}

const NEW = { flowedUnits: 0n, peakUnits: 0n, mark: null, day: null, rounds: [], roundsEver: 0, unvalued: null };

/** All that is held then is what the account begins with. */
function begin(valuation: Valuation, ledger: Ledger, account: Account): void {
  for (const table of [valuation.flows, valuation.lots, valuation.today, valuation.levels]) table.clear();
  valuation.account.set(ACCOUNT, account);
  for (const key of ledger.opened.keys()) {
    const [venue = '', asset = ''] = key.split(' ');
    flow(valuation, venue, asset, ledger.balances.get(`${assetsAccount(venue)} ${asset}`) ?? 0n);
  }
}

function flow(valuation: Valuation, venue: string, asset: string, units: bigint): void {
  const key = `${venue} ${asset}`;
  const waiting = (valuation.flows.get(key) ?? 0n) + units;
  if (waiting === 0n) valuation.flows.delete(key);
  else valuation.flows.set(key, waiting);
}

/** What the books are told, as far as it bears on gain and loss. Folded before the books themselves: a fee that is told resolves what was assumed of it. */
export function evolveTrades(valuation: Valuation, { market, ledger }: Books, fact: LedgerFact, atMs: number): void {
  const account = accountOf(valuation);
  if (account === undefined) return; // V4
  switch (fact.type) {
    case 'fill.booked': {
      const instrument = instrumentAt(market, fact.venue, fact.symbol);
      invariant(instrument !== undefined, 'what was executed is listed');
      const key = marketKey(fact.venue, fact.symbol);
      const { lot, realisedUnits, rounds } = tradedBy(valuation.lots.get(key) ?? EMPTY_LOT, instrument, fact);
      if (lot.units === 0n && lot.costUnits === 0n && lot.roundUnits === 0n) valuation.lots.delete(key);
      else valuation.lots.set(key, lot);
      add(valuation, fact.venue, instrument.quote, { realisedUnits });
      const fee = feeOf(fact);
      if (fee.units !== 0n) add(valuation, fact.venue, fee.asset, { feesUnits: fee.units });
      if (rounds.length === 0) return;
      const ended = rounds.map((resultUnits): Round => ({ venue: fact.venue, symbol: fact.symbol, resultUnits, atMs }));
      return valuation.account.set(ACCOUNT, { ...account, rounds: [...account.rounds, ...ended].slice(-ROUNDS_KEPT), roundsEver: account.roundsEver + rounds.length });
    }
    case 'fee.posted': return add(valuation, fact.venue, fact.asset, { feesUnits: fact.units - assumedOf(ledger, fact) });
    case 'balance.opened': return flow(valuation, fact.venue, fact.asset, received(fact));
    case 'balance.adjusted': {
      // By a person: money from outside. By the tolerance: money that is missing or too much, and nobody knows why.
      if (fact.by === undefined) return add(valuation, fact.venue, fact.asset, { otherUnits: received(fact) });
      return flow(valuation, fact.venue, fact.asset, received(fact));
    }
    default: return;
  }
}

/** The most that was assumed of the fees that are told now. */
function assumedOf(ledger: Ledger, { venue, asset, throughMs }: Extract<LedgerFact, { type: 'fee.posted' }>): bigint {
  let units = 0n;
  for (const fee of ledger.pendingFees.unordered()) if (fee.venue === venue && fee.asset === asset && fee.venueAtMs < throughMs) units += fee.mostUnits;
  return units;
}

function add(valuation: Valuation, venue: string, asset: string, more: Partial<Tally>): void {
  const { realisedUnits = 0n, feesUnits = 0n, otherUnits = 0n } = more;
  if (realisedUnits === 0n && feesUnits === 0n && otherUnits === 0n) return;
  const sum = valuation.today.get(`${venue} ${asset}`);
  valuation.today.set(`${venue} ${asset}`, {
    realisedUnits: (sum?.realisedUnits ?? 0n) + realisedUnits, feesUnits: (sum?.feesUnits ?? 0n) + feesUnits, otherUnits: (sum?.otherUnits ?? 0n) + otherUnits,
  });
}

function received({ venue, asset, transfers }: { readonly venue: string; readonly asset: string; readonly transfers: readonly Transfer[] }): bigint {
  const ours = assetsAccount(venue);
  let units = 0n;
  for (const row of transfers) {
    if (row.asset !== asset) continue;
    if (row.debit === ours) units += row.units;
    if (row.credit === ours) units -= row.units;
  }
  return units;
}

/** The streak begins anew: it was acted upon. */
export function forgetRounds(valuation: Valuation): void {
  const account = accountOf(valuation);
  if (account !== undefined && account.rounds.length > 0) valuation.account.set(ACCOUNT, { ...account, rounds: [] });
}
