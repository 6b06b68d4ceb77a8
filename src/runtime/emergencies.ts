/**
 * What happens when the disk is late with a stop: it leaves anyway, is written to the emergency log, and is taken over into the
 * journal later, by this life or the next one.
 *
 *   Y1. A cancel or a halt whose entry is not durable in time waits no longer. Nothing else ever leaves before its entry.
 *       An order that a cancel may leave for is at the venue, so what named it there was durable before.
 *   Y2. The log is handed the record before anything leaves, and nothing waits for the log: it may lie on the same disk.
 *   Y3. What the log holds becomes facts once: the entry that takes it over says how far it reaches, and stands after all that
 *       follows from it. Only once that is durable is the log let go.
 *   Y4. What an entry of the journal says already is not done again, so that a halt which somebody has ended stays ended.
 *       A stop reaches the venues in use when it is taken over: those are what this life can look at. A cancel reaches what its name stands for by then.
 *   Y5. What cannot be read, or is of another journal, shuts the gate: it may be a halt. So does a log that was let go for an entry which
 *       this journal does not have. What is proven is taken over all the same.
 */
import { reasonOf } from '../base/index.ts';
import { orderById, orderMeant, SYSTEM, venueOrderIdOf } from '../core/index.ts';
import type { Fact, Input, World } from '../core/index.ts';
import { emergencyWordsOf, FIRST_MARK, tellFinding } from '../journal/index.ts';
import type { Store } from '../journal/index.ts';
import type { CancelResult, Clock, EmergencyFinding, EmergencyLog, EmergencyRecord, EmergencyWords, WriterReading } from '../ports/index.ts';
import type { Note } from './runtime.ts';
import type { Cause, Turns } from './turns.ts';

export type EmergenciesOptions = {
  readonly log: EmergencyLog | undefined; // without one what is late leaves all the same, and is not remembered
  readonly store: Store;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly venues: readonly string[]; // in use
  readonly afterMs: number;
  readonly note: (note: Note) => void;
  readonly onLate: () => void;
};

/** What an entry asks for that does not wait for the disk for ever, and where it stands in the journal. */
export type Urgent = Cause & { readonly asks: readonly Asked[]; readonly fromSeq: number; readonly seq: number; readonly hash: string; readonly atMs: number; readonly wallMs: number };
type Asked = Pick<EmergencyWords, 'kind' | 'by' | 'reason' | 'cancelOrders' | 'scope' | 'orderId' | 'venue' | 'venueOrderId'>;
type Waiting = Urgent & { late: boolean; kept: boolean; cancelTimer: () => void };

const urgentTypes: ReadonlySet<Fact['type']> = new Set(['order.cancel-requested', 'gate.halted', 'gate.moved', 'kill.begun', 'invariant.broken']);
export const isUrgent = (fact: Fact): boolean => urgentTypes.has(fact.type) && !(fact.type === 'gate.moved' && fact.to === 'ACTIVE');

/** What is to be remembered of the facts of one turn, should the disk not take them. */
export function asksOf(input: Input | undefined, facts: readonly Fact[], world: World): readonly Asked[] {
  // One record says all of the cancels that follow.
  if (input?.kind === 'halt') return [{ kind: 'halt', by: input.by, reason: input.reason, cancelOrders: input.cancelOrders, ...scoped(input.scope) }];
  if (input?.kind === 'kill') return [{ kind: input.word, by: input.by, reason: input.reason, ...scoped(input.scope) }];
  return facts.flatMap((fact): Asked[] => {
    switch (fact.type) {
      case 'gate.halted': return [{ kind: 'halt', by: fact.by, reason: fact.reason, cancelOrders: false }];
      case 'gate.moved': return [{ kind: 'halt', by: fact.by, reason: fact.reason, cancelOrders: false, ...scoped(fact.scope) }]; // the stricter of what it may have been
      case 'invariant.broken': return [{ kind: 'halt', by: 'invariant', reason: fact.belief, cancelOrders: false }];
      case 'order.cancel-requested': {
        const order = orderById(world.orders, fact.orderId);
        const venueOrderId = order === undefined ? undefined : venueOrderIdOf(order);
        return [{ kind: 'cancel', by: fact.by, reason: fact.reason, orderId: fact.orderId, ...(order === undefined ? {} : { venue: order.venue }), ...(venueOrderId === undefined ? {} : { venueOrderId }) }];
      }
      default: return [];
    }
  });
}

const scoped = (scope = SYSTEM): { readonly scope?: string } => (scope === SYSTEM ? {} : { scope });

export class Emergencies {
  readonly #options: EmergenciesOptions;
  #waiting: Waiting[] = [];
  #writing: Promise<unknown> = Promise.resolve();
  #importing: Promise<void> | undefined;
  #again = false;
  #written = 0;
  #toldMissing = false;

  constructor(options: EmergenciesOptions) {
    this.#options = options;
  }

