/**
 * Circuit breakers: whether calls to something outside may pass, judged by how they went lately, or stopped by a reason from elsewhere.
 *
 * A circuit's facts (opened, probing, closed, commanded, released) are few and are remembered; the counts between them are samples and are not.
 * Facts are folded by `evolveCircuits`; what sensors, people and time do to a circuit is decided by `orderedOf`.
 * Time is an argument everywhere, so that a breaker can be explored, simulated and replayed.
 */
export { breakerFacts } from './facts.ts';
export { closedCircuit, evolveCircuit } from './circuit.ts';
export type { Circuit, CircuitEvent, Command, Counts, Hold, Opening, Rule, Until } from './circuit.ts';
export { REFUSED_OPEN, REFUSED_PROBING, REFUSED_RAMP, UNCOUNTED } from './judge.ts';
export type { CallOutcome, Trip } from './judge.ts';
export { BreakerMachine } from './machine.ts';
export { BreakerPolicyError, defaultPolicy, policyOf } from './policy.ts';
export type { BreakerPolicy } from './policy.ts';
export { isBreakerName, isTradingKind, kindOf, nextPassMs, orderedOf, scopeOf } from './orders.ts';
export type { BreakerInput, BreakerOutcome } from './orders.ts';
export { circuitOf, emptyCircuits, evolveCircuits, factOf } from './view.ts';
export type { BreakerFact, Circuits } from './view.ts';
