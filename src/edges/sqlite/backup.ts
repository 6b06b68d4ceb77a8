/**
 * A copy of the whole record up to one entry, taken beside a running writer and proven as it is made.
 *
 *   K1. Nothing is locked and nothing is written in the data folder: entries are read a page at a time, segments are files that nobody
 *       changes, and between two steps it rests as long as its caller says. The writer never waits.
 *   K2. What it holds belongs together. The index of older keys is copied before the head is read, so it knows nothing that the copied
 *       journal could lack; and the head is taken only if the index reaches to its segment.
 *   K3. Each entry is proven against the chain, each file against its digest, and the whole copy is verified before it is called one.
 *   K4. The manifest is written last, when everything it names is on the disk. A folder without one is no backup. That it will be one
 *       is the first thing on the disk, so that no start takes it for a data folder.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GENESIS_HASH, openEntry, READ_LIMIT } from '../../journal/index.ts';
import type { Head, Snapshot } from '../../journal/index.ts';
import { AnchorFile } from './anchor.ts';
import { sha256OfFile } from './closing.ts';
import { BackupError, StoreError, storeErrorOf } from './errors.ts';
import { identify } from './inspect.ts';
import { journalPath } from './place.ts';
import { readSnapshots } from './questions.ts';
import { keysPath } from './key-file.ts';
import { beginManifest, fileLine, UNFINISHED, writeManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { openReader } from './reader.ts';
import type { JournalReader } from './reader.ts';
import { APPLICATION_ID, FORMAT, PAGE_BYTES, schema, sql } from './schema.ts';
import { readIndex, segmentPath, segmentsFolder, syncPath, writeIndex } from './segment-files.ts';
import type { SegmentLine } from './segment-files.ts';
import { verifyFolder } from './verify-folder.ts';
import { toBytes } from './wire.ts';

/** Each step is a point at which it may rest, or be cut off for ever. */
export type BackupStep = 'begun' | 'segment' | 'keys' | 'head' | 'page' | 'anchor' | 'on disk' | 'proven' | 'manifest';

export type BackupOptions = {
  readonly directory: string;
  readonly to: string; // a new or empty folder
  readonly version: string; // of Breakwater
  readonly takenAtMs: number; // wall clock
  readonly after: (step: BackupStep) => Promise<void>;
};

const TRIES = 5; // a segment may be opened, closed or removed meanwhile

/** Throws StoreError where the data folder cannot be read or is not as it was written, BackupError where no backup can be made. */
export async function createBackup(options: BackupOptions): Promise<Manifest> {
  const [directory, to] = [resolve(options.directory), resolve(options.to)];
  if (`${to}${sep}`.startsWith(`${directory}${sep}`)) throw new BackupError('occupied', `${to} lies in the data folder that is to be copied`);
  if (existsSync(to) && readdirSync(to).length > 0) throw new BackupError('occupied', `${to} is not empty`);
  const reader = openReader(directory);
  try {
    if (reader.note !== undefined) throw new StoreError('read-only', reader.note);
    mkdirSync(segmentsFolder(to), { recursive: true, mode: 0o700 });
    beginManifest(to); // K4
    await options.after('begun');
    const lines = await copySegments(directory, to, options.after);
    const source = await copyKeys(directory, to, options.after);
    await options.after('head');
    await copyJournal(reader, to, source, lines, options.after);
    new AnchorFile(to, { identity: reader.identity, seq: source.head.seq, hash: source.head.hash }).close();
    await options.after('anchor');
    const names = [...readdirSync(to), ...readdirSync(segmentsFolder(to)).map((name) => join('segments', name))].filter((name) => name !== 'segments' && name !== UNFINISHED).toSorted();
    for (const name of names) {
      if (!/\d\.db$/.test(name)) chmodSync(join(to, name), 0o600);
      syncPath(join(to, name));
    }
    for (const folder of [segmentsFolder(to), to, dirname(to)]) syncPath(folder);
    await options.after('on disk');
    const { findings, entries } = await verifyFolder(to); // K3
    const [first] = findings;
    if (first !== undefined) throw new BackupError('unproven', `entry ${first.seq}, ${first.kind}: ${first.detail}`);
    await options.after('proven');
    const manifest: Manifest = {
      format: 1, journal: reader.identity, journalFormat: FORMAT, head: source.head, entries, openSegment: source.segments.length + 1, keysThrough: source.keysThrough,
      takenAtMs: options.takenAtMs, version: options.version, source: directory, files: names.map((name) => fileLine(to, name)),
    };
    writeManifest(to, manifest); // K4
    await options.after('manifest');
    return manifest;
  } catch (thrown) {
    throw thrown instanceof BackupError ? thrown : storeErrorOf(thrown, `copying ${directory} to ${to}`);
  } finally {
    reader.close();
  }
}

/** The closed segments, each as it is; a line of one that was removed is kept as the index keeps it. */
async function copySegments(directory: string, to: string, after: BackupOptions['after']): Promise<readonly SegmentLine[]> {
  const lines: SegmentLine[] = [];
  for (const known of readIndex(directory)) {
    const line = known.removed ? known : copySegment(directory, to, known);
    lines.push(line);
    await after('segment');
  }
  if (lines.length > 0) writeIndex(to, lines);
  return lines;
}

