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

/**
 * How a process is started that runs for years beside others: it needs little memory more than the last of its speed. Garbage is
 * collected early, and glibc gives large blocks back instead of keeping them for later, which took half of all that was resident.
 */
export const FRUGAL = {
  options: ['--optimize-for-size'],
  env: { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' },
} as const;

/** Starts `node program args…` with a channel for words; its output goes to our standard error. Throws where it cannot start. */
export function spawnChild({ program, args, env = {} }: SpawnOptions): Child {
  const child = spawn(process.execPath, [...FRUGAL.options, ...process.execArgv, program, ...args], {
    detached: true, // P1
    stdio: ['ignore', 2, 2, 'ipc'],
    env: { ...FRUGAL.env, ...process.env, ...env },
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
    reload: () => { if (child.connected) child.send({ kind: 'reload' }, () => undefined); },
    kill: () => {
      if (pid === undefined || end !== undefined) return;
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL'); // the group is gone; at most its leader is left
      }
    },
    onWord: (run) => void child.on('message', (message) => {
      const word = message as Word;
      if (word.kind === 'heartbeat' && child.connected) child.send({ kind: 'heard' }, () => undefined); // so that the runtime, too, knows whether somebody watches
      run(word);
    }),
    onEnd: (run) => {
      if (end === undefined) listeners.push(run);
      else run(end);
    },
  };
}
