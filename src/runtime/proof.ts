/**
 * The proof that this process still does what it is there for: say no, and write down. Asked for by whoever feeds a watchdog.
 *
 *   K1. A proof is given at the end alone: the last word was asked and refused, everything decided so far is on disk, and the
 *       thread that writes has read back the newest of it, with the hash that this process gave it. Nothing else gives one.
 *   K2. While the disk is silent the question stays open. There is no answer that means "probably".
 *   K3. A belief that proves false ends this life: it is written down, and the next one begins with a shut gate.
 */
import { InvariantError, invariant, reasonOf } from '../base/index.ts';
import { probeGate } from '../core/index.ts';
import type { Prices, Rung } from '../core/index.ts';
import type { Store } from '../journal/index.ts';
import type { JournalTime } from './time.ts';
import type { Turns } from './turns.ts';

export type Proof = { readonly gate: Rung; readonly durableSeq: number };

export class Prover {
  readonly #turns: Turns;
  readonly #prices: Prices;
  readonly #time: JournalTime;
  readonly #store: Pick<Store, 'read'>;
  #probes = 0;

  constructor(parts: { readonly turns: Turns; readonly prices: Prices; readonly time: JournalTime; readonly store: Pick<Store, 'read'> }) {
    this.#turns = parts.turns;
    this.#prices = parts.prices;
    this.#time = parts.time;
    this.#store = parts.store;
  }

  /** Rejects when this life is over, or the disk could not be read. */
  async prove(): Promise<Proof> {
    const { world } = this.#turns;
    try {
      probeGate(world, this.#prices, this.#time.nowMs(), this.#probes);
      this.#probes += 1;
      const gate = world.gate.state;
      const { seq, hash } = this.#turns.head;
      await this.#turns.durable(seq); // K2
      const [entry] = await this.#store.read(seq, 1);
      invariant(entry?.seq === seq && entry.hash === hash, `the disk has the entry ${seq} as it was decided`);
      if (this.#turns.failed !== undefined) throw this.#turns.failed;
      return { gate, durableSeq: seq };
    } catch (thrown) {
      if (!(thrown instanceof InvariantError)) throw thrown instanceof Error ? thrown : new Error(reasonOf(thrown));
      this.#turns.end(thrown); // K3
      throw thrown;
    }
  }
}
