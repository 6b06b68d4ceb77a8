/**
 * Which day it is for people in a time zone, and when that day ends.
 *
 *   D1. A day is as long as the zone makes it: 23 or 25 hours where the clocks are changed.
 *   D2. It is told by journal time, which never goes back: setting the clock of the machine begins no day.
 */
import type { CalendarDay } from '../../core/index.ts';

const MINUTE_MS = 60_000;
const STEP_MS = 15 * MINUTE_MS; // the coarsest in which all zones change
const LONGEST_MS = 50 * 60 * MINUTE_MS; // a zone may skip a whole day

export class Calendar {
  readonly #zone: string;
  readonly #turnsAtMinute: number; // of the local day
  readonly #format: Intl.DateTimeFormat;
  #current: { readonly day: CalendarDay; readonly fromMs: number } | undefined;

  constructor(zone: string, turnsAtMinute: number) {
    this.#zone = zone;
    this.#turnsAtMinute = turnsAtMinute;
    this.#format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
  }

  dayAt(nowMs: number): CalendarDay {
    const known = this.#current;
    if (known !== undefined && nowMs >= known.fromMs && nowMs < known.day.endsAtMs) return known.day;
    const key = this.#keyAt(nowMs);
    const day = { key, zone: this.#zone, endsAtMs: this.#endAfter(nowMs, key) };
    this.#current = { day, fromMs: nowMs };
    return day;
  }

  /** The date that is in force: before the turning time it is still yesterday's. */
  #keyAt(atMs: number): string {
    const parts = Object.fromEntries(this.#format.formatToParts(atMs).map(({ type, value }) => [type, value]));
    const date = `${parts['year'] ?? ''}-${parts['month'] ?? ''}-${parts['day'] ?? ''}`;
    const minute = Number(parts['hour']) * 60 + Number(parts['minute']);
    return minute >= this.#turnsAtMinute ? date : dayBefore(date);
  }

  #endAfter(nowMs: number, key: string): number {
    let before = nowMs;
    let after = before - (before % STEP_MS) + STEP_MS;
    while (this.#keyAt(after) <= key && after - nowMs < LONGEST_MS) [before, after] = [after, after + STEP_MS];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.#keyAt(middle) > key) after = middle;
      else before = middle;
    }
    return after;
  }
}

const dayBefore = (date: string): string => new Date(Date.parse(`${date}T00:00:00Z`) - 24 * 60 * MINUTE_MS).toISOString().slice(0, 10);
