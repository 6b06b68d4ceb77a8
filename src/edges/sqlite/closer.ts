/** The thread that closes segments, in no hurry: between two pages it rests, so that the disk is the trader's. */
import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '../../base/index.ts';
import { closing } from './closing.ts';
import { storeErrorOf } from './errors.ts';
import { journalPath } from './place.ts';
import type { CloserData, FromCloser } from './protocol.ts';
import { removeSegmentFile } from './segment-files.ts';

const REST_MS = 5;

invariant(parentPort !== null, 'the closer runs in a worker');
const port = parentPort;
const tell = (message: FromCloser): void => port.postMessage(message);
const { directory, spans, identity, remove } = workerData as CloserData;
const rest = new Int32Array(new SharedArrayBuffer(4));

try {
  for (const span of spans) {
    for (const _step of closing(directory, journalPath(directory), span, identity)) Atomics.wait(rest, 0, 0, REST_MS);
    tell({ kind: 'closed', number: span.number, lastSeq: span.lastSeq });
  }
  for (const number of remove) removeSegmentFile(directory, number);
  tell({ kind: 'done' });
} catch (thrown) {
  const { reason, detail } = storeErrorOf(thrown, 'closing a segment');
  tell({ kind: 'failed', failure: { reason, detail } });
}
