/**
 * One timer for all time-outs. Most are set and taken back within milliseconds; here both cost a few pointers.
 *
 *   W1. Nothing runs before its time. It may run late by one step of the wheel.
 *   W2. What was taken back takes no room.
 *   W3. The clock is asked for one timer at most. Once nothing waits, none is left a second later.
 *
 * Owns due times. Does not own what a time-out means.
 */
import type { Timed } from './guard.ts';

const STEP_MS = 8;
const LONGEST_SLEEP_STEPS = 125; // so that an idle wheel does not hold a process for the longest time-out it ever had

/** One that waits; in a ring with the others of its step. */
export class Waiting {
  before: Waiting = this;
  after: Waiting = this;
  readonly dueMs: number;
  readonly step: number;
  run: (() => void) | undefined;

  constructor(dueMs: number, step: number, run: (() => void) | undefined) {
    this.dueMs = dueMs;
    this.step = step;
    this.run = run;
  }
}

export class TimerWheel {
  readonly #clock: Timed;
  readonly #rings = new Map<number, Waiting>(); // by step: any one of those that wait for it
  #armedStep = Infinity;
  #disarm: () => void = () => {};

  constructor(clock: Timed) {
    this.#clock = clock;
  }

  /** Whether anything waits. */
  get idle(): boolean {
    return this.#rings.size === 0;
  }

  /** Calls `run` once `dueMs` of the monotonic clock has come, unless it is taken back. */
  at(dueMs: number, run: () => void): Waiting {
    const step = Math.ceil(dueMs / STEP_MS);
    const waiting = new Waiting(dueMs, step, run);
    const ring = this.#rings.get(step);
    if (ring === undefined) this.#rings.set(step, waiting);
    else {
      [waiting.before, waiting.after] = [ring.before, ring];
      ring.before.after = waiting;
      ring.before = waiting;
    }
    if (step < this.#armedStep) this.#arm(step);
    return waiting;
  }

  takeBack(waiting: Waiting): void {
    if (waiting.run === undefined) return; // it has run
    waiting.run = undefined;
    const { before, after, step } = waiting;
    if (after === waiting) {
      if (this.#rings.get(step) === waiting) this.#rings.delete(step); // not where the wheel is just running them
      return;
    }
    before.after = after;
    after.before = before;
    if (this.#rings.get(step) === waiting) this.#rings.set(step, after);
  }

  #arm(step: number): void {
    this.#disarm();
    const nowMs = this.#clock.monotonicMs();
    this.#armedStep = Math.min(step, Math.floor(nowMs / STEP_MS) + LONGEST_SLEEP_STEPS);
    this.#disarm = this.#clock.timer(Math.max(0, this.#armedStep * STEP_MS - nowMs), () => this.#turn());
  }

  #turn(): void {
    this.#armedStep = Infinity;
    const nowStep = Math.floor(this.#clock.monotonicMs() / STEP_MS);
    const due: Waiting[] = [];
    for (const [step, ring] of this.#rings) {
      if (step > nowStep) continue;
      this.#rings.delete(step);
      let one = ring;
      do due.push(one); while ((one = one.after) !== ring);
    }
    for (const waiting of due.sort((a, b) => a.dueMs - b.dueMs)) {
      const { run } = waiting;
      waiting.run = undefined;
      run?.(); // unless one before it took it back
    }
    let next = Infinity;
    for (const step of this.#rings.keys()) if (step < next) next = step;
    if (next < this.#armedStep) this.#arm(next);
  }
}
