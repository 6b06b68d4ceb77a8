/**
 * Serves a `NetApp` by fastify and ws.
 *
 * Owns what protects the app from the network: limits on size and slowness, and an end that comes. Routes nothing: every
 * path reaches the app as it was sent, and every body as bytes, whatever it calls itself.
 *
 *   L1. A request is given to the app once its whole body is here, or not at all.
 *   L2. `close` ends within a second, whatever the peers do.
 *   L3. What the app throws costs that one request a 500.
 */
import { chmod } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket as Connection } from 'node:net';
import { fastify } from 'fastify';
import { WebSocketServer } from 'ws';
import { reasonOf } from '../../base/index.ts';
import type { Net, NetApp, ServeAt, ServedAnswer, ServedRequest, Socket } from '../../ports/index.ts';
import { ListenError } from './errors.ts';
import { flatHeaders } from './headers.ts';
import type { NetSettings } from './net.ts';
import { freeSocketPath } from './socket-path.ts';
import { asSocket, lostSocket } from './web-socket.ts';

const closeGraceMs = 500;
const slowHeadersMs = 5_000;
const slowRequestMs = 15_000;
const keptIdleMs = 60_000; // longer than clients keep theirs, so that no request meets a closing connection

export function server({ clock, maxBodyBytes }: NetSettings): Net['serve'] {
  return async (at, app) => {
    const connections = new Set<Connection>();
    const sockets = new Set<Socket>();
    let closing: Promise<void> | undefined;

    // The router sees one path only; what was sent is kept on the request. (A router has opinions on colons, doubled slashes, percent signs and long names.)
    const sentUrls = new WeakMap<IncomingMessage, string>();
    const sentTypes = new WeakMap<IncomingMessage, string>();
    const web = fastify({
      bodyLimit: maxBodyBytes,
      requestTimeout: slowRequestMs,
      keepAliveTimeout: keptIdleMs,
      http: { headersTimeout: slowHeadersMs, connectionsCheckingInterval: 1_000, shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket' },
      rewriteUrl: (request) => {
        sentUrls.set(request, request.url ?? '/');
        return '/';
      },
    });
    web.addHttpMethod('GET', { hasBody: true, overrideExisting: true }); // rare, but it is the app that judges what it was sent
    web.removeAllContentTypeParsers();
    web.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
    web.addHook('onRequest', (request, _, done) => {
      const type = request.raw.headers['content-type'];
      if (type !== undefined) {
        sentTypes.set(request.raw, type);
        request.raw.headers['content-type'] = 'application/octet-stream'; // fastify refuses bodies whose type it cannot read
      }
      done();
    });
    web.all('/', (request, reply) => {
      reply.hijack();
      const { raw } = request;
      const type = sentTypes.get(raw);
      const served = servedRequest(raw, sentUrls.get(raw) ?? '/', type === undefined ? {} : { 'content-type': type }, request.body);
      const respond = (answer: ServedAnswer): void => give(reply.raw, answer, closing !== undefined);
      if (closing === undefined) ask(app, served).then(respond, (thrown: unknown) => respond(failed(thrown)));
      else respond({ kind: 'answer', status: 503, headers: {}, body: '' });
    });

    const upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: maxBodyBytes, clientTracking: false });
    web.server.on('connection', (connection) => {
      connections.add(connection);
      connection.once('close', () => connections.delete(connection));
    });
    web.server.on('upgrade', (raw, stream, head) => {
      stream.on('error', () => stream.destroy());
      let socket: Socket | undefined;
      const accept = (): Socket => {
        if (socket !== undefined) return socket;
        upgrades.handleUpgrade(raw, stream, head, (ws) => {
          const taken = (socket = asSocket(ws, clock, maxBodyBytes));
          sockets.add(taken);
          ws.once('close', () => sockets.delete(taken));
        });
        return (socket ??= lostSocket(clock)); // the handshake was faulty, or the peer has gone
      };
      let status = 404;
      let taken = false;
      try {
        taken = closing === undefined && (app.socket?.(servedRequest(raw, raw.url ?? '/', {}, undefined), accept) ?? false);
      } catch {
        status = 500;
      }
      if (socket === undefined) stream.end(`HTTP/1.1 ${status} ${status === 404 ? 'Not Found' : 'Internal Server Error'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => stream.destroy());
      else if (!taken) socket.terminate();
    });

    await web.ready();
    const url = await listen(web.server, at);

    const close = async (): Promise<void> => {
      for (const socket of sockets) socket.close(1001, 'the server is closing');
      const cancel = clock.timer(closeGraceMs, () => {
        for (const connection of connections) connection.destroy();
      });
      await new Promise<void>((resolve) => void web.server.close(() => resolve()));
      cancel();
      await web.close();
    };
    return { url, close: () => (closing ??= close()) };
  };
}

async function listen(http: Server, at: ServeAt): Promise<string> {
  const place = 'path' in at ? at.path : `${at.host}:${at.port}`;
  try {
    if ('path' in at) await freeSocketPath(at.path);
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen('path' in at ? { path: at.path } : { host: at.host, port: at.port }, () => {
        http.off('error', reject);
        resolve();
      });
    });
    if ('path' in at) await chmod(at.path, 0o600);
  } catch (thrown) {
    throw thrown instanceof ListenError ? thrown : new ListenError(place, reasonOf(thrown));
  }
  if ('path' in at) return `unix:${at.path}:`;
  const { port } = http.address() as AddressInfo;
  return `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${port}`;
}

function servedRequest(raw: IncomingMessage, url: string, headers: Record<string, string>, body: unknown): ServedRequest {
  const queryAt = url.indexOf('?');
  return {
    method: raw.method ?? 'GET',
    path: queryAt === -1 ? url : url.slice(0, queryAt),
    query: new URLSearchParams(queryAt === -1 ? '' : url.slice(queryAt)),
    headers: { ...flatHeaders(raw.headers), ...headers },
    body: body instanceof Uint8Array ? new Uint8Array(body) : new Uint8Array(0),
    peer: raw.socket.remoteAddress ?? 'unix',
  };
}

const ask = async (app: NetApp, request: ServedRequest): Promise<ServedAnswer> => app.request(request);
const failed = (thrown: unknown): ServedAnswer => ({ kind: 'answer', status: 500, headers: { 'content-type': 'text/plain' }, body: reasonOf(thrown) });

function give(response: ServerResponse, answer: ServedAnswer, last: boolean): void {
  if (answer.kind === 'silence' || response.destroyed) return;
  if (answer.kind === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const body = Buffer.from(answer.body);
  try {
    for (const [name, value] of Object.entries(answer.headers)) {
      if (!/^(content-length|transfer-encoding|connection)$/i.test(name)) response.setHeader(name, value);
    }
    if (last) response.setHeader('connection', 'close');
    if (answer.status !== 204 && answer.status !== 304) response.setHeader('content-length', body.length);
    response.writeHead(answer.status);
    response.end(body);
  } catch (thrown) {
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    response.writeHead(500, { 'content-type': 'text/plain' });
    response.end(`The answer cannot be sent: ${reasonOf(thrown)}`);
  }
}
