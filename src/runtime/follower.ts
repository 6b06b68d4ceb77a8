/**
 * The second fold: its own world, made of what lies on the disk and of nothing else.
 *
 * Runs in a thread of its own in a real process, and in the simulator beside the runtime. Owns no time and no file; whoever
 * runs it hands it a reader. What its digests are compared with is in `following.ts`.
 */
import { reasonOf } from '../base/index.ts';
import { digestOf, emptyWorld, freezeWorld } from '../core/index.ts';
import type { World } from '../core/index.ts';
import { READ_LIMIT } from '../journal/index.ts';
import type { Store } from '../journal/index.ts';
import type { Followed, Follower, Goal } from '../ports/index.ts';
import { fold, newestSnapshot } from './replay.ts';
import type { Folding } from './replay.ts';

export type FollowerReader = Pick<Store, 'origin' | 'read' | 'snapshots'>;

type Place = { readonly world: World; seq: number; hash: string };

export function followerOver(reader: FollowerReader, folding: Folding = {}): Follower {
  let place: Place | undefined;
  return {
    async fold({ seq, freeze }: Goal): Promise<Followed> {
      if (place === undefined) {
        place = await begin(reader, seq);
        return { kind: 'stands', seq: place.seq, hash: place.hash };
      }
      if (place.seq < seq) {
        const page = await reader.read(place.seq + 1, Math.min(READ_LIMIT, seq - place.seq));
        if (page.length === 0) throw new Error(`entry ${place.seq + 1} is not there to be read`);
        for (const entry of page) {
          if (entry.seq !== place.seq + 1) throw new Error(`entry ${place.seq + 1} is not there to be read, entry ${entry.seq} is`);
          try {
            fold(place.world, place.hash, entry, folding);
          } catch (thrown) {
            return { kind: 'unreadable', seq: entry.seq, why: reasonOf(thrown) };
          }
          [place.seq, place.hash] = [entry.seq, entry.hash];
        }
      }
      const { world, hash } = place;
      if (place.seq !== seq || world.life.seq !== seq) return { kind: 'stands', seq: place.seq, hash };
      return { kind: 'stands', seq, hash, digest: digestOf(world), ...(freeze ? { state: freezeWorld(world) } : {}) };
    },
    async end() {
      place = undefined;
    },
  };
}

/** Where a boot would begin that comes no further than `throughSeq`; later than that where a segment has been opened since. */
async function begin(reader: FollowerReader, throughSeq: number): Promise<Place> {
  const origin = await reader.origin();
  return await newestSnapshot(reader, throughSeq, origin) ?? { world: emptyWorld(), seq: origin.seq - 1, hash: origin.previousHash };
}
