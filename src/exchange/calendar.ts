/**
 * When stocks are dealt: the days and hours of the New York exchanges, by rule and without a time zone database.
 * Knows the holidays as they are kept since 2022 and the early closes; not the days of mourning and storms of the past.
 *
 *   C1. Sessions do not overlap, and come in the order of their days.
 */
import type { DeskSession } from '../ports/index.ts';

/** The session of a day, counted in whole days since 1 January 1970 where the stock exchange is; undefined when there is none. */
export type Calendar = (day: number) => DeskSession | undefined;
export type Phase = 'closed' | 'extended' | 'regular';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const [sunday, monday, thursday, saturday] = [0, 1, 4, 6];
const [winterOffset, summerOffset] = [-300, -240];
const [extendedFrom, opens, closes, closesEarly, extendedUntil, extendedUntilEarly] = [4 * 60, 9.5 * 60, 16 * 60, 13 * 60, 20 * 60, 17 * 60];
const longestBreakDays = 14;

const dayOf = (year: number, month: number, date: number): number => Date.UTC(year, month - 1, date) / dayMs;
const weekdayOf = (day: number): number => (((day + thursday) % 7) + 7) % 7; // the first of all days was a Thursday
const yearOf = (day: number): number => new Date(day * dayMs).getUTCFullYear();
const dateText = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

/** The nth such weekday of a month; the last one where n is -1. */
function nth(year: number, month: number, weekday: number, n: number): number {
  if (n < 0) {
    const last = dayOf(year, month + 1, 1) - 1;
    return last - ((weekdayOf(last) - weekday + 7) % 7);
  }
  const first = dayOf(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (n - 1);
}

/** The Sunday of Easter, by the rule of the Gregorian calendar. */
function easter(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const moon = (century - Math.floor(century / 4) - Math.floor((8 * century + 13) / 25) + 19 * golden + 15) % 30;
  const epact = moon - Math.floor(moon / 28) * (1 - Math.floor(moon / 28) * Math.floor(29 / (moon + 1)) * Math.floor((21 - golden) / 11));
  const weekday = (year + Math.floor(year / 4) + epact + 2 - century + Math.floor(century / 4)) % 7;
  return dayOf(year, 3, 28) + epact - weekday;
}

type Year = { readonly holidays: ReadonlySet<number>; readonly early: ReadonlySet<number>; readonly summerFrom: number; readonly summerUntil: number };
const years = new Map<number, Year>();

function rulesOf(year: number): Year {
  const known = years.get(year);
  if (known !== undefined) return known;
  const kept = (day: number): number => (weekdayOf(day) === saturday ? day - 1 : weekdayOf(day) === sunday ? day + 1 : day);
  const newYear = dayOf(year, 1, 1);
  const [independence, christmas, thanksgiving] = [dayOf(year, 7, 4), dayOf(year, 12, 25), nth(year, 11, thursday, 4)];
  const holidays = new Set([
    weekdayOf(newYear) === saturday ? newYear : kept(newYear), // not moved into the year before
    nth(year, 1, monday, 3), nth(year, 2, monday, 3), easter(year) - 2, nth(year, 5, monday, -1), kept(dayOf(year, 6, 19)), kept(independence),
    nth(year, 9, monday, 1), thanksgiving, kept(christmas),
  ]);
  const made = {
    holidays, early: new Set([independence - 1, thanksgiving + 1, christmas - 1]),
    summerFrom: nth(year, 3, sunday, 2), summerUntil: nth(year, 11, sunday, 1),
  };
  years.set(year, made);
  return made;
}

const sessions = new Map<number, DeskSession | undefined>();

export const newYork: Calendar = (day) => {
  if (!sessions.has(day)) sessions.set(day, sessionOf(day));
  return sessions.get(day);
};

function sessionOf(day: number): DeskSession | undefined {
  const { holidays, early, summerFrom, summerUntil } = rulesOf(yearOf(day));
  const weekday = weekdayOf(day);
  if (weekday === saturday || weekday === sunday || holidays.has(day)) return undefined;
  const offsetMinutes = day >= summerFrom && day < summerUntil ? summerOffset : winterOffset;
  const at = (minute: number): number => day * dayMs + (minute - offsetMinutes) * minuteMs;
  const [close, end] = early.has(day) ? [closesEarly, extendedUntilEarly] : [closes, extendedUntil];
  return { date: dateText(day), offsetMinutes, opensAtMs: at(opens), closesAtMs: at(close), extendedFromMs: at(extendedFrom), extendedUntilMs: at(end) };
}

/** Sessions that are not over at this moment, the running one first. */
export function* sessionsFrom(calendar: Calendar, atMs: number): Generator<DeskSession, undefined> {
  const today = Math.floor(atMs / dayMs) - 1; // it may still be yesterday there
  for (let day = today, idle = 0; idle <= longestBreakDays; day++) {
    const session = calendar(day);
    idle = session === undefined ? idle + 1 : 0;
    if (session !== undefined && session.extendedUntilMs > atMs) yield session;
  }
  return undefined;
}

export function phaseAt(calendar: Calendar, atMs: number): Phase {
  const session = sessionsFrom(calendar, atMs).next().value;
  if (session === undefined || atMs < session.extendedFromMs) return 'closed';
  return atMs >= session.opensAtMs && atMs < session.closesAtMs ? 'regular' : 'extended';
}

/** The next moment at which the phase is another; never, where there are no more sessions. */
export function nextPhaseMs(calendar: Calendar, atMs: number): number {
  const session = sessionsFrom(calendar, atMs).next().value;
  if (session === undefined) return Infinity;
  return [session.extendedFromMs, session.opensAtMs, session.closesAtMs, session.extendedUntilMs].find((changeMs) => changeMs > atMs) ?? Infinity;
}

/** The times between two moments in which there was dealing, in order: each from a moment to just before the other. */
export function dealingTimes(calendar: Calendar, fromMs: number, untilMs: number): readonly (readonly [number, number])[] {
  const times: [number, number][] = [];
  for (const { extendedFromMs, extendedUntilMs } of sessionsFrom(calendar, fromMs)) {
    if (extendedFromMs >= untilMs) break;
    times.push([Math.max(fromMs, extendedFromMs), Math.min(untilMs, extendedUntilMs)]);
  }
  return times;
}

/** This moment, or the last before it at which there was dealing. */
export function lastDealingMs(calendar: Calendar, atMs: number): number {
  return (dealingTimes(calendar, atMs - longestBreakDays * dayMs, atMs + 1).at(-1)?.[1] ?? atMs + 1) - 1;
}

/** Sessions by their dates, both ends included. */
export function sessionsBetween(calendar: Calendar, fromDate: string, toDate: string): readonly DeskSession[] {
  const [first, last] = [Date.parse(`${fromDate}T00:00:00Z`) / dayMs, Date.parse(`${toDate}T00:00:00Z`) / dayMs];
  const found: DeskSession[] = [];
  for (let day = first; day <= last; day++) {
    const session = calendar(day);
    if (session !== undefined) found.push(session);
  }
  return found;
}
