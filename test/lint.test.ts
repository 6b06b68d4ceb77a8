/** The lint rules of this project's own, proven on a small project beside this one under the very same configuration. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'lint-'));
after(() => rmSync(project, { recursive: true, force: true }));
for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json']) copyFileSync(join(root, file), join(project, file));
for (const folder of ['node_modules', 'scripts']) symlinkSync(join(root, folder), join(project, folder));

type Finding = { readonly filename: string; readonly code: string; readonly message: string };

/** Lints the given files in one go; the linter takes longer to start than to read a hundred of them. */
function findings(files: Readonly<Record<string, string>>): ReadonlyMap<string, readonly string[]> {
  rmSync(join(project, 'src'), { recursive: true, force: true });
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), source);
  }
  const linter = spawnSync(process.execPath, [join(root, 'node_modules/oxlint/bin/oxlint'), '--format=json', 'src'], { cwd: project, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(linter.stdout) as { diagnostics: readonly Finding[] };
  return new Map(Object.keys(files).map((path) => [path, diagnostics.filter((one) => one.filename === path).map((one) => `${one.code}: ${one.message}`)]));
}

const ambient: Readonly<Record<string, string>> = {
  'Date.now()': `export const a = Date.now();`,
  'new Date()': `export const a = new Date();`,
  'Date()': `export const a = Date();`,
  'Date.now taken apart': `const { now } = Date;\nexport const a = now();`,
  'Temporal.Now': `export const a = Temporal.Now.instant();`,
  'performance.now()': `export const a = performance.now();`,
  'process.hrtime()': `export const a = process.hrtime();`,
  'process.hrtime.bigint()': `export const a = process.hrtime.bigint();`,
  'setTimeout()': `setTimeout(() => {}, 1);`,
  'setInterval()': `setInterval(() => {}, 1);`,
  'setImmediate()': `setImmediate(() => {});`,
  'globalThis.setTimeout()': `globalThis.setTimeout(() => {}, 1);`,
  'a timer handed on': `export const later = { set: setTimeout };`,
  'AbortSignal.timeout()': `export const a = AbortSignal.timeout(5);`,
  'Math.random()': `export const a = Math.random();`,
  [`Math['random']()`]: `export const a = Math['random']();`,
  'crypto.randomUUID()': `export const a = crypto.randomUUID();`,
  'crypto.getRandomValues()': `export const a = crypto.getRandomValues(new Uint8Array(1));`,
  'import { randomUUID }': `export { a };\nimport { randomUUID as a } from 'node:crypto';`,
  'import { randomBytes }': `import { randomBytes } from 'node:crypto';\nexport const a = randomBytes(1);`,
  'import * as crypto': `import * as c from 'node:crypto';\nexport const a = c.randomBytes(1);`,
  'node:timers': `import { setTimeout as t } from 'node:timers';\nexport const a = t;`,
  'node:timers/promises': `import { setTimeout as t } from 'node:timers/promises';\nexport const a = t;`,
  'node:perf_hooks': `export { performance } from 'node:perf_hooks';`,
  'import() of node:timers': `export const a = import('node:timers');`,
  'a locale': `export const a = (x: string, y: string) => x.localeCompare(y);`,
};

test('a clock, a timer, chance, an id and a locale are refused in src/, however they are spelled', () => {
  const named = Object.entries(ambient).map(([name, source], index) => ({ name, path: `src/runtime/case${index}.ts`, source }));
  const found = findings(Object.fromEntries(named.map(({ path, source }) => [path, source])));
  for (const { name, path } of named) {
    assert.ok(found.get(path)?.some((one) => one.startsWith('breakwater(no-ambient)')), `${name} was not refused: ${found.get(path)?.join('; ')}`);
  }
});

test('the same is allowed in src/edges/clock and in tests, and in no other edge', () => {
  const source = `export const a = Date.now();\nexport const b = setTimeout(() => {}, 1);`;
  const found = findings({ 'src/edges/clock/real.ts': source, 'src/runtime/turn.test.ts': source, 'src/edges/net/a.ts': source, 'src/main.ts': source });
  assert.deepEqual([...found.values()].map((list) => list.length), [0, 0, 2, 2]);
});

test('a date made from an instant, a port with a method of that name and a local name are allowed', () => {
  const source = `export const at = (atMs: number) => new Date(atMs).toISOString();
    export function plan(clock: { setTimeout(ms: number): void; now(): number }): number {
      const setImmediate = clock.now();
      clock.setTimeout(5);
      return setImmediate;
    }
    import { hash } from 'node:crypto';
    export const digest = hash('sha256', '');`;
  assert.deepEqual(findings({ 'src/journal/chain.ts': source }).get('src/journal/chain.ts'), []);
});

test('process, console and fetch are for the edges and the command line', () => {
  const source = `console.log(process.pid, fetch);`;
  const found = findings({ 'src/core/a.ts': source, 'src/supervisor/a.ts': source, 'src/edges/http/a.ts': source, 'src/main.ts': source });
  assert.deepEqual([...found.values()].map((list) => list.length), [3, 3, 0, 0]);
});

test('a floating promise, a promise taken for a condition, an unhandled case and an any are refused', () => {
  const cases: Readonly<Record<string, readonly [rule: string, source: string]>> = {
    'src/base/floating.ts': ['no-floating-promises', `const work = async () => {};\nexport function start(): void { work(); }`],
    'src/base/misused.ts': ['no-misused-promises', `const ready = async () => true;\nexport function start(): number { if (ready()) return 1; return 2; }`],
    'src/base/exhaustive.ts': ['switch-exhaustiveness-check', `export function f(x: 'a' | 'b'): number { switch (x) { case 'a': return 1; } return 2; }`],
    'src/base/any.ts': ['no-explicit-any', `export const f = (x: any) => x;`],
    'src/base/thenable.ts': ['await-thenable', `export async function f(): Promise<void> { await 1; }`],
    'src/base/unsafe.ts': ['no-unsafe-assignment', `export function f(text: string): number { const x = JSON.parse(text); return Number(x); }`],
  };
  const found = findings(Object.fromEntries(Object.entries(cases).map(([path, [, source]]) => [path, source])));
  for (const [path, [rule]] of Object.entries(cases)) assert.ok(found.get(path)?.some((one) => one.includes(rule)), `${path}: ${found.get(path)?.join('; ')}`);
});
