/** What must hold in a run, and when it must have come back: the list is in checks.ts, a file for each idea beside it. */
export { Agreements } from './agreements.ts';
export type { Place } from './agreements.ts';
export { Checks } from './checks.ts';
export { Violation } from './violation.ts';
