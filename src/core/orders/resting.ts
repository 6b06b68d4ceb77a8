/**
 * At which prices orders of ours are open, per market and side: so that nobody trades with himself.
 *
 * A stop-limit order stands in no book until it wakes, and is not counted here. What can be derived is derived again after a start.
 */
import type { Side } from '../../base/index.ts';
import { marketKey } from '../market/index.ts';
import type { Order } from './order.ts';

type Prices = { readonly counts: Map<bigint, number>; best: bigint | undefined; stale: boolean; atAnyPrice: number };

export class RestingPrices {
  readonly #sides = new Map<string, Prices>();

  /** @param by 1 when the order opens, -1 when it is not open any more */
  change({ venue, symbol, side, orderType, limitPriceUnits }: Pick<Order, 'venue' | 'symbol' | 'side' | 'orderType' | 'limitPriceUnits'>, by: 1 | -1): void {
    if (orderType === 'stop-limit') return;
    const prices = this.#at(venue, symbol, side);
    if (limitPriceUnits === undefined) {
      prices.atAnyPrice += by;
      return;
    }
    const count = (prices.counts.get(limitPriceUnits) ?? 0) + by;
    if (count > 0) prices.counts.set(limitPriceUnits, count);
    else prices.counts.delete(limitPriceUnits);
    if (count > 0 && !prices.stale) prices.best = better(side, prices.best, limitPriceUnits);
    else if (prices.best === limitPriceUnits) prices.stale = true; // looked for again when somebody asks
  }

  /** The price at which the other side would first meet one of ours, and whether one of ours takes any price. */
  of(venue: string, symbol: string, side: Side): { readonly bestPriceUnits: bigint | undefined; readonly atAnyPrice: boolean } {
    const prices = this.#sides.get(`${marketKey(venue, symbol)} ${side}`);
    if (prices === undefined) return NOTHING;
    if (prices.stale) {
      prices.best = undefined;
      for (const price of prices.counts.keys()) prices.best = better(side, prices.best, price);
      prices.stale = false;
    }
    return { bestPriceUnits: prices.best, atAnyPrice: prices.atAnyPrice > 0 };
  }

  clear(): void {
    this.#sides.clear();
  }

  #at(venue: string, symbol: string, side: Side): Prices {
    const key = `${marketKey(venue, symbol)} ${side}`;
    const known = this.#sides.get(key);
    if (known !== undefined) return known;
    const fresh: Prices = { counts: new Map(), best: undefined, stale: false, atAnyPrice: 0 };
    this.#sides.set(key, fresh);
    return fresh;
  }
}

const NOTHING = { bestPriceUnits: undefined, atAnyPrice: false } as const;

const better = (side: Side, best: bigint | undefined, price: bigint): bigint => (best === undefined || (side === 'buy' ? price > best : price < best) ? price : best);
