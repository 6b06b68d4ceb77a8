/** What is written down of a venue's dead-man timer: that it is set, and that nothing says so any more. Not each time that it is set again. */
import type { Market, MarketFact } from './view.ts';

export type DeadManInput =
  | { readonly kind: 'dead-man-armed'; readonly venue: string; readonly withinMs: number }
  | { readonly kind: 'dead-man-lapsed'; readonly venue: string; readonly why: string };

export function deadManFacts({ deadMen }: Market, input: DeadManInput): MarketFact[] {
  const known = deadMen.get(input.venue);
  if (input.kind === 'dead-man-lapsed') return known?.state === 'lapsed' ? [] : [{ type: 'venue.dead-man-lapsed', venue: input.venue, why: input.why }];
  return known?.state === 'armed' && known.withinMs === input.withinMs ? [] : [{ type: 'venue.dead-man-armed', venue: input.venue, withinMs: input.withinMs }];
}
