/** A process of ours that answers in lines of JSON: how one command drives another. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { reasonOf } from '../../base/index.ts';
import type { End } from '../../ports/index.ts';

export interface Tool {
  readonly pid: number;
  /** Its first line of output, parsed. Rejects when it ends before. */
  readonly first: Promise<Readonly<Record<string, unknown>>>;
  readonly ended: Promise<End>;
  terminate(): void;
  kill(): void;
}

/**
 * Starts `node program args…` in a group of its own, so that a Ctrl-C in the terminal reaches us alone and everything is
 * stopped in order. What it says on standard error goes to the end of `logFile`. Its standard input stays open as long as we
 * live: a tool that listens there learns of our end.
 */
export function spawnTool(program: string, args: readonly string[], logFile: string): Tool {
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, [...process.execArgv, program, ...args], { stdio: ['pipe', 'pipe', log], detached: true });
  closeSync(log);
  child.stdin?.on('error', () => undefined);
  const ended = new Promise<End>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
    child.once('error', (error) => resolve({ code: undefined, signal: error.message }));
  });
  const first = new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        try {
          resolve(JSON.parse(line) as Readonly<Record<string, unknown>>);
        } catch (thrown) {
          reject(new Error(`${args[0] ?? ''} answered "${line.slice(0, 200)}": ${reasonOf(thrown)}`));
        }
      });
    }
    void ended.then(({ code, signal }) => reject(new Error(`${args[0] ?? ''} ended (${signal ?? `code ${code ?? 'unknown'}`}); ${logFile} says why`)));
  });
  first.catch(() => undefined);
  return { pid: child.pid ?? 0, first, ended, terminate: () => void child.kill('SIGTERM'), kill: () => void child.kill('SIGKILL') };
}

/** Runs when whoever started us is gone: our standard input, which they hold, has ended. */
export function onStarterGone(run: () => void): void {
  process.stdin.on('end', run);
  process.stdin.on('error', run);
  process.stdin.resume();
}
