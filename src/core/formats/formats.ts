/**
 * Which formats of the record this release reads and writes, and the state that a segment may begin with in each.
 *
 * To bring a new fact, version or shape of the state: give it `since: N + 1` and raise `reads`; in the release after that raise
 * `writes`. So whoever raises a journal may still go back by one release.
 */
import { FIRST_FORMAT } from '../../journal/index.ts';
import type { FactOf, Formats } from '../../journal/index.ts';
import type { formatFacts } from './facts.ts';

export type FormatFact = FactOf<typeof formatFacts>;

export const RECORD_FORMATS: Formats = { reads: 1, writes: 1 };

/** Raised when the meaning of a state changes: an older snapshot is then not read, the journal is. */
export const STATE_FORMAT = 5;
/** The first format of the record whose readers know that state. Before it no segment begins: a start could not read it. */
export const STATE_SINCE = FIRST_FORMAT;
