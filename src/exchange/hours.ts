/** From when an order may trade, and when it ends by itself. A stock's order waits for the hours it is meant for, and a day order ends with them. */
import type { NewDeskOrder } from '../ports/index.ts';
import { sessionsFrom } from './calendar.ts';
import type { Listing } from './listing.ts';
import type { Turn } from './turn.ts';

export type Hours = { readonly activeAtMs: number; readonly expiresAtMs: number | undefined };

/** Undefined where no session is left. */
export function hoursOf({ nowMs, rules }: Turn, { timeInForce, extendedHours }: NewDeskOrder, { stock }: Listing): Hours | undefined {
  const acceptedAtMs = nowMs + rules.acceptDelayMs;
  const isDay = timeInForce === 'day';
  if (stock === undefined) {
    const { sessionMs } = rules;
    return { activeAtMs: acceptedAtMs, expiresAtMs: isDay && sessionMs !== undefined ? (Math.floor(nowMs / sessionMs) + 1) * sessionMs : undefined };
  }
  for (const session of sessionsFrom(rules.calendar, nowMs)) {
    const [fromMs, untilMs] = extendedHours === true ? [session.extendedFromMs, session.extendedUntilMs] : [session.opensAtMs, session.closesAtMs];
    if (nowMs < untilMs) return { activeAtMs: Math.max(acceptedAtMs, fromMs), expiresAtMs: isDay ? untilMs : undefined };
  }
  return undefined;
}
