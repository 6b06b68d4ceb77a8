/**
 * Rates between currencies, for limits that are not counted in the asset of an order.
 *
 *   X1. A rate that is missing, or older than its limit, is no rate: what needs it is refused, never guessed.
 *   X2. What is converted is rounded up: nobody is let pass by a rounding.
 */
import { divide, pow10 } from '../../base/index.ts';

/** The decimals in which totals over several assets are counted. */
export const VALUE_SCALE = 8;

/** For one whole coin: `numerator / denominator` of the other. */
export type Rate = { readonly numerator: bigint; readonly denominator: bigint; readonly seenAtMs: number };
/** What one asset is worth in another now, or why nobody knows. */
export type Rates = { rate(from: string, to: string): Rate | { readonly why: string } };

export const noRates: Rates = { rate: (from, to) => ({ why: `no rate between ${from} and ${to} is known` }) };

export type Converted = { readonly units: bigint } | { readonly why: string };

/** An amount of one asset in another. */
export function converted(rates: Rates, amount: { readonly asset: string; readonly units: bigint; readonly scale: number }, to: { readonly asset: string; readonly scale: number }, maxAgeMs: number, nowMs: number): Converted {
  if (amount.asset === to.asset) return { units: rescaled(amount.units, amount.scale, to.scale) };
  const rate = rates.rate(amount.asset, to.asset);
  if ('why' in rate) return rate; // X1
  const ageMs = nowMs - rate.seenAtMs;
  if (ageMs > maxAgeMs) return { why: `the rate between ${amount.asset} and ${to.asset} is ${ageMs} ms old` };
  return { units: divide(amount.units * rate.numerator * pow10(to.scale), rate.denominator * pow10(amount.scale), 'up') }; // X2
}

const rescaled = (units: bigint, from: number, to: number): bigint => (to >= from ? units * pow10(to - from) : divide(units, pow10(from - to), 'up'));
