import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openLineLog } from './line-log.ts';

async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'bw-line-log-'));
  context.after(() => rm(path, { recursive: true }));
  return path;
}

test('lines are kept over a reopening, in the order of their appends, however many share a sync', async (context) => {
  const path = join(await folder(context), 'deep', 'exchange.log');
  const log = await openLineLog(path);
  await Promise.all(Array.from({ length: 100 }, (_, index) => log.append([`${index}a`, `${index}b`])));
  await log.append([]);
  await log.close();
  const again = await openLineLog(path);
  assert.deepEqual(await again.read(), Array.from({ length: 100 }, (_, index) => [`${index}a`, `${index}b`]).flat());
  await again.append(['ünïcode']);
  assert.equal((await again.read()).at(-1), 'ünïcode');
  await again.close();
});

test('F2: a torn last line is cut off, and what is appended next stands on a line of its own', async (context) => {
  const path = join(await folder(context), 'exchange.log');
  const log = await openLineLog(path);
  await log.append(['whole']);
  await log.close();
  await appendFile(path, '{"torn":');
  const again = await openLineLog(path);
  await again.append(['next']);
  await again.close();
  assert.equal(await readFile(path, 'utf8'), 'whole\nnext\n');
});

test('a closed log takes nothing more and says what to do', async (context) => {
  const log = await openLineLog(join(await folder(context), 'exchange.log'));
  await log.close();
  await assert.rejects(log.append(['late']), { code: 'BW-4821', message: /open the log again/ });
});

test('F1: every line that was acknowledged is there after the process was killed in the middle of its work', async (context) => {
  const path = join(await folder(context), 'exchange.log');
  const program = `
    import { openLineLog } from ${JSON.stringify(new URL('line-log.ts', import.meta.url).href)};
    const log = await openLineLog(${JSON.stringify(path)});
    for (let n = 0; ; n++) { await log.append([String(n)]); process.stdout.write(n + '\\n'); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.split('\n').length > 50) child.kill('SIGKILL');
  }
  const acknowledged = said.split('\n').slice(0, -1);
  const log = await openLineLog(path);
  assert.deepEqual((await log.read()).slice(0, acknowledged.length), acknowledged);
  await log.close();
});

test('F3: once the disk takes no more, nothing is acknowledged any more, and what was acknowledged before is there', async (context) => {
  const path = join(await folder(context), 'exchange.log');
  const program = `
    import { openLineLog } from ${JSON.stringify(new URL('line-log.ts', import.meta.url).href)};
    process.on('SIGXFSZ', () => {}); // the limit on a file's size stands for a full disk
    const log = await openLineLog(${JSON.stringify(path)});
    for (let n = 0; n < 50; n++) {
      await log.append([String(n).padStart(100, '0')]).then(() => console.log('kept'), ({ code }) => console.log(code));
    }`;
  const child = spawn('bash', ['-c', 'ulimit -f 2; exec "$0" --input-type=module -e "$1"', process.execPath, program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = (await Array.fromAsync(child.stdout)).join('').trim().split('\n');
  const kept = said.indexOf('BW-4821');
  assert.ok(kept > 0, said.join(' '));
  assert.deepEqual(said, [...Array.from({ length: kept }, () => 'kept'), ...Array.from({ length: 50 - kept }, () => 'BW-4821')]);
  const log = await openLineLog(path);
  assert.ok((await log.read()).length >= kept);
  await log.close();
});