function copySegment(directory: string, to: string, line: SegmentLine): SegmentLine {
  const [from, copy] = [segmentPath(directory, line.number), segmentPath(to, line.number)];
  try {
    copyFileSync(from, copy);
  } catch (thrown) {
    const now = readIndex(directory).find(({ number }) => number === line.number);
    if (now?.removed === true) return now; // reached the end of its time meanwhile; the head that is read later says so
    throw thrown;
  }
  if (sha256OfFile(copy) !== line.sha256) throw new StoreError('damaged', `${from} is not the file that was closed`);
  chmodSync(copy, 0o444);
  return line;
}

type Source = { readonly head: Head; readonly segments: readonly SegmentRow[]; readonly snapshot: Snapshot | undefined; readonly keysThrough: number };
type SegmentRow = { readonly number: number; readonly firstSeq: number; readonly previousHash: Uint8Array };

/** K2: first the index, then the head; and again where a segment was opened in between. */
async function copyKeys(directory: string, to: string, after: BackupOptions['after']): Promise<Source> {
  for (let tries = 1; ; tries++) {
    const keysThrough = existsSync(keysPath(directory)) ? copyKeyFile(keysPath(directory), keysPath(to)) : 1;
    await after('keys');
    const source = readSource(directory);
    const needed = source.segments.length + 1;
    if (keysThrough >= needed) return { ...source, keysThrough };
    if (tries === TRIES) throw new StoreError('index-behind', `${keysPath(directory)} reaches to segment ${keysThrough}, the journal needs ${needed}`);
    rmSync(keysPath(to), { force: true });
  }
}

/** @returns how far it reaches */
function copyKeyFile(from: string, to: string): number {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
  try {
    source.prepare('VACUUM INTO ?').run(to); // one reading of one moment, which holds nobody up
  } finally {
    source.close();
  }
  const copy = new DatabaseSync(to);
  try {
    copy.exec('PRAGMA journal_mode = DELETE');
    return (copy.prepare('SELECT through_segment AS segment FROM about').get() as { segment: number }).segment;
  } finally {
    copy.close();
  }
}

/** Where the journal stands at one moment, and its newest snapshot. */
function readSource(directory: string): Omit<Source, 'keysThrough'> {
  const database = new DatabaseSync(journalPath(directory), { readOnly: true, timeout: 5_000 });
  try {
    database.exec('BEGIN');
    const { head } = identify(database, journalPath(directory));
    const isSegmented = database.prepare('PRAGMA user_version').get()?.['user_version'] !== 1;
    const segments = isSegmented ? database.prepare(sql.segments).all() as unknown as SegmentRow[] : [];
    const snapshot = readSnapshots(database).find(({ seq }) => seq <= head.seq);
    database.exec('COMMIT');
    return { head, segments, snapshot };
  } finally {
    database.close();
  }
}

/** What no closed segment holds, as a journal file of its own. */
async function copyJournal(reader: JournalReader, to: string, { head, segments, snapshot }: Source, lines: readonly SegmentLine[], after: BackupOptions['after']): Promise<void> {
  const last = lines.at(-1);
  const into = new DatabaseSync(journalPath(to));
  try {
    into.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF`); // it is put on the disk as a whole
    into.exec(`BEGIN; ${schema} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT}`);
    into.prepare('INSERT INTO meta (one, identity, epoch) VALUES (1, ?, ?)').run(reader.identity, head.epoch);
    for (const { number, firstSeq, previousHash } of segments) into.prepare('INSERT INTO segments (number, first_seq, previous_hash) VALUES (?, ?, ?)').run(number, firstSeq, previousHash);
    if (last !== undefined) into.prepare(sql.close).run(last.lastSeq);
    if (snapshot !== undefined) into.prepare(sql.saveSnapshot).run(snapshot.seq, toBytes(snapshot.hash), snapshot.digest, snapshot.format, snapshot.state);
    const { sql: inOrder } = into.prepare("SELECT sql FROM sqlite_schema WHERE name = 'entries_in_order'").get() as { sql: string };
    into.exec('DROP TRIGGER entries_in_order; COMMIT'); // it knows one epoch, and a first entry that is number 1
    const insert = into.prepare(sql.insert(1));
    for (let [seq, hash] = [last?.lastSeq ?? 0, last?.lastHash ?? GENESIS_HASH]; seq < head.seq;) {
      const page = await readPage(reader, seq + 1, Math.min(READ_LIMIT, head.seq - seq));
      into.exec('BEGIN');
      for (const entry of page) {
        const { epoch } = openEntry(hash, entry); // K3
        insert.run(entry.seq, epoch, entry.header, entry.payload, toBytes(entry.hash));
        [seq, hash] = [entry.seq, entry.hash];
      }
      into.exec('COMMIT');
      await after('page');
    }
    into.exec(inOrder);
  } finally {
    into.close();
  }
}

/** Entries without a hole, wherever they lie: while a segment moves to its file, one look may miss it and the next one finds it. */
async function readPage(reader: JournalReader, fromSeq: number, limit: number) {
  for (let tries = 1; ; tries++) {
    const page = await reader.read(fromSeq, limit);
    if (page.length > 0 && page.every(({ seq }, index) => seq === fromSeq + index)) return page;
    if (tries === TRIES) throw new StoreError('damaged', `entry ${fromSeq} or one after it is missing`);
  }
}

