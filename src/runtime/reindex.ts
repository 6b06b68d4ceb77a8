/**
 * The index of older keys, made anew from the record: every segment is folded, and what its end left behind is kept again.
 *
 *   I1. Every entry is proven as it is folded, every segment comes to the state that the next one says it was cut from, and as many rows
 *       are found as it says it left.
 *   I2. A row is kept as it was when it was left behind, under the names it had; one that came back and was left again replaces it.
 */
import { reasonOf } from '../base/index.ts';
import { emptyWorld, evolve, evolveOpening, factsCodec, keptRow, readFact } from '../core/index.ts';
import { NewerFormatError, openEntry, READ_LIMIT } from '../journal/index.ts';
import type { Origin, Store } from '../journal/index.ts';
import type { Archive } from '../ports/index.ts';
import { JournalDamagedError } from './errors.ts';
import { prove } from './replay.ts';

export type Reindexed = { readonly entries: number; readonly openSegment: number; readonly rows: number };

/** @param from the first entry that is still kept: the first of all, or the opening of a segment */
export async function reindex(record: Pick<Store, 'head' | 'read'>, from: Origin, into: Pick<Archive, 'keep'>): Promise<Reindexed> {
  const [world, head] = [emptyWorld(), await record.head()];
  let [seq, hash, rows] = [from.seq - 1, from.previousHash, 0];
  while (seq < head.seq) {
    const page = await record.read(seq + 1, READ_LIMIT);
    if (page[0]?.seq !== seq + 1) throw new JournalDamagedError(`entry ${seq + 1} is missing`);
    for (const entry of page) {
      try {
        const header = openEntry(hash, entry); // I1
        const fact = readFact(factsCodec, world.format, header, entry.payload);
        if (fact.type !== 'segment.opened') evolve(world, fact, header);
        else {
          prove(fact, world, hash);
          const begins = world.life.seq === 0;
          const left = evolveOpening(world, fact, header);
          if (!begins && left.length !== fact.left) throw new Error(`says that it left ${fact.left} rows behind, and ${left.length} are gone`);
          if (!begins) await into.keep(left.map(keptRow), fact.segment); // I2
          rows += left.length;
        }
      } catch (thrown) {
        if (thrown instanceof NewerFormatError) throw thrown;
        throw new JournalDamagedError(`entry ${entry.seq}: ${reasonOf(thrown)}`);
      }
      [seq, hash] = [entry.seq, entry.hash];
    }
  }
  return { entries: seq - from.seq + 1, openSegment: world.segment.number, rows };
}
