/** What the thread that trades and the thread that writes say to each other. Appends are bytes; everything else is small. */
import type { Head, Snapshot, SnapshotRange } from '../../journal/index.ts';
import type { ArchivedRow } from '../../ports/index.ts';
import type { StoreCause } from './errors.ts';
import type { OpenFileOptions } from './file.ts';
import type { SegmentSpan } from './segment-files.ts';

export type Failure = { readonly reason: StoreCause; readonly detail: string };

export type Question =
  | { readonly kind: 'head' }
  | { readonly kind: 'origin' }
  | { readonly kind: 'unclosed' }
  | { readonly kind: 'forget'; readonly throughSeq: number } // answered: how many entries went
  | { readonly kind: 'read'; readonly fromSeq: number; readonly limit: number }
  | { readonly kind: 'save-snapshot'; readonly snapshot: Snapshot }
  | { readonly kind: 'snapshots'; readonly which?: SnapshotRange }
  | { readonly kind: 'close' };

export type ToWorker =
  | { readonly kind: 'append'; readonly bytes: ArrayBuffer; readonly more: boolean } // answered by `appended`, in order; `more` is on its way
  | { readonly kind: 'tidy' } // a quiet moment: not answered
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question };

export type FromWorker =
  | { readonly kind: 'opened'; readonly identity: string; readonly head: Head }
  | { readonly kind: 'not-opened'; readonly failure: Failure }
  | { readonly kind: 'appended'; readonly answers: readonly number[] } // one per batch: seq of the head, STALE or WRONG_HEAD
  | { readonly kind: 'lost'; readonly failure: Failure } // this group and everything after it is unknown
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'no-answer'; readonly id: number; readonly failure: Failure };

export type WorkerData = OpenFileOptions;

export type CloserData = { readonly directory: string; readonly spans: readonly SegmentSpan[]; readonly identity: string; readonly remove: readonly number[] };
export type FromCloser =
  | { readonly kind: 'closed'; readonly number: number; readonly lastSeq: number } // in a file; may leave the journal
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly failure: Failure };

export type KeysData = { readonly directory: string; readonly identity: string };
export type KeysQuestion =
  | { readonly kind: 'through' }
  | { readonly kind: 'keep'; readonly rows: readonly ArchivedRow[]; readonly segment: number }
  | { readonly kind: 'lookup'; readonly names: readonly string[] }
  | { readonly kind: 'close' };
export type FromKeys =
  | { readonly kind: 'opened' }
  | { readonly kind: 'not-opened'; readonly failure: Failure }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'no-answer'; readonly id: number; readonly failure: Failure };
