/** Where the record stands: which segment is open, since when, and from where on it is still kept. */
import type { FactOf } from '../../journal/index.ts';
import type { segmentFacts } from './facts.ts';

export type SegmentFact = FactOf<typeof segmentFacts>;

export type Segment = {
  readonly number: number;
  readonly firstSeq: number;
  readonly openedAtMs: number; // of its first entry
  readonly removed: { readonly segment: number; readonly lastSeq: number; readonly lastHash: string } | null; // up to there nothing is kept any more
};

export const FIRST_SEGMENT: Segment = { number: 1, firstSeq: 1, openedAtMs: 0, removed: null };
