/**
 * `breakwater/resilience`: the guards that Breakwater puts around its own calls, for programs that want nothing else of it.
 *
 * Every guard has `call(work, options?)`; `compose(outer, …, inner)` puts them around one another. Times are in milliseconds. Errors
 * are `CallError`s whose `happened` says what is known of the work: `not-begun`, or `unknown`.
 * Where no clock is given, the machine's is used; a test gives one of its own.
 */
import { seededRandom } from './base/index.ts';
import type { Random } from './base/index.ts';
import { asCockatielPolicy as policyOf, Breaker, Bulkhead, CacheAside, Fallback, RateBudget, Retry, RetryBudget, RetryUnbegun, Timeout, TimerWheel } from './calls/index.ts';
import type { BreakerOptions, BulkheadOptions, CacheOptions, CockatielPolicy, FallbackOptions, Guard, RateBudgetOptions, RetryBudgetOptions, RetryOptions, Timed } from './calls/index.ts';
import { realClock, realIds } from './edges/clock/index.ts';
import { fileQuotaStore as quotaStoreIn } from './edges/files/index.ts';
import type { QuotaStore } from './ports/index.ts';

/** What a guard needs from outside, where it is not to be the machine's. */
export type Outside = { readonly clock?: Timed; readonly random?: Random };

const machine = realClock();
const wheels = new WeakMap<Timed, TimerWheel>();

/** All guards over one clock share one wheel of timers. */
function wheelOf(clock: Timed): TimerWheel {
  const wheel = wheels.get(clock) ?? new TimerWheel(clock);
  wheels.set(clock, wheel);
  return wheel;
}

/** Stops calling what keeps failing, and tries it again by and by. @throws BreakerPolicyError for rules that contradict each other */
export const circuitBreaker = ({ clock = machine, ...options }: BreakerOptions & Outside): Breaker => new Breaker(clock, options);

/** Tries again what its caller declared `idempotent`. */
export const retry = ({ clock = machine, random = seededRandom(realIds().id()), ...options }: RetryOptions & Outside = {}): Retry =>
  new Retry({ clock, wheel: wheelOf(clock), random }, options);

/** Tries anything again, after errors that prove that it was not begun, and no others. */
export const retryUnbegun = ({ clock = machine, random = seededRandom(realIds().id()), ...options }: RetryOptions & Outside = {}): RetryUnbegun =>
  new RetryUnbegun({ clock, wheel: wheelOf(clock), random }, options);

/** One for all retries of a process, so that they cannot double the load on what is ill. */
export const retryBudget = (options: RetryBudgetOptions = {}): RetryBudget => new RetryBudget(options);

/** So many at a time, with lanes. */
export const bulkhead = ({ clock = machine, ...options }: BulkheadOptions & Outside): Bulkhead => new Bulkhead(clock, wheelOf(clock), options);

/** No faster than a venue allows, with a reserve for what is urgent. @throws BudgetPolicyError for limits that contradict each other */
export const rateBudget = ({ clock = machine, ...options }: RateBudgetOptions & Outside): RateBudget => new RateBudget({ clock, wheel: wheelOf(clock), owner: realIds().id() }, options);

/** Keeps what a rate budget has used in a folder, for the next process and for those that share it. */
export const fileQuotaStore = (folder: string): QuotaStore => quotaStoreIn(folder, realIds().id());

/** Answers that are kept for a while; older ones are marked as stale by their type. */
export const cacheAside = <V>({ clock = machine, ...options }: CacheOptions<V> & Outside): CacheAside<V> => new CacheAside(clock, wheelOf(clock), options);

/** Another answer where the real one is not to be had, marked as degraded by its type. For questions only: work that is `idempotent`. */
export const fallback = <D>(guard: Guard | Guard<'repeatable'>, instead: (thrown: unknown) => D | PromiseLike<D>, options?: FallbackOptions): Fallback<D> => new Fallback(guard, instead, options);

/** A guard of ours for cockatiel's `wrap()`. */
export const asCockatielPolicy = (guard: Guard, { clock = machine }: Outside = {}): CockatielPolicy => policyOf(clock, guard);

/** An end to waiting. */
export const timeout = (timeoutMs: number, { clock = machine }: Outside = {}): Timeout => new Timeout(clock, wheelOf(clock), timeoutMs);

export {
  AbortedError, BulkheadFullError, CacheBusyError, CallError, CircuitOpenError, compose, Degraded, Fresh, Genuine, idempotent, MemoryQuotaStore, QuotaStoreError, RateBannedError, RateLimitedError, Stale, TimeoutError, tradingLanes,
} from './calls/index.ts';
export type {
  Breaker, BreakerMetrics, BreakerOptions, BudgetLane, BudgetMetrics, Bulkhead, BulkheadOptions, CacheAside, CacheMetrics, CacheOptions, CallOptions, CockatielPolicy, Fallback, FallbackOptions, Guard, Happened, Idempotent, LaneMetrics, LaneOptions, RateBudget, RateBudgetOptions, Retry, RetryBudget, RetryBudgetOptions, RetryOptions, RetryPolicy,
  RetryUnbegun, RetryVerdict, Scope, Timed, Timeout, Work,
} from './calls/index.ts';
export { BreakerPolicyError, defaultPolicy } from './core/breakers/index.ts';
export type { BreakerPolicy, CallOutcome, Circuit, CircuitEvent, Command, Counts, Hold, Opening, Rule, Trip, Until } from './core/breakers/index.ts';
export { BudgetPolicyError, toldByHeaders } from './core/calls/index.ts';
export type { BudgetPolicy, BudgetWindow, Cost, Told, ToldWindow } from './core/calls/index.ts';
export type { QuotaStore } from './ports/index.ts';
