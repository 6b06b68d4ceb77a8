/**
 * Where the journal stood, written down outside the database. SQLite opens a journal whose end is gone without a word;
 * the anchor is how the loss is seen.
 *
 *   A1. Written after the commit and before its acknowledgement: the anchor never runs ahead of what is durable, and no
 *       acknowledged entry is behind it once the process has died.
 *   A2. Two slots in turn, each with a checksum: a torn write leaves the other one.
 *   A3. The file never grows after it was made, so that a full disk does not stop it.
 */
import { closeSync, existsSync, fdatasyncSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { GENESIS_HASH, sha256Hex } from '../../journal/index.ts';
import type { Anchor } from '../../journal/index.ts';
import { told } from './disk.ts';
import { StoreError } from './errors.ts';

const SLOT_BYTES = 512;
const SLOT_GAP = 4_096; // apart, so that no sector holds both
const MARK = 'breakwater-anchor 1';

export const anchorPath = (directory: string): string => join(directory, 'anchor');

type Slot = Anchor & { readonly turn: number };

const slotText = ({ identity, turn, seq, hash }: Slot): string => {
  const body = `${MARK} ${identity} ${turn} ${seq} ${hash}`;
  return `${body} ${sha256Hex(body)}`;
};

function readSlot(bytes: Uint8Array): Slot | undefined {
  const match = /^(breakwater-anchor 1 (\S+) (\d+) (\d+) ([0-9a-f]{64})) ([0-9a-f]{64})/.exec(new TextDecoder('latin1').decode(bytes));
  if (match === null) return undefined;
  const [, body = '', identity = '', turn, seq, hash = GENESIS_HASH, sum] = match;
  return sha256Hex(body) === sum ? { identity, turn: Number(turn), seq: Number(seq), hash } : undefined;
}

/** The newest whole slot; undefined where there is no anchor file. Throws StoreError when both slots are damaged. */
export function readAnchor(directory: string): Slot | undefined {
  const path = anchorPath(directory);
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  const slots = [0, SLOT_GAP].map((at) => readSlot(bytes.subarray(at, at + SLOT_BYTES))).filter((slot) => slot !== undefined);
  const newest = slots.toSorted((a, b) => b.turn - a.turn)[0];
  if (newest === undefined) throw new StoreError('anchor-lost', `neither half of ${path} can be read`);
  return newest;
}

export class AnchorFile {
  readonly #fd: number;
  readonly #identity: string;
  readonly #path: string;
  readonly #slot = new Uint8Array(SLOT_BYTES).fill(0x20);
  readonly #encoder = new TextEncoder();
  #turn: number;
  #dirty = true;

  /** Opens the file, or makes it, and has it say where the journal stands now. */
  constructor(directory: string, anchor: Anchor) {
    const path = (this.#path = anchorPath(directory));
    const isNew = !existsSync(path);
    const before = isNew ? undefined : readAnchorOrNothing(directory);
    this.#identity = anchor.identity;
    this.#turn = before?.turn ?? 0;
    this.#fd = openSync(path, isNew ? 'w+' : 'r+', 0o600);
    if (before === undefined) writeSync(this.#fd, new Uint8Array(SLOT_GAP + SLOT_BYTES).fill(0x20), 0, SLOT_GAP + SLOT_BYTES, 0);
    if (before?.identity === anchor.identity && before.seq === anchor.seq && before.hash === anchor.hash) return;
    this.write(anchor.seq, anchor.hash);
    fsyncSync(this.#fd);
    told('synced', path);
  }

  write(seq: number, hash: string): void {
    this.#turn += 1;
    const { written } = this.#encoder.encodeInto(slotText({ identity: this.#identity, turn: this.#turn, seq, hash }), this.#slot);
    this.#slot.fill(0x20, written);
    writeSync(this.#fd, this.#slot, 0, SLOT_BYTES, (this.#turn % 2) * SLOT_GAP);
    this.#dirty = true;
    told('wrote', this.#path);
  }

  sync(): void {
    if (!this.#dirty) return;
    fdatasyncSync(this.#fd);
    this.#dirty = false;
    told('synced', this.#path);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

function readAnchorOrNothing(directory: string): Slot | undefined {
  try {
    return readAnchor(directory);
  } catch {
    return undefined; // both halves damaged: made anew, by an owner who was asked
  }
}
