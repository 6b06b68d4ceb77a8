/**
 * HTTP and WebSockets, both ends. Production: undici, ws and fastify. Simulation: memory, with the same faults.
 *
 *   N1. `not-sent` means that not one byte of the request left; `unknown` that the peer may have acted on it.
 *   N2. Nothing is retried and nothing redirected here: one call, at most one request.
 *   N3. Every call ends by its deadline. What is silent until then ends as `unknown`, or as `not-sent` if it never got through.
 *   N4. A request that is stopped in its last moment is `not-sent`.
 *   N5. What a served app throws is answered 500; nothing else is disturbed.
 */
export type Headers = Readonly<Record<string, string>>; // names in lower case

/** Which requests go first where not all can go at once, the most urgent first. */
export type Lane = 'cancel' | 'reconcile' | 'new-risk' | 'market-data';
/** For whoever lets requests out one after another: how urgent this one is, and how much of which of the venue's limits it uses. */
export type Passage = { readonly lane: Lane; readonly limit: string; readonly weight?: number };

export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string; // "http://host:port/route", or "unix:/path/to/socket:/route"
  readonly headers: Headers;
  readonly body?: Uint8Array;
  /** Asked in the moment before the first byte would leave, however long a connection was waited for: why the request must not leave after all. */
  readonly stopped?: () => string | undefined;
  readonly passage?: Passage; // read by a gateway on the way out; the network itself knows no order of precedence
};

export type HttpOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly headers: Headers; readonly body: Uint8Array }
  | { readonly kind: 'not-sent'; readonly why: string; readonly retryAfterMs?: number; readonly heldBack?: true } // `retryAfterMs`: sooner is no use; `heldBack`: on our side, so that it says nothing of the other
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * One open WebSocket. Handlers are set in the turn that got it, one of each kind; `onClose` runs exactly once, and nothing
 * is received after it. What is sent on a socket that is closing or closed is dropped.
 */
export interface Socket {
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
  /** Cuts the connection without a closing handshake. */
  terminate(): void;
  /** For faults, where the transport can: from now on this end neither reads nor answers, pings included, and the connection stays open. */
  freeze?(): void;
  /** Asks the peer for a sign of life; `onPong` runs when it comes. */
  ping(): void;
  onMessage(run: (data: string | Uint8Array) => void): void;
  onPong(run: () => void): void;
  onClose(run: (why: string) => void): void;
}

export type SocketOutcome = { readonly kind: 'open'; readonly socket: Socket } | { readonly kind: 'failed'; readonly why: string; readonly heldBack?: true }; // `heldBack`: on our side, before anything left

export type ServedRequest = {
  readonly method: string;
  readonly path: string; // without the query, percent-encoding kept as sent
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly peer: string; // the peer's address
};

/** An answer; or, for faults: `reset` cuts the connection, `silence` never answers. */
export type ServedAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: Headers; readonly body: string | Uint8Array }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silence' };

export interface NetApp {
  request(request: ServedRequest): Promise<ServedAnswer>;
  /** Takes an upgraded WebSocket, or refuses the upgrade by answering false. */
  socket?(request: ServedRequest, accept: () => Socket): boolean;
}

/** A TCP port (0: any free one), or a socket in the file system, reachable by this machine's user alone. */
export type ServeAt = { readonly host: string; readonly port: number } | { readonly path: string };

export interface Served {
  /** "http://127.0.0.1:PORT" or "unix:/path/to/socket:": a request's URL is this and the route. For `open`, replace "http" by "ws", "unix" by "ws+unix". */
  readonly url: string;
  /** Takes nothing new, gives what is being served half a second, then cuts what is left. Done within a second, whatever the peers do. */
  close(): Promise<void>;
}

export interface Net {
  request(request: HttpRequest, timeoutMs: number): Promise<HttpOutcome>;
  /** Opens a WebSocket ("ws://…", "wss://…" or "ws+unix:/path/to/socket:/route"). */
  open(url: string, headers: Headers, timeoutMs: number): Promise<SocketOutcome>;
  /** Rejects where it cannot listen. */
  serve(at: ServeAt, app: NetApp): Promise<Served>;
}
