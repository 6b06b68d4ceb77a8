/**
 * The journal on disk, as the thread that trades sees it: it hands bytes to the writer and never waits.
 *
 *   W1. Batches reach the writer in the order of the calls, and are answered in that order.
 *   W2. What is appended in one tick becomes durable together. It goes over in waves, so that both threads work at once.
 *   W3. Once an append was unknown, or the writer died, every later one is unknown: open again and read.
 */
import { Worker } from 'node:worker_threads';
import { reasonOf } from '../../base/index.ts';
import type { AppendBatch, AppendResult, Head, SealedEntry, Snapshot, Store } from '../../journal/index.ts';
import type { Clock, Ids } from '../../ports/index.ts';
import { StoreError } from './errors.ts';
import { STALE } from './file.ts';
import type { FromWorker, Question, ToWorker, WorkerData } from './protocol.ts';
import { packBatches, unpackPage } from './wire.ts';

const WAVE_BATCHES = 16; // in one message
const QUIET_MS = 100; // without an append before the writer tidies up

export type OpenStoreOptions = {
  readonly directory: string;
  readonly ids: Ids; // names a new journal
  readonly clock: Pick<Clock, 'timer'>;
  /** Only after the head was compared with the venue or a standby: writes the anchor anew from what is there. */
  readonly rebuildAnchor?: boolean;
};

/** The store, and why it failed if it did. */
export interface SqliteStore extends Store {
  readonly failure: StoreError | undefined;
}

/** Opens the journal of a data folder, and makes one where there is none. Throws StoreError, by cause. */
export function openSqliteStore(options: OpenStoreOptions): Promise<SqliteStore> {
  const workerData: WorkerData = { directory: options.directory, newIdentity: options.ids.id(), rebuildAnchor: options.rebuildAnchor ?? false };
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), { workerData, name: 'journal' });
  return new Promise((resolve, reject) => {
    worker.once('error', (thrown) => reject(new StoreError('failed', `the writer did not start: ${reasonOf(thrown)}`)));
    worker.once('message', (first: FromWorker) => {
      if (first.kind === 'opened') resolve(new WorkerStore(worker, first.identity, options.clock));
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

  constructor(worker: Worker, identity: string, clock: Pick<Clock, 'timer'>) {
    this.#worker = worker;
    this.identity = identity;
    this.#clock = clock;
    worker.removeAllListeners('error');
    worker.on('message', (message: FromWorker) => this.#hear(message));
    worker.on('error', (thrown) => this.#lose(new StoreError('failed', `the writer died: ${reasonOf(thrown)}`)));
    worker.on('exit', () => this.#lose(this.#closing === undefined ? new StoreError('failed', 'the writer ended by itself') : closed()));
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

  head(): Promise<Head> {
    return this.#ask({ kind: 'head' }) as Promise<Head>;
  }

  async read(fromSeq: number, limit: number): Promise<readonly SealedEntry[]> {
    return unpackPage((await this.#ask({ kind: 'read', fromSeq, limit })) as ArrayBuffer);
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    await this.#ask({ kind: 'save-snapshot', snapshot });
  }

  snapshots(): Promise<readonly Snapshot[]> {
    return this.#ask({ kind: 'snapshots' }) as Promise<readonly Snapshot[]>;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#quietTimer?.();
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

  #awaitQuiet(): void {
    const seen = this.#appendsSeen;
    this.#quietTimer = this.#clock.timer(QUIET_MS, () => {
      this.#quietTimer = undefined;
      if (this.#closing !== undefined || this.#failure !== undefined) return;
      if (seen === this.#appendsSeen) this.#post({ kind: 'tidy' });
      else this.#awaitQuiet();
    });
  }

  #ask(question: Question): Promise<unknown> {
    if (this.#worker.threadId < 0) return Promise.reject(this.#failure ?? closed());
    this.#send(false); // what was appended before is answered before
    return new Promise((answer, fail) => {
      this.#questions += 1;
      this.#asked.set(this.#questions, { answer, fail });
      this.#post({ kind: 'ask', id: this.#questions, question });
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
      this.#sent[this.#answered]?.answer(result);
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
