/**
 * Which urgent calls the venue has refused (429) and not answered otherwise since, by name: to make one of them once more is no first try.
 *
 * Owns Q7 of `Quota`. Bounded by number and age: the oldest is forgotten, and is a first try again, which costs one more request at most.
 * As with `Closings`, what is ours is known better here than from the state that is kept.
 */
import type { QuotaState } from './quota-state.ts';

type Known = { readonly ours: boolean; readonly untilMs: number };

export const REFUSED_CALLS_KEPT = 256;
const KEPT_MS = 600_000;

export class RefusedCalls {
  readonly #calls = new Map<string, Known>(); // in the order of their refusal
  readonly #over = new Set<string>(); // forgotten here, and perhaps still in the state that is kept

  has(name: string): boolean {
    return this.#calls.has(name);
  }

  refused(name: string, nowMs: number): void {
    this.#calls.delete(name);
    this.#over.delete(name);
    this.#calls.set(name, { ours: true, untilMs: nowMs + KEPT_MS });
    this.#bound();
  }

  /** The venue has said something else to it. @returns whether that is news */
  answered(name: string): boolean {
    if (!this.#calls.has(name)) return false;
    this.#forget(name);
    return true;
  }

  pass(nowMs: number): void {
    for (const [name, { untilMs }] of this.#calls) if (nowMs >= untilMs) this.#forget(name);
  }

  learn(kept: QuotaState['refusedCalls'], nowMs: number): void {
    const seen = new Set(kept.map(({ name }) => name));
    for (const { name, forMs } of kept) {
      const known = this.#calls.get(name);
      if (known?.ours === true || this.#over.has(name)) continue;
      this.#calls.set(name, { ours: false, untilMs: Math.min(known?.untilMs ?? Infinity, nowMs + Math.min(KEPT_MS, forMs)) });
    }
    for (const [name, { ours }] of this.#calls) if (!ours && !seen.has(name)) this.#calls.delete(name);
    for (const name of this.#over) if (!seen.has(name)) this.#over.delete(name);
    this.#bound();
  }

  written(nowMs: number): QuotaState['refusedCalls'] {
    return [...this.#calls].map(([name, { untilMs }]) => ({ name, forMs: Math.ceil(untilMs - nowMs) }));
  }

  /** What was written no longer holds what was forgotten. */
  granted(): void {
    this.#over.clear();
  }

  #bound(): void {
    for (const name of this.#calls.keys()) {
      if (this.#calls.size <= REFUSED_CALLS_KEPT) return;
      this.#forget(name);
    }
  }

  #forget(name: string): void {
    this.#calls.delete(name);
    this.#over.add(name);
  }
}
