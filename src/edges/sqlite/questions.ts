/** What any connection to the journal's file can be asked, the writer's and a reader's alike: where its segments lie, its entries and its snapshots. */
import type { DatabaseSync } from 'node:sqlite';
import { GENESIS_HASH, READ_LIMIT, SNAPSHOTS_KEPT } from '../../journal/index.ts';
import type { Origin, Snapshot, SnapshotRange } from '../../journal/index.ts';
import { sql } from './schema.ts';
import type { SegmentFiles } from './segment-files.ts';
import { toHex } from './wire.ts';
import type { Row } from './wire.ts';

/** Where the open segment begins. A file of format 1 is one segment. */
export function originOf(database: DatabaseSync): Origin {
  const opened = isSegmented(database) ? database.prepare(sql.origin).get() as { seq: number; previousHash: Uint8Array } | undefined : undefined;
  return opened === undefined ? { seq: 1, previousHash: GENESIS_HASH } : { seq: opened.seq, previousHash: toHex(opened.previousHash) };
}

export const isSegmented = (database: DatabaseSync): boolean => database.prepare('PRAGMA user_version').get()?.['user_version'] !== 1;

/** How many segments were begun. */
export const segmentCountOf = (database: DatabaseSync): number =>
  isSegmented(database) ? 1 + (database.prepare('SELECT count(*) AS opened FROM segments').get() as { opened: number }).opened : 1;

/** Up to where entries lie in closed segments, and the hash there. */
export function closedThroughOf(database: DatabaseSync): { seq: number; hash: string } {
  const none = { seq: 0, hash: GENESIS_HASH };
  if (!isSegmented(database)) return none;
  const closed = (database.prepare(sql.closedThrough).get() as { seq: number }).seq;
  const next = database.prepare('SELECT previous_hash AS hash FROM segments WHERE first_seq = ?').get(closed + 1) as { hash: Uint8Array } | undefined;
  return next === undefined ? none : { seq: closed, hash: toHex(next.hash) };
}

/** Entries from wherever they lie: what is closed from its file, the rest from here. */
export function readRows(database: DatabaseSync, segments: SegmentFiles, fromSeq: number, limit: number): readonly Row[] {
  const most = Math.min(limit, READ_LIMIT);
  const closed = isSegmented(database) ? (database.prepare(sql.closedThrough).get() as { seq: number }).seq : 0;
  const old = fromSeq <= closed ? segments.read(fromSeq, most) : [];
  return old.length > 0 ? old : database.prepare(sql.page).all(Math.max(fromSeq, closed + 1), most) as unknown as Row[];
}

export const readSnapshots = (database: DatabaseSync, { beforeSeq, most }: SnapshotRange = { beforeSeq: Number.MAX_SAFE_INTEGER, most: SNAPSHOTS_KEPT }): readonly Snapshot[] =>
  (database.prepare(sql.snapshots).all(beforeSeq, most) as unknown as (Omit<Snapshot, 'hash'> & { readonly hash: Uint8Array })[]).map((row) => ({
    seq: row.seq, hash: toHex(row.hash), digest: row.digest, format: row.format, state: row.state,
  }));
