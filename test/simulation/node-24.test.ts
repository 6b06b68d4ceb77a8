/**
 * The oldest Node.js that Breakwater runs on does the same as the pinned one. It is installed into runtime/minimum when it is
 * missing; where the registry does not have it for this machine, or cannot be reached, these tests are skipped.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = fileURLToPath(new URL('../../runtime/minimum', import.meta.url));
const node24 = `${folder}/node_modules/.bin/node`;
const MINIMUM = '24.15.0';
const SEEDS = 20;

function run(program: string, args: readonly string[], timeoutMs = 240_000): { readonly ok: boolean; readonly out: string } {
  const done = spawnSync(program, args, { cwd: root, encoding: 'utf8', timeout: timeoutMs, maxBuffer: 64 << 20, env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined } });
  return { ok: done.status === 0, out: `${done.stdout ?? ''}${done.stderr ?? ''}` };
}

function absent(): string | false {
  const there = (): boolean => existsSync(node24) && run(node24, ['-v']).out.trim() === `v${MINIMUM}`;
  if (there()) return false;
  const installed = run('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error'], 120_000);
  return there() ? false : `absent data: no Node 24 (${installed.ok ? `the registry has none for ${process.platform}-${process.arch}` : installed.out.trim().split('\n').at(-1) ?? ''})`;
}

const skip = absent();

test(`Node ${MINIMUM} and ${process.versions.node} write the same journals, to the last byte, over ${SEEDS} seeds`, { skip }, () => {
  const hashes = (node: string): { node: string; hashes: string[] } => {
    const { ok, out } = run(node, ['test/simulation/hashes.ts', '1', String(SEEDS)]);
    assert.ok(ok, out);
    return JSON.parse(out.trim().split('\n').at(-1) ?? '') as { node: string; hashes: string[] };
  };
  const [old, current] = [hashes(node24), hashes(process.execPath)];
  assert.equal(old.node, MINIMUM);
  assert.equal(old.hashes.length, SEEDS);
  assert.deepEqual(old.hashes, current.hashes);
});

test(`the tests of base, journal, core and the simulator pass on Node ${MINIMUM}, without a warning`, { skip }, () => {
  const files = globSync('src/{base,journal,core,sim}/**/*.test.ts', { cwd: root });
  assert.ok(files.length > 20);
  const { ok, out } = run(node24, ['--test', '--test-reporter=tap', ...files]);
  assert.ok(ok, out.split('\n').filter((line) => /^\s*not ok|^# (pass|fail)|Error/.test(line)).slice(0, 40).join('\n'));
  assert.doesNotMatch(out, /ExperimentalWarning/);
});
