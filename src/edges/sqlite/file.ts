/**
 * The journal's file as its one writer sees it: opened only when nothing is missing, appended to in whole transactions.
 *
 *   Q1. Nothing is opened for writing before identity, anchor and the last entries agree; a refused folder stays as it was found.
 *   Q2. A group is one transaction, flushed before it is answered, and every batch in it is judged on its own.
 *   Q3. After a failure nothing more is written: SQLite may or may not have kept the group, and only opening afresh tells.
 *   Q4. Checkpoints are ours: when asked while idle, and at the latest after CHECKPOINT_BYTES, after the answers have gone out.
 */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { EMPTY_HEAD, GENESIS_HASH, READ_LIMIT, refusalOf } from '../../journal/index.ts';
import type { Head, Origin, Snapshot, SnapshotRange } from '../../journal/index.ts';
import { AnchorFile } from './anchor.ts';
import { isSure, toldDatabase } from './disk.ts';
import { StoreError, storeErrorOf } from './errors.ts';
import { inspect } from './inspect.ts';
import type { Found } from './inspect.ts';
import { FolderLock } from './lock.ts';
import { isBackup } from './manifest.ts';
import { journalPath } from './place.ts';
import { isSegmented, originOf, readRows, readSnapshots } from './questions.ts';
import { setAside } from './reserve.ts';
import { APPLICATION_ID, BUSY_TIMEOUT_MS, FORMAT, PAGE_BYTES, raiseToFormat2, schema, sql } from './schema.ts';
import { SegmentFiles, syncPath } from './segment-files.ts';
import type { SegmentSpan } from './segment-files.ts';
import { toBytes, toHex } from './wire.ts';
import type { Row, RowBatch } from './wire.ts';

const CHECKPOINT_BYTES = 4 * 1_024 * 1_024;
const ROWS_AT_ONCE = 8; // a statement of many rows costs a quarter less per row
const COLUMNS = 5;

export type OpenFileOptions = {
  readonly directory: string;
  readonly newIdentity: string; // used where there is no journal yet
  readonly rebuildAnchor: boolean; // the owner has compared the head and accepts it
  readonly restoring?: boolean; // whoever opens it shuts its gate
};

/** The answer to a batch: the head's seq when durable, or one of these. */
export const STALE = -1;
export const WRONG_HEAD = -2;

export class JournalFile {
  readonly identity: string;
  readonly #path: string;
  readonly #lock: FolderLock;
  readonly #database: DatabaseSync;
  readonly #anchor: AnchorFile;
  readonly #segments: SegmentFiles;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #insert: StatementSync;
  readonly #insertMany: StatementSync;
  #head: Head; // durable
  #next: Head; // after the open group
  #begun = false;
  #waiting: SQLInputValue[] = []; // values of rows that are not in a statement yet
  #answers: number[] = [];
  #bytesSinceCheckpoint = 0;

  private constructor(lock: FolderLock, database: DatabaseSync, found: Found, directory: string) {
    this.#path = journalPath(directory);
    this.#lock = lock;
    this.#database = database;
    this.identity = found.identity;
    this.#head = found.head;
    this.#next = found.head;
    this.#anchor = new AnchorFile(directory, { identity: found.identity, seq: found.head.seq, hash: found.head.hash });
    this.#segments = new SegmentFiles(directory);
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#insert = database.prepare(sql.insert(1));
    this.#insertMany = database.prepare(sql.insert(ROWS_AT_ONCE));
  }

