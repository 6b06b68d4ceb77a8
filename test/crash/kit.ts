/**
 * A whole system of real processes: the exchange, and the runtime under its supervisor, on loopback and in a temporary folder.
 *
 * Owns starting, finding and ending them. Judges nothing: see kit-judge.ts.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { breakwater, endForGood, isThere, until } from './kit-program.ts';
import type { Printed, Program } from './kit-program.ts';

export type Json = ReturnType<typeof JSON.parse>;
export type FaultRule = { readonly on: string; readonly fault: string; readonly probability?: number; readonly times?: number; readonly delayMs?: number };

/** One process that held the journal, or tried to. */
export type Life = { readonly number: number; readonly pid: number; readonly supervisor: number; ready: boolean; over: string | undefined };

export const TOKEN = 'crash-bot-token';

export type SystemOptions = { readonly name: string; readonly seed: number; readonly heartbeatTimeout?: string; readonly rules?: readonly FaultRule[]; readonly env?: Readonly<Record<string, string>>; readonly supervisor?: Readonly<Record<string, unknown>>; readonly venue?: Readonly<Record<string, unknown>>; readonly exchange?: readonly string[];
  readonly through?: (exchangePort: number) => Promise<number> }; // the port at which the runtime is told the exchange is, where something stands between them

export class System {
  readonly name: string;
  readonly folder: string;
  readonly data: string;
  readonly #seed: number;
  readonly #env: Readonly<Record<string, string>>;
  readonly #exchangeWords: readonly string[]; // more of the command line of the exchange
  readonly #exchangePort: number;
  readonly #doorPort: number;
  readonly lives: Life[] = [];
  readonly overlaps: string[] = []; // lives that began before the last one was reaped; there must be none
  exchange: Program | undefined;
  supervisor: Program | undefined;
  isDestroyed = false;

  /** Started, and ended with the test whatever happens in it. */
  static async start(context: Pick<TestContext, 'after'>, options: SystemOptions): Promise<System> {
    const exchangePort = await freePort();
    const system = new System(options, exchangePort, await freePort(), await options.through?.(exchangePort) ?? exchangePort);
    context.after(() => system.destroy());
    await system.startExchange();
    await system.faults(options.rules ?? []);
    system.startSupervisor();
    await system.ready();
    return system;
  }

  private constructor({ name, seed, heartbeatTimeout = '3s', env = {}, supervisor = {}, venue = {}, exchange = [] }: SystemOptions, exchangePort: number, doorPort: number, venuePort: number) {
    this.name = name;
    this.#seed = seed;
    this.#env = env;
    this.#exchangeWords = exchange;
    this.#exchangePort = exchangePort;
    this.#doorPort = doorPort;
    this.folder = mkdtempSync(join(tmpdir(), `breakwater-${name}-`));
    this.data = join(this.folder, 'data');
    mkdirSync(this.data, { mode: 0o700 });
    writeFileSync(join(this.folder, 'breakwater.json'), JSON.stringify({
      version: 1,
      instance: { name },
      server: { listen: `127.0.0.1:${doorPort}` },
      storage: { dir: this.data, snapshotEvery: 250 }, // so that many a kill meets a snapshot
      venues: {
        alpaca: {
          adapter: 'alpaca', money: 'sim', baseUrl: `http://127.0.0.1:${venuePort}`, keyId: 'demo-key', secret: 'demo-secret', instruments: ['BTC/USD'],
          timeouts: { submit: '2s', cancel: '2s', read: '2s' },
          rateLimit: { trading: 60_000, data: 60_000 }, // this exchange allows any number; of a limit near the real one each of some forty lives a minute would lose its block, until nothing is left
          ...venue,
        },
      },
      signals: { intents: { tokens: { bot: { secret: TOKEN, venue: 'alpaca' } } } },
      risk: { currency: 'USD', maxDailyLoss: '1000000 USD', streak: { coolDown: '10ms' } },
      limits: { maxOrderValue: { 'BTC/USD': '25000 USD' }, maxPosition: { 'BTC/USD': '100' }, priceCollar: { default: '50%' }, priceMaxAge: '30s', signalMaxAge: '10m',
        maxOrderQuantity: { default: '40' }, maxSpread: { default: '50%' }, messageRate: { strategy: '1000 in 1s', venue: '1000 in 1s', system: '1000 in 1s' },
        maxShort: { default: '40' }, rateMaxAge: '60s', priceDrift: { default: 'none' }, maxNetValue: 'none', maxGrossValue: 'none', buyingPower: 'none', selfMatch: 'none', repeats: 'none', duplicateWithin: 'none',
        permissions: { default: { default: 'both' } }, restricted: ['none'],
      },
      reconciliation: { every: '4s', tolerance: {} },
      supervisor: { heartbeatTimeout, restarts: 1_000, within: '1s', deadMan: { do: 'nothing' }, ...supervisor }, // deaths are the rule here: it never gives up, and waits little
    }));
  }

  get exchangeUrl(): string {
    return `http://127.0.0.1:${this.#exchangePort}`;
  }

  get doorUrl(): string {
    return `http://127.0.0.1:${this.#doorPort}`;
  }

  get controlSocket(): string {
    return join(this.data, 'control.sock');
  }

  /** The life that runs now, or is about to. */
  get life(): Life {
    const life = this.lives.at(-1);
    if (life === undefined) throw new Error(`${this.name} has not lived yet.`);
    return life;
  }

