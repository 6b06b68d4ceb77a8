/**
 * What is traded, and in which whole units its quantities, prices and amounts are counted.
 *
 * quantity: 10^-quantityScale of the base asset · price: 10^-priceScale of the quote asset for one whole base ·
 * amount: 10^-quoteScale of the quote asset. `quoteScale >= quantityScale + priceScale`, so quantity × price is
 * always a whole amount: notional needs no rounding.
 */
import { invariant } from './failure.ts';
import { pow10 } from './money.ts';

export type Side = 'buy' | 'sell';

export type Instrument = {
  readonly symbol: string; // "BTC/USD"
  readonly base: string;
  readonly quote: string;
  readonly quantityScale: number;
  readonly priceScale: number;
  readonly quoteScale: number;
  readonly quantityStepUnits: bigint; // smallest step of a quantity
  readonly minQuantityUnits: bigint;
  readonly minNotionalUnits: bigint; // in quote units; 0n where the venue has none
  readonly priceTickUnits: bigint; // smallest step of a price
};

/** The value of a quantity at a price, in quote units. Exact. */
export function notionalUnits(instrument: Instrument, quantityUnits: bigint, priceUnits: bigint): bigint {
  const spare = instrument.quoteScale - instrument.quantityScale - instrument.priceScale;
  invariant(spare >= 0, `the quote scale of ${instrument.symbol} holds quantity times price`);
  return quantityUnits * priceUnits * pow10(spare);
}
