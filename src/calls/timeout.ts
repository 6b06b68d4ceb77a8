/**
 * An end to waiting. The work is told through its scope that nobody waits any more; if it does not heed that, it goes on, and
 * what it does then reaches nobody.
 *
 *   T1. The nearer of the caller's deadline and our own holds. Work whose deadline has passed is not begun.
 *   T2. Whatever comes after the time-out changes nothing, and an error that comes then is nobody's.
 */
import { TimeoutError } from './errors.ts';
import { calling } from './guard.ts';
import type { CallOptions, Guard, Timed, Work } from './guard.ts';
import { Scope } from './scope.ts';
import type { TimerWheel } from './wheel.ts';

export class Timeout implements Guard {
  readonly needs = 'once';
  readonly #clock: Timed;
  readonly #wheel: TimerWheel;
  readonly #timeoutMs: number;

  constructor(clock: Timed, wheel: TimerWheel, timeoutMs: number) {
    this.#clock = clock;
    this.#wheel = wheel;
    this.#timeoutMs = timeoutMs;
  }

  call<T>(work: Work<T>, options?: CallOptions<T>): Promise<T> {
    return options === undefined ? this.within(work, new Scope(Infinity)) : calling(this, work, options);
  }

  within<T>(work: Work<T>, outer: Scope): Promise<T> {
    const nowMs = this.#clock.monotonicMs();
    const deadlineMs = Math.min(outer.deadlineMs, nowMs + this.#timeoutMs);
    if (outer.ended !== undefined) return Promise.reject(outer.ended);
    if (deadlineMs <= nowMs) return Promise.reject(new TimeoutError(deadlineMs - nowMs, 'not-begun')); // T1
    const scope = outer.narrowed(deadlineMs);
    return new Promise<T>((resolve, reject) => {
      const giveUp = (reason: Error): void => {
        this.#wheel.takeBack(waiting);
        scope.end(reason);
        reject(reason); // T2: a promise settles once
      };
      const waiting = this.#wheel.at(deadlineMs, () => {
        outer.deaf(giveUp);
        giveUp(new TimeoutError(deadlineMs - nowMs, 'unknown'));
      });
      outer.onEnd(giveUp);
      const over = (): void => {
        this.#wheel.takeBack(waiting);
        outer.deaf(giveUp);
      };
      let working: PromiseLike<T>;
      try {
        working = work(scope);
      } catch (thrown) { // work that failed before it was a promise
        over();
        throw thrown;
      }
      working.then((value) => { over(); resolve(value); }, (thrown: Error) => { over(); reject(thrown); });
    });
  }
}
