/**
 * What all positions are worth together in the worst case, in one currency: over every venue, and so over every strategy. Rates are those
 * by which the account is valued.
 *
 * A position is what is held of an asset that some instrument trades as its base; what things are paid with is money, not a position.
 *
 *   T1. What cannot be valued makes the total unknown, and an unknown total lets nothing pass. It is never left out.
 *   T2 in spans.ts, K1 and K2 in totals.ts.
 */
import type { Total } from '../limits/index.ts';
import type { Prices } from '../market/index.ts';
import type { World } from '../world.ts';
import type { Change } from './spans.ts';
import { Totals } from './totals.ts';

const known = new WeakMap<World, Map<string, Totals>>(); // by currency

function totalsOf(world: World, asset: string): Totals {
  const all = known.get(world) ?? new Map<string, Totals>();
  known.set(world, all);
  const totals = all.get(asset) ?? new Totals(asset);
  all.set(asset, totals);
  return totals;
}

export function totalIn(world: World, prices: Prices, change: Change, nowMs: number): (asset: string) => Total {
  let last: { readonly asset: string; readonly total: Total } | undefined; // two limits ask for it, mostly in the same currency
  return (asset) => (last?.asset === asset ? last : (last = { asset, total: totalsOf(world, asset).total(world, prices, change, nowMs) })).total;
}

/** Brings the sums that limits rest on up to date, so that the next order need not: for whoever has just seen prices. */
export function followTotals(world: World, prices: Prices, nowMs: number): void {
  for (const limit of [world.limits?.maxNetValue, world.limits?.maxGrossValue]) if (limit !== undefined) totalsOf(world, limit.asset).follow(world, prices, nowMs);
}
