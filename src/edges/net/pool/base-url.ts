/**
 * The connections to one base URL: undici's clients, each with one connection that it opens when it is asked.
 *
 * Owns how many there are, which one is used next, and which one is given up. Does not own what they carry.
 */
import { Client } from 'undici';
import type { Address } from '../../../base/index.ts';
import type { Clock } from '../../../ports/index.ts';
import { Roster, defaultRules } from './roster.ts';
import type { Sample } from './roster.ts';

const connectTimeoutMs = 10_000; // for an attempt that nobody waits for any more
const keptIdleMs = 10_000; // shorter than what servers usually keep, so that it is we who close

export type BaseStatistics = {
  readonly base: string;
  readonly connections: number;
  readonly busy: number;
  readonly opened: number; // since the start
  readonly retired: number; // given up although they answered: slow beside the others, or suspect after a silence
  readonly requests: number;
  readonly answered: number;
  readonly unknown: number;
  readonly notSent: number;
  readonly latencyMs: number | undefined; // from the first byte sent to the head of the answer, recent ones weighing most
  readonly errorShare: number;
  readonly ejections: number; // since the start
  readonly isEjected: boolean;
};

export type Connection = { readonly client: Client; isBusy: boolean; isOver: boolean; heardAtMs: number };

export class BaseUrl {
  readonly name: string;
  readonly origin: string;
  readonly counts = { opened: 0, retired: 0, requests: 0, answered: 0, unknown: 0, notSent: 0, ejections: 0 };
  readonly #clock: Clock;
  readonly #options: Client.Options;
  readonly #most: number;
  readonly #connections = new Set<Connection>();
  readonly #roster = new Roster<Connection>({ ...defaultRules, leastSamples: 5 });
  #busy = 0;

  constructor(address: Address, { clock, trust, most }: { readonly clock: Clock; readonly trust: string | undefined; readonly most: number }) {
    const { socketPath, authority, secure } = address;
    this.name = socketPath === undefined ? `${secure ? 'https' : 'http'}://${authority}` : authority;
    this.origin = socketPath === undefined ? this.name : 'http://localhost';
    this.#clock = clock;
    this.#most = most;
    this.#options = {
      // undici's own time limits are off: they tick in half seconds, and a request has a deadline of its own that covers them all.
      allowH2: false, pipelining: 1, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: keptIdleMs, keepAliveMaxTimeout: keptIdleMs,
      connect: { timeout: connectTimeoutMs, ...(socketPath === undefined ? {} : { socketPath }), ...(trust === undefined ? {} : { ca: trust }) },
    };
  }

  get size(): number {
    return this.#connections.size;
  }

  get busy(): number {
    return this.#busy;
  }

  get hasRoom(): boolean {
    return this.#busy < this.#most;
  }

  /** An idle connection, the best of them, or a new one. Only where there is room. */
  take(): Connection {
    const connection = this.#roster.best(this.#clock.monotonicMs(), ({ isBusy }) => !isBusy, () => 0) ?? this.#open();
    connection.isBusy = true;
    this.#busy += 1;
    return connection;
  }

  /** @param sample undefined where the request was not the peer's affair; @param isSound whether the connection may be used again */
  give(connection: Connection, sample: Sample | undefined, isSound: boolean): void {
    const nowMs = this.#clock.monotonicMs();
    this.#busy -= 1;
    connection.isBusy = false;
    if (!isSound) return this.#drop(connection); // W1
    connection.heardAtMs = nowMs;
    if (sample === undefined || this.#roster.tell(connection, sample, nowMs) === undefined) return;
    this.counts.retired += 1;
    this.#drop(connection);
  }

  /** The peer was silent: whoever idles and was not heard since may be as dead. */
  suspect(sinceMs: number): void {
    for (const connection of this.#connections) {
      if (connection.isBusy || connection.heardAtMs >= sinceMs) continue;
      this.counts.retired += 1;
      this.#drop(connection);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#connections].map(({ client }) => client.destroy()));
  }

  #open(): Connection {
    const client = new Client(this.origin, this.#options);
    const connection: Connection = { client, isBusy: false, isOver: false, heardAtMs: this.#clock.monotonicMs() };
    client.on('connect', () => void (this.counts.opened += 1));
    client.on('disconnect', () => { if (!connection.isBusy) this.#drop(connection); });
    this.#connections.add(connection);
    this.#roster.add(connection);
    return connection;
  }

  #drop(connection: Connection): void {
    if (connection.isOver) return;
    connection.isOver = true;
    this.#connections.delete(connection);
    this.#roster.remove(connection, this.#clock.monotonicMs());
    void connection.client.destroy().catch(() => undefined);
  }
}
