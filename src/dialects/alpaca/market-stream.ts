/**
 * The stream of market data: a client authenticates, subscribes to channels, and is told of trades, quotes, bars and books.
 * Every frame is a list of messages. Nothing is replayed, but a book begins with all of it.
 *
 *   S1. Nothing of a market is told before authentication, nor on a connection more than the account may have.
 *   S2. Whoever applies the changes of a book to its beginning has the book.
 *   S3. A subscription is answered with all that is subscribed to by then; one that is refused changes nothing.
 */
import type { Clock, Desk, DeskBook, MarketEvent, Socket } from '../../ports/index.ts';
import { changesOf } from './book-changes.ts';
import type { Encoding } from './frames.ts';
import { crypto } from './market.ts';
import { cryptoShapes, levels } from './shapes.ts';
import { daily, folded } from './timeframe.ts';

export type MarketStreamOptions = {
  /** Connections an account may have at a time; 1 unless told, as in the venue's free plan. */
  readonly connections?: number;
  /** Subscriptions to trades and quotes of one connection; 30 unless told. */
  readonly channels?: number;
  /** Accounts that may not have this data: 409 where it is not in what they pay for, 408 where it is not enabled. */
  readonly withheld?: ReadonlyMap<string, 408 | 409>;
  /** Hears of each refusal as it is told. */
  readonly refused?: (reason: string) => void;
};

const channels = ['trades', 'quotes', 'bars', 'updatedBars', 'dailyBars', 'orderbooks'] as const;
type Channel = (typeof channels)[number];
type Subscriptions = Record<Channel, Set<string>>;

const errors = {
  400: 'invalid syntax', 401: 'not authenticated', 402: 'auth failed', 403: 'already authenticated', 404: 'auth timeout', 405: 'symbol limit exceeded',
  406: 'connection limit exceeded', 407: 'slow client', 408: 'v2 not enabled', 409: 'insufficient subscription',
} as const;

const authTimeoutMs = 10_000;
const pingEveryMs = 10_000;
const silentPings = 3; // a client that leaves so many unanswered does not keep up
const dayMs = 86_400_000;
const all = '*';

/** Serves the stream to any number of clients of one desk. */
export function marketStreams(desk: Desk, clock: Clock, { connections = 1, channels: mostChannels = 30, withheld, refused = () => {} }: MarketStreamOptions = {}): (socket: Socket, encoding: Encoding) => void {
  const connected = new Map<string, number>();
  const count = (accountId: string, change: number): void => void connected.set(accountId, (connected.get(accountId) ?? 0) + change);
  return (socket, encoding) => new MarketStream({ desk, clock, socket, encoding, mostChannels, refused, admit: (accountId) => {
    if ((connected.get(accountId) ?? 0) >= connections) return 406;
    const code = withheld?.get(accountId);
    if (code === undefined) count(accountId, 1);
    return code;
  }, leave: (accountId) => count(accountId, -1) }).open();
}

type Parts = {
  readonly desk: Desk; readonly clock: Clock; readonly socket: Socket; readonly encoding: Encoding; readonly mostChannels: number;
  readonly refused: (reason: string) => void;
  readonly admit: (accountId: string) => 406 | 408 | 409 | undefined;
  readonly leave: (accountId: string) => void;
};

