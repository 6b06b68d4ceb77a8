/** Data folders that real processes filled, and the processes themselves. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sha256Hex } from '../../src/journal/index.ts';

const script = fileURLToPath(new URL('./store-child.ts', import.meta.url));

export type Line = { open?: number; refused?: string; message?: string; durable?: number; unknown?: string; after?: string; readable?: number };
export type Child = {
  readonly pid: number;
  readonly lines: readonly Line[]; // so far
  /** The first line, past or to come, that fits; undefined when the process ended without one. */
  heard(fits: (line: Line) => boolean): Promise<Line | undefined>;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<void>;
};

/** @param wrap a command in front of the program, such as setpriv or a shell that sets limits */
export function start(directory: string, mode: string, options: { wrap?: readonly string[]; env?: NodeJS.ProcessEnv } = {}): Child {
  const [command = '', ...args] = [...(options.wrap ?? []), process.execPath, script, directory, ...mode.split(' ')];
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...options.env } });
  const lines: Line[] = [];
  const listeners = new Set<() => void>();
  const tellAll = (): void => [...listeners].forEach((listener) => listener());
  let over = false;
  const output = child.stdout;
  if (output === null) throw new Error('The child has no output.');
  createInterface(output).on('line', (text) => {
    lines.push(JSON.parse(text) as Line);
    tellAll();
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => {
    over = true;
    tellAll();
    resolve();
  }));
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} did not start.`);
  return {
    pid,
    lines,
    ended,
    signal: (signal) => void child.kill(signal),
    heard: (fits) => new Promise((resolve) => {
      const look = (): void => {
        const line = lines.find(fits);
        if (line === undefined && !over) return;
        listeners.delete(look);
        resolve(line);
      };
      listeners.add(look);
      look();
    }),
  };
}

export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'breakwater-crash-'));
export const removeFolder = (directory: string): void => rmSync(directory, { recursive: true, force: true });

/** A folder with `count` acknowledged entries, whose process was killed: part of the journal lies in the write-ahead log. */
export async function killedFolder(count: number): Promise<string> {
  const directory = emptyFolder();
  const child = start(directory, `fill ${count}`);
  await child.heard((line) => line.durable === count);
  child.signal('SIGKILL');
  await child.ended;
  return directory;
}

/** What must not change when a folder is refused. SQLite may leave an empty write-ahead log behind. */
export function contentOf(directory: string): Record<string, string> {
  const kept = readdirSync(directory).filter((name) => !name.endsWith('-shm') && !/^(?:lock\.db|holder\.json)/.test(name)).toSorted();
  const contents = kept.map((name) => [name, readFileSync(join(directory, name))] as const).filter(([, bytes]) => bytes.length > 0);
  return Object.fromEntries(contents.map(([name, bytes]) => [name, sha256Hex(bytes)]));
}
