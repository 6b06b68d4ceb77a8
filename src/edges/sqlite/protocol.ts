/** What the thread that trades and the thread that writes say to each other. Appends are bytes; everything else is small. */
import type { Head, Snapshot } from '../../journal/index.ts';
import type { StoreCause } from './errors.ts';
import type { OpenFileOptions } from './file.ts';

export type Failure = { readonly reason: StoreCause; readonly detail: string };

export type Question =
  | { readonly kind: 'head' }
  | { readonly kind: 'read'; readonly fromSeq: number; readonly limit: number }
  | { readonly kind: 'save-snapshot'; readonly snapshot: Snapshot }
  | { readonly kind: 'snapshots' }
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
