/**
 * What the venue has refused, for as long as that holds: it is limited (429) or has banned us, or has refused something urgent, at the first try or again.
 *
 * Owns Q4 and Q6 of `Quota`. What is ours is known better here than from the state that is kept; of what others have written nothing is made longer.
 */
import type { Closing, QuotaState, Urgency } from './quota-state.ts';

type Shut = { readonly kind: Closing['kind']; readonly ours: boolean; readonly untilMs: number };
/** Whether what was refused was a first try, or a repeat of what had been refused before. */
export type Try = 'refused' | 'refused-again';
const REFUSED_MS = 60_000;
const REFUSED_KEPT = 64; // of each

export class Closings {
  readonly #name: () => string;
  readonly #shut = new Map<string, Shut>();
  readonly #finished = new Set<string>(); // over, and perhaps still in the state that is kept

  /** @param name gives a name that nothing else has had */
  constructor(name: () => string) {
    this.#name = name;
  }

  /** Until when nothing of this urgency may be spent; undefined where something may. */
  untilMs(urgency: Urgency): number | undefined {
    const ends = [...this.#shut.values()].filter(({ kind }) => kind === 'banned' || (kind === 'limited' && urgency === 'common')).map(({ untilMs }) => untilMs); // Q4
    return ends.length === 0 ? undefined : Math.max(...ends);
  }

  get banned(): boolean {
    return [...this.#shut.values()].some(({ kind }) => kind === 'banned');
  }

  /** How many in the last minute, and when the last one was, as far as that is known. */
  refusals(of: Try): { readonly count: number; readonly lastMs: number } {
    let [count, lastMs] = [0, -Infinity];
    for (const { kind, untilMs } of this.#shut.values()) {
      if (kind !== of) continue;
      count += 1;
      lastMs = Math.max(lastMs, untilMs - REFUSED_MS);
    }
    return { count, lastMs };
  }

  /** @returns whether that is news */
  refused(kind: Try, nowMs: number): boolean {
    if (this.refusals(kind).count >= REFUSED_KEPT) return false;
    this.#shut.set(this.#name(), { kind, ours: true, untilMs: nowMs + REFUSED_MS });
    return true;
  }

  /** @returns whether that is news */
  close(kind: 'limited' | 'banned', untilMs: number): boolean {
    const sooner = [...this.#shut].filter(([, shut]) => shut.kind === kind && shut.ours);
    if (sooner.some(([, shut]) => shut.untilMs >= untilMs)) return false;
    for (const [id] of sooner) this.#open(id);
    this.#shut.set(this.#name(), { kind, ours: true, untilMs });
    return true;
  }

  #open(id: string): void {
    this.#shut.delete(id);
    this.#finished.add(id);
  }

  pass(nowMs: number): void {
    for (const [id, { untilMs }] of this.#shut) if (nowMs >= untilMs) this.#open(id);
  }

  learn(closings: QuotaState['closings'], nowMs: number): void {
    const seen = new Set(closings.map(({ id }) => id));
    for (const { id, kind, forMs } of closings) {
      const known = this.#shut.get(id);
      if (known?.ours === true || this.#finished.has(id)) continue;
      this.#shut.set(id, { kind, ours: false, untilMs: Math.min(known?.untilMs ?? Infinity, nowMs + forMs) });
    }
    for (const [id, { ours }] of this.#shut) if (!ours && !seen.has(id)) this.#shut.delete(id);
    for (const id of this.#finished) if (!seen.has(id)) this.#finished.delete(id);
  }

  written(nowMs: number): QuotaState['closings'] {
    return [...this.#shut].map(([id, { kind, untilMs }]): Closing => ({ id, kind, forMs: Math.ceil(untilMs - nowMs) }));
  }

  /** What was written no longer holds what is over. */
  granted(): void {
    this.#finished.clear();
  }

  nextMs(): number {
    let nextMs = Infinity;
    for (const { untilMs } of this.#shut.values()) nextMs = Math.min(nextMs, untilMs);
    return nextMs;
  }
}
