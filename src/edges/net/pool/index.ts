/**
 * Which connection a request takes, and what is thought of each: over the connections of one base URL, and over base URLs
 * that lead to the same place.
 *
 * Owns reuse, scores, ejection and the line of those who wait. Does not own a request, its deadline or what its end means.
 *
 *   W1. A connection carries one request at a time. One whose request did not end in a whole answer is never used again.
 *   W2. The last base URL and the last connection are never ejected, however bad they are. What is ejected returns.
 *   W3. Who waits is served in the order of asking, and leaves the line at their own deadline; what left it is not sent.
 */
export { Pool } from './pool.ts';
export type { Lease, PoolOptions, Result, Waiter } from './pool.ts';
export type { BaseStatistics } from './base-url.ts';
