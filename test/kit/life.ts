/**
 * One life of the runtime over a disk in memory and venues on a bench, under virtual time; and the next one over the same disk.
 *
 * Owns the ports and counts what is left of them. Does not own any expectation; tests do.
 */
import { seededRandom } from '../../src/base/index.ts';
import { factsCodec, orderById, orderIdOf } from '../../src/core/index.ts';
import type { Fact, Facts, Order, Signal } from '../../src/core/index.ts';
import { settle } from '../../src/edges/clock/index.ts';
import { EMPTY_HEAD, MemoryDisk, openEntry } from '../../src/journal/index.ts';
import type { EntryHeader, MemoryStore, MemoryStoreOptions, Store } from '../../src/journal/index.ts';
import type { Archive, Clock, EmergencyLog, StartFollower } from '../../src/ports/index.ts';
import { DEFAULT_SETTINGS, followerOver, Runtime } from '../../src/runtime/index.ts';
import type { Answer, HealthPorts, LimitTexts, Note, Settings, VenueBinding, Witness } from '../../src/runtime/index.ts';
import { VirtualClock } from '../../src/sim/clock.ts';
import { seededIds } from '../../src/sim/ids.ts';
import { routed, SYMBOL } from './core.ts';
import { BenchVenue, never } from './venue.ts';

export const LIMITS: LimitTexts = {
  maxOrderValue: { default: { text: '100000', asset: 'USD' } }, maxPosition: { default: '10' }, priceCollarPpm: { default: 50_000 }, priceMaxAgeMs: 10_000,
  maxShort: { default: '10' }, rateMaxAgeMs: 60_000, maxOrderQuantity: { default: '100000' }, maxSpreadPpm: { default: 100_000 },
  messageRate: { strategy: { most: 1_000, withinMs: 1_000 }, venue: { most: 1_000, withinMs: 1_000 }, system: { most: 1_000, withinMs: 1_000 } },
  none: ['priceDrift', 'maxNetValue', 'maxGrossValue', 'buyingPower', 'selfMatch', 'repeats', 'duplicateWithin', 'permissions', 'restricted', 'risk.maxDailyLoss'],
};
export const startOf = Date.UTC(2026, 0, 2, 3, 4, 5);
export const operator = { actor: 'operator:sam', correlationId: 'test' } as const;

export type LifeOptions = {
  readonly clock?: VirtualClock;
  readonly disk?: MemoryDisk;
  readonly venues?: readonly BenchVenue[];
  readonly binding?: Partial<VenueBinding>;
  readonly settings?: Partial<Settings>;
  readonly facts?: Facts; // those of another release
  readonly disks?: Omit<MemoryStoreOptions, 'timer'>; // how the disk behaves
  readonly store?: (store: MemoryStore) => Store; // what stands between runtime and disk
  readonly follower?: StartFollower | 'none'; // by default one that works
  readonly emergency?: EmergencyLog;
  readonly archive?: Archive;
  readonly start?: boolean;
  readonly witness?: Witness;
  readonly health?: HealthPorts; // without it no component is watched
};

export type Life = Awaited<ReturnType<typeof life>>;

export const virtualClock = (): VirtualClock => new VirtualClock({ settle, startWallMs: startOf });

export async function life(options: LifeOptions = {}) {
  const clock = options.clock ?? virtualClock();
  const disk = options.disk ?? new MemoryDisk('bench');
  const venues = options.venues ?? [new BenchVenue()];
  for (const venue of venues) venue.nowMs = () => clock.wallMs();
  const notes: Note[] = [];
  const failures: Error[] = [];
  const pending = new Set<symbol>();
  let dead = false;
  const counted: Clock = {
    monotonicMs: () => clock.monotonicMs(),
    wallMs: () => clock.wallMs(),
    timer(delayMs, run) {
      const name = Symbol(`${delayMs} ms`);
      pending.add(name);
      const cancel = clock.timer(delayMs, () => { pending.delete(name); if (!dead) run(); });
      return () => { pending.delete(name); cancel(); };
    },
  };
  const store = disk.open({ timer: (delayMs, run) => clock.timer(delayMs, run), flushDelayMs: () => 1, ...options.disks });
  const bindings = venues.map((venue): VenueBinding => ({
    venue: new Proxy(venue, {
      get(target, key): unknown {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => (dead ? never() : value.apply(target, args));
      },
    }),
    symbols: venue.listed.map(({ symbol }) => symbol), submitTimeoutMs: 2_000, cancelTimeoutMs: 2_000, readTimeoutMs: 2_000, resendWithinMs: 120_000, feeLeastPpm: 0, feeMostPpm: 0,
    tolerance: {}, ...options.binding,
  }));
  const runtime = await clock.until(Runtime.boot(
    {
      clock: counted, ids: seededIds(seededRandom(`ids ${disk.head.seq}`)), random: seededRandom('runtime'), store: options.store?.(store) ?? store, bindings, ...(options.facts === undefined ? {} : { facts: options.facts }),
      ...(options.follower === 'none' ? {} : { follower: options.follower ?? (() => followerOver(store, options.facts === undefined ? {} : { facts: options.facts })) }),
      ...(options.archive === undefined ? {} : { archive: options.archive }), ...(options.emergency === undefined ? {} : { emergency: options.emergency }), ...(options.health === undefined ? {} : { health: options.health }),
      note: (note) => void notes.push(note), onFailure: (cause) => void failures.push(cause), ...(options.witness === undefined ? {} : { witness: options.witness }),
    },
    { ...DEFAULT_SETTINGS, version: '0.0.0', node: 'test', limits: LIMITS, ...options.settings },
  ));
  const [first] = venues;
  const settled = (): boolean => runtime.turns.durableSeq === runtime.turns.headSeq
    && venues.every(({ name }) => runtime.world.ledger.reconciled.has(name) && runtime.prices.price(name, SYMBOL, runtime.time.nowMs()) !== undefined);
  if (options.start !== false) {
    runtime.start();
    await clock.runUntil(settled, 5_000);
  }
  return {
    clock, disk, store, runtime, notes, failures, venue: first ?? new BenchVenue(),
    /** Timers of the runtime that have not run and were not cancelled. */
    get timers(): number { return pending.size; },
    /** What is durable, in order. */
    get entries(): { readonly header: EntryHeader; readonly fact: Fact }[] { return entriesOn(disk); },
    types: (from = 0): string[] => entriesOn(disk).slice(from).map(({ fact }) => fact.type),
    /** Asks for an order as a sender does; settles once it is durable. */
    ask: (key: string, wish: Partial<Signal> = {}, venue = first?.name ?? 'sim'): Promise<Answer> =>
      runtime.submit({ kind: 'signal', routed: { ...routed({ key, ...wish }), venue } }, { actor: 'signal:tester', correlationId: key }, 'new-risk'),
    order(key: string): Order {
      const order = orderById(runtime.world.orders, orderIdOf(key));
      if (order === undefined) throw new Error(`there is no order for ${key}`);
      return order;
    },
    /** The process dies now; of what is on its way to the disk the first few entries arrive. */
    crash(keepEntries = 0): void {
      dead = true;
      store.crash(keepEntries);
      runtime.turns.close();
      for (const venue of venues) venue.calls.length = 0;
    },
  };
}

export function entriesOn(disk: MemoryDisk): { readonly header: EntryHeader; readonly fact: Fact }[] {
  let { hash } = EMPTY_HEAD;
  return disk.entries.map((entry) => {
    const header = openEntry(hash, entry);
    hash = entry.hash;
    return { header, fact: factsCodec.decode(header.type, header.typeVersion, entry.payload) };
  });
}
