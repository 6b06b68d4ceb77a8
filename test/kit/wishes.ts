/**
 * Orders that are changed in a history of the core, and what must hold of a wish and all its orders whatever happens (C47):
 *
 *   at the venue never more is executed under it than was asked for: the larger of before and after while an amend is under way ·
 *   never two of its orders are open at once, there or on their way · what counts here is the larger of the two, never both.
 */
import assert from 'node:assert/strict';
import { formatUnits, larger } from '../../src/base/index.ts';
import { instrumentAt, openUnits, orderById, totalUnits } from '../../src/core/index.ts';
import type { Order, World } from '../../src/core/index.ts';
import { routed } from './core.ts';
import type { Bench, Taken } from './core.ts';
import { isLive } from './model-venue.ts';
import type { ModelVenue } from './model-venue.ts';

/** Asks an order that is live to become another one: smaller or larger, cheaper or dearer. */
export function amendOne(bench: Bench, key: string, die: number): Taken | undefined {
  const live = [...bench.world.orders.live.values()];
  const order = live[die % Math.max(1, live.length)];
  if (order === undefined) return undefined;
  const { quantityText: _quantity, limitPriceText: _limit, ...wish } = routed({ key, action: 'amend', amends: { orderId: order.id } }).signal;
  const instrument = instrumentAt(bench.world.market, order.venue, order.symbol);
  assert.ok(instrument !== undefined, 'what is live is listed');
  const quantityText = formatUnits((totalUnits(order) * BigInt(2 + die % 17)) / 10n, instrument.quantityScale);
  const limitPriceText = formatUnits(((order.limitPriceUnits ?? 2_000_000n) * BigInt(960 + die % 80)) / 1_000n, instrument.priceScale);
  const changes = [{ quantityText }, { limitPriceText }, { quantityText, limitPriceText }][die % 3] ?? {};
  return bench.take({ kind: 'signal', routed: { signal: { ...wish, ...changes, content: JSON.stringify([order.id, changes]) }, venue: order.venue, symbol: order.symbol, windowMs: 0 } });
}

/** By brute force, from every order there is. */
export function worstByHand(world: World, order: Order): bigint {
  const amend = [...world.orders.amends.values()].find(({ orderId }) => orderId === order.id);
  return amend === undefined ? openUnits(order) : larger(openUnits(order), amend.totalUnits - (order.earlierUnits ?? 0n) - order.filledUnits);
}

export function assertWishes({ world }: Bench, venue: ModelVenue): void {
  const wishes = new Map<string, Order[]>();
  for (const order of [...world.orders.live.values(), ...world.orders.done.values()]) wishes.set(order.wish ?? order.id, [...wishes.get(order.wish ?? order.id) ?? [], order]);
  for (const [wish, orders] of wishes) {
    if (orders.length < 2 && orders[0]?.amend === undefined) continue;
    const last = orders.filter(({ replacedBy }) => replacedBy === undefined);
    assert.equal(last.length, 1, `one order of a wish stands last (${wish})`);
    const names = new Set(orders.flatMap(({ clientOrderIds }) => clientOrderIds));
    const there = venue.orders.filter(({ clientOrderId }) => names.has(clientOrderId));
    const executed = there.reduce((sum, { filledUnits }) => sum + filledUnits, 0n);
    const pending = [...world.orders.amends.values()].find(({ orderId }) => orderId === last[0]?.id);
    const asked = larger(last[0] === undefined ? 0n : totalUnits(last[0]), pending?.totalUnits ?? 0n);
    assert.ok(executed <= asked, `${executed} is executed under ${wish}, and ${asked} was asked for`);
    const open = there.filter(isLive).length + venue.flying.filter(({ order }) => names.has(order.clientOrderId)).length;
    assert.ok(open <= 1, `${open} orders of ${wish} are open or on their way`);
    for (const { replaces } of orders) if (replaces !== undefined) assert.ok(orderById(world.orders, replaces) !== undefined, 'what is followed is known');
  }
}
