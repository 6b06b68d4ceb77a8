/**
 * What the controls remember: what left lately, who repeats himself, and who was stopped.
 *
 *   V1. What is remembered is a fold of the journal, so a restart changes nothing of what is counted.
 *   V2. It is bounded: by time and by number, whatever is sent.
 *
 * Nothing is counted while no limits of messages are in force: then nothing leaves either.
 */
import { pairOf, Table } from '../../base/index.ts';
import type { Side } from '../../base/index.ts';
import type { FactOf } from '../../journal/index.ts';
import { marketKey } from '../market/index.ts';
import type { Order, OrderFact } from '../orders/index.ts';
import type { Limits, limitFacts } from './facts.ts';

export type LimitFact = FactOf<typeof limitFacts>;

/** The longest time that a limit may look back, and the most it may count. A configuration that asks for more is refused. */
export const LONGEST_WINDOW_MS = 3_600_000;
export const MOST_COUNTED = 1_000;

export type SentOrder = { readonly orderId: string; readonly atMs: number; readonly side: Side; readonly quantityUnits: bigint; readonly limitPriceUnits: bigint; readonly stopPriceUnits: bigint };
/** How often a strategy did the same in a market, without the opposite in between. */
export type Streak = { readonly side: Side; readonly timesMs: readonly number[] };
export type Throttle = { readonly why: string; readonly sinceMs: number };

export type Controls = {
  readonly sent: Table<number[]>; // times of messages, by `system`, `venue NAME` and `strategy NAME`
  readonly streaks: Table<Streak>; // by `strategy venue symbol`
  readonly lately: Table<readonly SentOrder[]>; // by `strategy venue symbol`
  readonly throttled: Table<Throttle>; // by strategy
};

export const emptyControls = (): Controls => ({ sent: new Table(), streaks: new Table(), lately: new Table(), throttled: new Table() });

export const placeOf = ({ strategy, venue, symbol }: Pick<Order, 'strategy' | 'venue' | 'symbol'>): string => pairOf(strategy, marketKey(venue, symbol));

export function evolveControls(controls: Controls, limits: Limits | undefined, fact: OrderFact | LimitFact, order: Order | undefined, atMs: number): void {
  switch (fact.type) {
    case 'strategy.throttled': return controls.throttled.set(fact.strategy, { why: fact.why, sinceMs: atMs });
    case 'strategy.enabled': {
      controls.throttled.delete(fact.strategy);
      for (const key of [...controls.streaks.keys()]) if (key.startsWith(`${fact.strategy} `)) controls.streaks.delete(key);
      return;
    }
    case 'order.cancel-requested': case 'order.amend-accepted': return order === undefined || limits?.messageRate === undefined ? undefined : counted(controls, order, atMs);
    case 'order.sending': {
      if (order === undefined || limits?.messageRate === undefined) return;
      counted(controls, order, atMs);
      if (fact.attempt > 1) return; // the same order again, after it was proven absent
      const place = placeOf(order);
      const known = controls.lately.get(place) ?? [];
      const before = order.replaces === undefined ? known : known.filter(({ orderId: other }) => other !== order.replaces); // one wish, however often it was changed
      if (before.some(({ orderId: other }) => other === order.id)) return; // put off, and tried again
      const { id: orderId, side, quantityUnits, limitPriceUnits = 0n, stopPriceUnits = 0n } = order;
      controls.lately.set(place, kept([...before, { orderId, atMs, side, quantityUnits, limitPriceUnits, stopPriceUnits }], (one) => one.atMs, atMs));
      const streak = controls.streaks.get(place);
      controls.streaks.set(place, { side, timesMs: streak?.side === side ? kept([...(before.length < known.length ? streak.timesMs.slice(0, -1) : streak.timesMs), atMs], (time) => time, atMs) : [atMs] });
      return;
    }
    default: return;
  }
}

/** In place: the longest lists of all, and one more time is added to three of them with every order. */
function counted(controls: Controls, { strategy, venue }: Order, atMs: number): void {
  for (const scope of ['system', pairOf('venue', venue), pairOf('strategy', strategy)]) {
    const times = controls.sent.get(scope) ?? [];
    times.push(atMs);
    while (times.length > MOST_COUNTED || (times[0] ?? atMs) < atMs - LONGEST_WINDOW_MS) times.shift(); // V2
    controls.sent.set(scope, times);
  }
}

/** V2. */
function kept<T>(all: readonly T[], timeOf: (one: T) => number, nowMs: number): readonly T[] {
  let from = Math.max(0, all.length - MOST_COUNTED);
  for (let one = all[from]; one !== undefined && timeOf(one) < nowMs - LONGEST_WINDOW_MS; one = all[from]) from += 1;
  return from === 0 ? all : all.slice(from);
}
