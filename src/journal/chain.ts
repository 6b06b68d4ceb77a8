/**
 * How an entry becomes bytes, and how entries hang together.
 *
 * Header bytes: the length of the JSON in four bytes (big-endian), then canonical JSON. hash = sha256(previous hash ‖ header bytes).
 * The payload is bound through its sha256 in the header, so that it may be erased and the chain still verifies.
 *
 * Does not own where entries are kept, nor what payloads mean.
 */
import { hash } from 'node:crypto';
import { invariant } from '../base/index.ts';
import { quote } from './canonical.ts';
import { EntryError, ShapeError } from './errors.ts';
import type { EncodedFact } from './facts.ts';
import { decode, int, record, text } from './shape.ts';
import { GENESIS_HASH } from './types.ts';
import type { AppendBatch, EntryHeader, Head, SealedEntry } from './types.ts';

export const sha256Hex = (data: Uint8Array | string): string => hash('sha256', data, 'hex');

const headerShape = record({
  version: int(), seq: int(), epoch: int(), atMs: int(), wallMs: int(), bootId: text(), actor: text(), correlationId: text(),
  type: text(), typeVersion: int(), payloadHash: text(),
});
const HASH_BYTES = 32;
const PREFIX_BYTES = 4;
const encoder = new TextEncoder();

/** The next entry after `previousHash`. */
export function seal(previousHash: string, fields: Omit<EntryHeader, 'version' | 'payloadHash'>, payload: Uint8Array): SealedEntry {
  const json = headerJson(fields, sha256Hex(payload));
  const room = HASH_BYTES + PREFIX_BYTES + json.length * 3; // three bytes for a UTF-16 unit at most
  if (slabAt + room > slab.length) [slab, slabAt] = [new Uint8Array(Math.max(SLAB_BYTES, room)), 0];
  const headerAt = slabAt + HASH_BYTES;
  const { written } = encoder.encodeInto(json, slab.subarray(headerAt + PREFIX_BYTES));
  writeHex(previousHash, slab, slabAt);
  for (let at = 0; at < PREFIX_BYTES; at++) slab[headerAt + at] = written >>> (24 - at * 8);
  const chained = slab.subarray(slabAt, headerAt + PREFIX_BYTES + written);
  slabAt += chained.length;
  return { seq: fields.seq, header: chained.subarray(HASH_BYTES), payload, hash: sha256Hex(chained) };
}

// Headers are cut from shared blocks: a block of memory for each would cost more than its hash.
const SLAB_BYTES = 16_384;
let slab = new Uint8Array(SLAB_BYTES);
let slabAt = 0;

/** What `headerShape` would write, spelled out because every fact pays for it. */
function headerJson(fields: Omit<EntryHeader, 'version' | 'payloadHash'>, payloadHash: string): string {
  const { seq, epoch, atMs, wallMs, typeVersion } = fields;
  const whole = Number.isSafeInteger(seq) && Number.isSafeInteger(epoch) && Number.isSafeInteger(atMs) && Number.isSafeInteger(wallMs) && Number.isSafeInteger(typeVersion);
  invariant(whole, 'the numbers of a header are whole and safe');
  return `{"actor":${quote(fields.actor)},"atMs":${atMs},"bootId":${quote(fields.bootId)},"correlationId":${quote(fields.correlationId)},"epoch":${epoch},"payloadHash":"${payloadHash}","seq":${seq},"type":${quote(fields.type)},"typeVersion":${typeVersion},"version":1,"wallMs":${wallMs}}`;
}

/** The hash that an entry with these header bytes has after `previousHash`. */
export function chainHash(previousHash: string, header: Uint8Array): string {
  const length = HASH_BYTES + header.length;
  if (chained.length < length) chained = new Uint8Array(length * 2);
  writeHex(previousHash, chained, 0);
  chained.set(header, HASH_BYTES);
  return sha256Hex(chained.subarray(0, length));
}

let chained = new Uint8Array(1_024); // whoever reads a whole journal asks a million times

