/**
 * The format of the record: what a release may write into a journal, so that the releases that may still be asked to read it can.
 *
 * Owns the numbers and the fact that raises them. Which facts belong to which format is said where each is declared.
 *
 *   V1. A journal holds only facts of its format and of those before; the format only rises, and by a fact.
 *   V2. `format.raised` and `segment.opened` are of format 1 for ever: they are what tells an older release that it is one.
 */
export { formatFacts } from './facts.ts';
export { RECORD_FORMATS, STATE_FORMAT, STATE_SINCE } from './formats.ts';
export type { FormatFact } from './formats.ts';
