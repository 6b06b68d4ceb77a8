/**
 * Faults on command: any served application, made to fail as real ones do.
 *
 * Owns when a fault strikes and what the client then sees. Does not own the application's state: what was executed is
 * executed, and the application's own record says so.
 *
 *   F1. The same plan and the same happenings in the same order give the same faults.
 *   F2. Each rule draws from a stream of its own: adding a rule does not shift what the others do.
 *   F3. A fault is counted when it took effect, not when it was drawn.
 */
export { withFaults } from './app.ts';
export type { FaultyApp } from './app.ts';
export { FaultPlanError, noFaults, parseFaultPlan } from './plan.ts';
export type { FaultPlan, FaultRule } from './plan.ts';
export { PriceFaults } from './prices.ts';
export type { PriceSpell } from './prices.ts';
export { faultWords, faults, isPriceFault, onWords, placesOf, priceFaults } from './words.ts';
export type { Fault, FaultOn, Happening, PriceFault } from './words.ts';
