/**
 * Proves the whole record of a data folder: every closed segment against the index of segments, the chain from one to the
 * next, and the journal file against the anchor and its snapshots. Also beside a live writer, and however broken it is.
 *
 *   V1. A segment that is missing, edited or in another's place is named, and the others are still verified.
 *   V2. A segment is rightly gone only where the journal says that it was removed.
 *   V3. Whose bytes are sound is also read: what is no fact of the journal's format is named. What a newer release wrote is no fault.
 */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { BreakwaterError } from '../../base/index.ts';
import { EntryError, FIRST_FORMAT, GENESIS_HASH, NewerFormatError, openHeader, pagesOf, READ_LIMIT, sha256Hex, verifyJournal } from '../../journal/index.ts';
import type { Anchor, EntryHeader, Finding, SealedEntry, Verdict } from '../../journal/index.ts';
import { readAnchor } from './anchor.ts';
import { sha256OfFile } from './closing.ts';
import { storeErrorOf } from './errors.ts';
import { keysPath } from './key-file.ts';
import { openReader } from './reader.ts';
import type { JournalReader } from './reader.ts';
import { sql } from './schema.ts';
import { openSegmentFile, readIndex, segmentPath } from './segment-files.ts';
import type { SegmentLine } from './segment-files.ts';
import { toEntry } from './wire.ts';
import type { Row } from './wire.ts';

type Find = (kind: Finding['kind'], seq: number, detail: string) => void;
type Parts = { readonly findings: Finding[]; count: number; entries: number; readonly facts: Facts };

/** What reads the facts of a stretch of entries; it throws what is wrong with one. */
export type EntryReader = { readonly format: number; take(header: EntryHeader, payload: Uint8Array): unknown };
export type FolderVerdict = Verdict & { readonly format: number; readonly notes: readonly string[] };

/**
 * @param options.closed false: the open segment alone, which a start would read
 * @param options.reader makes one for each segment; without it only bytes and chain are looked at
 */
export async function verifyFolder(directory: string, options: { readonly reader?: () => EntryReader; readonly closed?: boolean } = {}): Promise<FolderVerdict> {
  const facts = new Facts(options.reader, (kind, seq, detail) => find(kind, seq, detail));
  const parts: Parts = { findings: [], count: 0, entries: 0, facts };
  const find: Find = (kind, seq, detail) => {
    parts.findings.push({ kind, seq, detail });
    parts.count += 1;
  };
  const take = <T>(kind: Finding['kind'], run: () => T): T | undefined => {
    try {
      return run();
    } catch (thrown) {
      if (!(thrown instanceof BreakwaterError)) throw thrown;
      find(kind, 0, `${thrown.code} ${thrown.message}`);
      return undefined;
    }
  };
  const anchor = take<Anchor | undefined>('anchor', () => readAnchor(directory)); // first: the journal only grows meanwhile
  const reader = take('unreadable', () => openReader(directory));
  if (reader === undefined) return { findings: parts.findings, findingCount: parts.count, entries: 0, head: { seq: 0, hash: GENESIS_HASH }, anchored: false, format: FIRST_FORMAT, notes: [] };
  try {
    const closed = await reader.closedThrough().catch(() => ({ seq: 0, hash: GENESIS_HASH }));
    const witnesses = await reader.snapshots().then((kept) => kept.map(({ seq, hash }) => ({ seq, hash, source: `the snapshot at entry ${seq}` })), () => []);
    if (anchor === undefined && parts.count === 0 && (await reader.head()).seq > 0) {
      find('anchor', 0, 'The file "anchor" is missing: nothing shows whether the end of the journal is whole. Compare the head with the venue or a standby.');
    }
    const removals = new Removals();
    const open = await verifyJournal(reader.identity, facts.reading(removals.watching(pagesOf(reader, closed.seq + 1))), {
      from: closed, witnesses: witnesses.filter(({ seq }) => seq > closed.seq), ...(anchor === undefined ? {} : { anchor }),
    });
    if (options.closed !== false) verifyKeys(directory, reader.identity, await reader.segmentCount(), find);
    const { format } = facts; // of the newest entry
    if (closed.seq > 0 && options.closed !== false) await verifyClosed(directory, reader, closed, removals.throughSeq, take('segment', () => readIndex(directory)) ?? [], parts, find);
    const findings = [...parts.findings, ...open.findings];
    return { ...open, findings, findingCount: parts.count + open.findingCount, entries: parts.entries + open.entries, format, notes: [...(reader.note === undefined ? [] : [reader.note]), ...facts.notes] };
  } finally {
    reader.close();
  }
}

