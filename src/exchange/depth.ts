/** One side of a book as anybody sees it: what the house offers and what rests, summed by price, best first. Waiting stops are nobody's business. */
import { formatUnits } from '../base/index.ts';
import type { Side } from '../base/index.ts';
import type { DeskLevel } from '../ports/index.ts';
import type { Book } from './book.ts';
import type { Market } from './market.ts';
import { remainingUnits } from './order.ts';

export function depthOf({ house, instrument }: Market, book: Book, side: Side): readonly DeskLevel[] {
  const sizes = new Map<bigint, bigint>();
  const add = (priceUnits: bigint, units: bigint): void => void (units > 0n && sizes.set(priceUnits, (sizes.get(priceUnits) ?? 0n) + units));
  for (const { priceUnits, leftUnits } of house.levels(side)) add(priceUnits, leftUnits);
  for (const order of book.side(side)) add(order.worstPriceUnits, remainingUnits(order));
  const better = (a: bigint, b: bigint): number => (a === b ? 0 : a < b === (side === 'sell') ? -1 : 1);
  return [...sizes].sort(([a], [b]) => better(a, b)).map(([priceUnits, units]) =>
    ({ price: formatUnits(priceUnits, instrument.priceScale), size: formatUnits(units, instrument.quantityScale) }));
}
