/**
 * A network in memory. Requests and WebSocket messages travel between named hosts with seeded latency; links and single
 * requests fail on command, in the ways in which real ones do.
 *
 * Owns what a client can know of a request (answered, not-sent, unknown) and when. Does not own who fails, and when: the
 * simulation decides that from its seed.
 *
 *   W1. Only what provably never arrived is `not-sent`; once a request has left, nothing but an answer ends its doubt.
 *   W2. A request that its sender gave up on may still arrive and be acted upon.
 *   W3. The same seed and the same calls give the same deliveries at the same times.
 */
import { parseAddress, reasonOf } from '../base/index.ts';
import type { Address, Random } from '../base/index.ts';
import type { Clock, Headers, HttpOutcome, HttpRequest, Net, NetApp, ServeAt, Served, ServedAnswer, ServedRequest, SocketOutcome } from '../ports/index.ts';
import { Host } from './host.ts';
import type { Deliver, Held } from './host.ts';
import { Links } from './links.ts';
import type { Latency } from './links.ts';
import { SocketEnd } from './socket.ts';

export type Travel = { readonly from: string; readonly to: string; readonly request: HttpRequest };

/**
 * What may happen to one request. `reset-before`: the connection is cut before the peer acts; `reset-after`: after it acted.
 * `request-doubled`: a machine in between asked a second time by itself, and passes on the second answer; the first one where
 * the second was turned away at the door, for then nobody can tell that there was a first.
 */
export type RequestFault =
  | { readonly kind: 'refused' | 'request-lost' | 'answer-lost' | 'reset-before' | 'reset-after' | 'request-doubled' }
  | { readonly kind: 'request-late' | 'answer-late'; readonly byMs: number };

export interface MemoryHost {
  readonly net: Net;
  /** The host dies: nothing reaches its code any more, its promises never settle, its peers see their connections end. */
  cut(): void;
}

/** Used as a `Net` itself, it is the host "local". */
export interface MemoryNet extends Net {
  /** A new life under this name. `deliver` runs the host's code for each event from outside. */
  host(name: string, deliver?: Deliver): MemoryHost;
  /** Asked once for each request that is about to leave. */
  onRequest(decide: (travel: Travel) => RequestFault | undefined): void;
  /** No connection can be made between the two; what is under way is lost, and nobody is told. */
  partition(a: string, b: string): void;
  /** Connections seem to be made and requests seem to leave; nothing arrives, and nobody is told. */
  halfOpen(a: string, b: string): void;
  heal(a: string, b: string): void;
  healAll(): void;
  /** Cuts every connection open between the two; both sides see it at once. New ones can be made. */
  reset(a: string, b: string): void;
}

