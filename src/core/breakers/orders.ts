/**
 * What sensors, people and time do to a circuit, whether or not calls go through it.
 *
 *   O1. What is tripped stays so until its time or a person; it is tripped again only for longer.
 *   O2. What lets more pass than the circuit would by itself (held closed, counting only) has an end.
 *   O3. A circuit without calls has no probes: where its time is over it closes by itself.
 */
import type { Circuit, CircuitEvent, Until } from './circuit.ts';
import { commanded, reset, trippedFrom } from './judge.ts';
import { asText, circuitOf, factOf } from './view.ts';
import type { BreakerFact, Circuits } from './view.ts';

/** From any sensor, and from people. The name says what is stopped: see `openCircuitFor`. */
export type TripBreaker = { readonly kind: 'trip-breaker'; readonly breaker: string; readonly reason: string; readonly evidence: Readonly<Record<string, string | number>>; readonly untilMs?: number; readonly by: string }; // `untilMs`: journal time; absent: until a person closes it
export type ResetBreaker = { readonly kind: 'reset-breaker'; readonly breaker: string; readonly by: string; readonly reason: string };
export type HoldBreaker = { readonly kind: 'hold-breaker'; readonly breaker: string; readonly hold: 'open' | 'closed' | 'metrics-only'; readonly untilMs?: number; readonly by: string; readonly reason: string };
/** What a machine that guards calls has come to. `generation`: of the circuit that it judged. */
export type CircuitMoved = { readonly kind: 'circuit-moved'; readonly breaker: string; readonly generation: number; readonly event: CircuitEvent };
/** Time has passed, for every circuit. */
export type BreakersPassed = { readonly kind: 'breakers-passed' };
export type BreakerInput = TripBreaker | ResetBreaker | HoldBreaker | CircuitMoved | BreakersPassed;

export type BreakerOutcome = { readonly kind: 'done' } | { readonly kind: 'nothing-to-do'; readonly why: string };

/** The kinds that guard no calls. They close by themselves, and stop only what brings new risk. */
const tradingKinds: ReadonlySet<string> = new Set(['loss', 'position', 'volatility']);
export const kindOf = (breaker: string): string => breaker.slice(0, Math.max(0, breaker.indexOf('/')));
export const scopeOf = (breaker: string): string => breaker.slice(breaker.indexOf('/') + 1);
export const isTradingKind = (breaker: string): boolean => tradingKinds.has(kindOf(breaker));

const NAME = /^[a-z][a-z0-9-]*(?:\/[\w.-]+)+$/;
export const isBreakerName = (name: string): boolean => NAME.test(name) && name.length <= 100;

export function orderedOf(circuits: Circuits, input: BreakerInput, nowMs: number, emit: (fact: BreakerFact) => void): BreakerOutcome {
  if (input.kind === 'breakers-passed') return passBy(circuits, nowMs, emit);
  const { breaker } = input;
  const circuit = circuitOf(circuits, breaker);
  switch (input.kind) {
    case 'trip-breaker': {
      const until: Until = input.untilMs === undefined ? 'manual' : Math.ceil(input.untilMs);
      if (until !== 'manual' && until <= nowMs) return nothing(`the time for which ${breaker} was to be tripped is over`);
      const event = trippedFrom(circuit, { reason: input.reason, evidence: asText(input.evidence), until, by: input.by }, nowMs, { rule: 'tripped', atMs: nowMs, windowMs: 0, counts: NONE, errors: [] });
      if (event === undefined || isSame(circuit, until)) return nothing(`${breaker} is open for as long already`); // O1
      emit(factOf(breaker, event));
      return DONE;
    }
    case 'reset-breaker': {
      let at = circuit;
      for (let event = reset({ circuit: at }, input.by, nowMs); event !== undefined; event = reset({ circuit: at }, input.by, nowMs)) {
        emit(factOf(breaker, event, input.reason));
        at = circuitOf(circuits, breaker);
      }
      return at === circuit ? nothing(`${breaker} is closed, and nobody holds it`) : DONE;
    }
    case 'hold-breaker': {
      if (input.untilMs !== undefined && input.untilMs <= nowMs) return nothing(`the time for which ${breaker} was to be held is over`);
      if (input.untilMs === undefined && input.hold !== 'open') return nothing(`what holds ${breaker} ${input.hold} needs an end`); // O2
      emit(factOf(breaker, commanded({ hold: input.hold, until: input.untilMs === undefined ? 'manual' : Math.ceil(input.untilMs), by: input.by, reason: input.reason })));
      return DONE;
    }
    case 'circuit-moved': {
      if (input.generation !== circuit.generation) return nothing(`${breaker} has changed since it was judged`);
      emit(factOf(breaker, input.event));
      return DONE;
    }
  }
}

function passBy(circuits: Circuits, nowMs: number, emit: (fact: BreakerFact) => void): BreakerOutcome {
  for (const breaker of circuits.keys()) {
    const { command } = circuitOf(circuits, breaker);
    if (command !== undefined && isOver(command.until, nowMs)) emit(factOf(breaker, { type: 'released', atMs: nowMs, by: 'its end' }));
    const { phase, until } = circuitOf(circuits, breaker);
    if (isTradingKind(breaker) && phase === 'open' && isOver(until, nowMs)) emit(factOf(breaker, { type: 'closed', atMs: nowMs, by: 'its end' })); // O3
  }
  return DONE;
}

/** When time alone will next change a circuit; undefined where it will not. */
export function nextPassMs(circuits: Circuits): number | undefined {
  let next = Number.POSITIVE_INFINITY;
  for (const [breaker, { command, phase, until }] of circuits.entries()) {
    if (command !== undefined && command.until !== 'manual') next = Math.min(next, command.until);
    if (isTradingKind(breaker) && phase === 'open' && until !== 'manual') next = Math.min(next, until);
  }
  return next === Number.POSITIVE_INFINITY ? undefined : next;
}

/** Open already, by a trip, for exactly as long, and not held closed. */
const isSame = ({ phase, opening, until, command }: Circuit, asked: Until): boolean => phase === 'open' && opening?.rule === 'tripped' && until === asked && command?.hold !== 'closed';
const isOver = (until: Until, nowMs: number): boolean => until !== 'manual' && nowMs >= until;
const NONE = { calls: 0, failures: 0, slow: 0, inARow: 0 };
const DONE = { kind: 'done' } as const;
const nothing = (why: string): BreakerOutcome => ({ kind: 'nothing-to-do', why });
