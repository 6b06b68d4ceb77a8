/** The thread of the index of older keys: one question after the other, each answered or failed. */
import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '../../base/index.ts';
import { storeErrorOf } from './errors.ts';
import { KeyFile } from './key-file.ts';
import type { Failure, FromKeys, KeysData, KeysQuestion } from './protocol.ts';

invariant(parentPort !== null, 'the index runs in a worker');
const port = parentPort;
const tell = (message: FromKeys): void => port.postMessage(message);
const failureOf = (thrown: unknown, doing: string): Failure => {
  const { reason, detail } = storeErrorOf(thrown, doing);
  return { reason, detail };
};

function answer(file: KeyFile, question: KeysQuestion): unknown {
  switch (question.kind) {
    case 'through': return file.through();
    case 'keep': return file.keep(question.rows, question.segment);
    case 'lookup': return file.lookup(question.names);
    case 'close': return file.close();
  }
}

try {
  const { directory, identity } = workerData as KeysData;
  const file = new KeyFile(directory, identity);
  tell({ kind: 'opened' });
  port.on('message', ({ id, question }: { readonly id: number; readonly question: KeysQuestion }) => {
    try {
      tell({ kind: 'answer', id, value: answer(file, question) });
    } catch (thrown) {
      tell({ kind: 'no-answer', id, failure: failureOf(thrown, `the index of older keys (${question.kind})`) });
    }
    if (question.kind === 'close') port.close();
  });
} catch (thrown) {
  tell({ kind: 'not-opened', failure: failureOf(thrown, 'opening the index of older keys') });
  port.close();
}
