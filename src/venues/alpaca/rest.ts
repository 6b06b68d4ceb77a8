/**
 * Requests to Alpaca's two hosts: signed, with a deadline, and repeated only where repeating cannot do harm.
 *
 *   R1. `once` makes at most one request.
 *   R2. `read` is for GET alone; it repeats what failed in passing (no connection, 5xx, 429) until its deadline or the
 *       last of its attempts, with a jittered, growing pause.
 *   R3. Each answer that is thrown away is told, by the first reason found: also one of a read that is then repeated.
 */
import { reasonOf } from '../../base/index.ts';
import type { JsonNode, Random } from '../../base/index.ts';
import { sleep } from '../../ports/index.ts';
import type { Clock, Headers, HttpOutcome, HttpRequest, Net } from '../../ports/index.ts';
import { errorIn, meaningOf, readRows } from './answers.ts';
import type { Meaning, Row, VenueError } from './answers.ts';
import { parseJson, readable } from './json.ts';
import type { TellUnreadable } from './json.ts';

export type Timeouts = {
  /** The longest one attempt of a read may take; a read with a later deadline then tries again. */
  readonly readAttemptMs: number;
};

/** A read's answer with status 200 as JSON; or Alpaca's "no such order"; or nothing that can be believed. */
export type ReadAnswer =
  | { readonly kind: 'json'; readonly json: JsonNode }
  | { readonly kind: 'no-such-order' }
  | { readonly kind: 'unclear'; readonly why: string; readonly access?: true };

export interface Rest {
  once(method: 'POST' | 'DELETE', path: string, body: Uint8Array | undefined, timeoutMs: number, stopped?: () => string | undefined): Promise<HttpOutcome>;
  read(host: 'trading' | 'data', path: string, deadlineMs: number): Promise<ReadAnswer>;
  /** On the monotonic clock. */
  deadlineMs(timeoutMs: number): number;
  /** How long the venue asks us to stay away. */
  retryAfterMs(headers: Headers): number | undefined;
  /** Reads something out of an answer, and tells where that cannot be done. */
  readable<T>(read: () => T): { readonly value: T } | { readonly why: string };
  /** What an answer other than a success says, as far as it is the venue's own and some row has it; and tells where it is not. */
  refusalIn(rows: readonly Row[], answer: Answered): Refusal;
  readonly tellUnreadable: TellUnreadable;
}

type Answered = Extract<HttpOutcome, { kind: 'answered' }>;
type Refusal = { readonly error: VenueError | undefined; readonly meaning: Meaning | undefined };

const attemptsMost = 5;
const firstPauseMs = 200;
const longestPauseMs = 4_000;

export function restOver(
  ports: { readonly net: Net; readonly clock: Clock; readonly random: Random },
  at: { readonly baseUrl: string; readonly dataUrl: string; readonly keyId: string; readonly secret: string },
  timeouts: Timeouts,
  tellUnreadable: TellUnreadable,
): Rest {
  const { net, clock, random } = ports;
  const headers: Headers = { 'apca-api-key-id': at.keyId, 'apca-api-secret-key': at.secret, accept: 'application/json' };

  const request = async (asked: HttpRequest, timeoutMs: number): Promise<HttpOutcome> => {
    try {
      return await net.request(asked, timeoutMs);
    } catch (thrown) {
      return { kind: 'unknown', why: `the network layer failed: ${reasonOf(thrown)}` };
    }
  };

  const retryAfterMs = (answered: Headers): number | undefined => {
    const wait = answered['retry-after'];
    if (wait !== undefined && /^\d{1,6}$/.test(wait.trim())) return Number(wait) * 1_000;
    const until = wait === undefined ? Number.NaN : Date.parse(wait);
    if (!Number.isNaN(until)) return Math.max(0, until - clock.wallMs());
    const resetAtS = answered['x-ratelimit-reset'];
    return resetAtS !== undefined && /^\d{9,11}$/.test(resetAtS) ? Math.max(0, Number(resetAtS) * 1_000 - clock.wallMs()) : undefined;
  };

  const pauseMs = (attempt: number, outcome: HttpOutcome): number => {
    const growing = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1)) * (0.5 + random.next() / 2);
    const asked = outcome.kind === 'answered' && outcome.status === 429 ? retryAfterMs(outcome.headers) : undefined;
    return Math.ceil(Math.max(growing, asked ?? 0));
  };

  const refusalIn = (rows: readonly Row[], { status, body }: Answered): Refusal => {
    const error = errorIn(body, tellUnreadable);
    const meaning = meaningOf(rows, status, error);
    if (error !== undefined && meaning === undefined && status < 500) tellUnreadable('unlisted', describe(status, error.message)); // a server error is no refusal
    return { error, meaning };
  };

  const understood = (outcome: HttpOutcome): ReadAnswer => {
    if (outcome.kind !== 'answered') return { kind: 'unclear', why: `no answer: ${outcome.why}` };
    if (outcome.status === 200) {
      const read = readable(() => parseJson(outcome.body), tellUnreadable);
      return 'value' in read ? { kind: 'json', json: read.value } : { kind: 'unclear', why: read.why };
    }
    const { error, meaning } = refusalIn(readRows, outcome);
    if (meaning?.kind === 'no-such-order') return { kind: 'no-such-order' };
    const why = describe(outcome.status, error?.message);
    return meaning?.kind === 'refused' ? { kind: 'unclear', why, access: true } : { kind: 'unclear', why };
  };

  return {
    retryAfterMs,
    readable: (read) => readable(read, tellUnreadable),
    refusalIn,
    tellUnreadable,
    deadlineMs: (timeoutMs) => clock.monotonicMs() + timeoutMs,
    once: (method, path, body, timeoutMs, stopped) =>
      request(
        {
          method, url: at.baseUrl + path, ...(stopped === undefined ? {} : { stopped }),
          ...(body === undefined ? { headers } : { headers: { ...headers, 'content-type': 'application/json' }, body }),
        },
        timeoutMs,
      ),
    read: async (host, path, deadlineMs) => {
      const asked: HttpRequest = { method: 'GET', url: (host === 'data' ? at.dataUrl : at.baseUrl) + path, headers };
      for (let attempt = 1; ; attempt++) {
        const leftMs = deadlineMs - clock.monotonicMs();
        if (leftMs <= 0) return { kind: 'unclear', why: 'no time was left to ask the venue' };
        const outcome = await request(asked, Math.min(leftMs, timeouts.readAttemptMs));
        const pause = pauseMs(attempt, outcome);
        const again = passing(outcome) && attempt < attemptsMost && clock.monotonicMs() + pause < deadlineMs;
        const answer = understood(outcome); // R3
        if (!again) return answer;
        await sleep(clock, pause);
      }
    },
  };
}

const passing = (outcome: HttpOutcome): boolean => outcome.kind !== 'answered' || outcome.status === 429 || outcome.status >= 500;

/** An answer in one line, for people. */
export const describe = (status: number, message: string | undefined): string =>
  `the venue answered ${status}${message === undefined ? ' with a body that is not its own' : `: ${message.slice(0, 200)}`}`;
