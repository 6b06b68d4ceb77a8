/** Who flattens and kills in a run, and when: drawn from the seed. */
import type { Random } from '../../base/index.ts';
import type { StopWord } from '../../core/index.ts';

export type StopPlan = {
  readonly word: StopWord;
  readonly afterMs: number;
  readonly atSending: boolean; // from then on, at the next order that is being written down to be sent
  readonly next: 'nothing' | 'halt' | StopWord; // somebody else, who has not heard of it
  readonly nextAfterMs: number;
  readonly deathsAfterMs: readonly number[]; // of the runtime, in the midst of it
  readonly awayForMs: number; // the venue, from that moment on; 0 for not at all
  readonly byHandAfterMs: number | undefined; // when somebody puts an order in the book that is none of ours; undefined for never
  readonly resumeAfterMs: number; // a named person goes on, as soon as the system lets him; 0 for never
};

export function drawStop(random: Random): StopPlan {
  return {
    word: random.pick(['flatten', 'kill'] as const),
    afterMs: 30_000 + random.below(220_000),
    atSending: random.chance(0.4),
    next: random.pick(['nothing', 'halt', 'kill', 'kill', 'flatten'] as const),
    nextAfterMs: random.below(random.pick([50, 2_000, 30_000])),
    deathsAfterMs: Array.from({ length: random.below(4) }, () => random.below(random.pick([100, 3_000, 30_000]))),
    awayForMs: random.chance(0.25) ? 1_000 + random.below(90_000) : 0,
    byHandAfterMs: random.chance(0.3) ? random.pick([0, random.below(2_000), random.below(20_000)]) : undefined,
    resumeAfterMs: random.chance(0.4) ? 20_000 + random.below(60_000) : 0,
  };
}
