/** An exchange behind the dialect, without a network: for tests that speak the protocol themselves. */
import { decode, encode } from '@msgpack/msgpack';
import { seededRandom } from '../../src/base/index.ts';
import { alpacaClassifier, alpacaDialect } from '../../src/dialects/alpaca/index.ts';
import type { AlpacaOptions } from '../../src/dialects/alpaca/index.ts';
import { PriceFaults, withFaults } from '../../src/dialects/faults/index.ts';
import { Refusals } from '../../src/dialects/refusals.ts';
import { createExchange } from '../../src/exchange/index.ts';
import type { ExchangeOptions } from '../../src/exchange/index.ts';
import type { NetApp, ServedAnswer, Socket } from '../../src/ports/index.ts';
import { seededIds, VirtualClock } from '../../src/sim/index.ts';

export const keys = { 'apca-api-key-id': 'demo-key', 'apca-api-secret-key': 'demo-secret' };

/** What JSON.parse gives: a test states its shape by what it asserts. */
export type Json = ReturnType<typeof JSON.parse>;
export type Given = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Json };

/** What a client has of one stream: the frames that came, and a way to speak. */
export type ClientEnd = { readonly frames: Json[]; readonly raw: (string | Uint8Array)[]; say(frame: unknown): void; ended: boolean; frozen: boolean; isDeaf: boolean; end(): void };

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type ServedOptions = Partial<ExchangeOptions> & Pick<AlpacaOptions, 'rateLimitPerMinute' | 'marketStream'> & { readonly startMs?: number };

export async function served(options: ServedOptions = {}) {
  const { rateLimitPerMinute, marketStream, startMs, ...forExchange } = options;
  const clock = new VirtualClock({ settle, ...(startMs === undefined ? {} : { startWallMs: startMs }) });
  const exchange = await createExchange({
    clock, seed: 7, house: { levels: 3, halfSpreadPpm: 1_000 }, price: { 'BTC/USD': { kind: 'manual', startPrice: '50000' } }, ...forExchange,
  });
  const refusals = new Refusals();
  const prices = new PriceFaults(clock);
  const dialect = alpacaDialect({ desk: prices.over(exchange), clock, refused: (entrance, reason) => refusals.count(entrance, reason), ids: seededIds(seededRandom('ids')), ...(rateLimitPerMinute === undefined ? {} : { rateLimitPerMinute }), ...(marketStream === undefined ? {} : { marketStream }) });
  const app = withFaults(dialect, { clock, classify: alpacaClassifier, prices });
  return { clock, exchange, app, refusals, ask: asking(app), open: (path?: string, headers?: Record<string, string>) => opened(app, path, headers) };
}

export type Ask = ReturnType<typeof asking>;

export function asking(app: NetApp) {
  const send = (method: string, target: string, body?: unknown, headers: Record<string, string> = keys): Promise<ServedAnswer> => {
    const [path = '', query = ''] = target.split('?');
    const bytes = body === undefined ? new Uint8Array(0) : new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
    return app.request({ method, path, query: new URLSearchParams(query), headers, body: bytes, peer: '127.0.0.1' });
  };
  const ask = async (method: string, target: string, body?: unknown, headers?: Record<string, string>): Promise<Given> => {
    const answer = await send(method, target, body, headers);
    if (answer.kind !== 'answer') throw new Error(`There was no answer but ${answer.kind}.`);
    const text = typeof answer.body === 'string' ? answer.body : new TextDecoder().decode(answer.body);
    return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
  return Object.assign(ask, { raw: send });
}

export function opened(app: NetApp, path = '/stream', headers: Record<string, string> = {}): ClientEnd | undefined {
  let message: (data: string | Uint8Array) => void = () => {};
  let pong: () => void = () => {};
  const isPacked = headers['content-type'] === 'application/msgpack';
  const written = (frame: unknown): string | Uint8Array => (typeof frame === 'string' || frame instanceof Uint8Array ? frame : isPacked ? encode(frame) : JSON.stringify(frame));
  let close: (why: string) => void = () => {};
  const client: ClientEnd = { frames: [], raw: [], ended: false, frozen: false, isDeaf: false, end: () => end('the client has gone')(), say: (frame) => message(written(frame)) };
  const end = (why: string) => (): void => {
    if (client.ended) return;
    client.ended = true;
    close(why);
  };
  const socket: Socket = {
    send(data) {
      client.raw.push(data);
      client.frames.push(isPacked ? decode(data as Uint8Array) : JSON.parse(typeof data === 'string' ? data : new TextDecoder().decode(data)));
    },
    close: end('closed'),
    terminate: end('terminated'),
    freeze: () => void (client.frozen = true),
    ping: () => {
      if (!client.isDeaf) pong();
    },
    onMessage: (run) => void (message = run),
    onPong: (run) => void (pong = run),
    onClose: (run) => void (close = run),
  };
  const taken = app.socket?.({ method: 'GET', path, query: new URLSearchParams(), headers, body: new Uint8Array(0), peer: '127.0.0.1' }, () => socket) ?? false;
  return taken ? client : undefined;
}

/** A client that has authenticated and listens. */
export function listening(app: NetApp): ClientEnd {
  const client = opened(app);
  if (client === undefined) throw new Error('The stream was refused.');
  client.say({ action: 'authenticate', data: { key_id: 'demo-key', secret_key: 'demo-secret' } });
  client.say({ action: 'listen', data: { streams: ['trade_updates'] } });
  return client;
}

export const limitOrder = (clientOrderId: string, limitPrice = '40000', more: Record<string, unknown> = {}) => ({
  symbol: 'BTC/USD', qty: '0.01', side: 'buy', type: 'limit', limit_price: limitPrice, time_in_force: 'gtc', client_order_id: clientOrderId, ...more,
});
