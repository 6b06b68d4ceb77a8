/**
 * What is written down when the journal cannot take it: one record of the emergency log, as bytes.
 *
 * Owns the words and their encoding. Does not own where they are kept (emergency-log.ts), nor what is done about them.
 *
 *   N1. A record fills a slot of its own and proves itself: hash = sha256(previous hash ‖ its JSON), and the JSON names the
 *       previous hash. So one that is torn or changed is told from one that was never written, and from one of another chain.
 *   N2. Whatever a person says as a reason, the record fits: long texts are cut, never refused.
 */
import { hash } from 'node:crypto';
import { decode, described, encode, flag, int, oneOf, optional, record, text } from './shape.ts';
import type { RecordOf } from './shape.ts';
import { GENESIS_HASH } from './types.ts';

/** What was asked for, or what came of it. */
export const emergencyFields = {
  kind: described(oneOf('halt', 'cancel', 'flatten', 'kill', 'answer', 'sweep'), 'what was asked for, or what came of it'),
  actor: text('who caused it'),
  correlationId: text('the same from the question to what came of it'),
  by: optional(text('who asked')),
  reason: optional(text('why')),
  cancelOrders: optional(flag('of a halt: whether open orders were to be cancelled')),
  scope: optional(text('of a halt, flatten or kill: of what; of the whole system where it is not said')),
  orderId: optional(text('the order')),
  venue: optional(text('the venue')),
  venueOrderId: optional(text("the venue's name for the order")),
  outcome: optional(text('what the venue answered, or still showed')),
  journal: text("the journal's identity, empty where nobody could tell"),
  headSeq: int('the newest entry of the journal that was known, 0 where nobody could tell'),
  headHash: text('its hash'),
  sealed: flag('whether that entry says the same, and only its durability was not known'),
  atMs: int("journal time; the wall clock's where there is no journal"),
  wallMs: int('the wall clock, for people'),
  bootId: text('the process life'),
};
const words = record(emergencyFields);
const recordShape = record({ ...emergencyFields, seq: int('1, 2, 3 … without a gap'), previous: text('the hash of the record before') });

export type EmergencyWords = RecordOf<typeof emergencyFields>;
/** Where an emergency log stands: its last record and that one's hash. */
export type EmergencyMark = { readonly seq: number; readonly hash: string };
export type EmergencyRecord = EmergencyWords & EmergencyMark & { readonly previous: string };

export const FIRST_MARK: EmergencyMark = { seq: 0, hash: GENESIS_HASH };
export const SLOT_BYTES = 4_096; // a page: no two records share one

const MARK = new TextEncoder().encode('BWE1');
const HASH_AT = 8; // mark, length
const JSON_AT = 40; // mark, length, hash
const MOST_BYTES = SLOT_BYTES - JSON_AT;
const LONGEST_TEXT = 1_000;

/** The next record after `previous`, and the slot that holds it. */
export function sealEmergency(previous: EmergencyMark, said: EmergencyWords): { readonly slot: Uint8Array; readonly mark: EmergencyMark } {
  const seq = previous.seq + 1;
  let json = encode(recordShape, { ...said, seq, previous: previous.hash });
  for (let longest = LONGEST_TEXT; json.length > MOST_BYTES; longest = Math.floor(longest / 2)) json = encode(recordShape, { ...shortened(said, longest), seq, previous: previous.hash });
  const mark = { seq, hash: chained(previous.hash, json) };
  return { slot: slotOf(json, mark.hash), mark };
}

/** A slot with this JSON, which its hash proves. */
export function slotOf(json: Uint8Array, hashHex: string): Uint8Array {
  const slot = new Uint8Array(SLOT_BYTES);
  slot.set(MARK, 0);
  new DataView(slot.buffer).setUint32(4, json.length);
  slot.set(bytesOf(hashHex), HASH_AT);
  slot.set(json, JSON_AT);
  return slot;
}

/** What a slot holds, if its form is whole: JSON and the hash beside it. Neither is proven by that. */
export function slotParts(slot: Uint8Array): { readonly json: Uint8Array; readonly hash: string } | undefined {
  if (slot.length !== SLOT_BYTES || MARK.some((byte, at) => slot[at] !== byte)) return undefined;
  const length = new DataView(slot.buffer, slot.byteOffset).getUint32(4);
  if (length > MOST_BYTES) return undefined;
  return { json: slot.subarray(JSON_AT, JSON_AT + length), hash: hexOf(slot.subarray(HASH_AT, JSON_AT)) };
}

/** N1. `empty` where nothing was ever written, `spoilt` where something was and it is no record. */
export function openEmergency(slot: Uint8Array): EmergencyRecord | 'empty' | 'spoilt' {
  if (slot.every((byte) => byte === 0)) return 'empty';
  const parts = slotParts(slot);
  if (parts === undefined) return 'spoilt';
  try {
    const said = decode(recordShape, parts.json);
    return chained(said.previous, parts.json) === parts.hash ? { ...said, hash: parts.hash } : 'spoilt';
  } catch {
    return 'spoilt';
  }
}

/** A record as the journal keeps it. */
export function emergencyWordsOf({ seq: _seq, hash: _hash, previous: _previous, ...said }: EmergencyRecord): EmergencyWords {
  return decode(words, encode(words, said));
}

const chained = (previous: string, json: Uint8Array): string => hash('sha256', new Uint8Array([...bytesOf(previous), ...json]), 'hex');

/** N2 */
function shortened(said: EmergencyWords, longest: number): EmergencyWords {
  const cut = ([name, value]: [string, unknown]): [string, unknown] => [name, typeof value === 'string' && value.length > longest ? `${value.slice(0, longest)}…` : value];
  return { ...(Object.fromEntries(Object.entries(said).map(cut)) as EmergencyWords), kind: said.kind, journal: said.journal, headHash: said.headHash };
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from({ length: 32 }, (_, at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16));
const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
