/** Exact arithmetic on decimal text, as the wire carries it. Eighteen decimals go in; products keep all of theirs. */
import { divide, formatUnits, pow10, tryParseUnits } from '../../base/index.ts';
import type { Rounding } from '../../base/index.ts';

const scale = 18;
const units = (text: string): bigint => tryParseUnits(text, scale) ?? 0n;

/** The same number in its shortest form, or undefined where the text is no number. */
export function plain(text: string): string | undefined {
  const parsed = tryParseUnits(text, scale);
  return parsed === undefined ? undefined : formatUnits(parsed, scale);
}

export const add = (a: string, b: string): string => formatUnits(units(a) + units(b), scale);
export const subtract = (a: string, b: string): string => formatUnits(units(a) - units(b), scale);
export const multiply = (a: string, b: string): string => formatUnits(units(a) * units(b), 2 * scale);
export const negate = (a: string): string => formatUnits(-units(a), scale);
export const sign = (a: string): -1 | 0 | 1 => (units(a) > 0n ? 1 : units(a) < 0n ? -1 : 0);
export const atLeast = (a: string, b: string): boolean => units(a) >= units(b);

export const larger = (a: string, b: string): string => (atLeast(a, b) ? a : b);
export const smaller = (a: string, b: string): string => (atLeast(a, b) ? b : a);

/** a ÷ b with so many decimals; a division by nothing is nothing. */
export function ratio(a: string, b: string, decimals: number, rounding: Rounding): string {
  const [numerator, denominator] = [units(a), units(b)];
  return denominator === 0n ? '0' : formatUnits(divide(numerator * pow10(decimals), denominator, rounding), decimals);
}

/** So many decimals of the text, the rest rounded away. */
export function rounded(text: string, decimals: number, rounding: Rounding): string {
  const exact = tryParseUnits(text, 2 * scale) ?? 0n;
  return formatUnits(divide(exact, pow10(2 * scale - decimals), rounding), decimals);
}