class MarketStream {
  readonly #parts: Parts;
  readonly #subscriptions: Subscriptions = { trades: new Set(), quotes: new Set(), bars: new Set(), updatedBars: new Set(), dailyBars: new Set(), orderbooks: new Set() };
  readonly #watched = new Map<string, () => void>();
  readonly #books = new Map<string, DeskBook>(); // as last told
  readonly #quotes = new Map<string, string>();
  #accountId: string | undefined;
  #cancelTimeout: () => void = () => {};
  #cancelPing: () => void = () => {};
  #unanswered = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  open(): void {
    const { socket, clock, encoding } = this.#parts;
    socket.onMessage((frame) => this.#hear(readable(encoding, frame)));
    socket.onPong(() => (this.#unanswered = 0));
    socket.onClose(() => this.#end());
    this.#cancelTimeout = clock.timer(authTimeoutMs, () => this.#dismiss(404));
    this.#ping();
    this.#say([{ T: 'success', msg: 'connected' }]);
  }

  #hear(request: Readonly<Record<string, unknown>> | undefined): void {
    if (request === undefined) return this.#complain(400, 'unreadable');
    switch (request['action']) {
      case 'auth': return this.#authenticate(request);
      case 'subscribe':
      case 'unsubscribe': {
        if (this.#accountId === undefined) return this.#complain(401);
        const asked = subscriptionsIn(request);
        if (asked === undefined) return this.#complain(400, 'no symbols');
        return request['action'] === 'subscribe' ? this.#subscribe(asked) : this.#unsubscribe(asked);
      }
      default: return this.#complain(400, 'unknown action');
    }
  }

  #authenticate({ key, secret }: Readonly<Record<string, unknown>>): void {
    if (this.#accountId !== undefined) return this.#complain(403);
    const accountId = typeof key === 'string' && typeof secret === 'string' ? this.#parts.desk.authenticate(key, secret) : undefined;
    if (accountId === undefined) return this.#complain(402);
    const refused = this.#parts.admit(accountId);
    if (refused !== undefined) return this.#dismiss(refused); // S1
    this.#accountId = accountId;
    this.#cancelTimeout();
    this.#say([{ T: 'success', msg: 'authenticated' }]);
  }

  #subscribe(asked: Subscriptions): void {
    const count = (channel: Channel): number => new Set([...this.#subscriptions[channel], ...asked[channel]]).size;
    if (count('trades') + count('quotes') > this.#parts.mostChannels) return this.#complain(405); // S3
    const fresh = [...asked.orderbooks].filter((symbol) => !this.#subscriptions.orderbooks.has(symbol));
    for (const channel of channels) for (const symbol of asked[channel]) this.#subscriptions[channel].add(symbol);
    this.#watch();
    this.#confirm();
    for (const symbol of fresh.includes(all) ? this.#wanted() : fresh) this.#tellBook(symbol);
  }

  #unsubscribe(asked: Subscriptions): void {
    for (const channel of channels) for (const symbol of asked[channel]) this.#subscriptions[channel].delete(symbol);
    for (const symbol of [...this.#books.keys()]) if (!this.#has('orderbooks', symbol)) this.#books.delete(symbol);
    this.#watch();
    this.#confirm();
  }

  #confirm(): void {
    this.#say([{ T: 'subscription', ...Object.fromEntries(channels.map((channel) => [channel, [...this.#subscriptions[channel]]])) }]);
  }

  /** Watches the markets that some channel asks for, and no others. */
  #watch(): void {
    const wanted = this.#wanted();
    for (const [symbol, end] of this.#watched) {
      if (wanted.has(symbol)) continue;
      end();
      this.#watched.delete(symbol);
    }
    for (const symbol of wanted) if (!this.#watched.has(symbol)) this.#watched.set(symbol, this.#parts.desk.watch(symbol, (event) => this.#tell(event)));
  }

  #wanted(): ReadonlySet<string> {
    const pairs = this.#parts.desk.instruments().filter(({ stock }) => stock === undefined).map(({ symbol }) => symbol);
    return new Set(pairs.filter((symbol) => channels.some((channel) => this.#has(channel, symbol))));
  }

  #has(channel: Channel, symbol: string): boolean {
    return this.#subscriptions[channel].has(symbol) || this.#subscriptions[channel].has(all);
  }

  #tell(event: MarketEvent): void {
    const { symbol } = event;
    switch (event.kind) {
      case 'print': {
        if (this.#has('trades', symbol)) this.#say([{ T: 't', S: symbol, ...cryptoShapes.trade(event.print) }]);
        return;
      }
      case 'bar': {
        const bar = event.bar;
        const dayStartMs = daily(bar.startMs);
        const [day] = this.#has('dailyBars', symbol) ? folded(this.#parts.desk.bars(symbol, dayStartMs, Math.min(bar.startMs + 1, dayStartMs + dayMs)), daily) : [];
        const messages = [...(this.#has('bars', symbol) ? [{ T: 'b', S: symbol, ...cryptoShapes.bar(bar) }] : []), ...(day === undefined ? [] : [{ T: 'd', S: symbol, ...cryptoShapes.bar(day) }])];
        if (messages.length > 0) this.#say(messages);
        return;
      }
      case 'moved': {
        if (this.#has('quotes', symbol)) this.#tellQuote(symbol);
        if (this.#has('orderbooks', symbol)) this.#tellBook(symbol);
      }
    }
  }

  #tellQuote(symbol: string): void {
    const quote = this.#parts.desk.quote(symbol);
    if (quote === undefined) return;
    const text = [quote.bid, quote.bidSize, quote.ask, quote.askSize].join(' ');
    if (this.#quotes.get(symbol) === text) return;
    this.#quotes.set(symbol, text);
    this.#say([{ T: 'q', S: symbol, ...cryptoShapes.quote(quote) }]);
  }

  #tellBook(symbol: string): void {
    const book = this.#parts.desk.book(symbol);
    if (book === undefined) return;
    const told = this.#books.get(symbol);
    this.#books.set(symbol, book);
    const head = { T: 'o', S: symbol, t: new Date(book.atMs) };
    if (told === undefined) return this.#say([{ ...head, b: levels(book.bids), a: levels(book.asks), r: true }]);
    const [b, a] = [changesOf(told.bids, book.bids), changesOf(told.asks, book.asks)];
    if (b.length + a.length > 0) this.#say([{ ...head, b: levels(b), a: levels(a) }]); // S2
  }

  #ping(): void {
    this.#cancelPing = this.#parts.clock.timer(pingEveryMs, () => {
      if (this.#unanswered >= silentPings) return this.#dismiss(407);
      this.#unanswered += 1;
      this.#parts.socket.ping();
      this.#ping();
    });
  }

  #complain(code: keyof typeof errors, reason: string = errors[code]): void {
    this.#parts.refused(`${code} ${reason}`);
    this.#say([{ T: 'error', code, msg: errors[code] }]);
  }

  #dismiss(code: keyof typeof errors): void {
    this.#complain(code);
    this.#parts.socket.close(1000, errors[code]);
    this.#end();
  }

  #say(messages: readonly unknown[]): void {
    const { socket, encoding } = this.#parts;
    socket.send(encoding.write(messages));
  }

  #end(): void {
    this.#cancelTimeout();
    this.#cancelPing();
    for (const end of this.#watched.values()) end();
    this.#watched.clear();
    if (this.#accountId !== undefined) this.#parts.leave(this.#accountId);
    this.#accountId = undefined;
  }
}

function readable(encoding: Encoding, frame: string | Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const request = encoding.read(frame);
    return typeof request === 'object' && request !== null && !Array.isArray(request) ? request as Readonly<Record<string, unknown>> : undefined;
  } catch {
    return undefined; // in no encoding that was agreed on
  }
}

/** The symbols of each channel; undefined where something else stands in their place. */
function subscriptionsIn(request: Readonly<Record<string, unknown>>): Subscriptions | undefined {
  const asked: Subscriptions = { trades: new Set(), quotes: new Set(), bars: new Set(), updatedBars: new Set(), dailyBars: new Set(), orderbooks: new Set() };
  for (const channel of channels) {
    const symbols = request[channel] ?? [];
    if (!Array.isArray(symbols)) return undefined;
    for (const symbol of symbols as readonly unknown[]) {
      if (typeof symbol !== 'string' || !(symbol === all || crypto.pattern.test(symbol))) return undefined;
      asked[channel].add(symbol);
    }
  }
  return asked;
}
