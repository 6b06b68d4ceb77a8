/**
 * Asks the store for leases on a rate budget, by compare-and-set, until what is wanted is durable or there is no room for it.
 *
 *   L1. Nothing is granted before it is durable. Where that is not known, the state is read again, and what was written after all is met as a stranger's.
 *
 * Owns which version of the state is known here, and whether the store answers. Does not own who waits, nor what they do meanwhile.
 */
import { canonicalText, reasonOf } from '../base/index.ts';
import { emptyQuota, quotaOf } from '../core/calls/index.ts';
import type { Demand, Quota, QuotaState, Urgency } from '../core/calls/index.ts';
import type { QuotaStore } from '../ports/index.ts';
import { QuotaStoreError } from './errors.ts';
import type { Timed } from './guard.ts';

const AGAIN_MS = 50; // after the store has failed

type Asked = { readonly clock: Timed; readonly quota: Quota; readonly store: QuotaStore; readonly name: string };
type Asker = { readonly demand: (urgency: Urgency) => Demand; readonly learnt: () => void };

export class Leasing {
  readonly #asked: Asked;
  readonly #asker: Asker;
  #version: number | undefined; // of the state as it is known here
  #trouble: { readonly error: QuotaStoreError; readonly untilMs: number } | undefined;
  silentSinceMs = Infinity; // since when the store has been asked and has not answered
  writtenMs = -Infinity;

  constructor(asked: Asked, asker: Asker) {
    this.#asked = asked;
    this.#asker = asker;
  }

  begin(nowMs: number): void {
    if (this.silentSinceMs === Infinity) this.silentSinceMs = nowMs;
  }

  /** @returns whether to look at once whether more is wanted; or why the store failed */
  async lease(): Promise<{ readonly again: boolean; readonly error?: QuotaStoreError }> {
    try {
      const again = await this.#lease();
      this.#trouble = undefined;
      return { again };
    } catch (thrown) {
      const { clock, quota, name } = this.#asked;
      quota.dropped(); // whether it was written is not known: it is read again
      this.#version = undefined;
      this.#trouble = { error: QuotaStoreError.of(name, reasonOf(thrown)), untilMs: clock.monotonicMs() + AGAIN_MS };
      return { again: false, error: this.#trouble.error };
    }
  }

  async #lease(): Promise<boolean> {
    const { clock, quota, store } = this.#asked;
    for (;;) {
      if (this.#version === undefined) {
        const kept = await store.read();
        this.#version = kept?.version ?? 0;
        quota.learn(kept === undefined ? emptyQuota : quotaOf(kept.text), clock.monotonicMs());
        this.#asker.learnt();
      }
      const { news } = quota;
      const { state, grants } = quota.propose({ urgent: this.#asker.demand('urgent'), common: this.#asker.demand('common') }, clock.monotonicMs());
      if (!grants && !news) {
        this.silentSinceMs = Infinity;
        return false;
      }
      const done = await store.replace(this.#version, canonicalText(state));
      this.silentSinceMs = done ? Infinity : clock.monotonicMs();
      if (done) {
        this.#version += 1;
        this.writtenMs = clock.monotonicMs();
        quota.granted(); // L1
        return true;
      }
      this.#version = undefined;
    }
  }

  /** What others have written may be read again. */
  forget(): void {
    this.#version = undefined;
  }

  /** Why the store is not asked now. */
  trouble(nowMs: number): QuotaStoreError | undefined {
    return this.#trouble !== undefined && nowMs < this.#trouble.untilMs ? this.#trouble.error : undefined;
  }

  /** When it is asked again after it has failed; undefined where it has not. */
  get againAtMs(): number | undefined {
    return this.#trouble?.untilMs;
  }

  /** Writes what is given back; if that fails, it counts until its time is over. */
  async leave(state: QuotaState): Promise<void> {
    if (this.#version !== undefined) await this.#asked.store.replace(this.#version, canonicalText(state)).catch(() => false);
  }
}
