/**
 * Batches and pages as one block of bytes, so that a thread hands them over without a copy of every entry.
 * Batch: epoch, expectSeq (doubles), expectHash (32 bytes), count, 1 where it opens a segment. Entry: lengths of header and payload, header, payload, hash.
 */
import { Buffer } from 'node:buffer';
import type { AppendBatch, SealedEntry } from '../../journal/index.ts';

const HASH_BYTES = 32;
const BATCH_BYTES = 8 + 8 + HASH_BYTES + 4 + 4;
const ENTRY_BYTES = 4 + 4 + HASH_BYTES;

/** An entry as it lies in the database: the hash as bytes. */
export type Row = { readonly seq: number; readonly header: Uint8Array; readonly payload: Uint8Array; readonly hash: Uint8Array };
export type RowBatch = { readonly epoch: number; readonly expectSeq: number; readonly expectHash: string; readonly opensSegment: boolean; readonly rows: readonly Row[] };

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
export const toBytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
export const toEntry = (row: Row): SealedEntry => ({ seq: row.seq, header: row.header, payload: row.payload, hash: toHex(row.hash) });

export function packBatches(batches: readonly AppendBatch[]): ArrayBuffer {
  let size = 0;
  for (const batch of batches) size += BATCH_BYTES + sizeOf(batch.entries);
  const out = new Writer(size);
  for (const { epoch, expectSeq, expectHash, entries, opensSegment } of batches) {
    out.double(epoch);
    out.double(expectSeq);
    out.hash(expectHash);
    out.word(entries.length);
    out.word(opensSegment === true ? 1 : 0);
    for (const entry of entries) out.entry(entry.header, entry.payload, entry.hash);
  }
  return out.buffer;
}

export function unpackBatches(buffer: ArrayBuffer): RowBatch[] {
  const input = new Reader(buffer);
  const batches: RowBatch[] = [];
  while (!input.atEnd) {
    const [epoch, expectSeq, expectHash, count, opensSegment] = [input.double(), input.double(), toHex(input.bytes(HASH_BYTES)), input.word(), input.word() === 1];
    const rows: Row[] = [];
    for (let index = 0; index < count; index++) rows.push(input.row(expectSeq + 1 + index));
    batches.push({ epoch, expectSeq, expectHash, opensSegment, rows });
  }
  return batches;
}

export function packPage(rows: readonly Row[]): ArrayBuffer {
  const out = new Writer(rows.length * 8 + sizeOf(rows));
  for (const row of rows) {
    out.double(row.seq);
    out.entry(row.header, row.payload, row.hash);
  }
  return out.buffer;
}

export function unpackPage(buffer: ArrayBuffer): SealedEntry[] {
  const input = new Reader(buffer);
  const entries: SealedEntry[] = [];
  while (!input.atEnd) entries.push(toEntry(input.row(input.double())));
  return entries;
}

function sizeOf(entries: readonly { readonly header: Uint8Array; readonly payload: Uint8Array }[]): number {
  let size = 0;
  for (const { header, payload } of entries) size += ENTRY_BYTES + header.length + payload.length;
  return size;
}

class Writer {
  readonly buffer: ArrayBuffer;
  readonly #bytes: Buffer;
  #at = 0;

  constructor(size: number) {
    this.buffer = new ArrayBuffer(size);
    this.#bytes = Buffer.from(this.buffer);
  }

  double(value: number): void {
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
  }

  word(value: number): void {
    this.#at = this.#bytes.writeUInt32LE(value, this.#at);
  }

  hash(value: string | Uint8Array): void {
    if (typeof value === 'string') this.#bytes.write(value, this.#at, HASH_BYTES, 'hex');
    else this.#bytes.set(value, this.#at);
    this.#at += HASH_BYTES;
  }

  entry(header: Uint8Array, payload: Uint8Array, hash: string | Uint8Array): void {
    this.word(header.length);
    this.word(payload.length);
    this.#bytes.set(header, this.#at);
    this.#bytes.set(payload, this.#at + header.length);
    this.#at += header.length + payload.length;
    this.hash(hash);
  }
}

class Reader {
  readonly #buffer: ArrayBuffer;
  readonly #bytes: Buffer;
  #at = 0;

  constructor(buffer: ArrayBuffer) {
    this.#buffer = buffer;
    this.#bytes = Buffer.from(buffer);
  }

  get atEnd(): boolean {
    return this.#at >= this.#buffer.byteLength;
  }

  double(): number {
    this.#at += 8;
    return this.#bytes.readDoubleLE(this.#at - 8);
  }

  word(): number {
    this.#at += 4;
    return this.#bytes.readUInt32LE(this.#at - 4);
  }

  bytes(length: number): Uint8Array {
    this.#at += length;
    return new Uint8Array(this.#buffer, this.#at - length, length);
  }

  row(seq: number): Row {
    const [headerLength, payloadLength] = [this.word(), this.word()];
    return { seq, header: this.bytes(headerLength), payload: this.bytes(payloadLength), hash: this.bytes(HASH_BYTES) };
  }
}
