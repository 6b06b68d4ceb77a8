/**
 * Runs one test file in a process of its own and says what came of it.
 *
 * Owns the process: its time limit, and the end of everything it started. Does not own which files run, or the count.
 *
 *   F1. A file that crashes, hangs, exits early or holds no test is a failure, whatever its tests said before.
 *   F2. Nothing a test file started outlives it: its whole process group is ended.
 */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReportLine } from './reporter.ts';

export type Result = Exclude<ReportLine, { end: true }>;
export type FileVerdict = { readonly results: readonly Result[]; readonly output: string };

const reporter = fileURLToPath(new URL('./reporter.ts', import.meta.url));
const live = new Set<number>();
const keptOutputChars = 8_000;

/** @param timeoutMs the whole file's limit @param scratch a folder for temporary files, also the test's TMPDIR */
export async function runFile(file: string, timeoutMs: number, scratch: string): Promise<FileVerdict> {
  const report = join(scratch, `report-${file.replace(/[^\w.-]/g, '_')}.ndjson`);
  const flags = [`--test-reporter=${reporter}`, `--test-reporter-destination=${report}`];
  const child = spawn(process.execPath, [...flags, file], {
    detached: true, // a group of its own, so that F2 can end all of it
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env, TMPDIR: scratch,
      NODE_COMPILE_CACHE: join(scratch, 'compiled'), // the sources are parsed once, not once in each of some thousand processes
      NODE_TEST_CONTEXT: undefined, // it would make the file report elsewhere
    },
  });
  const group = child.pid;
  let output = '';
  const keep = (chunk: Buffer): void => { output = (output + chunk.toString('utf8')).slice(-keptOutputChars); };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let late = false;
  const timer = setTimeout(() => { late = true; endGroup(group); }, timeoutMs);
  if (group !== undefined) live.add(group);
  const exit = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`it could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code ?? 0}` : `signal ${signal}`));
  });
  clearTimeout(timer);
  endGroup(group);
  if (group !== undefined) live.delete(group);
  const { results, ended } = read(report);
  rmSync(report, { force: true });
  const fault = faultOf(results, { late, ended, exit, timeoutMs });
  if (fault === undefined) return { results, output };
  return { results: [...results, { end: false, title: file, place: file, outcome: 'failed', why: fault }], output };
}

/** Ends every test file that still runs; for the signal handlers of the runner. */
export function endAll(): void {
  for (const group of live) endGroup(group);
}

function endGroup(group: number | undefined): void {
  if (group === undefined) return;
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    // ESRCH: the group is gone, which is what was wanted. macOS says EPERM for a group of zombies.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

function read(report: string): { results: Result[]; ended: boolean } {
  let text = '';
  try {
    text = readFileSync(report, 'utf8');
  } catch {
    return { results: [], ended: false }; // never opened: the file died before its first test
  }
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter((line) => line !== ''); // a killed file may leave half a line
  const parsed = lines.map((line) => JSON.parse(line) as ReportLine);
  return { results: parsed.filter((line): line is Result => !line.end), ended: parsed.some((line) => line.end) };
}

type Ending = { readonly late: boolean; readonly ended: boolean; readonly exit: string; readonly timeoutMs: number };

function faultOf(results: readonly Result[], { late, ended, exit, timeoutMs }: Ending): string | undefined {
  if (late) return `It did not end within ${timeoutMs / 1_000} s and was killed. A handle may be open, or a promise never settles.`;
  if (exit.startsWith('signal')) return `It ended by ${exit}.`;
  if (results.length === 0 && exit === 'exit code 0') return 'It holds no test.';
  if (!ended) return `It ended before its tests did: ${exit}.`;
  if (exit !== 'exit code 0' && !results.some((result) => result.outcome === 'failed')) return `Its tests passed, but it ended with ${exit}.`;
  return undefined;
}
