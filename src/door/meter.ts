/** At most so many in a minute: for what a stranger can cause. */
import type { Clock } from '../ports/index.ts';

const MINUTE_MS = 60_000;

export class Meter {
  readonly #clock: Clock;
  readonly #perMinute: number;
  #sinceMs = Number.NEGATIVE_INFINITY;
  #taken = 0;

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  take(): boolean {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#sinceMs >= MINUTE_MS) [this.#sinceMs, this.#taken] = [nowMs, 0];
    this.#taken += 1;
    return this.#taken <= this.#perMinute;
  }
}
