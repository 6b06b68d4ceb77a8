/**
 * From the disk to a world: the newest snapshot that can be believed, then every entry after it, each proven and folded.
 *
 *   R1. A snapshot is believed only if its digest is that of the world it holds, and that world ends where its hash stands in the chain.
 *   R2. An entry is folded only after payload, hash and place in the chain are proven.
 *   R3. Nothing before the open segment is read: its first entry holds all that is carried over, and the hash it follows from.
 */
import { reasonOf } from '../base/index.ts';
import { digestOf, emptyWorld, evolve, factsCodec, readFact, STATE_FORMAT, thawWorld } from '../core/index.ts';
import type { Fact, Facts, World } from '../core/index.ts';
import { GENESIS_HASH, NewerFormatError, openEntry, READ_LIMIT } from '../journal/index.ts';
import type { Head, Origin, SealedEntry, Snapshot, Store } from '../journal/index.ts';
import { JournalDamagedError } from './errors.ts';

const FIRST: Origin = { seq: 1, previousHash: GENESIS_HASH };

export type Replayed = { readonly world: World; readonly head: Head; readonly fromSnapshot: number; readonly folded: number };

export type ReplayOptions = {
  readonly snapshots: boolean;
  readonly wholeRecord?: boolean; // for audits: from the very first entry, whatever segments were opened since; without snapshots
  readonly facts?: Facts; // those of another release, in a test
};

export async function replay(store: Store, options: ReplayOptions = { snapshots: true }): Promise<Replayed> {
  const head = await store.head();
  const origin = options.wholeRecord === true ? FIRST : await store.origin();
  const start = options.snapshots && options.wholeRecord !== true ? await newestSnapshot(store, head.seq, origin) : undefined;
  const world = start?.world ?? emptyWorld();
  const facts = options.facts ?? factsCodec;
  if (world.format > facts.formats.reads) throw new NewerFormatError(world.life.seq, world.format, facts.formats.reads);
  let [seq, hash] = [start?.seq ?? origin.seq - 1, start?.hash ?? origin.previousHash]; // R3
  const fromSnapshot = seq;
  let next = seq < head.seq ? store.read(seq + 1, READ_LIMIT) : undefined;
  while (next !== undefined) {
    const page: readonly SealedEntry[] = await next;
    const lastSeq = page.at(-1)?.seq ?? head.seq;
    next = lastSeq < head.seq ? store.read(lastSeq + 1, READ_LIMIT) : undefined; // on its way while this one is folded
    next?.catch(() => undefined); // where this page ends the reading, nobody waits for it
    if (page.length === 0) throw new JournalDamagedError(`entry ${seq + 1} is missing, the head is ${head.seq}`);
    for (const entry of page) {
      if (entry.seq !== seq + 1) throw new JournalDamagedError(`entry ${seq + 1} is missing, entry ${entry.seq} follows`);
      try {
        fold(world, hash, entry, { facts });
      } catch (thrown) {
        if (thrown instanceof NewerFormatError) throw thrown;
        throw new JournalDamagedError(`entry ${entry.seq}: ${reasonOf(thrown)}`);
      }
      [seq, hash] = [entry.seq, entry.hash];
    }
  }
  if (hash !== head.hash) throw new JournalDamagedError(`the chain ends in ${hash.slice(0, 12)}, the store says ${head.hash.slice(0, 12)}`);
  return { world, head, fromSnapshot, folded: seq - fromSnapshot };
}

/** How facts are read and what they do to a world; others than ours only in a test. */
export type Folding = { readonly change?: typeof evolve; readonly facts?: Facts };

/** R2. One entry, proven and folded. Throws when it is not what follows. */
export function fold(world: World, previousHash: string, entry: SealedEntry, { change = evolve, facts = factsCodec }: Folding = {}): void {
  const header = openEntry(previousHash, entry);
  const fact = readFact(facts, world.format, header, entry.payload);
  if (fact.type === 'segment.opened') prove(fact, world, previousHash);
  change(world, fact, header);
}

/** R3. Whoever has folded the segment before must have come to the very state that the next one was cut from. */
export function prove(opened: Extract<Fact, { type: 'segment.opened' }>, world: World, hash: string): void {
  if (opened.previousHash !== hash) throw new Error(`opens segment ${opened.segment} after another entry than the one before it`);
  if (world.life.seq > 0 && opened.format === STATE_FORMAT && digestOf(world) !== opened.digest) throw new Error(`opens segment ${opened.segment} with another state than its past comes to`);
}

/** R1. The newest one not after `throughSeq`. */
export async function newestSnapshot(store: Pick<Store, 'read' | 'snapshots'>, throughSeq: number, origin: Origin): Promise<{ world: World; seq: number; hash: string } | undefined> {
  for (let snapshot = await snapshotBefore(store, throughSeq + 1); snapshot !== undefined && snapshot.seq >= origin.seq; snapshot = await snapshotBefore(store, snapshot.seq)) {
    if (snapshot.format !== STATE_FORMAT) continue;
    const [entry] = await store.read(snapshot.seq, 1);
    if (entry?.seq !== snapshot.seq || entry.hash !== snapshot.hash) continue;
    const world = thawed(snapshot.state);
    if (world?.life.seq === snapshot.seq && digestOf(world) === snapshot.digest) return { world, seq: snapshot.seq, hash: snapshot.hash };
  }
  return undefined;
}

const snapshotBefore = async (store: Pick<Store, 'snapshots'>, beforeSeq: number): Promise<Snapshot | undefined> => (await store.snapshots({ beforeSeq, most: 1 })).find(({ seq }) => seq < beforeSeq);

/** A snapshot is only a short cut: one that cannot be read is passed over, and the journal is read instead. */
function thawed(state: Uint8Array): World | undefined {
  try {
    return thawWorld(state);
  } catch {
    return undefined;
  }
}
