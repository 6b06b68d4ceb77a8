/** Whatever comes, however often: nothing of it is kept. The slope is measured, not the size, so the noise of an engine that warms up does not count. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';

const MOST_BYTES_EACH = 100; // a name kept in a table costs more; what the engine keeps for itself costs less
const MOST_MS = 300_000; // on a machine that is busy with all the other tests

test('no entrance keeps anything of what it refused: the heap does not rise from batch to batch', { timeout: MOST_MS }, async () => {
  const child = spawn(process.execPath, ['--expose-gc', new URL('growth-child.ts', import.meta.url).pathname], { stdio: ['ignore', 'pipe', 'inherit'] });
  const out: string[] = [];
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(code, 0);
  const measured = out.join('').trim().split('\n').map((line) => JSON.parse(line) as { readonly name: string; readonly inputs: number; readonly bytesEach: number });
  assert.ok(measured.length >= 10);
  assert.deepEqual(measured.filter(({ bytesEach }) => bytesEach > MOST_BYTES_EACH), []);
});
