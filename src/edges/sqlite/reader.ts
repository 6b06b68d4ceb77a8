/**
 * Reading a data folder without writing to it: beside a live writer, after its death, and where nothing may be written at all.
 *
 *   R1. Each page is a statement of its own; nothing is held open between pages, so that a slow reader holds up no checkpoint.
 *   R2. In a folder that cannot be written SQLite cannot read the write-ahead log; `note` then says what is not seen.
 */
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Head, Origin, SealedEntry, Snapshot, SnapshotRange } from '../../journal/index.ts';
import { StoreError, storeErrorOf } from './errors.ts';
import { identify } from './inspect.ts';
import { journalPath, sizeOf } from './place.ts';
import { closedThroughOf, originOf, readRows, readSnapshots, segmentCountOf } from './questions.ts';
import { BUSY_TIMEOUT_MS } from './schema.ts';
import { SegmentFiles } from './segment-files.ts';
import { toEntry } from './wire.ts';

export interface JournalReader {
  readonly identity: string;
  /** What this reader cannot see, if anything. */
  readonly note: string | undefined;
  head(): Promise<Head>;
  /** Where the open segment begins. */
  origin(): Promise<Origin>;
  /** Up to where entries lie in closed segments, and the hash there. */
  closedThrough(): Promise<{ readonly seq: number; readonly hash: string }>;
  /** How many segments were begun, the open one among them. */
  segmentCount(): Promise<number>;
  read(fromSeq: number, limit: number): Promise<readonly SealedEntry[]>;
  snapshots(which?: SnapshotRange): Promise<readonly Snapshot[]>;
  close(): void;
}

/** Opens the journal of a data folder for reading. Throws StoreError. */
export function openReader(directory: string): JournalReader {
  const path = journalPath(directory);
  if (sizeOf(path) === 0) throw new StoreError('emptied', `there is no journal at ${path}`);
  try {
    return new FileReader(new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS }), path, undefined);
  } catch (thrown) {
    if (storeErrorOf(thrown, '').reason !== 'read-only') throw storeErrorOf(thrown, `opening ${path}`);
    return openImmutable(path);
  }
}

function openImmutable(path: string): JournalReader {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  const unread = sizeOf(`${path}-wal`);
  const note = unread === 0 ? undefined : `The folder cannot be written, so ${unread} bytes of ${path}-wal were not read: the newest entries may be among them. Copy the folder to where it can be written to see them.`;
  try {
    return new FileReader(new DatabaseSync(url, { readOnly: true }), path, note);
  } catch (thrown) {
    throw storeErrorOf(thrown, `opening ${path}`);
  }
}

class FileReader implements JournalReader {
  readonly identity: string;
  readonly note: string | undefined;
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #segments: SegmentFiles;

  constructor(database: DatabaseSync, path: string, note: string | undefined) {
    this.#database = database;
    this.#path = path;
    this.#segments = new SegmentFiles(dirname(path));
    this.note = note;
    try {
      this.identity = identify(database, path).identity;
    } catch (thrown) {
      database.close();
      throw thrown;
    }
  }

  async head(): Promise<Head> {
    return this.#guard(() => identify(this.#database, this.#path).head);
  }

  async read(fromSeq: number, limit: number): Promise<readonly SealedEntry[]> {
    return this.#guard(() => readRows(this.#database, this.#segments, fromSeq, limit).map(toEntry));
  }

  async origin(): Promise<Origin> {
    return this.#guard(() => originOf(this.#database));
  }

  async segmentCount(): Promise<number> {
    return this.#guard(() => segmentCountOf(this.#database));
  }

  async closedThrough(): Promise<{ readonly seq: number; readonly hash: string }> {
    return this.#guard(() => closedThroughOf(this.#database));
  }

  async snapshots(which?: SnapshotRange): Promise<readonly Snapshot[]> {
    return this.#guard(() => readSnapshots(this.#database, which));
  }

  close(): void {
    this.#segments.close();
    this.#database.close();
  }

  #guard<T>(run: () => T): T {
    try {
      return run();
    } catch (thrown) {
      throw storeErrorOf(thrown, `reading ${this.#path}`);
    }
  }
}
