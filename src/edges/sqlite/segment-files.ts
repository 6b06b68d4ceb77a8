/**
 * Closed segments: one read-only file each, `segments/000001.db`, and `segments/index.json`, which says what each holds.
 *
 *   F1. The index names a file only once it is whole, verified and on the disk.
 *   F2. A line of the index is never taken back: of a removed segment it still says what it held.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { ClosedSegment } from '../../ports/index.ts';
import { told, toldRenamed } from './disk.ts';
import { StoreError } from './errors.ts';
import { sql } from './schema.ts';
import type { Row } from './wire.ts';

/** Which entries a segment holds, and the hashes between which its chain runs. */
export type SegmentSpan = { readonly number: number; readonly firstSeq: number; readonly lastSeq: number; readonly previousHash: string; readonly lastHash: string };

/** A closed segment. `sha256` is of the file. */
export type SegmentLine = SegmentSpan & ClosedSegment & { readonly sha256: string };

export const segmentsFolder = (directory: string): string => join(directory, 'segments');
export const segmentPath = (directory: string, number: number): string => join(segmentsFolder(directory), `${String(number).padStart(6, '0')}.db`);
export const indexPath = (directory: string): string => join(segmentsFolder(directory), 'index.json');

/** Throws StoreError `damaged` where the index is there and cannot be read. */
export function readIndex(directory: string): readonly SegmentLine[] {
  const path = indexPath(directory);
  if (!existsSync(path)) return [];
  try {
    const { segments } = JSON.parse(readFileSync(path, 'utf8')) as { readonly segments: readonly SegmentLine[] };
    if (!Array.isArray(segments) || segments.some(({ number, firstSeq, lastSeq, lastHash }) => ![number, firstSeq, lastSeq].every(Number.isSafeInteger) || typeof lastHash !== 'string')) throw new SyntaxError('it is no list of segments');
    return segments as SegmentLine[];
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw new StoreError('damaged', `${path} cannot be read: ${thrown.message}`);
  }
}

/** F1: replaces the index in one step. */
export function writeIndex(directory: string, segments: readonly SegmentLine[]): void {
  const fresh = `${indexPath(directory)}.new`;
  writeFileSync(fresh, `${JSON.stringify({ format: 1, segments: segments.toSorted((a, b) => a.number - b.number) }, null, 1)}\n`);
  syncPath(fresh);
  renamed(fresh, indexPath(directory));
  syncPath(segmentsFolder(directory));
}

export function syncPath(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
  told('synced', path);
}

export function renamed(path: string, to: string): void {
  renameSync(path, to);
  toldRenamed(path, to);
}

export function removed(path: string): void {
  rmSync(path, { force: true });
  told('removed', path);
}

/** Deletes the file of a closed segment; its line stays (F2). */
export function removeSegmentFile(directory: string, number: number): void {
  writeIndex(directory, readIndex(directory).map((segment) => (segment.number === number ? { ...segment, removed: true } : segment)));
  removed(segmentPath(directory, number));
  syncPath(segmentsFolder(directory));
}

/** Opens the file of a closed segment for reading. Nobody writes to it any more, so it needs no lock. */
export function openSegmentFile(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return new DatabaseSync(url, { readOnly: true });
}

/** Reads entries of closed segments. */
export class SegmentFiles {
  readonly #directory: string;
  #known: readonly SegmentLine[] = [];
  #knownAtMs = -1;
  #open: { readonly number: number; readonly database: DatabaseSync } | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** From `fromSeq`, or from the first entry after it that is still kept, to the end of that segment at most. */
  read(fromSeq: number, limit: number): readonly Row[] {
    for (const segment of this.#segments()) {
      if (segment.removed || segment.lastSeq < fromSeq || !existsSync(segmentPath(this.#directory, segment.number))) continue;
      return this.#databaseOf(segment.number).prepare(sql.page).all(fromSeq, limit) as unknown as Row[];
    }
    return [];
  }

  close(): void {
    this.#open?.database.close();
    this.#open = undefined;
  }

  #segments(): readonly SegmentLine[] {
    const changedAtMs = statSync(indexPath(this.#directory), { throwIfNoEntry: false })?.mtimeMs ?? -1;
    if (changedAtMs !== this.#knownAtMs) [this.#known, this.#knownAtMs] = [readIndex(this.#directory), changedAtMs];
    return this.#known;
  }

  #databaseOf(number: number): DatabaseSync {
    if (this.#open?.number !== number) {
      this.close();
      this.#open = { number, database: openSegmentFile(segmentPath(this.#directory, number)) };
    }
    return this.#open.database;
  }
}
