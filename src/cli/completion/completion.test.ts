/** Completion as a shell does it: the script is sourced by the real shell, and asked what may follow. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { shownCommands } from '../commands/index.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { wordsOf } from './words.ts';
import { zshScript } from './zsh.ts';

const words = wordsOf(shownCommands);
const main = join(import.meta.dirname, '../../main.ts');
const folder = mkdtempSync(join(tmpdir(), 'completion-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

/** The words before the cursor, the last of them being typed; as readline cuts them, `=` is a word of its own. */
function completed(...line: readonly string[]): Promise<readonly string[]> {
  const script = `breakwater() { "$NODE" "$MAIN" "$@"; }\n${bashScript(words)}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _breakwater; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return new Promise((resolve, reject) => {
    execFile('bash', ['--norc', '-c', script, 'bash', ...line], { cwd: folder, env: { ...process.env, NODE: process.execPath, MAIN: main } }, (error, stdout, stderr) => {
      if (error !== null || stderr !== '') reject(new Error(`bash said: ${stderr || (error?.message ?? '')}`));
      else resolve(stdout.split('\n').filter((word) => word !== ''));
    });
  });
}

test('bash: commands, verbs, options and their values follow where they may', async () => {
  assert.deepEqual(await completed('breakwater', 'st'), ['start', 'status', 'strategy', 'stop-all']);
  assert.deepEqual(await completed('breakwater', 'journal', ''), ['verify', 'tail', 'raise-format', 'reindex', 'rebuild-anchor', '--help']);
  assert.deepEqual(await completed('breakwater', 'journal', 'tail', '--f'), ['--from', '--follow']);
  assert.deepEqual(await completed('breakwater', 'orders', '--state', 'b'), ['blocked']);
  assert.deepEqual(await completed('breakwater', 'status', '--color', '=', 'al'), ['always']);
  assert.deepEqual(await completed('breakwater', 'status', '--color', '='), ['auto', 'always', 'never']);
  assert.deepEqual(await completed('breakwater', 'completion', ''), ['bash', 'zsh', 'fish']);
  assert.deepEqual(await completed('breakwater', 'orders', '--limit', ''), [], 'a number is nobody\'s guess');
});

test('bash: every command of the table is offered, and none that is not for people', async () => {
  const offered = await completed('breakwater', '');
  assert.deepEqual(offered, [...new Set(shownCommands.map(({ name }) => name.split(' ')[0])), '--help', '--version']);
  for (const { name } of shownCommands) assert.ok((await completed('breakwater', ...name.split(' '), '--')).includes('--json'), name);
});

test('bash: files and folders, with spaces in their names', async () => {
  mkdirSync(join(folder, 'my data'));
  writeFileSync(join(folder, 'my config.json'), '{}');
  assert.deepEqual(await completed('breakwater', 'status', '--data', 'm'), ['my data']);
  assert.deepEqual((await completed('breakwater', 'start', '--config', 'm')).toSorted(), ['my config.json', 'my data']);
});

test('P2: where nothing runs there are no live values, and nothing is said of it', async () => {
  assert.deepEqual(await completed('breakwater', 'order', '--data', folder, ''), []);
  assert.ok((await completed('breakwater', 'order', '-')).includes('--cancel'));
});

test('codes are known without a runtime, orders and venues from the one that the line names', async (t) => {
  assert.deepEqual(await completed('breakwater', 'explain', 'BW-301'), ['BW-3010', 'BW-3011', 'BW-3012', 'BW-3013', 'BW-3014', 'BW-3015']);
  const answers: Readonly<Record<string, unknown>> = {
    '/api/v1/orders?state=live&limit=50': { orders: [{ id: 'aa00000000000000000a' }, { id: 'ab00000000000000000b' }] },
    '/api/v1/status': { venues: [{ name: 'alpaca', instruments: ['BTC/USD', 'BTC/USDC'] }] },
  };
  const server = createServer((request, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[request.url ?? ''])));
  const socket = join(folder, 'control.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  t.after(() => server.close());
  assert.deepEqual(await completed('breakwater', 'order', '--data', folder, 'ab'), ['ab00000000000000000b']);
  assert.deepEqual(await completed('breakwater', 'reconcile', '--url', `unix:${socket}`, '--venue', ''), ['alpaca']);
  assert.deepEqual(await completed('breakwater', 'reconcile', '--data', '=', folder, '--release', 'BTC/USD'), ['BTC/USD', 'BTC/USDC']);
});

test('the scripts for zsh and fish know every command and option', () => {
  const [zsh, fish] = [zshScript(words), fishScript(words)];
  for (const { name, options } of words.commands) {
    for (const { flags } of options) for (const flag of flags) {
      assert.ok(zsh.split('\n').some((line) => line.trimStart().startsWith(`'${name}')`) && line.includes(flag)), `zsh ${name} ${flag}`);
      assert.ok(fish.includes(flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`), `fish ${name} ${flag}`);
    }
  }
});

// Shells that are not on every machine: where one is, it judges its script itself.
for (const [shell, script] of [['zsh', zshScript(words)], ['fish', fishScript(words)]] as const) {
  if (spawnSync(shell, ['-c', 'exit 0']).status !== 0) continue;
  test(`${shell} understands its script`, () => {
    const { status, stderr } = spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });
}
