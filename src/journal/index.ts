/**
 * The durable record: one gapless, hash-chained list of entries that everything else is a view of.
 *
 * An entry is a header, a payload and a hash. The header binds the payload by its sha256 and the chain binds the header,
 * so a payload can be encrypted, archived or erased and the chain still verifies. Bytes written are the truth: nothing is
 * encoded again to check it.
 *
 *   J1. seq is 1, 2, 3 … without a gap; journal time and epoch never go back.
 *   J2. hash = sha256(previous hash ‖ header); a change of any byte, or of the order, is found and named.
 *   J3. An append is durable, refused with nothing written, or unknown. Unknown is answered by reading, never by trying again.
 */
export { canonicalJson } from './canonical.ts';
export { chainHash, EMPTY_HEAD, openEntry, openHeader, seal, Sealer, sha256Hex } from './chain.ts';
export type { Stamp } from './chain.ts';
export { emergencyFields, emergencyWordsOf, FIRST_MARK, openEmergency, SLOT_BYTES } from './emergency.ts';
export type { EmergencyMark, EmergencyRecord, EmergencyWords } from './emergency.ts';
export { emergencyCauses } from './emergency-errors.ts';
export type { EmergencyCause } from './emergency-errors.ts';
export { readEmergencies, SlottedLog, tellFinding } from './emergency-log.ts';
export type { EmergencyFinding, EmergencyKept, EmergencyReading, EmergencySheet } from './emergency-log.ts';
export { EntryError, NewerFormatError, ShapeError, UnknownFactError } from './errors.ts';
export { decode, described, dictionary, encode, flag, int, list, oneOf, optional, record, text, units } from './shape.ts';
export type { FieldNote, Fields, Infer, OptionalShape, RecordOf, Shape } from './shape.ts';
export { defineFact, factCodec, FIRST_FORMAT, supersedes } from './facts.ts';
export type { EncodedFact, FactCodec, FactOf, FactType, Formats, WrittenOf } from './facts.ts';
export { MemoryDisk, MemoryStore } from './memory.ts';
export type { MemoryStoreOptions, Misfortune } from './memory.ts';
export { refusalOf } from './rules.ts';
export { GENESIS_HASH, READ_LIMIT, SNAPSHOTS_KEPT } from './types.ts';
export type { AppendBatch, AppendResult, EntryHeader, Head, Origin, SealedEntry, Snapshot, SnapshotRange, Store } from './types.ts';
export { pagesOf, verifyJournal } from './verify.ts';
export type { Anchor, Finding, FindingKind, Verdict, Witness } from './verify.ts';
