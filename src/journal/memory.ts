/**
 * The store in memory: the engine of simulations and of tests. A `MemoryDisk` outlives the stores opened over it, as a disk
 * outlives processes; everything that goes wrong with a disk goes wrong here on command.
 *
 *   K1. Entries are durable in the order of the calls, when their flush ends, and not before.
 *   K2. After `crash` a store never answers again, nor changes the disk; what was pending may have reached it up to any entry.
 *   K3. After an `unknown` the store answers nothing but `unknown`: only a fresh store over the disk knows what is there.
 */
import { invariant } from '../base/index.ts';
import { EMPTY_HEAD } from './chain.ts';
import { refusalOf } from './rules.ts';
import { GENESIS_HASH, READ_LIMIT, SNAPSHOTS_KEPT } from './types.ts';
import type { AppendBatch, AppendResult, Head, Origin, SealedEntry, Snapshot, SnapshotRange, Store } from './types.ts';

/** What befalls one append. `torn`: its first `keepEntries` become durable and the answer is `unknown`. */
export type Misfortune =
  | { readonly kind: 'torn'; readonly keepEntries: number }
  | { readonly kind: 'refused'; readonly why: 'stale' | 'head' }
  | { readonly kind: 'unknown'; readonly written: 'nothing' | 'everything' };

export type MemoryStoreOptions = {
  /** Runs once `delayMs` from now; without it every flush ends at once. */
  readonly timer?: (delayMs: number, run: () => void) => unknown;
  /** How long the next flush takes. */
  readonly flushDelayMs?: () => number;
  /** Asked once per append, in order. */
  readonly misfortune?: (batch: AppendBatch) => Misfortune | undefined;
};

export class MemoryDisk {
  readonly identity: string;
  #head: Head = EMPTY_HEAD;
  #entries: SealedEntry[] = [];
  #snapshots: Snapshot[] = [];
  #origin: Origin = { seq: 1, previousHash: GENESIS_HASH };

  constructor(identity = 'memory') {
    this.identity = identity;
  }

  /** A process opens the disk. Whoever held it before is a process that died: call `crash` on its store. */
  open(options: MemoryStoreOptions = {}): MemoryStore {
    return new MemoryStore(this, options);
  }

  get head(): Head {
    return this.#head;
  }

  get origin(): Origin {
    return this.#origin;
  }

  /** Everything durable, for checkers. */
  get entries(): readonly SealedEntry[] {
    return this.#entries;
  }

  get snapshots(): readonly Snapshot[] {
    return this.#snapshots;
  }

  write({ epoch, entries, opensSegment }: Pick<AppendBatch, 'epoch' | 'entries' | 'opensSegment'>): void {
    if (opensSegment === true && entries.length > 0) this.#origin = { seq: this.#head.seq + 1, previousHash: this.#head.hash };
    for (const entry of entries) {
      invariant(entry.seq === this.#head.seq + 1, 'entries are written in order, without a gap');
      this.#entries.push(entry);
      this.#head = { seq: entry.seq, hash: entry.hash, epoch: this.#head.epoch };
    }
    this.#head = { ...this.#head, epoch };
  }

  keep(snapshot: Snapshot): void {
    const others = this.#snapshots.filter((kept) => kept.seq !== snapshot.seq);
    this.#snapshots = [snapshot, ...others].toSorted((a, b) => b.seq - a.seq).slice(0, SNAPSHOTS_KEPT);
  }
}

type Pending = { readonly batch: AppendBatch; readonly answer: (result: AppendResult) => void };

export class MemoryStore implements Store {
  readonly identity: string;
  readonly #disk: MemoryDisk;
  readonly #options: MemoryStoreOptions;
  #waiting: Pending[] = [];
  #flushing: readonly Pending[] = [];
  #idle: (() => void)[] = [];
  #crashed = false;
  #lost: string | undefined; // why every further append is unknown

  constructor(disk: MemoryDisk, options: MemoryStoreOptions) {
    this.identity = disk.identity;
    this.#disk = disk;
    this.#options = options;
  }

  head(): Promise<Head> {
    return this.#answer(() => this.#disk.head);
  }

  origin(): Promise<Origin> {
    return this.#answer(() => this.#disk.origin);
  }

  append(batch: AppendBatch): Promise<AppendResult> {
    return new Promise((answer) => {
      this.#waiting.push({ batch, answer });
      if (this.#flushing.length === 0) this.#startFlush();
    });
  }

  read(fromSeq: number, limit: number): Promise<readonly SealedEntry[]> {
    const from = Math.max(fromSeq, 1) - 1;
    return this.#answer(() => this.#disk.entries.slice(from, from + Math.min(limit, READ_LIMIT)));
  }

  saveSnapshot(snapshot: Snapshot): Promise<void> {
    return this.#answer(() => this.#disk.keep(snapshot));
  }

  snapshots(which?: SnapshotRange): Promise<readonly Snapshot[]> {
    return this.#answer(() => (which === undefined ? this.#disk.snapshots : this.#disk.snapshots.filter(({ seq }) => seq < which.beforeSeq).slice(0, which.most)));
  }

  async close(): Promise<void> {
    if (this.#flushing.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#lost ??= 'the store is closed';
  }

  /** The process dies now: no pending call is ever answered, and of the pending entries the first few reach the disk (K2). */
  crash(keepEntries = 0): void {
    if (this.#crashed) return;
    this.#crashed = true;
    let left = keepEntries;
    for (const { batch } of [...this.#flushing, ...this.#waiting]) {
      const kept = batch.entries.slice(0, left);
      if (kept.length === 0 || this.#lost !== undefined || refusalOf(this.#disk.head, batch) !== undefined) return;
      this.#disk.write({ ...batch, entries: kept });
      left -= kept.length;
    }
  }

  #answer<T>(make: () => T): Promise<T> {
    return this.#crashed ? new Promise<T>(() => undefined) : Promise.resolve().then(() => (this.#crashed ? new Promise<T>(() => undefined) : make()));
  }

  #startFlush(): void {
    this.#flushing = this.#waiting;
    this.#waiting = [];
    if (this.#flushing.length === 0) {
      for (const resolve of this.#idle.splice(0)) resolve();
      return;
    }
    const { timer, flushDelayMs } = this.#options;
    const end = (): void => this.#endFlush();
    if (timer === undefined || flushDelayMs === undefined) queueMicrotask(end);
    else timer(flushDelayMs(), end);
  }

  #endFlush(): void {
    if (this.#crashed) return;
    for (const { batch, answer } of this.#flushing) answer(this.#commit(batch));
    this.#startFlush();
  }

  #commit(batch: AppendBatch): AppendResult {
    if (this.#lost !== undefined) return { kind: 'unknown', why: this.#lost };
    const misfortune = this.#options.misfortune?.(batch);
    if (misfortune?.kind === 'refused') return misfortune;
    const refusal = refusalOf(this.#disk.head, batch);
    if (refusal !== undefined) return refusal;
    if (misfortune === undefined) {
      this.#disk.write(batch);
      return { kind: 'durable', seq: this.#disk.head.seq };
    }
    const keepEntries = misfortune.kind === 'torn' ? misfortune.keepEntries : misfortune.written === 'everything' ? batch.entries.length : 0;
    if (keepEntries > 0) this.#disk.write({ ...batch, entries: batch.entries.slice(0, keepEntries) });
    this.#lost = 'an earlier append ended unknown; open the store again and read what is there';
    return { kind: 'unknown', why: misfortune.kind === 'torn' ? 'the write was torn' : 'the write failed' };
  }
}