/** What the entries say, as far as this release can read it. */
class Facts {
  readonly notes: string[] = [];
  readonly #reader: (() => EntryReader) | undefined;
  readonly #find: Find;
  format = FIRST_FORMAT; // at the end of the stretch that was read last

  constructor(reader: (() => EntryReader) | undefined, find: Find) {
    this.#reader = reader;
    this.#find = find;
  }

  /** One stretch: from the first entry, or from the opening of a segment. */
  async *reading(pages: AsyncIterable<readonly SealedEntry[]>): AsyncGenerator<readonly SealedEntry[]> {
    let reader = this.#reader?.();
    for await (const page of pages) {
      for (const entry of page) if (reader !== undefined && !this.#read(reader, entry)) reader = undefined;
      this.format = reader?.format ?? this.format;
      yield page;
    }
  }

  /** @returns whether the next entry can be read */
  #read(reader: EntryReader, entry: SealedEntry): boolean {
    try {
      const header = openHeader(entry);
      if (sha256Hex(entry.payload) === header.payloadHash) reader.take(header, entry.payload);
    } catch (thrown) {
      if (thrown instanceof NewerFormatError) {
        this.format = thrown.format;
        this.notes.push(`From entry ${thrown.seq} on the record is in format ${thrown.format}, which this release does not read: its bytes and its chain are proven, what it says was not read. Verify it with the release that raised it.`);
        return false;
      }
      if (thrown instanceof BreakwaterError && !(thrown instanceof EntryError)) this.#find('fact', entry.seq, `Entry ${entry.seq}: ${thrown.code} ${thrown.message}`); // the walk over the same pages names a header
    }
    return true;
  }
}

/** What the journal says is removed, heard while its pages go by. */
class Removals {
  throughSeq = 0;

  async *watching(pages: AsyncIterable<readonly SealedEntry[]>): AsyncGenerator<readonly SealedEntry[]> {
    for await (const page of pages) {
      for (const entry of page) this.#hear(entry);
      yield page;
    }
  }

  #hear(entry: SealedEntry): void {
    try {
      const { type } = openHeader(entry);
      if (type !== 'segment.opened' && type !== 'segment.removed') return;
      const said = JSON.parse(new TextDecoder().decode(entry.payload)) as { readonly removedThroughSeq?: number; readonly lastSeq?: number };
      this.throughSeq = Math.max(this.throughSeq, said.removedThroughSeq ?? said.lastSeq ?? 0);
    } catch {
      // an entry that cannot be read says nothing; the walk over the same pages names it
    }
  }
}

