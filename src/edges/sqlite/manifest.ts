/** What a backup says of itself: `manifest.json`, the last file to be written, with a digest of every other one and of its own words. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, sha256Hex } from '../../journal/index.ts';
import type { Head } from '../../journal/index.ts';
import { sha256OfFile } from './closing.ts';
import { BackupError } from './errors.ts';
import { renamed, syncPath } from './segment-files.ts';

export type FileLine = { readonly path: string; readonly bytes: number; readonly sha256: string };

export type Manifest = {
  readonly format: 1;
  readonly journal: string; // the journal's identity
  readonly journalFormat: number;
  readonly head: Head; // everything up to here is in it
  readonly entries: number; // how many; those of removed segments are not there
  readonly openSegment: number;
  readonly keysThrough: number; // how far the index of older keys reaches
  readonly takenAtMs: number; // wall clock
  readonly version: string; // of Breakwater
  readonly source: string; // the data folder it was taken of
  readonly files: readonly FileLine[];
};

export const MANIFEST = 'manifest.json';
export const UNFINISHED = `${MANIFEST}.new`;

/** Whether a folder is a backup, or on its way to be one or to come from one: nobody opens it to write before its gate was shut. */
export const isBackup = (folder: string): boolean => [MANIFEST, UNFINISHED].some((name) => existsSync(join(folder, name)));

/** The first file of a backup: from here on it is one, though not a finished one. */
export function beginManifest(folder: string): void {
  writeFileSync(join(folder, UNFINISHED), '', { mode: 0o600 });
  syncPath(join(folder, UNFINISHED));
  syncPath(folder);
}

export const fileLine = (folder: string, path: string): FileLine => ({ path, bytes: statSync(join(folder, path)).size, sha256: sha256OfFile(join(folder, path)) });

export function writeManifest(folder: string, manifest: Manifest): void {
  const fresh = join(folder, UNFINISHED);
  writeFileSync(fresh, `${JSON.stringify({ ...manifest, sum: sumOf(manifest) }, null, 1)}\n`, { mode: 0o600 });
  syncPath(fresh);
  renamed(fresh, join(folder, MANIFEST));
  syncPath(folder);
}

/** Throws BackupError. */
export function readManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) throw new BackupError('unfinished', `${path} is not there`);
  try {
    const { sum, ...manifest } = JSON.parse(readFileSync(path, 'utf8')) as Manifest & { readonly sum: unknown };
    if (manifest.format !== 1) throw new BackupError('unfinished', `${path} has the format ${String(manifest.format)}, and this release reads format 1`);
    if (sumOf(manifest) !== sum) throw new BackupError('unproven', `${path} was changed after it was written`);
    return manifest;
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw new BackupError('unproven', `${path} cannot be read: ${thrown.message}`);
  }
}

const sumOf = (manifest: Manifest): string => sha256Hex(canonicalJson(manifest));
