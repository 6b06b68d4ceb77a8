/** Every component that is watched, and the whole, as the journal knows them. */
import { Table, invariant } from '../../base/index.ts';
import type { FactOf } from '../../journal/index.ts';
import type { healthFacts } from './facts.ts';
import { isCalm, isGrave } from './system.ts';
import { mayBecome, mayTurn } from './transitions.ts';
import type { ComponentState, SystemSafetyState, WatchTimes } from './words.ts';

export type HealthFact = FactOf<typeof healthFacts>;

export type Component = WatchTimes & {
  readonly name: string;
  readonly kind: string;
  readonly critical: boolean;
  readonly by: string;
  readonly state: ComponentState;
  readonly sinceMs: number;
  readonly cause: string;
};

export type SystemSafety = {
  readonly state: SystemSafetyState;
  readonly sinceMs: number;
  readonly cause: string;
  readonly before: SystemSafetyState; // of `recovering`: the worst that it comes back from
  readonly calmSinceMs: number | null; // since when everything was better than that
};

export type Health = { readonly components: Table<Component>; system: SystemSafety };

/** Nothing is watched, and so nothing is claimed. */
export const UNWATCHED: SystemSafety = { state: 'recovering', sinceMs: 0, cause: 'nothing was heard yet', before: 'healthy', calmSinceMs: null };

export const emptyHealth = (): Health => ({ components: new Table(), system: UNWATCHED });

export function evolveHealth(health: Health, fact: HealthFact, { atMs }: { readonly atMs: number }): void {
  const { components, system } = health;
  switch (fact.type) {
    case 'component.registered': {
      const { component: name, kind, critical, checkEveryMs, timeoutMs, failures, by } = fact;
      components.set(name, { name, kind, critical, checkEveryMs, timeoutMs, failures, by, state: 'unknown', sinceMs: atMs, cause: 'nothing was heard of it yet' });
      break;
    }
    case 'component.changed': {
      const component = components.get(fact.component);
      invariant(component !== undefined && component.state === fact.from && mayBecome(fact.from, fact.to), `a component changes as the table allows (${fact.component}: ${fact.from} to ${fact.to})`); // X1
      components.set(fact.component, { ...component, state: fact.to, sinceMs: atMs, cause: fact.cause });
      break;
    }
    case 'component.removed': components.delete(fact.component); break;
    case 'safety.changed': {
      invariant(system.state === fact.from && mayTurn(fact.from, fact.to), `the whole changes as the table allows (${fact.from} to ${fact.to})`); // X1
      health.system = { state: fact.to, sinceMs: atMs, cause: fact.cause, before: fact.to === 'recovering' ? fact.from : 'healthy', calmSinceMs: null };
    }
  }
  reckonCalm(health, atMs);
}

/** A new life has heard nothing yet. What was stopped stays so, and so does an emergency shutdown. */
export function evolveHealthBoot(health: Health, atMs: number): void {
  const { components, system } = health;
  for (const component of [...components.values()]) {
    if (component.state !== 'stopped' && component.state !== 'unknown') components.set(component.name, { ...component, state: 'unknown', sinceMs: atMs, cause: 'nothing was heard of it since the start' });
  }
  if (system.state !== 'emergency-shutdown' && (components.size > 0 || system !== UNWATCHED)) {
    const before = system.state === 'recovering' ? system.before : isGrave(system.state) ? system.state : 'healthy';
    health.system = { state: 'recovering', sinceMs: atMs, cause: causeOfBoot(system), before, calmSinceMs: null };
  }
  reckonCalm(health, atMs);
}

/** What was grave before the start is still why; one start after another adds nothing to it. */
function causeOfBoot({ state, before, cause }: SystemSafety): string {
  if (isGrave(state)) return `it was ${state} before this start (${cause})`;
  return state === 'recovering' && isGrave(before) ? cause : 'a new life: nothing was heard yet';
}

function reckonCalm(health: Health, atMs: number): void {
  const { system } = health;
  const calm = isCalm(system.state, health) && health.components.size > 0;
  if (calm && system.calmSinceMs === null) health.system = { ...system, calmSinceMs: atMs };
  else if (!calm && system.calmSinceMs !== null) health.system = { ...system, calmSinceMs: null };
}
