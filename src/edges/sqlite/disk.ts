/**
 * Every point at which something on the disk has changed or was made sure of, told to whoever watches. Nobody does in production:
 * a test copies the folder at each of these points, and sees what a crash there would leave.
 *
 * `committed` and `checkpointed` are SQLite's: a commit writes the write-ahead log, a checkpoint the file itself; `sure`: and flushed it.
 */
import type { DatabaseSync } from 'node:sqlite';

export type DiskStep =
  | { readonly kind: 'wrote' | 'synced' | 'removed' | 'made'; readonly path: string }
  | { readonly kind: 'renamed'; readonly path: string; readonly to: string }
  | { readonly kind: 'committed' | 'checkpointed' | 'closed'; readonly path: string; readonly sure: boolean };

let watcher: ((step: DiskStep) => void) | undefined;

/** @returns what ends the watching */
export function watchDisk(watch: (step: DiskStep) => void): () => void {
  watcher = watch;
  return () => { watcher = undefined; };
}

export function told(kind: 'wrote' | 'synced' | 'removed' | 'made', path: string): void {
  watcher?.({ kind, path });
}

export function toldRenamed(path: string, to: string): void {
  watcher?.({ kind: 'renamed', path, to });
}

const FULL = 2;

/** Asked of the connection itself, so that one that does not flush is not taken for one that does. */
export const isSure = (database: DatabaseSync): boolean => watcher !== undefined && Number(database.prepare('PRAGMA synchronous').get()?.['synchronous']) >= FULL;

export function toldDatabase(kind: 'committed' | 'checkpointed' | 'closed', path: string, sure: boolean): void {
  watcher?.({ kind, path, sure });
}
