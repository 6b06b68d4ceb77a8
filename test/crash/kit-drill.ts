/**
 * A drill: one runtime under its supervisor, three exchanges, each a process of its own, and what is read from the exchanges' own logs.
 *
 * Owns starting and ending them, filling their books, and saying what an exchange's log shows. Asserts nothing.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { breakwater, endForGood, until } from './kit-program.ts';
import type { Program } from './kit-program.ts';
import { freePort, got } from './kit.ts';
import type { FaultRule, Json } from './kit.ts';

export const VENUES = ['one', 'two', 'three'] as const;
export type VenueName = (typeof VENUES)[number];
/** How an exchange came to its end of a stop, by its own log and clock; in milliseconds since the stop was asked for. */
export type Shown = { readonly live: number; readonly heldUsd: number; readonly soldBtc: number; readonly hadBtc: number; readonly lastAcceptedMs: number; readonly cancelledMs: number; readonly flatMs: number };

export const HELD_BTC = '0.5'; // at each exchange from the beginning: some rounds of what its market takes at once
const LATE_QUANTITY = '0.0123'; // of orders that are asked for after the stop, and of no others
const secretOf = (venue: string): string => `drill-token-${venue}`;

export class Drill {
  readonly folder: string;
  readonly data: string;
  readonly #seed: number;
  readonly #doorPort: number;
  readonly #ports: Readonly<Record<VenueName, number>>;
  readonly #exchanges = new Map<VenueName, Program>();
  readonly pids: number[] = []; // of the runtime's lives
  supervisor: Program | undefined;
  #asked = 0;

  /**
   * @param prepare what is done to its data folder before anything uses it
   * @param kill deadlines of its stops, where they are to be others than the usual ones
   */
  static async start(context: Pick<TestContext, 'after'>, name: string, seed: number, prepare: (drill: Drill) => void = () => {}, kill: Readonly<Record<string, string>> = {}): Promise<Drill> {
    const drill = new Drill(name, seed, kill, await freePort(), { one: await freePort(), two: await freePort(), three: await freePort() });
    prepare(drill);
    context.after(() => drill.destroy());
    await Promise.all(VENUES.map((venue) => drill.startExchange(venue)));
    drill.supervisor = breakwater(['start', '--config', join(drill.folder, 'breakwater.json'), '--data', drill.data, '--json'], ({ component, msg, pid }) => {
      if (component === 'supervisor' && msg === 'starting') drill.pids.push(Number(pid));
    });
    await until(`${name} trades`, async () => {
      const { supervisor } = drill;
      if (supervisor?.end() !== undefined) throw new Error(`It ended by itself: ${JSON.stringify(supervisor.out)}`);
      return (await drill.status())?.state === 'trading';
    });
    return drill;
  }

