/**
 * The gate, and the last word before an order leaves.
 *
 * Owns whether anything new may leave, how a signal becomes an order, and the judgement over it. Does not own the limits'
 * arithmetic, the books or the sending.
 *
 * Invariants: S1 to S4 in admission.ts, G1 to G3 in probe.ts, I1 and I2 in intake.ts.
 */
export { safetyFacts } from './facts.ts';
export { OPEN_GATE } from './gate.ts';
export type { Gate, SafetyFact } from './gate.ts';
export { admit, shutFor } from './admission.ts';
export { openCircuitFor, whyNotClosed } from './circuits.ts';
export type { OpenCircuit } from './circuits.ts';
export { probeGate } from './probe.ts';
export { contentOfRouted, repeated, takeSignal } from './intake.ts';
export type { IntakeResult, Routed } from './intake.ts';
