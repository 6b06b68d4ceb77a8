/** One planted bug: a copy of the tree with the patch in it, and whoever has to notice, run in a process of its own. */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Mutant = { readonly name: string; readonly breaks: string; readonly promise: string; readonly foundBy: string | undefined };
export type Catch = { readonly found: boolean; readonly said: string; readonly tookMs: number; readonly seed?: number; readonly invariant?: string; readonly tests?: readonly string[] };

const FOLDER = 'test/mutants';

export function mutantsIn(root: string): readonly Mutant[] {
  const files = readdirSync(join(root, FOLDER)).filter((file) => file.endsWith('.patch')).toSorted();
  return files.map((file) => {
    const text = readFileSync(join(root, FOLDER, file), 'utf8');
    const line = (name: string): string | undefined => new RegExp(`^${name}: (.+)$`, 'm').exec(text)?.[1];
    return { name: file.slice(0, -'.patch'.length), breaks: line('Breaks') ?? '', promise: line('Promise') ?? '', foundBy: line('Found by') };
  });
}

/** @param range the seeds tried at most; the first one that finds something ends the hunt */
export async function hunt(root: string, mutant: Mutant, range: { readonly seeds: number; readonly from: number }): Promise<Catch> {
  const startedMs = performance.now();
  const tree = mkdtempSync(join(tmpdir(), 'mutant-'));
  const caught = (found: boolean, said: string, more: Pick<Catch, 'seed' | 'invariant' | 'tests'> = {}): Catch => ({ found, said, ...more, tookMs: Math.round(performance.now() - startedMs) });
  try {
    for (const part of ['src', 'test', 'scripts', 'package.json']) cpSync(join(root, part), join(tree, part), { recursive: true });
    for (const part of ['node_modules', 'docs']) symlinkSync(join(root, part), join(tree, part));
    const applied = await run('git', ['apply', '--whitespace=nowarn', join(root, FOLDER, `${mutant.name}.patch`)], tree);
    if (applied.code !== 0) return caught(false, `DOES NOT APPLY any more: ${applied.output.trim().split('\n')[0] ?? ''}`); // M1
    if (mutant.foundBy !== undefined) {
      const tested = await run(process.execPath, ['--test', '--test-reporter=tap', mutant.foundBy], tree);
      const tests = failedIn(tested.output);
      return tested.code === 0 ? caught(false, `NOT FOUND by ${mutant.foundBy}`) : caught(true, `found by ${mutant.foundBy}: ${tests[0] ?? 'it does not even start'}`, { tests });
    }
    const searched = await run(process.execPath, ['scripts/mutants/search.ts', String(range.from), String(range.seeds)], tree);
    if (searched.code === 0) return caught(false, `NOT FOUND by ${range.seeds} seeds from ${range.from} on`);
    const finding = findingIn(searched.output);
    if (finding === undefined) return caught(false, `THE SEARCH FAILED: ${searched.output.trim().split('\n').at(-1) ?? ''}`);
    return caught(true, `found by seed ${finding.seed}: ${finding.invariant} ${finding.detail.split('\n')[0]?.slice(0, 140) ?? ''}`, finding);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/** The last line of `search.ts`. */
export type Finding = { readonly seed: number; readonly invariant: string; readonly detail: string };

function findingIn(output: string): Finding | undefined {
  const line = output.trim().split('\n').findLast((candidate) => candidate.startsWith('{"seed":'));
  return line === undefined ? undefined : JSON.parse(line) as Finding;
}

/** The titles of tests that failed, as TAP tells them. */
const failedIn = (output: string): readonly string[] => [...output.matchAll(/^ *not ok \d+ - (.+)$/gm)].map(([, title = '']) => title.replaceAll(/\\(.)/g, '$1'));

function run(program: string, args: readonly string[], cwd: string): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve, reject) => {
    // A copy below the folder of temporary files: git must not take it for a part of some other tree.
    const child = spawn(program, args, { cwd, env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir(), NODE_TEST_CONTEXT: undefined }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer): void => { output = (output + chunk.toString('utf8')).slice(-200_000); };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
