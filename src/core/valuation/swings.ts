/**
 * How far the price of one instrument moved within a time, and whether that is unusual.
 *
 *   S2. Prices are taken as the middle one of the last five looks: one bad price is never a move.
 *   S3. What is usual is the median of earlier moves, which a few wild ones do not change.
 *   S4. What is remembered is bounded.
 */
import type { RiskPolicy } from './facts.ts';

type Words = NonNullable<RiskPolicy['volatility']>;
export type Move = { readonly movePpm: number; readonly fromUnits: bigint; readonly toUnits: bigint; readonly overMs: number; readonly boundPpm: number; readonly usualPpm: number | undefined };

const LOOKS = 5;
const LOOK_MS = 900; // looks that are closer together count as one
const EARLIER = 120; // moves that say what is usual
const LEAST_EARLIER = 20;
const POINTS = 400;

export class Swings {
  readonly #words: Words;
  #looks: bigint[] = [];
  #lastMs = -Infinity;
  #points: { readonly atMs: number; readonly units: bigint }[] = [];
  #earlier: number[] = [];
  #earlierMs = -Infinity;

  constructor(words: Words) {
    this.#words = words;
  }

  saw(middleUnits: bigint, atMs: number): void {
    if (atMs - this.#lastMs < LOOK_MS) return;
    this.#lastMs = atMs;
    this.#looks = [...this.#looks.slice(1 - LOOKS), middleUnits];
    const units = this.#looks.toSorted((a, b) => (a < b ? -1 : 1))[Math.floor(LOOKS / 2)];
    if (units === undefined) return; // fewer than three
    const { withinMs } = this.#words;
    const apartMs = Math.max(LOOK_MS, withinMs / POINTS);
    const last = this.#points.at(-1);
    if (last === undefined || atMs - last.atMs >= apartMs) this.#points.push({ atMs, units });
    while ((this.#points[0]?.atMs ?? atMs) < atMs - withinMs || this.#points.length > POINTS + 1) this.#points.shift(); // S4
    if (atMs - this.#earlierMs < withinMs / 2) return;
    if (this.#earlierMs !== -Infinity) this.#earlier = [...this.#earlier.slice(1 - EARLIER), this.#largest().movePpm];
    this.#earlierMs = atMs;
  }

  /** The largest move within the time, against what it takes to be too large; undefined before there is one. */
  get move(): Move | undefined {
    if (this.#points.length < 2) return undefined;
    const usualPpm = this.#earlier.length < LEAST_EARLIER ? undefined : medianOf(this.#earlier);
    const boundPpm = Math.max(this.#words.movePpm, this.#words.factor * (usualPpm ?? 0));
    return { ...this.#largest(), usualPpm, boundPpm };
  }

  #largest(): Pick<Move, 'movePpm' | 'fromUnits' | 'toUnits' | 'overMs'> {
    const now = this.#points.at(-1);
    let largest = { movePpm: 0, fromUnits: now?.units ?? 0n, toUnits: now?.units ?? 0n, overMs: 0 };
    if (now === undefined) return largest;
    for (const { atMs, units } of this.#points) {
      if (units <= 0n) continue;
      const apart = now.units > units ? now.units - units : units - now.units;
      const movePpm = Number((apart * 1_000_000n) / units);
      if (movePpm > largest.movePpm) largest = { movePpm, fromUnits: units, toUnits: now.units, overMs: now.atMs - atMs };
    }
    return largest;
  }

  /** From here on anew: what was acted upon does not count again. */
  forget(): void {
    this.#points = this.#points.slice(-1);
  }
}

const medianOf = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
