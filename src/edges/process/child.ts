/**
 * A runtime as a process of this machine, seen by its supervisor.
 *
 *   P1. It leads a process group of its own: what kills it kills whatever it started, and a Ctrl-C in the terminal does not
 *       reach it past its supervisor.
 *   P2. Its end is told once it is reaped.
 */
import { spawn } from 'node:child_process';
import type { Child, End, Word } from '../../ports/index.ts';

export type SpawnOptions = { readonly program: string; readonly args: readonly string[]; readonly env?: Readonly<Record<string, string>> };

/** Garbage is collected early: a process that runs for years beside others needs little memory more than it needs the last of its speed. */
export const FRUGAL = ['--optimize-for-size'] as const;

/** Starts `node program args…` with a channel for words; its output goes to our standard error. Throws where it cannot start. */
export function spawnChild({ program, args, env = {} }: SpawnOptions): Child {
  const child = spawn(process.execPath, [...FRUGAL, ...process.execArgv, program, ...args], {
    detached: true, // P1
    stdio: ['ignore', 2, 2, 'ipc'],
    env: { ...process.env, ...env },
  });
  const { pid } = child;
  let end: End | undefined;
  const listeners: ((end: End) => void)[] = [];
  const ended = (how: End): void => {
    if (end !== undefined) return;
    end = how;
    for (const run of listeners) run(how);
  };
  child.on('error', (error) => { if (pid === undefined) ended({ code: undefined, signal: error.message }); });
  child.on('exit', (code, signal) => ended({ code: code ?? undefined, signal: signal ?? undefined })); // P2
  return {
    pid: pid ?? 0,
    stop: () => { if (child.connected) child.send({ kind: 'stop' }, () => undefined); },
    kill: () => {
      if (pid === undefined || end !== undefined) return;
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL'); // the group is gone; at most its leader is left
      }
    },
    onWord: (run) => void child.on('message', (message) => run(message as Word)),
    onEnd: (run) => {
      if (end === undefined) listeners.push(run);
      else run(end);
    },
  };
}
