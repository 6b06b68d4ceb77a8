/** A process of ours that is watched by another: what it says, and how it ends. */

/** What a runtime tells its supervisor. */
export type Word =
  | { readonly kind: 'heartbeat' } // its main loop turns
  | { readonly kind: 'ready'; readonly listening: string; readonly controlSocket: string }
  | { readonly kind: 'stranded'; readonly code: string; readonly message: string; readonly listening: string; readonly controlSocket: string } // up, without a journal
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }; // it will not run here, and ends

export type End = { readonly code: number | undefined; readonly signal: string | undefined };

/** One life of the watched process, in a process group of its own. */
export interface Child {
  readonly pid: number;
  /** Asks it to stop in good order. It may be past hearing. */
  stop(): void;
  /** SIGKILL to the whole group. It is gone when `onEnd` says so, not before. */
  kill(): void;
  onWord(run: (word: Word) => void): void;
  /** Runs once, when the process is reaped. */
  onEnd(run: (end: End) => void): void;
}
