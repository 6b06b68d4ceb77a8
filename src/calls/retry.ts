/**
 * Trying again, where that cannot do harm.
 *
 *   R1. Work is done again only if its caller declared it repeatable, or if the error proves that it was not begun. The types say
 *       which: `Retry` takes `Idempotent` work, `retryUnbegun` any.
 *   R2. One deadline and one allowance of tries for the whole call: retries inside retries do not multiply.
 *   R3. `Retry-After` is obeyed; a wait that would outlast the deadline is not begun, and the last error is given at once.
 *   R4. Whoever gives up ends the wait, and nothing more is called.
 *   R5. All retries of a process draw on one budget, so that they cannot double the load on what is ill.
 */
import type { Random } from '../base/index.ts';
import type { RetryBudget } from './budget.ts';
import { AbortedError, CircuitOpenError } from './errors.ts';
import { calling } from './guard.ts';
import type { CallOptions, Guard, Idempotent, Timed, Work } from './guard.ts';
import { Scope } from './scope.ts';
import type { TimerWheel } from './wheel.ts';

export type RetryPolicy = {
  readonly tries: number; // with the first one
  readonly firstDelayMs: number;
  readonly factor: number;
  readonly mostDelayMs: number;
};

export const defaultRetryPolicy: RetryPolicy = { tries: 3, firstDelayMs: 500, factor: 2, mostDelayMs: 30_000 };

/** What an error means for another try: whether, and how long to wait at least. `undefined`: the plain rule. */
export type RetryVerdict = { readonly again: boolean; readonly afterMs?: number } | undefined;

export type RetryOptions = Partial<RetryPolicy> & {
  /** The policy for each category of errors. Without one, every error may be tried again but an open circuit and a caller that gave up. */
  readonly judge?: (thrown: unknown, attempt: number) => RetryVerdict;
  readonly budget?: RetryBudget;
  readonly onRetry?: (retry: { readonly attempt: number; readonly delayMs: number; readonly thrown: unknown }) => void;
};

type RetryPorts = { readonly clock: Timed; readonly wheel: TimerWheel; readonly random: Random };

abstract class Trying<Needs extends 'once' | 'repeatable'> {
  abstract readonly needs: Needs;
  readonly #ports: RetryPorts;
  readonly #policy: RetryPolicy;
  readonly #options: RetryOptions;

  constructor(ports: RetryPorts, options: RetryOptions = {}) {
    this.#ports = ports;
    this.#options = options;
    this.#policy = { ...defaultRetryPolicy, ...options };
    const { tries, firstDelayMs, factor, mostDelayMs } = this.#policy;
    if (!(Number.isSafeInteger(tries) && tries >= 1)) throw new TypeError(`tries is ${tries}; give a whole number of 1 or more. There is no way to try for ever.`);
    if (!(firstDelayMs >= 0 && factor >= 1 && mostDelayMs >= firstDelayMs)) throw new TypeError(`A back-off of ${firstDelayMs} ms × ${factor} up to ${mostDelayMs} ms does not grow.`);
  }

  protected abstract mayRepeat(thrown: unknown): boolean;

  async within<T>(work: Work<T>, scope: Scope): Promise<T> {
    const { budget, judge, onRetry } = this.#options;
    budget?.called(this.#ports.clock.monotonicMs());
    const outermost = scope.triesLeft === undefined;
    const left = (scope.triesLeft ??= { count: this.#policy.tries - 1 }); // R2
    try {
      for (let attempt = 1; ; attempt += 1) {
        if (outermost) scope.attempt = attempt;
        try {
          return await work(scope);
        } catch (thrown) {
          const verdict = judge?.(thrown, attempt);
          if (scope.ended !== undefined || verdict?.again === false || left.count <= 0 || attempt >= this.#policy.tries || !this.mayRepeat(thrown)) throw thrown;
          if (verdict === undefined && (thrown instanceof AbortedError || thrown instanceof CircuitOpenError)) throw thrown;
          const delayMs = Math.max(this.#delayMs(attempt), verdict?.afterMs ?? 0, retryAfterOf(thrown)); // R3
          const nowMs = this.#ports.clock.monotonicMs();
          if (nowMs + delayMs >= scope.deadlineMs) throw thrown;
          if (budget?.take(nowMs) === false) throw thrown; // R5
          left.count -= 1;
          onRetry?.({ attempt: attempt + 1, delayMs, thrown });
          await this.#pause(scope, nowMs + delayMs); // R4
        }
      }
    } finally {
      if (outermost) scope.triesLeft = undefined;
    }
  }

  /** Exponential, with half of it left to chance: callers that failed together do not come back together. */
  #delayMs(attempt: number): number {
    const { firstDelayMs, factor, mostDelayMs } = this.#policy;
    const capMs = Math.min(mostDelayMs, firstDelayMs * factor ** (attempt - 1));
    return capMs / 2 + (this.#ports.random.next() * capMs) / 2;
  }

  #pause(scope: Scope, untilMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (reason: Error): void => {
        this.#ports.wheel.takeBack(waiting);
        reject(reason);
      };
      const waiting = this.#ports.wheel.at(untilMs, () => {
        scope.deaf(giveUp);
        resolve();
      });
      scope.onEnd(giveUp);
    });
  }
}

/** Tries repeatable work again. */
export class Retry extends Trying<'repeatable'> implements Guard<'repeatable'> {
  readonly needs = 'repeatable';

  call<T>(work: Idempotent<T>, options?: CallOptions<T>): Promise<T> {
    return options === undefined ? this.within(work, new Scope(Infinity)) : calling(this, work, options);
  }

  protected mayRepeat(): boolean {
    return true;
  }
}

/** Tries any work again, after errors that prove that it was not begun, and no others. */
export class RetryUnbegun extends Trying<'once'> implements Guard {
  readonly needs = 'once';

  call<T>(work: Work<T>, options?: CallOptions<T>): Promise<T> {
    return options === undefined ? this.within(work, new Scope(Infinity)) : calling(this, work, options);
  }

  protected mayRepeat(thrown: unknown): boolean {
    return wordOf(thrown, 'happened') === 'not-begun'; // R1
  }
}

function retryAfterOf(thrown: unknown): number {
  const afterMs = wordOf(thrown, 'retryAfterMs');
  return typeof afterMs === 'number' && afterMs > 0 ? afterMs : 0;
}

const wordOf = (thrown: unknown, name: 'happened' | 'retryAfterMs'): unknown => (typeof thrown === 'object' && thrown !== null && name in thrown ? (thrown as Record<string, unknown>)[name] : undefined);
