/**
 * What a venue allows, in its own words: so much weight in so much time, in several windows at once.
 *
 * A window may count a unit of its own (`weight`, `orders`); a call costs so much of each unit.
 */
import { BreakwaterError } from '../../base/index.ts';

export type BudgetWindow = {
  readonly name: string;
  readonly limit: number;
  readonly perMs: number;
  readonly unit?: string; // what it counts; `requests` where none is named
};

export type BudgetPolicy = {
  readonly windows: readonly BudgetWindow[];
  readonly reservePercent: number; // of each limit, for what is urgent alone
  /** How far apart two requests may arrive that left together, or the other way round: each window is taken to be longer by it. */
  readonly spreadMs: number;
};

/** What a call costs: so much of each unit that is named, or of all of them. */
export type Cost = number | Readonly<Record<string, number>>;

export const defaultReservePercent = 20;
export const defaultSpreadMs = 250;

/** Limits that contradict each other. Nothing was guarded by them. */
export class BudgetPolicyError extends BreakwaterError {
  readonly code = 'BW-3206';
  readonly retryable = false;
  constructor(what: string) {
    super(`This rate budget cannot work: ${what}`);
  }
}

/** @throws BudgetPolicyError where they contradict each other */
export function budgetPolicyOf({ windows, reservePercent = defaultReservePercent, spreadMs = defaultSpreadMs }: Pick<BudgetPolicy, 'windows'> & Partial<BudgetPolicy>): BudgetPolicy {
  const refuse = (what: string): never => { throw new BudgetPolicyError(what); };
  if (windows.length === 0) refuse('it has no window, so that it would limit nothing. Name what the venue allows.');
  if (new Set(windows.map(({ name }) => name)).size < windows.length) refuse('two windows have the same name.');
  if (!(reservePercent === 0 || (reservePercent >= 20 && reservePercent <= 90))) refuse(`reservePercent is ${reservePercent}; keep 20 to 90 for what is urgent, or 0 where nothing is.`);
  if (!(spreadMs >= 0 && Number.isFinite(spreadMs))) refuse(`spreadMs is ${spreadMs}; give 0 or more.`);
  for (const { name, limit, perMs } of windows) {
    if (!(Number.isSafeInteger(limit) && limit >= 1)) refuse(`the limit of "${name}" is ${limit}; give a whole number of 1 or more.`);
    if (!(Number.isSafeInteger(perMs) && perMs >= 1)) refuse(`perMs of "${name}" is ${perMs}; give a whole number of 1 or more.`);
    if (limit - reserveOf(limit, reservePercent) < 1) refuse(`of the limit of "${name}", ${limit}, nothing is left beside the reserve.`);
  }
  return { windows, reservePercent, spreadMs };
}

/** In whose favour it is rounded: what is urgent. */
export const reserveOf = (limit: number, reservePercent: number): number => Math.ceil((limit * reservePercent) / 100);

const PLAIN_UNIT = 'requests';

/** What a call costs in each window, in the order of the windows. */
export function amountsOf(windows: readonly BudgetWindow[], cost: Cost = 1): readonly number[] {
  const amounts = windows.map(({ unit = PLAIN_UNIT }) => (typeof cost === 'number' ? cost : cost[unit] ?? 0));
  const strange = typeof cost === 'number' ? undefined : Object.keys(cost).find((unit) => !windows.some((window) => (window.unit ?? PLAIN_UNIT) === unit));
  if (strange !== undefined) throw new TypeError(`No window counts "${strange}"; they count ${[...new Set(windows.map(({ unit = PLAIN_UNIT }) => unit))].join(', ')}.`);
  if (!amounts.every((amount) => Number.isSafeInteger(amount) && amount >= 0)) throw new TypeError(`A cost of ${JSON.stringify(cost)} cannot be counted; give whole numbers of 0 or more.`);
  return amounts;
}
