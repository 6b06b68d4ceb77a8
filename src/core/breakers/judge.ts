/**
 * Whether a call may pass, what its outcome means, and what time and people change.
 *
 *   J1. Open: nothing passes before its time is over, and then one probe at a time. Whoever is refused is told when to come back.
 *   J2. An outcome counts only in the generation that admitted its call. A late one is counted as late and changes nothing.
 *   J3. A probe without an outcome by its deadline has failed. One that ended for reasons of its own is neutral: the next may go.
 *   J4. Open times double while openings follow one another, up to a bound. They begin anew only after the circuit was closed for
 *       twice its last open time.
 *   J5. A trip never shortens what holds the circuit open; one that waits for a person stays so.
 *
 * No clock and no chance: time is an argument, and the jitter of an open time follows from the circuit's name and generation.
 * What is not a fact is counted in the tally; facts are answered, for `evolveCircuit` to fold.
 */
import { seededRandom } from '../../base/index.ts';
import type { Circuit, CircuitEvent, Command, Opening, Rule, Until } from './circuit.ts';
import { countsWindow } from './policy.ts';
import type { BreakerPolicy } from './policy.ts';
import type { Tally } from './tally.ts';

/** `neutral`: it says nothing about the other side, for example because the caller gave up. */
export type CallOutcome = 'success' | 'failure' | 'neutral';

/** What admission says. A number from 1 on is the generation that admits; the rest are refusals. */
export const REFUSED_OPEN = 0;
export const REFUSED_PROBING = -1; // a probe is out
export const REFUSED_RAMP = -2; // closed again, and letting traffic in by and by
/** Passes although the circuit says no: an outcome under this counts nothing. */
export const UNCOUNTED = Number.MAX_SAFE_INTEGER;

export type Breaker = { readonly name: string; readonly policy: BreakerPolicy; readonly circuit: Circuit; readonly tally: Tally };

export type Trip = { readonly reason: string; readonly evidence?: NonNullable<Opening['evidence']>; readonly until: Until; readonly by?: string };

const FIRST_SHARE = 0.1;

/** What the passing of time has changed: the end of a command, of a probe, of an open time. Ask before anything else; ask again until nothing comes. */
export function passed(breaker: Breaker, nowMs: number): CircuitEvent | undefined {
  const { circuit, tally } = breaker;
  const { command } = circuit;
  if (command !== undefined && command.until !== 'manual' && nowMs >= command.until) return { type: 'released', atMs: Math.floor(nowMs), by: 'its end' };
  if (circuit.phase === 'half-open' && tally.probeByMs !== undefined && nowMs >= tally.probeByMs) { // J3
    tally.window.slideTo(nowMs);
    return opened(breaker, 'probe-hung', tally.probeByMs); // as of its deadline: where nobody came for an hour, it has been open for that hour
  }
  return undefined;
}

/**
 * The generation that admits the call, or a refusal. A circuit whose open time is over begins to probe with this call: the
 * event comes first and is to be folded, then the call is asked for again.
 */
export function admitted({ circuit, tally, policy }: Breaker, nowMs: number): number {
  const hold = circuit.command?.hold;
  if (hold === 'open') return REFUSED_OPEN;
  if (hold === 'closed') return circuit.generation;
  switch (circuit.phase) {
    case 'closed': return hold === 'metrics-only' || passesRamp(circuit, tally, policy, nowMs) ? circuit.generation : REFUSED_RAMP;
    case 'half-open': {
      if (tally.probeByMs !== undefined) return hold === 'metrics-only' ? UNCOUNTED : REFUSED_PROBING; // J1
      tally.probeByMs = nowMs + policy.probeTimeoutMs;
      return circuit.generation;
    }
    case 'open': return hold === 'metrics-only' ? UNCOUNTED : REFUSED_OPEN;
  }
}

/** Whether an open circuit is to begin probing now. */
export const probes = ({ circuit }: Breaker, nowMs: number): boolean =>
  circuit.phase === 'open' && circuit.until !== 'manual' && nowMs >= circuit.until && circuit.command?.hold !== 'open' && circuit.command?.hold !== 'closed';

/** What the outcome of a call means. `took`: how long it took. */
export function settled(breaker: Breaker, generation: number, outcome: CallOutcome, tookMs: number, nowMs: number, error?: string): CircuitEvent | undefined {
  const { circuit, tally, policy } = breaker;
  if (generation !== circuit.generation) { // J2
    if (generation !== UNCOUNTED) tally.late += 1;
    return undefined;
  }
  const probing = circuit.phase === 'half-open' && circuit.command?.hold !== 'closed';
  if (probing) tally.probeByMs = undefined;
  if (outcome === 'neutral') return undefined; // J3
  const failed = outcome === 'failure';
  if (countsWindow(policy)) tally.window.add(failed, tookMs > policy.slowAfterMs, nowMs);
  tally.inARow = failed ? tally.inARow + 1 : 0;
  if (failed && error !== undefined) tally.erred(error);
  if (circuit.command?.hold === 'closed' || circuit.phase === 'open') return undefined;
  if (probing) {
    if (failed) return opened(breaker, 'probe-failed', nowMs);
    tally.successes += 1;
    return tally.successes >= policy.successesToClose ? { type: 'closed', atMs: Math.floor(nowMs), by: `${tally.successes} probes in a row` } : undefined;
  }
  const rule = broken(tally, policy);
  return rule === undefined ? undefined : opened(breaker, rule, nowMs);
}

