/**
 * How many retries a process may make: a tenth of its calls, and a few a second where calls are rare.
 *
 *   U1. Over any time, retries ≤ share × calls + floor per second × seconds + what a full purse held.
 */
export type RetryBudgetOptions = { readonly share?: number; readonly floorPerSecond?: number; readonly purse?: number };

export class RetryBudget {
  readonly #share: number;
  readonly #perMs: number;
  readonly #purse: number; // the most that may be saved up
  #saved: number;
  #atMs: number | undefined;

  constructor({ share = 0.1, floorPerSecond = 3, purse = 10 }: RetryBudgetOptions = {}) {
    this.#share = share;
    this.#perMs = floorPerSecond / 1_000;
    this.#purse = purse;
    this.#saved = purse;
  }

  called(nowMs: number): void {
    this.#pass(nowMs);
    this.#saved = Math.min(this.#purse, this.#saved + this.#share);
  }

  /** Whether one more is allowed; if so, it is taken. */
  take(nowMs: number): boolean {
    this.#pass(nowMs);
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }

  #pass(nowMs: number): void {
    if (this.#atMs !== undefined) this.#saved = Math.min(this.#purse, this.#saved + Math.max(0, nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
  }
}
