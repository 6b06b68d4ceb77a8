/** By how much the main loop is late: a timer that says when it meant to run. */
import type { Clock } from '../../ports/index.ts';

const EVERY_MS = 1_000;

export class LoopLag {
  readonly #clock: Clock;
  #dueMs = 0;
  #mostMs = 0;
  #cancel: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(): void {
    this.#dueMs = this.#clock.monotonicMs() + EVERY_MS;
    this.#cancel = this.#clock.timer(EVERY_MS, () => {
      this.#mostMs = Math.max(this.#mostMs, this.#clock.monotonicMs() - this.#dueMs);
      this.start();
    });
  }

  stop(): void {
    this.#cancel();
  }

  /** The most since it was last asked; what is late right now counts. */
  take(): number {
    const lagMs = Math.max(this.#mostMs, this.#clock.monotonicMs() - this.#dueMs, 0);
    this.#mostMs = 0;
    return lagMs;
  }
}
