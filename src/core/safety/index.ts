/**
 * The gate, and the last word before an order leaves.
 *
 * Owns whether anything new may leave, how a signal becomes an order, and the judgement over it. Does not own the limits'
 * arithmetic, the books or the sending.
 *
 * Invariants: S1 to S7 in admission.ts, G1 to G3 in probe.ts, I1 and I2 in intake.ts, L1 to L3 in ladder.ts, M1 to M3 in moves.ts,
 * N1 to N3 in replacing.ts, A1 to A5 in amending.ts and succession.ts, X1 and X2 in stops.ts, F1 to F4 in closing.ts, F1 and F2 in floor.ts, T1 in valuation.ts, T2 in spans.ts, K1 and K2 in totals.ts.
 */
export { safetyFacts, stopFacts } from './facts.ts';
export { OPEN_GATE } from './gate.ts';
export type { Gate, SafetyFact } from './gate.ts';
export { addsRisk, admit, shutFor, TIMER_NOT_SET } from './admission.ts';
export { openCircuitFor, whyNotClosed } from './circuits.ts';
export type { OpenCircuit } from './circuits.ts';
export { followTotals } from './valuation.ts';
export { probeGate } from './probe.ts';
export { contentOfRouted, repeated, takeSignal } from './intake.ts';
export type { IntakeResult, Routed } from './intake.ts';
export { floorOf, gateInForce } from './floor.ts';
export { goOnWithAmends } from './succession.ts';
export { judgeReplacement } from './replacing.ts';
export type { Replacement, ReplacementJudgement } from './replacing.ts';
export { actOnLoss, lossActionDue } from './loss-limit.ts';
export { covers, gateAt, gateFor, isShut, isStricter, reaches, readScope, rungs, scopeText, SYSTEM } from './ladder.ts';
export type { Placed, Rung, Scope } from './ladder.ts';
export { begin, halt, holding, isCloser, joinedBy, reduce, resume, sweep } from './moves.ts';
export type { Begin, Down } from './moves.ts';
export { CLOSER, closeOut, closingUnderWay, isDust, sizeOf } from './closing.ts';
export type { CloseOut, Sized } from './closing.ts';
export { isClosing, isConfirmedAt, isUnderWay, NOT_CONFIRMED, stepOf, stopsUnderWay } from './stops.ts';
export type { Stop, StopFact, StopStep, StopWord } from './stops.ts';
