/**
 * Runs the drills on real processes and writes their times into docs/reference/measurements.md: `scripts/node scripts/drills.ts`. With a
 * folder, which BREAKWATER_DRILLS named to an earlier run of them, nothing is run and what that run has told is written.
 *
 * Owns the section between its two marks and nothing else of the page. Does not judge: a drill that fails writes nothing.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

type Venue = { readonly was: string; readonly live: number; readonly heldUsd: number; readonly cancelledMs: number; readonly flatMs: number; readonly lastAcceptedMs: number };
type Told = { readonly drill: string; readonly firstRefusalMs?: number; readonly confirmedMs: number; readonly venues: Readonly<Record<string, Venue>> };

const BEGIN = '<!-- drills: written by scripts/drills.ts -->';
const END = '<!-- end of the drills -->';
const page = new URL('../docs/reference/measurements.md', import.meta.url);

/** What each drill is about, in the order of the page. */
const drills: Readonly<Record<string, string>> = {
  kill: 'kill, and another during it',
  deaths: 'kill, and two deaths of the runtime',
  commit: 'stop-all --flatten, the runtime standing still',
  disk: 'stop-all --flatten, the disk full',
};

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

function sectionOf(told: readonly Told[], load: number, on: string): string {
  const lines = told.flatMap(({ drill, firstRefusalMs, confirmedMs, venues }) => [
    `- **${drills[drill] ?? drill}**: ${firstRefusalMs === undefined ? '' : `the first refusal after ${Math.round(firstRefusalMs)} ms, `}all CONFIRMED after ${seconds(confirmedMs)}`,
    ...Object.values(venues).map(({ was, cancelledMs, flatMs, lastAcceptedMs, live, heldUsd }) =>
      `  - venue ${was}: all cancelled after ${seconds(cancelledMs)}, flat after ${seconds(flatMs)}${lastAcceptedMs === 0 ? '' : `, an order that was on its way accepted after ${seconds(lastAcceptedMs)}`}; at the end ${live} live orders and ${heldUsd.toFixed(2)} USD held`),
  ]);
  return [
    BEGIN,
    '## Stops on real processes', '',
    'One runtime and three exchanges, each a process: 20 requests in flight, 50 orders in the books, a position at each. Counted from the request, by the logs and clocks of the exchanges;',
    `\`scripts/node scripts/drills.ts\` runs them and writes this list. ${on}, machine A, load ${load.toFixed(0)}, one run each. Two looks at a venue are at least 10 s apart, and a venue is away or lies for as long as the drill has it so.`, '',
    ...lines, END,
  ].join('\n');
}

const [earlier] = process.argv.slice(2);
const folder = earlier ?? mkdtempSync(join(tmpdir(), 'drills-'));
try {
  const ran = earlier !== undefined ? { status: 0 } : spawnSync(process.execPath, ['--test', 'test/crash/drills.test.ts'], { cwd: fileURLToPath(new URL('..', import.meta.url)), env: { ...process.env, BREAKWATER_DRILLS: folder, NODE_TEST_CONTEXT: undefined }, stdio: 'inherit' });
  if (ran.status !== 0) process.exitCode = 1;
  else {
    const told = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Told);
    const inOrder = Object.keys(drills).flatMap((name) => told.filter(({ drill }) => drill === name));
    const text = readFileSync(page, 'utf8');
    const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
    const section = sectionOf(inOrder, loadavg()[0] ?? 0, new Date().toISOString().slice(0, 10));
    writeFileSync(page, from < 0 || to < 0 ? `${text.trimEnd()}\n\n${section}\n` : `${text.slice(0, from)}${section}${text.slice(to + END.length)}`);
    console.error('wrote docs/reference/measurements.md');
  }
} finally {
  if (earlier === undefined) rmSync(folder, { recursive: true, force: true });
}