/** Opens a circuit for a reason from outside: a loss, a position, a ban. Undefined where it is held open as long or longer already. */
export const tripped = (breaker: Breaker, trip: Trip, nowMs: number): CircuitEvent | undefined => trippedFrom(breaker.circuit, trip, nowMs, openingOf(breaker, 'tripped', nowMs));

/** @param seen what was counted, where calls are */
export function trippedFrom(circuit: Circuit, trip: Trip, nowMs: number, seen: Opening): CircuitEvent | undefined {
  const until = circuit.phase === 'open' ? later(circuit.until, trip.until) : trip.until; // J5
  if (circuit.phase === 'open' && until === circuit.until && circuit.command?.hold !== 'closed' && until !== trip.until) return undefined;
  const forMs = until === 'manual' ? 0 : Math.max(0, Math.ceil(until - nowMs));
  const { reason, evidence, by } = trip;
  return { type: 'opened', until, forMs, streak: circuit.streak, opening: { ...seen, reason, ...(evidence === undefined ? {} : { evidence }), ...(by === undefined ? {} : { by }) } };
}

export const commanded = (command: Command): CircuitEvent => ({ type: 'commanded', command });

/** A person closes it, or ends a command: what was held by hand is let go, and an open circuit is closed. */
export function reset({ circuit }: Pick<Breaker, 'circuit'>, by: string, nowMs: number): CircuitEvent | undefined {
  if (circuit.command !== undefined) return { type: 'released', atMs: Math.floor(nowMs), by };
  return circuit.phase === 'closed' ? undefined : { type: 'closed', atMs: Math.floor(nowMs), by };
}

/** In how many ms to ask again; undefined where only a person ends it. 0: now. */
export function retryAfterMs({ circuit, tally }: Breaker, nowMs: number): number | undefined {
  if (circuit.command?.hold === 'open') return leftMs(circuit.command.until, nowMs);
  if (circuit.phase === 'open') return leftMs(circuit.until, nowMs);
  if (circuit.phase === 'half-open' && tally.probeByMs !== undefined) return Math.max(0, tally.probeByMs - nowMs);
  return 0;
}

const leftMs = (until: Until, nowMs: number): number | undefined => (until === 'manual' ? undefined : Math.max(0, until - nowMs));
const later = (a: Until, b: Until): Until => (a === 'manual' || b === 'manual' ? 'manual' : Math.max(a, b));

function passesRamp(circuit: Circuit, tally: Tally, policy: BreakerPolicy, nowMs: number): boolean {
  if (circuit.closedAtMs === undefined) return true;
  const sinceMs = nowMs - circuit.closedAtMs;
  if (sinceMs >= policy.rampMs) return true;
  const passes = tally.rampShare >= 1;
  tally.rampShare = (passes ? tally.rampShare - 1 : tally.rampShare) + FIRST_SHARE + ((1 - FIRST_SHARE) * sinceMs) / policy.rampMs;
  return passes;
}

function broken({ window, inARow }: Tally, policy: BreakerPolicy): Rule | undefined {
  if (inARow >= policy.failuresToOpen) return 'failures-in-a-row';
  if (window.calls < policy.leastCalls) return undefined;
  if (window.failures * 100 >= policy.failurePercent * window.calls) return 'failure-rate';
  return window.slow * 100 >= policy.slowPercent * window.calls ? 'slow-rate' : undefined;
}

function opened(breaker: Breaker, rule: Rule, nowMs: number): CircuitEvent {
  const { circuit, policy, name } = breaker;
  const stable = circuit.phase === 'closed' && (circuit.closedAtMs === undefined || nowMs - circuit.closedAtMs >= 2 * circuit.openedForMs);
  const streak = stable ? 1 : circuit.streak + 1; // J4
  const plainMs = Math.min(policy.openMostMs, policy.openMs * 2 ** Math.min(streak - 1, 40));
  const spreadMs = Math.floor((plainMs * policy.jitterPercent) / 100);
  const forMs = plainMs - spreadMs + (spreadMs === 0 ? 0 : seededRandom(`${name}/${circuit.generation}`).below(2 * spreadMs + 1));
  return { type: 'opened', until: Math.ceil(nowMs + forMs), forMs, streak, opening: openingOf(breaker, rule, nowMs) };
}

function openingOf({ tally, policy }: Breaker, rule: Rule, nowMs: number): Opening {
  return { rule, atMs: Math.floor(nowMs), windowMs: policy.windowMs, counts: tally.counts(nowMs), errors: tally.errors };
}
