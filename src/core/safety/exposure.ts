/**
 * What may still be bought and sold of an asset, whichever instrument it is traded in.
 *
 * A position is held in an asset, and one asset is traded in several instruments: BTC/USD, BTC/USDT. What is open in one of
 * them is as much a part of the worst case as what is open in another.
 */
import type { Instrument } from '../../base/index.ts';
import { exposureOf } from '../orders/index.ts';
import type { World } from '../world.ts';

type Open = { readonly market: Pick<World['market'], 'listings'>; readonly orders: World['orders'] };

export function openAround(world: Open, venue: string, { base }: Pick<Instrument, 'base'>): { readonly buyUnits: bigint; readonly sellUnits: bigint } {
  let [buyUnits, sellUnits] = [0n, 0n];
  for (const { symbol } of world.market.listings.around(venue, base)) {
    const open = exposureOf(world.orders, venue, symbol);
    buyUnits += open.buyUnits;
    sellUnits += open.sellUnits;
  }
  return { buyUnits, sellUnits };
}
