/**
 * How soon a stop looks at a venue again, by what the venue still allows: looks never use up what they and the reads of executions need later.
 *
 * Owns the arithmetic. Does not own lanes: what cancels and closes leaves before every look, out of a reserve of its own.
 *
 *   L1. In any moment looks go on at a pace that would need `SPENT_OVER_MS` to use up what is left; so something is always left, and the fewer, the slower.
 *   L2. What a look costs is what was read since the last one, by whomever and for whatever: no venue has to say it.
 */
import type { GatewayReads } from './gateway/index.ts';

const SPENT_OVER_MS = 30_000;
const MOST_MS = 5_000;

export class LookPace {
  readonly #reads: (() => GatewayReads) | undefined;
  #begun: number;

  /** @param reads of the gateway before the venue; undefined where none stands there */
  constructor(reads: (() => GatewayReads) | undefined) {
    this.#reads = reads;
    this.#begun = reads?.().begun ?? 0;
  }

  /**
   * After a look: how long the next one has to wait.
   * @param last whether the next one is the last that is needed: then nothing has to be left after it
   */
  pauseMs(last: boolean): number {
    const reads = this.#reads?.();
    if (reads === undefined) return 0;
    const cost = reads.begun - this.#begun;
    this.#begun = reads.begun;
    return last && reads.left >= cost ? 0 : pauseFor(cost, reads.left);
  }
}

/** L1 */
export const pauseFor = (cost: number, left: number): number => Math.min(MOST_MS, Math.ceil((cost * SPENT_OVER_MS) / Math.max(1, left)));
