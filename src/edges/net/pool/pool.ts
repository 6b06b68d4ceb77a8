/** All base URLs of a process: for each request the one to ask, a connection to it, and the line where none is free. */
import { parseAddress } from '../../../base/index.ts';
import type { Address } from '../../../base/index.ts';
import type { Clock } from '../../../ports/index.ts';
import { BaseUrl } from './base-url.ts';
import type { BaseStatistics, Connection } from './base-url.ts';
import { Line } from './line.ts';
import { Roster } from './roster.ts';
import type { Sample } from './roster.ts';

export type PoolOptions = {
  readonly clock: Clock;
  readonly trust: string | undefined;
  readonly connectionsPerBase: number;
  /** Groups of base URLs that lead to the same place: what is asked of one may be asked of any of its group. */
  readonly equivalents: readonly (readonly string[])[];
};

/** How a request ended, as far as it says something of the connection and of the peer. */
export type Result =
  | { readonly kind: 'answered'; readonly tookMs: number; readonly status: number }
  | { readonly kind: 'unknown'; readonly sinceMs: number; readonly wasSilent: boolean }
  | { readonly kind: 'not-sent'; readonly byPeer: boolean }; // or because the request could not be put on the wire

export type Lease = { readonly client: Connection['client']; readonly origin: string; readonly end: (result: Result) => void };
/** Without a lease the pool was closed: nothing was sent. */
export type Waiter = (lease: Lease | undefined) => void;

/** Base URLs that lead to the same place, and those who wait for one of them. */
type Site = { readonly bases: BaseUrl[]; readonly roster: Roster<BaseUrl>; readonly line: Line<Waiter> };

const unreachableStatuses = [502, 503, 504]; // somebody in between answers that the peer does not

export class Pool {
  readonly #options: PoolOptions;
  readonly #sites = new Map<string, Site>(); // by the key of each of their bases
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    for (const group of options.equivalents) this.#addSite(group.flatMap((url) => parseAddress(url) ?? []));
  }

  /** Runs `waiter` with a connection: at once where one is free, otherwise in its turn. The answer takes it out of the line. */
  ask(address: Address, waiter: Waiter): () => boolean {
    if (this.#isClosed) {
      waiter(undefined);
      return () => false;
    }
    const site = this.#sites.get(keyOf(address)) ?? this.#addSite([address]);
    site.line.join(waiter);
    this.#serve(site);
    return () => site.line.leave(waiter);
  }

  get statistics(): readonly BaseStatistics[] {
    const nowMs = this.#options.clock.monotonicMs();
    return [...new Set(this.#sites.values())].flatMap(({ bases, roster }) => bases.map((base) => {
      const { latencyMs, errorShare } = roster.score(base);
      return { base: base.name, connections: base.size, busy: base.busy, ...base.counts, latencyMs, errorShare, isEjected: roster.isEjected(base, nowMs) };
    }));
  }

  /** How many wait for a connection. */
  get waiting(): number {
    return [...new Set(this.#sites.values())].reduce((sum, { line }) => sum + line.length, 0);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const sites = [...new Set(this.#sites.values())];
    for (const { line } of sites) for (let waiter = line.next(); waiter !== undefined; waiter = line.next()) waiter(undefined);
    await Promise.all(sites.flatMap(({ bases }) => bases.map((base) => base.close())));
  }

  /** Addresses that lead to the same place: a site of their own, or more ways to one that any of them already leads to. */
  #addSite(addresses: readonly Address[]): Site {
    const { clock, trust, connectionsPerBase } = this.#options;
    const known = addresses.flatMap((address) => this.#sites.get(keyOf(address)) ?? [])[0];
    const site: Site = known ?? { bases: [], roster: new Roster(), line: new Line() };
    for (const address of addresses) {
      if (this.#sites.has(keyOf(address))) continue;
      const base = new BaseUrl(address, { clock, trust, most: connectionsPerBase });
      site.bases.push(base);
      site.roster.add(base);
      this.#sites.set(keyOf(address), site);
    }
    return site;
  }

  #serve(site: Site): void { // W3
    while (site.line.length > 0) {
      const base = site.roster.best(this.#options.clock.monotonicMs(), ({ hasRoom }) => hasRoom, ({ busy }) => busy);
      if (base === undefined) return;
      const waiter = site.line.next();
      if (waiter === undefined) return;
      waiter(this.#lease(site, base));
    }
  }

  #lease(site: Site, base: BaseUrl): Lease {
    const connection = base.take();
    base.counts.requests += 1;
    return {
      client: connection.client,
      origin: base.origin,
      end: (result) => {
        const isSound = result.kind === 'answered';
        base.counts[result.kind === 'not-sent' ? 'notSent' : result.kind] += 1;
        base.give(connection, result.kind === 'answered' ? { kind: 'answered', tookMs: result.tookMs } : undefined, isSound);
        if (result.kind === 'unknown' && result.wasSilent) base.suspect(result.sinceMs);
        const sample = sampleOf(result);
        const ejection = sample === undefined ? undefined : site.roster.tell(base, sample, this.#options.clock.monotonicMs());
        if (ejection !== undefined) base.counts.ejections += 1;
        if (!this.#isClosed) this.#serve(site);
      },
    };
  }
}

/** What it says of the base URL. */
function sampleOf(result: Result): Sample | undefined {
  if (result.kind === 'answered') return unreachableStatuses.includes(result.status) ? { kind: 'failed' } : { kind: 'answered', tookMs: result.tookMs };
  return result.kind === 'unknown' || result.byPeer ? { kind: 'failed' } : undefined;
}

const keyOf = ({ authority, secure, socketPath }: Address): string => (socketPath === undefined ? `${secure ? 'https' : 'http'}://${authority}` : authority);
