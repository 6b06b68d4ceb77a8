/**
 * Another answer where the real one is not to be had, marked as such by its type.
 *
 *   D1. Only questions have one: the work is repeatable. What may have had an effect ends as unknown, and nothing may hide that.
 *   D2. A caller that gave up gets no answer, and a broken belief of ours is never covered up.
 *   D3. Where there is no other answer either, the error is that of the work.
 */
import { InvariantError } from '../base/index.ts';
import { Degraded, Genuine } from './answer.ts';
import { AbortedError } from './errors.ts';
import type { CallOptions, Guard, Idempotent } from './guard.ts';

export type FallbackOptions = {
  /** Which errors are answered by it; all but those of D2 where it is not given. */
  readonly when?: (thrown: unknown) => boolean;
};

export class Fallback<D> {
  readonly #guard: Guard | Guard<'repeatable'>;
  readonly #instead: (thrown: unknown) => D | PromiseLike<D>;
  readonly #when: (thrown: unknown) => boolean;

  constructor(guard: Guard | Guard<'repeatable'>, instead: (thrown: unknown) => D | PromiseLike<D>, { when = () => true }: FallbackOptions = {}) {
    this.#guard = guard;
    this.#instead = instead;
    this.#when = when;
  }

  async call<T>(work: Idempotent<T>, options?: CallOptions<T>): Promise<Genuine<T> | Degraded<D>> {
    try {
      return new Genuine(await this.#guard.call(work, options));
    } catch (thrown) {
      if (thrown instanceof AbortedError || thrown instanceof InvariantError || !this.#when(thrown)) throw thrown; // D2
      try {
        return new Degraded(await this.#instead(thrown), thrown);
      } catch {
        throw thrown; // D3
      }
    }
  }
}
