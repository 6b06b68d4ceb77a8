/**
 * What people say to the ladder: halt, reduce, flatten, kill, resume.
 *
 *   M1. A word that asks for less than what holds already changes nothing.
 *   M2. A stop joins one that does all it asks for: as much, for its scope, and at each of its venues still to be confirmed. Otherwise it is a stop of its
 *       own beside it, so that what came after the first had seen a venue, or where it never looked, is not passed over.
 *   M3. Nobody goes down while a stop of that scope is under way, and from LOCKED only by a word that says so.
 */
import { cancelRequested } from '../orders/index.ts';
import type { WrittenFact } from '../events.ts';
import type { World } from '../world.ts';
import { CLOSER } from './closing.ts';
import { covers, gateAt, isStricter, reaches, SYSTEM } from './ladder.ts';
import { isClosing, isConfirmedAt, stopsUnderWay } from './stops.ts';
import type { Moved, Stop, StopWord } from './stops.ts';

type Emit = (fact: WrittenFact) => void;
type Person = { readonly by: string; readonly reason: string };

export function halt(world: World, { by, reason, scope = SYSTEM, cancelOrders }: Person & { readonly scope?: string; readonly cancelOrders: boolean }, emit: Emit): Moved {
  const { state } = gateAt(world, scope);
  if (isStricter('HALTED', state)) emit(scope === SYSTEM ? { type: 'gate.halted', by, reason } : { type: 'gate.moved', scope, from: state, to: 'HALTED', by, reason }); // M1
  if (cancelOrders) cancelAll(world, scope, undefined, by, `halt: ${reason}`, emit);
  return { kind: 'done' };
}

export function reduce(world: World, { by, reason, scope = SYSTEM }: Person & { readonly scope?: string }, emit: Emit): Moved {
  const { state } = gateAt(world, scope);
  if (!isStricter('REDUCING', state)) return { kind: 'nothing-to-do', why: `${scope} is ${state}` }; // M1
  emit({ type: 'gate.moved', scope, from: state, to: 'REDUCING', by, reason });
  return { kind: 'done' };
}

export type Begin = Person & { readonly id: string; readonly word: StopWord; readonly scope?: string; readonly venues?: readonly string[]; readonly plan?: string };

/** M2. The stop under way that does all that another one asks for. */
export function joinedBy(world: World, { id, word, scope = SYSTEM, venues = [...world.market.venues.keys()] }: Pick<Begin, 'id' | 'word' | 'scope' | 'venues'>): Stop | undefined {
  const asked = venues.filter((venue) => reaches(scope, venue) !== 'not');
  const doesAll = (stop: Stop): boolean => (stop.scope === scope || stop.scope === SYSTEM) && (stop.word === 'kill' || stop.word === word) && asked.every((venue) => stop.venues.includes(venue) && !isConfirmedAt(stop, venue));
  return stopsUnderWay(world).find((stop) => stop.id === id || doesAll(stop));
}

export function begin(world: World, asked: Begin, emit: Emit): Moved {
  const { id, word, by, reason, scope = SYSTEM, venues = [...world.market.venues.keys()], plan } = asked;
  if (joinedBy(world, asked) === undefined) {
    emit({ type: 'kill.begun', id, word, scope, by, reason, venues: venues.filter((venue) => reaches(scope, venue) !== 'not'), ...(plan === undefined ? {} : { plan }) });
  } // what it asks for is done again all the same
  cancelAll(world, scope, undefined, by, `${word}: ${reason}`, emit);
  return { kind: 'done' };
}

/** Every order of ours in a scope, but those that close positions for it. */
export function cancelAll(world: World, scope: string, venue: string | undefined, by: string, reason: string, emit: Emit): void {
  for (const order of [...world.orders.live.values()]) {
    if (!covers(scope, order) || (venue !== undefined && order.venue !== venue) || isClosing(world, order)) continue;
    for (const fact of cancelRequested(order, by, reason)) emit(fact);
  }
}

/** Again for what has come up since: an order that a crash left without its cancel, or that was intended while nobody looked. */
export function sweep(world: World, { id, venue }: { readonly id: string; readonly venue: string }, emit: Emit): Moved {
  const stop = world.stops.get(id);
  if (stop !== undefined) cancelAll(world, stop.scope, venue, stop.by, `${stop.word}: ${stop.reason}`, emit);
  return { kind: 'done' };
}

export type Down = Person & { readonly scope?: string; readonly venues?: readonly string[]; readonly afterKill?: boolean };

export function resume(world: World, { by, reason, scope = SYSTEM, venues = [...world.market.venues.keys()], afterKill = false }: Down, emit: Emit): Moved {
  const gate = gateAt(world, scope);
  if (gate.state === 'ACTIVE') return { kind: 'nothing-to-do', why: scope === SYSTEM ? 'the gate is open' : `nothing is stopped for ${scope}` };
  const hinders = hindered(world, scope, gate.restored === true, venues, afterKill);
  if (hinders !== undefined) return { kind: 'inconclusive', why: hinders };
  emit(scope === SYSTEM && gate.state !== 'LOCKED' ? { type: 'gate.resumed', by, reason } : { type: 'gate.moved', scope, from: gate.state, to: 'ACTIVE', by, reason });
  return { kind: 'done' };
}

/** M3 */
function hindered(world: World, scope: string, restored: boolean, venues: readonly string[], afterKill: boolean): string | undefined {
  const unseen = restored ? venues.filter((venue) => !world.ledger.reconciled.has(venue)) : [];
  if (unseen.length > 0) return `the journal was restored from a backup, and ${unseen.join(', ')} has not been reconciled since`;
  const stop = holding(world, scope);
  if (stop !== undefined) return `a ${stop.word} of ${stop.scope} is under way since ${new Date(stop.beganMs).toISOString()} (${stop.outcome}${stop.open.length === 0 ? '' : `: ${stop.open.join('; ')}`})`;
  if (gateAt(world, scope).state === 'LOCKED' && !afterKill) return 'it was killed, and only a word that says so ("--after-kill") opens it again';
  return undefined;
}

/** The stop under way that holds this scope where it is. */
export const holding = (world: World, scope: string): Stop | undefined => stopsUnderWay(world).find((stop) => stop.scope === scope);

/** Whether an order was made to close a position, whatever has become of the stop that asked for it. */
export const isCloser = ({ source }: { readonly source: string }): boolean => source === CLOSER;
