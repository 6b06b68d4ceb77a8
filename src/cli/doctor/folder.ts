/** The data folder: who may read it, what disk it is on, who holds it, and whether the record in it is whole. */
import { join } from 'node:path';
import { BreakwaterError, reasonOf } from '../../base/index.ts';
import { openHeader } from '../../journal/index.ts';
import { openReader, verifyFolder } from '../../edges/sqlite/index.ts';
import { failed, ok, skipped, warning } from './check.ts';
import type { Check, Finding, Patient } from './check.ts';

const MB = 1_000_000;
const LEAST_BYTES = 100 * MB;
const FEW_BYTES = 1_000 * MB;
const FLUSHES = 50;
const SLOW_MS = 50;
const TOO_SLOW_MS = 1_000;
const AHEAD_MS = 86_400_000;
const BEHIND_MS = 60_000;
const remote: ReadonlySet<string> = new Set(['nfs', 'cifs', 'smb', 'smb2', 'fuse', '9p']);
const passing: ReadonlySet<string> = new Set(['tmpfs', 'ramfs']);

export const folderChecks: readonly Check[] = [
  {
    name: 'folder',
    examine: ({ machine, data }) => {
      const found = machine.permissions(data);
      if (found === undefined) return skipped(`${data} does not exist yet; it is made at the first start`);
      if (!found.isFolder) return { status: 'failed', code: 'BW-7104', why: `${data} is no folder`, doNext: 'name another one with --data' };
      if (!found.isOurs) return { status: 'failed', code: 'BW-7104', why: `${data} belongs to another user`, doNext: 'run as its owner, or give it to this user' };
      return (found.mode & 0o077) === 0 ? ok(data) : failed('readable', `${data} can be read by others (mode ${found.mode.toString(8)})`);
    },
  },
  {
    name: 'disk',
    examine: (patient) => onFolder(patient, ({ freeBytes, totalBytes }) => {
      const free = `${Math.floor(freeBytes / MB)} MB free of ${Math.floor(totalBytes / MB)} MB`;
      return freeBytes < LEAST_BYTES ? failed('room', free) : freeBytes < FEW_BYTES ? warning('room', free) : ok(free);
    }),
  },
  {
    name: 'file-system',
    examine: (patient) => onFolder(patient, ({ fileSystem }) =>
      (remote.has(fileSystem) ? failed('file-system', `${fileSystem} does not lock and flush as the journal needs it`) : passing.has(fileSystem) ? warning('file-system', `${fileSystem} is gone with the power`) : ok(fileSystem))),
  },
  {
    name: 'flush',
    examine: ({ machine, data }) => {
      if (machine.permissions(data) === undefined) return skipped('there is no data folder yet');
      try {
        const tookMs = [...machine.flushesMs(data, FLUSHES)].toSorted((a, b) => a - b);
        const at = (share: number): number => tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * share))] ?? 0;
        const text = `p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms of ${FLUSHES}`;
        return at(0.99) > TOO_SLOW_MS ? failed('flush', text) : at(0.99) > SLOW_MS ? warning('flush', text) : ok(text);
      } catch (thrown) {
        const full = /ENOSPC|EDQUOT/.test(reasonOf(thrown));
        return { status: 'failed', code: full ? 'BW-7102' : 'BW-7104', why: `nothing can be written in ${data}: ${reasonOf(thrown)}`, doNext: full ? 'free space on the disk of the data folder' : 'give this user write access to the folder' };
      }
    },
  },
  { name: 'holder', examine: holder },
  { name: 'journal', examine: journal },
];

function onFolder({ machine, data }: Patient, judge: (disk: { readonly freeBytes: number; readonly totalBytes: number; readonly fileSystem: string }) => Finding): Finding {
  const disk = machine.disk(machine.permissions(data) === undefined ? join(data, '..') : data);
  return disk === undefined ? skipped('not told on this machine') : judge(disk);
}

/** Whether the runtime of this folder answers at its control socket. */
export async function answers({ net, data, timeoutMs }: Patient): Promise<boolean> {
  const outcome = await net.request({ method: 'GET', url: `unix:${join(data, 'control.sock')}:/api/v1/status`, headers: {} }, timeoutMs);
  return outcome.kind === 'answered' && outcome.status === 200;
}

/** The lock itself is never touched: taking it for a moment would keep a runtime from starting. */
async function holder(patient: Patient): Promise<Finding> {
  const { machine, data } = patient;
  if (await answers(patient)) return ok('a runtime runs here, and answers');
  const [, pid] = /"pid":\s*(\d+)/.exec(machine.text(join(data, 'holder.json')) ?? '') ?? [];
  const program = pid === undefined ? undefined : machine.processAt(Number(pid));
  if (program === undefined) return ok(pid === undefined ? 'nobody has held it yet' : `free: process ${pid}, which held it last, is gone`);
  if (!program.includes('breakwater') && !program.includes('main.ts')) return ok(`free: process ${pid ?? ''} is something else by now`);
  return failed('holder', `process ${pid ?? ''} may hold the folder, and nobody answers at its control socket`);
}

async function journal(patient: Patient): Promise<Finding> {
  const { data, clock, machine, full } = patient;
  if (machine.permissions(join(data, 'journal.db')) === undefined) return skipped('there is no journal yet');
  const damaged = (why: string): Finding => ({ status: 'failed', code: 'BW-7005', why, doNext: `run "breakwater journal verify --data ${data}" for the whole finding; restore from a backup` });
  try {
    const { findings, findingCount, entries, head } = await verifyFolder(data, { closed: full });
    if (findingCount > 0) return damaged(`${findingCount} finding${findingCount === 1 ? '' : 's'}, the first: ${findings[0]?.detail ?? ''}`);
    const lastMs = await lastWallMs(data, head.seq);
    const behindMs = lastMs === undefined ? 0 : clock.wallMs() - lastMs;
    if (behindMs < -BEHIND_MS) return { ...failed('clock', `the last entry is of ${new Date(lastMs ?? 0).toISOString()}, which is still to come`) };
    const sound = `${entries} entries ${full ? 'in all' : 'of the open segment'}, every one as it was written`;
    if (behindMs > AHEAD_MS && !(await answers(patient))) return { status: 'warning', code: 'BW-7004', why: `${sound}; the last one is of ${new Date(lastMs ?? 0).toISOString()}`, doNext: 'if the clock is right, start once with --trust-clock' };
    return ok(sound);
  } catch (thrown) {
    return thrown instanceof BreakwaterError ? { status: 'failed', code: thrown.code, why: thrown.message } : damaged(reasonOf(thrown));
  }
}

async function lastWallMs(data: string, seq: number): Promise<number | undefined> {
  const reader = openReader(data);
  try {
    const [entry] = await reader.read(seq, 1);
    return entry === undefined ? undefined : openHeader(entry).wallMs;
  } finally {
    reader.close();
  }
}
