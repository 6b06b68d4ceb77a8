/**
 * How a venue is asked again that has answered 429, one for what is urgent and one for all the rest.
 *
 *   C1. After a 429 one call goes first, and the others once it was answered with something else; refused again, it waits for longer each time.
 *   C2. What is urgent and was never refused goes at once all the same: a refusal costs a request, waiting may cost a position. Only what
 *       was refused before is held to C1, and obeys `Retry-After`, for a minute at most.
 *   C3. Where a venue refuses and refuses, going on would earn a ban. With `firstsMost` first tries refused within a minute, of all that share
 *       the state, or under way since one was, what is urgent goes one at a time; so does what was refused before, with `TRIES_MOST`. From
 *       then on a pause is waited out, whatever was let through meanwhile, and whoever has waited it out, this life or the one before. So in any minute no more urgent calls are refused than
 *       `firstsMost` (or what had left before the first of them was) and eight.
 *   C4. After a ban, one goes first: the next ban is longer.
 */
import type { BudgetWindow, Quota, Urgency } from '../core/calls/index.ts';

/** Taken by a call that may go, and given back when it is answered. */
export type Pass = { readonly triesOut: boolean; readonly again: boolean; readonly refusals: number };

const AGAIN_AFTER_429_MS = 5_000;
const AGAIN_AFTER_429_MOST_MS = 60_000;
const URGENT_AGAIN_MS = 1_000;
const URGENT_AGAIN_MOST_MS = 16_000;
const RETRY_AFTER_MOST_MS = 60_000;
const A_MINUTE_MS = 60_000;
const FIRSTS_SHARE = 10;
const [FIRSTS_LEAST, FIRSTS_MOST] = [5, 15];
const TRIES_MOST = 4;

/** C3: a tenth of what is allowed in a minute; five at least, and fifteen at most, as no venue says how many refusals it bears. */
export function firstsMost(windows: readonly BudgetWindow[]): number {
  const inAMinute = Math.min(...windows.map(({ limit, perMs }) => (limit * A_MINUTE_MS) / perMs));
  return Math.max(FIRSTS_LEAST, Math.min(FIRSTS_MOST, Math.floor(inAMinute / FIRSTS_SHARE)));
}

const pauseMs = (tries: number): number => Math.min(URGENT_AGAIN_MOST_MS, URGENT_AGAIN_MS * 2 ** Math.max(0, tries - 1));

export class Caution {
  readonly #quota: Quota;
  readonly #urgency: Urgency;
  readonly #firstsMost: number;
  #isCareful = false;
  #afterBan = false;
  #tryingOut = false;
  #inARow = 0;
  #refusals = 0; // ever
  #underway = 0;
  #triesUnderway = 0;
  #heldUntilMs = -Infinity; // what is urgent; the rest is closed by the quota

  constructor(quota: Quota, urgency: Urgency) {
    this.#quota = quota;
    this.#urgency = urgency;
    this.#firstsMost = firstsMost(quota.policy.windows);
  }

  /** Whether it may go, as far as refusals are concerned. @param again the venue has refused this very call before */
  mayGo(again: boolean, nowMs: number): boolean {
    this.#quota.pass(nowMs);
    this.heed();
    return this.#goesFreely(again) || (!this.#tryingOut && nowMs >= this.notBeforeMs);
  }

  goes(again: boolean): Pass {
    const triesOut = !this.#goesFreely(again);
    if (triesOut) this.#tryingOut = true;
    this.#underway += 1;
    if (again) this.#triesUnderway += 1;
    return { triesOut, again, refusals: this.#refusals };
  }

  /** Until when what is urgent waits where it may not go at once; -Infinity where it does not. */
  get notBeforeMs(): number {
    const { count, lastMs } = this.#tries;
    return Math.max(this.#heldUntilMs, this.#urgency === 'urgent' && count >= TRIES_MOST ? lastMs + pauseMs(count) : -Infinity); // C3
  }

  get #tries(): { readonly count: number; readonly lastMs: number } {
    return this.#quota.refusals('refused-again');
  }

  /** How long what was refused before waits until it is worth asking again. */
  againInMs(nowMs: number): number {
    const { notBeforeMs } = this;
    return notBeforeMs > nowMs ? notBeforeMs - nowMs : URGENT_AGAIN_MS;
  }

  /** @returns for how long everything that is not urgent is closed, where that is told */
  refused(afterMs: number | undefined, again: boolean, nowMs: number): number | undefined {
    this.#isCareful = true;
    this.#refusals += 1;
    if (this.#urgency === 'urgent') return this.#refusedUrgent(afterMs, again, nowMs);
    if (this.#tryingOut || this.#inARow === 0) this.#inARow += 1; // what left before is one refusal together
    const leastMs = this.#inARow === 1 ? 0 : Math.min(AGAIN_AFTER_429_MOST_MS, AGAIN_AFTER_429_MS * 2 ** (this.#inARow - 2));
    return afterMs === undefined || afterMs >= leastMs ? afterMs : leastMs;
  }

  #refusedUrgent(afterMs: number | undefined, again: boolean, nowMs: number): number | undefined {
    this.#quota.refused(again || this.#quota.refusals('refused').count >= this.#firstsMost ? 'refused-again' : 'refused', nowMs);
    this.#heldUntilMs = Math.max(this.#heldUntilMs, nowMs + Math.max(pauseMs(this.#tries.count), Math.min(RETRY_AFTER_MOST_MS, afterMs ?? 0))); // C2
    return afterMs;
  }

  /** Something was refused elsewhere, or all of it: one goes first. */
  careful(): void {
    this.#isCareful = true;
  }

  /** Answered, or failed. @returns whether others may go now that could not before */
  ended({ triesOut, again, refusals }: Pass): boolean {
    const held = triesOut || this.#isCareful || this.refuses;
    this.#underway -= 1;
    if (again) this.#triesUnderway -= 1;
    if (triesOut) this.#tryingOut = false;
    if (refusals !== this.#refusals) return held;
    [this.#isCareful, this.#afterBan, this.#inARow] = [false, false, 0];
    if (this.#tries.count < TRIES_MOST) this.#heldUntilMs = -Infinity; // C3
    return held;
  }

  /** Whether something urgent was refused in the last minute. */
  get refuses(): boolean {
    return this.#tries.count > 0 || this.#quota.refusals('refused').count > 0;
  }

  /** Looks whether the venue has closed, also where it told another process. */
  heed(): void {
    if (this.#quota.closedUntilMs(this.#urgency) === undefined) return;
    this.#isCareful = true;
    this.#afterBan = this.#quota.banned;
  }

  #goesFreely(again: boolean): boolean {
    if (this.#urgency !== 'urgent') return !this.#isCareful; // C1
    if (again) return !this.#isCareful && this.#tries.count + this.#triesUnderway < TRIES_MOST; // C3
    const refused = this.#quota.refusals('refused').count;
    return !this.#afterBan && (refused === 0 || refused + this.#underway < this.#firstsMost); // C2, C3, C4
  }
}
