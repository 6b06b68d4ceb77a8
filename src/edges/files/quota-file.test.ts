import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileQuotaStore } from './quota-file.ts';

async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'bw-quota-'));
  context.after(() => rm(path, { recursive: true }));
  return join(path, 'deep');
}

test('what was kept is there for the next life, and a version is given once', async (context) => {
  const path = await folder(context);
  const store = fileQuotaStore(path, 'a');
  assert.equal(await store.read(), undefined);
  assert.equal(await store.replace(0, 'one'), true);
  assert.equal(await store.replace(0, 'other'), false);
  assert.equal(await fileQuotaStore(path, 'b').replace(1, 'two'), true);
  assert.deepEqual(await store.read(), { version: 2, text: 'two' });
  assert.equal(await store.replace(0, 'long ago'), false);
  for (let version = 2; version < 100; version += 1) assert.equal(await store.replace(version, `${version}`), true);
  assert.equal(await store.replace(0, 'long ago'), false, 'its name is free again, and it lies too far back');
  assert.deepEqual(await store.read(), { version: 100, text: '99' });
  assert.ok((await readdir(path)).length <= 33, 'what nobody needs any more is gone');
});

test('V1, V2: of processes that count together, one of which is killed, none loses a count', async (context) => {
  const path = await folder(context);
  const program = (life: string): string => `
    import { fileQuotaStore } from ${JSON.stringify(new URL('quota-file.ts', import.meta.url).href)};
    const store = fileQuotaStore(${JSON.stringify(path)}, ${JSON.stringify(life)});
    for (let done = 0; done < 60;) {
      const kept = await store.read();
      if (await store.replace(kept?.version ?? 0, String(Number(kept?.text ?? 0) + 1))) process.stdout.write((done += 1) + '\\n');
    }`;
  const counts = await Promise.all(['a', 'b', 'c'].map(async (life) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program(life)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    for await (const chunk of child.stdout) {
      said += String(chunk);
      if (life === 'c' && said.split('\n').length > 20) child.kill('SIGKILL');
    }
    return said.split('\n').length - 1;
  }));
  const said = counts.reduce((sum, count) => sum + count, 0);
  const kept = Number((await fileQuotaStore(path, 'd').read())?.text);
  assert.ok(kept >= said && kept <= said + 1, `${said} were acknowledged and ${kept} are kept; one may have been killed before it could say so`);
});