  /** A turn asked for something that will not wait long. */
  heed(urgent: Urgent): void {
    const waiting: Waiting = { ...urgent, late: false, kept: false, cancelTimer: () => undefined };
    waiting.cancelTimer = this.#options.clock.timer(this.#options.afterMs, () => this.#leave(waiting));
    this.#waiting.push(waiting);
  }

  /** Y1. Whether what rests on this entry leaves though the disk has not taken it. */
  isLate(seq: number): boolean {
    return this.#waiting.some(({ late, fromSeq, seq: lastSeq }) => late && fromSeq <= seq && seq <= lastSeq);
  }

  /** Whether all that was asked for up to this entry would outlive the process, though the journal has not confirmed it. */
  remembers(seq: number): boolean {
    const asked = this.#waiting.filter(({ fromSeq }) => fromSeq <= seq);
    return asked.length > 0 && asked.every(({ kept }) => kept);
  }

  /** What the venue answered to a cancel that left without its entry. */
  answered(afterSeq: number, order: { readonly orderId: string; readonly venue: string; readonly venueOrderId: string }, result: CancelResult): void {
    const waiting = this.#waiting.find(({ late, fromSeq, seq }) => late && fromSeq <= afterSeq && afterSeq <= seq);
    if (waiting !== undefined) void this.#keep(waiting, { kind: 'answer', ...order, outcome: outcomeOf(result) });
  }

  /** More is durable. */
  advanced(): void {
    const { durableSeq } = this.#options.turns;
    const done = this.#waiting.filter(({ seq }) => seq <= durableSeq);
    if (done.length === 0) return;
    this.#waiting = this.#waiting.filter(({ seq }) => seq > durableSeq);
    for (const { cancelTimer } of done) cancelTimer();
    if (done.some(({ late }) => late)) this.#takeOverLater();
  }

  /** This life is over: what it could not make durable is kept for the next one. */
  failed(): void {
    const { durableSeq } = this.#options.turns;
    for (const waiting of this.#waiting) {
      waiting.cancelTimer();
      if (!waiting.late && waiting.seq > durableSeq) this.#remember(waiting);
    }
  }

  stop(): void {
    for (const { cancelTimer } of this.#waiting) cancelTimer();
  }

  /** Once everything that was handed to the log is there, or cannot be. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /**
   * Y3. Settles once everything that the log held when it was read is durable in the journal. What is written to it meanwhile is taken
   * over after that, by itself: a boot that waited for it would wait for a file that hangs.
   */
  takeOver(): Promise<void> {
    if (this.#importing === undefined) return (this.#importing = this.#takeOver().finally(() => this.#tookOver()));
    this.#again = true;
    return this.#importing;
  }

  async #takeOver(): Promise<void> {
    const { log } = this.#options;
    if (log === undefined) return;
    await this.#writing;
    const written = this.#written;
    const readings = await log.read();
    for (const reading of readings) await this.#take(log, reading, written);
    this.#beginLost(log, new Set(readings.map(({ writer }) => writer)));
  }

  #tookOver(): void {
    this.#importing = undefined;
    if (this.#again && this.#options.turns.failed === undefined) this.#takeOverLater();
  }

  #takeOverLater(): void {
    this.#again = false;
    this.takeOver().catch((thrown: unknown) => this.#options.note({ level: 'warning', message: `the emergency log is not taken over yet: ${reasonOf(thrown)}` }));
  }

  async #take(log: EmergencyLog, reading: WriterReading, written: number): Promise<void> {
    const { turns, store } = this.#options;
    const { writer, base, end } = reading;
    const mark = turns.world.emergencies.get(writer) ?? FIRST_MARK;
    const follows = [base, ...reading.records].find(({ seq }) => seq === mark.seq)?.hash === mark.hash;
    const foreign = reading.records.findIndex(({ journal }) => journal !== '' && journal !== store.identity);
    const ours = foreign === -1 ? reading.records : reading.records.slice(0, foreign);
    const fresh = follows ? ours.filter(({ seq }) => seq > mark.seq) : ours;
    const finding: EmergencyFinding | undefined = reading.finding
      ?? (foreign !== -1 ? { cause: 'foreign', detail: `record ${reading.records[foreign]?.seq ?? 0} is of the journal ${reading.records[foreign]?.journal ?? ''}, this one is ${store.identity}` } : undefined)
      ?? (reading.records.length > 0 && !follows ? { cause: 'broken', detail: `its records ${base.seq + 1} to ${end.seq} do not follow from record ${mark.seq}, the last one that the journal knows` } : undefined)
      ?? (reading.journal === store.identity && base.seq >= mark.seq && !follows ? { cause: 'broken', detail: `it was let go up to record ${base.seq} for an entry which this journal does not have: it knows of record ${mark.seq}, and its end was lost or it is an older copy` } : undefined);
    const through = fresh.at(-1) ?? mark;
    if (fresh.length > 0 || finding !== undefined) {
      for (const record of fresh) if (!(await this.#isThere(record))) this.#do(record);
      const told = finding === undefined ? undefined : `${tellFinding(finding)} (emergency/${writer}.log)`;
      const { seq } = turns.take({
        kind: 'emergency-imported', writer, fromSeq: fresh[0]?.seq ?? through.seq + 1, through: { seq: through.seq, hash: through.hash }, records: fresh.map(emergencyWordsOf), ...(told === undefined ? {} : { finding: told }),
      }, { actor: 'runtime', correlationId: 'emergency' });
      await turns.durable(seq);
    }
    if (finding?.cause === 'failed') return;
    if (finding !== undefined && this.#written !== written) return; // putting it aside would hide what was written since; its entry, or the next start, comes back here
    this.#letGo(log, writer, { seq: through.seq, hash: through.hash }, store.identity, finding !== undefined || !follows);
  }

  /** A log that is gone (a restored journal has none) goes on after what the journal knows of it; begun at its first record it would look damaged. */
  #beginLost(log: EmergencyLog, there: ReadonlySet<string>): void {
    const { turns, store } = this.#options;
    for (const [writer, mark] of turns.world.emergencies.entries()) if (!there.has(writer)) this.#letGo(log, writer, mark, store.identity, true);
  }

  /** Not waited for: what it says is durable already, and a boot does not stand still for a file. */
  #letGo(log: EmergencyLog, ...what: Parameters<EmergencyLog['letGo']>): void {
    void log.letGo(...what).then((hindered) => {
      if (hindered !== undefined) this.#options.note({ level: 'warning', message: tellFinding(hindered) });
    });
  }

  /** Y4 */
  async #isThere({ sealed, headSeq, headHash }: EmergencyRecord): Promise<boolean> {
    const { turns, store } = this.#options;
    if (!sealed || headSeq > turns.durableSeq) return false;
    const [entry] = await store.read(headSeq, 1);
    return entry?.seq === headSeq && entry.hash === headHash;
  }

