/**
 * How far down the ladder the safety state of the whole lets anybody go.
 *
 *   F1. While the system is critical or has failed only what reduces a position leaves, and after an emergency shutdown nothing, whatever the
 *       ladder says. The ladder itself is not moved: nobody's word is lost by it, and none opens what it holds.
 *   F2. It comes and goes with `safety.changed`, which names the component and why. So it holds in the turn of its cause, over restarts, and ends
 *       by the rule by which the system comes back: once everything was better for a stable time.
 */
import { restrictionOf } from '../health/index.ts';
import type { Health } from '../health/index.ts';
import { gateFor, isStricter, SYSTEM } from './ladder.ts';
import type { Ladder, Placed } from './ladder.ts';
import type { Gate } from './gate.ts';

export const HEALTH = 'health';

/** Undefined where it holds nobody back. */
export function floorOf({ health }: { readonly health: Health }): Gate | undefined {
  const restriction = restrictionOf(health);
  if (restriction !== 'reduce-only' && restriction !== 'stop') return undefined;
  const { state, cause, sinceMs } = health.system;
  return { state: restriction === 'stop' ? 'HALTED' : 'REDUCING', by: HEALTH, reason: `the system is ${state}: ${cause}`, sinceMs };
}

/** What holds for this order: the strictest of the ladder and of this. */
export function rungFor(world: Ladder & { readonly health: Health }, placed: Placed): { readonly scope: string; readonly gate: Gate } {
  const found = gateFor(world, placed);
  const floor = floorOf(world);
  return floor !== undefined && isStricter(floor.state, found.gate.state) ? { scope: SYSTEM, gate: floor } : found;
}

/** What holds for the whole system. */
export function gateInForce(world: Ladder & { readonly health: Health }): Gate {
  const floor = floorOf(world);
  return floor !== undefined && isStricter(floor.state, world.gate.state) ? floor : world.gate;
}
