/**
 * Who trades with whom, at what price: price first, then time, between account orders and the house.
 *
 *   T1. A trade happens at the price of the order or quote that was there first.
 *   T2. An order that may not rest ends in the turn in which it begins to trade.
 *   T3. A fill-or-kill order is filled whole or not at all.
 *   T4. Fees come out of what was received, rounded up: at most one unit in the exchange's favour.
 */
import { divide, formatUnits, notionalUnits, smaller } from '../base/index.ts';
import type { Side } from '../base/index.ts';
import type { TradeParty } from './event.ts';
import type { Level } from './house.ts';
import { accepts, mayRest, remainingUnits } from './order.ts';
import type { Order } from './order.ts';
import { isDealt, marketOf } from './turn.ts';
import type { Turn } from './turn.ts';

const opposite = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy');

/** An order enters the book: it trades with what it meets, and rests, waits for its stop, or ends. */
export function activate(turn: Turn, order: Order): void {
  const blocked = turn.state.account(order.accountId).blocked;
  const own = order.waitingForStop ? undefined : ownOrderMet(turn, order);
  if (blocked !== undefined) return turn.write({ type: 'rejected', orderId: order.id, reason: `the account is blocked: ${blocked}` });
  if (own !== undefined) return turn.write({ type: 'rejected', orderId: order.id, reason: `it would trade with order ${own.id} of the same account` });
  turn.write({ type: 'new', orderId: order.id });
  if (!isDealt(turn, order)) return missed(turn, order);
  if (!order.waitingForStop) execute(turn, order);
  else if (isTriggered(turn, order)) trigger(turn, order);
}

/** Its hours have passed while nobody looked. What may rest waits for the next ones; the rest of a day's orders expire by themselves. */
function missed(turn: Turn, order: Order): void {
  if (!mayRest(order) && order.expiresAtMs === undefined) turn.write({ type: 'cancelled', orderId: order.id, reason: 'the hours in which it could be filled have passed' });
}

/** The house quotes anew: resting orders that its prices reach are filled as far as it goes, then stops are looked at. */
export function meetHouse(turn: Turn, symbol: string): void {
  const book = turn.state.book(symbol);
  const { house } = marketOf(turn, symbol);
  for (const side of ['buy', 'sell'] as const) {
    const from = opposite(side);
    const next = (): Order | undefined => book.side(side).find((order) => isDealt(turn, order));
    for (let order = next(); order !== undefined; order = next()) {
      const nearest = house.bestPrice(from);
      if (nearest === undefined || !accepts(order, nearest)) break;
      const level = house.best(from);
      if (level === undefined || !accepts(order, level.priceUnits)) break;
      fill(turn, symbol, order.worstPriceUnits, takeFrom(level, remainingUnits(order)), null, order);
    }
  }
  for (const order of [...book.stops]) if (isTriggered(turn, order)) trigger(turn, order);
}

/** An order of the same account that this one would trade with, where that is refused. */
export function ownOrderMet(turn: Turn, order: Pick<Order, 'accountId' | 'side' | 'worstPriceUnits' | 'instrument'>, except?: Order): Order | undefined {
  if (turn.rules.selfMatch === 'allow') return undefined;
  return turn.state.book(order.instrument.symbol).against(order.side).find((other) =>
    other.accountId === order.accountId && other !== except &&
    (order.side === 'buy' ? other.worstPriceUnits <= order.worstPriceUnits : other.worstPriceUnits >= order.worstPriceUnits));
}

function isTriggered(turn: Turn, order: Order): boolean {
  const { middleUnits } = marketOf(turn, order.instrument.symbol);
  if (middleUnits === undefined || order.stopPriceUnits === undefined || !isDealt(turn, order)) return false;
  return order.side === 'buy' ? middleUnits >= order.stopPriceUnits : middleUnits <= order.stopPriceUnits;
}

function trigger(turn: Turn, order: Order): void {
  turn.write({ type: 'triggered', orderId: order.id, price: marketOf(turn, order.instrument.symbol).priceText ?? '' });
  const own = ownOrderMet(turn, order);
  if (own !== undefined) return turn.write({ type: 'cancelled', orderId: order.id, reason: `it would trade with order ${own.id} of the same account` });
  execute(turn, order);
}

