/** Times as senders write them: ISO 8601 with a zone, or Unix time in seconds or milliseconds. */
import { MalformedError, quoted } from './malformed.ts';

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

export function timeMs(field: string, written: string): number {
  const ms = /^\d{10}$/.test(written) ? Number(written) * 1_000 : /^\d{13}$/.test(written) ? Number(written) : iso.test(written) ? Date.parse(written) : Number.NaN;
  if (!Number.isSafeInteger(ms)) {
    throw new MalformedError('bad-time', `${field} is ${quoted(written)}: send a time such as 2026-01-02T03:04:05Z, or Unix time in seconds or milliseconds.`);
  }
  return ms;
}
