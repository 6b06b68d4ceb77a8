/**
 * Sending, cancelling and looking up orders.
 *
 *   O1. `submit` and `cancel` make one request each, whatever comes back.
 *   O2. `accepted` needs status 200 and a body that describes the very order sent; `refused` a row of the table.
 *   O3. `absent` needs Alpaca's own "order not found"; a list of open orders is whole or `unclear`.
 */
import type { JsonNode } from '../../base/index.ts';
import type { CancelAllResult, CancelResult, FindResult, OrderReport, Read, SubmitResult, Venue, VenueOrder } from '../../ports/index.ts';
import { cancelRows, submitRows } from './answers.ts';
import { symbolsIn } from './catalog.ts';
import type { Catalog } from './catalog.ts';
import { Fields, listOf, parseJson } from './json.ts';
import { orderBody, reportFrom, reportOf } from './order.ts';
import { describe } from './rest.ts';
import type { Rest } from './rest.ts';

type Orders = Pick<Venue, 'submit' | 'cancel' | 'cancelAll' | 'find' | 'findByClientOrderId' | 'openOrders'>;

const pageSize = 500;
const pagesMost = 200;

export function ordersOver(rest: Rest, catalog: Catalog): Orders {
  return {
    submit: (order, timeoutMs, stopped) => submit(rest, order, timeoutMs, stopped),
    cancel: (order, timeoutMs) => cancel(rest, order.venueOrderId, timeoutMs),
    cancelAll: (timeoutMs) => cancelAll(rest, timeoutMs),
    find: (venueOrderId, timeoutMs, stopped) => {
      const path = `/v2/orders/${encodeURIComponent(venueOrderId)}`;
      return find(rest, catalog, path, (report) => report.venueOrderId === venueOrderId, timeoutMs, stopped);
    },
    findByClientOrderId: (clientOrderId, timeoutMs, stopped) => {
      const path = `/v2/orders:by_client_order_id?client_order_id=${encodeURIComponent(clientOrderId)}`;
      return find(rest, catalog, path, (report) => report.clientOrderId === clientOrderId, timeoutMs, stopped);
    },
    openOrders: (timeoutMs) => openOrders(rest, catalog, timeoutMs),
  };
}

async function submit(rest: Rest, order: VenueOrder, timeoutMs: number, stopped: (() => string | undefined) | undefined): Promise<SubmitResult> {
  const outcome = await rest.once({ method: 'POST', path: '/v2/orders', body: orderBody(order), lane: order.closes === true ? 'cancel' : 'new-risk' }, timeoutMs, stopped);
  if (outcome.kind !== 'answered') return outcome;
  if (outcome.status === 200) {
    const read = rest.readable(() => reportOf(order, new Fields(parseJson(outcome.body), 'order')));
    return 'value' in read ? { kind: 'accepted', report: read.value } : { kind: 'unknown', why: `the venue answered 200, but ${read.why}` };
  }
  const { error, meaning } = rest.refusalIn(submitRows, outcome);
  const why = describe(outcome.status, error?.message);
  switch (meaning?.kind) {
    case 'refused': return { kind: 'refused', reason: meaning.reason, message: error?.message ?? why, ...(meaning.access ? { access: true } : {}) };
    case 'duplicate': return { kind: 'duplicate', existing: undefined };
    case 'not-sent': return { kind: 'not-sent', why, ...waiting(rest.retryAfterMs(outcome.headers)) };
    default: return { kind: 'unknown', why };
  }
}

async function cancel(rest: Rest, venueOrderId: string, timeoutMs: number): Promise<CancelResult> {
  const outcome = await rest.once({ method: 'DELETE', path: `/v2/orders/${encodeURIComponent(venueOrderId)}`, lane: 'cancel' }, timeoutMs);
  if (outcome.kind !== 'answered') return outcome;
  if (outcome.status === 204) return { kind: 'requested' };
  const { error, meaning } = rest.refusalIn(cancelRows, outcome);
  const why = describe(outcome.status, error?.message);
  switch (meaning?.kind) {
    case 'not-cancelable': return { kind: 'not-cancelable', message: error?.message ?? why };
    case 'no-such-order': return { kind: 'not-found', message: error?.message ?? why };
    case 'not-sent': return { kind: 'not-sent', why, ...waiting(rest.retryAfterMs(outcome.headers)) };
    default: return { kind: 'unknown', why };
  }
}

