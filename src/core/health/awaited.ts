/**
 * What stands between the whole and the next better state: the question of whoever reads "reducing only" at night. Says what `nextTurn` waits for,
 * and decides nothing.
 *
 *   V1. Where a component is named, it is ill or unheard; where a time is named, nothing but time is wanted.
 */
import { isCalm, isGrave, unheard, worstOf } from './system.ts';
import type { Component, Health } from './view.ts';
import type { ReturnTimes } from './words.ts';

export type Awaited =
  | { readonly kind: 'nothing' } // it is healthy, or nothing is watched
  | { readonly kind: 'person' }
  | { readonly kind: 'component'; readonly component: Component } // to get better, or to be heard
  | { readonly kind: 'time'; readonly sinceMs: number; readonly untilMs: number }; // everything is better since, and must stay so until

export function awaitedOf(health: Health, { stableMs }: Pick<ReturnTimes, 'stableMs'>): Awaited {
  const { state, before, calmSinceMs } = health.system;
  const worst = worstOf(health);
  if (worst === undefined || state === 'healthy') return { kind: 'nothing' };
  if (state === 'emergency-shutdown') return { kind: 'person' };
  if (!isCalm(state, health)) return { kind: 'component', component: (worst.rank === 2 ? undefined : unheard(health)) ?? worst.component };
  if (calmSinceMs === null || state === 'failed' || (state === 'recovering' && !isGrave(before))) return { kind: 'nothing' }; // it goes on at the next look
  return { kind: 'time', sinceMs: calmSinceMs, untilMs: calmSinceMs + stableMs };
}
