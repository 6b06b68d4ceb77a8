/**
 * What is done when the runtime cannot come back: a policy of ours, for venues that have no timer of their own.
 *
 *   D1. It acts once nothing was proven for as long as it is told to wait, or the runtime was given up; and only where one was up before.
 *   D2. It acts once; the next proof arms it again.
 *   D3. Silence counts only while this process was awake to listen.
 *   D4. While the independent path works it waits: what there is to do is being done.
 */
import type { Clock, Word } from '../ports/index.ts';

export type DeadManOptions = {
  readonly clock: Clock;
  readonly afterMs: number;
  readonly isBusy: () => boolean; // D4
  readonly act: (why: string) => void;
};

const ASLEEP_MS = 1_000;
const GRACE_MS = 5_000;

export class DeadMan {
  readonly #options: DeadManOptions;
  #cancel: () => void = () => {};
  #isArmed = false;

  constructor(options: DeadManOptions) {
    this.#options = options;
  }

  heard({ kind }: Word): void {
    if (kind === 'proven' || ((kind === 'ready' || kind === 'stranded') && !this.#isArmed)) this.#arm();
  }

  /** The runtime will not be started again. */
  gaveUp(why: string): void {
    if (this.#isArmed) this.#act(why); // D1
  }

  stop(): void {
    this.#isArmed = false;
    this.#cancel();
  }

  #arm(): void {
    this.#isArmed = true;
    this.#wait(this.#options.afterMs);
  }

  #wait(waitMs: number): void {
    const { clock, afterMs, isBusy } = this.#options;
    const dueMs = clock.monotonicMs() + waitMs;
    this.#cancel();
    this.#cancel = clock.timer(waitMs, () => {
      if (isBusy()) return this.#wait(afterMs);
      if (clock.monotonicMs() > dueMs + ASLEEP_MS) return this.#wait(GRACE_MS); // D3
      this.#act(`nothing was proven for ${afterMs} ms`);
    });
  }

  #act(why: string): void { // D2
    this.stop();
    this.#options.act(why);
  }
}
