/**
 * The whole proof in one command: types, lint, the tree, and every test, group by group.
 *
 * Usage: npm test [-- --only GROUP[,GROUP]] [PART-OF-A-PATH ...]
 * A part of a path runs only the test files whose path holds it.
 *
 * Owns the order and the verdict. Runs on the pinned Node.js; `scripts/test` sees to that.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { provideBrowser } from './suite/browser.ts';
import { endAll, runFile } from './suite/file.ts';
import { filesOf, groups, isGroupName } from './suite/groups.ts';
import type { Group } from './suite/groups.ts';
import { Tally } from './suite/tally.ts';
import { runTool } from './suite/tool.ts';

const { values, positionals: parts } = parseArgs({ options: { only: { type: 'string', multiple: true } }, allowPositionals: true });
const only = (values.only ?? []).flatMap((words) => words.split(','));
const strangers = only.filter((word) => !isGroupName(word));
if (strangers.length > 0) {
  console.error(`There is no test group "${strangers.join('", "')}". The groups are: ${groups.map((group) => group.name).join(', ')}.`);
  process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), 'breakwater-test-'));
chmodSync(scratch, 0o755); // some tests look at their folders as another user
const maySkip = process.env['CI'] === undefined || process.env['CI'] === 'false';
const tally = new Tally({ maySkip, print: (text) => console.log(text) });
process.once('exit', () => { endAll(); rmSync(scratch, { recursive: true, force: true, maxRetries: 3 }); });
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

async function step(name: string, work: () => Promise<string>): Promise<void> {
  const startedMs = performance.now();
  console.log(`${name} ...`);
  const said = await work();
  console.log(`${name}: ${said}, ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`);
}

async function check(name: string, tool: string, args: readonly string[]): Promise<void> {
  await step(name, async () => {
    const { ok, output } = await runTool(tool, args);
    if (ok) tally.pass();
    else tally.fail(name, '', output.trim());
    return ok ? 'clean' : 'not clean';
  });
}

async function runGroup(group: Group): Promise<void> {
  const files = filesOf(group.name).filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)));
  if (files.length === 0 && parts.length > 0) return;
  if (files.length === 0) return tally.fail(`${group.name} tests`, '', 'There is no test file in this group; scripts/suite/groups.ts says where they stand.');
  await step(`${group.name} tests`, async () => {
    const before = tally.total;
    const waiting = [...files];
    const worker = async (): Promise<void> => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) await runOne(file, group.fileTimeoutMs);
    };
    await Promise.all(Array.from({ length: availableParallelism() }, worker));
    return `${tally.total - before} tests in ${files.length} files`;
  });
}

async function runOne(file: string, timeoutMs: number): Promise<void> {
  const startedMs = performance.now();
  const failedBefore = tally.failed;
  const { results, output } = await runFile(file, timeoutMs, scratch);
  for (const result of results) tally.take(result);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  const bad = results.filter((result) => result.outcome === 'failed').length;
  console.log(`  ${bad === 0 ? '✔' : '✖'} ${file}: ${results.length} tests, ${seconds} s`);
  if (tally.failed > failedBefore && output.trim() !== '') console.log(`    its output ended with:\n${output.trim().replace(/^/gm, '    | ')}`);
}

const isWanted = ({ name }: Group): boolean => only.length === 0 || only.includes(name);
const needsBrowser = ({ name }: Group): boolean => name === 'crash' && (parts.length === 0 || filesOf(name).some((file) => file.includes('stop-page') && parts.some((part) => file.includes(part))));
const browser = !maySkip && groups.some((group) => isWanted(group) && needsBrowser(group)) ? provideBrowser() : undefined;

for (const group of groups) {
  if (!isWanted(group)) continue;
  if (browser !== undefined && needsBrowser(group)) console.log(`the browser of the page tests ${(await browser).said}`);
  if (group.name === 'check' && parts.length === 0) {
    await check('types', 'tsc', ['--noEmit']);
    await check('lint', 'oxlint', ['--deny-warnings']);
  }
  await runGroup(group);
}
if (tally.total === 0) tally.fail('nothing was tested', '', 'No test file fits what was asked for.');
tally.close();
process.exit(tally.failed === 0 ? 0 : 1);
