/**
 * From the disk to a world: the newest snapshot that can be believed, then every entry after it, each proven and folded.
 *
 *   R1. A snapshot is believed only if its digest is that of the world it holds, and that world ends where its hash stands in the chain.
 *   R2. An entry is folded only after payload, hash and place in the chain are proven.
 */
import { reasonOf } from '../base/index.ts';
import { digestOf, emptyWorld, evolve, factsCodec, STATE_FORMAT, thawWorld } from '../core/index.ts';
import type { World } from '../core/index.ts';
import { EMPTY_HEAD, openEntry, READ_LIMIT } from '../journal/index.ts';
import type { Head, Store } from '../journal/index.ts';
import { JournalDamagedError } from './errors.ts';

export type Replayed = { readonly world: World; readonly head: Head; readonly fromSnapshot: number; readonly folded: number };

export async function replay(store: Store, options: { readonly snapshots: boolean } = { snapshots: true }): Promise<Replayed> {
  const head = await store.head();
  const start = options.snapshots ? await newestSnapshot(store, head) : undefined;
  const world = start?.world ?? emptyWorld();
  let [seq, hash] = [start?.seq ?? EMPTY_HEAD.seq, start?.hash ?? EMPTY_HEAD.hash];
  const fromSnapshot = seq;
  while (seq < head.seq) {
    const page = await store.read(seq + 1, READ_LIMIT);
    if (page.length === 0) throw new JournalDamagedError(`entry ${seq + 1} is missing, the head is ${head.seq}`);
    for (const entry of page) {
      if (entry.seq !== seq + 1) throw new JournalDamagedError(`entry ${seq + 1} is missing, entry ${entry.seq} follows`);
      try {
        const header = openEntry(hash, entry); // R2
        evolve(world, factsCodec.decode(header.type, header.typeVersion, entry.payload), header);
      } catch (thrown) {
        throw new JournalDamagedError(`entry ${entry.seq}: ${reasonOf(thrown)}`);
      }
      [seq, hash] = [entry.seq, entry.hash];
    }
  }
  if (hash !== head.hash) throw new JournalDamagedError(`the chain ends in ${hash.slice(0, 12)}, the store says ${head.hash.slice(0, 12)}`);
  return { world, head, fromSnapshot, folded: seq - fromSnapshot };
}

async function newestSnapshot(store: Store, head: Head): Promise<{ world: World; seq: number; hash: string } | undefined> {
  for (const snapshot of await store.snapshots()) {
    if (snapshot.format !== STATE_FORMAT || snapshot.seq > head.seq) continue;
    const [entry] = await store.read(snapshot.seq, 1);
    if (entry?.seq !== snapshot.seq || entry.hash !== snapshot.hash) continue; // R1
    const world = thawed(snapshot.state);
    if (world?.life.seq === snapshot.seq && digestOf(world) === snapshot.digest) return { world, seq: snapshot.seq, hash: snapshot.hash };
  }
  return undefined;
}

/** A snapshot is only a short cut: one that cannot be read is passed over, and the journal is read instead. */
function thawed(state: Uint8Array): World | undefined {
  try {
    return thawWorld(state);
  } catch {
    return undefined;
  }
}
