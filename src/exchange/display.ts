/** How a market is shown: the book as anybody sees it, the best of it, and what was quoted before. */
import { formatUnits } from '../base/index.ts';
import type { Side } from '../base/index.ts';
import type { DeskBook, DeskLevel, DeskQuote } from '../ports/index.ts';
import type { Book } from './book.ts';
import type { Market } from './market.ts';
import { remainingUnits } from './order.ts';

export function showBook(market: Market, book: Book, atMs: number): DeskBook {
  return { symbol: market.instrument.symbol, bids: depthOf(market, book, 'buy'), asks: depthOf(market, book, 'sell'), atMs };
}

/** The best of both sides; undefined where one of them is empty. */
export function showQuote(market: Market, { symbol, bids: [bid], asks: [ask], atMs }: DeskBook): DeskQuote | undefined {
  if (bid === undefined || ask === undefined) return undefined;
  return { symbol, bid: bid.price, ask: ask.price, bidSize: bid.size, askSize: ask.size, last: market.priceText ?? bid.price, atMs };
}

/** What the house quoted around each price that the tape has seen in this time. */
export function pastQuotes({ instrument: { symbol, priceScale, quantityScale }, tape, house }: Market, fromMs: number, untilMs: number): readonly DeskQuote[] {
  const price = (units: bigint): string => formatUnits(units, priceScale);
  const size = (units: bigint): string => formatUnits(units, quantityScale);
  return tape.moves(fromMs, untilMs).flatMap(({ atMs, middleUnits, tick }) => {
    const quoted = house.firstQuoted(middleUnits, tick);
    if (quoted === undefined) return [];
    const { buy, sell } = quoted;
    return [{ symbol, atMs, last: price(middleUnits), bid: price(buy.priceUnits), bidSize: size(buy.leftUnits), ask: price(sell.priceUnits), askSize: size(sell.leftUnits) }];
  });
}

/** One side: what the house offers and what rests, summed by price, best first. Waiting stops are nobody's business. */
function depthOf({ house, instrument }: Market, book: Book, side: Side): readonly DeskLevel[] {
  const sizes = new Map<bigint, bigint>();
  const add = (priceUnits: bigint, units: bigint): void => void (units > 0n && sizes.set(priceUnits, (sizes.get(priceUnits) ?? 0n) + units));
  for (const { priceUnits, leftUnits } of house.levels(side)) add(priceUnits, leftUnits);
  for (const order of book.side(side)) add(order.worstPriceUnits, remainingUnits(order));
  const better = (a: bigint, b: bigint): number => (a === b ? 0 : a < b === (side === 'sell') ? -1 : 1);
  return [...sizes].sort(([a], [b]) => better(a, b)).map(([priceUnits, units]) =>
    ({ price: formatUnits(priceUnits, instrument.priceScale), size: formatUnits(units, instrument.quantityScale) }));
}