/** What the header bytes say. Throws EntryError when they are not a header of this entry; does not look at payload and chain. */
export function openHeader(entry: Pick<SealedEntry, 'seq' | 'header'>): EntryHeader {
  const header = parseHeader(entry);
  if (header.seq !== entry.seq) throw new EntryError(entry.seq, `has the header of entry ${header.seq}`);
  return header;
}

/** As `openHeader`, for any entry that claims to stand there. */
export function parseHeader({ seq, header }: Pick<SealedEntry, 'seq' | 'header'>): EntryHeader {
  if (header.length < PREFIX_BYTES || new DataView(header.buffer, header.byteOffset).getUint32(0) !== header.length - PREFIX_BYTES) {
    throw new EntryError(seq, 'has a header whose length is not the one it names');
  }
  try {
    const fields = decode(headerShape, header.subarray(PREFIX_BYTES));
    if (fields.version !== 1) throw new EntryError(seq, `has a header of version ${fields.version}, which this release does not know`);
    return { ...fields, version: 1 };
  } catch (thrown) {
    if (!(thrown instanceof ShapeError)) throw thrown;
    throw new EntryError(seq, `has a header that cannot be read: ${thrown.path} ${thrown.problem}`);
  }
}

/** As `openHeader`, and proves payload, hash and place in the chain. For whoever folds entries from a disk. */
export function openEntry(previousHash: string, entry: SealedEntry): EntryHeader {
  const header = openHeader(entry);
  if (sha256Hex(entry.payload) !== header.payloadHash) throw new EntryError(entry.seq, 'has a payload that was changed after it was written');
  if (chainHash(previousHash, entry.header) !== entry.hash) throw new EntryError(entry.seq, 'does not follow from the entry before it');
  return header;
}

/** What a producer says of the entries of one turn; the rest of the header is the sealer's. */
export type Stamp = Pick<EntryHeader, 'atMs' | 'wallMs' | 'actor' | 'correlationId'>;

/**
 * The producer's end of the chain: knows the head it has sealed up to, which runs ahead of what is durable.
 *
 *   S1. Consecutive batches fit together: the next one expects exactly what the last one leaves.
 *   S2. Journal time never goes back.
 */
export class Sealer {
  readonly epoch: number;
  readonly bootId: string;
  #seq: number;
  #hash: string;
  #lastAtMs: number;

  /** @param lastAtMs journal time of the entry at `head` */
  constructor(head: Pick<Head, 'seq' | 'hash'>, life: { readonly epoch: number; readonly bootId: string; readonly lastAtMs: number }) {
    this.epoch = life.epoch;
    this.bootId = life.bootId;
    this.#seq = head.seq;
    this.#hash = head.hash;
    this.#lastAtMs = life.lastAtMs;
  }

  get seq(): number {
    return this.#seq;
  }

  get hash(): string {
    return this.#hash;
  }

  /** Seals the facts of one turn, in order, as one batch for `Store.append`. */
  seal(stamp: Stamp, facts: readonly EncodedFact[]): AppendBatch {
    invariant(stamp.atMs >= this.#lastAtMs, 'journal time never goes back');
    this.#lastAtMs = stamp.atMs;
    const batch = { epoch: this.epoch, expectSeq: this.#seq, expectHash: this.#hash };
    const entries = facts.map(({ type, typeVersion, payload }) => {
      const entry = seal(this.#hash, { ...stamp, seq: this.#seq + 1, epoch: this.epoch, bootId: this.bootId, type, typeVersion }, payload);
      this.#seq = entry.seq;
      this.#hash = entry.hash;
      return entry;
    });
    return { ...batch, entries };
  }
}

/** The head of a journal without entries. */
export const EMPTY_HEAD: Head = { seq: 0, hash: GENESIS_HASH, epoch: 0 };

function writeHex(hex: string, into: Uint8Array, from: number): void {
  invariant(hex.length === HASH_BYTES * 2, 'a hash is 64 hexadecimal digits');
  for (let at = 0; at < HASH_BYTES; at++) into[from + at] = (nibble(hex.charCodeAt(at * 2)) << 4) | nibble(hex.charCodeAt(at * 2 + 1));
}

const nibble = (code: number): number => (code <= 57 ? code - 48 : code - 87); // '0'–'9', 'a'–'f'
