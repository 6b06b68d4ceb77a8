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
type Share = { readonly p50: number; readonly p90: number; readonly longest: number };
type Halts = { readonly drill: 'halts'; readonly halts: number; readonly ahead: boolean; readonly lastLeftMs: Share; readonly decidedMs: Share; readonly refusedMs: Share; readonly answeredMs: Share; readonly orderMs: Share; readonly flushMs: Share };
type Told = { readonly drill: string; readonly firstRefusalMs?: number; readonly notConfirmedMs?: number; readonly confirmedMs: number; readonly venues: Readonly<Record<string, Venue>> };

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

const HALTS = 120;

/** Whether a process may be put ahead of the rest of this machine: what is measured is this system, not its neighbours. */
const mayGoAhead = (): boolean => spawnSync('chrt', ['-r', '1', 'true']).status === 0;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const shareText = ({ p50, longest }: Share): string => `p50 ${p50}, at most ${longest} ms`;

/** How soon a stop stops, beside what the machine itself took in the same moments. */
function haltsLine({ halts, ahead, lastLeftMs, decidedMs, refusedMs, answeredMs, orderMs, flushMs }: Halts): string[] {
  return [
    `- **halt, ${halts} times, while an order is asked for every 10 ms** (goal 50 ms${ahead ? '; the drill ahead of the rest of the machine' : ''}): the last order left for the venue after ${shareText(lastLeftMs)}; the first order was refused after ${shareText(decidedMs)}, and its asker told after ${shareText(refusedMs)}; the halt was answered, and on the disk, after ${shareText(answeredMs)}`,
    `  - the machine in the same moments: a flush of 4 kB ${shareText(flushMs)}; an order asked for just before answered after ${shareText(orderMs)}; so the longest refusal took ${(refusedMs.longest / flushMs.longest).toFixed(1)} times the longest flush`,
  ];
}

function sectionOf(halts: Halts | undefined, told: readonly Told[], load: number, on: string): string {
  const lines = told.flatMap(({ drill, firstRefusalMs, notConfirmedMs, confirmedMs, venues }) => [
    `- **${drills[drill] ?? drill}**: ${firstRefusalMs === undefined ? '' : `the first refusal after ${Math.round(firstRefusalMs)} ms, `}${notConfirmedMs === undefined ? '' : `NOT CONFIRMED at its deadline, told after ${seconds(notConfirmedMs)}, and once its venues were back `}all CONFIRMED after ${seconds(confirmedMs)}`,
    ...Object.values(venues).map(({ was, cancelledMs, flatMs, lastAcceptedMs, live, heldUsd }) =>
      `  - venue ${was}: all cancelled after ${seconds(cancelledMs)}, flat after ${seconds(flatMs)}${lastAcceptedMs === 0 ? '' : `, an order that was on its way accepted after ${seconds(lastAcceptedMs)}`}; at the end ${live} live orders and ${heldUsd.toFixed(2)} USD held`),
  ]);
  return [
    BEGIN,
    '## Stops on real processes', '',
    'One runtime and three exchanges, each a process: 20 requests in flight, 50 orders in the books, a position at each. Counted from the request, by the logs and clocks of the exchanges;',
    `\`scripts/node scripts/drills.ts\` runs them and writes this list. ${on}, machine A, load ${load.toFixed(0)}, one run each. Two looks at a venue are at least 10 s apart, and a venue is away or lies for as long as the drill has it so.`, '',
    ...(halts === undefined ? [] : haltsLine(halts)), ...lines, END,
  ].join('\n');
}

const [earlier] = process.argv.slice(2);
const folder = earlier ?? mkdtempSync(join(tmpdir(), 'drills-'));
try {
  const ahead = mayGoAhead();
  const run = (file: string, before: readonly string[]): boolean => {
    const [program, ...words] = [...before, process.execPath, '--test', file];
    return spawnSync(program, words, { cwd: fileURLToPath(new URL('..', import.meta.url)), env: { ...process.env, BREAKWATER_DRILLS: folder, BREAKWATER_HALTS: String(HALTS), NODE_TEST_CONTEXT: undefined }, stdio: 'inherit' }).status === 0;
  };
  const isDone = earlier !== undefined || (run('test/crash/first-refusal.test.ts', ahead ? ['chrt', '-r', '1'] : []) && run('test/crash/drills.test.ts', []));
  if (!isDone) process.exitCode = 1;
  else {
    const read = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Told | Halts);
    const halts = read.find((one): one is Halts => one.drill === 'halts');
    const inOrder = Object.keys(drills).flatMap((name) => read.filter((one): one is Told => one.drill === name));
    const text = readFileSync(page, 'utf8');
    const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
    const section = sectionOf(halts === undefined ? undefined : { ...halts, ahead }, inOrder, loadavg()[0] ?? 0, new Date().toISOString().slice(0, 10));
    writeFileSync(page, from < 0 || to < 0 ? `${text.trimEnd()}\n\n${section}\n` : `${text.slice(0, from)}${section}${text.slice(to + END.length)}`);
    console.error('wrote docs/reference/measurements.md');
  }
} finally {
  if (earlier === undefined) rmSync(folder, { recursive: true, force: true });
}