function execute(turn: Turn, taker: Order): void {
  if (taker.timeInForce === 'fok' && !canFillWhole(turn, taker)) { // T3
    return turn.write({ type: 'cancelled', orderId: taker.id, reason: 'fill or kill: not enough at this price' });
  }
  const { symbol } = taker.instrument;
  for (let met = nextMet(turn, taker); met !== undefined && remainingUnits(taker) > 0n; met = nextMet(turn, taker)) {
    if ('leftUnits' in met) fill(turn, symbol, met.priceUnits, takeFrom(met, remainingUnits(taker)), taker, null);
    else fill(turn, symbol, met.worstPriceUnits, smaller(remainingUnits(met), remainingUnits(taker)), taker, met);
  }
  if (remainingUnits(taker) > 0n && !mayRest(taker)) { // T2
    turn.write({ type: 'cancelled', orderId: taker.id, reason: taker.type === 'market' ? 'nothing more to trade with' : 'immediate or cancel: the rest was not filled at once' });
  }
}

/** What this order trades with next: price first, then time. */
function nextMet(turn: Turn, taker: Order): Order | Level | undefined {
  const { symbol } = taker.instrument;
  const { house } = marketOf(turn, symbol);
  const level = house.best(opposite(taker.side));
  const order = turn.state.book(symbol).against(taker.side).find((other) => isDealt(turn, other));
  const best = order === undefined || (level !== undefined && houseGoesFirst(taker.side, level, order, house.quotedAfter)) ? level : order;
  if (best === undefined) return undefined;
  return accepts(taker, 'leftUnits' in best ? best.priceUnits : best.worstPriceUnits) ? best : undefined;
}

function houseGoesFirst(takerSide: Side, level: Level, order: Order, quotedAfter: number): boolean {
  if (level.priceUnits === order.worstPriceUnits) return order.priority > quotedAfter;
  return takerSide === 'buy' ? level.priceUnits < order.worstPriceUnits : level.priceUnits > order.worstPriceUnits;
}

function canFillWhole(turn: Turn, taker: Order): boolean {
  const { symbol } = taker.instrument;
  let missing = remainingUnits(taker);
  for (const order of turn.state.book(symbol).against(taker.side)) if (isDealt(turn, order) && accepts(taker, order.worstPriceUnits)) missing -= remainingUnits(order);
  for (const level of marketOf(turn, symbol).house.levels(opposite(taker.side))) if (accepts(taker, level.priceUnits)) missing -= level.leftUnits;
  return missing <= 0n;
}

function takeFrom(level: Level, wantedUnits: bigint): bigint {
  const units = smaller(level.leftUnits, wantedUnits);
  level.leftUnits -= units;
  return units;
}

function fill(turn: Turn, symbol: string, priceUnits: bigint, quantityUnits: bigint, taker: Order | null, maker: Order | null): void {
  const { instrument } = marketOf(turn, symbol);
  const { fees } = turn.rules;
  const party = (order: Order | null, feePpm: bigint): TradeParty | null => {
    if (order === null) return null;
    const [feeAsset, received] = order.side === 'buy'
      ? [instrument.base, quantityUnits * instrument.baseFactor] as const
      : [instrument.quote, notionalUnits(instrument, quantityUnits, priceUnits)] as const;
    const ppm = instrument.stock === undefined ? feePpm : 0n; // stocks are dealt without commission
    const fee = formatUnits(divide(received * ppm, 1_000_000n, 'up'), turn.state.scaleOf(feeAsset)); // T4
    const feeThroughMs = (Math.floor(turn.nowMs / fees.periodMs) + 1) * fees.periodMs;
    return { accountId: order.accountId, orderId: order.id, side: order.side, feeAsset, fee, feeThroughMs };
  };
  turn.write({
    type: 'trade', match: turn.state.matches + 1, symbol,
    price: formatUnits(priceUnits, instrument.priceScale), quantity: formatUnits(quantityUnits, instrument.quantityScale),
    taker: party(taker, fees.takerPpm), maker: party(maker, fees.makerPpm),
  });
}
