/** Whether the run should come to its end, and a way to wait that ends with it. */
import { sleep } from '../../ports/index.ts';
import type { Clock } from '../../ports/index.ts';

export class Ending {
  readonly #clock: Clock;
  readonly #wanted: Promise<void>;
  #want: () => void = () => {};
  #leave: () => void = () => {};
  wanted = false;
  /** Resolves when nobody waits for a good end any more. */
  readonly left: Promise<undefined>;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#wanted = new Promise((resolve) => (this.#want = resolve));
    this.left = new Promise((resolve) => (this.#leave = () => resolve(undefined)));
  }

  want(): void {
    this.wanted = true;
    this.#want();
  }

  leave(): void {
    this.#leave();
  }

  /** @returns whether the run goes on */
  async pause(ms: number): Promise<boolean> {
    if (ms > 0 && !this.wanted) await Promise.race([sleep(this.#clock, ms), this.#wanted]);
    return !this.wanted;
  }
}
