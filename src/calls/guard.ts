/** The one shape of everything that guards a call, so that guards can be put around one another. */
import type { Clock } from '../ports/index.ts';
import { AbortedError } from './errors.ts';
import { Scope } from './scope.ts';

/** The work itself. It is handed the scope of this try: its deadline, and the signal that says that nobody waits any more. */
export type Work<T> = (scope: Scope) => PromiseLike<T>;

declare const repeatable: unique symbol;
/** Work that may be done twice: a reading, or a request under a key that the other side remembers. Made by `idempotent`. */
export type Idempotent<T> = Work<T> & { readonly [repeatable]: true };

/** Declares that doing this twice is the same as doing it once. It is your word; nobody can check it. */
export const idempotent = <T>(work: Work<T>): Idempotent<T> => work as Idempotent<T>;

export type CallOptions = {
  readonly deadlineMs?: number; // of the monotonic clock
  readonly signal?: AbortSignal; // whoever asks may give up
};

/** `Needs`: whether it may do the work more than once, so that only `Idempotent` work may be given to it. */
export interface Guard<Needs extends 'once' | 'repeatable' = 'once'> {
  call<T>(work: Needs extends 'repeatable' ? Idempotent<T> : Work<T>, options?: CallOptions): Promise<T>;
  /** For guards around guards: the scope is the caller's. */
  within<T>(work: Work<T>, scope: Scope): Promise<T>;
  readonly needs: Needs;
}

/** Begins a scope for a caller from outside, and ends it when the caller's signal does. */
export function calling<T>(within: (work: Work<T>, scope: Scope) => Promise<T>, work: Work<T>, options: CallOptions | undefined): Promise<T> {
  const scope = new Scope(options?.deadlineMs ?? Infinity, 1);
  const signal = options?.signal;
  if (signal === undefined) return within(work, scope);
  if (signal.aborted) return Promise.reject(new AbortedError(signal.reason));
  const end = (): void => scope.end(new AbortedError(signal.reason));
  signal.addEventListener('abort', end, { once: true });
  return within(work, scope).finally(() => signal.removeEventListener('abort', end));
}

export type Timed = Pick<Clock, 'monotonicMs' | 'timer'>;
