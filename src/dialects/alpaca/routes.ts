/** Every path the venue serves, what asking for it means, and who answers. */
import type { RequestKind } from '../classifier.ts';
import { listActivities } from './activities.ts';
import { noEndpoint } from './answers.ts';
import type { Answer } from './answers.ts';
import { getAsset, getCalendar, getClock, listAssets } from './assets.ts';
import type { Call } from './call.ts';
import { closePosition, closePositions } from './closing.ts';
import { endDeadMan, setDeadMan } from './extension.ts';
import { getAccount, getPosition, listPositions } from './holdings.ts';
import { listBars, listQuotes, listTrades, ofStock } from './history.ts';
import { crypto, cryptoSnapshots, latest, latestOfStock, stocks, stockSnapshot, stockSnapshots } from './market.ts';
import { cancelOrder, cancelOrders, findOrder, getOrder, listOrders } from './orders.ts';
import { createOrder, replaceOrder } from './placing.ts';

export type Route = { readonly kind: RequestKind; readonly open?: true; readonly serve: (call: Call) => Answer | Promise<Answer> };
type Pattern = { readonly method: string; readonly path: string; readonly route: Route };

export const streamPath = '/stream';
export const marketStreamPath = '/v1beta3/crypto/us';

// `*` stands for one part of a path. The colon in the lookup by client id is part of its name.
const patterns: readonly Pattern[] = [
  { method: 'POST', path: '/v2/orders', route: { kind: 'order.create', serve: createOrder } },
  { method: 'GET', path: '/v2/orders', route: { kind: 'order.list', serve: listOrders } },
  { method: 'DELETE', path: '/v2/orders', route: { kind: 'order.cancel', serve: cancelOrders } },
  { method: 'GET', path: '/v2/orders:by_client_order_id', route: { kind: 'order.find', serve: findOrder } },
  { method: 'GET', path: '/v2/orders/*', route: { kind: 'order.read', serve: getOrder } },
  { method: 'PATCH', path: '/v2/orders/*', route: { kind: 'order.replace', serve: replaceOrder } },
  { method: 'DELETE', path: '/v2/orders/*', route: { kind: 'order.cancel', serve: cancelOrder } },
  { method: 'GET', path: '/v2/account', route: { kind: 'account.read', serve: getAccount } },
  { method: 'GET', path: '/v2/account/activities', route: { kind: 'activity.list', serve: listActivities } },
  { method: 'GET', path: '/v2/account/activities/*', route: { kind: 'activity.list', serve: listActivities } },
  { method: 'GET', path: '/v2/positions', route: { kind: 'positions.read', serve: listPositions } },
  { method: 'GET', path: '/v2/positions/*', route: { kind: 'positions.read', serve: getPosition } },
  { method: 'DELETE', path: '/v2/positions', route: { kind: 'order.create', serve: closePositions } },
  { method: 'DELETE', path: '/v2/positions/*', route: { kind: 'order.create', serve: closePosition } },
  { method: 'GET', path: '/v2/assets', route: { kind: 'asset.read', serve: listAssets } },
  { method: 'GET', path: '/v2/assets/*', route: { kind: 'asset.read', serve: getAsset } },
  { method: 'GET', path: '/v2/clock', route: { kind: 'other', serve: getClock } },
  { method: 'GET', path: '/v2/calendar', route: { kind: 'other', serve: getCalendar } },
  { method: 'POST', path: '/x/dead-man', route: { kind: 'other', serve: setDeadMan } },
  { method: 'DELETE', path: '/x/dead-man', route: { kind: 'other', serve: endDeadMan } },
  ...data('/v1beta3/crypto/us/latest/*', (call) => latest(call, crypto, call.parts[0] ?? ''), true),
  ...data('/v1beta3/crypto/us/bars', (call) => listBars(call, crypto), true),
  ...data('/v1beta3/crypto/us/trades', (call) => listTrades(call, crypto), true),
  ...data('/v1beta3/crypto/us/quotes', (call) => listQuotes(call, crypto), true),
  ...data('/v1beta3/crypto/us/snapshots', cryptoSnapshots, true),
  ...data('/v2/stocks/bars', (call) => listBars(call, stocks)),
  ...data('/v2/stocks/trades', (call) => listTrades(call, stocks)),
  ...data('/v2/stocks/quotes', (call) => listQuotes(call, stocks)),
  ...data('/v2/stocks/snapshots', stockSnapshots),
  ...['bars', 'trades', 'quotes'].flatMap((what) => data(`/v2/stocks/${what}/latest`, (call) => latest(call, stocks, what))),
  ...data('/v2/stocks/*/*/latest', (call) => latestOfStock(call, call.parts[0] ?? '', call.parts[1] ?? '')),
  ...data('/v2/stocks/*/snapshot', stockSnapshot),
  ...data('/v2/stocks/*/*', (call) => ofStock(call, stocks, call.parts[1] ?? '') ?? noEndpoint),
];

function data(path: string, serve: Route['serve'], isOpen = false): readonly Pattern[] {
  return [{ method: 'GET', path, route: { kind: 'quote.read', serve, ...(isOpen ? { open: true as const } : {}) } }];
}

const byPlace = new Map(patterns.map(({ method, path, route }) => [`${method} ${path}`, route]));
const variable = patterns.filter(({ path }) => path.includes('*')).map(({ method, path, route }) => ({ method, names: path.split('/'), route }));

/** The route of a request and the variable parts of its path, decoded; undefined where nothing is served. */
export function routeOf(method: string, path: string): { readonly route: Route; readonly parts: readonly string[] } | undefined {
  const fixed = byPlace.get(`${method} ${path}`);
  if (fixed !== undefined) return { route: fixed, parts: [] };
  const asked = path.split('/');
  const found = variable.find((pattern) => pattern.method === method && pattern.names.length === asked.length && pattern.names.every((name, index) => name === '*' || name === asked[index]));
  if (found === undefined) return undefined;
  const parts = found.names.flatMap((name, index) => (name === '*' ? [decoded(asked[index] ?? '')] : []));
  return parts.every((part) => part !== undefined && part !== '') ? { route: found.route, parts: parts.filter((part) => part !== undefined) } : undefined;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined; // a broken escape names nothing
  }
}
