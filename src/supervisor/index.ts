/**
 * The watcher of the runtime: parent of its process, judge of its heartbeat, and the only one who starts it again.
 *
 * Owns when a runtime is started, killed and given up. Does not own what a runtime does, nor the processes themselves:
 * those come through the `Child` port, so that every history can be tested on a virtual clock.
 *
 * And stops everything without the runtime: independent/.
 *
 * Invariants: S1 to S5 in supervisor.ts, N1 to N4 in report.ts, D1 to D4 in dead-man.ts.
 */
export { DeadMan } from './dead-man.ts';
export type { DeadManOptions } from './dead-man.ts';
export { IndependentPath, isStopWord, stopPage, stopSocket, stopWords, WRITER } from './independent/index.ts';
export type { PathPorts, Receipt, StopPageOptions, StopView, StopWish, StopWord, VenueView } from './independent/index.ts';
export { nextRestart } from './intensity.ts';
export type { Intensity } from './intensity.ts';
export { Report } from './report.ts';
export { DEFAULT_POLICY, Supervisor } from './supervisor.ts';
export type { SupervisorPolicy, SupervisorPorts, SupervisorState } from './supervisor.ts';
