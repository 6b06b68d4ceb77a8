/**
 * The journal on disk, as the thread that trades sees it: it hands bytes to the writer and never waits.
 *
 *   W1. Batches reach the writer in the order of the calls, and are answered in that order.
 *   W2. What is appended in one tick becomes durable together. It goes over in waves, so that both threads work at once.
 *   W3. Once an append was unknown, or the writer died, every later one is unknown: open again and read.
 */
import { Worker } from 'node:worker_threads';
import { reasonOf } from '../../base/index.ts';
import { READ_LIMIT } from '../../journal/index.ts';
import type { AppendBatch, AppendResult, Head, Origin, SealedEntry, Snapshot, SnapshotRange, Store } from '../../journal/index.ts';
import type { ClosedSegment, Clock, Ids, SegmentKeeper } from '../../ports/index.ts';
import { StoreError } from './errors.ts';
import { STALE } from './file.ts';
import type { CloserData, FromCloser, FromWorker, Question, ToWorker, WorkerData } from './protocol.ts';
import { readIndex } from './segment-files.ts';
import type { SegmentSpan } from './segment-files.ts';
import { packBatches, unpackPage } from './wire.ts';

const WAVE_BATCHES = 16; // in one message
const LET_GO_PAUSE_MS = 20;
const QUIET_MS = 100; // without an append before the writer tidies up

export type OpenStoreOptions = {
  readonly directory: string;
  readonly ids: Ids; // names a new journal
  readonly clock: Pick<Clock, 'timer'>;
  /** Only after the head was compared with the venue or a standby: writes the anchor anew from what is there. */
  readonly rebuildAnchor?: boolean;
  /** Of a copy of a backup, by whoever shuts its gate. Nobody else opens one. */
  readonly restoring?: boolean;
};

/** The store, and why it failed if it did. */
export interface SqliteStore extends Store, SegmentKeeper {
  readonly failure: StoreError | undefined;
  /** What hindered the last closing of a segment; tried again when the next one ends, and at the next opening. */
  readonly closingFailure: StoreError | undefined;
  /** Settles once no segment is being closed. */
  closed(): Promise<void>;
}

/** Opens the journal of a data folder, and makes one where there is none. Throws StoreError, by cause. */
export function openSqliteStore(options: OpenStoreOptions): Promise<SqliteStore> {
  const workerData: WorkerData = { directory: options.directory, newIdentity: options.ids.id(), rebuildAnchor: options.rebuildAnchor ?? false, restoring: options.restoring ?? false };
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), { workerData, name: 'journal' });
  return new Promise((resolve, reject) => {
    worker.once('error', (thrown) => reject(new StoreError('failed', `the writer did not start: ${reasonOf(thrown)}`)));
    worker.once('message', (first: FromWorker) => {
      if (first.kind === 'opened') resolve(new WorkerStore(worker, first.identity, options.clock, options.directory));
      else reject(first.kind === 'not-opened' ? new StoreError(first.failure.reason, first.failure.detail) : new StoreError('failed', 'the writer did not say whether it opened'));
    });
  });
}

type Waiting = { readonly batch: AppendBatch; readonly answer: (result: AppendResult) => void };
type Asked = { readonly answer: (value: unknown) => void; readonly fail: (error: StoreError) => void };

class WorkerStore implements SqliteStore {
  readonly identity: string;
  readonly #worker: Worker;
  readonly #clock: Pick<Clock, 'timer'>;
  #outbox: Waiting[] = [];
  #sent: Waiting[] = [];
  #tickEnds = false; // a last wave is to be sent at the end of this tick
  #answered = 0; // how many at the front of #sent have their answer
  readonly #asked = new Map<number, Asked>();
  #questions = 0;
  #failure: StoreError | undefined;
  #closing: Promise<void> | undefined;
  #quietTimer: (() => void) | undefined;
  #appendsSeen = 0;
  readonly #directory: string;
  #closer: Worker | undefined;
  #closingSegments: Promise<void> | undefined;
  #oneMoreSegment = false;
  #toRemove: number[] = [];
  #goOn: () => void = () => {};
  #closingFailure: StoreError | undefined;

