/**
 * Journal time: at boot the later of the last entry and the wall clock, from then on driven by the monotonic clock alone.
 *
 *   J1. It never goes back, whatever the wall clock does.
 */
import type { Clock } from '../ports/index.ts';
import { ClockAheadError } from './errors.ts';

export type JournalTime = { nowMs(): number };

const DAY_MS = 86_400_000;

/** @throws ClockAheadError when the wall clock is more than a day ahead of the last entry and nobody has said that this is right */
export function journalTime(clock: Clock, last: { readonly atMs: number; readonly seq: number }, trustWallClock: boolean): JournalTime {
  const wallMs = Math.floor(clock.wallMs());
  if (last.seq > 0 && wallMs - last.atMs > DAY_MS && !trustWallClock) throw new ClockAheadError(wallMs, last.atMs);
  const startMs = Math.max(last.atMs, wallMs);
  const sinceMs = clock.monotonicMs();
  return { nowMs: () => startMs + Math.max(0, Math.floor(clock.monotonicMs() - sinceMs)) };
}
