/** Folders on this machine. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The folder, made if need be, as an absolute path. Only this user can look into it. */
export function folderAt(path: string): string {
  const folder = resolve(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

export const temporaryFolder = (name: string): string => mkdtempSync(join(tmpdir(), `${name}-`));