async function verifyClosed(
  directory: string, reader: JournalReader, closed: { readonly seq: number; readonly hash: string }, removedThroughSeq: number, index: readonly SegmentLine[], parts: Parts,
  find: Find,
): Promise<void> {
  let [seq, hash] = [0, GENESIS_HASH];
  for (const line of index) {
    if (line.firstSeq > closed.seq) break; // closed while this was reading
    const name = `Segment ${line.number} (entries ${line.firstSeq} to ${line.lastSeq})`;
    const path = segmentPath(directory, line.number);
    if (line.firstSeq !== seq + 1 || line.previousHash !== hash) find('segment', line.firstSeq, `${name} does not follow from the one before it in segments/index.json. Restore the folder "segments" from a backup.`);
    if (line.removed || !existsSync(path)) {
      if (line.lastSeq > removedThroughSeq) find('removed', line.firstSeq, `${name} is missing, and the journal does not say that it was removed. Restore ${path} from a backup.`);
    } else await verifyFile(reader.identity, path, line, name, parts, find);
    [seq, hash] = [line.lastSeq, line.lastHash];
  }
  if (seq !== closed.seq) find('removed', seq + 1, `Entries ${seq + 1} to ${closed.seq} were closed, and segments/index.json does not know where. Restore the folder "segments" from a backup.`);
  else if (hash !== closed.hash) find('segment', closed.seq, `The journal goes on from another entry than the one that segments/index.json ends with (${closed.seq}). Restore the folder "segments" from a backup.`);
}

async function verifyFile(identity: string, path: string, line: SegmentLine, name: string, parts: Parts, find: Find): Promise<void> {
  try {
    if (sha256OfFile(path) !== line.sha256) find('segment', line.firstSeq, `${name} is not the file that was closed: ${whatItIs(path, identity, line)}. Restore ${path} from a backup.`);
    const database = openSegmentFile(path);
    try {
      const page = database.prepare(sql.page);
      const read = async (fromSeq: number): Promise<SealedEntry[]> => (page.all(fromSeq, READ_LIMIT) as unknown as Row[]).map(toEntry);
      const verdict = await verifyJournal(identity, parts.facts.reading(pagesOf({ read }, line.firstSeq)), {
        from: { seq: line.firstSeq - 1, hash: line.previousHash }, witnesses: [{ seq: line.lastSeq, hash: line.lastHash, source: 'the index of segments' }],
      });
      parts.findings.push(...verdict.findings);
      parts.count += verdict.findingCount;
      parts.entries += verdict.entries;
    } finally {
      database.close();
    }
  } catch (thrown) {
    find('unreadable', line.firstSeq, `${name} cannot be read: ${storeErrorOf(thrown, `reading ${path}`).message}`);
  }
}

/** The index of older keys: whole in itself, this journal's, and as far as the open segment needs it. What it holds is proven by making it anew. */
function verifyKeys(directory: string, identity: string, segments: number, find: (kind: Finding['kind'], seq: number, detail: string) => void): void {
  const path = keysPath(directory);
  const wrong = (what: string): void => find('keys', 0, `${path} ${what}. With the runtime stopped "breakwater journal reindex" makes it anew.`);
  if (!existsSync(path)) return segments > 1 ? wrong('is missing: a repetition of something old would look new') : undefined;
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    try {
      const about = database.prepare('SELECT identity, through_segment AS reach FROM about').get() as { identity: string; reach: number } | undefined;
      const check = database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
      if (check !== 'ok') wrong(`is damaged (${String(check)})`);
      else if (database.prepare('PRAGMA foreign_key_check').get() !== undefined) wrong('has names that lead nowhere');
      else if (about?.identity !== identity) wrong(`belongs to the journal ${about?.identity ?? '?'}`);
      else if (about.reach < segments) wrong(`reaches to segment ${about.reach}, the journal needs ${segments}`);
    } finally {
      database.close();
    }
  } catch (thrown) {
    const { reason, detail } = storeErrorOf(thrown, `reading ${path}`);
    if (reason !== 'read-only') wrong(`cannot be read: ${detail}`); // where nothing may be written its write-ahead log cannot be read either
  }
}

function whatItIs(path: string, identity: string, { number }: SegmentLine): string {
  const database = openSegmentFile(path);
  try {
    const said = database.prepare('SELECT identity, number FROM segment').get() as { identity: string; number: number } | undefined;
    if (said === undefined || said.identity !== identity) return `it belongs to the journal ${said?.identity ?? '?'}`;
    return said.number === number ? 'it was edited' : `it is segment ${said.number}`;
  } catch {
    return 'it cannot be read as one';
  } finally {
    database.close();
  }
}
