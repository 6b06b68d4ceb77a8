/**
 * How much is allowed. Pure rules over a proposed order, the limits in force, the books' standing and a price.
 *
 * Owns the rules and the limits in force. Does not own the gate, the order or the price.
 * Invariants: P1 to P3 in controls.ts, R1 and R2 in reducing.ts.
 */
export { limitFacts } from './facts.ts';
export type { Limits } from './facts.ts';
export { judge } from './controls.ts';
export type { Approval, Judgement } from './controls.ts';
export type { Proposal, Standing, Verdict } from './case.ts';
export { reducesOnly, reducibleUnits } from './reducing.ts';
