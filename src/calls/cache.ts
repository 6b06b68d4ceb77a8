/**
 * Answers are kept for a while, and loaded when somebody asks.
 *
 *   K1. A fresh answer was loaded for whoever asks, or its load began less than `ttlMs` ago. An older one is `Stale`, by its type.
 *   K2. One load at a time for a key, however many ask; a bounded number of loads, of callers that wait, and of answers that are kept.
 *   K3. What is loaded while its key is invalidated goes to those who asked before, and is not kept.
 *   K4. Errors are not kept, and that there is nothing is kept only if asked for. A value that is gone is not answered from the past.
 *   K5. A load ends by its own time-out; a caller that gives up ends neither it nor the others.
 */
import { Fresh, Stale } from './answer.ts';
import { AbortedError, CacheBusyError, TimeoutError } from './errors.ts';
import { calling } from './guard.ts';
import type { CallOptions, Timed, Work } from './guard.ts';
import type { Scope } from './scope.ts';
import { Timeout } from './timeout.ts';
import type { TimerWheel, Waiting } from './wheel.ts';

export type CacheOptions<V> = {
  readonly name: string;
  readonly load: (key: string, scope: Scope) => PromiseLike<V>;
  readonly ttlMs: number;
  readonly staleMs?: number; // for so long after, it is answered at once as stale while a newer one is loaded
  readonly fallbackMs?: number; // for so long after, it is answered as stale where the load fails; as `staleMs` by default
  readonly most?: number; // answers that are kept; those asked for longest ago go first
  readonly loadTimeoutMs?: number;
  readonly loadsMost?: number;
  readonly waitingMost?: number;
  /** Whether an answer says that there is nothing; by default `undefined` and `null` do. */
  readonly isNegative?: (value: V) => boolean;
  readonly negativeTtlMs?: number; // 0, the default: it is asked for anew each time
};

export type CacheMetrics = { readonly kept: number; readonly loading: number; readonly waiting: number; readonly hits: number; readonly stale: number; readonly loads: number; readonly failed: number; readonly evicted: number };

type Entry<V> = { readonly value: V; readonly sinceMs: number; readonly ttlMs: number; readonly negative: boolean };
type Waiter<V> = { readonly resolve: (loaded: Loaded<V>) => void; readonly reject: (thrown: Error) => void };
type Loaded<V> = { readonly value: V; readonly sinceMs: number };
type Load<V> = { readonly waiters: Set<Waiter<V>> };
type Asking = Omit<CallOptions, 'confirmation' | 'lane' | 'cost'>;

const bare = { within: <V>(work: Work<V>, scope: Scope): Promise<V> => Promise.resolve(work(scope)) };
const isNothing = (value: unknown): boolean => value === undefined || value === null;

export class CacheAside<V> {
  readonly name: string;
  readonly #clock: Timed;
  readonly #wheel: TimerWheel;
  readonly #options: Required<CacheOptions<V>>;
  readonly #timeout: Timeout;
  readonly #entries = new Map<string, Entry<V>>(); // in the order in which they were asked for
  readonly #loads = new Map<string, Load<V>>();
  #running = 0;
  #waiting = 0;
  #hits = 0;
  #stale = 0;
  #begun = 0;
  #failed = 0;
  #evicted = 0;

  constructor(clock: Timed, wheel: TimerWheel, options: CacheOptions<V>) {
    const { staleMs = 0 } = options;
    this.#options = { fallbackMs: staleMs, most: 1_000, loadTimeoutMs: 10_000, loadsMost: 100, waitingMost: 10_000, isNegative: isNothing, negativeTtlMs: 0, ...options, staleMs };
    const { ttlMs, most, loadsMost, fallbackMs, negativeTtlMs } = this.#options;
    if (![ttlMs, staleMs, fallbackMs, negativeTtlMs].every((ms) => ms >= 0)) throw new TypeError(`The cache "${options.name}" was given a time that is not a number of 0 or more.`);
    if (![most, loadsMost].every((count) => Number.isSafeInteger(count) && count >= 1)) throw new TypeError(`The cache "${options.name}" needs room for one answer and one load at least.`);
    this.name = options.name;
    this.#clock = clock;
    this.#wheel = wheel;
    this.#timeout = new Timeout(clock, wheel, this.#options.loadTimeoutMs);
  }

