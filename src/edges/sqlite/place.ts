/** Where the journal's file stands in a data folder, and how large it is. */
import { statSync } from 'node:fs';
import { join } from 'node:path';

export const journalPath = (directory: string): string => join(directory, 'journal.db');

/** Of the journal file and its write-ahead log. */
export const journalBytes = (directory: string): number => sizeOf(journalPath(directory)) + sizeOf(`${journalPath(directory)}-wal`);

export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
