/** A rate budget on a real folder, between real processes that are killed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const LIMIT = 100; // in a minute, of which 80 for what is not urgent
const guards = JSON.stringify(new URL('../../src/resilience.ts', import.meta.url).href);

/** A process that asks for `asked` calls at once and says each that leaves. @returns how many left, until it ended or was killed */
async function life(folder: string, asked: number, killAfter = Infinity): Promise<number> {
  const program = `
    import { fileQuotaStore, rateBudget } from ${guards};
    import { writeSync } from 'node:fs';
    const budget = rateBudget({ name: 'venue', windows: [{ name: 'minute', limit: ${LIMIT}, perMs: 60_000 }], store: fileQuotaStore(${JSON.stringify(folder)}) });
    const ask = () => budget.call(async () => { writeSync(1, 'left\\n'); }, { lane: 'new-risk', deadlineMs: performance.now() + 1_000 }).catch(() => {});
    for (let i = 0; i < ${asked}; i += 10) { await Promise.all(Array.from({ length: 10 }, ask)); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.split('\n').length > killAfter) child.kill('SIGKILL');
  }
  return said.split('\n').length - 1;
}

test('processes that share a folder, and those that come after a kill, never send more than the limit together', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'bw-quota-'));
  context.after(() => rm(folder, { recursive: true }));
  const killed = await Promise.all([life(folder, 30, 5), life(folder, 30, 15)]);
  const after = await life(folder, 100);
  const left = [...killed, after].reduce((sum, count) => sum + count, 0);
  assert.ok(left <= 80, `${killed.join(' + ')} + ${after} left`);
  assert.ok((killed[0] ?? 0) > 0 && (killed[1] ?? 0) > 0, 'both had a part');
});
