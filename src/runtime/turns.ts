/**
 * The turn: decide, fold into the head, seal, hand to the disk; all in one synchronous step.
 *
 *   T1. The next input already sees what this one decided, before the disk has it.
 *   T2. `durable(seq)` settles only when the entry is on disk. Nothing that rests on an entry leaves the process earlier.
 *   T3. An append that is not durable ends this process life: the head is thrown away, callers learn that they cannot know.
 *   T4. A false belief appends only itself (`invariant.broken`), so that the next life begins with a shut gate.
 *   T5. A witness is told of each fact of this life once, in order, and only after the fact is durable.
 */
import { InvariantError, invariant, reasonOf } from '../base/index.ts';
import { decide, evolve, orderById } from '../core/index.ts';
import type { Fact, Facts, Market, Order, Outcome, Prices, Recalling, Recorded, Stamped, World } from '../core/index.ts';
import type { AppendResult, EncodedFact, Sealer, Store } from '../journal/index.ts';
import type { Clock } from '../ports/index.ts';
import { asksOf, isUrgent } from './emergencies.ts';
import type { Urgent } from './emergencies.ts';
import { BusyError, OutcomeUnknownError, StoppingError } from './errors.ts';
import type { JournalTime } from './time.ts';

export type Cause = { readonly actor: string; readonly correlationId: string };
export type Taken = { readonly outcome: Outcome; readonly seq: number };

export type TurnsOptions = {
  readonly store: Store;
  readonly world: World;
  readonly sealer: Sealer;
  readonly facts: Facts;
  readonly time: JournalTime;
  readonly clock: Clock;
  readonly prices: Prices;
  readonly maxLag: number; // entries that may wait for the disk before new risk is refused
  readonly appendTimeoutMs: number;
  readonly onDurable: () => void;
  readonly onUrgent?: (urgent: Urgent) => void; // something that will not wait for the disk for ever
  readonly onFailure: (cause: Error) => void;
  readonly witness?: Witness | undefined;
};

/** Whoever tells people and machines what is on disk. What it throws is its own affair and ends nothing. */
export interface Witness {
  recorded(entries: readonly Recorded[], market: Market): void;
  /** An append is durable, so long after it was handed over. */
  flushed(tookMs: number): void;
}

type Stamp = Cause & { readonly atMs: number; readonly wallMs: number };
const stampOf = (atMs: number, clock: Clock, { actor, correlationId }: Cause): Stamp => ({ atMs, wallMs: Math.floor(clock.wallMs()), actor, correlationId });

type Waiter = { readonly seq: number; resolve(): void; reject(cause: Error): void };

export class Turns {
  readonly #options: TurnsOptions;
  readonly #waiters: Waiter[] = [];
  readonly #deadlines = new Set<() => void>();
  #unwitnessed: Recorded[] = [];
  #gateSeq = 0;
  #slowestMs = 0;
  #durableSeq: number;
  #failure: Error | undefined;

  constructor(options: TurnsOptions) {
    this.#options = options;
    this.#durableSeq = options.sealer.seq;
  }

  get world(): World {
    return this.#options.world;
  }

  get durableSeq(): number {
    return this.#durableSeq;
  }

  /** The entry with which the gate last moved in this life, durable or not; 0 if it never did. */
  get gateSeq(): number {
    return this.#gateSeq;
  }

  get headSeq(): number {
    return this.#options.sealer.seq;
  }

  /** How long the slowest append took that became durable since this was last asked. */
  takeSlowestMs(): number {
    const slowestMs = this.#slowestMs;
    this.#slowestMs = 0;
    return slowestMs;
  }

