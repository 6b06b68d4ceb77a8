/**
 * Stopping everything without the runtime: it is killed, the venues are swept by this process itself, and the next runtime boots into the stop.
 *
 * Owns the order of the steps, what a venue has to show, and the two ways to ask for it: a socket and a page. Does not own processes, connections or time; a
 * venue is the same adapter that the runtime uses, over connections of its own.
 *
 * Invariants: I1 to I5 in path.ts, V1 to V5 in site.ts, C1 to C3 in closing.ts, P1 to P4 in page.ts.
 */
export { stopSocket } from './socket.ts';
export { stopPage } from './page.ts';
export type { StopPageOptions } from './page.ts';
export { IndependentPath, WRITER } from './path.ts';
export type { PathPorts } from './path.ts';
export { isStopWord, stopWords } from './words.ts';
export type { Receipt, StopView, StopWish, StopWord, VenueView } from './words.ts';
