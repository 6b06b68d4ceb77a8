/**
 * The shapes of the durable record. See `index.ts` for the story.
 */

/** What an entry says about itself; everything the chain binds. */
export type EntryHeader = {
  readonly version: 1;
  readonly seq: number; // 1, 2, 3 … without a gap
  readonly epoch: number; // rises with every process that takes the journal over
  readonly atMs: number; // journal time: never goes back
  readonly wallMs: number; // the wall clock then, for people
  readonly bootId: string;
  readonly actor: string; // who caused it: "signal:demo", "operator:sam", "venue:alpaca", "timer", "boot"
  readonly correlationId: string; // from the signal to the ledger
  readonly type: string; // "order.prepared"
  readonly typeVersion: number;
  readonly payloadHash: string; // sha256 of the payload's bytes, hex
};

/** An entry as its bytes. `hash` = sha256(previous hash bytes ‖ header), hex; `header` is length-prefixed canonical JSON. */
export type SealedEntry = {
  readonly seq: number;
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
  readonly hash: string;
};

export type Head = { readonly seq: number; readonly hash: string; readonly epoch: number };

/** The hash before the first entry: 64 zeros. */
export const GENESIS_HASH = '0'.repeat(64);

export type AppendBatch = {
  readonly epoch: number;
  readonly expectSeq: number; // the head's seq before this batch; the first entry's is expectSeq + 1
  readonly expectHash: string;
  readonly entries: readonly SealedEntry[];
  /** Its first entry begins a segment: from there on the journal can be read without what is before. */
  readonly opensSegment?: boolean;
};

/** Where a reader of the open segment begins: its first entry, and the hash of the entry before. */
export type Origin = { readonly seq: number; readonly previousHash: string };

/**
 * `durable`: on disk, flushed. `refused`: nothing was written; somebody with a higher epoch took over (`stale`), or the head is
 * not where the producer believes (`head`). `unknown`: it may be on disk or not; only a store opened afresh tells, and the one that said
 * so says nothing else from then on.
 */
export type AppendResult =
  | { readonly kind: 'durable'; readonly seq: number }
  | { readonly kind: 'refused'; readonly why: 'stale' | 'head' }
  | { readonly kind: 'unknown'; readonly why: string };

/** A fold of the journal up to `seq`. `digest` is the digest of the world it holds. */
export type Snapshot = {
  readonly seq: number;
  readonly hash: string; // the chain's hash at seq
  readonly digest: string;
  readonly format: number;
  readonly state: Uint8Array;
};

/** Only those before an entry, and at most so many. */
export type SnapshotRange = { readonly beforeSeq: number; readonly most: number };

export const READ_LIMIT = 1_000;
export const SNAPSHOTS_KEPT = 3;

/** One producer appends; any number of readers page. Engines: SQLite on disk, memory in simulation. */
export interface Store {
  readonly identity: string; // of this journal; another file, another identity
  /** What is durable. `epoch` is the highest that ever appended: a process that takes over appends with a higher one. */
  head(): Promise<Head>;
  /** Where the newest segment begins; the first entry where none was ever opened. */
  origin(): Promise<Origin>;
  append(batch: AppendBatch): Promise<AppendResult>;
  /** Entries from `fromSeq` on, at most `limit` (≤ READ_LIMIT), in order. */
  read(fromSeq: number, limit: number): Promise<readonly SealedEntry[]>;
  /** The bytes of its state go over to the store: whoever saved it does not look at them again. */
  saveSnapshot(snapshot: Snapshot): Promise<void>;
  /** Newest first; the last SNAPSHOTS_KEPT are kept. A state may be large: whoever needs one asks for one. */
  snapshots(which?: SnapshotRange): Promise<readonly Snapshot[]>;
  close(): Promise<void>;
}
