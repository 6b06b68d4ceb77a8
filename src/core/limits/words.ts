/** How rules say what they found. */
import { formatUnits } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import type { Case, Rule, Verdict } from './case.ts';

export const refusal = (control: string, code: Verdict['code'], limit: string, observed: string, wouldPass: string): Verdict => ({ control, code, limit, observed, wouldPass });

/** P1: a limit that is not there blocks, and is named. */
export const missing = (control: string, key: string, symbol: string): Verdict =>
  refusal(control, 'BW-3001', 'not configured', `limits.${key} names no limit for ${symbol}`, `nothing, until limits.${key} is configured`);

/** Whether the configuration says in so many words that there is no such limit. */
export const isWaived = ({ limits }: Case, key: string): boolean => limits?.none?.includes(key) === true;

export const priceText = (units: bigint, { priceScale, quote }: Instrument): string => `${formatUnits(units, priceScale)} ${quote}`;
export const moneyText = (units: bigint, { quoteScale, quote }: Instrument): string => `${formatUnits(units, quoteScale)} ${quote}`;
export const baseText = (units: bigint, { quantityScale, base }: Instrument): string => `${formatUnits(units, quantityScale)} ${base}`;
export const symbolOf = ({ proposal }: Case): string => proposal.instrument.symbol;

export type { Rule };
