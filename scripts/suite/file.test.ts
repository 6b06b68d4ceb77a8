import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as nextTick } from 'node:timers/promises';
import { runFile } from './file.ts';
import { Tally } from './tally.ts';

const folder = mkdtempSync(join(tmpdir(), 'suite-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function verdictOf(name: string, source: string, timeoutMs = 30_000): Promise<{ outcomes: string[]; why: string }> {
  const file = join(folder, `${name}.test.ts`);
  writeFileSync(file, source);
  const { results } = await runFile(file, timeoutMs, folder);
  return { outcomes: results.map((result) => result.outcome), why: results.at(-1)?.why ?? '' };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a file tells how each of its tests ended, suites not counted', async () => {
  const source = `import { describe, test } from 'node:test';
    describe('heading', () => { test('inner', () => {}); });
    test('not now', { skip: 'absent data: trades' }, () => {});
    test('bad', () => { throw new Error('the reason'); });`;
  const { outcomes, why } = await verdictOf('plain', source);
  assert.deepEqual(outcomes, ['passed', 'skipped', 'failed']);
  assert.match(why, /the reason/);
});

test('F1: a file without a test is a failure', async () => {
  assert.deepEqual(await verdictOf('empty', 'export {};'), { outcomes: ['failed'], why: 'It holds no test.' });
});

test('F1: a file that cannot be loaded is a failure', async () => {
  const { outcomes } = await verdictOf('broken', `import './does-not-exist.ts';`);
  assert.deepEqual(outcomes, ['failed']);
});

test('F1: a file that exits early is a failure, though its first test passed', async () => {
  const source = `import { test } from 'node:test';
    test('one', () => {});
    test('two', () => { process.exit(0); });`;
  assert.equal((await verdictOf('early', source)).outcomes.at(-1), 'failed');
});

test('F1: a file killed by a signal is a failure', async () => {
  const { outcomes, why } = await verdictOf('killed', `import { test } from 'node:test'; test('one', () => { process.kill(process.pid, 'SIGKILL'); });`);
  assert.equal(outcomes.at(-1), 'failed');
  assert.match(why, /SIGKILL/);
});

test('F1, F2: a file that does not end is killed with the processes it started', async () => {
  const pidFile = join(folder, 'pid');
  const source = `import { test } from 'node:test';
    import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    test('one', () => { writeFileSync(${JSON.stringify(pidFile)}, String(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']).pid)); });
    test('two', () => new Promise(() => { setInterval(() => {}, 1000); }));`;
  const { why } = await verdictOf('hanging', source, 1_500);
  assert.match(why, /did not end within 1\.5 s/);
  const pid = Number(readFileSync(pidFile, 'utf8'));
  while (isRunning(pid)) await nextTick(); // init reaps it in its own time
});

function tallied(maySkip: boolean, why: string): { failed: number; lines: string[] } {
  const lines: string[] = [];
  const tally = new Tally({ maySkip, print: (text) => lines.push(text) });
  tally.pass();
  tally.take({ end: false, title: 'a test', place: '', outcome: 'skipped', why });
  tally.close();
  return { failed: tally.failed, lines };
}

test('T1, T2: the last line is the verdict, and a skipped test fails where nothing may be skipped', () => {
  assert.equal(tallied(true, 'later').lines.at(-1), '1 passed, 0 failed, 1 skipped');
  assert.equal(tallied(false, 'later').lines.at(-1), '1 passed, 1 failed');
  assert.equal(tallied(false, 'absent data: no candles').lines.at(-1), '1 passed, 0 failed, 1 skipped');
});
