/**
 * Moments as this venue writes them: RFC 3339 in UTC with microseconds, and with an offset where the stock exchange's clock is meant.
 * Does not know when stocks are dealt: that is the desk's to say.
 */
const dayMs = 86_400_000;
const pad = (value: number, length: number): string => String(value).padStart(length, '0');

const stampOffsetMinutes = -300; // in all seasons: an id must not change its order when the clocks do

/** "2026-01-02T03:04:05.678000Z" */
export function rfc3339(atMs: number): string {
  const micros = Math.floor((atMs - Math.floor(atMs)) * 1_000);
  return `${new Date(Math.floor(atMs)).toISOString().slice(0, -1)}${pad(micros, 3)}Z`;
}

/** The same moment on a clock with an offset, e.g. "2026-01-01T22:04:05.678000-05:00". */
export function rfc3339At(atMs: number, offsetMinutes: number): string {
  const local = rfc3339(atMs + offsetMinutes * 60_000).slice(0, -1);
  const size = Math.abs(offsetMinutes);
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60), 2)}:${pad(size % 60, 2)}`;
}

/** "2026-01-02" */
export const dateOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

/** Digits that sort as time does, on the exchange's clock: the first half of an activity's id. */
export const stamp = (atMs: number): string => new Date(atMs + stampOffsetMinutes * 60_000).toISOString().replaceAll(/[-:TZ.]/g, '');

/** What a stamp stands for, or undefined where it is none. */
export function stampedAtMs(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, milli] = match;
  const localMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milli}Z`);
  return Number.isNaN(localMs) ? undefined : localMs - stampOffsetMinutes * 60_000;
}

/** A moment from a query: a date, or a date and time with an offset. */
export function momentOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d))?$/.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** Orders of this venue lapse by themselves ninety days later, at 20:00 UTC. */
export const lapsesAtMs = (createdAtMs: number): number => Math.floor(createdAtMs / dayMs) * dayMs + 90 * dayMs + 20 * 3_600_000;

/** "09:30" on a clock with this offset. */
export const hourAt = (atMs: number, offsetMinutes: number): string => new Date(atMs + offsetMinutes * 60_000).toISOString().slice(11, 16);
