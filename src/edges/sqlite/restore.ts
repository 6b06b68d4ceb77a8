/**
 * A backup becomes a data folder again.
 *
 *   R1. Only a backup that is proven, only into a new or empty folder.
 *   R2. It is built beside its place and gets its name in one step, after whoever restores has shut its gate. Until then it is a backup,
 *       which no start opens: cut off anywhere before, there is no folder that could be started.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { verifyBackup } from './backup-check.ts';
import { sha256OfFile } from './closing.ts';
import { BackupError, storeErrorOf } from './errors.ts';
import { isHeld } from './lock.ts';
import { beginManifest, UNFINISHED } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { removed, renamed, segmentsFolder, syncPath } from './segment-files.ts';

/** @param shut makes the copy safe to start, which it opens as what it is, a backup; what it does is part of what gets the name. Throws BackupError, StoreError. */
export async function restoreBackup(backup: string, into: string, shut: (folder: string, manifest: Manifest) => Promise<void>): Promise<Manifest> {
  const [from, to] = [resolve(backup), resolve(into)];
  const fresh = `${to}.restoring`;
  if (existsSync(to) && readdirSync(to).length > 0) throw new BackupError('occupied', `${to} is not empty`);
  if (existsSync(fresh)) throw new BackupError('occupied', `${fresh} is left over from a restoring that was cut off; remove it`);
  const { manifest, findings: [first] } = await verifyBackup(from); // R1
  if (manifest === undefined || first !== undefined) throw new BackupError('unproven', `${from}: ${first?.detail ?? 'there is no manifest'}`);
  try {
    mkdirSync(segmentsFolder(fresh), { recursive: true, mode: 0o700 });
    beginManifest(fresh); // R2
    for (const { path, sha256 } of manifest.files) {
      copyFileSync(join(from, path), join(fresh, path));
      chmodSync(join(fresh, path), /^segments.\d+\.db$/.test(path) ? 0o444 : 0o600);
      if (sha256OfFile(join(fresh, path)) !== sha256) throw new BackupError('unproven', `${path} was not copied as it is`);
      syncPath(join(fresh, path));
    }
    syncPath(segmentsFolder(fresh));
    await shut(fresh, manifest);
    removed(join(fresh, UNFINISHED)); // R2
    syncPath(fresh);
    renamed(fresh, to);
    syncPath(dirname(to));
    return manifest;
  } catch (thrown) {
    rmSync(fresh, { recursive: true, force: true });
    throw thrown instanceof BackupError ? thrown : storeErrorOf(thrown, `restoring ${from} to ${to}`);
  }
}

/** Whether a living process holds the data folder that a backup was taken of; undefined where it is not on this machine. */
export function originalIsHeld({ source }: Manifest): boolean | undefined {
  return existsSync(join(source, 'lock.db')) ? isHeld(source) : undefined;
}
