/**
 * How an ended segment becomes a read-only file: copied a page at a time, verified by its own chain, and only then believed.
 *
 *   C1. Wherever this is cut off, the entries are in the journal file, or in a file that is whole, verified and on the disk.
 *   C2. What is read is what was written: every copied entry is proven against the chain, in the copy itself.
 *   C3. One page at a time: whoever runs this decides how long it rests in between.
 */
import { createHash } from 'node:crypto';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { openEntry, READ_LIMIT } from '../../journal/index.ts';
import { StoreError } from './errors.ts';
import { APPLICATION_ID, FORMAT, PAGE_BYTES, sql } from './schema.ts';
import { openSegmentFile, readIndex, removed, renamed, segmentPath, segmentsFolder, syncPath, writeIndex } from './segment-files.ts';
import type { SegmentSpan } from './segment-files.ts';
import { toEntry } from './wire.ts';
import type { Row } from './wire.ts';

const READ_BYTES = 1_024 * 1_024;

/** Each step is a point at which a machine may stop for ever. After the last one the entries may leave the journal file. */
export type ClosingStep = 'begun' | 'copied a page' | 'copied' | 'verified' | 'on disk' | 'named' | 'indexed';

/** @param journal the path of the journal file, which is only read */
export function* closing(directory: string, journal: string, span: SegmentSpan, identity: string): Generator<ClosingStep> {
  const path = segmentPath(directory, span.number);
  const known = readIndex(directory).find(({ number }) => number === span.number);
  if (known !== undefined) { // interrupted between the index and the journal file
    if (!known.removed && sha256OfFile(path) !== known.sha256) throw new StoreError('damaged', `${path} is not the file that was closed`);
    yield 'indexed';
    return;
  }
  mkdirSync(segmentsFolder(directory), { recursive: true });
  syncPath(directory);
  if (existsSync(path)) removed(path); // it was named, and the index does not know it yet: made again
  const copy = `${path}.part`;
  removed(copy);
  yield 'begun';
  yield* copied(copy, journal, span, identity);
  yield 'copied';
  const lastAtMs = prove(copy, span);
  yield 'verified';
  chmodSync(copy, 0o444);
  syncPath(copy);
  const [sha256, bytes] = [sha256OfFile(copy), statSync(copy).size];
  yield 'on disk';
  renamed(copy, path);
  syncPath(segmentsFolder(directory));
  yield 'named';
  writeIndex(directory, [...readIndex(directory), { ...span, sha256, bytes, lastAtMs, removed: false }]);
  yield 'indexed';
}

function* copied(copy: string, journal: string, { number, firstSeq, lastSeq }: SegmentSpan, identity: string): Generator<ClosingStep> {
  const from = new DatabaseSync(journal, { readOnly: true, timeout: 5_000 });
  const into = new DatabaseSync(copy);
  try {
    into.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT}`);
    into.exec('CREATE TABLE segment (one INTEGER PRIMARY KEY CHECK (one = 1), identity TEXT NOT NULL, number INTEGER NOT NULL) STRICT');
    into.exec('CREATE TABLE entries (seq INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, header BLOB NOT NULL, payload BLOB NOT NULL, hash BLOB NOT NULL) STRICT');
    into.prepare('INSERT INTO segment (one, identity, number) VALUES (1, ?, ?)').run(identity, number);
    const page = from.prepare('SELECT seq, epoch, header, payload, hash FROM entries WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?');
    const insert = into.prepare('INSERT INTO entries (seq, epoch, header, payload, hash) VALUES (?, ?, ?, ?, ?)');
    for (let next = firstSeq; next <= lastSeq;) {
      const rows = page.all(next, lastSeq, READ_LIMIT) as unknown as (Row & { readonly epoch: number })[];
      if (rows[0]?.seq !== next) throw new StoreError('damaged', `entry ${next} of segment ${number} is not in ${journal}`);
      into.exec('BEGIN');
      for (const { seq, epoch, header, payload, hash } of rows) insert.run(seq, epoch, header, payload, hash);
      into.exec('COMMIT');
      next = (rows.at(-1)?.seq ?? lastSeq) + 1;
      yield 'copied a page';
    }
  } finally {
    into.close();
    from.close();
  }
}

/** C2. @returns journal time of the last entry */
function prove(path: string, { number, firstSeq, lastSeq, previousHash, lastHash }: SegmentSpan): number {
  const database = openSegmentFile(path);
  try {
    const page = database.prepare(sql.page);
    let [seq, hash, atMs] = [firstSeq - 1, previousHash, 0];
    while (seq < lastSeq) {
      for (const row of page.all(seq + 1, READ_LIMIT) as unknown as Row[]) {
        if (row.seq !== seq + 1) throw new StoreError('damaged', `entry ${seq + 1} is missing in the copy of segment ${number}`);
        const entry = toEntry(row);
        atMs = openEntry(hash, entry).atMs;
        [seq, hash] = [entry.seq, entry.hash];
      }
    }
    if (hash !== lastHash) throw new StoreError('damaged', `the copy of segment ${number} ends in ${hash.slice(0, 12)}, and the next one follows from ${lastHash.slice(0, 12)}`);
    return atMs;
  } finally {
    database.close();
  }
}

export function sha256OfFile(path: string): string {
  const handle = openSync(path, 'r');
  try {
    const sum = createHash('sha256');
    const block = new Uint8Array(READ_BYTES);
    for (let read = readSync(handle, block); read > 0; read = readSync(handle, block)) sum.update(block.subarray(0, read));
    return sum.digest('hex');
  } finally {
    closeSync(handle);
  }
}
