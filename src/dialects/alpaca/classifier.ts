/** What faults need to know of this protocol. */
import type { Classifier, ShownOrder } from '../classifier.ts';
import { many, noOrder, nothing, rateLimited, served, unauthorized } from './answers.ts';
import { atLeast } from './decimal.ts';
import { routeOf } from './routes.ts';
import { isUpdate } from './stream.ts';

const statusWords: Readonly<Record<number, string>> = { 500: 'internal server error occurred', 502: 'bad gateway', 503: 'service unavailable' };

export const alpacaClassifier: Classifier = {
  kindOf: ({ method, path }) => routeOf(method, path)?.route.kind ?? 'other',
  accountOf: ({ headers }) => headers['apca-api-key-id'] ?? '',
  orderIn(body) {
    const value = parsed(body);
    return isOrder(value) ? { id: value.id, text: body } : undefined;
  },
  without(body, hidden) {
    const list = parsed(body);
    if (!Array.isArray(list)) return { body, removed: 0 };
    const kept = list.filter((order: unknown) => !isOrder(order) || !hidden(order.id));
    return kept.length === list.length ? { body, removed: 0 } : { body: JSON.stringify(kept), removed: list.length - kept.length };
  },
  badNews(news) {
    switch (news.kind) {
      case 'server-error': return served({ status: news.status, body: { code: news.status * 100_000 + 10_000, message: statusWords[news.status] ?? 'internal server error occurred' } }, {});
      case 'rate-limited': return served(rateLimited(news.retryAfterS), {});
      case 'unauthorized': return served(unauthorized, {});
      case 'no-order': return served(noOrder(news.request.query.get('client_order_id') ?? decodeURIComponent(news.request.path.split('/').at(-1) ?? '')), {});
    }
  },
  cancelTaken: ({ path }) => served(path.endsWith('/orders') ? many([]) : nothing, {}),
  readOf: (cancel) => ({ ...cancel, method: 'GET', body: new Uint8Array(0) }),
  withoutExecutions(kind, body, since) {
    const value = parsed(body);
    if (kind === 'activity.list') return Array.isArray(value) ? JSON.stringify(value.filter((row: unknown) => !isLater(row, since))) : body;
    if (Array.isArray(value)) return JSON.stringify(value.map((order: unknown) => (isOrder(order) && order.id === since.id ? earlier(order, since) : order)));
    return isOrder(value) && value.id === since.id ? JSON.stringify(earlier(value, since)) : body;
  },
  isEvent: isUpdate,
  orderOfEvent(frame) {
    const update = parsed(typeof frame === 'string' ? frame : decoder.decode(frame));
    const order = isRecord(update) && isRecord(update['data']) ? update['data']['order'] : undefined;
    return isOrder(order) ? order.id : undefined;
  },
};

const decoder = new TextDecoder();

/** A filled order is shown as it was; one that was cancelled or has expired as over, with as little filled as it was then. */
function earlier(order: object, since: ShownOrder): unknown {
  const before = parsed(since.text);
  if (!isRecord(before)) return order;
  const over = 'status' in order && (order.status === 'canceled' || order.status === 'expired');
  return over ? { ...order, filled_qty: before['filled_qty'], filled_avg_price: before['filled_avg_price'] } : before;
}

function isLater(row: unknown, since: ShownOrder): boolean {
  const before = parsed(since.text);
  return isRecord(row) && isRecord(before) && row['order_id'] === since.id && !atLeast(String(before['filled_qty']), String(row['cum_qty']));
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // an empty body shows nothing
  }
}

const isOrder = (value: unknown): value is Pick<ShownOrder, 'id'> =>
  typeof value === 'object' && value !== null && 'client_order_id' in value && 'id' in value && typeof value.id === 'string';
