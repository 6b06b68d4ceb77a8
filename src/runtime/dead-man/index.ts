/**
 * The venues' own dead-man timers, where they have one: set before anything that adds risk leaves, set again while this life lives, left to run out when it does not.
 *
 * Owns when they are set. Does not own what waits without one (core/safety/admission.ts), nor what is done where no venue has one (supervisor/dead-man.ts).
 * Invariants: T1 to T5 in timer.ts.
 */
export { DEFAULT_DEAD_MAN } from './timer.ts';
export type { DeadManSettings, VenueTimerView } from './timer.ts';
export { VenueTimers } from './timers.ts';
