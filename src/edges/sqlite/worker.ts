/**
 * The thread that writes. Takes what lies in its port in order; appends that lie there together become one transaction.
 * A commit blocks this thread and no other: the loop that trades never waits for the disk.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { invariant } from '../../base/index.ts';
import type { Snapshot } from '../../journal/index.ts';
import { storeErrorOf } from './errors.ts';
import type { StoreError } from './errors.ts';
import { JournalFile } from './file.ts';
import type { Failure, FromWorker, Question, ToWorker, WorkerData } from './protocol.ts';
import { giveBack } from './reserve.ts';
import { packPage, unpackBatches } from './wire.ts';

const GROUP_ROWS = 4_000; // of one transaction, so that nobody waits long behind a flood

invariant(parentPort !== null, 'the writer runs in a worker');
const port = parentPort;
const tell = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
const failureOf = (thrown: unknown, doing: string): Failure => {
  const { reason, detail } = storeErrorOf(thrown, doing);
  return { reason, detail };
};

let lost: StoreError | undefined;
let rowsInGroup = 0;
const waiting: ToWorker[] = [];

function take(): void {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) waiting.push(next.message as ToWorker);
}

function serve(file: JournalFile): void {
  for (take(); waiting.length > 0; take()) {
    if (waiting[0]?.kind === 'append') append(file);
    else other(file, waiting.shift());
  }
}

/** Rows go in as they come, while the other thread is still sealing the next ones of its tick; the flush waits for the last of them. */
function append(file: JournalFile): void {
  try {
    if (lost !== undefined) throw lost;
    let more = false;
    for (; waiting[0]?.kind === 'append' && rowsInGroup < GROUP_ROWS; take()) {
      const batches = unpackBatches(waiting[0].bytes);
      file.add(batches);
      for (const batch of batches) rowsInGroup += batch.rows.length;
      more = waiting[0].more;
      waiting.shift();
    }
    if (more && rowsInGroup < GROUP_ROWS) return; // nobody could hear an answer before the tick is over
    rowsInGroup = 0;
    tell({ kind: 'appended', answers: file.flush() });
    if (file.wantsCheckpoint) file.checkpoint();
  } catch (thrown) {
    lose(thrown, 'appending');
  }
}

/** What was not answered is unknown, and so is everything after it. */
function lose(thrown: unknown, doing: string): void {
  lost ??= storeErrorOf(thrown, doing);
  if (lost.reason === 'disk-full') giveBack((workerData as WorkerData).directory);
  while (waiting[0]?.kind === 'append') waiting.shift();
  tell({ kind: 'lost', failure: failureOf(lost, doing) });
}

function other(file: JournalFile, message: ToWorker | undefined): void {
  if (message?.kind === 'tidy' && lost === undefined) {
    try {
      file.checkpoint();
    } catch (thrown) {
      lose(thrown, 'checkpointing');
    }
  }
  if (message?.kind !== 'ask') return;
  const { id, question } = message;
  try {
    const value = answer(file, question);
    tell({ kind: 'answer', id, value }, handedOver(question, value));
  } catch (thrown) {
    tell({ kind: 'no-answer', id, failure: failureOf(thrown, question.kind) });
  }
  if (question.kind === 'close') port.close();
}

/** The large parts of an answer change hands; they are not copied. */
function handedOver({ kind }: Question, value: unknown): ArrayBuffer[] {
  if (value instanceof ArrayBuffer) return [value];
  return kind === 'snapshots' ? (value as readonly Snapshot[]).map(({ state }) => state.buffer as ArrayBuffer) : [];
}

function answer(file: JournalFile, question: Question): unknown {
  switch (question.kind) {
    case 'head': return file.head;
    case 'origin': return file.origin();
    case 'unclosed': return file.unclosed();
    case 'forget': return file.forget(question.throughSeq);
    case 'read': return packPage(file.read(question.fromSeq, question.limit));
    case 'save-snapshot': return file.saveSnapshot(question.snapshot);
    case 'snapshots': return file.snapshots(question.which);
    case 'close': return lost === undefined ? file.close() : file.abandon();
  }
}

try {
  const file = JournalFile.open(workerData as WorkerData);
  tell({ kind: 'opened', identity: file.identity, head: file.head });
  port.on('message', (message: ToWorker) => {
    waiting.push(message);
    serve(file);
  });
} catch (thrown) {
  tell({ kind: 'not-opened', failure: failureOf(thrown, 'opening') });
  port.close();
}