  /** The best that is to be had: fresh, or stale and marked as such. */
  get(key: string, options: Asking = {}): Promise<Fresh<V> | Stale<V>> {
    return calling(bare, (scope) => this.#answer(key, scope), options);
  }

  /** Fresh, or an error. */
  fresh(key: string, options: Asking = {}): Promise<Fresh<V>> {
    return calling(bare, async (scope) => this.#kept(key) ?? this.#loaded(key, scope), options);
  }

  /** What is kept under it is wrong from now on. */
  invalidate(key: string): void {
    this.#entries.delete(key);
    this.#loads.delete(key); // K3
  }

  clear(): void {
    this.#entries.clear();
    this.#loads.clear();
  }

  metrics(): CacheMetrics {
    return { kept: this.#entries.size, loading: this.#running, waiting: this.#waiting, hits: this.#hits, stale: this.#stale, loads: this.#begun, failed: this.#failed, evicted: this.#evicted };
  }

  async #answer(key: string, scope: Scope): Promise<Fresh<V> | Stale<V>> {
    const kept = this.#kept(key);
    if (kept !== undefined) return kept;
    const entry = this.#entries.get(key);
    if (entry !== undefined && !entry.negative && this.#overMs(entry) < this.#options.staleMs) {
      if (this.#running < this.#options.loadsMost) this.#load(key);
      return this.#staleOf(entry, 'revalidating');
    }
    try {
      return await this.#loaded(key, scope);
    } catch (thrown) {
      const left = this.#entries.get(key); // K3, K4: what was invalidated or is gone meanwhile is no answer
      if (thrown instanceof AbortedError || left === undefined || left.negative || this.#overMs(left) >= this.#options.fallbackMs) throw thrown;
      return this.#staleOf(left, 'load-failed', thrown);
    }
  }

  #kept(key: string): Fresh<V> | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#overMs(entry) >= 0) return undefined; // K1
    this.#hits += 1;
    return new Fresh(entry.value, 'cache', this.#clock.monotonicMs() - entry.sinceMs, entry.sinceMs + entry.ttlMs);
  }

  /** For how long it has been too old; negative while it is not. */
  #overMs({ sinceMs, ttlMs }: Entry<V>): number {
    return this.#clock.monotonicMs() - sinceMs - ttlMs;
  }

  #staleOf({ value, sinceMs }: Entry<V>, why: Stale<V>['why'], cause?: unknown): Stale<V> {
    this.#stale += 1;
    return new Stale(value, this.#clock.monotonicMs() - sinceMs, why, cause);
  }

  async #loaded(key: string, scope: Scope): Promise<Fresh<V>> {
    const { loadsMost, waitingMost, ttlMs } = this.#options;
    if (!this.#loads.has(key) && this.#running >= loadsMost) throw new CacheBusyError(this.name, `${loadsMost} loads are under way`);
    if (this.#waiting >= waitingMost) throw new CacheBusyError(this.name, `${waitingMost} calls wait for loads`);
    const { value, sinceMs } = await this.#wait(this.#load(key), scope);
    const ageMs = this.#clock.monotonicMs() - sinceMs;
    return new Fresh(value, 'load', ageMs, sinceMs + ttlMs);
  }

  #wait(load: Load<V>, scope: Scope): Promise<Loaded<V>> {
    return new Promise((resolve, reject) => {
      if (scope.ended !== undefined) return reject(scope.ended);
      let timer: Waiting | undefined;
      this.#waiting += 1;
      const over = (): void => {
        this.#waiting -= 1;
        load.waiters.delete(waiter);
        if (timer !== undefined) this.#wheel.takeBack(timer);
        scope.deaf(giveUp);
      };
      const giveUp = (reason: Error): void => { over(); reject(reason); };
      const waiter: Waiter<V> = { resolve: (loaded) => { over(); resolve(loaded); }, reject: (thrown) => { over(); reject(thrown); } };
      load.waiters.add(waiter);
      const sinceMs = this.#clock.monotonicMs();
      if (scope.deadlineMs < Infinity) timer = this.#wheel.at(scope.deadlineMs, () => giveUp(new TimeoutError(scope.deadlineMs - sinceMs, 'unknown')));
      scope.onEnd(giveUp);
    });
  }

  /** K2: the one that is under way, or a new one. */
  #load(key: string): Load<V> {
    const underWay = this.#loads.get(key);
    if (underWay !== undefined) return underWay;
    const load: Load<V> = { waiters: new Set() };
    const sinceMs = this.#clock.monotonicMs();
    this.#loads.set(key, load);
    this.#running += 1;
    this.#begun += 1;
    this.#timeout.call((scope) => this.#options.load(key, scope)).then((value) => {
      this.#over(key, load, () => this.#keep(key, value, sinceMs));
      for (const waiter of [...load.waiters]) waiter.resolve({ value, sinceMs });
    }, (thrown: Error) => {
      this.#failed += 1;
      this.#over(key, load, () => {});
      for (const waiter of [...load.waiters]) waiter.reject(thrown);
    });
    return load;
  }

  #over(key: string, load: Load<V>, keep: () => void): void {
    this.#running -= 1;
    if (this.#loads.get(key) !== load) return; // K3
    this.#loads.delete(key);
    keep();
  }

  #keep(key: string, value: V, sinceMs: number): void {
    const { isNegative, negativeTtlMs, ttlMs, most } = this.#options;
    const negative = isNegative(value);
    this.#entries.delete(key); // K4
    if (negative && negativeTtlMs === 0) return;
    this.#entries.set(key, { value, sinceMs, ttlMs: negative ? negativeTtlMs : ttlMs, negative });
    if (this.#entries.size <= most) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      this.#evicted += 1;
      return;
    }
  }
}
