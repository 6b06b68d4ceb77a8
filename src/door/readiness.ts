/**
 * Whether an order that came now would be judged by its limits and sent: every condition, and why one does not hold.
 *
 *   R1. It is read by anybody who reaches the door: no names of people, no reasons they gave, no amounts, no positions.
 *   R2. Ready is told only of what is durable; a disk that does not confirm in time is not ready.
 */
import { floorOf, instrumentsOf, isUnwatched } from '../core/index.ts';
import type { World } from '../core/index.ts';
import type { Clock, ServedAnswer } from '../ports/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { json, LateDiskError } from './answers.ts';
import { seen } from './confirmed.ts';

export type Condition = { readonly name: 'journal' | 'gate' | 'safety' | 'venues' | 'books' | 'prices'; readonly ok: boolean; readonly why?: string };
export type Readiness = { readonly ready: boolean; readonly conditions: readonly Condition[] };

const LOOK_WITHIN_MS = 1_000;

export async function readiness(runtime: Runtime, clock: Clock): Promise<Readiness> {
  return (await readinessAnd(runtime, clock, () => undefined)).readiness;
}

/** The same, and what else was seen in that turn; nothing else where it is not durable in time. */
export async function readinessAnd<T>(runtime: Runtime, clock: Clock, look: (world: World) => T): Promise<{ readonly readiness: Readiness; readonly saw?: T }> {
  try {
    if (runtime.turns.failed !== undefined) return { readiness: notReady('this process is about to end') };
    return await seen(runtime, clock, LOOK_WITHIN_MS, (world) => ({ readiness: readinessOf(runtime, world), saw: look(world) }));
  } catch (thrown) {
    return { readiness: notReady(thrown instanceof LateDiskError ? `the disk has not confirmed within ${LOOK_WITHIN_MS} ms` : 'this process is about to end') }; // R2
  }
}

/** For `GET /readyz`. */
export async function readyAnswer(runtime: Runtime, clock: Clock): Promise<ServedAnswer> {
  const found = await readiness(runtime, clock);
  return json(found.ready ? 200 : 503, found);
}

export const notReady = (why: string): Readiness => ({ ready: false, conditions: [{ name: 'journal', ok: false, why }] });

function readinessOf(runtime: Runtime, world: World): Readiness {
  const conditions: Condition[] = [
    { name: 'journal', ok: true },
    condition('gate', world.gate.state === 'ACTIVE' ? undefined : `it is ${world.gate.state}: "breakwater status" says by whom and why`),
    condition('safety', safetyWhy(world)),
    condition('venues', venuesWhy(world)), condition('books', booksWhy(runtime, world)), condition('prices', pricesWhy(runtime, world)),
  ];
  return { ready: conditions.every(({ ok }) => ok), conditions };
}

const condition = (name: Condition['name'], why: string | undefined): Condition => (why === undefined ? { name, ok: true } : { name, ok: false, why });
const of = (few: number, all: number, what: string): string => `${few} of ${all} venue${all === 1 ? '' : 's'} ${what}`;

/** Half the limits still let orders pass, so a system that is degraded is ready. */
function safetyWhy(world: World): string | undefined {
  return floorOf(world) === undefined ? undefined : `the system is ${world.health.system.state}: "breakwater components" says what is ill, and only orders that reduce a position leave`;
}

function venuesWhy({ market }: World): string | undefined {
  if (market.venues.size === 0) return 'no venue is listed yet';
  const unwatched = [...market.venues.keys()].filter((venue) => isUnwatched(market, venue));
  if (unwatched.length > 0) return of(unwatched.length, market.venues.size, "whose own dead-man timer is not set, so that what adds risk waits");
  return market.suspended.size === 0 ? undefined : of(market.suspended.size, market.venues.size, 'suspended: the keys were refused, or the account is blocked');
}

function booksWhy(runtime: Runtime, { market, ledger, limits }: World): string | undefined {
  const venues = [...market.venues.keys()];
  const maxAgeMs = limits?.booksMaxAgeMs ?? Number.POSITIVE_INFINITY;
  const unread = venues.filter((venue) => !ledger.reconciled.has(venue));
  const old = venues.filter((venue) => runtime.time.nowMs() - (ledger.reconciled.get(venue)?.atMs ?? Number.POSITIVE_INFINITY) > maxAgeMs);
  const differing = new Set([...ledger.differences.values()].map(({ venue }) => venue));
  if (unread.length > 0) return of(unread.length, venues.length, 'not compared with the books since this start');
  if (old.length > 0) return of(old.length, venues.length, 'compared too long ago');
  return differing.size > 0 ? of(differing.size, venues.length, 'not equal to the books') : undefined;
}

function pricesWhy(runtime: Runtime, { market, limits }: World): string | undefined {
  const maxAgeMs = limits?.priceMaxAgeMs;
  if (maxAgeMs === undefined) return 'no limit says how old a price may be, and so every order is blocked';
  const nowMs = runtime.time.nowMs();
  const cold = [...market.venues.keys()].filter((venue) => !instrumentsOf(market, venue).some(({ symbol }) => {
    const price = runtime.prices.price(venue, symbol, nowMs);
    return price !== undefined && nowMs - price.seenAtMs <= maxAgeMs;
  }));
  return cold.length === 0 ? undefined : of(cold.length, market.venues.size, 'without a price that is fresh enough');
}
