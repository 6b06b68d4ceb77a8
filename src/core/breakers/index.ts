/**
 * Circuit breakers: whether calls to something outside may pass, judged by how they went lately, or stopped by a reason from elsewhere.
 *
 * A circuit's facts (opened, probing, closed, commanded, released) are few and are remembered; the counts between them are samples and are not.
 * Time is an argument everywhere, so that a breaker can be explored, simulated and replayed.
 */
export { closedCircuit, evolveCircuit } from './circuit.ts';
export type { Circuit, CircuitEvent, Command, Counts, Hold, Opening, Rule, Until } from './circuit.ts';
export { REFUSED_OPEN, REFUSED_PROBING, REFUSED_RAMP, UNCOUNTED } from './judge.ts';
export type { CallOutcome } from './judge.ts';
export { BreakerMachine } from './machine.ts';
export type { Trip } from './machine.ts';
export { BreakerPolicyError, defaultPolicy, policyOf } from './policy.ts';
export type { BreakerPolicy } from './policy.ts';
