/**
 * A thread of its own that answers questions, and the end of it that asks: for work that the asking thread must not wait in.
 *
 *   H1. Every question is answered or fails: with the thread's own failure, with its death, or with its end.
 */
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { invariant, reasonOf } from '../../base/index.ts';

export type Thread = {
  ask(question: unknown): Promise<unknown>;
  /** Ends it in the middle of whatever it does. */
  end(): Promise<void>;
};

/** An answer, and the blocks of bytes in it that change hands instead of being copied. */
export type Answered = { readonly value: unknown; readonly hands?: readonly ArrayBuffer[] };

type Asked = { readonly answer: (value: unknown) => void; readonly fail: (error: Error) => void };
type Question = { readonly id: number; readonly question: unknown };
type Reply = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly failed: string };

/** Runs a file as a thread. */
export function startThread(file: URL, name: string, data: unknown): Thread {
  const worker = new Worker(file, { workerData: data, name });
  const asked = new Map<number, Asked>();
  let questions = 0;
  let lost: Error | undefined;
  const lose = (why: string): void => {
    lost ??= new Error(why);
    for (const { fail } of asked.values()) fail(lost);
    asked.clear();
  };
  worker.on('error', (thrown) => lose(`the thread "${name}" died: ${reasonOf(thrown)}`));
  worker.on('exit', () => lose(`the thread "${name}" has ended`));
  worker.on('message', (reply: Reply) => {
    const waiting = asked.get(reply.id);
    asked.delete(reply.id);
    if ('failed' in reply) waiting?.fail(new Error(reply.failed));
    else waiting?.answer(reply.value);
  });
  return {
    ask: (question) => new Promise((answer, fail) => {
      if (lost !== undefined) return fail(lost);
      questions += 1;
      asked.set(questions, { answer, fail });
      worker.postMessage({ id: questions, question } satisfies Question);
    }),
    async end() {
      lose(`the thread "${name}" was ended`);
      await worker.terminate();
    },
  };
}

/** The other end: what the file of a thread calls, once. One question after the other. */
export function answerAsThread(open: (data: unknown) => (question: unknown) => Promise<Answered>): void {
  invariant(parentPort !== null, 'this file is the file of a thread');
  const port = parentPort;
  const answer = open(workerData);
  let last = Promise.resolve();
  port.on('message', ({ id, question }: Question) => {
    last = last.then(() => answer(question)).then(
      ({ value, hands = [] }) => port.postMessage({ id, value } satisfies Reply, [...hands]),
      (thrown: unknown) => port.postMessage({ id, failed: reasonOf(thrown) } satisfies Reply),
    );
  });
}
