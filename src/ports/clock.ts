/** Time, from outside. Durations run on `monotonicMs`, which never goes back; `wallMs` is for people and for the venue. */
export interface Clock {
  monotonicMs(): number;
  wallMs(): number;
  /** Runs `run` once, `delayMs` from now; the answer cancels it. */
  timer(delayMs: number, run: () => void): () => void;
}

export const sleep = (clock: Clock, delayMs: number): Promise<void> => new Promise((resolve) => void clock.timer(delayMs, resolve));

/** Fresh names. `boot` names a process life; `id` anything else that must not repeat. */
export interface Ids {
  id(): string;
}
