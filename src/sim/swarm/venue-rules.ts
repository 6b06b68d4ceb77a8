/** What goes wrong at a venue, by what the requests are about. */
import type { Random } from '../../base/index.ts';
import { faultWords, isPriceFault, placesOf } from '../../dialects/faults/index.ts';
import type { Fault, FaultRule } from '../../dialects/faults/index.ts';

/** Drawn as classes of their own, or by an action of their own. */
const apart = (fault: Fault): boolean => fault === 'cancel-ignored' || fault === 'fill-late' || isPriceFault(fault);

/** Some faults of the places, some of them often. At least one. */
export function rulesOf(random: Random, places: readonly FaultRule['on'][]): FaultRule[] {
  const pairs = faultWords.filter((fault) => !apart(fault)).flatMap((fault) => places.filter((place) => (placesOf(fault) as readonly string[]).includes(place)).map((on) => ({ on, fault })));
  const share = random.pick([0.1, 0.2, 0.4]);
  const [first] = pairs;
  if (first === undefined) return [];
  const drawn = pairs.filter(() => random.chance(share));
  return (drawn.length === 0 ? [random.pick([first, ...pairs.slice(1)])] : drawn)
    .map(({ on, fault }) => ({ on, fault, probability: 0.02 + random.next() * 0.25, times: 1 + random.below(30), delayMs: 200 + random.below(6_000) }));
}

/** A venue that says that an order is over before it shows all that was filled. Seldom does anything come of it, so it strikes often. */
export const lateFills = (random: Random): FaultRule[] =>
  placesOf('fill-late').map((on) => ({ on, fault: 'fill-late' as const, probability: 0.3 + random.next() * 0.5, times: undefined, delayMs: 2_000 + random.below(4_000) }));

/** A venue that says of some cancels that it has taken them. */
export const lies = (random: Random): FaultRule[] => [{ on: 'order.cancel', fault: 'cancel-ignored', probability: 0.1 + random.next() * 0.9, times: 1 + random.below(30), delayMs: 0 }];
