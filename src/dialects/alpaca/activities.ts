/**
 * The account's record of what happened: fills, and the fees booked later. It is paged by the id of the last row seen.
 *
 *   A1. A row, once shown, keeps its id and its place among its type: a reader of one type that continues after the last
 *       id it saw misses none.
 */
import type { DeskFee, DeskTrade } from '../../ports/index.ts';
import { badParameter, ok } from './answers.ts';
import type { Answer } from './answers.ts';
import { choice, count, refuse } from './call.ts';
import type { Call } from './call.ts';
import { negate } from './decimal.ts';
import { statusOf } from './order.ts';
import { dateOf, momentOf, rfc3339, stamp, stampedAtMs } from './time.ts';
import { isUuid, uuidOf } from './uuid.ts';

type Row = { readonly kind: 'fill'; readonly atMs: number; readonly record: DeskTrade } | { readonly kind: 'fee'; readonly atMs: number; readonly record: DeskFee };

const dayMs = 86_400_000;
const cashAsset = 'USD';

export function listActivities({ desk, accountId, request: { query }, parts: [pathType] }: Call): Answer {
  const types = (pathType ?? query.get('activity_types') ?? '').split(',').map((type) => type.trim().toUpperCase()).filter((type) => type !== '');
  const direction = choice(query, 'direction', ['asc', 'desc'], 'desc');
  const size = count(query, 'page_size', 100, 100);
  const [fromMs, toMs] = bounds(query);
  const token = query.get('page_token');
  const wants = (type: string): boolean => types.length === 0 || types.includes(type);

  // Both records are in order of time; a token's time bounds the search, so that a late page does not read the early ones.
  const tokenMs = token === null || token === '' ? undefined : (stampedAtMs(token.split('::')[0] ?? '') ?? refuse(badParameter('invalid page_token')));
  const first = direction === 'asc' && tokenMs !== undefined ? Math.max(fromMs, tokenMs) : fromMs;
  const last = direction === 'desc' && tokenMs !== undefined ? Math.min(toMs, tokenMs) : toMs;
  const fills = wants('FILL') ? between(desk.trades(accountId), first, last).map((record): Row => ({ kind: 'fill', atMs: record.atMs, record })) : [];
  const fees = wants('CFEE') ? between(desk.fees(accountId), first, last).map((record): Row => ({ kind: 'fee', atMs: record.atMs, record })) : [];
  const rows = [...fills, ...fees].toSorted((a, b) => a.atMs - b.atMs || compare(a.record.id, b.record.id));
  if (direction === 'desc') rows.reverse();
  const start = tokenMs === undefined ? 0 : rows.findIndex((row) => row.atMs === tokenMs && idOf(row) === token) + 1;
  return ok(rows.slice(start, start + size).map(body));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The earliest and the latest moment asked for, both inside the range. `after` and `until` themselves are outside. */
function bounds(query: URLSearchParams): readonly [number, number] {
  const at = (name: string): number | undefined => {
    const text = query.get(name);
    return text === null || text === '' ? undefined : (momentOf(text) ?? refuse(badParameter(`invalid ${name}: ${text}`)));
  };
  const [dayStartMs, afterMs, untilMs] = [at('date'), at('after'), at('until')];
  if (dayStartMs !== undefined) {
    return afterMs === undefined && untilMs === undefined ? [dayStartMs, dayStartMs + dayMs - 1] : refuse(badParameter('date cannot be used with after or until'));
  }
  return [afterMs === undefined ? -Infinity : afterMs + 1, untilMs === undefined ? Infinity : untilMs - 1];
}

function between<T extends { readonly atMs: number }>(records: readonly T[], firstMs: number, lastMs: number): readonly T[] {
  return records.slice(position(records, firstMs), position(records, lastMs + 1));
}

/** The index of the first record at this time or later. */
function position(records: readonly { readonly atMs: number }[], atMs: number): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((records[middle]?.atMs ?? Infinity) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

const idOf = ({ kind, atMs, record }: Row): string => `${stamp(atMs)}::${isUuid(record.id) ? record.id : uuidOf(`${kind}/${record.accountId}/${record.id}`)}`;

function body(row: Row): Record<string, unknown> {
  if (row.kind === 'fee') return feeBody(idOf(row), row.record);
  const trade = row.record;
  return {
    id: idOf(row), activity_type: 'FILL', transaction_time: rfc3339(trade.atMs), type: trade.leavesQuantity === '0' ? 'fill' : 'partial_fill',
    price: trade.price, qty: trade.quantity, side: trade.side, symbol: trade.symbol, leaves_qty: trade.leavesQuantity,
    order_id: trade.orderId, cum_qty: trade.cumulativeQuantity, order_status: statusOf(trade.orderState), swap_rate: '1',
  };
}

/** A fee in dollars is an amount of money; a fee in anything else is a quantity of that asset. It is dated by the end of what it covers. */
function feeBody(id: string, fee: DeskFee): Record<string, unknown> {
  const inCash = fee.asset === cashAsset;
  return {
    id, activity_type: 'CFEE', date: dateOf(fee.throughMs), created_at: rfc3339(fee.throughMs), status: 'executed',
    net_amount: inCash ? negate(fee.amount) : '0',
    qty: inCash ? '0' : negate(fee.amount),
    symbol: inCash ? fee.symbol.replaceAll('/', '') : `${fee.asset}${cashAsset}`,
    description: `Coin Pair Transaction Fee (${inCash ? 'USD' : 'Non USD'})`,
  };
}
