/**
 * An instrument as it is listed here: with how many units of a balance one unit of its quantity is.
 *
 * An asset has one scale, the finest in which any instrument counts it, or its balance would mean two things: USDC is bought
 * in nine decimals and paid with in twelve.
 */
import { pow10 } from '../base/index.ts';
import type { Instrument } from '../base/index.ts';
import { ExchangeOptionsError } from './errors.ts';

export type Listing = Instrument & { readonly baseFactor: bigint };

export type Listings = { readonly listings: readonly Listing[]; readonly scales: ReadonlyMap<string, number> };

export function listed(instruments: readonly Instrument[]): Listings {
  const scales = new Map<string, number>();
  const claim = (asset: string, scale: number): void => void scales.set(asset, Math.max(scale, scales.get(asset) ?? 0));
  for (const { symbol, base, quote, quantityScale, priceScale, quoteScale } of instruments) {
    if (quoteScale < quantityScale + priceScale) throw new ExchangeOptionsError(`the quote scale of ${symbol} does not hold quantity times price`);
    claim(base, quantityScale);
    claim(quote, quoteScale);
  }
  const listings = instruments.map((instrument) => {
    const { symbol, base, quote, quantityScale, quoteScale } = instrument;
    if (scales.get(quote) !== quoteScale) throw new ExchangeOptionsError(`${symbol} counts ${quote} with ${quoteScale} decimals, another instrument with ${scales.get(quote)}`);
    return { ...instrument, baseFactor: pow10((scales.get(base) ?? quantityScale) - quantityScale) };
  });
  return { listings, scales };
}
