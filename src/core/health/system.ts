/**
 * How the whole is, from how its components are. Pure.
 *
 *   H1. It is never better than the rank of its worst critical component.
 *   H2. It escalates at once, and returns only after everything was better for a stable time, one step after the other.
 *   H3. After a restart it is `recovering`, and stays so while a critical component was not heard. Where it was critical before, it also waits for
 *       the stable time; where it was well, it goes on once all were heard.
 *   H4. An emergency shutdown outlasts every restart.
 */
import type { Component, Health, SystemSafety } from './view.ts';
import type { ReturnTimes, SystemSafetyState } from './words.ts';

/** 0 well, 1 impaired, 2 such that no new risk may be taken. */
export type Rank = 0 | 1 | 2;

const criticalRank = { healthy: 0, recovering: 1, unknown: 1, degraded: 1, critical: 2, failed: 2, stopped: 2 } as const;
const otherRank = { healthy: 0, stopped: 0, unknown: 0, recovering: 1, degraded: 1, critical: 1, failed: 1 } as const;

export const rankOf = ({ critical, state }: Pick<Component, 'critical' | 'state'>): Rank => (critical ? criticalRank : otherRank)[state];

/** The worst of them; of several equally bad ones the first by name. Undefined where nothing is watched. */
export function worstOf({ components }: Pick<Health, 'components'>): { readonly component: Component; readonly rank: Rank } | undefined {
  let worst: { readonly component: Component; readonly rank: Rank } | undefined;
  for (const component of components.values()) {
    const rank = rankOf(component);
    if (worst === undefined || rank > worst.rank) worst = { component, rank };
  }
  return worst;
}

/** A critical component of which nothing was heard yet; undefined where there is none. */
export const unheard = ({ components }: Pick<Health, 'components'>): Component | undefined => [...components.values()].find(({ critical, state }) => critical && state === 'unknown');

/** Whether everything is better than the whole is called: what has to last for the stable time. */
export function isCalm(state: SystemSafetyState, health: Pick<Health, 'components'>): boolean {
  const rank = worstOf(health)?.rank ?? 1;
  switch (state) {
    case 'healthy': case 'emergency-shutdown': return false;
    case 'degraded': return rank === 0;
    case 'critical': return rank < 2;
    case 'recovering': case 'failed': return rank < 2 && unheard(health) === undefined;
  }
}

export type Turn = { readonly to: SystemSafetyState; readonly cause: string; readonly component?: string };

/** The next step, if there is one; to be asked again after it was taken. */
export function nextTurn(health: Health, times: ReturnTimes, nowMs: number): Turn | undefined {
  const { system } = health;
  const worst = worstOf(health);
  if (worst === undefined || system.state === 'emergency-shutdown') return undefined;
  const to = (state: SystemSafetyState, cause: string): Turn => ({ to: state, cause, component: worst.component.name });
  const told = tell(worst.component);
  if (worst.rank === 2 && system.state !== 'critical' && system.state !== 'failed') return to('critical', told); // H2
  const stable = system.calmSinceMs !== null && nowMs - system.calmSinceMs >= times.stableMs;
  const stood = `everything was better for ${times.stableMs} ms`;
  switch (system.state) {
    case 'healthy': return worst.rank === 1 ? to('degraded', told) : undefined;
    case 'degraded': return stable ? { to: 'healthy', cause: stood } : undefined;
    case 'critical': return stable ? { to: 'degraded', cause: stood } : lostTooLong(health, times, nowMs);
    case 'failed': return isCalm('failed', health) ? { to: 'recovering', cause: 'every critical component is heard again' } : undefined;
    case 'recovering': {
      if (!isCalm('recovering', health) || (isGrave(system.before) && !stable)) return undefined; // H3
      if (worst.rank === 1) return to('degraded', told);
      return { to: 'healthy', cause: isGrave(system.before) ? stood : 'every component was heard, and is well' };
    }
  }
}

function lostTooLong({ components }: Health, { recoverWithinMs }: ReturnTimes, nowMs: number): Turn | undefined {
  const lost = [...components.values()].find(({ critical, state, sinceMs }) => critical && state === 'failed' && nowMs - sinceMs >= recoverWithinMs);
  return lost === undefined ? undefined : { to: 'failed', cause: `${lost.name} has not come back within ${recoverWithinMs} ms`, component: lost.name };
}

/** Whether this state was one in which nothing new might be risked. */
export const isGrave = (state: SystemSafetyState): boolean => state === 'critical' || state === 'failed' || state === 'emergency-shutdown';

const tell = ({ name, state, cause }: Component): string => `${name} is ${state}: ${cause}`;

export type Restriction = 'none' | 'halved' | 'reduce-only' | 'stop';

/** What the state means for whoever wants to trade. Where nothing was ever watched it means nothing. */
export function restrictionOf({ components, system }: { readonly components: { readonly size: number }; readonly system: SystemSafety }): Restriction {
  switch (system.state) {
    case 'emergency-shutdown': return 'stop';
    case 'critical': case 'failed': return 'reduce-only';
    case 'degraded': return 'halved';
    case 'recovering': return components.size === 0 ? 'none' : isGrave(system.before) ? 'reduce-only' : 'halved';
    case 'healthy': return 'none';
  }
}

/** By what the limits on exposure are multiplied, in hundredths. */
export const scaleOf = (health: Parameters<typeof restrictionOf>[0]): 100 | 50 => (restrictionOf(health) === 'none' ? 100 : 50);
