import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startThread } from './index.ts';
import type { Thread } from './index.ts';

const own = new URL('./thread.ts', import.meta.url).href;

const withThread = (title: string, body: string, run: (thread: Thread) => Promise<void>): void => {
  test(title, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'thread-'));
    writeFileSync(join(folder, 'file.mjs'), `import { answerAsThread } from ${JSON.stringify(own)};\nanswerAsThread((data) => async (question) => { ${body} });`);
    const thread = startThread(pathToFileURL(join(folder, 'file.mjs')), 'tested', { word: 'hello' });
    try {
      await run(thread);
    } finally {
      await thread.end();
      rmSync(folder, { recursive: true, force: true });
    }
  });
};

withThread('questions are answered in their order, each with its own answer', 'return { value: [data.word, question] };', async (thread) => {
  assert.deepEqual(await Promise.all([thread.ask(1), thread.ask(2)]), [['hello', 1], ['hello', 2]]);
});

withThread('bytes that are handed over arrive whole', 'const bytes = new Uint8Array(1000).fill(question); return { value: bytes, hands: [bytes.buffer] };', async (thread) => {
  assert.deepEqual(await thread.ask(7), new Uint8Array(1000).fill(7));
});

withThread('a question that fails says why, and the next one is answered', "if (question === 'bad') throw new Error('that is not known'); return { value: question };", async (thread) => {
  await assert.rejects(thread.ask('bad'), /that is not known/);
  assert.equal(await thread.ask('good'), 'good');
});

withThread('a thread that works for ever is ended all the same, and whoever asked is told', 'for (;;);', async (thread) => {
  const asked = assert.rejects(thread.ask('anything'), /was ended/);
  await thread.end();
  await asked;
});

withThread('a thread that dies fails what was asked, and what is asked later', 'process.exit(1);', async (thread) => {
  await assert.rejects(thread.ask('anything'), /has ended/);
  await assert.rejects(thread.ask('more'), /has ended/);
});