/** `latencyMs`: of each message in each direction, both ends included; 1 to 5 where not given. */
export function createMemoryNet(options: { readonly clock: Clock; readonly random: Random; readonly latencyMs?: Latency }): MemoryNet {
  const { clock } = options;
  const links = new Links(clock, options.random, options.latencyMs ?? { min: 1, max: 5 });
  const listeners = new Map<string, Listener>();
  const connections = new Set<Connection>();
  let decideFault: (travel: Travel) => RequestFault | undefined = () => undefined;
  let nextPort = 49_152;

  /** Finds who listens, or says how the attempt ends. */
  function dial(client: Host, address: Address, fail: (why: string) => void, vanish: () => void): Listener | undefined {
    const listener = listeners.get(address.authority);
    if (listener === undefined) {
      clock.timer(links.drawLatencyMs(client.name, address.authority), () => fail(`nobody listens at ${address.authority}`));
      return undefined;
    }
    const state = links.state(client.name, listener.host.name);
    if (state === 'half-open') vanish();
    return state === 'open' ? listener : undefined; // over a cut link the deadline ends the attempt
  }

  function request(client: Host, sent: HttpRequest, timeoutMs: number): Promise<HttpOutcome> {
    return new Promise((resolve) => {
      if (client.isCut) return;
      let left = false;
      let ended = false;
      const connection: Connection = { from: client.name, to: '', lose: (why) => unknown(why) };
      const end = (outcome: HttpOutcome): void => {
        if (ended) return;
        ended = true;
        cancelDeadline();
        connections.delete(connection);
        client.deliver(() => resolve(outcome));
      };
      const notSent = (why: string): void => end({ kind: 'not-sent', why });
      const unknown = (why: string): void => end({ kind: 'unknown', why });
      const cancelDeadline = clock.timer(timeoutMs, () => {
        if (left) unknown(`no answer within ${timeoutMs} ms`);
        else notSent(`no connection within ${timeoutMs} ms`);
      });

      const address = parseAddress(sent.url);
      if (address === undefined) return notSent(`"${sent.url}" is not an address`);
      const headers = requestHeaders(sent, address);
      if (typeof headers === 'string') return notSent(headers);
      const listener = dial(client, address, notSent, () => void (left = true));
      if (listener === undefined) return;
      const stopped = sent.stopped?.();
      if (stopped !== undefined) return notSent(stopped);
      const server = listener.host;
      const fault = decideFault({ from: client.name, to: server.name, request: sent });
      if (fault?.kind === 'refused') return links.carry(client.name, server.name, 0, () => notSent('the connection was refused'));

      left = true;
      connection.to = server.name;
      connections.add(connection);
      const back = (moreMs: number, run: () => void): void => links.carry(server.name, client.name, moreMs, run);
      const lose = (): void => back(0, () => unknown('the connection was reset'));
      const served = serve(sent, address, headers, client.name);
      const answer = (given: ServedAnswer): void => {
        if (given.kind === 'reset' || fault?.kind === 'reset-after') lose();
        else if (given.kind === 'answer' && fault?.kind !== 'answer-lost') {
          const outcome = answered(given);
          back(fault?.kind === 'answer-late' ? fault.byMs : 0, () => end(outcome));
        }
      };
      if (fault?.kind === 'request-lost') return;
      links.carry(client.name, server.name, fault?.kind === 'request-late' ? fault.byMs : 0, () => {
        if (!listener.isOpen || fault?.kind === 'reset-before') lose();
        else if (fault?.kind === 'request-doubled') listener.serve(served, (first) => listener.serve(served, (second) => answer(reachedTheApp(second) ? second : first), lose), lose);
        else listener.serve(served, answer, lose);
      });
    });
  }

  function open(client: Host, url: string, headers: Headers, timeoutMs: number): Promise<SocketOutcome> {
    return new Promise((resolve) => {
      if (client.isCut) return;
      let ended = false;
      const end = (outcome: SocketOutcome): boolean => {
        if (ended) return false;
        ended = true;
        cancelDeadline();
        client.deliver(() => resolve(outcome));
        return true;
      };
      const fail = (why: string): void => void end({ kind: 'failed', why });
      const cancelDeadline = clock.timer(timeoutMs, () => fail(`no connection within ${timeoutMs} ms`));

      const address = parseAddress(url);
      if (address === undefined) return fail(`"${url}" is not an address`);
      const sent: HttpRequest = { method: 'GET', url, headers };
      const sentHeaders = requestHeaders(sent, address);
      if (typeof sentHeaders === 'string') return fail(sentHeaders);
      const listener = dial(client, address, fail, () => {});
      if (listener === undefined) return;
      const server = listener.host;
      const refuse = (why: string): void => links.carry(server.name, client.name, 0, () => fail(why));
      const accept = (): SocketEnd => {
        const toServer = links.pipe(client.name, server.name);
        const toClient = links.pipe(server.name, client.name);
        const [clientEnd, serverEnd] = SocketEnd.pair(clock, { host: client, out: toServer }, { host: server, out: toClient }, () => {
          connections.delete(connection);
          listener.sockets.delete(serverEnd);
        });
        const connection: Connection = { from: client.name, to: server.name, lose: (why) => { clientEnd.lose(why); serverEnd.lose(why); } };
        connections.add(connection);
        listener.sockets.add(serverEnd);
        toClient(() => {
          if (!end({ kind: 'open', socket: clientEnd })) clientEnd.terminate(); // opened too late: nobody waits for it
        });
        return serverEnd;
      };
      links.carry(client.name, server.name, 0, () => {
        if (listener.isOpen) listener.upgrade(serve(sent, address, sentHeaders, client.name), accept, refuse);
        else refuse('the connection was reset');
      });
    });
  }

  function listen(host: Host, at: ServeAt, app: NetApp): Promise<Served> {
    if (host.isCut) return new Promise(() => {});
    const port = 'path' in at ? 0 : at.port === 0 ? nextPort++ : at.port;
    const authority = 'path' in at ? `unix:${at.path}` : `${at.host}:${port}`;
    if (listeners.has(authority)) return Promise.reject(new Error(`Not listening: ${authority} is taken. Close what listens there, or choose another port.`));
    const listener = new Listener(clock, host, app, () => {
      if (listeners.get(authority) === listener) listeners.delete(authority);
    });
    listeners.set(authority, listener);
    host.hold(listener);
    return Promise.resolve({ url: 'path' in at ? `${authority}:` : `http://${authority}`, close: () => listener.close() });
  }

  const host = (name: string, deliver: Deliver = (run) => run()): MemoryHost => {
    const life = new Host(name, deliver);
    return {
      net: {
        request: (sent, timeoutMs) => request(life, sent, timeoutMs),
        open: (url, headers, timeoutMs) => open(life, url, headers, timeoutMs),
        serve: (at, app) => listen(life, at, app),
      },
      cut: () => life.cut(),
    };
  };

  return {
    ...host('local').net,
    host,
    onRequest: (decide) => void (decideFault = decide),
    partition: (a, b) => links.set(a, b, 'cut'),
    halfOpen: (a, b) => links.set(a, b, 'half-open'),
    heal: (a, b) => links.set(a, b, 'open'),
    healAll: () => links.healAll(),
    reset(a, b) {
      for (const connection of [...connections]) {
        if ((connection.from === a && connection.to === b) || (connection.from === b && connection.to === a)) connection.lose('the connection was reset');
      }
    },
  };
}

