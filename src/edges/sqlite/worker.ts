/**
 * The thread that writes. Takes what lies in its port in order; appends that lie there together become one transaction.
 * A commit blocks this thread and no other: the loop that trades never waits for the disk.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { invariant } from '../../base/index.ts';
import { storeErrorOf } from './errors.ts';
import { JournalFile } from './file.ts';
import type { Failure, FromWorker, Question, ToWorker, WorkerData } from './protocol.ts';
import { packPage, unpackBatches } from './wire.ts';
import type { RowBatch } from './wire.ts';

const GROUP_ROWS = 4_000; // of one transaction, so that nobody waits long behind a flood

invariant(parentPort !== null, 'the writer runs in a worker');
const port = parentPort;
const tell = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
const failureOf = (thrown: unknown, doing: string): Failure => {
  const { reason, detail } = storeErrorOf(thrown, doing);
  return { reason, detail };
};

let lost: Failure | undefined;
const waiting: ToWorker[] = [];

function take(): void {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) waiting.push(next.message as ToWorker);
}

function serve(file: JournalFile): void {
  for (take(); waiting.length > 0; take()) {
    const group: RowBatch[] = [];
    let rows = 0;
    while (waiting[0]?.kind === 'append' && rows < GROUP_ROWS) {
      for (const batch of unpackBatches(waiting[0].bytes)) {
        group.push(batch);
        rows += batch.rows.length;
      }
      waiting.shift();
    }
    if (group.length > 0) append(file, group);
    else other(file, waiting.shift());
  }
}

function append(file: JournalFile, group: readonly RowBatch[]): void {
  if (lost !== undefined) return tell({ kind: 'lost', failure: lost });
  try {
    tell({ kind: 'appended', answers: file.append(group) });
  } catch (thrown) {
    lost = failureOf(thrown, 'appending');
    tell({ kind: 'lost', failure: lost });
  }
}

function other(file: JournalFile, message: ToWorker | undefined): void {
  if (message?.kind === 'tidy' && lost === undefined) {
    try {
      file.checkpoint();
    } catch (thrown) {
      lost = failureOf(thrown, 'checkpointing');
      tell({ kind: 'lost', failure: lost });
    }
  }
  if (message?.kind !== 'ask') return;
  const { id, question } = message;
  try {
    const value = answer(file, question);
    tell({ kind: 'answer', id, value }, value instanceof ArrayBuffer ? [value] : []);
  } catch (thrown) {
    tell({ kind: 'no-answer', id, failure: failureOf(thrown, question.kind) });
  }
  if (question.kind === 'close') port.close();
}

function answer(file: JournalFile, question: Question): unknown {
  switch (question.kind) {
    case 'head': return file.head;
    case 'read': return packPage(file.read(question.fromSeq, question.limit));
    case 'save-snapshot': return file.saveSnapshot(question.snapshot);
    case 'snapshots': return file.snapshots();
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
