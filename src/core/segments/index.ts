/**
 * The record in pieces: a segment begins with all that is still alive, and what is done and old is left behind.
 *
 * Owns the words of it. What is left behind and how it comes back is in `carry.ts`, how a world is cut in `world.ts`.
 */
export { segmentFacts } from './facts.ts';
export type { KeptRow } from './facts.ts';
export { FIRST_SEGMENT } from './view.ts';
export type { Segment, SegmentFact } from './view.ts';
