/** What was counted of the calls through one circuit in its present generation. Samples: bounded, never in the record, empty after a start. */
import type { Counts } from './circuit.ts';
import { Window } from './window.ts';

const ERRORS_KEPT = 3;

export class Tally {
  readonly window: Window;
  generation = 0; // to which all but the window belongs
  inARow = 0; // failures
  successes = 0; // of probes, in a row
  probeByMs: number | undefined; // by when the one probe that is out must have an outcome
  rampShare = 1; // a call passes whenever a whole one has gathered
  late = 0; // outcomes of calls that an earlier generation admitted
  readonly #errors: string[] = [];

  constructor(windowMs: number) {
    this.window = new Window(windowMs);
  }

  /** With a new generation the counting of what was admitted begins anew; the window starts again once a circuit has closed. */
  enter(generation: number, closedAgain: boolean): void {
    this.generation = generation;
    this.inARow = 0;
    this.successes = 0;
    this.probeByMs = undefined;
    this.rampShare = 1;
    if (!closedAgain) return;
    this.window.clear();
    this.#errors.length = 0;
  }

  erred(what: string): void {
    this.#errors.push(what.length > 200 ? `${what.slice(0, 199)}…` : what);
    if (this.#errors.length > ERRORS_KEPT) this.#errors.shift();
  }

  get errors(): readonly string[] {
    return [...this.#errors];
  }

  counts(nowMs: number): Counts {
    this.window.slideTo(nowMs);
    return { calls: this.window.calls, failures: this.window.failures, slow: this.window.slow, inARow: this.inARow };
  }
}
