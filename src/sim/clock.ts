/**
 * Time that passes only when told to. Whole runs of the system take as long as their work, not as long as their waiting.
 *
 * Owns the order of timers. Does not own how a turn of work is known to be over: that is `settle`, handed in from outside
 * because a simulation has no timers of its own (the edges make it of setImmediate).
 *
 *   C1. Monotonic time never goes back; wall time may be stepped either way, and nothing but people reads it.
 *   C2. Timers run one at a time, by time and then by the order in which they were set; all work a timer starts is done
 *       before the next one runs.
 *   C3. A timer that throws ends the run: the error reaches whoever advances the clock.
 */
import { invariant } from '../base/index.ts';
import type { Clock } from '../ports/index.ts';
import { Timers } from './timers.ts';

/** Resolves once no work is left that could go on without time passing. */
export type Settle = () => Promise<void>;

export class VirtualClock implements Clock {
  readonly #timers = new Timers();
  readonly #settle: Settle;
  #nowMs = 0;
  #wallOffsetMs: number;

  constructor(options: { readonly settle: Settle; readonly startWallMs?: number }) {
    this.#settle = options.settle;
    this.#wallOffsetMs = options.startWallMs ?? Date.UTC(2025, 0, 1);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs + this.#wallOffsetMs;
  }

  timer(delayMs: number, run: () => void): () => void {
    invariant(!Number.isNaN(delayMs), 'a timer has a delay');
    return this.#timers.set(this.#nowMs + Math.ceil(Math.max(0, delayMs)), run); // whole ms, and never early, as timers are
  }

  /** Someone sets the machine's clock. */
  stepWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  /** When the next timer is due; undefined when nothing waits for time. */
  nextAtMs(): number | undefined {
    return this.#timers.nextAtMs();
  }

  /** Finishes the work at hand, then runs the next timer and the work it starts. False when no timer is left. */
  async advance(): Promise<boolean> {
    await this.#settle();
    return this.#step(Number.POSITIVE_INFINITY);
  }

  /** Lets this much time pass. */
  async runFor(ms: number): Promise<void> {
    await this.runUntil(() => false, ms);
  }

  /** Lets time pass until the predicate holds, asked after every timer; false if it did not within `maxMs`. */
  async runUntil(holds: () => boolean, maxMs: number): Promise<boolean> {
    const endMs = this.#nowMs + maxMs;
    await this.#settle();
    for (;;) {
      if (holds()) return true;
      if (await this.#step(endMs)) continue;
      if (endMs !== Number.POSITIVE_INFINITY) this.#nowMs = Math.max(this.#nowMs, endMs);
      return false;
    }
  }

  /** Runs until the promise settles, and gives its value. */
  async until<T>(promise: Promise<T>, maxMs = Number.POSITIVE_INFINITY): Promise<T> {
    let over = false;
    const end = (): void => void (over = true);
    promise.then(end, end);
    if (!(await this.runUntil(() => over, maxMs))) {
      throw new Error(`What was waited for did not happen by ${this.#nowMs} ms of virtual time, and ${this.#timers.size} timers are left.`);
    }
    return promise;
  }

  async #step(endMs: number): Promise<boolean> {
    const atMs = this.#timers.nextAtMs();
    if (atMs === undefined || atMs > endMs) return false;
    this.#nowMs = Math.max(this.#nowMs, atMs);
    this.#timers.take()?.();
    await this.#settle();
    return true;
  }
}
