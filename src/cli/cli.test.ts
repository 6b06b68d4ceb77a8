/** The command line as its user meets it: words in, lines and exit codes out. No process is started here. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Terminal } from '../edges/process/index.ts';
import { runCli } from './index.ts';

type Ran = { readonly code: number; readonly out: readonly string[]; readonly notes: readonly string[] };

async function run(...args: readonly string[]): Promise<Ran> {
  const out: string[] = [];
  const notes: string[] = [];
  const terminal: Terminal = {
    out: (line) => out.push(line), note: (line) => notes.push(line), isTty: false, env: {}, directory: process.cwd(), program: 'main.ts', nodeVersion: '26.0.0', pid: 1, user: 'sam', paint: (_style, text) => text,
  };
  const code = await runCli(args, terminal, '0.1.0');
  return { code, out, notes };
}

type Doc = { readonly schema: string; readonly ok: boolean; readonly data: Record<string, unknown>; readonly error: { readonly code: string; readonly title: string; readonly detail: string } };
function documentOf({ out }: Ran): Doc {
  assert.equal(out.length, 1, 'with --json there is exactly one document');
  return JSON.parse(out[0] ?? '') as Doc;
}

const folder = mkdtempSync(join(tmpdir(), 'cli-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

test('version prints one line for people and one document for programs', async () => {
  assert.deepEqual((await run('version')).out, ['breakwater 0.1.0, Node.js 26.0.0, configuration 1, journal format 1, file 2']);
  const document = documentOf(await run('version', '--json'));
  assert.deepEqual([document.schema, document.ok, document.data['version']], ['breakwater/version/1', true, '0.1.0']);
  assert.deepEqual((await run('--version')).out, ['0.1.0']);
});

test('a word that is not known is a usage error with the word that was probably meant', async () => {
  const ran = await run('statsu');
  assert.equal(ran.code, 2);
  assert.match(ran.notes.join('\n'), /status/);
  assert.deepEqual(ran.out, []);
});

test('a wrong flag with --json is one failure document, exit 2', async () => {
  const ran = await run('status', '--nonsense', '--json');
  assert.equal(ran.code, 2);
  assert.equal(documentOf(ran).error.code, 'BW-1301');
});

test('the help of the program names every command and no hidden one', async () => {
  const text = (await run('--help')).out.join('\n');
  assert.match(text, /demo[^]*start[^]*exchange[^]*journal/);
  assert.doesNotMatch(text, /runtime \[options\]/);
});

test('testimony needs a reason before anybody is asked', async () => {
  const ran = await run('order', 'abc', '--resolve', 'absent', '--data', folder, '--json');
  assert.equal(ran.code, 2);
});

test('a configuration is checked with its place, exit 3; a sound one is exit 0', async () => {
  const file = join(folder, 'wrong.json');
  writeFileSync(file, '{ "version": 1, "instance": { "name": "x" }, "venues": {}, "limts": {} }');
  const ran = await run('config', 'validate', '--config', file, '--json');
  assert.equal(ran.code, 3);
  assert.match(documentOf(ran).error.detail, /did you mean "limits"/);
  const shipped = join(import.meta.dirname, '../../config/demo.json');
  assert.equal((await run('config', 'validate', '--config', shipped)).code, 0);
});

test('the schema of the configuration is printed whole', async () => {
  const { out } = await run('config', 'schema');
  assert.match(out.join('\n'), /"maxOrderValue"/);
});

test('a folder without a journal is a finding, exit 9', async () => {
  const ran = await run('journal', 'verify', '--data', folder, '--json');
  assert.equal(ran.code, 9);
  assert.equal(documentOf(ran).ok, false);
});

test('sim: the same seed gives the same journal', async () => {
  const [one, two] = [documentOf(await run('sim', '--seed', '3', '--json')), documentOf(await run('sim', '--seed', '3', '--json'))];
  assert.equal(one.data['journalHash'], two.data['journalHash']);
  assert.match(String(one.data['journalHash']), /^[0-9a-f]{64}$/);
});
