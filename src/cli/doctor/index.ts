/**
 * `breakwater doctor`: everything about an installation that can be looked at without changing it, with a runtime or without.
 *
 *   D1. Nothing is changed: no file that keeps a name, no lock taken, no order asked for.
 *   D2. What cannot be looked at is skipped and says so; it never counts as well.
 */
import { resolve } from 'node:path';
import { reasonOf } from '../../base/index.ts';
import { realClock } from '../../edges/clock/index.ts';
import { formatProblem, loadConfig, readConfigFile } from '../../edges/config/index.ts';
import type { ConfigProblem } from '../../edges/config/index.ts';
import { realMachine } from '../../edges/machine/index.ts';
import { realNet } from '../../edges/net/index.ts';
import type { Terminal } from '../../edges/process/index.ts';
import type { Answer } from '../answer.ts';
import type { Cli, Common } from '../cli.ts';
import { durationMs } from '../cli.ts';
import { EXIT } from '../exit.ts';
import { UsageError } from '../failure.ts';
import { WIDTH, wrapped } from '../table.ts';
import type { Mark } from '../table.ts';
import type { Check, Configured, Finding, Found, Patient } from './check.ts';
import { configuredChecks } from './configured.ts';
import { folderChecks } from './folder.ts';
import { machineChecks } from './machine.ts';
import { runningChecks } from './running.ts';
import { venueChecks } from './venues.ts';

type Options = Common & { readonly config?: string; readonly data?: string; readonly env?: string; readonly full?: true; readonly only?: string; readonly timeout: string };

const DEFAULT_FILE = 'breakwater.json';

export async function doctor(cli: Cli, options: Options): Promise<Answer> {
  const configured = configuredBy(cli.terminal, options);
  const clock = realClock();
  const net = realNet({ clock });
  const patient: Patient = {
    clock, net, machine: realMachine(clock), node: cli.terminal.nodeVersion, data: resolve(options.data ?? configured.config?.storage.dir ?? 'data'), configured,
    timeoutMs: durationMs('--timeout', options.timeout), full: options.full === true,
  };
  try {
    return answerOf(cli.terminal, await examined(patient, options.only));
  } finally {
    await net.close();
  }
}

/** One check after the other: they measure the machine they run on. */
export async function examined(patient: Patient, only?: string): Promise<readonly Found[]> {
  const all: readonly Check[] = [...machineChecks, ...folderChecks, ...runningChecks, ...configuredChecks, ...venueChecks(patient.configured)];
  const wanted = only?.split(',').map((word) => word.trim());
  const chosen = wanted === undefined ? all : all.filter(({ name }) => wanted.some((word) => name === word || name.startsWith(`${word} `) || name.endsWith(` ${word}`)));
  if (chosen.length === 0) throw new UsageError(`--only is "${only ?? ''}": there are ${all.map(({ name }) => name).join(', ')}.`);
  const found: Found[] = [];
  for (const { name, examine } of chosen) found.push({ name, ...await judged(examine, patient) });
  return found;
}

async function judged(examine: Check['examine'], patient: Patient): Promise<Finding> {
  try {
    return await examine(patient);
  } catch (thrown) {
    return { status: 'failed', code: 'BW-9002', why: `the check itself failed: ${reasonOf(thrown)}`, doNext: 'report it with this message' };
  }
}

const marks: Readonly<Record<Finding['status'], Mark>> = { ok: '●', warning: '▲', failed: '◆', skipped: '◌' };
const styles = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'dim' } as const;

function answerOf(terminal: Terminal, found: readonly Found[]): Answer {
  const count = (status: Finding['status']): number => found.filter((one) => one.status === status).length;
  const width = Math.max(...found.map(({ name }) => name.length));
  const isWell = count('failed') === 0;
  return {
    data: { healthy: isWell, ok: count('ok'), warnings: count('warning'), failed: count('failed'), skipped: count('skipped'), checks: found },
    text: [
      ...found.flatMap(({ name, status, why, code, doNext }) => {
        const more = [...(doNext === undefined ? [] : [doNext]), ...(code === undefined ? [] : [`(breakwater explain ${code})`])].join('  ');
        const lines = [why, ...(more === '' ? [] : [more])].flatMap((text) => wrapped(text.replaceAll(/\s+/g, ' '), WIDTH - width - 4));
        return lines.map((line, index) => (index === 0 ? `${terminal.paint(styles[status], marks[status])} ${name.padEnd(width)}  ${line}` : `${' '.repeat(width + 4)}${line}`));
      }),
      `${count('ok')} ok, ${count('warning')} to look at, ${count('failed')} failed, ${count('skipped')} skipped`,
    ],
    exit: isWell ? EXIT.ok : EXIT.unhealthy,
  };
}

/** Reads the configuration as a start would, and remembers which files it came from. */
function configuredBy(terminal: Terminal, { config, env }: Options): Configured {
  const read: string[] = [];
  const [file, isNamed] = [config ?? DEFAULT_FILE, config !== undefined];
  if (readConfigFile(file) === undefined) return { file, errors: [], warnings: [], files: [], secretFiles: [], isNamed };
  const loaded = loadConfig({ file, environment: env, env: terminal.env, readFile: (path) => {
    const text = readConfigFile(path);
    if (text !== undefined) read.push(path);
    return text;
  } });
  const files = [...new Set(read)];
  const layers = file.replace(/\.jsonc?$/, '');
  const secretFiles = files.filter((path) => path !== file && !path.startsWith(`${layers}.`));
  const warnings = loaded.warnings.map(firstLine);
  return loaded.ok ? { file, config: loaded.config, errors: [], warnings, files, secretFiles, isNamed } : { file, errors: loaded.errors.map(firstLine), warnings, files, secretFiles, isNamed };
}

const firstLine = (problem: ConfigProblem): string => formatProblem(problem).split('\n')[0] ?? '';
