/**
 * Rates between currencies, for limits that are not counted in the asset of an order.
 *
 *   X1. A rate that is missing, or older than its limit, is no rate: what needs it is refused, never guessed.
 *   X2. What is converted is rounded up: nobody is let pass by a rounding.
 */
import { divide, pow10 } from '../../base/index.ts';

/** The decimals in which totals over several assets are counted. */
export const VALUE_SCALE = 8;

/** Units of `to` for a million units of `from`, as whole coins: 1_000_000 is one to one. */
export type Rate = { readonly ppm: bigint; readonly seenAtMs: number };
export type Rates = { rate(from: string, to: string): Rate | undefined };

export const noRates: Rates = { rate: () => undefined };

export type Converted = { readonly units: bigint } | { readonly why: string };

/** An amount of one asset in another. */
export function converted(rates: Rates, amount: { readonly asset: string; readonly units: bigint; readonly scale: number }, to: { readonly asset: string; readonly scale: number }, maxAgeMs: number, nowMs: number): Converted {
  if (amount.asset === to.asset) return { units: rescaled(amount.units, amount.scale, to.scale) };
  const rate = rates.rate(amount.asset, to.asset);
  if (rate === undefined) return { why: `no rate between ${amount.asset} and ${to.asset} is known` }; // X1
  const ageMs = nowMs - rate.seenAtMs;
  if (ageMs > maxAgeMs) return { why: `the rate between ${amount.asset} and ${to.asset} is ${ageMs} ms old` };
  return { units: rescaled(divide(amount.units * rate.ppm, 1_000_000n, 'up'), amount.scale, to.scale) }; // X2
}

const rescaled = (units: bigint, from: number, to: number): bigint => (to >= from ? units * pow10(to - from) : divide(units, pow10(from - to), 'up'));
