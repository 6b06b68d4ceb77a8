/** The one shape of everything that guards a call, so that guards can be put around one another. */
import type { Cost } from '../core/calls/index.ts';
import type { Clock } from '../ports/index.ts';
import { AbortedError } from './errors.ts';
import { Scope } from './scope.ts';
import type { Again } from './scope.ts';

/** The work itself. It is handed the scope of this try: its deadline, and the signal that says that nobody waits any more. */
export type Work<T> = (scope: Scope) => PromiseLike<T>;

declare const repeatable: unique symbol;
/** Work that may be done twice: a reading, or a request under a key that the other side remembers. Made by `idempotent`. */
export type Idempotent<T> = Work<T> & { readonly [repeatable]: true };

/** Declares that doing this twice is the same as doing it once. It is your word; nobody can check it. */
export const idempotent = <T>(work: Work<T>): Idempotent<T> => work as Idempotent<T>;

export type CallOptions<T = unknown> = {
  readonly deadlineMs?: number; // of the monotonic clock
  readonly signal?: AbortSignal; // whoever asks may give up
  readonly lane?: string;
  readonly cost?: Cost; // in the words of a rate budget; 1 of everything by default
  readonly again?: Again; // this very call was refused before (429): a rate budget then does not take it for a first try
  /** The same outcome by another way, such as a stream: once it is there, nothing more is tried. */
  readonly confirmation?: PromiseLike<T>;
};

/** `Needs`: whether it may do the work more than once, so that only `Idempotent` work may be given to it. */
export interface Guard<Needs extends 'once' | 'repeatable' = 'once'> {
  call<T>(work: Needs extends 'repeatable' ? Idempotent<T> : Work<T>, options?: CallOptions<T>): Promise<T>;
  /** For guards around guards: the scope is the caller's. */
  within<T>(work: Work<T>, scope: Scope): Promise<T>;
  readonly needs: Needs;
}

/** Begins a scope for a caller from outside, and ends it when the caller gives up or knows the outcome. */
export function calling<T>(guard: { within<V>(work: Work<V>, scope: Scope): Promise<V> }, work: Work<T>, { deadlineMs = Infinity, lane, cost, again, signal, confirmation }: CallOptions<T>): Promise<T> {
  const scope = new Scope(deadlineMs, lane, cost, again);
  if (signal === undefined && confirmation === undefined) return guard.within(work, scope);
  if (signal?.aborted === true) return Promise.reject(new AbortedError(signal.reason));
  const giveUp = (): void => scope.end(new AbortedError(signal?.reason));
  signal?.addEventListener('abort', giveUp, { once: true });
  return new Promise<T>((resolve, reject) => {
    confirmation?.then((value) => { resolve(value); scope.end(new AbortedError('its outcome is known by another way')); }, () => undefined);
    guard.within(work, scope).then(resolve, reject).finally(() => signal?.removeEventListener('abort', giveUp));
  });
}

export type Timed = Pick<Clock, 'monotonicMs' | 'timer'>;