  private constructor(name: string, seed: number, kill: Readonly<Record<string, string>>, doorPort: number, ports: Readonly<Record<VenueName, number>>) {
    [this.#seed, this.#doorPort, this.#ports] = [seed, doorPort, ports];
    this.folder = mkdtempSync(join(tmpdir(), `breakwater-${name}-`));
    this.data = join(this.folder, 'data');
    mkdirSync(this.data, { mode: 0o700 });
    for (const venue of VENUES) {
      mkdirSync(join(this.folder, venue), { mode: 0o700 });
      writeFileSync(join(this.folder, venue, 'exchange.log'), `${JSON.stringify([{ seq: 1, atMs: Date.now(), type: 'account', accountId: 'demo', balances: { USD: '1000000', BTC: HELD_BTC }, entryPrices: { BTC: '60000' } }])}\n`, { mode: 0o600 });
    }
    const each = <T>(of: (venue: VenueName) => T): Record<string, T> => Object.fromEntries(VENUES.map((venue) => [venue, of(venue)]));
    writeFileSync(join(this.folder, 'breakwater.json'), JSON.stringify({
      version: 1, instance: { name }, kill, server: { listen: `127.0.0.1:${doorPort}` }, storage: { dir: this.data },
      venues: each((venue) => ({
        adapter: 'alpaca', money: 'sim', baseUrl: this.urlOf(venue), keyId: 'demo-key', secret: 'demo-secret', instruments: ['BTC/USD'],
        timeouts: { submit: '2s', cancel: '2s', read: '2s' }, rateLimit: { trading: 6_000, data: 6_000 },
      })),
      signals: { intents: { tokens: each((venue) => ({ secret: secretOf(venue), venue })) } },
      risk: { currency: 'USD', maxDailyLoss: '100000000 USD', streak: { coolDown: '10ms' } },
      limits: {
        maxOrderValue: { 'BTC/USD': '50000 USD' }, maxPosition: { 'BTC/USD': '200' }, priceCollar: { default: '50%' }, priceMaxAge: '30s', signalMaxAge: '10m', maxOrderQuantity: { default: '40' }, maxSpread: { default: '50%' },
        messageRate: { strategy: '1000 in 1s', venue: '1000 in 1s', system: '1000 in 1s' }, maxShort: { default: '40' }, rateMaxAge: '60s', priceDrift: { default: 'none' },
        maxNetValue: 'none', maxGrossValue: 'none', buyingPower: 'none', selfMatch: 'none', repeats: 'none', duplicateWithin: 'none', permissions: { default: { default: 'both' } }, restricted: ['none'],
      },
      supervisor: { heartbeatTimeout: '60s', restarts: 1_000, within: '1s', deadMan: { do: 'nothing' } },
    }));
  }

  urlOf(venue: VenueName): string {
    return `http://127.0.0.1:${this.#ports[venue]}`;
  }

  /** Its record and its book survive it: the same folder, the same port. */
  async startExchange(venue: VenueName): Promise<void> {
    const exchange = breakwater(['exchange', '--dialect', 'alpaca', '--port', String(this.#ports[venue]), '--seed', String(this.#seed), '--data', join(this.folder, venue), '--fee-period', '2s', '--json']);
    this.#exchanges.set(venue, exchange);
    await until(`the exchange ${venue} listens`, () => exchange.out.length > 0);
  }

  signal(venue: VenueName, signal: NodeJS.Signals): void {
    this.#exchanges.get(venue)?.signal(signal);
  }

  async endExchange(venue: VenueName): Promise<void> {
    this.signal(venue, 'SIGKILL');
    await this.#exchanges.get(venue)?.ended;
  }

  async faults(venue: VenueName, rules: readonly FaultRule[]): Promise<void> {
    await got(`${this.urlOf(venue)}/_exchange/faults`, { method: 'PUT', body: JSON.stringify({ seed: this.#seed, rules }) });
  }

  /** How many requests of a kind its faults have struck so far. */
  async struck(venue: VenueName, kind: string): Promise<number> {
    const { counts } = await got(`${this.urlOf(venue)}/_exchange/faults`);
    return Object.entries(counts as Readonly<Record<string, number>>).reduce((sum, [name, count]) => sum + (name.startsWith(`${kind} `) ? count : 0), 0);
  }

  get pid(): number {
    return this.pids.at(-1) ?? 0;
  }

  /** So many orders that rest in the books, one venue after another, and are seen there. */
  async rest(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, (_, number) => until('an order is taken', async () => (await this.wish(VENUES[number % VENUES.length] ?? 'one', { type: 'limit', limitPrice: String(50_000 + number), key: `rests-${number}` }))?.status === 200)));
    await until(`${count} orders rest`, async () => (await Promise.all(VENUES.map((venue) => this.live(venue)))).flat().length === count);
  }

  /** One wish, once; undefined where nobody answered. */
  async wish(venue: VenueName, more: Readonly<Record<string, string>> = {}): Promise<{ readonly status: number; readonly body: Json } | undefined> {
    const body = { key: `wish-${(this.#asked += 1)}`, side: 'buy', instrument: 'BTC/USD', quantity: '0.01', ...more };
    try {
      const response = await fetch(`http://127.0.0.1:${this.#doorPort}/api/v1/intents`, { method: 'POST', headers: { authorization: `Bearer ${secretOf(venue)}` }, body: JSON.stringify(body), signal: AbortSignal.timeout(5_000) });
      return { status: response.status, body: await response.json() };
    } catch {
      return undefined;
    }
  }

  /** Wishes again and again until one is refused; when that was, by the wall clock. None of them may ever be seen at an exchange. */
  async firstRefusal(): Promise<number> {
    return until('an order is refused', async () => {
      const answered = await this.wish('one', { quantity: LATE_QUANTITY, type: 'limit', limitPrice: '50000' });
      return JSON.stringify(answered?.body ?? '').includes('BW-3100') ? Date.now() : undefined;
    });
  }

  status(): Promise<Json> {
    return this.#control('/api/v1/status');
  }

  stop(id: string): Promise<Json> {
    return this.#control(`/api/v1/stops/${id}`);
  }

  /** Asks for a kill or a flatten, and again until it is taken. Its name, and when it was asked for, by the wall clock. */
  async begin(word: 'kill' | 'flatten', by: string): Promise<{ readonly id: string; readonly askedMs: number; readonly joined: boolean }> {
    const askedMs = Date.now();
    const taken = await until(`a ${word} is taken`, () => this.#control(`/api/v1/${word}`, { by, reason: 'a drill', now: true }));
    return { id: taken.stop.id, askedMs, joined: taken.joined };
  }

  /** Undefined where nobody answers, or says no. */
  #control(path: string, words?: object): Promise<Json> {
    return new Promise((resolve) => {
      const asking = request({ socketPath: join(this.data, 'control.sock'), path, timeout: 5_000, ...(words === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' } }) }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve((response.statusCode ?? 500) < 300 ? JSON.parse(text) : undefined)).on('error', () => resolve(undefined));
      });
      asking.on('error', () => resolve(undefined)).on('timeout', () => asking.destroy()).end(words === undefined ? undefined : JSON.stringify(words));
    });
  }

  async live(venue: VenueName): Promise<readonly Json[]> {
    return (await got(`${this.urlOf(venue)}/_exchange/orders`)).filter(({ state }: Json) => !['filled', 'cancelled', 'expired', 'rejected'].includes(state));
  }

  /** What the exchange's own log says of a stop that was asked for at that moment. */
  async shown(venue: VenueName, askedMs: number): Promise<Shown> {
    const log: readonly Json[] = await got(`${this.urlOf(venue)}/_exchange/log`);
    const orders = new Map<string, Json>();
    let [held, hadBtc, soldBtc, lastAcceptedMs, cancelledMs, flatMs, price] = [0, 0, 0, 0, 0, 0, 0];
    for (const event of log) {
      const sinceMs = event.atMs - askedMs;
      if (event.type === 'account') held = Number(event.balances.BTC ?? 0);
      if (event.type === 'order') {
        orders.set(event.orderId, event);
        if (event.quantity === LATE_QUANTITY) throw new Error(`${venue} has accepted ${event.clientOrderId}, which was asked for after the stop`);
        if (event.side === 'buy') lastAcceptedMs = Math.max(lastAcceptedMs, sinceMs);
      }
      if (event.type === 'trade') {
        price = Number(event.price);
        for (const party of [event.taker, event.maker]) {
          if (party === null || !orders.has(party.orderId)) continue;
          if (party.side === 'sell' && sinceMs > 0) [soldBtc, flatMs] = [soldBtc + Number(event.quantity), sinceMs];
          held += (party.side === 'buy' ? 1 : -1) * Number(event.quantity) - (party.feeAsset === 'BTC' ? Number(party.fee) : 0);
          if (party.side === 'buy') hadBtc += sinceMs > 0 ? Number(event.quantity) : 0;
        }
        if (held < -1e-9) throw new Error(`the position at ${venue} has turned: ${held}`);
      }
      if (event.type === 'cancelled' && sinceMs > 0 && orders.get(event.orderId)?.side === 'buy') cancelledMs = sinceMs;
    }
    const [account] = await got(`${this.urlOf(venue)}/_exchange/accounts`);
    const left = Number(account.balances.BTC.total);
    return { live: (await this.live(venue)).length, heldUsd: left * price, soldBtc, hadBtc: left + soldBtc, lastAcceptedMs, cancelledMs, flatMs };
  }

  async destroy(): Promise<void> {
    this.supervisor?.signal('SIGKILL');
    for (const pid of this.pids) endForGood(pid, this.folder);
    for (const exchange of this.#exchanges.values()) exchange.signal('SIGKILL');
    await Promise.all([this.supervisor?.ended, ...[...this.#exchanges.values()].map(({ ended }) => ended)]);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  lastWords(): string {
    return (this.supervisor?.log ?? []).slice(-25).map((line) => JSON.stringify(line)).join('\n');
  }
}
