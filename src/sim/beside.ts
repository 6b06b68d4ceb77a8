/**
 * The follower's thread in the simulation: the real second fold, beside a process that it dies and stands still with. It may die by
 * itself, hang, or lag. No crash points stand around it: nobody waits for what it does.
 */
import type { Random } from '../base/index.ts';
import type { Followed, Follower } from '../ports/index.ts';
import type { VirtualClock } from './clock.ts';
import type { SimProcess } from './process.ts';
import type { Tally } from './tally.ts';

export type BesideOptions = { readonly process: SimProcess; readonly clock: VirtualClock; readonly random: Random; readonly tally: Tally; readonly troubleProbability: () => number };

const LAG_MS = 20_000;

export function beside({ process, clock, random, tally, troubleProbability }: BesideOptions, follower: Follower): Follower {
  const befallen = (): 'dies' | 'hangs' | 'lags' | undefined => (random.chance(troubleProbability()) ? random.pick(['dies', 'hangs', 'lags'] as const) : undefined);
  return {
    fold: (goal) => new Promise<Followed>((resolve, reject) => {
      const trouble = befallen();
      if (trouble !== undefined) tally.state(`the follower ${trouble}`);
      if (trouble === 'hangs') return;
      if (trouble === 'dies') return process.deliver(() => reject(new Error('the thread died')));
      const answer = (): void => {
        const told = follower.fold(goal);
        const deliver = (): void => process.deliver(() => void told.then(resolve, reject));
        told.then((followed) => {
          if (followed.kind === 'stands' && followed.digest !== undefined) tally.state('the follower came to a digest');
          deliver();
        }, deliver);
      };
      if (trouble === 'lags') clock.timer(1_000 + random.below(LAG_MS), answer);
      else answer();
    }),
    end: () => follower.end(),
  };
}
