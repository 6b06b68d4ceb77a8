/**
 * The orders by which the independent path closes what a venue shows to be held.
 *
 *   C1. An order takes at most what the venue has just shown, and is sent only where no other order is open: it reduces and never turns.
 *   C2. Its name follows from the stop, the place and the round, so that one who begins again cannot close twice.
 *   C3. A round is over only with evidence: the venue shows the order final, or its absence after it could still have arrived.
 */
import { divide } from '../../base/index.ts';
import type { Instrument, Side } from '../../base/index.ts';
import { clientOrderIdFor, orderIdOf, sizeOf } from '../../core/index.ts';
import type { Sized } from '../../core/index.ts';
import type { Capabilities, Quote, VenueOrder } from '../../ports/index.ts';

const LIMIT_ROUNDS = 2; // then at market
const COLLAR_PPM = 10_000n; // how far beyond the best price a limit may lie
const PPM = 1_000_000n;

/** What would close it, as a kill of the runtime sizes it; undefined where less is held than the venue lets anybody trade. */
export const closable = (instrument: Instrument, positionUnits: bigint, quote: Quote | undefined): Sized | undefined =>
  sizeOf(instrument, positionUnits, { buyUnits: 0n, sellUnits: 0n }, quote === undefined ? undefined : { ...quote, seenAtMs: quote.atMs, source: 'venue' });

/** C2 */
export const closingId = (at: { readonly stopId: string; readonly venue: string; readonly symbol: string; readonly round: number }, capabilities: Capabilities): string =>
  clientOrderIdFor(orderIdOf(`independent/${at.stopId}/${at.venue}/${at.symbol}/${at.round}`), 1, capabilities);

/** C1: from limit to market. */
export function closingOrder(instrument: Instrument, { side, quantityUnits }: Sized, quote: Quote | undefined, round: number, clientOrderId: string): VenueOrder {
  const limitPriceUnits = round > LIMIT_ROUNDS || quote === undefined ? undefined : limitOf(instrument, side, quote);
  return {
    clientOrderId, instrument, side, quantityUnits, timeInForce: 'ioc', closes: true,
    ...(limitPriceUnits === undefined ? { type: 'market' } : { type: 'limit', limitPriceUnits }),
  };
}

/** Beyond the best price by the collar, in whole ticks inside it. */
function limitOf({ priceTickUnits }: Instrument, side: Side, { bidUnits, askUnits }: Quote): bigint {
  const furthest = side === 'sell' ? divide(bidUnits * (PPM - COLLAR_PPM), PPM, 'up') : divide(askUnits * (PPM + COLLAR_PPM), PPM, 'down');
  const over = furthest % priceTickUnits;
  return side === 'sell' && over > 0n ? furthest + priceTickUnits - over : furthest - over;
}
