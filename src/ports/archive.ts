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