  #do({ kind, actor, correlationId, by = 'somebody', reason = '', cancelOrders = false, scope = SYSTEM, orderId = '', outcome, hash }: EmergencyRecord): void {
    const { turns } = this.#options;
    const cause = { actor, correlationId };
    const { orders } = turns.world;
    if (kind === 'halt') turns.take({ kind: 'halt', by, reason, cancelOrders, scope }, cause);
    else if (kind === 'kill' || kind === 'flatten') turns.take({ kind: 'kill', id: hash.slice(0, 12), word: kind, scope, by, reason, venues: this.#options.venues }, cause);
    else if (kind === 'cancel' && orders.live.has(orderMeant(orders, orderId)?.id ?? '')) turns.take({ kind: 'cancel', orderId, by, reason }, cause);
    else if (kind === 'answer' && orders.live.has(orderId) && outcome === 'requested') turns.take({ kind: 'cancel-answered', orderId, result: { kind: 'requested' } }, cause);
  }

  #leave(waiting: Waiting): void {
    if (waiting.seq <= this.#options.turns.durableSeq) return;
    waiting.late = true;
    this.#options.note({ level: 'warning', message: `the disk has not confirmed a stop within ${this.#options.afterMs} ms: it takes effect all the same`, detail: { seq: waiting.seq, asks: waiting.asks.length } });
    this.#remember(waiting); // Y2
    if (this.#options.turns.failed === undefined) this.#options.onLate();
  }

  #remember(waiting: Waiting): void {
    void Promise.all(waiting.asks.map((ask) => this.#keep(waiting, ask))).then((kept) => { waiting.kept = kept.every((one) => one); });
  }

  #keep({ actor, correlationId, atMs, wallMs, seq, hash }: Urgent, said: Partial<EmergencyWords> & Pick<EmergencyWords, 'kind'>): Promise<boolean> {
    const { log, store, turns, note } = this.#options;
    if (log === undefined) return Promise.resolve(false);
    this.#written += 1;
    const written = log.append({ actor, correlationId, journal: store.identity, headSeq: seq, headHash: hash, sealed: true, atMs, wallMs, bootId: turns.world.life.bootId, ...said });
    this.#writing = this.#writing.then(() => written);
    return written.then((kept) => {
      if (kept.kind === 'refused' && !this.#toldMissing) note({ level: 'critical', message: tellFinding(kept) });
      this.#toldMissing ||= kept.kind === 'refused';
      return kept.kind === 'kept';
    });
  }
}

/** The venue's answer to a cancel, in words. */
export const outcomeOf = (result: CancelResult): string => {
  switch (result.kind) {
    case 'requested': return 'requested';
    case 'not-cancelable': case 'not-found': return `${result.kind}: ${result.message}`;
    case 'not-sent': case 'unknown': return `${result.kind}: ${result.why}`;
  }
};
