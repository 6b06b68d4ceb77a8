/** A process of ours that answers in lines of JSON: how one command drives another. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { reasonOf } from '../../base/index.ts';
import type { End } from '../../ports/index.ts';

export interface Tool {
  readonly pid: number;
  /** Its first line of output, parsed. Rejects when it ends before, with what it said. */
  readonly first: Promise<Readonly<Record<string, unknown>>>;
  readonly ended: Promise<End>;
  terminate(): void;
  kill(): void;
}

/** Starts `node program args…` in this process's group; what it says on standard error goes to `onNote`, line by line. */
export function spawnTool(program: string, args: readonly string[], onNote: (line: string) => void): Tool {
  // A group of its own, so that a Ctrl-C in the terminal reaches us alone and everything is stopped in order.
  const child = spawn(process.execPath, [...process.execArgv, program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const ended = new Promise<End>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
    child.once('error', (error) => resolve({ code: undefined, signal: error.message }));
  });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    if (said.length > 20) said.shift();
    onNote(line);
  });
  const first = new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      try {
        resolve(JSON.parse(line) as Readonly<Record<string, unknown>>);
      } catch (thrown) {
        reject(new Error(`${args[0] ?? ''} answered "${line.slice(0, 200)}": ${reasonOf(thrown)}`));
      }
    });
    void ended.then(({ code, signal }) => reject(new Error(`${args[0] ?? ''} ended (${signal ?? code ?? 'unknown'}): ${said.join('\n')}`)));
  });
  first.catch(() => undefined);
  return { pid: child.pid ?? 0, first, ended, terminate: () => void child.kill('SIGTERM'), kill: () => void child.kill('SIGKILL') };
}
