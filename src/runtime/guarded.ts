/**
 * A venue that never throws. Its adapter does not by contract; should it, nothing is known of what it did, and that is the answer.
 * One bug of an adapter then costs one reading, and not the watch over the venue.
 */
import { reasonOf } from '../base/index.ts';
import type { Venue, VenueDeadMan } from '../ports/index.ts';

export function guarded(venue: Venue): Venue {
  const unclear = (why: string) => ({ kind: 'unclear', why }) as const;
  const unknown = (why: string) => ({ kind: 'unknown', why }) as const;
  return {
    name: venue.name,
    capabilities: venue.capabilities,
    instruments: (...args) => answer(() => venue.instruments(...args), unclear),
    submit: (...args) => answer(() => venue.submit(...args), unknown),
    cancel: (...args) => answer(() => venue.cancel(...args), unknown),
    ...(venue.cancelAll === undefined ? {} : { cancelAll: (timeoutMs: number) => answer(() => venue.cancelAll?.(timeoutMs) ?? Promise.resolve(unknown('it has no such request')), unknown) }),
    ...(venue.deadMan === undefined ? {} : { deadMan: guardedTimer(venue.deadMan, unknown) }),
    findByClientOrderId: (...args) => answer(() => venue.findByClientOrderId(...args), unclear),
    find: (...args) => answer(() => venue.find(...args), unclear),
    openOrders: (...args) => answer(() => venue.openOrders(...args), unclear),
    activity: (...args) => answer(() => venue.activity(...args), unclear),
    balances: (...args) => answer(() => venue.balances(...args), unclear),
    quotes: (...args) => answer(() => venue.quotes(...args), unclear),
    stream: (listen) => venue.stream(listen),
  };
}

const guardedTimer = (timer: VenueDeadMan, unknown: (why: string) => { readonly kind: 'unknown'; readonly why: string }): VenueDeadMan => ({
  shortestMs: timer.shortestMs, longestMs: timer.longestMs,
  arm: (...args) => answer(() => timer.arm(...args), unknown),
  disarm: (...args) => answer(() => timer.disarm(...args), unknown),
});

async function answer<T>(call: () => Promise<T>, otherwise: (why: string) => T): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    return otherwise(`its adapter failed: ${reasonOf(thrown)}`);
  }
}
