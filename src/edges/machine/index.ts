/** This machine, looked at and not changed: permissions, disks, limits, processes, addresses. */
import { closeSync, fdatasyncSync, openSync, readFileSync, realpathSync, statfsSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { reasonOf } from '../../base/index.ts';
import type { Clock, Machine } from '../../ports/index.ts';

const BLOCK_BYTES = 4_096;
/** The numbers by which Linux names file systems. */
const fileSystems: Readonly<Record<number, string>> = {
  0xef53: 'ext', 0x58465342: 'xfs', 0x9123683e: 'btrfs', 0x2fc12fc1: 'zfs', 0xf2f52010: 'f2fs', 0x01021994: 'tmpfs', 0x858458f6: 'ramfs', 0x794c7630: 'overlay',
  0x6969: 'nfs', 0xff534d42: 'cifs', 0xfe534d42: 'smb2', 0x517b: 'smb', 0x65735546: 'fuse', 0x01021997: '9p', 0x5346544e: 'ntfs', 0x4d44: 'fat',
};

/** Where a link leads, as far as this may be looked at. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

export function realMachine(clock: Pick<Clock, 'monotonicMs'>): Machine {
  const text = (path: string): string | undefined => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  };
  return {
    text,
    permissions: (path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat === undefined ? undefined : { mode: stat.mode & 0o777, isOurs: process.getuid === undefined || stat.uid === process.getuid() || process.getuid() === 0, isFolder: stat.isDirectory() };
    },
    rights: (path) => {
      if (process.getuid === undefined) return { kind: 'not-told' };
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat === undefined) return { kind: 'absent' };
      return { kind: 'told', owner: stat.uid === process.getuid() ? 'us' : stat.uid === 0 ? 'root' : 'other', mode: stat.mode & 0o7777, realPath: realPathOf(path) };
    },
    disk: (folder) => {
      try {
        const { bavail, blocks, bsize, type } = statfsSync(folder);
        return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, fileSystem: fileSystems[type] ?? `0x${type.toString(16)}` };
      } catch {
        return undefined;
      }
    },
    flushesMs: (folder, count) => {
      const path = join(folder, `.doctor-${process.pid}`);
      const file = openSync(path, 'wx', 0o600);
      try {
        unlinkSync(path); // it has no name from here on: nothing is left, however this ends
        const block = Buffer.alloc(BLOCK_BYTES, 1);
        return Array.from({ length: count }, (_, index) => {
          const beganMs = clock.monotonicMs();
          writeSync(file, block, 0, BLOCK_BYTES, index * BLOCK_BYTES);
          fdatasyncSync(file);
          return clock.monotonicMs() - beganMs;
        });
      } finally {
        closeSync(file);
      }
    },
    openFilesLimit: () => {
      const [, soft] = /^Max open files\s+(\d+)/m.exec(text('/proc/self/limits') ?? '') ?? [];
      return soft === undefined ? undefined : Number(soft);
    },
    processAt: (pid) => {
      try {
        process.kill(pid, 0);
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
      }
      return (text(`/proc/${pid}/cmdline`) ?? 'a process').replaceAll('\0', ' ').trim();
    },
    busy: (host, port) => new Promise((resolve) => {
      const server = createServer();
      server.once('error', (error) => resolve(reasonOf(error)));
      server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
    }),
  };
}
