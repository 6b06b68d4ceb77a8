/**
 * Any guard of ours in the shape of cockatiel's `IPolicy`, so that it can stand in its `wrap()` among others. The shape is written down
 * here; cockatiel is not loaded.
 *
 * Guards that do work more than once are not taken: a policy is given any work, and does not ask whether it may be repeated.
 */
import type { Guard, Timed } from './guard.ts';

type Disposable = { dispose(): void };
type Event<T> = (listen: (event: T) => void) => Disposable;
type Context = { readonly signal: AbortSignal };

/** cockatiel's `IPolicy`. */
export type CockatielPolicy = {
  readonly _altReturn: never; // for its types alone
  readonly onSuccess: Event<{ duration: number }>;
  readonly onFailure: Event<{ duration: number; handled: boolean; reason: { error: unknown } }>;
  execute<T>(work: (context: Context) => PromiseLike<T> | T, signal?: AbortSignal): Promise<T>;
};

class Listeners<T> {
  readonly #listeners = new Set<{ readonly listen: (event: T) => void }>();

  readonly add: Event<T> = (listen) => {
    const one = { listen };
    this.#listeners.add(one);
    return { dispose: () => void this.#listeners.delete(one) };
  };

  tell(event: T): void {
    for (const { listen } of [...this.#listeners]) listen(event);
  }
}

export function asCockatielPolicy(clock: Timed, guard: Guard): CockatielPolicy {
  const succeeded = new Listeners<{ duration: number }>();
  const failed = new Listeners<{ duration: number; handled: boolean; reason: { error: unknown } }>();
  return {
    _altReturn: undefined as never,
    onSuccess: succeeded.add,
    onFailure: failed.add,
    async execute(work, signal) {
      const beganMs = clock.monotonicMs();
      try {
        const value = await guard.call(async (scope) => work({ signal: scope.signal }), signal === undefined ? undefined : { signal });
        succeeded.tell({ duration: clock.monotonicMs() - beganMs });
        return value;
      } catch (error) {
        failed.tell({ duration: clock.monotonicMs() - beganMs, handled: true, reason: { error } });
        throw error;
      }
    },
  };
}
