/**
 * Alpaca's Trading API v2 for crypto, our half: orders, activities, balances and the order stream as a `Venue`.
 *
 * Owns what is sent and how every answer is understood. Does not own when to send, what an unknown outcome leads to, or
 * whether two sources agree: it makes each request it is asked for, at most once if it could change anything, and says
 * exactly what is known afterwards.
 *
 *   A1. An order or a cancel is one request. Reads are GETs, and may be repeated on the way inside their deadline.
 *   A2. No answer throws; none that its document does not define is believed.
 *   A3. Amounts go from text to units and back without passing through a float.
 */
import type { Random } from '../../base/index.ts';
import type { Clock, Net, Unread, Venue } from '../../ports/index.ts';
import { activityAfter } from './activity.ts';
import { balancesFrom } from './balances.ts';
import { capabilities } from './capabilities.ts';
import { catalogOver } from './catalog.ts';
import { deadManOver } from './extension.ts';
import type { AlpacaExtension } from './extension.ts';
import type { TellUnreadable } from './json.ts';
import { ordersOver } from './orders.ts';
import { quotesFrom } from './quotes.ts';
import { restOver } from './rest.ts';
import { streamOver } from './stream.ts';

export type AlpacaOptions = {
  readonly name: string; // as configured
  readonly net: Net;
  readonly clock: Clock;
  readonly random: Random;
  readonly baseUrl: string; // the trading host, without "/v2"
  /** The market data host. Default: Alpaca's own for Alpaca's hosts, otherwise `baseUrl`. */
  readonly dataUrl?: string;
  /** Default: "/stream" on the trading host. */
  readonly streamUrl?: string;
  readonly keyId: string;
  readonly secret: string;
  /** What this peer has beside Alpaca's protocol; nothing unless told, as Alpaca itself. */
  readonly extensions?: readonly AlpacaExtension[];
  readonly timeouts?: { readonly instrumentsMs?: number };
  /** Hears of whatever the venue said that was thrown away. */
  readonly unread?: (unread: Unread) => void;
};

const instrumentsMs = 20_000;

export function alpacaVenue(options: AlpacaOptions): Venue {
  const { name, net, clock, random, keyId, secret, timeouts } = options;
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const dataUrl = (options.dataUrl ?? (/^https:\/\/(paper-)?api\.alpaca\.markets$/.test(baseUrl) ? 'https://data.alpaca.markets' : baseUrl)).replace(/\/+$/, '');
  const streamUrl = options.streamUrl ?? `${baseUrl.replace(/^http/, 'ws').replace(/^unix:/, 'ws+unix:')}/stream`;
  const telling = (from: Unread['from']): TellUnreadable => (reason, why) => options.unread?.({ from, reason, why });
  const rest = restOver({ net, clock }, { baseUrl, dataUrl, keyId, secret }, telling('answer'));
  const catalog = catalogOver(rest);
  const has = (extension: AlpacaExtension): boolean => options.extensions?.includes(extension) === true;
  return {
    name,
    capabilities: { ...capabilities, deadManTimer: has('dead-man-timer'), cancelOnDisconnect: has('cancel-on-disconnect') },
    ...(has('dead-man-timer') ? { deadMan: deadManOver(rest) } : {}),
    ...ordersOver(rest, catalog),
    instruments: (symbols) => catalog.instruments(symbols, rest.deadlineMs(timeouts?.instrumentsMs ?? instrumentsMs)),
    activity: (afterCursor, timeoutMs) => activityAfter(rest, catalog, afterCursor, timeoutMs),
    balances: (timeoutMs) => balancesFrom(rest, catalog, timeoutMs),
    quotes: (symbols, timeoutMs) => quotesFrom(rest, catalog, symbols, timeoutMs),
    stream: (listen) => streamOver({ net, clock, random: random.fork('stream') }, { streamUrl, keyId, secret, cancelOnDisconnect: has('cancel-on-disconnect') }, catalog, listen, telling('stream')),
  };
}
