/**
 * What the door says: JSON, and one shape for everything it did not do. Every code has its status and title here.
 *
 *   A1. An answer that may be repeated without harm says so in `retry`: `later` as it is, `same-key` under the same key.
 */
import { BreakwaterError, InvariantError, reasonOf } from '../base/index.ts';
import type { Headers, ServedAnswer } from '../ports/index.ts';

type Retry = 'no' | 'later' | 'same-key';

export const doorProblems = {
  'BW-2001': { status: 404, retry: 'no', title: 'No such route' },
  'BW-2002': { status: 404, retry: 'no', title: 'No such source' },
  'BW-2003': { status: 403, retry: 'no', title: 'Address not allowed' },
  'BW-2004': { status: 413, retry: 'no', title: 'Body too large' },
  'BW-2005': { status: 401, retry: 'no', title: 'Secret or token missing or wrong' },
  'BW-2006': { status: 404, retry: 'no', title: 'No such order' },
  'BW-2007': { status: 404, retry: 'no', title: 'No such venue' },
  'BW-2008': { status: 400, retry: 'no', title: 'Request not understood' },
  'BW-2009': { status: 409, retry: 'no', title: 'Nothing to do' },
  'BW-2011': { status: 409, retry: 'no', title: 'Key used before for something else' },
  'BW-2012': { status: 422, retry: 'no', title: 'Signal too old' },
  'BW-2013': { status: 422, retry: 'no', title: 'Signal from the future' },
  'BW-2014': { status: 422, retry: 'no', title: 'No age limit for signals' },
  'BW-2015': { status: 409, retry: 'later', title: 'Restored, and not reconciled yet' },
  'BW-2016': { status: 503, retry: 'later', title: 'The venue has not told of its instrument yet' },
  'BW-2020': { status: 400, retry: 'no', title: 'Body cannot be read' },
  'BW-2021': { status: 422, retry: 'no', title: 'Body cannot be honoured' },
  'BW-2022': { status: 422, retry: 'no', title: 'Ticker not mapped' },
  'BW-2023': { status: 422, retry: 'no', title: 'Not for its sender to name' },
  'BW-2024': { status: 409, retry: 'no', title: 'The order was not changed' },
  'BW-2031': { status: 409, retry: 'no', title: 'The checklist is not met' },
  'BW-2032': { status: 409, retry: 'no', title: 'The plan does not hold' },
  'BW-2033': { status: 404, retry: 'no', title: 'No such kill or flatten' },
  'BW-2040': { status: 409, retry: 'no', title: 'The configuration was refused' },
  'BW-2041': { status: 409, retry: 'no', title: 'Nothing to approve' },
  'BW-2042': { status: 409, retry: 'no', title: 'May not approve' },
  'BW-7001': { status: 500, retry: 'same-key', title: 'Outcome unknown' },
  'BW-7002': { status: 503, retry: 'later', title: 'Too much waits for the disk' },
  'BW-7003': { status: 503, retry: 'later', title: 'The runtime is stopping' },
  'BW-7006': { status: 500, retry: 'same-key', title: 'Not confirmed in time' },
  'BW-7007': { status: 503, retry: 'later', title: 'The index of older keys did not answer' },
  'BW-9001': { status: 500, retry: 'same-key', title: 'A belief of the runtime was false' },
  'BW-9002': { status: 500, retry: 'same-key', title: 'A fault of ours' },
} as const satisfies Record<`BW-${number}`, { readonly status: number; readonly retry: Retry; readonly title: string }>;

export type DoorCode = keyof typeof doorProblems;

export type Told = {
  readonly detail: string; // what happened, with the values
  readonly because?: string; // the rule it rests on
  readonly did?: string; // what was done nevertheless
  readonly doNext?: readonly string[];
  readonly word?: string; // of a malformed body
  readonly plan?: object; // the one that holds now
  readonly checklist?: readonly object[];
};

/** The disk took longer than whoever asked will wait. */
export class LateDiskError extends BreakwaterError {
  readonly code = 'BW-7006';
  readonly retryable = true;
  readonly seq: number; // what was waited for
  constructor(withinMs: number, seq: number) {
    super(`Outcome unknown: the disk has not confirmed the entry within ${withinMs} ms. Send the same request under the same key again; it cannot be done twice.`);
    this.seq = seq;
  }
}

export const json = (status: number, body: unknown, headers: Headers = {}): ServedAnswer =>
  ({ kind: 'answer', status, headers: { 'content-type': 'application/json', ...headers }, body: `${JSON.stringify(body)}\n` });

export function problem(code: DoorCode, correlationId: string, told: Told): ServedAnswer {
  const { status, retry, title } = doorProblems[code];
  const { detail, because = detail, did = 'nothing', doNext = [], word, plan, checklist } = told;
  return {
    kind: 'answer', status,
    headers: { 'content-type': 'application/problem+json', ...(retry === 'later' ? { 'retry-after': '1' } : {}), ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}) },
    body: `${JSON.stringify({ code, title, detail, because, did, doNext, retry, correlationId, success: false, ...(word === undefined ? {} : { word }), ...(plan === undefined ? {} : { plan }), ...(checklist === undefined ? {} : { checklist }) })}\n`,
  };
}

/** Whatever went wrong on the way to an answer. */
export function failure(thrown: unknown, correlationId: string): ServedAnswer {
  if (thrown instanceof BreakwaterError && isDoorCode(thrown.code)) {
    const known = doorProblems[thrown.code].status === 500;
    return problem(thrown.code, correlationId, {
      detail: thrown.message, did: known ? 'perhaps what was asked' : 'nothing',
      doNext: [known ? 'send it again under the same key' : 'send it again in a second'],
    });
  }
  const code = thrown instanceof InvariantError ? thrown.code : 'BW-9002';
  return problem(code, correlationId, { detail: reasonOf(thrown), did: 'perhaps what was asked', doNext: ['run "breakwater status"', 'send it again under the same key'] });
}

const isDoorCode = (code: string): code is DoorCode => Object.hasOwn(doorProblems, code);
