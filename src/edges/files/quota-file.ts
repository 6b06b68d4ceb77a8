/**
 * The state of a rate budget in a folder that processes share: a file for each version, of which only the newest counts.
 *
 *   V1. A version is made by linking a file that is whole and on the disk under its name. The file system lets one of many do that.
 *   V2. The last `KEPT` names are never free again. So whoever links one of them made it first, though others may have gone on from it
 *       meanwhile; whoever finds that its name lies further back linked one that had been free again, and was not first.
 *   V3. True is answered only after the folder, too, is on the disk.
 */
import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { QuotaStore } from '../../ports/index.ts';

/** @param life a name that no other process has: its unfinished files carry it */
export function fileQuotaStore(folder: string, life: string): QuotaStore {
  let made = 0;
  return {
    async read() {
      for (;;) {
        const version = await newest(folder);
        if (version === 0) return undefined;
        const text = await textOf(pathOf(folder, version));
        if (text !== undefined) return { version, text }; // else a newer one has taken its place
      }
    },
    async replace(version, text) {
      await mkdir(folder, { recursive: true });
      const draft = join(folder, `${life}.${made += 1}.draft`);
      await written(draft, text);
      try {
        if (!(await linked(draft, pathOf(folder, version + 1)))) return false; // V1
      } finally {
        await unlink(draft);
      }
      const last = await newest(folder);
      if (version + 1 <= last - KEPT) { // V2
        await gone(pathOf(folder, version + 1));
        return false;
      }
      await synced(folder); // V3
      for (const older of (await versionsIn(folder)).filter((one) => one <= last - KEPT)) await gone(pathOf(folder, older));
      return true;
    },
  };
}

const KEPT = 32; // versions
const NAME = /^quota\.(\d+)\.json$/;
const pathOf = (folder: string, version: number): string => join(folder, `quota.${version}.json`);
const codeOf = (thrown: unknown): unknown => (thrown instanceof Error && 'code' in thrown ? thrown.code : undefined);

async function versionsIn(folder: string): Promise<readonly number[]> {
  try {
    return (await readdir(folder)).flatMap((name) => Number(NAME.exec(name)?.[1] ?? []));
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return [];
    throw thrown;
  }
}

const newest = async (folder: string): Promise<number> => Math.max(0, ...await versionsIn(folder));

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

async function written(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false;
    throw thrown;
  }
}

async function gone(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (thrown) {
    if (codeOf(thrown) !== 'ENOENT') throw thrown;
  }
}

async function synced(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
