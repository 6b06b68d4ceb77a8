/** Stopping a process in the very middle of a commit, and knowing that it was. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pause, reached, statesOf } from './kit-program.ts';

const WRITE_LOCK_BYTE = 120; // of the shared-memory file of a SQLite database: held from the begin of a write to the end of its commit

/** Whether the process holds the write lock of its journal; the kernel's list tells without touching anything. */
export function isCommitting(pid: number, data: string): boolean {
  const { ino } = statSync(join(data, 'journal.db-shm'));
  return readFileSync('/proc/locks', 'utf8').split('\n').some((line) => {
    const [, , , kind, holder, file = '', from, to] = line.split(/\s+/);
    return kind === 'WRITE' && Number(holder) === pid && Number(file.split(':')[2]) === ino && Number(from) <= WRITE_LOCK_BYTE && (to === 'EOF' || Number(to) >= WRITE_LOCK_BYTE);
  });
}

/** Stops it, lets it go and stops it again, until it stands still inside a commit. False if that did not happen: it stands still all the same, or its supervisor took the pauses for a hang and ended it. */
export async function stopInsideCommit(pid: number, data: string, stillBusy: () => boolean): Promise<boolean> {
  for (;;) {
    if (!reached(pid, 'SIGSTOP')) return false;
    for (let looks = 0; looks < 200 && !statesOf(pid).every((state) => state === 'T' || state === 'Z'); looks += 1) await pause(0);
    if (isCommitting(pid, data)) return true;
    if (!stillBusy()) return false;
    if (!reached(pid, 'SIGCONT')) return false;
    await pause(Math.random() * 3);
  }
}
