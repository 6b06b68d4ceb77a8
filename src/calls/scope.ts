/**
 * What travels with one guarded call through all its layers: one deadline, one way to be told that nobody waits any more.
 *
 *   S1. A layer may bring the deadline nearer for what it wraps, never push it away.
 *   S2. Ending a scope ends those within it, once, with the first reason.
 *   S3. Tries again are counted for the whole call: layers that try again inside one another share one allowance.
 *
 * An `AbortSignal` costs more than all the rest of a guarded call, so there is one only where somebody asks for it.
 */
import type { Cost } from '../core/calls/index.ts';

/** Asked in the moment before it leaves, where it is a question: what is known of earlier lives may be read while it waits. */
export type Again = boolean | (() => boolean);

export class Scope {
  readonly deadlineMs: number; // of the monotonic clock; Infinity: none
  readonly lane: string | undefined; // how urgent it is, in the words of whoever shares out places
  readonly cost: Cost | undefined; // in the words of a rate budget
  readonly #again: Again;
  attempt = 1; // which try this is, where a layer above tries again
  triesLeft: { count: number } | undefined; // S3; set by the outermost layer that tries again
  #reason: Error | undefined;
  #controller: AbortController | undefined;
  #listener: ((reason: Error) => void) | undefined; // nearly always one: the layer that waits
  #more: ((reason: Error) => void)[] | undefined;

  constructor(deadlineMs: number, lane?: string, cost?: Cost, again: Again = false) {
    this.deadlineMs = deadlineMs;
    this.lane = lane;
    this.cost = cost;
    this.#again = again;
  }

  /** A scope for what is wrapped, with a deadline that is nearer or the same. Whoever makes it ends it when this one ends. */
  narrowed(deadlineMs: number): Scope {
    const scope = new Scope(Math.min(deadlineMs, this.deadlineMs), this.lane, this.cost, this.#again); // S1
    scope.attempt = this.attempt;
    scope.triesLeft = this.triesLeft;
    return scope;
  }

  /** Whether the other side has refused this very call before, because it was asked too much. */
  get again(): boolean {
    return typeof this.#again === 'function' ? this.#again() : this.#again;
  }

  /** For what takes a signal: `fetch`, undici, timers. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Why nobody waits any more; undefined while somebody does. */
  get ended(): Error | undefined {
    return this.#reason;
  }

  end(reason: Error): void {
    if (this.#reason !== undefined) return; // S2
    this.#reason = reason;
    this.#controller?.abort(reason);
    const [listener, more] = [this.#listener, this.#more];
    this.#listener = this.#more = undefined;
    listener?.(reason);
    if (more !== undefined) for (const listen of more) listen(reason);
  }

  /** Runs once when this scope ends, at once if it has; `deaf` takes it back. */
  onEnd(listen: (reason: Error) => void): void {
    if (this.#reason !== undefined) listen(this.#reason);
    else if (this.#listener === undefined) this.#listener = listen;
    else (this.#more ??= []).push(listen);
  }

  deaf(listen: (reason: Error) => void): void {
    if (this.#listener === listen) this.#listener = this.#more?.shift();
    else if (this.#more !== undefined) this.#more = this.#more.filter((other) => other !== listen);
  }
}
