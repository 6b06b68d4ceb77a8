/** Every path the venue serves, what asking for it means, and who answers. */
import type { RequestKind } from '../classifier.ts';
import { listActivities } from './activities.ts';
import type { Answer } from './answers.ts';
import { getAsset, getClock, listAssets } from './assets.ts';
import type { Call } from './call.ts';
import { closePosition, closePositions } from './closing.ts';
import { getAccount, getPosition, listPositions } from './holdings.ts';
import { bars, latest } from './market.ts';
import { cancelOrder, cancelOrders, findOrder, getOrder, listOrders } from './orders.ts';
import { createOrder, replaceOrder } from './placing.ts';

export type Route = { readonly kind: RequestKind; readonly open?: true; readonly serve: (call: Call) => Answer | Promise<Answer> };
type Pattern = { readonly method: string; readonly path: string; readonly route: Route };

export const streamPath = '/stream';

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
  { method: 'GET', path: '/v1beta3/crypto/us/latest/*', route: { kind: 'quote.read', open: true, serve: latest } },
  { method: 'GET', path: '/v1beta3/crypto/us/bars', route: { kind: 'quote.read', open: true, serve: bars } },
];

const byPlace = new Map(patterns.map(({ method, path, route }) => [`${method} ${path}`, route]));

/** The route of a request and the variable part of its path, decoded; undefined where nothing is served. */
export function routeOf(method: string, path: string): { readonly route: Route; readonly parts: readonly string[] } | undefined {
  const fixed = byPlace.get(`${method} ${path}`);
  if (fixed !== undefined) return { route: fixed, parts: [] };
  const cut = path.lastIndexOf('/');
  const variable = byPlace.get(`${method} ${path.slice(0, cut)}/*`);
  const part = decoded(path.slice(cut + 1));
  return variable === undefined || part === undefined || part === '' ? undefined : { route: variable, parts: [part] };
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined; // a broken escape names nothing
  }
}
