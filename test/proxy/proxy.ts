/**
 * A TCP proxy that does harm on command, for tests over real sockets. It knows nothing of what it carries.
 *
 *   X1. Without toxics it is a wire: every byte, every half-close and every reset is passed on.
 *   X2. Toxics are added, changed and removed while connections are open, and felt by them.
 *   X3. The same seed and the same connections are struck alike.
 *   X4. After `close` no socket, listener or timer of it is left.
 */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { invariant, seededRandom } from '../../src/base/index.ts';
import { realClock } from '../../src/edges/clock/index.ts';
import { Link } from './link.ts';
import type { Placed } from './link.ts';
import type { Direction, Toxic, ToxicOptions } from './toxics.ts';

export type ProxyOptions = { readonly upstream: { readonly host: string; readonly port: number }; readonly port?: number; readonly seed?: number | string };

export type ProxyStatistics = {
  readonly accepted: number;
  readonly open: number;
  readonly unreachable: number; // accepted, and nobody listened upstream
  readonly passedBytes: Readonly<Record<Direction, number>>;
  readonly droppedBytes: Readonly<Record<Direction, number>>;
  readonly acted: Readonly<Record<string, number>>; // how often each toxic ended or silenced something, by name
};

type Connection = { links: readonly Link[]; readonly end: (how: 'close' | 'reset') => void; readonly cut: (how: 'close' | 'reset') => void };

const directions: readonly Direction[] = ['upstream', 'downstream'];

export async function faultProxy(options: ProxyOptions): Promise<FaultProxy> {
  const proxy = new FaultProxy(options);
  await proxy.up();
  return proxy;
}

export class FaultProxy {
  readonly #options: ProxyOptions;
  readonly #clock = realClock();
  readonly #random;
  readonly #toxics: Record<Direction, Map<string, Placed>> = { upstream: new Map(), downstream: new Map() };
  readonly #connections = new Set<Connection>();
  readonly #passed: Record<Direction, number> = { upstream: 0, downstream: 0 };
  readonly #dropped: Record<Direction, number> = { upstream: 0, downstream: 0 };
  readonly #acted = new Map<string, number>();
  #server: Server | undefined;
  #port: number;
  #accepted = 0;
  #unreachable = 0;
  #emptied: () => void = () => {};

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#port = options.port ?? 0;
    this.#random = seededRandom(options.seed ?? 1);
  }

  get port(): number {
    return this.#port;
  }

  get statistics(): ProxyStatistics {
    return {
      accepted: this.#accepted, open: this.#connections.size, unreachable: this.#unreachable,
      passedBytes: { ...this.#passed }, droppedBytes: { ...this.#dropped }, acted: Object.fromEntries(this.#acted),
    };
  }

  /** Adds it, or changes the one of this name. The answer takes it out again. */
  add(direction: Direction, toxic: Toxic, { name = `${toxic.type}_${direction}`, toxicity = 1 }: ToxicOptions = {}): () => void {
    const known = this.#toxics[direction].get(name);
    if (known !== undefined && known.toxicity === toxicity) known.toxic = toxic;
    else this.#toxics[direction].set(name, { name, toxicity, toxic, addedAtMs: this.#clock.monotonicMs() });
    this.#changed();
    return () => this.remove(name);
  }

  remove(name: string): void {
    for (const direction of directions) this.#toxics[direction].delete(name);
    this.#changed();
  }

  /** Takes all toxics out, and listens. */
  async reset(): Promise<void> {
    for (const direction of directions) this.#toxics[direction].clear();
    this.#changed();
    await this.up();
  }

  /** Listens, on the same port as ever. */
  async up(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = (this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (near) => this.#accept(near)));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Refuses new connections and closes those that are open. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const stopped = new Promise<void>((resolve) => void (server === undefined ? resolve() : server.close(() => resolve())));
    this.cut('close');
    await stopped;
  }

  /** Closes or resets what is open; new connections are taken. */
  cut(how: 'close' | 'reset'): void {
    for (const connection of this.#connections) connection.cut(how);
  }

  /** Every connection has ended by itself, or the time is over. */
  async drained(withinMs: number): Promise<void> {
    if (this.#connections.size === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.timer(withinMs, resolve);
      this.#emptied = () => { cancel(); resolve(); };
    });
  }

  async close(): Promise<void> {
    await this.down();
    if (this.#connections.size > 0) await new Promise<void>((resolve) => (this.#emptied = resolve)); // X4
  }

  #changed(): void {
    for (const { links } of this.#connections) for (const link of links) link.changed(); // X2
  }

  #accept(near: Socket): void {
    this.#accepted += 1;
    const far = connect({ ...this.#options.upstream, allowHalfOpen: true });
    const random = this.#random.fork(`connection ${this.#accepted}`); // X3
    let ended = false;
    let closed = 0;
    const stop = (): void => {
      ended = true;
      for (const link of connection.links) link.stop();
    };
    /** What waits for a reader is given up. */
    const cut = (how: 'close' | 'reset'): void => {
      stop();
      for (const socket of [near, far]) {
        if (how === 'reset' && !socket.connecting) socket.resetAndDestroy();
        else socket.destroy();
      }
    };
    const end = (how: 'close' | 'reset'): void => {
      if (ended) return;
      if (how === 'reset') return cut('reset');
      stop();
      for (const socket of [near, far]) socket.destroySoon(); // what went through arrives
    };
    const connection: Connection = { links: [], end, cut };
    this.#connections.add(connection);
    near.setNoDelay(true);
    far.setNoDelay(true);
    far.once('connect', () => {
      const link = (direction: Direction): Link => new Link({
        source: direction === 'upstream' ? near : far,
        sink: direction === 'upstream' ? far : near,
        toxics: this.#toxics[direction], clock: this.#clock, random: random.fork(direction), end,
        passed: (bytes) => void (this.#passed[direction] += bytes),
        dropped: (bytes) => void (this.#dropped[direction] += bytes),
        acted: ({ name }) => void this.#acted.set(name, (this.#acted.get(name) ?? 0) + 1),
      });
      connection.links = [link('upstream'), link('downstream')];
      near.resume();
    });
    for (const socket of [near, far]) {
      socket.on('error', () => {
        if (socket === far && connection.links.length === 0) this.#unreachable += 1;
        end('reset'); // X1
      });
      socket.on('close', () => {
        if (!socket.readableEnded || !socket.writableFinished) end('close'); // otherwise both ways ended in order, and the other end does so in its own time
        closed += 1;
        if (closed < 2) return;
        invariant(this.#connections.delete(connection), 'a connection ends once');
        stop();
        if (this.#connections.size === 0) this.#emptied();
      });
    }
  }
}
