/**
 * An instrument as it is listed here: with how many units of a balance one unit of its quantity is.
 *
 * An asset has one scale, the finest in which any instrument counts it, or its balance would mean two things: USDC is bought
 * in nine decimals and paid with in twelve.
 */
import { larger, pow10 } from '../base/index.ts';
import type { DeskInstrument } from '../ports/index.ts';
import { ExchangeOptionsError } from './errors.ts';

export type Listing = DeskInstrument & { readonly baseFactor: bigint };

export type Listings = { readonly listings: readonly Listing[]; readonly scales: ReadonlyMap<string, number> };

export function listed(instruments: readonly DeskInstrument[]): Listings {
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

const oneDollarCents = 100n;

/** The smallest step of a price here. A stock at a dollar or more goes by whole cents, below that as finely as it is listed. */
export function tickUnitsAt({ stock, priceScale, priceTickUnits }: Listing, priceUnits: bigint): bigint {
  if (stock === undefined || priceUnits < pow10(priceScale)) return priceTickUnits;
  return larger(priceTickUnits, pow10(priceScale) / oneDollarCents);
}
