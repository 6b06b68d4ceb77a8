/**
 * HTTP and WebSockets, both ends. Production: undici, ws and fastify. Simulation: memory, with the same faults.
 *
 *   N1. `not-sent` means that not one byte of the request left; `unknown` that the peer may have acted on it.
 *   N2. Nothing is retried and nothing redirected here: one call, at most one request.
 *   N3. Every call ends by its deadline.
 */
export type Headers = Readonly<Record<string, string>>; // names in lower case

export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string; // absolute
  readonly headers: Headers;
  readonly body?: Uint8Array;
};

export type HttpOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly headers: Headers; readonly body: Uint8Array }
  | { readonly kind: 'not-sent'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** One open WebSocket. Handlers are set at once after opening; `onClose` runs exactly once. */
export interface Socket {
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
  /** Cuts the connection without a closing handshake. */
  terminate(): void;
  /** Asks the peer for a sign of life; `onPong` runs when it comes. */
  ping(): void;
  onMessage(run: (data: string | Uint8Array) => void): void;
  onPong(run: () => void): void;
  onClose(run: (why: string) => void): void;
}

export type SocketOutcome = { readonly kind: 'open'; readonly socket: Socket } | { readonly kind: 'failed'; readonly why: string };

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

export interface Served {
  readonly url: string; // "http://127.0.0.1:PORT"
  close(): Promise<void>;
}

export interface Net {
  request(request: HttpRequest, timeoutMs: number): Promise<HttpOutcome>;
  /** Opens a WebSocket (ws:// or wss://). */
  open(url: string, headers: Headers, timeoutMs: number): Promise<SocketOutcome>;
  serve(at: { readonly host: string; readonly port: number }, app: NetApp): Promise<Served>;
}
