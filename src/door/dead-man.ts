/** What a venue does when we fall silent, as people are told it: nothing, or its timer until when, and the end of our stream. */
import type { World } from '../core/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { time } from './shown.ts';

export type DeadManShown = { readonly cancelOnDisconnect: boolean } & (
  | { readonly state: 'none' }
  | { readonly state: 'armed'; readonly withinMs: number; readonly until: string; readonly leftMs: number }
  | { readonly state: 'not-armed'; readonly since: string; readonly why: string }
);

export function deadManOf(runtime: Runtime, { market }: World, venue: string): DeadManShown {
  const { cancelOnDisconnect = false } = market.venues.get(venue)?.capabilities ?? {};
  const view = runtime.timers.view(venue);
  const nowMs = runtime.time.nowMs();
  if (view === undefined) return { state: 'none', cancelOnDisconnect };
  if (view.state === 'armed') return { state: 'armed', withinMs: view.withinMs, until: time(nowMs + view.leftMs), leftMs: Math.floor(view.leftMs), cancelOnDisconnect };
  return { state: 'not-armed', since: time(nowMs - view.forMs), why: view.why, cancelOnDisconnect };
}
