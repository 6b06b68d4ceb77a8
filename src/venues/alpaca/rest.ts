/**
 * Requests to Alpaca's two hosts: signed, with a deadline, each one request. Repeating is left to whoever stands in front of the network.
 *
 *   R1. `once` makes at most one request, and so does `read`, which is for GET alone: a GET is what may be repeated on the way.
 *   R2. Each request says how urgent it is and against which of Alpaca's limits it counts: those of the two hosts are two.
 *   R3. Each answer that is thrown away is told, by the first reason found.
 */
import { reasonOf } from '../../base/index.ts';
import type { JsonNode } from '../../base/index.ts';
import type { Clock, Headers, HttpOutcome, HttpRequest, Net } from '../../ports/index.ts';
import { errorIn, meaningOf, readRows } from './answers.ts';
import type { Meaning, Row, VenueError } from './answers.ts';
import { limitOfData, TRADING } from './limits.ts';
import { parseJson, readable } from './json.ts';
import type { TellUnreadable } from './json.ts';

/** A read's answer with status 200 as JSON; or Alpaca's "no such order"; or nothing that can be believed. */
export type ReadAnswer =
  | { readonly kind: 'json'; readonly json: JsonNode; readonly answeredAtMs?: number } // by the venue's clock, to the second, where it says so
  | { readonly kind: 'no-such-order' }
  | { readonly kind: 'unclear'; readonly why: string; readonly access?: true; readonly heldBack?: true };

export interface Rest {
  once(asked: { readonly method: 'POST' | 'DELETE'; readonly path: string; readonly body?: Uint8Array; readonly lane: 'cancel' | 'new-risk' }, timeoutMs: number, stopped?: () => string | undefined): Promise<HttpOutcome>;
  read(host: 'trading' | 'data', path: string, deadlineMs: number, stopped?: () => string | undefined): Promise<ReadAnswer>;
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

export function restOver(
  ports: { readonly net: Net; readonly clock: Clock },
  at: { readonly baseUrl: string; readonly dataUrl: string; readonly keyId: string; readonly secret: string },
  tellUnreadable: TellUnreadable,
): Rest {
  const { net, clock } = ports;
  const dataLimit = limitOfData(at);
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

  const refusalIn = (rows: readonly Row[], { status, body }: Answered): Refusal => {
    const error = errorIn(body, tellUnreadable);
    const meaning = meaningOf(rows, status, error);
    if (error !== undefined && meaning === undefined && status < 500) tellUnreadable('unlisted', describe(status, error.message)); // a server error is no refusal
    return { error, meaning };
  };

  const understood = (outcome: HttpOutcome): ReadAnswer => {
    if (outcome.kind !== 'answered') return { kind: 'unclear', why: `no answer: ${outcome.why}`, ...(outcome.kind === 'not-sent' && outcome.heldBack ? { heldBack: true } : {}) };
    if (outcome.status === 200) {
      const read = readable(() => parseJson(outcome.body), tellUnreadable);
      return 'value' in read ? { kind: 'json', json: read.value, ...answeredAt(outcome.headers) } : { kind: 'unclear', why: read.why };
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
    once: ({ method, path, body, lane }, timeoutMs, stopped) =>
      request(
        {
          method, url: at.baseUrl + path, passage: { lane, limit: TRADING }, ...(stopped === undefined ? {} : { stopped }),
          ...(body === undefined ? { headers } : { headers: { ...headers, 'content-type': 'application/json' }, body }),
        },
        timeoutMs,
      ),
    read: async (host, path, deadlineMs, stopped) => {
      const leftMs = deadlineMs - clock.monotonicMs();
      if (leftMs <= 0) return { kind: 'unclear', why: 'no time was left to ask the venue' };
      const way = host === 'data' ? { url: at.dataUrl + path, passage: { lane: 'market-data', limit: dataLimit } as const } : { url: at.baseUrl + path, passage: { lane: 'reconcile', limit: TRADING } as const };
      return understood(await request({ method: 'GET', ...way, headers, ...(stopped === undefined ? {} : { stopped }) }, leftMs));
    },
  };
}

function answeredAt({ date }: Headers): { readonly answeredAtMs?: number } {
  const atMs = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(atMs) ? {} : { answeredAtMs: atMs };
}

/** An answer in one line, for people. */
export const describe = (status: number, message: string | undefined): string =>
  `the venue answered ${status}${message === undefined ? ' with a body that is not its own' : `: ${message.slice(0, 200)}`}`;
