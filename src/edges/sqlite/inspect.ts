/**
 * Which journal stands in a folder, and whether it is whole, before anybody writes to it.
 *
 *   N1. Nothing is changed by looking: whatever is refused stays as it was found.
 *   N2. Identity, anchor and the last entries agree, or the folder is refused with what is wrong.
 */
import { DatabaseSync } from 'node:sqlite';
import { EntryError, GENESIS_HASH, openEntry, READ_LIMIT } from '../../journal/index.ts';
import type { Anchor, Head } from '../../journal/index.ts';
import { readAnchor } from './anchor.ts';
import { StoreError } from './errors.ts';
import { journalPath, sizeOf } from './place.ts';
import { originOf } from './questions.ts';
import { APPLICATION_ID, BUSY_TIMEOUT_MS, FORMAT, sql } from './schema.ts';
import { toBytes, toEntry, toHex } from './wire.ts';
import type { Row } from './wire.ts';

export type Found = { readonly identity: string; readonly head: Head };

/** What is there, read without changing it. Undefined where a journal is still to be made. Throws StoreError. */
export function inspect(directory: string, rebuildAnchor: boolean): Found | undefined {
  const path = journalPath(directory);
  const anchor = rebuildAnchor ? undefined : readAnchor(directory);
  if (sizeOf(path) === 0) {
    if (anchor !== undefined) throw new StoreError('emptied', `${path} is missing or empty, but the anchor knows of ${anchor.seq} entries`);
    if (sizeOf(`${path}-wal`) > 0) throw new StoreError('emptied', `${path} is missing or empty, but its write-ahead log is not`);
    return undefined;
  }
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    if (anchor === undefined && isBlank(database)) return undefined; // a first start that was cut short
    const found = identify(database, path);
    if (anchor !== undefined) compare(database, path, found, anchor);
    else if (!rebuildAnchor && found.head.seq > 0) throw new StoreError('anchor-lost', `${directory} holds ${found.head.seq} entries, but no file "anchor"`);
    checkTail(database, path, found.head);
    return found;
  } finally {
    database.close();
  }
}

const isBlank = (database: DatabaseSync): boolean => database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables'] === 0;

/** Is this a journal of ours, and which? Throws StoreError. */
export function identify(database: DatabaseSync, path: string): Found {
  const pragma = (name: string): unknown => database.prepare(`PRAGMA ${name}`).get()?.[name];
  if (pragma('application_id') !== APPLICATION_ID) {
    throw isBlank(database) ? new StoreError('emptied', `${path} holds no tables`) : new StoreError('foreign', `${path} belongs to another program`);
  }
  const format = pragma('user_version');
  if (typeof format !== 'number' || format < 1 || format > FORMAT) throw new StoreError('foreign', `${path} has format ${String(format)}, and this release reads formats up to ${FORMAT}`);
  const meta = database.prepare(sql.meta).get() as { identity: string; epoch: number } | undefined;
  if (meta === undefined) throw new StoreError('damaged', `${path} has lost its identity`);
  const head = database.prepare(sql.head).get() as { seq: number; hash: Uint8Array } | undefined;
  return { identity: meta.identity, head: { seq: head?.seq ?? 0, hash: head === undefined ? GENESIS_HASH : toHex(head.hash), epoch: meta.epoch } };
}

function compare(database: DatabaseSync, path: string, { identity, head }: Found, anchor: Anchor): void {
  if (identity !== anchor.identity) throw new StoreError('replaced', `${path} is the journal ${identity}, but the anchor belongs to ${anchor.identity}`);
  if (anchor.seq > head.seq) {
    const missing = head.seq + 1 === anchor.seq ? `entry ${anchor.seq} was acknowledged and is` : `entries ${head.seq + 1} to ${anchor.seq} were acknowledged and are`;
    throw new StoreError('tail-lost', `${missing} not there; ${path} ends with entry ${head.seq}`);
  }
  if (anchor.seq === 0) return;
  const kept = database.prepare(sql.hashAt).get(anchor.seq) as { hash: Uint8Array } | undefined;
  if (kept === undefined || toHex(kept.hash) !== anchor.hash) throw new StoreError('replaced', `entry ${anchor.seq} in ${path} is not the one that the anchor has seen`);
}

/** The newest entries are the ones a crash can have hurt; the runtime proves the others as it folds them. */
function checkTail(database: DatabaseSync, path: string, head: Head): void {
  const origin = originOf(database);
  const from = Math.max(origin.seq, head.seq - READ_LIMIT + 2);
  const before = database.prepare(sql.hashAt).get(from - 1) as { hash: Uint8Array } | undefined;
  let previousHash = from === origin.seq ? origin.previousHash : toHex(before?.hash ?? toBytes(GENESIS_HASH));
  try {
    for (const row of database.prepare(sql.page).all(from, READ_LIMIT) as unknown as Row[]) {
      const entry = toEntry(row);
      openEntry(previousHash, entry);
      previousHash = entry.hash;
    }
  } catch (thrown) {
    if (!(thrown instanceof EntryError)) throw thrown;
    throw new StoreError('damaged', `entry ${thrown.seq} in ${path} ${thrown.problem}`);
  }
}