  /** Throws StoreError. */
  static open(options: OpenFileOptions): JournalFile {
    const { directory } = options;
    let lock: FolderLock | undefined;
    let database: DatabaseSync | undefined;
    try {
      if (options.restoring !== true && isBackup(directory)) throw new StoreError('backup', `${directory} holds a backup, or what was to become one`);
      mkdirSync(directory, { recursive: true });
      accessSync(directory, constants.W_OK | constants.X_OK);
      lock = new FolderLock(directory);
      const before = inspect(directory, options.rebuildAnchor);
      database = new DatabaseSync(journalPath(directory), { timeout: BUSY_TIMEOUT_MS });
      if (before === undefined) create(database, journalPath(directory), options.newIdentity);
      else raise(database);
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA trusted_schema = OFF');
      const file = new JournalFile(lock, database, before ?? { identity: options.newIdentity, head: EMPTY_HEAD }, directory);
      if (before === undefined) file.#settleNewFolder(directory);
      setAside(directory);
      return file;
    } catch (thrown) {
      database?.close();
      lock?.release();
      throw storeErrorOf(thrown, `opening ${directory}`);
    }
  }

  get head(): Head {
    return this.#head;
  }

  /** Adds to the open group what may be added of these batches. Throws StoreError; the outcome of the group is then unknown (Q3). */
  add(batches: readonly RowBatch[]): void {
    this.#guard(`appending after entry ${this.#head.seq}`, () => {
      for (const { rows, ...batch } of batches) {
        const refusal = refusalOf(this.#next, batch);
        if (refusal === undefined) this.#take(batch, rows);
        this.#answers.push(refusal === undefined ? this.#next.seq : refusal.why === 'stale' ? STALE : WRONG_HEAD);
      }
    });
  }

  /** Makes the group durable, and answers each of its batches: the head's seq after it, STALE or WRONG_HEAD. Throws as `add` does. */
  flush(): readonly number[] {
    return this.#guard(`committing after entry ${this.#head.seq}`, () => {
      if (this.#begun) {
        this.#insertWaiting(1);
        this.#run();
        this.#anchor.write(this.#next.seq, this.#next.hash); // after the commit, before any answer
        this.#head = this.#next;
        this.#begun = false;
        this.#bytesSinceCheckpoint += 2 * PAGE_BYTES; // a commit writes whole pages
      }
      const answers = this.#answers;
      this.#answers = [];
      return answers;
    });
  }

  get wantsCheckpoint(): boolean {
    return this.#bytesSinceCheckpoint >= CHECKPOINT_BYTES;
  }

  #take({ epoch, opensSegment, expectHash, expectSeq }: Omit<RowBatch, 'rows'>, rows: readonly Row[]): void {
    if (!this.#begun) this.#begin.run();
    this.#begun = true;
    if (epoch > this.#next.epoch) {
      this.#insertWaiting(1);
      this.#database.prepare(sql.raiseEpoch).run(epoch);
    }
    if (opensSegment && rows.length > 0) this.#database.prepare(sql.openSegment).run(expectSeq + 1, toBytes(expectHash));
    for (const row of rows) {
      this.#waiting.push(row.seq, epoch, row.header, row.payload, row.hash);
      this.#bytesSinceCheckpoint += row.header.length + row.payload.length;
    }
    const last = rows.at(-1);
    this.#next = last === undefined ? { ...this.#next, epoch } : { seq: last.seq, hash: toHex(last.hash), epoch };
    this.#insertWaiting(ROWS_AT_ONCE);
  }

  /** Puts rows in, many to a statement as long as there are so many, down to `atOnce` to a statement. */
  #insertWaiting(atOnce: number): void {
    const values = this.#waiting;
    let at = 0;
    for (; at + ROWS_AT_ONCE * COLUMNS <= values.length; at += ROWS_AT_ONCE * COLUMNS) this.#insertMany.run(...values.slice(at, at + ROWS_AT_ONCE * COLUMNS));
    if (atOnce === 1) for (; at < values.length; at += COLUMNS) this.#insert.run(...values.slice(at, at + COLUMNS));
    this.#waiting = at === 0 ? values : values.slice(at);
  }

  read(fromSeq: number, limit: number): readonly Row[] {
    return this.#guard('reading', () => readRows(this.#database, this.#segments, fromSeq, limit));
  }

  origin(): Origin {
    return this.#guard('reading', () => originOf(this.#database));
  }

  /** The segments that have ended and are not wholly in files of their own yet. */
  unclosed(): readonly SegmentSpan[] {
    return this.#guard('reading', () => {
      const begun = this.#database.prepare(sql.segments).all() as unknown as { number: number; firstSeq: number; previousHash: Uint8Array }[];
      const starts = [{ number: 1, firstSeq: 1, previousHash: toBytes(GENESIS_HASH) }, ...begun];
      const lowest = (this.#database.prepare('SELECT min(seq) AS seq FROM entries').get() as { seq: number | null }).seq ?? 1;
      return starts.slice(0, -1).flatMap(({ number, firstSeq, previousHash }, index) => {
        const next = starts[index + 1];
        if (next === undefined || next.firstSeq <= lowest) return [];
        return [{ number, firstSeq, lastSeq: next.firstSeq - 1, previousHash: toHex(previousHash), lastHash: toHex(next.previousHash) }];
      });
    });
  }

  /** Lets go of entries that a closed segment holds, a page at a time. @returns how many went */
  forget(throughSeq: number): number {
    return this.#guard('letting go of closed entries', () => {
      this.#anchor.sync(); // from here on the anchor on the disk stands in the open segment
      this.#begin.run();
      try {
        this.#database.prepare(sql.close).run(throughSeq);
        const { changes } = this.#database.prepare(sql.dropEntries).run(READ_LIMIT);
        this.#run();
        this.#bytesSinceCheckpoint += Number(changes) * 64 + 2 * PAGE_BYTES;
        return Number(changes);
      } catch (thrown) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw thrown;
      }
    });
  }

  saveSnapshot({ seq, hash, digest, format, state }: Snapshot): void {
    this.#guard('saving a snapshot', () => {
      this.#begin.run();
      try {
        this.#database.prepare(sql.saveSnapshot).run(seq, toBytes(hash), digest, format, state);
        this.#database.exec(sql.dropSnapshots);
        this.#run();
      } catch (thrown) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw thrown;
      }
      this.#bytesSinceCheckpoint += state.length + 2 * PAGE_BYTES;
    });
  }

  snapshots(which?: SnapshotRange): readonly Snapshot[] {
    return this.#guard('reading snapshots', () => readSnapshots(this.#database, which));
  }

  /** Moves what is in the write-ahead log into the file, as far as no reader is in the way, and puts the anchor on the disk. */
  checkpoint(): void {
    if (this.#bytesSinceCheckpoint === 0) return;
    this.#bytesSinceCheckpoint = 0;
    this.#guard('checkpointing', () => {
      this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)');
      toldDatabase('checkpointed', this.#path, isSure(this.#database));
      this.#anchor.sync();
    });
  }

  close(): void {
    try {
      this.checkpoint();
      this.#anchor.sync();
    } finally {
      this.abandon();
    }
  }

  /** Lets go without writing, after a failure. */
  abandon(): void {
    try {
      this.#segments.close();
      const sure = isSure(this.#database);
      this.#database.close();
      toldDatabase('closed', this.#path, sure);
    } finally {
      this.#anchor.close();
      this.#lock.release();
    }
  }

  #settleNewFolder(directory: string): void {
    this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    toldDatabase('checkpointed', this.#path, isSure(this.#database));
    syncPath(directory); // the names of the new files
  }

  #run(): void {
    this.#commit.run();
    toldDatabase('committed', this.#path, isSure(this.#database));
  }

  #guard<T>(doing: string, run: () => T): T {
    try {
      return run();
    } catch (thrown) {
      throw storeErrorOf(thrown, doing);
    }
  }
}

/** A journal of an older format becomes one of this; what is in it stays as it is. */
function raise(database: DatabaseSync): void {
  if (isSegmented(database)) return;
  database.exec(`BEGIN; ${raiseToFormat2}; COMMIT`);
}

function create(database: DatabaseSync, path: string, identity: string): void {
  database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL`);
  database.exec(`BEGIN; ${schema} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT}`);
  database.prepare('INSERT INTO meta (one, identity, epoch) VALUES (1, ?, 0)').run(identity);
  database.exec('COMMIT');
  toldDatabase('committed', path, isSure(database));
}
