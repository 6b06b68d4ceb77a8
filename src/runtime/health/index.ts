/**
 * Watches the components of a life: ours by checks, others by what their owners tell. What they come to is decided in core/health.
 *
 * Invariants: C1 to C3 in desk.ts, Q1 in checks.ts.
 */
export { anyOf, diskCheck, followerCheck, journalCheck, loopCheck, pricesCheck, supervisorCheck, timerCheck, venueCheck } from './checks.ts';
export type { Check, Seen } from './checks.ts';
export { HealthDesk } from './desk.ts';
export type { OwnComponent } from './desk.ts';
export { ownComponents } from './own.ts';
export type { HealthPorts } from './own.ts';
export { LoopLag } from './lag.ts';
export { Reads } from './reads.ts';
