/** How many requests an account may make in a minute, and the headers that say so. */
import type { Clock } from '../../ports/index.ts';

const minuteMs = 60_000;
const unlimited = 1_000_000; // what a venue that refuses nothing says of its limit

export type Allowance = { readonly refusedForS: number | undefined; readonly headers: Readonly<Record<string, string>> };

/** @param perMinute undefined: nothing is refused, and the headers always say that there is room */
export function allowances(clock: Clock, perMinute: number | undefined): (accountId: string) => Allowance {
  const used = new Map<string, { minute: number; requests: number }>();
  return (accountId) => {
    const nowMs = clock.wallMs();
    const minute = Math.floor(nowMs / minuteMs);
    const limit = perMinute ?? unlimited;
    let window = used.get(accountId);
    if (window === undefined || window.minute !== minute) used.set(accountId, (window = { minute, requests: 0 }));
    window.requests += 1;
    const remaining = perMinute === undefined ? limit - 1 : Math.max(0, limit - window.requests);
    const resetMs = (minute + 1) * minuteMs;
    return {
      refusedForS: perMinute !== undefined && window.requests > perMinute ? Math.max(1, Math.ceil((resetMs - nowMs) / 1_000)) : undefined,
      headers: { 'x-ratelimit-limit': String(limit), 'x-ratelimit-remaining': String(remaining), 'x-ratelimit-reset': String(resetMs / 1_000) },
    };
  };
}
