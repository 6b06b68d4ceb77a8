/** What an order may come to: the reference price, the edges of the collar around it, and the worst price and value within them. */
import { divide, larger, notionalUnits } from '../../base/index.ts';
import type { Case } from './case.ts';

export const PPM = 1_000_000n;

export type Sizes = {
  readonly referenceUnits: bigint;
  readonly lowestUnits: bigint;
  readonly highestUnits: bigint;
  readonly worstPriceUnits: bigint; // the price assumed for value and reservation
  readonly valueUnits: bigint; // of the whole order at that price, in the quote asset
};

/** Undefined without a price; without a collar a market order is taken to cost twice the reference. */
export function sizesOf(given: Case): Sizes | undefined {
  if (given.sizes !== undefined) return given.sizes;
  const { price, proposal, limits } = given;
  if (price === undefined) return undefined;
  const { instrument, limitPriceUnits, side } = proposal;
  const collarPpm = limits?.priceCollarPpm[instrument.symbol] ?? Number(PPM);
  const referenceUnits = divide(price.bidUnits + price.askUnits, 2n, 'down');
  const [lowestUnits, highestUnits] = [divide(referenceUnits * (PPM - BigInt(collarPpm)), PPM, 'up'), divide(referenceUnits * (PPM + BigInt(collarPpm)), PPM, 'down')];
  const worstPriceUnits = limitPriceUnits === undefined ? highestUnits : side === 'buy' ? limitPriceUnits : larger(limitPriceUnits, referenceUnits);
  return { referenceUnits, lowestUnits, highestUnits, worstPriceUnits, valueUnits: notionalUnits(instrument, proposal.quantityUnits, worstPriceUnits) };
}
