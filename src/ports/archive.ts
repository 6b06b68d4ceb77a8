/**
 * The index of older keys: rows that the open segment left behind, found again by any of their names.
 *
 *   X1. What `keep` answered is there for every later `lookup`, in this life and the next.
 *   X2. A row kept again replaces the one before. A failed look is an error, never "not there".
 */
import type { KeptRow } from '../core/index.ts';

export type ArchivedRow = { readonly row: KeptRow; readonly names: readonly string[] };

export interface Archive {
  /** The newest segment before whose opening everything was kept; 1 when nothing ever was. */
  through(): Promise<number>;
  /** Keeps what the segment that is about to be opened leaves behind. */
  keep(rows: readonly ArchivedRow[], segment: number): Promise<void>;
  /** The rows known by these names, each once. */
  lookup(names: readonly string[]): Promise<readonly KeptRow[]>;
}

/** A closed segment, as far as deciding whether to keep it goes. */
export type ClosedSegment = {
  readonly number: number;
  readonly lastSeq: number;
  readonly lastHash: string;
  readonly lastAtMs: number; // journal time of its last entry
  readonly bytes: number;
  readonly removed: boolean;
};

export interface SegmentKeeper {
  /** Oldest first; the removed ones too. */
  segments(): Promise<readonly ClosedSegment[]>;
  /** Deletes the file; its line in the index of segments stays. */
  removeSegment(number: number): Promise<void>;
}
