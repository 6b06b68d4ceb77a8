/** The exchange of some runs has protections against silence, and the runtime of those is away for longer now and then. */
import type { Random } from '../base/index.ts';
import type { ProtectionOptions } from '../exchange/index.ts';
import type { VenueBinding } from '../runtime/index.ts';
import type { AlpacaExtension } from '../venues/index.ts';

export type DeadManPlan = { readonly withinMs: number; readonly cancelOnDisconnect: boolean; readonly absence: number }; // absence: the probability that a life that ended is not followed by one before the timer has run out

const BOUNDS = { shortestMs: 1_000, longestMs: 86_400_000 };

export const drawDeadMan = (random: Random): DeadManPlan | undefined =>
  (random.chance(0.25) ? { withinMs: random.pick([3_000, 5_000, 8_000, 15_000]), cancelOnDisconnect: random.chance(0.25), absence: random.pick([0, 0.1, 0.3]) } : undefined);

export const protectionsOf = (plan: DeadManPlan | undefined): { readonly protections?: ProtectionOptions } =>
  (plan === undefined ? {} : { protections: { deadManTimer: BOUNDS, cancelOnDisconnect: plan.cancelOnDisconnect } });

export const extensionsOf = (plan: DeadManPlan | undefined): readonly AlpacaExtension[] => (plan === undefined ? [] : ['dead-man-timer', ...(plan.cancelOnDisconnect ? ['cancel-on-disconnect' as const] : [])]);

export const deadManSettingsOf = (plan: DeadManPlan | undefined): Pick<VenueBinding, 'deadMan'> => (plan === undefined ? {} : { deadMan: { withinMs: plan.withinMs, onStop: 'run-out' } });

/** How much longer than otherwise the next life lets wait: 0, or until the timer must have run out, with what is late on the way. */
export const absenceMs = (plan: DeadManPlan | undefined, random: Random): number => (plan !== undefined && random.chance(plan.absence) ? plan.withinMs + 17_000 + random.below(5_000) : 0);
