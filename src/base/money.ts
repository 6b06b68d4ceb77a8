/**
 * Exact amounts: whole units of 10^-scale, as `bigint`. Text becomes units without passing through a float.
 *
 *   M1. `formatUnits(parseUnits(text, s), s)` is the same number as `text`, or `parseUnits` refuses it.
 *   M2. Every division names its rounding; nothing rounds by default.
 */
import { BreakwaterError } from './failure.ts';

export type Rounding = 'up' | 'down';

export class AmountError extends BreakwaterError {
  readonly code = 'BW-5001';
  readonly retryable = false;
}

const powers: bigint[] = Array.from({ length: 40 }, (_, exponent) => 10n ** BigInt(exponent));
export const pow10 = (exponent: number): bigint => powers[exponent] ?? 10n ** BigInt(exponent);

const decimal = /^([+-])?(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Decimal text to units of 10^-scale. Refuses what is no number, and digits below the scale unless they are zeros. */
export function parseUnits(text: string, scale: number): bigint {
  const units = tryParseUnits(text, scale);
  if (units === undefined) throw new AmountError(`"${text.slice(0, 60)}" is not a decimal number with at most ${scale} decimals. Nothing was booked or sent; correct the amount.`);
  return units;
}

export function tryParseUnits(text: string, scale: number): bigint | undefined {
  const match = decimal.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponentText = '0'] = match;
  const digits = BigInt(whole + fraction);
  const shift = scale - fraction.length + Number(exponentText);
  let units: bigint;
  if (shift >= 0) units = digits * pow10(shift);
  else {
    const divisor = pow10(-shift);
    if (digits % divisor !== 0n) return undefined;
    units = digits / divisor;
  }
  return sign === '-' ? -units : units;
}

/** Like `parseUnits`, but digits below the scale are rounded away, in the direction named. For prices and estimates, never for booked quantities. */
export function parseUnitsRounded(text: string, scale: number, rounding: Rounding): bigint | undefined {
  const exact = tryParseUnits(text, scale);
  if (exact !== undefined) return exact;
  const finer = tryParseUnits(text, 60);
  return finer === undefined ? undefined : divide(finer, pow10(60 - scale), rounding);
}

/** Units to the shortest decimal text: no exponent, no trailing zeros. */
export function formatUnits(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Integer division; `up` is away from zero, `down` towards it. */
export function divide(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator;
  if (rounding === 'down' || numerator % denominator === 0n) return quotient;
  return numerator < 0n === denominator < 0n ? quotient + 1n : quotient - 1n;
}

export const absolute = (units: bigint): bigint => (units < 0n ? -units : units);
export const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