  /** Where the head stands, durable or not. */
  get head(): { readonly seq: number; readonly hash: string } {
    return { seq: this.#options.sealer.seq, hash: this.#options.sealer.hash };
  }

  get failed(): Error | undefined {
    return this.#failure;
  }

  /** For inputs that bring new risk: refused while too much waits for the disk. */
  takeNewRisk(input: Recalling, cause: Cause): Taken {
    const waiting = this.headSeq - this.#durableSeq;
    if (waiting >= this.#options.maxLag) throw new BusyError(waiting, this.#options.maxLag);
    return this.take(input, cause);
  }

  take(input: Recalling, cause: Cause): Taken {
    if (this.#failure !== undefined) throw new StoppingError(this.#failure.message);
    const { world, sealer, facts, time, clock, prices } = this.#options;
    const nowMs = time.nowMs();
    const stamp = stampOf(nowMs, clock, cause);
    const encoded: EncodedFact[] = [];
    const { gate } = world;
    const urgent: Fact[] = [];
    try {
      const outcome = decide(world, prices, input, nowMs, (written) => {
        const fact = facts.upcast(written);
        encoded.push(facts.encode(written, world.format));
        if (isUrgent(fact)) urgent.push(fact);
        this.#evolve(world, fact, { ...stamp, seq: sealer.seq + encoded.length, epoch: sealer.epoch, bootId: sealer.bootId });
      });
      if (world.gate !== gate || encoded.some(({ type }) => type === 'gate.moved' || type === 'kill.begun')) this.#gateSeq = sealer.seq + encoded.length;
      if (encoded.length > 0) this.#append({ ...sealer.seal(stamp, encoded), ...(encoded[0]?.type === 'segment.opened' ? { opensSegment: true } : {}) });
      if (urgent.length > 0) this.#options.onUrgent?.({ ...stamp, asks: asksOf(input, urgent, world), fromSeq: sealer.seq - encoded.length + 1, seq: sealer.seq, hash: sealer.hash });
      return { outcome, seq: sealer.seq };
    } catch (thrown) {
      if (!(thrown instanceof InvariantError)) this.#fail(thrown instanceof Error ? thrown : new Error(reasonOf(thrown)));
      else this.#confess(thrown, stamp);
      throw thrown;
    }
  }

  /** Folds a fact, and keeps it for the witness with the order that it changes: later the order may be in another state, or left behind. */
  #evolve(world: World, fact: Fact, header: Stamped & { readonly actor: string }): void {
    if (this.#options.witness === undefined) return evolve(world, fact, header);
    const orderId = 'orderId' in fact ? fact.orderId : undefined;
    const look = (): Order | undefined => (orderId === undefined ? undefined : orderById(world.orders, orderId));
    const before = look();
    evolve(world, fact, header);
    this.#unwitnessed.push({ fact, header, before, order: look() });
  }

  /** For the runtime's own inputs: undefined once this life is over, or ended by this very turn. Whoever must know was told by `onFailure`. */
  attempt(input: Recalling, cause: Cause): Outcome | undefined {
    if (this.#failure !== undefined) return undefined;
    try {
      return this.take(input, cause).outcome;
    } catch (thrown) {
      if (this.#failure === undefined) throw thrown;
      return undefined;
    }
  }

  /** Settles when the entry is on disk. Rejects with OutcomeUnknownError when this life ends without knowing. */
  durable(seq: number): Promise<void> {
    if (seq <= this.#durableSeq) return Promise.resolve();
    if (this.#failure !== undefined) return Promise.reject(new OutcomeUnknownError(this.#failure.message));
    return new Promise((resolve, reject) => void this.#waiters.push({ seq, resolve, reject }));
  }

  /** Ends this life because of something that should not have happened outside a turn. A belief that was false is written down. */
  end(cause: Error): void {
    const { time, clock } = this.#options;
    if (this.#failure !== undefined) return;
    if (cause instanceof InvariantError) this.#confess(cause, stampOf(time.nowMs(), clock, { actor: 'runtime', correlationId: 'invariant' }));
    else this.#fail(cause);
  }

  /** Ends this life without an error: what is not durable by then is unknown to its callers. */
  close(): void {
    this.#over(this.#failure ?? new StoppingError('it was told to'));
  }

  #append(batch: Parameters<Store['append']>[0]): void {
    const { store, appendTimeoutMs } = this.#options;
    const lastSeq = batch.expectSeq + batch.entries.length;
    let open = true;
    const handedMs = this.#options.clock.monotonicMs();
    const settle = (result: AppendResult): void => {
      if (!open) return;
      open = false;
      cancel();
      if (result.kind === 'durable') this.#advance(lastSeq, this.#options.clock.monotonicMs() - handedMs);
      else this.#fail(new OutcomeUnknownError(result.kind === 'refused' ? `the store refused the append: ${result.why === 'stale' ? 'another process has taken the journal over' : 'its head is not where this process believes'}` : result.why));
    };
    const cancel = this.#deadline(() => settle({ kind: 'unknown', why: `no answer from the disk within ${appendTimeoutMs} ms` }));
    store.append(batch).then(settle, (thrown: unknown) => settle({ kind: 'unknown', why: reasonOf(thrown) }));
  }

  /** Runs once the disk has had its time, unless the answer is called before or this life ends. */
  #deadline(run: () => void): () => void {
    const { clock, appendTimeoutMs } = this.#options;
    const end = (): void => {
      cancel();
      this.#deadlines.delete(end);
    };
    const cancel = clock.timer(appendTimeoutMs, () => {
      this.#deadlines.delete(end);
      run();
    });
    this.#deadlines.add(end);
    return end;
  }

  #advance(seq: number, tookMs: number): void {
    if (this.#failure !== undefined) return;
    invariant(seq > this.#durableSeq, 'the disk answers batches in their order');
    this.#durableSeq = seq;
    this.#slowestMs = Math.max(this.#slowestMs, tookMs);
    let ready = 0;
    while (ready < this.#waiters.length && (this.#waiters[ready]?.seq ?? 0) <= seq) ready += 1;
    for (const waiter of this.#waiters.splice(0, ready)) waiter.resolve();
    this.#tell(seq, tookMs);
    this.#options.onDurable();
  }

  #tell(seq: number, tookMs: number): void { // T5
    const { witness } = this.#options;
    if (witness === undefined) return;
    const later = this.#unwitnessed.findIndex(({ header }) => header.seq > seq);
    const told = later === -1 ? this.#unwitnessed : this.#unwitnessed.slice(0, later);
    this.#unwitnessed = later === -1 ? [] : this.#unwitnessed.slice(later);
    try {
      witness.flushed(tookMs);
      witness.recorded(told, this.#options.world.market);
    } catch {
      // A log or a counter that fails must not end a life that trades.
    }
  }

  /** From here on nothing is taken and nothing leaves; the process is told once the disk has the belief, or has had its time. */
  #confess(broken: InvariantError, stamp: Stamp): void {
    const { facts, sealer, world } = this.#options;
    const fact = { type: 'invariant.broken', belief: broken.message } as const;
    const batch = sealer.seal(stamp, [facts.encode(fact, world.format)]);
    this.#options.onUrgent?.({ ...stamp, asks: asksOf(undefined, [fact], world), fromSeq: sealer.seq, seq: sealer.seq, hash: sealer.hash });
    this.#over(broken);
    let open = true;
    const end = (): void => {
      if (!open) return;
      open = false;
      cancel();
      this.#options.onFailure(broken);
    };
    const cancel = this.#deadline(end);
    this.#options.store.append(batch).then((result) => {
      if (result.kind === 'durable') this.#durableSeq = sealer.seq;
      end();
    }, end);
  }

  #fail(cause: Error): void {
    if (this.#failure !== undefined) return;
    this.#over(cause);
    this.#options.onFailure(cause);
  }

  #over(cause: Error): void {
    this.#failure = cause;
    for (const cancel of [...this.#deadlines]) cancel();
    this.#rejectWaiters(cause);
  }

  #rejectWaiters(cause: Error): void {
    const unknown = cause instanceof OutcomeUnknownError ? cause : new OutcomeUnknownError(cause.message);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(unknown);
  }
}
