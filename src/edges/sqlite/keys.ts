/**
 * The index of older keys, as the thread that trades sees it: `segments/keys.db`, read and written by a thread of its own.
 *
 *   X1. What `keep` answered is on the disk.
 *   X2. A row kept again replaces the one before. A failed look is an error, never "not there".
 */
import { Worker } from 'node:worker_threads';
import { reasonOf } from '../../base/index.ts';
import type { Archive } from '../../ports/index.ts';
import { StoreError } from './errors.ts';
import type { FromKeys, KeysData, KeysQuestion } from './protocol.ts';

export interface KeyArchive extends Archive {
  close(): Promise<void>;
}

type Asked = { readonly answer: (value: unknown) => void; readonly fail: (error: StoreError) => void };

/** Opens the index of a data folder whose store is held by this process, and makes one where there is none. Throws StoreError. */
export function openKeys(options: KeysData): Promise<KeyArchive> {
  const worker = new Worker(new URL(`./keys-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url), { workerData: options, name: 'keys' });
  return new Promise((resolve, reject) => {
    worker.once('error', (thrown) => reject(new StoreError('failed', `the index of older keys did not start: ${reasonOf(thrown)}`)));
    worker.once('message', (first: FromKeys) => {
      if (first.kind === 'opened') resolve(archiveOver(worker));
      else reject(first.kind === 'not-opened' ? new StoreError(first.failure.reason, first.failure.detail) : new StoreError('failed', 'the index of older keys did not say whether it opened'));
    });
  });
}

function archiveOver(worker: Worker): KeyArchive {
  const asked = new Map<number, Asked>();
  let questions = 0;
  let lost: StoreError | undefined;
  const lose = (why: string): void => {
    lost ??= new StoreError('failed', why);
    for (const { fail } of asked.values()) fail(lost);
    asked.clear();
  };
  worker.removeAllListeners('error');
  worker.on('error', (thrown) => lose(`the index of older keys died: ${reasonOf(thrown)}`));
  worker.on('exit', () => lose('the index of older keys is closed'));
  worker.on('message', (message: FromKeys) => {
    if (message.kind !== 'answer' && message.kind !== 'no-answer') return;
    const waiting = asked.get(message.id);
    asked.delete(message.id);
    if (message.kind === 'answer') waiting?.answer(message.value);
    else waiting?.fail(new StoreError(message.failure.reason, message.failure.detail));
  });
  const ask = <T>(question: KeysQuestion): Promise<T> =>
    new Promise((answer, fail) => {
      if (lost !== undefined) return fail(lost);
      questions += 1;
      asked.set(questions, { answer: answer as (value: unknown) => void, fail });
      worker.postMessage({ id: questions, question });
    });
  return {
    through: () => ask({ kind: 'through' }),
    keep: (rows, segment) => ask({ kind: 'keep', rows, segment }),
    lookup: (names) => ask({ kind: 'lookup', names }),
    async close() {
      if (lost !== undefined) return;
      const exited = new Promise((resolve) => worker.once('exit', resolve));
      await ask({ kind: 'close' }).catch(() => worker.terminate());
      await exited;
    },
  };
}
