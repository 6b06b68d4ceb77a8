/**
 * Reading a data folder without writing to it: beside a live writer, after its death, and where nothing may be written at all.
 *
 *   R1. Each page is a statement of its own; nothing is held open between pages, so that a slow reader holds up no checkpoint.
 *   R2. In a folder that cannot be written SQLite cannot read the write-ahead log; `note` then says what is not seen.
 */
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { BreakwaterError } from '../../base/index.ts';
import { GENESIS_HASH, pagesOf, READ_LIMIT, verifyJournal } from '../../journal/index.ts';
import type { Anchor, Finding, Head, Origin, SealedEntry, Snapshot, Verdict } from '../../journal/index.ts';
import { readAnchor } from './anchor.ts';
import { StoreError, storeErrorOf } from './errors.ts';
import { identify, journalPath, originOf, readRows, readSnapshots, sizeOf } from './file.ts';
import { SegmentFiles } from './segment-files.ts';
import { toEntry } from './wire.ts';

const BUSY_TIMEOUT_MS = 5_000;

export interface JournalReader {
  readonly identity: string;
  /** What this reader cannot see, if anything. */
  readonly note: string | undefined;
  head(): Promise<Head>;
  /** Where the open segment begins. */
  origin(): Promise<Origin>;
  read(fromSeq: number, limit: number): Promise<readonly SealedEntry[]>;
  snapshots(): Promise<readonly Snapshot[]>;
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

  async snapshots(): Promise<readonly Snapshot[]> {
    return this.#guard(() => readSnapshots(this.#database));
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

/** Verifies the journal of a data folder against its anchor and its snapshots, also beside a live writer, and however broken it is. */
export async function verifyFolder(directory: string): Promise<Verdict & { readonly note: string | undefined }> {
  const problems: Finding[] = [];
  const take = <T>(kind: Finding['kind'], run: () => T): T | undefined => {
    try {
      return run();
    } catch (thrown) {
      if (!(thrown instanceof BreakwaterError)) throw thrown;
      problems.push({ kind, seq: 0, detail: `${thrown.code} ${thrown.message}` });
      return undefined;
    }
  };
  const anchor = take<Anchor | undefined>('anchor', () => readAnchor(directory)); // first: the journal only grows meanwhile
  const reader = take('unreadable', () => openReader(directory));
  if (reader === undefined) return { findings: problems, findingCount: problems.length, entries: 0, head: { seq: 0, hash: GENESIS_HASH }, anchored: false, note: undefined };
  try {
    const witnesses = await reader.snapshots().then((kept) => kept.map(({ seq, hash }) => ({ seq, hash, source: `the snapshot at entry ${seq}` })), () => []);
    if (anchor === undefined && problems.length === 0 && (await reader.head()).seq > 0) {
      problems.push({ kind: 'anchor', seq: 0, detail: 'The file "anchor" is missing: nothing shows whether the end of the journal is whole. Compare the head with the venue or a standby.' });
    }
    const verdict = await verifyJournal(reader.identity, pagesOf(reader), { witnesses, ...(anchor === undefined ? {} : { anchor }) });
    return { ...verdict, findings: [...problems, ...verdict.findings], findingCount: problems.length + verdict.findingCount, note: reader.note };
  } finally {
    reader.close();
  }
}