  constructor(worker: Worker, identity: string, clock: Pick<Clock, 'timer'>, directory: string) {
    this.#directory = directory;
    this.#worker = worker;
    this.identity = identity;
    this.#clock = clock;
    worker.removeAllListeners('error');
    worker.on('message', (message: FromWorker) => this.#hear(message));
    worker.on('error', (thrown) => this.#lose(new StoreError('failed', `the writer died: ${reasonOf(thrown)}`)));
    worker.on('exit', () => this.#lose(this.#closing === undefined ? new StoreError('failed', 'the writer ended by itself') : closed()));
    this.#closeSegments(); // what an earlier life did not finish
  }

  get failure(): StoreError | undefined {
    return this.#failure;
  }

  append(batch: AppendBatch): Promise<AppendResult> {
    if (this.#failure !== undefined) return Promise.resolve(unknownBy(this.#failure));
    if (this.#closing !== undefined) return Promise.resolve(unknownBy(closed()));
    return new Promise((answer) => {
      this.#outbox.push({ batch, answer });
      if (!this.#tickEnds) queueMicrotask(() => this.#send(false));
      this.#tickEnds = true;
      if (this.#outbox.length >= WAVE_BATCHES) this.#send(true);
    });
  }

  get closingFailure(): StoreError | undefined {
    return this.#closingFailure;
  }

  async closed(): Promise<void> {
    while (this.#closingSegments !== undefined) await this.#closingSegments;
  }

  async segments(): Promise<readonly ClosedSegment[]> {
    return readIndex(this.#directory);
  }

  async removeSegment(number: number): Promise<void> {
    this.#toRemove.push(number);
    this.#closeSegments();
    await this.closed();
    if (this.#closingFailure !== undefined) throw this.#closingFailure;
  }

  origin(): Promise<Origin> {
    return this.#ask({ kind: 'origin' }) as Promise<Origin>;
  }

  head(): Promise<Head> {
    return this.#ask({ kind: 'head' }) as Promise<Head>;
  }

  async read(fromSeq: number, limit: number): Promise<readonly SealedEntry[]> {
    return unpackPage((await this.#ask({ kind: 'read', fromSeq, limit })) as ArrayBuffer);
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    const { buffer, byteLength } = snapshot.state;
    const hands = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []; // it may weigh tens of megabytes
    await this.#ask({ kind: 'save-snapshot', snapshot }, hands);
  }

  snapshots(which?: SnapshotRange): Promise<readonly Snapshot[]> {
    return this.#ask({ kind: 'snapshots', ...(which === undefined ? {} : { which }) }) as Promise<readonly Snapshot[]>;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#quietTimer?.();
    this.#goOn();
    await this.#closer?.terminate(); // what it has not finished, the next opening does
    await this.closed();
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    if (this.#worker.threadId < 0) return; // has ended
    await this.#ask({ kind: 'close' }).catch(() => this.#worker.terminate());
    await exited;
  }

  /** @param more the tick goes on: its last wave is still to come, if only an empty one */
  #send(more: boolean): void {
    if (!this.#tickEnds || this.#failure !== undefined) return;
    this.#tickEnds = more;
    const wave = this.#outbox;
    this.#outbox = [];
    for (const waiting of wave) this.#sent.push(waiting);
    const bytes = packBatches(wave.map(({ batch }) => batch));
    this.#post({ kind: 'append', bytes, more }, [bytes]);
    this.#appendsSeen += 1;
    if (this.#quietTimer === undefined) this.#awaitQuiet();
  }

  /** Has the segments that ended put into files of their own, one closing at a time, and lets go of their entries. */
  #closeSegments(): void {
    this.#oneMoreSegment = true;
    this.#closingSegments ??= this.#closeAll().finally(() => { this.#closingSegments = undefined; });
  }

  async #closeAll(): Promise<void> {
    while (this.#oneMoreSegment && this.#closing === undefined && this.#failure === undefined) {
      this.#oneMoreSegment = false;
      try {
        const spans = (await this.#ask({ kind: 'unclosed' })) as readonly SegmentSpan[];
        const remove = this.#toRemove;
        this.#toRemove = [];
        this.#closingFailure = spans.length === 0 && remove.length === 0 ? undefined : await this.#runCloser(spans, remove);
      } catch (thrown) {
        this.#closingFailure = thrown instanceof StoreError ? thrown : new StoreError('failed', reasonOf(thrown));
      }
    }
  }

  async #runCloser(spans: readonly SegmentSpan[], remove: readonly number[]): Promise<StoreError | undefined> {
    const workerData: CloserData = { directory: this.#directory, spans, identity: this.identity, remove };
    const closer = new Worker(new URL(`./closer.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url), { workerData, name: 'closer' });
    this.#closer = closer;
    let letGo = Promise.resolve();
    const ended = new Promise<StoreError | undefined>((resolve) => {
      closer.on('message', (message: FromCloser) => {
        if (message.kind === 'closed') letGo = letGo.then(() => this.#letGo(message.lastSeq));
        else resolve(message.kind === 'failed' ? new StoreError(message.failure.reason, message.failure.detail) : undefined);
      });
      closer.on('error', (thrown) => resolve(new StoreError('failed', `closing a segment: ${reasonOf(thrown)}`)));
      closer.on('exit', () => resolve(undefined));
    });
    const failure = await ended;
    await letGo;
    this.#closer = undefined;
    return failure;
  }

  /** The entries of a closed segment leave the journal file a page at a time, with a pause after each. */
  async #letGo(throughSeq: number): Promise<void> {
    while (this.#closing === undefined) {
      const went = (await this.#ask({ kind: 'forget', throughSeq })) as number;
      if (went < READ_LIMIT) return;
      await new Promise<void>((resolve) => {
        this.#goOn = resolve;
        this.#clock.timer(LET_GO_PAUSE_MS, resolve);
      });
    }
  }

  #awaitQuiet(): void {
    const seen = this.#appendsSeen;
    this.#quietTimer = this.#clock.timer(QUIET_MS, () => {
      this.#quietTimer = undefined;
      if (this.#closing !== undefined || this.#failure !== undefined) return;
      if (seen === this.#appendsSeen) this.#post({ kind: 'tidy' });
      else this.#awaitQuiet();
    });
  }

  #ask(question: Question, hands: ArrayBuffer[] = []): Promise<unknown> {
    if (this.#worker.threadId < 0) return Promise.reject(this.#failure ?? closed());
    this.#send(false); // what was appended before is answered before
    return new Promise((answer, fail) => {
      this.#questions += 1;
      this.#asked.set(this.#questions, { answer, fail });
      this.#post({ kind: 'ask', id: this.#questions, question }, hands);
    });
  }

  #post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'appended': return this.#settle(message.answers);
      case 'lost': return this.#lose(new StoreError(message.failure.reason, message.failure.detail));
      case 'answer': return this.#takeAsked(message.id)?.answer(message.value);
      case 'no-answer': return this.#takeAsked(message.id)?.fail(new StoreError(message.failure.reason, message.failure.detail));
      case 'opened':
      case 'not-opened': return undefined; // heard by whoever opened
    }
  }

  #settle(answers: readonly number[]): void {
    for (const answer of answers) {
      const result: AppendResult = answer >= 0 ? { kind: 'durable', seq: answer } : { kind: 'refused', why: answer === STALE ? 'stale' : 'head' };
      const sent = this.#sent[this.#answered];
      if (result.kind === 'durable' && sent?.batch.opensSegment === true) this.#closeSegments();
      sent?.answer(result);
      this.#answered += 1;
    }
    if (this.#answered < this.#sent.length) {
      if (this.#answered < 1_024) return;
      this.#sent = this.#sent.slice(this.#answered);
    } else this.#sent = [];
    this.#answered = 0;
  }

  #takeAsked(id: number): Asked | undefined {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    return asked;
  }

  #lose(error: StoreError): void {
    this.#failure ??= error;
    const unanswered = [...this.#sent.slice(this.#answered), ...this.#outbox];
    [this.#sent, this.#outbox, this.#answered] = [[], [], 0];
    for (const { answer } of unanswered) answer(unknownBy(this.#failure));
    if (this.#worker.threadId >= 0) return;
    for (const { fail } of this.#asked.values()) fail(this.#failure);
    this.#asked.clear();
  }
}

const closed = (): StoreError => new StoreError('closed', 'nothing more is taken');
const unknownBy = (error: StoreError): AppendResult => ({ kind: 'unknown', why: `${error.code} ${error.message}` });
