/** What faults need to know of this protocol. */
import type { Classifier, ShownOrder } from '../classifier.ts';
import { noOrder, rateLimited, served, unauthorized } from './answers.ts';
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
  isEvent: isUpdate,
};

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // an empty body shows nothing
  }
}

const isOrder = (value: unknown): value is Pick<ShownOrder, 'id'> =>
  typeof value === 'object' && value !== null && 'client_order_id' in value && 'id' in value && typeof value.id === 'string';
