/** Orders read and cancelled. */
import type { DeskOrder } from '../../ports/index.ts';
import { badParameter, many, noOrder, notCancelable, nothing, ok } from './answers.ts';
import type { Answer } from './answers.ts';
import { choice, count, refuse } from './call.ts';
import type { Call } from './call.ts';
import { isFinal, orderBody } from './order.ts';
import { assetClassOf, joined } from './symbols.ts';
import { momentOf } from './time.ts';
import { isUuid } from './uuid.ts';

export function getOrder({ desk, accountId, parts: [id = ''] }: Call): Answer {
  if (!isUuid(id)) return badParameter('order_id is malformed');
  const order = desk.order(accountId, id);
  return order === undefined ? noOrder(id) : ok(orderBody(order));
}

export function findOrder({ desk, accountId, request }: Call): Answer {
  const clientOrderId = request.query.get('client_order_id');
  if (clientOrderId === null || clientOrderId === '') return badParameter('client_order_id is missing');
  const order = desk.orderByClientId(accountId, clientOrderId);
  return order === undefined ? noOrder(clientOrderId) : ok(orderBody(order));
}

/** A page is cut from the orders in the direction asked for; the bounds are exclusive, by time of submission or by order. */
export function listOrders({ desk, accountId, request: { query } }: Call): Answer {
  const status = choice(query, 'status', ['open', 'closed', 'all'], 'open');
  const direction = choice(query, 'direction', ['asc', 'desc'], 'desc');
  const limit = count(query, 'limit', 50, 500);
  const side = choice(query, 'side', ['buy', 'sell', 'any'], 'any');
  const assetClass = choice(query, 'asset_class', ['crypto', 'us_equity', 'us_option', 'all'], 'all');
  const symbols = new Set((query.get('symbols') ?? '').split(',').filter((symbol) => symbol !== '').map(joined));
  const [afterMs, untilMs] = [moment(query, 'after'), moment(query, 'until')];
  const all = desk.orders(accountId);
  const [first, last] = [indexOf(all, query, 'after_order_id'), indexOf(all, query, 'before_order_id')];

  const page: DeskOrder[] = [];
  for (let step = 0; step < all.length && page.length < limit; step++) {
    const index = direction === 'asc' ? step : all.length - 1 - step;
    const order = all[index];
    if (order === undefined || (first !== undefined && index <= first) || (last !== undefined && index >= last)) continue;
    if (status !== 'all' && isFinal(order.state) !== (status === 'closed')) continue;
    if (side !== 'any' && order.side !== side) continue;
    if (assetClass !== 'all' && assetClass !== assetClassOf(order.symbol)) continue;
    if (symbols.size > 0 && !symbols.has(joined(order.symbol))) continue;
    if ((afterMs !== undefined && order.createdAtMs <= afterMs) || (untilMs !== undefined && order.createdAtMs >= untilMs)) continue;
    page.push(order);
  }
  return ok(page.map(orderBody));
}

export async function cancelOrder({ desk, accountId, parts: [id = ''] }: Call): Promise<Answer> {
  if (!isUuid(id)) return badParameter('order_id is malformed');
  const result = await desk.cancel(accountId, id);
  switch (result.kind) {
    case 'requested': return nothing;
    case 'not-found': return noOrder(id);
    case 'not-cancelable': return notCancelable;
  }
}

/** One line per order that was open; the status of each matters, the status of the whole says nothing. */
export async function cancelOrders({ desk, accountId }: Call): Promise<Answer> {
  const lines: unknown[] = [];
  for (const { id } of desk.orders(accountId).filter(({ state }) => !isFinal(state))) {
    const { kind } = await desk.cancel(accountId, id);
    lines.push(kind === 'requested' ? { id, status: 200 } : { id, status: 500, body: { code: 50010000, message: 'failed to cancel order' } });
  }
  return many(lines);
}

function moment(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  return momentOf(text) ?? refuse(badParameter(`invalid ${name}: ${text}`));
}

function indexOf(orders: readonly DeskOrder[], query: URLSearchParams, name: string): number | undefined {
  const id = query.get(name);
  if (id === null || id === '') return undefined;
  const index = orders.findIndex((order) => order.id === id);
  return index === -1 ? refuse(noOrder(id)) : index;
}
