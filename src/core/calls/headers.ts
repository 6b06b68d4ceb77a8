/**
 * What an answer's status and headers say of the limits.
 *
 * Known: `X-RateLimit-Limit`, `-Remaining`, `-Reset` and the same without `X-`, `X-MBX-USED-WEIGHT-…`, `Retry-After`, the statuses 429 and 418.
 * A time of day is read against the venue's own `Date`; where it sends none, a whole window is waited for, as nobody's clock can be trusted.
 */
import type { Told, ToldWindow } from './told.ts';

type Headers = { get(name: string): string | null };

/** @param window the window of which the plain headers speak; `used` names the header that counts another one, by window */
export function toldByHeaders(status: number, headers: Headers, window: string, used: Readonly<Record<string, string>> = {}): Told {
  const dateMs = timeOf(headers.get('date'));
  const first = (...names: string[]): number | undefined => names.map((name) => numberOf(headers.get(name))).find((value) => value !== undefined);
  const plain = trimmed({
    limit: first('x-ratelimit-limit', 'ratelimit-limit'),
    remaining: first('x-ratelimit-remaining', 'ratelimit-remaining'),
    resetInMs: resetInMs(first('x-ratelimit-reset', 'ratelimit-reset'), dateMs),
  });
  const windows: Record<string, ToldWindow> = plain.limit === undefined && plain.remaining === undefined ? {} : { [window]: plain };
  for (const [name, header] of Object.entries(used)) {
    const value = numberOf(headers.get(header));
    if (value !== undefined) windows[name] = { ...windows[name], used: value };
  }
  const afterMs = retryAfterMs(headers.get('retry-after'), dateMs) ?? plain.resetInMs;
  const closed = afterMs === undefined ? {} : { afterMs };
  return { windows, ...(status === 429 ? { limited: closed } : {}), ...(status === 418 ? { banned: closed } : {}) };
}

const SECOND_MS = 1_000;
const FIRST_EPOCH_S = 1_000_000_000; // a smaller number is a duration

function numberOf(text: string | null): number | undefined {
  const [first = ''] = (text ?? '').split(/[,;]/);
  return /^\d+(?:\.\d+)?$/.test(first.trim()) ? Number(first) : undefined;
}

function timeOf(text: string | null): number | undefined {
  const ms = text === null ? NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** `Date` has whole seconds: one more is waited. */
function resetInMs(reset: number | undefined, dateMs: number | undefined): number | undefined {
  if (reset === undefined) return undefined;
  if (reset < FIRST_EPOCH_S) return reset * SECOND_MS;
  return dateMs === undefined ? undefined : Math.max(0, reset * SECOND_MS - dateMs) + SECOND_MS;
}

function retryAfterMs(text: string | null, dateMs: number | undefined): number | undefined {
  const seconds = numberOf(text);
  if (seconds !== undefined) return seconds * SECOND_MS;
  const atMs = timeOf(text);
  return atMs === undefined || dateMs === undefined ? undefined : Math.max(0, atMs - dateMs) + SECOND_MS;
}

const trimmed = (fields: { [Name in keyof ToldWindow]: ToldWindow[Name] | undefined }): ToldWindow =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