type Connection = { readonly from: string; to: string; lose(why: string): void };

const closeGraceMs = 500;

/** Somebody who listens: what is being served, and the sockets taken. */
class Listener implements Held {
  readonly host: Host;
  readonly sockets = new Set<SocketEnd>();
  readonly #clock: Clock;
  readonly #app: NetApp;
  readonly #closed: () => void;
  readonly #serving = new Set<() => void>();
  #closing: Promise<void> | undefined;
  #idle: () => void = () => {};
  isOpen = true;

  constructor(clock: Clock, host: Host, app: NetApp, closed: () => void) {
    this.#clock = clock;
    this.host = host;
    this.#app = app;
    this.#closed = closed;
  }

  serve(request: ServedRequest, answer: (given: ServedAnswer) => void, cut: () => void): void {
    this.#serving.add(cut);
    const done = (given: ServedAnswer): void => {
      if (given.kind === 'silence' || this.host.isCut || !this.#serving.delete(cut)) return;
      answer(given);
      if (this.#serving.size === 0) this.#idle();
    };
    this.host.deliver(() => {
      ask(this.#app, request).then(done, (thrown: unknown) => done({ kind: 'answer', status: 500, headers: { 'content-type': 'text/plain' }, body: reasonOf(thrown) }));
    });
  }

  upgrade(request: ServedRequest, accept: () => SocketEnd, refuse: (why: string) => void): void {
    this.host.deliver(() => {
      let socket: SocketEnd | undefined;
      let taken = false;
      try {
        taken = this.#app.socket?.(request, () => (socket ??= accept())) ?? false;
      } catch (thrown) {
        refuse(`the upgrade was refused with 500: ${reasonOf(thrown)}`);
        return;
      }
      if (socket === undefined) refuse('the upgrade was refused with 404');
      else if (!taken) socket.terminate();
    });
  }

  close(): Promise<void> {
    return (this.#closing ??= new Promise((resolve) => {
      this.#stop();
      for (const socket of [...this.sockets]) socket.close(1001, 'the server is closing');
      let over = false;
      const end = (): void => {
        if (over) return;
        over = true;
        cancel();
        this.#cutAll();
        this.host.deliver(resolve);
      };
      const cancel = this.#clock.timer(closeGraceMs, end);
      this.#idle = () => { if (this.sockets.size === 0) end(); };
      if (this.#serving.size === 0) this.#idle();
    }));
  }

  abandon(): void {
    this.#stop();
    this.#cutAll();
  }

  #stop(): void {
    this.isOpen = false;
    this.host.release(this);
    this.#closed();
  }

  #cutAll(): void {
    for (const cut of this.#serving) cut();
    this.#serving.clear();
    for (const socket of [...this.sockets]) socket.terminate();
  }
}

const reachedTheApp = (given: ServedAnswer): boolean => given.kind === 'answer' && (given.status < 300 || given.status === 409 || given.status === 422);

const ask = async (app: NetApp, request: ServedRequest): Promise<ServedAnswer> => app.request(request);

/** What the request carries on the wire, or why it cannot be put on one. */
function requestHeaders(request: HttpRequest, address: Address): Record<string, string> | string {
  const headers = lowerCased(request.headers);
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) return `the header "${name}" cannot be sent`;
  }
  headers['host'] ??= address.socketPath === undefined ? address.authority : 'localhost';
  if (request.body !== undefined) headers['content-length'] = String(request.body.length);
  return headers;
}

function serve(request: HttpRequest, address: Address, headers: Headers, peer: string): ServedRequest {
  const queryAt = address.route.indexOf('?');
  return {
    method: request.method,
    path: queryAt === -1 ? address.route : address.route.slice(0, queryAt),
    query: new URLSearchParams(queryAt === -1 ? '' : address.route.slice(queryAt)),
    headers,
    body: request.body?.slice() ?? new Uint8Array(0),
    peer,
  };
}

function answered(answer: ServedAnswer & { kind: 'answer' }): HttpOutcome {
  const body = typeof answer.body === 'string' ? new TextEncoder().encode(answer.body) : answer.body.slice();
  return { kind: 'answered', status: answer.status, headers: { ...lowerCased(answer.headers), 'content-length': String(body.length) }, body };
}

const lowerCased = (headers: Headers): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
