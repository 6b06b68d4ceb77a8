/**
 * The orders by which a kill or a flatten closes positions.
 *
 *   F1. A closing order takes at most what the venue holds for us, less all that other orders of either side may still take of it: it can
 *       reduce a position and never turn it, whatever becomes of the others.
 *   F2. One at a time for an asset at a venue, whoever asks: the next one is sized only after the last one is over, with evidence.
 *   F3. It is sent in the turn that sized it, or never: what was put off is given up and sized afresh.
 *   F4. It needs neither price nor limit, and passes quarantines and differences: a position that may not be closed is the greater danger.
 */
import { divide, notionalUnits } from '../../base/index.ts';
import type { Instrument, Side } from '../../base/index.ts';
import { sha256Hex } from '../../journal/index.ts';
import { isOpened } from '../ledger/index.ts';
import { reducibleUnits } from '../limits/index.ts';
import { instrumentAt } from '../market/index.ts';
import type { Price, Prices } from '../market/index.ts';
import { clientOrderIdFor, orderById, orderIdOf, ownedBy } from '../orders/index.ts';
import type { Order } from '../orders/index.ts';
import type { WrittenFact } from '../events.ts';
import type { World } from '../world.ts';
import { openAround } from './exposure.ts';
import { isConfirmedAt, isUnderWay } from './stops.ts';
import type { Moved } from './stops.ts';

/** Who asks for closing orders: no source of signals can be called that. */
export const CLOSER = 'breakwater.kill';

export type CloseOut = {
  readonly id: string; // of the stop
  readonly venue: string;
  readonly symbol: string;
  readonly positionUnits: bigint; // as the venue has just shown it; negative where it is short
  readonly collarPpm: number; // how far a limit may lie beyond the best price
  readonly atMarket: boolean;
};

const PPM = 1_000_000n;

export type Sized = { readonly side: Side; readonly quantityUnits: bigint; readonly openUnits: bigint };

type Open = { readonly buyUnits: bigint; readonly sellUnits: bigint };

/** F1. Undefined where nothing is left that could be traded. @param open what may still be bought and sold of the asset by others */
export function sizeOf(instrument: Instrument, positionUnits: bigint, open: Open, price: Price | undefined): Sized | undefined {
  const side: Side = positionUnits >= 0n ? 'sell' : 'buy';
  const free = reducibleUnits({ positionUnits, openBuyUnits: open.buyUnits, openSellUnits: open.sellUnits }, side);
  const quantityUnits = free - free % instrument.quantityStepUnits;
  return isDust(instrument, quantityUnits, price) ? undefined : { side, quantityUnits, openUnits: side === 'sell' ? open.sellUnits : open.buyUnits };
}

/** Less than the venue lets anybody trade. */
export function isDust(instrument: Instrument, units: bigint, price: Price | undefined): boolean {
  const held = units < 0n ? -units : units;
  const whole = held - held % instrument.quantityStepUnits;
  if (whole < instrument.minQuantityUnits || whole <= 0n) return true;
  return price !== undefined && notionalUnits(instrument, whole, price.bidUnits) < instrument.minNotionalUnits;
}

export function closeOut(world: World, prices: Prices, input: CloseOut, nowMs: number, emit: (fact: WrittenFact) => void): Moved {
  const { id, venue, symbol, positionUnits } = input;
  const stop = world.stops.get(id);
  const instrument = instrumentAt(world.market, venue, symbol);
  const profile = world.market.venues.get(venue);
  if (stop === undefined || !isUnderWay(stop) || isConfirmedAt(stop, venue)) return none('that stop is not under way there');
  if (instrument === undefined || profile === undefined) return none(`${symbol} is not listed at ${venue}`);
  if (!isOpened(world.ledger, venue, [instrument.base, instrument.quote])) return none(`the books of ${venue} are not opened`);
  const before = closingUnderWay(world, venue, instrument);
  if (before !== undefined) return none(`${before.id} closes it already`); // F2
  const price = prices.price(venue, symbol, nowMs);
  const sized = sizeOf(instrument, positionUnits, openAround(world, venue, instrument), price);
  if (sized === undefined) return none('nothing is left that could be traded');

  let round = (stop.closings[`${venue} ${symbol}`]?.round ?? 0) + 1;
  while (orderById(world.orders, orderIdOf(keyOf(input, round))) !== undefined) round += 1; // somebody has used up its key
  const key = keyOf(input, round);
  const orderId = orderIdOf(key);
  const limitPriceUnits = input.atMarket || price === undefined ? undefined : limitOf(instrument, sized.side, price, BigInt(input.collarPpm));
  emit({ type: 'kill.closing', id, venue, symbol, round, orderId, side: sized.side, quantityUnits: sized.quantityUnits, positionUnits, openUnits: sized.openUnits }); // first: a key that was used must be known as used
  emit({
    type: 'order.intended', orderId, venue, symbol, key, content: sha256Hex(key), source: CLOSER, strategy: CLOSER, ...ownedBy(CLOSER), action: 'close', side: sized.side, quantityUnits: sized.quantityUnits,
    orderType: limitPriceUnits === undefined ? 'market' : 'limit', timeInForce: 'ioc', ...(limitPriceUnits === undefined ? {} : { limitPriceUnits }),
  });
  const worstPriceUnits = limitPriceUnits ?? (price === undefined ? 0n : sized.side === 'buy' ? price.askUnits : price.bidUnits);
  emit({
    type: 'order.prepared', orderId, attempt: 1, clientOrderId: clientOrderIdFor(orderId, 1, profile.capabilities),
    ...(sized.side === 'sell' ? { reserveAsset: instrument.base, reserveUnits: sized.quantityUnits } : { reserveAsset: instrument.quote, reserveUnits: notionalUnits(instrument, sized.quantityUnits, worstPriceUnits) }),
    worstPriceUnits, referencePriceUnits: price === undefined ? 0n : divide(price.bidUnits + price.askUnits, 2n, 'down'), referenceSource: price?.source ?? 'none', referenceAgeMs: price === undefined ? 0 : nowMs - price.seenAtMs,
  });
  emit({ type: 'order.sending', orderId, attempt: 1, timeoutMs: profile.submitTimeoutMs, arrivesByMs: nowMs + profile.submitTimeoutMs + profile.capabilities.arrivalBoundMs });
  return { kind: 'done' };
}

/** F2 */
export function closingUnderWay({ orders, market }: World, venue: string, { base }: Pick<Instrument, 'base'>): Order | undefined {
  for (const order of orders.live.values()) {
    if (order.source === CLOSER && order.venue === venue && instrumentAt(market, venue, order.symbol)?.base === base) return order;
  }
  return undefined;
}

const keyOf = ({ id, venue, symbol }: CloseOut, round: number): string => `kill/${id}/${venue}/${symbol}/${round}`;

/** Beyond the best price by the collar, in whole ticks inside it. */
function limitOf({ priceTickUnits }: Instrument, side: Side, { bidUnits, askUnits }: Price, collarPpm: bigint): bigint {
  const furthest = side === 'sell' ? divide(bidUnits * (PPM - collarPpm), PPM, 'up') : divide(askUnits * (PPM + collarPpm), PPM, 'down');
  const over = furthest % priceTickUnits;
  return side === 'sell' && over > 0n ? furthest + priceTickUnits - over : furthest - over;
}

const none = (why: string): Moved => ({ kind: 'nothing-to-do', why });
