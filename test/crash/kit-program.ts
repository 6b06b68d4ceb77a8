/** The program itself, as a process of this machine: what it prints, how it ends, and the signals it is sent. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/breakwater', import.meta.url));

export type Printed = Readonly<Record<string, unknown>>;
export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type Program = {
  readonly pid: number;
  readonly out: readonly Printed[]; // lines of standard output, so far
  readonly log: readonly Printed[]; // lines of standard error, so far
  readonly end: () => Ended | undefined;
  readonly ended: Promise<Ended>;
  signal(signal: NodeJS.Signals): void;
};

/** @param heard is told each line of standard error as it comes */
export function breakwater(args: readonly string[], heard: (line: Printed) => void = () => {}, env: Readonly<Record<string, string>> = {}): Program {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} did not start.`);
  const [out, log]: Printed[][] = [[], []];
  createInterface(child.stdout).on('line', (text) => void out!.push(parsed(text)));
  createInterface(child.stderr).on('line', (text) => {
    const line = parsed(text);
    log!.push(line);
    heard(line);
  });
  let end: Ended | undefined;
  const ended = new Promise<Ended>((resolve) => child.once('exit', (code, signal) => resolve((end = { code, signal }))));
  return { pid, out: out!, log: log!, end: () => end, ended, signal: (signal) => void child.kill(signal) };
}

/** A command that answers and ends: its exit code, and its document. */
export async function asked(args: readonly string[]): Promise<{ readonly code: number | null; readonly document: Printed; readonly said: readonly Printed[] }> {
  const child = breakwater(args);
  const { code } = await child.ended;
  await until(`the output of ${args.join(' ')}`, () => child.out.length > 0 || child.log.length > 0);
  return { code, document: child.out.at(-1) ?? {}, said: child.log };
}

/** Looks again and again: what real processes do tells nobody when it is done. */
export async function until<T>(what: string, look: () => T | Promise<T>, timeoutMs = 90_000): Promise<NonNullable<T>> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found as NonNullable<T>;
    if (performance.now() > deadlineMs) throw new Error(`Not within ${timeoutMs} ms: ${what}.`);
    await pause(10);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Whether a process is there: running, stopped, or dead and not reaped yet. */
export const isThere = (pid: number): boolean => reached(pid, 0);

/** Sends it a signal. False where it had ended by itself, or somebody else had ended it. */
export function reached(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** The states of its threads, as the kernel names them: R, S, D, T for stopped, Z for dead and not reaped. Empty when it is gone. */
export function statesOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) => {
      try {
        return [/\) (\S)/.exec(readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8'))?.[1] ?? '?'];
      } catch {
        return []; // this thread has just ended
      }
    });
  } catch {
    return [];
  }
}

/** Dead to everybody, though perhaps nobody has reaped it yet. */
export const isDead = (pid: number): boolean => statesOf(pid).every((state) => state === 'Z' || state === 'X');

/** Ends a process, if it is still the one that runs on this folder. */
export function endForGood(pid: number, folder: string): void {
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)) process.kill(pid, 'SIGKILL');
  } catch {
    // it is gone
  }
}

function parsed(text: string): Printed {
  try {
    return JSON.parse(text) as Printed;
  } catch {
    return { text };
  }
}