  async startExchange(): Promise<void> {
    const exchange = breakwater(['exchange', '--dialect', 'alpaca', '--port', String(this.#exchangePort), '--seed', String(this.#seed), '--data', join(this.folder, 'exchange'), '--fee-period', '2s', '--json', ...this.#exchangeWords]);
    this.exchange = exchange;
    await until(`the exchange of ${this.name} listens`, () => exchange.out.length > 0 || fellOver(exchange));
  }

  startSupervisor(): Program {
    return (this.supervisor = breakwater(this.startArgs, (line) => this.#heard(line), this.#env));
  }

  get startArgs(): readonly string[] {
    return ['start', '--config', join(this.folder, 'breakwater.json'), '--data', this.data, '--json'];
  }

  #heard(line: Printed): void {
    const { component, msg, pid, why } = line;
    if (component === 'runtime' && msg === 'ready') this.life.ready = true;
    if (component !== 'supervisor') return;
    if (msg === 'starting') {
      const before = this.lives.at(-1);
      if (before !== undefined && before.supervisor === this.supervisor?.pid && isThere(before.pid)) this.overlaps.push(`${before.pid} was there when ${String(pid)} began`);
      this.lives.push({ number: this.lives.length + 1, pid: Number(pid), supervisor: this.supervisor?.pid ?? 0, ready: false, over: undefined });
    }
    const life = this.lives.at(-1);
    if (life !== undefined && (msg === 'backing-off' || msg === 'stopped' || msg === 'gave up')) life.over ??= String(why);
  }

  /** The life that runs now, once its doors are open. */
  ready(): Promise<Life> {
    return until(`a runtime of ${this.name} is ready`, () => {
      if (this.supervisor !== undefined) fellOver(this.supervisor);
      const life = this.lives.at(-1);
      return life?.ready === true && life.over === undefined ? life : undefined;
    });
  }

  /** The life that follows this one, from its first moment. */
  after(life: Life): Promise<Life> {
    return until(`${this.name} starts again after process ${life.pid}`, () => {
      if (this.supervisor !== undefined) fellOver(this.supervisor);
      return this.lives[life.number];
    });
  }

  /** @param rules in place of those before */
  async faults(rules: readonly FaultRule[]): Promise<void> {
    await got(`${this.exchangeUrl}/_exchange/faults`, { method: 'PUT', body: JSON.stringify({ seed: this.#seed, rules }) });
  }

  /** The exchange's own record: `orders`, `accounts`, `log` … */
  oracle(what: string): Promise<Json> {
    return got(`${this.exchangeUrl}/_exchange/${what}`);
  }

  /** Undefined while nobody answers at the control socket. */
  status(): Promise<Json> {
    return new Promise((resolve) => {
      const asking = request({ socketPath: this.controlSocket, path: '/api/v1/status', timeout: 5_000 }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve(response.statusCode === 200 ? JSON.parse(text) : undefined)).on('error', () => resolve(undefined));
      });
      asking.on('error', () => resolve(undefined)).on('timeout', () => asking.destroy()).end();
    });
  }

  /** Every outcome is known; what is left waits in the book. */
  async known(): Promise<void> {
    await until(`${this.name} knows what became of its orders`, async () => {
      const status = await this.status();
      return status !== undefined && status.state === 'trading' && Object.keys(status.orders.phases).every((phase) => phase === 'working' || phase === 'acknowledged');
    }, 120_000);
  }

  /** Everything final, every fee told, and the last look at the venue found no difference. */
  async settled(): Promise<void> {
    let last: Json;
    await until(`${this.name} settles`, async () => {
      last = await this.status();
      return last !== undefined && last.orders.live === 0 && last.books.pendingFees === 0 && last.books.openDifferences === 0 && last.books.booksAgree === true;
    }, 120_000).catch((thrown: unknown) => {
      throw new Error(`${String(thrown)} ${JSON.stringify(last)}`, { cause: thrown });
    });
  }

  /** In good order; the exit code. */
  async stop(): Promise<number | null> {
    this.supervisor?.signal('SIGTERM');
    return (await this.supervisor?.ended)?.code ?? null;
  }

  async destroy(): Promise<void> {
    this.isDestroyed = true;
    this.supervisor?.signal('SIGKILL');
    for (const { pid } of this.lives) endForGood(pid, this.folder);
    this.exchange?.signal('SIGKILL');
    await Promise.all([this.supervisor?.ended, this.exchange?.ended]);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** What its processes said last, for a failure. */
  lastWords(): string {
    return (this.supervisor?.log ?? []).slice(-25).map((line) => JSON.stringify(line)).join('\n');
  }
}

export async function got(url: string, init: RequestInit = {}): Promise<Json> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

function fellOver({ end, log, pid }: Program): false {
  const ended = end();
  if (ended === undefined) return false;
  throw new Error(`Process ${pid} ended by itself (${JSON.stringify(ended)}):\n${log.slice(-10).map((line) => JSON.stringify(line)).join('\n')}`);
}

const taken = new Set<number>();

const FIRST_PORT = 20_000 + 500 * (process.pid % 20);

/** Below the ports that the machine hands out by itself, and in a part of its own for each test file that runs beside this one: between two lives nobody else takes it. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * 500);
    if (taken.has(port)) continue;
    taken.add(port);
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer().once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
