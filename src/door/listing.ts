/**
 * Orders as a list: which of them, and to whom they belong.
 *
 *   L1. Orders that nobody here asked for stand beside ours, and belong to nobody here: a list of somebody's orders does not hold them.
 */
import { formatUnits } from '../base/index.ts';
import { belongingOf, instrumentAt, nobodys } from '../core/index.ts';
import type { Belonging, ForeignOrder, Order, World } from '../core/index.ts';
import { shownOrder, time } from './shown.ts';

const listed: Readonly<Record<string, (world: World) => Order[]>> = {
  live: ({ orders }) => [...orders.live.unordered()],
  unknown: ({ orders }) => [...orders.live.unordered()].filter(({ phase }) => phase === 'unknown'),
  blocked: ({ orders }) => [...orders.done.unordered()].filter(({ phase }) => phase === 'blocked'),
  all: ({ orders }) => [...orders.live.unordered(), ...orders.done.unordered()],
};
export const listableStates: readonly string[] = Object.keys(listed);

const belongingFields = ['source', 'strategy', 'trader', 'desk', 'client'] as const satisfies readonly (keyof Belonging)[];
type Whose = Partial<Belonging>;

export const whoseIn = (query: URLSearchParams): Whose =>
  Object.fromEntries(belongingFields.map((field) => [field, query.get(field)] as const).filter(([, name]) => name !== null));

/** The newest first. */
export function ordersOf(world: World, state: string, whose: Whose, limit: number): object {
  const isOf = (belonging: Belonging): boolean => belongingFields.every((field) => whose[field] === undefined || whose[field] === belonging[field]);
  const found = (listed[state]?.(world) ?? []).filter((order) => isOf(belongingOf(order))).sort((a, b) => b.intendedSeq - a.intendedSeq);
  const foreign = [...world.orders.foreign.values()].filter(({ open }) => isOf(nobodys) && (state === 'all' || (state === 'live' && open))).sort((a, b) => b.atMs - a.atMs);
  return { state, count: found.length, orders: found.slice(0, limit).map((order) => shownOrder(world, order)), foreign: foreign.slice(0, limit).map((order) => shownForeign(world, order)) };
}

function shownForeign(world: World, { venue, symbol, side, venueOrderId, openUnits, open, atMs }: ForeignOrder): object {
  const instrument = instrumentAt(world.market, venue, symbol);
  return {
    venue, venueOrderId, symbol, side, open, ...(instrument === undefined ? {} : { stillPossible: { amount: formatUnits(openUnits, instrument.quantityScale), asset: instrument.base } }),
    ...nobodys, since: time(atMs),
  };
}
