/**
 * At which prices orders of ours are open, per market and side: so that nobody trades with himself.
 *
 * A stop-limit order stands in no book until it wakes, and is not counted here. What can be derived is derived again after a start.
 */
import { Heap } from '../../base/index.ts';
import type { Side } from '../../base/index.ts';
import { marketKey } from '../market/index.ts';
import type { Order } from './order.ts';

type Prices = { readonly side: Side; readonly counts: Map<bigint, number>; best: Heap<bigint>; gone: number; atAnyPrice: number };

export class RestingPrices {
  readonly #markets = new Map<string, { buy?: Prices; sell?: Prices }>();

  /** @param by 1 when the order opens, -1 when it is not open any more */
  change({ venue, symbol, side, orderType, limitPriceUnits }: Pick<Order, 'venue' | 'symbol' | 'side' | 'orderType' | 'limitPriceUnits'>, by: 1 | -1): void {
    if (orderType === 'stop-limit') return;
    const prices = this.#at(venue, symbol, side);
    if (limitPriceUnits === undefined) {
      prices.atAnyPrice += by;
      return;
    }
    const before = prices.counts.get(limitPriceUnits); // nothing is left where nobody stands any more, until it is met at the top
    if (before === undefined) prices.best.add(limitPriceUnits);
    const count = (before ?? 0) + by;
    prices.counts.set(limitPriceUnits, count);
    if (count === 0) prices.gone += 1;
    else if (before === 0) prices.gone -= 1;
    if (prices.gone > 64 && prices.gone * 2 > prices.counts.size) sweep(prices);
  }

  /** The price at which the other side would first meet one of ours, and whether one of ours takes any price. */
  of(venue: string, symbol: string, side: Side): { readonly bestPriceUnits: bigint | undefined; readonly atAnyPrice: boolean } {
    const prices = this.#markets.get(marketKey(venue, symbol))?.[side];
    return prices === undefined ? NOTHING : { bestPriceUnits: bestOf(prices), atAnyPrice: prices.atAnyPrice > 0 };
  }

  clear(): void {
    this.#markets.clear();
  }

  #at(venue: string, symbol: string, side: Side): Prices {
    const key = marketKey(venue, symbol);
    let market = this.#markets.get(key);
    if (market === undefined) this.#markets.set(key, (market = {}));
    return (market[side] ??= { side, counts: new Map(), best: new Heap(better[side]), gone: 0, atAnyPrice: 0 });
  }
}

const NOTHING = { bestPriceUnits: undefined, atAnyPrice: false } as const;
const better = { buy: (a: bigint, b: bigint) => a > b, sell: (a: bigint, b: bigint) => a < b } as const;

function bestOf(prices: Prices): bigint | undefined {
  for (let first = prices.best.first; first !== undefined; first = prices.best.first) {
    if (prices.counts.get(first) !== 0) return first;
    prices.best.take();
    prices.counts.delete(first);
    prices.gone -= 1;
  }
  return undefined;
}

/** So that prices at which nobody stands any more are not kept below one at which somebody always does. */
function sweep(prices: Prices): void {
  for (const [price, count] of prices.counts) if (count === 0) prices.counts.delete(price);
  prices.best = new Heap(better[prices.side], prices.counts.keys());
  prices.gone = 0;
}
