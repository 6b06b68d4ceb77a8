/** A fault plan: what goes wrong, how often, and from which seed. The same JSON in a file and over the control route. */
import { BreakwaterError, nearest } from '../../base/index.ts';
import { defaultDelayMs, faultWords, isPriceFault, onWords, placesOf, strikes } from './words.ts';
import type { Fault, FaultOn } from './words.ts';

export type FaultRule = {
  readonly on: FaultOn;
  readonly fault: Fault;
  readonly probability: number; // of striking each time it could; 1 unless told
  readonly times: number | undefined; // how often at most; unlimited unless told
  readonly delayMs: number; // each fault has its own unless told
  readonly symbol?: string; // of a price: the instrument; every one unless told
};
export type FaultPlan = { readonly seed: number; readonly rules: readonly FaultRule[] };

export const noFaults: FaultPlan = { seed: 0, rules: [] };

/** The plan cannot be read. The one that ran before goes on. */
export class FaultPlanError extends BreakwaterError {
  readonly code = 'BW-4811';
  readonly retryable = false;
  constructor(where: string, why: string) {
    super(`The fault plan was not taken: ${where} ${why}. Faults are as they were; correct the plan.`);
  }
}

/** @throws FaultPlanError naming the place, and the word that was probably meant */
export function parseFaultPlan(value: unknown): FaultPlan {
  const plan = fields(value, 'the plan', ['seed', 'rules']);
  const { seed = 0, rules = [] } = plan;
  if (typeof seed !== 'number' || !Number.isSafeInteger(seed) || seed < 0) throw new FaultPlanError('seed', `must be a whole number of 0 or more, not ${shown(seed)}`);
  if (!Array.isArray(rules)) throw new FaultPlanError('rules', `must be a list, not ${shown(rules)}`);
  return { seed, rules: rules.map((rule: unknown, index) => ruleOf(rule, `rules[${index}]`)) };
}

function ruleOf(value: unknown, where: string): FaultRule {
  const rule = fields(value, where, ['on', 'fault', 'probability', 'times', 'delayMs', 'symbol']);
  const on = word(rule['on'], `${where}.on`, onWords);
  const fault = word(rule['fault'], `${where}.fault`, faultWords);
  if (!strikes(fault, on)) throw new FaultPlanError(`${where}.fault`, `is "${fault}", which cannot strike ${on}; it strikes ${placesOf(fault).join(', ')}`);
  const { probability = 1, times, delayMs = defaultDelayMs(fault), symbol } = rule;
  if (typeof probability !== 'number' || !(probability >= 0 && probability <= 1)) throw new FaultPlanError(`${where}.probability`, `must be from 0 to 1, not ${shown(probability)}`);
  if (times !== undefined && !isCount(times)) throw new FaultPlanError(`${where}.times`, `must be a whole number of 0 or more, not ${shown(times)}`);
  if (!isCount(delayMs)) throw new FaultPlanError(`${where}.delayMs`, `must be whole milliseconds, 0 or more, not ${shown(delayMs)}`);
  if (symbol !== undefined && !isPriceFault(fault)) throw new FaultPlanError(`${where}.symbol`, `says an instrument, and "${fault}" is not about a price`);
  if (symbol !== undefined && (typeof symbol !== 'string' || symbol === '')) throw new FaultPlanError(`${where}.symbol`, `must be the name of an instrument, not ${shown(symbol)}`);
  return { on, fault, probability, times, delayMs, ...(symbol === undefined ? {} : { symbol }) };
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const shown = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60));

function fields(value: unknown, where: string, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new FaultPlanError(where, `must be an object, not ${shown(value)}`);
  for (const key of Object.keys(value)) if (!known.includes(key)) throw new FaultPlanError(where, `has an unknown key "${key}"${meant(key, known)}`);
  return value as Readonly<Record<string, unknown>>;
}

function word<Word extends string>(value: unknown, where: string, known: readonly Word[]): Word {
  const found = known.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new FaultPlanError(where, `is ${shown(value)}${typeof value === 'string' ? meant(value, known) : ''}; it must be one of ${known.join(', ')}`);
}

function meant(typed: string, known: readonly string[]): string {
  const near = nearest(typed, known);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}
