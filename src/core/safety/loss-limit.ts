/**
 * What the loss limit does by itself beside stopping new risk: halt, or close everything that is held.
 *
 *   A1. Once for each trip, over any number of restarts; it is under way or on record before anything else is asked of it.
 *   A2. What was to follow is said in the entry of the trip. What the configuration says later changes nothing of it.
 *   A3. Only the whole amount does it. A streak, a worth that is not known, half a limit while degraded, and whoever trips a breaker by hand stop
 *       new risk and no more.
 *   A4. Where the control only observes, what would have been done is written down, and nothing is done.
 */
import type { Circuit } from '../breakers/index.ts';
import { LOSS, accountOf, afterTrip } from '../valuation/index.ts';
import type { WrittenFact } from '../events.ts';
import type { World } from '../world.ts';
import { gateAt, SYSTEM } from './ladder.ts';
import { begin, halt, joinedBy } from './moves.ts';
import type { Moved } from './stops.ts';

const RISK = 'risk';

type Due = NonNullable<ReturnType<typeof afterTrip>> & { readonly trippedAtMs: number; readonly reason: string };

/** What the newest trip is still waiting for; undefined where it waits for nothing. */
export function lossActionDue(world: World): Due | undefined {
  const circuit = world.breakers.get(LOSS);
  const opening = standing(circuit);
  if (opening?.by !== RISK) return undefined; // A3
  const after = afterTrip(opening.evidence ?? {}); // A2
  const account = accountOf(world.valuation);
  if (after === undefined || account === undefined || account.actedAtMs === opening.atMs) return undefined; // A1
  return { ...after, trippedAtMs: opening.atMs, reason: opening.reason ?? 'the loss limit is reached' };
}

export function actOnLoss(world: World, venues: readonly string[] | undefined, emit: (fact: WrittenFact) => void): Moved {
  const due = lossActionDue(world);
  if (due === undefined) return { kind: 'nothing-to-do', why: 'no loss limit waits for anything' };
  const { word, onlyObserved, trippedAtMs, reason } = due;
  const told = { type: 'risk.acted' as const, breaker: LOSS, trippedAtMs, word, reason };
  if (onlyObserved) emit({ ...told, outcome: 'only-observed' }); // A4
  else if (gateAt(world, SYSTEM).state === 'LOCKED') emit({ ...told, outcome: 'locked' }); // a kill has closed everything, and left the venues alone
  else if (word === 'halt') {
    halt(world, { by: RISK, reason, cancelOrders: true }, emit);
    emit({ ...told, outcome: 'begun' });
  } else {
    const id = `loss-${trippedAtMs}`;
    const asked = { id, word: 'flatten' as const, by: RISK, reason, ...(venues === undefined ? {} : { venues }) };
    const joined = joinedBy(world, asked);
    if (!world.stops.has(id)) begin(world, asked, emit); // else a life that died has begun it: A1
    // Last: whatever a crash cuts off, a stop that has begun is found by its name, and one that has not is begun.
    emit({ ...told, outcome: joined === undefined || joined.id === id ? 'begun' : 'joined', stop: joined?.id ?? id });
  }
  return { kind: 'done' };
}

const standing = (circuit: Circuit | undefined): Circuit['opening'] => (circuit?.phase === 'open' && circuit.command?.hold !== 'closed' ? circuit.opening : undefined);
