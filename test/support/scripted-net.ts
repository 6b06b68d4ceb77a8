/** A network whose other end is a script: every request is written down, and answered by the test. */
import type { HttpOutcome, HttpRequest, Net, Socket, SocketOutcome } from '../../src/ports/index.ts';

export const answered = (status: number, body: unknown, headers: Record<string, string> = {}): HttpOutcome => ({
  kind: 'answered', status, headers, body: body instanceof Uint8Array ? body : new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
});
export const html = (status: number): HttpOutcome => answered(status, '<html><body>Bad gateway</body></html>', { 'content-type': 'text/html' });
export const empty = (status: number): HttpOutcome => answered(status, '');

export class ScriptedNet implements Net {
  readonly requests: (HttpRequest & { readonly timeoutMs: number })[] = [];
  readonly #answer: (request: HttpRequest, index: number) => HttpOutcome | Promise<HttpOutcome>;
  readonly opened: string[] = [];
  #dial: () => SocketOutcome = () => ({ kind: 'failed', why: 'nobody listens' });

  constructor(answer: (request: HttpRequest, index: number) => HttpOutcome | Promise<HttpOutcome>) {
    this.#answer = answer;
  }

  request(request: HttpRequest, timeoutMs: number): Promise<HttpOutcome> {
    this.requests.push({ ...request, timeoutMs });
    return Promise.resolve(this.#answer(request, this.requests.length - 1));
  }

  whenOpened(dial: () => SocketOutcome): this {
    this.#dial = dial;
    return this;
  }

  open(url: string): Promise<SocketOutcome> {
    this.opened.push(url);
    return Promise.resolve(this.#dial());
  }

  serve(): Promise<never> {
    return Promise.reject(new Error('nothing is served here'));
  }

  /** What was asked for: method and path with its query decoded. */
  get asked(): readonly string[] {
    return this.requests.map(({ method, url }) => {
      const { pathname, search } = new URL(url);
      return `${method} ${pathname}${decodeURIComponent(search)}`;
    });
  }
}

/** Our end of a socket whose other end is the test. */
export class ScriptedSocket implements Socket {
  readonly sent: string[] = [];
  pings = 0;
  terminated = false;
  #message: (data: string | Uint8Array) => void = () => {};
  #pong: () => void = () => {};
  #close: (why: string) => void = () => {};

  send(data: string | Uint8Array): void { this.sent.push(typeof data === 'string' ? data : new TextDecoder().decode(data)); }
  close(): void { this.terminate(); }
  terminate(): void { this.terminated = true; }
  ping(): void { this.pings += 1; }
  onMessage(run: (data: string | Uint8Array) => void): void { this.#message = run; }
  onPong(run: () => void): void { this.#pong = run; }
  onClose(run: (why: string) => void): void { this.#close = run; }

  /** The peer sends this, as text, bytes, or JSON of anything else. */
  receive(data: unknown): void {
    this.#message(typeof data === 'string' || data instanceof Uint8Array ? data : JSON.stringify(data));
  }
  pong(): void { this.#pong(); }
  drop(why: string): void { this.#close(why); }
}
