/**
 * Reads a whole journal and names what was done to it since it was written: which entry was edited, removed, inserted or moved,
 * and whether its tail was cut.
 *
 *   V1. Every change of a byte that the chain covers is found, unless everything after it was rewritten too; an anchor finds that.
 *   V2. A finding names the first entry concerned. Sound entries after it are not blamed.
 *   V3. Without an anchor nothing can be said about a cut tail, and the verdict says so.
 *
 * An entry is judged together with the one after it: the next hash is the witness that tells an edited header from an edited
 * hash, and a foreign entry from a missing one.
 */
import { BreakwaterError } from '../base/index.ts';
import { chainHash, parseHeader, sha256Hex } from './chain.ts';
import { EntryError } from './errors.ts';
import { GENESIS_HASH, READ_LIMIT } from './types.ts';
import type { EntryHeader, SealedEntry } from './types.ts';

/** A place in the chain that was written down elsewhere. */
export type Witness = { readonly seq: number; readonly hash: string; readonly source: string };
export type Anchor = { readonly identity: string; readonly seq: number; readonly hash: string };

export type FindingKind = 'header' | 'payload' | 'hash' | 'removed' | 'inserted' | 'moved' | 'order' | 'cut' | 'rewritten' | 'identity' | 'anchor' | 'segment' | 'keys' | 'fact' | 'unreadable';
export type Finding = { readonly kind: FindingKind; readonly seq: number; readonly detail: string };

export type Verdict = {
  readonly findings: readonly Finding[]; // the first FINDINGS_SHOWN
  readonly findingCount: number;
  readonly entries: number;
  readonly head: { readonly seq: number; readonly hash: string };
  readonly anchored: boolean; // the tail was compared with an anchor
};

export const FINDINGS_SHOWN = 100;

/**
 * @param pages entries in the order of their `seq`, as the engine holds them, however broken
 * @param against.from the entry before the first one, where that is not the beginning of the journal
 */
export async function verifyJournal(
  identity: string, pages: AsyncIterable<readonly SealedEntry[]>, against: { readonly anchor?: Anchor; readonly witnesses?: readonly Witness[]; readonly from?: { readonly seq: number; readonly hash: string } } = {},
): Promise<Verdict> {
  const { anchor } = against;
  const witnesses = [...(against.witnesses ?? [])];
  if (anchor !== undefined && anchor.identity === identity) witnesses.push({ seq: anchor.seq, hash: anchor.hash, source: 'the anchor' });
  const walk = new Walk(witnesses, against.from ?? { seq: 0, hash: GENESIS_HASH });
  if (anchor !== undefined && anchor.identity !== identity) {
    walk.find('identity', 0, `The anchor belongs to the journal ${anchor.identity}, but this is the journal ${identity}. Put the right journal back, or verify it with its own anchor.`);
  }
  try {
    for await (const page of pages) for (const entry of page) walk.take(entry);
  } catch (thrown) {
    if (!(thrown instanceof BreakwaterError)) throw thrown;
    walk.stop(`${thrown.code} ${thrown.message}`);
  }
  return walk.end(anchor !== undefined && anchor.identity === identity);
}

/** All entries of a store or reader, page by page. */
export async function* pagesOf(store: { read(fromSeq: number, limit: number): Promise<readonly SealedEntry[]> }, fromSeq = 1): AsyncGenerator<readonly SealedEntry[]> {
  for (let next = fromSeq; ;) {
    const page = await store.read(next, READ_LIMIT);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    next = last.seq + 1;
  }
}

type Judged = { readonly row: SealedEntry; readonly header: EntryHeader | undefined; readonly unreadable: string | undefined };

class Walk {
  readonly #findings: Finding[] = [];
  readonly #witnesses: readonly Witness[];
  #findingCount = 0;
  #entries = 0;
  #stopped = false;
  #waiting: Judged | undefined;
  #previousHash: string | undefined; // undefined: not known after a moved entry
  #hashBefore: string | undefined; // one entry further back, while both are known
  #expectedSeq: number; // of the next row
  #shift = 0; // how far headers run ahead of their rows since entries were taken out and the rest renumbered
  #last: { readonly seq: number; readonly hash: string };
  #lastHeader: EntryHeader | undefined;

  constructor(witnesses: readonly Witness[], from: { readonly seq: number; readonly hash: string }) {
    this.#witnesses = witnesses;
    this.#previousHash = from.hash;
    this.#expectedSeq = from.seq + 1;
    this.#last = from;
  }

