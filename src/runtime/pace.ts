/** When a duty that came to nothing is tried again: at first soon, then seldom, for as long as it is due. */
import type { Duty } from '../core/index.ts';

type Pace = { readonly firstMs: number; readonly stepsMs: readonly number[] };

const A_WHILE = 40; // tries after which something has lasted so long that many askers must not use up what the venue allows
const SOON: Pace = { firstMs: 0, stepsMs: [250, 500, 1_000, 2_000, 4_000, ...Array.from({ length: A_WHILE }, () => 5_000), 15_000] };
const CHECK: Pace = { firstMs: 1_000, stepsMs: [1_000, 2_000, 4_000, 5_000] };
const SELDOM: Pace = { firstMs: 40_000, stepsMs: [300_000] }; // each look at the whole venue asks for these orders as well
const STEADY: Pace = { firstMs: 0, stepsMs: [250] };

export function paceOf(duty: Duty): Pace {
  switch (duty.kind) {
    case 'submit': return { firstMs: 0, stepsMs: [1_000] }; // never a second time; but what cannot be performed at all must not be looked at in every tick
    case 'find': return duty.venueOrderId === undefined ? SOON : duty.urgent ? CHECK : SELDOM;
    case 'cancel': return { ...CHECK, firstMs: 0 };
    case 'identify': case 'read-activity': return SOON;
    case 'release': return STEADY;
  }
}

/** Under which name tries are counted: a search that has become urgent begins anew, and does not wait out a pause of its leisure. */
export const paceNameOf = (duty: Duty): string => (duty.kind === 'find' ? `${duty.name} ${duty.urgent ? 'soon' : 'seldom'}` : duty.name);

/** How long after the end of the `tries`-th try the next one comes. */
export const pauseMs = ({ stepsMs }: Pace, tries: number): number => stepsMs[Math.min(tries, stepsMs.length) - 1] ?? 0;
