/**
 * The tables of a journal file. What a row can show, the database enforces: append-only, seq = head + 1, epoch not stale,
 * identity for ever. Entries leave it only when a closed segment holds them, and never those of the open one.
 */
import { SNAPSHOTS_KEPT } from '../../journal/index.ts';

export const APPLICATION_ID = 0x42574a31; // "BWJ1"
export const FORMAT = 2;
export const BUSY_TIMEOUT_MS = 5_000; // a reader may hold the file for a moment while it opens
export const PAGE_BYTES = 8_192;

/** Where segments begin (the second and later ones), and up to which entry they are kept in files of their own. */
const segmentTables = `
CREATE TABLE segments (
  number INTEGER PRIMARY KEY CHECK (number > 1), first_seq INTEGER NOT NULL UNIQUE, previous_hash BLOB NOT NULL CHECK (length(previous_hash) = 32)
) STRICT;
CREATE TRIGGER segments_unchanged BEFORE UPDATE ON segments BEGIN SELECT RAISE(ABORT, 'the beginning of a segment never changes'); END;
CREATE TRIGGER segments_kept BEFORE DELETE ON segments BEGIN SELECT RAISE(ABORT, 'the beginning of a segment is never forgotten'); END;
CREATE TABLE closed (one INTEGER PRIMARY KEY CHECK (one = 1), through_seq INTEGER NOT NULL) STRICT;
INSERT INTO closed (one, through_seq) VALUES (1, 0);
CREATE TRIGGER closed_only_forward BEFORE UPDATE ON closed
WHEN NEW.through_seq < OLD.through_seq OR NEW.through_seq >= (SELECT coalesce(max(first_seq), 1) FROM segments)
BEGIN SELECT RAISE(ABORT, 'only what is before the open segment is closed, and stays so'); END;
CREATE TRIGGER closed_stays BEFORE DELETE ON closed BEGIN SELECT RAISE(ABORT, 'what is closed stays closed'); END;
CREATE TRIGGER entries_kept BEFORE DELETE ON entries WHEN OLD.seq > (SELECT through_seq FROM closed)
BEGIN SELECT RAISE(ABORT, 'an entry leaves only when a closed segment holds it'); END;
`;

/** From format 1, whose journal is one segment without an end. */
export const raiseToFormat2 = `DROP TRIGGER entries_kept; ${segmentTables} PRAGMA user_version = 2`;

export const schema = `
CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1), identity TEXT NOT NULL, epoch INTEGER NOT NULL
) STRICT;
CREATE TRIGGER meta_only_forward BEFORE UPDATE ON meta WHEN NEW.epoch < OLD.epoch OR NEW.identity <> OLD.identity
BEGIN SELECT RAISE(ABORT, 'the epoch never goes back and the identity never changes'); END;
CREATE TRIGGER meta_stays BEFORE DELETE ON meta BEGIN SELECT RAISE(ABORT, 'the identity stays'); END;

CREATE TABLE entries (
  seq INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, header BLOB NOT NULL, payload BLOB NOT NULL, hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TRIGGER entries_in_order BEFORE INSERT ON entries
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entries) OR NEW.epoch <> (SELECT epoch FROM meta)
BEGIN SELECT RAISE(ABORT, 'an entry follows the head, in the epoch that holds the journal'); END;
CREATE TRIGGER entries_unchanged BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TABLE snapshots (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL CHECK (length(hash) = 32), digest TEXT NOT NULL, format INTEGER NOT NULL, state BLOB NOT NULL
) STRICT;
${segmentTables}`;

export const sql = {
  head: 'SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1',
  meta: 'SELECT identity, epoch FROM meta',
  raiseEpoch: 'UPDATE meta SET epoch = ?',
  insert: (rows: number): string => `INSERT INTO entries (seq, epoch, header, payload, hash) VALUES ${Array(rows).fill('(?, ?, ?, ?, ?)').join(', ')}`,
  page: 'SELECT seq, header, payload, hash FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?',
  openSegment: 'INSERT INTO segments (number, first_seq, previous_hash) SELECT coalesce(max(number), 1) + 1, ?, ? FROM segments',
  segments: 'SELECT number, first_seq AS firstSeq, previous_hash AS previousHash FROM segments ORDER BY number',
  origin: 'SELECT first_seq AS seq, previous_hash AS previousHash FROM segments ORDER BY number DESC LIMIT 1',
  closedThrough: 'SELECT through_seq AS seq FROM closed',
  close: 'UPDATE closed SET through_seq = max(through_seq, ?)',
  dropEntries: 'DELETE FROM entries WHERE seq IN (SELECT seq FROM entries WHERE seq <= (SELECT through_seq FROM closed) ORDER BY seq LIMIT ?)',
  hashAt: 'SELECT hash FROM entries WHERE seq = ?',
  snapshots: 'SELECT seq, hash, digest, format, state FROM snapshots WHERE seq < ? ORDER BY seq DESC LIMIT ?',
  saveSnapshot: 'INSERT OR REPLACE INTO snapshots (seq, hash, digest, format, state) VALUES (?, ?, ?, ?, ?)',
  dropSnapshots: `DELETE FROM snapshots WHERE seq NOT IN (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT ${SNAPSHOTS_KEPT})`,
};
