/**
 * The tables of a journal file. What a row can show, the database enforces: append-only, seq = head + 1, epoch not stale,
 * identity for ever.
 */
import { SNAPSHOTS_KEPT } from '../../journal/index.ts';

export const APPLICATION_ID = 0x42574a31; // "BWJ1"
export const FORMAT = 1;
export const PAGE_BYTES = 8_192;

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
CREATE TRIGGER entries_kept BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;

CREATE TABLE snapshots (
  seq INTEGER PRIMARY KEY, hash BLOB NOT NULL CHECK (length(hash) = 32), digest TEXT NOT NULL, format INTEGER NOT NULL, state BLOB NOT NULL
) STRICT;
`;

export const sql = {
  head: 'SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1',
  meta: 'SELECT identity, epoch FROM meta',
  raiseEpoch: 'UPDATE meta SET epoch = ?',
  insert: (rows: number): string => `INSERT INTO entries (seq, epoch, header, payload, hash) VALUES ${Array(rows).fill('(?, ?, ?, ?, ?)').join(', ')}`,
  page: 'SELECT seq, header, payload, hash FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?',
  hashAt: 'SELECT hash FROM entries WHERE seq = ?',
  snapshots: 'SELECT seq, hash, digest, format, state FROM snapshots ORDER BY seq DESC',
  saveSnapshot: 'INSERT OR REPLACE INTO snapshots (seq, hash, digest, format, state) VALUES (?, ?, ?, ?, ?)',
  dropSnapshots: `DELETE FROM snapshots WHERE seq NOT IN (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT ${SNAPSHOTS_KEPT})`,
};
