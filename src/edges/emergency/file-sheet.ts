/**
 * A file of a fixed size, written in place.
 *
 *   F1. It is made whole, with every byte written and flushed, under another name, and only then takes its own: a file of this
 *       name has its room on the disk.
 *   F2. A write is `pwrite` and `fdatasync`, in a thread of the pool: the loop that trades never waits for it.
 */
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EmergencySheet } from '../../journal/index.ts';

export function fileSheet(path: string, bytes: number): EmergencySheet {
  let opened: FileHandle | undefined;
  const file = async (): Promise<FileHandle> => (opened ??= await open(path, 'r+'));
  const letGo = async (): Promise<void> => {
    const handle = opened;
    opened = undefined;
    await handle?.close();
  };
  return {
    bytes,
    async read() {
      try {
        return new Uint8Array(await readFile(path)); // also where it may not be written
      } catch (thrown) {
        if ((thrown as { readonly code?: unknown }).code === 'ENOENT') return undefined;
        throw thrown;
      }
    },
    async readAt(at, length) {
      const into = new Uint8Array(length);
      const { bytesRead } = await (await file()).read(into, 0, length, at);
      return into.subarray(0, bytesRead);
    },
    async make(content, keepAs) { // F1
      await letGo();
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const fresh = await open(`${path}.new`, 'w', 0o600);
      try {
        await fresh.writeFile(content);
        await fresh.sync();
      } finally {
        await fresh.close();
      }
      if (keepAs !== undefined) await rename(path, freeName(`${path}.${keepAs}`));
      await rename(`${path}.new`, path);
      await syncFolder(dirname(path));
    },
    async writeAt(at, content) { // F2
      const handle = await file();
      for (let done = 0; done < content.length; ) done += (await handle.write(content, done, content.length - done, at + done)).bytesWritten;
      await handle.datasync();
    },
    close: letGo,
  };
}

/** What is kept aside replaces nothing that was kept before. */
function freeName(path: string): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? path : `${path}-${number}`;
    if (!existsSync(name)) return name;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