  find(kind: FindingKind, seq: number, detail: string): void {
    this.#findingCount += 1;
    if (this.#findings.length < FINDINGS_SHOWN) this.#findings.push({ kind, seq, detail });
  }

  take(row: SealedEntry): void {
    const next = read(row);
    if (this.#waiting !== undefined) this.#judge(this.#waiting, next);
    this.#waiting = next;
  }

  /** The engine could not give any more entries. */
  stop(why: string): void {
    if (this.#waiting !== undefined) this.#judge(this.#waiting, undefined);
    this.#waiting = undefined;
    this.#stopped = true;
    this.find('unreadable', this.#last.seq + 1, why);
  }

  end(anchored: boolean): Verdict {
    if (this.#waiting !== undefined) this.#judge(this.#waiting, undefined);
    const head = this.#last;
    for (const { seq, source } of this.#witnesses) {
      if (this.#stopped || seq <= head.seq) continue;
      const missing = head.seq + 1 === seq ? `Entry ${seq} is` : `Entries ${head.seq + 1} to ${seq} are`;
      this.find('cut', head.seq + 1, `${missing} missing at the end: ${source} has seen entry ${seq}. What was acknowledged is lost; restore it from a backup or a standby before trading.`);
      break;
    }
    return { findings: this.#findings, findingCount: this.#findingCount, entries: this.#entries, head, anchored };
  }

  #judge(here: Judged, next: Judged | undefined): void {
    this.#entries += 1;
    const trusted = this.#place(here, next);
    const { row, header } = here;
    this.#expectedSeq = row.seq + 1;
    this.#last = { seq: row.seq, hash: row.hash };
    if (trusted && header !== undefined && sha256Hex(row.payload) !== header.payloadHash) {
      this.find('payload', row.seq, `The payload of entry ${row.seq} (${header.type}) was changed after it was written. Restore it from a backup or a standby.`);
    }
    for (const { seq, hash, source } of this.#witnesses) {
      if (seq !== row.seq || hash === row.hash) continue;
      this.find('rewritten', seq, `Entry ${seq} has another hash than ${source} has kept: this entry or one before it was written anew, with all hashes that follow. Restore the journal from a backup or a standby.`);
    }
  }

  /** Is this row the entry that follows? Leaves `#previousHash` as the next row needs it. Answers whether the header can be believed. */
  #place(here: Judged, next: Judged | undefined): boolean {
    const { row, header } = here;
    const headerSeq = header?.seq;
    const inPlace = headerSeq === undefined || headerSeq === row.seq + this.#shift;
    const follows = this.#previousHash === undefined || linked(this.#previousHash, row);

    const hashBefore = this.#hashBefore;
    this.#hashBefore = undefined;

    if (row.seq > this.#expectedSeq && inPlace) {
      this.#removed(this.#expectedSeq, row.seq - 1);
      this.#previousHash = row.hash;
      return true;
    }
    if (follows && inPlace && headerSeq !== undefined) {
      this.#checkOrder(header);
      this.#hashBefore = this.#previousHash;
      this.#previousHash = row.hash;
      return true;
    }
    if (!follows && hashBefore !== undefined && linked(hashBefore, row)) {
      this.#inserted(this.#last.seq, row);
      if (headerSeq !== undefined) this.#shift = headerSeq - row.seq;
      this.#previousHash = row.hash;
      return true;
    }
    if (!follows && this.#previousHash !== undefined && next !== undefined && linked(this.#previousHash, next.row)) {
      if (linked(next.row.hash, row)) return this.#moved(row.seq, headerSeq); // neighbours that changed places
      this.#inserted(row.seq, next.row);
      if (next.header !== undefined) this.#shift = next.header.seq - next.row.seq;
      return false; // #previousHash stays: the next row follows from it
    }
    if (inPlace || headerSeq === undefined) return this.#edited(here, next);
    const expected = row.seq + this.#shift;
    if (next !== undefined && linked(row.hash, next.row) && next.header?.seq === expected + 1) return this.#edited(here, next);
    const runGoesOn = next === undefined || (linked(row.hash, next.row) && next.header?.seq === headerSeq + 1);
    if (headerSeq < expected || !runGoesOn) return this.#moved(row.seq, headerSeq);
    this.#removed(expected, headerSeq - 1);
    this.#shift = headerSeq - row.seq;
    this.#previousHash = row.hash;
    return true;
  }

  #moved(seq: number, headerSeq: number | undefined): boolean {
    this.find('moved', seq, `In the place of entry ${seq} stands entry ${headerSeq ?? 'that cannot be read'}: entries were swapped or moved. Restore the journal from a backup or a standby.`);
    this.#previousHash = undefined;
    return true;
  }

  #edited({ row, unreadable }: Judged, next: Judged | undefined): boolean {
    const computed = chainHash(this.#previousHash ?? GENESIS_HASH, row.header);
    if (next !== undefined && unreadable === undefined && linked(computed, next.row)) {
      this.find('hash', row.seq, `The hash kept with entry ${row.seq} was changed; header and payload are as they were written. Restore it from a backup or a standby.`);
      this.#previousHash = computed;
      return true;
    }
    const how = unreadable === undefined ? `, or entry ${row.seq - 1} was replaced together with its hash` : ` (it ${unreadable})`;
    this.find('header', row.seq, `The header of entry ${row.seq} was changed after it was written${how}. Restore the journal from a backup or a standby.`);
    this.#previousHash = row.hash;
    return false;
  }

  #inserted(seq: number, after: SealedEntry): void {
    this.find('inserted', seq, `Entry ${seq} was put in afterwards: entry ${after.seq} follows directly from the one before it. Take it for a forgery, and restore the journal from a backup or a standby.`);
  }

  #removed(first: number, last: number): void {
    const what = first === last ? `Entry ${first} is missing` : `Entries ${first} to ${last} are missing`;
    this.find('removed', first, `${what}. Restore the journal from a backup or a standby.`);
  }

  /** The chain is whole, but did its writer keep the rules? */
  #checkOrder(header: EntryHeader | undefined): void {
    if (header === undefined) return;
    const before = this.#lastHeader;
    this.#lastHeader = header;
    if (before === undefined) return;
    if (header.epoch < before.epoch) this.find('order', header.seq, `Entry ${header.seq} has epoch ${header.epoch} after epoch ${before.epoch}: two processes have written. Stop both, and reconcile with the venue before trading.`);
    if (header.atMs < before.atMs) this.find('order', header.seq, `Journal time goes back at entry ${header.seq}, from ${before.atMs} to ${header.atMs}. The release that wrote it is at fault; report it.`);
  }
}

const linked = (previousHash: string, row: SealedEntry): boolean => chainHash(previousHash, row.header) === row.hash;

function read(row: SealedEntry): Judged {
  try {
    return { row, header: parseHeader(row), unreadable: undefined };
  } catch (thrown) {
    if (!(thrown instanceof EntryError)) throw thrown;
    return { row, header: undefined, unreadable: thrown.problem };
  }
}