/** Answered with a status for each order. Those that it has begun to cancel the list of open orders tells of; those that it has not, it says itself. */
async function cancelAll(rest: Rest, timeoutMs: number): Promise<CancelAllResult> {
  const outcome = await rest.once({ method: 'DELETE', path: '/v2/orders', lane: 'cancel' }, timeoutMs);
  if (outcome.kind !== 'answered') return outcome;
  if (outcome.status === 207 || outcome.status === 200) {
    const read = rest.readable(() => listOf(parseJson(outcome.body), 'cancels').map(leftOf));
    return 'value' in read ? { kind: 'requested', left: read.value.flat() } : { kind: 'unknown', why: `the venue answered ${outcome.status}, but ${read.why}` };
  }
  const { error, meaning } = rest.refusalIn(cancelRows, outcome);
  const why = describe(outcome.status, error?.message);
  return meaning?.kind === 'not-sent' ? { kind: 'not-sent', why, ...waiting(rest.retryAfterMs(outcome.headers)) } : { kind: 'unknown', why };
}

function leftOf(row: JsonNode): readonly { readonly venueOrderId: string; readonly why: string }[] {
  const fields = new Fields(row, 'cancel');
  const status = Number(fields.numberText('status'));
  if (status >= 200 && status < 300) return [];
  const body = fields.raw('body');
  const message = body?.kind === 'object' ? new Fields(body, 'cancel.body').optionalText('message') : undefined;
  return [{ venueOrderId: fields.text('id'), why: describe(status, message) }];
}

const waiting = (retryAfterMs: number | undefined): { retryAfterMs?: number } => (retryAfterMs === undefined ? {} : { retryAfterMs });

async function find(rest: Rest, catalog: Catalog, path: string, isIt: (report: OrderReport) => boolean, timeoutMs: number, stopped: (() => string | undefined) | undefined): Promise<FindResult> {
  const deadlineMs = rest.deadlineMs(timeoutMs);
  const answer = await rest.read('trading', path, deadlineMs, stopped);
  if (answer.kind === 'no-such-order') return { kind: 'absent', source: `GET ${path}` };
  if (answer.kind === 'unclear') return answer;
  const read = await reports(rest, [answer.json], catalog, deadlineMs);
  if (read.kind === 'unclear') return { kind: 'unclear', why: read.why };
  const [report] = read.value;
  if (report !== undefined && isIt(report)) return { kind: 'found', report };
  const why = 'the venue answered with another order than the one asked for';
  rest.tellUnreadable('unasked', why);
  return { kind: 'unclear', why };
}

/**
 * Pages run forwards in time of submission. `after` leaves out its own instant, and orders of one instant may lie on both
 * sides of a page's edge; so each page begins a little before the end of the last one, and what comes twice counts once.
 */
async function openOrders(rest: Rest, catalog: Catalog, timeoutMs: number): Promise<Read<readonly OrderReport[]>> {
  const deadlineMs = rest.deadlineMs(timeoutMs);
  const byId = new Map<string, OrderReport>();
  let after = '';
  for (let page = 1; page <= pagesMost; page++) {
    const answer = await rest.read('trading', `/v2/orders?status=open&limit=${pageSize}&direction=asc${after}`, deadlineMs);
    if (answer.kind === 'no-such-order') return { kind: 'unclear', why: 'the venue has no list of orders' };
    if (answer.kind === 'unclear') return answer;
    const rows = rest.readable(() => listOf(answer.json, 'orders'));
    if ('why' in rows) return { kind: 'unclear', why: rows.why };
    const read = await reports(rest, rows.value, catalog, deadlineMs);
    if (read.kind === 'unclear') return read;
    const known = byId.size;
    for (const report of read.value) byId.set(report.venueOrderId, report);
    if (rows.value.length < pageSize) return { kind: 'read', value: [...byId.values()] };
    if (byId.size === known) return { kind: 'unclear', why: `the venue's list of open orders does not go on after ${known} orders` };
    const submitted = rest.readable(() => rows.value.map((row) => new Fields(row, 'order').timeMs('submitted_at')));
    if ('why' in submitted) return { kind: 'unclear', why: submitted.why };
    after = `&after=${encodeURIComponent(new Date(Math.max(...submitted.value) - 1).toISOString())}`;
  }
  return { kind: 'unclear', why: `the venue's list of open orders has more than ${pagesMost} pages` };
}

async function reports(rest: Rest, rows: readonly JsonNode[], catalog: Catalog, deadlineMs: number): Promise<Read<readonly OrderReport[]>> {
  const symbols = rest.readable(() => symbolsIn(rows, 'order'));
  if ('why' in symbols) return { kind: 'unclear', why: symbols.why };
  const learnt = await catalog.learn(symbols.value, deadlineMs);
  if (learnt.kind === 'unclear') return learnt;
  const read = rest.readable(() => rows.map((row) => reportFrom(new Fields(row, 'order'), catalog.instrumentOf)));
  return 'value' in read ? { kind: 'read', value: read.value } : { kind: 'unclear', why: read.why };
}
