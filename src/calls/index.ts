/**
 * Guards around calls to the outside: a circuit breaker, retries, a bulkhead with lanes, a rate budget, an end to waiting, and how they
 * are put around one another; and answers from a cache or in place of the real one, marked as such. All share one idea of a call: a `Scope` with one deadline that travels inwards through every layer.
 *
 * Owns what happens around the work. Does not own the work, the clock, or what is decided about a circuit: that is `core/breakers`.
 */
export { Degraded, Fresh, Genuine, Stale } from './answer.ts';
export { Breaker } from './breaker.ts';
export type { BreakerMetrics, BreakerOptions } from './breaker.ts';
export { RetryBudget } from './budget.ts';
export type { RetryBudgetOptions } from './budget.ts';
export { Bulkhead, tradingLanes } from './bulkhead.ts';
export type { BulkheadOptions, LaneMetrics, LaneOptions } from './bulkhead.ts';
export { CacheAside } from './cache.ts';
export type { CacheMetrics, CacheOptions } from './cache.ts';
export { asCockatielPolicy } from './cockatiel.ts';
export type { CockatielPolicy } from './cockatiel.ts';
export { compose } from './compose.ts';
export { AbortedError, BulkheadFullError, CacheBusyError, CallError, CircuitOpenError, QuotaStoreError, RateBannedError, RateLimitedError, TimeoutError } from './errors.ts';
export type { Happened } from './errors.ts';
export { Fallback } from './fallback.ts';
export type { FallbackOptions } from './fallback.ts';
export { idempotent } from './guard.ts';
export type { CallOptions, Guard, Idempotent, Timed, Work } from './guard.ts';
export type { BudgetLane } from './budget-lane.ts';
export { MemoryQuotaStore } from './memory-quota-store.ts';
export { RateBudget } from './rate-budget.ts';
export type { BudgetMetrics, RateBudgetOptions } from './rate-budget.ts';
export { Retry, RetryUnbegun, defaultRetryPolicy } from './retry.ts';
export type { RetryOptions, RetryPolicy, RetryVerdict } from './retry.ts';
export { Scope } from './scope.ts';
export { Timeout } from './timeout.ts';
export { TimerWheel } from './wheel.ts';
