/**
 * How the parts are, and how the whole is because of them.
 *
 * Owns the components that are watched, their states, the safety state of the whole and what it restricts. Does not own the checks (runtime), the gate or
 * the limits (safety, limits): those read `restrictionOf` and `scaleOf`.
 *
 * Signs of life and findings are samples and stay in memory (`ComponentWatch`); a registration and a change of state are facts.
 *
 * Invariants: W1 to W3 in watch.ts, H1 to H4 in system.ts, X1 and X2 in transitions.ts, D1 in decide.ts, V1 in awaited.ts.
 */
export { healthFacts } from './facts.ts';
export { awaitedOf } from './awaited.ts';
export type { Awaited } from './awaited.ts';
export { leaveEmergency, takeHealth } from './decide.ts';
export type { HealthInput, HealthOutcome, Registration } from './decide.ts';
export { isCalm, isGrave, nextTurn, rankOf, restrictionOf, scaleOf, worstOf } from './system.ts';
export type { Rank, Restriction, Turn } from './system.ts';
export { componentTransitions, mayBecome, mayTurn, systemTransitions } from './transitions.ts';
export { emptyHealth, evolveHealth, evolveHealthBoot, UNWATCHED } from './view.ts';
export type { Component, Health, HealthFact, SystemSafety } from './view.ts';
export { ComponentWatch } from './watch.ts';
export type { Change } from './watch.ts';
export { componentStates, DEFAULT_RETURN, DEFAULT_WATCH, systemSafetyStates } from './words.ts';
export type { ComponentState, Finding, Numbers, ReturnTimes, SystemSafetyState, WatchTimes } from './words.ts';
