/** Which components every life has of its own. */
import type { FollowerView } from '../following.ts';
import { anyOf, diskCheck, followerCheck, journalCheck, loopCheck, pricesCheck, supervisorCheck, timerCheck, venueCheck } from './checks.ts';
import type { Seen } from './checks.ts';
import type { OwnComponent } from './desk.ts';
import type { LoopLag } from './lag.ts';

/** What of the machine is watched; what is absent is not there to be watched. */
export type HealthPorts = {
  readonly freeBytes?: () => number | undefined; // in the data folder
  readonly supervisorSilentMs?: () => number | undefined; // since the supervisor last showed that it hears us
};

export type OwnParts = {
  readonly ports: HealthPorts;
  readonly seen: Seen;
  readonly venues: readonly string[];
  readonly lag: LoopLag;
  readonly prove: () => Promise<unknown>;
  readonly monotonicMs: () => number;
  readonly slowestMs: () => number;
  readonly follower: () => FollowerView | undefined;
};

/** A venue alone is critical. Of several none is, but that there is one. */
export function ownComponents({ ports, seen, venues, lag, prove, monotonicMs, slowestMs, follower }: OwnParts): readonly OwnComponent[] {
  const { freeBytes, supervisorSilentMs } = ports;
  const critical = venues.length === 1;
  return [
    { name: 'journal', kind: 'journal', critical: true, check: () => journalCheck(prove, monotonicMs, slowestMs) },
    { name: 'loop', kind: 'process', critical: false, check: () => loopCheck(lag.take()) },
    ...venues.flatMap((venue): OwnComponent[] => [
      { name: `venue ${venue}`, kind: 'venue', critical, check: () => venueCheck(seen, venue) },
      ...(seen.timer(venue) === undefined ? [] : [{ name: `dead man ${venue}`, kind: 'venue', critical: false, check: () => timerCheck(seen.timer(venue)) }]),
      { name: `prices ${venue}`, kind: 'prices', critical, check: () => pricesCheck(seen, venue) },
    ]),
    ...(venues.length > 1 ? [
      { name: 'venues', kind: 'venue', critical: true, check: () => anyOf(venues.map((venue) => venueCheck(seen, venue))) },
      { name: 'prices', kind: 'prices', critical: true, check: () => anyOf(venues.map((venue) => pricesCheck(seen, venue))) },
    ] : []),
    ...(follower() === undefined ? [] : [{ name: 'follower', kind: 'journal', critical: false, check: () => followerCheck(follower()) }]),
    ...(freeBytes === undefined ? [] : [{ name: 'disk', kind: 'machine', critical: true, check: () => diskCheck(freeBytes()) }]),
    ...(supervisorSilentMs === undefined ? [] : [{ name: 'supervisor', kind: 'process', critical: false, check: () => supervisorCheck(supervisorSilentMs()) }]),
  ];
}
