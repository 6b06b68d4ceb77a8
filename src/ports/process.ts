/** A process of ours that is watched by another: what it says, and how it ends. */

/** What a runtime tells its supervisor. */
export type Word =
  | { readonly kind: 'heartbeat' } // its main loop turns
  | { readonly kind: 'proven'; readonly sentence: string } // the gate said no to a probe, and the disk has what was decided; how things stand
  | { readonly kind: 'ready'; readonly listening: string; readonly controlSocket: string }
  | { readonly kind: 'stranded'; readonly code: string; readonly message: string; readonly listening: string; readonly controlSocket: string } // up, without a journal
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }; // it will not run here, and ends

export type End = { readonly code: number | undefined; readonly signal: string | undefined };

/** One life of the watched process, in a process group of its own. */
export interface Child {
  readonly pid: number;
  /** Asks it to stop in good order. It may be past hearing. */
  stop(): void;
  /** Asks it to read its configuration again. */
  reload(): void;
  /** SIGKILL to the whole group. It is gone when `onEnd` says so, not before. */
  kill(): void;
  onWord(run: (word: Word) => void): void;
  /** Runs once, when the process is reaped. */
  onEnd(run: (end: End) => void): void;
}

/** Whoever started this service and watches it in turn: it is told how the service does, and kills it when it is not told that it lives. */
export interface Overseer {
  /** In the order of the calls; what waits is told together. */
  tell(news: News): void;
  /** Settles once nothing waits. */
  told(): Promise<void>;
}

export type News = {
  readonly ready?: true;
  readonly stopping?: true;
  readonly alive?: true;
  readonly aliveWithinMs?: number; // from now on: how soon it must hear again that the service lives
  readonly status?: string; // for people, in one line
};
