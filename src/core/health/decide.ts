/**
 * What follows from what was found of components, and from time.
 *
 *   D1. Every change of the whole is told with the change that caused it, in the same turn.
 */
import { invariant } from '../../base/index.ts';
import { nextTurn } from './system.ts';
import { mayBecome } from './transitions.ts';
import type { Health, HealthFact } from './view.ts';
import type { Change } from './watch.ts';
import { DEFAULT_RETURN } from './words.ts';
import type { ReturnTimes, WatchTimes } from './words.ts';

export type Registration = WatchTimes & { readonly component: string; readonly kind: string; readonly critical: boolean; readonly by: string };

export type HealthInput =
  | ({ readonly kind: 'component-registered'; readonly registration: Registration })
  | { readonly kind: 'component-found'; readonly component: string; readonly change: Change }
  | { readonly kind: 'component-removed'; readonly component: string; readonly by: string; readonly reason: string }
  | { readonly kind: 'emergency-shutdown'; readonly by: string; readonly reason: string }
  | { readonly kind: 'health-looked'; readonly times?: ReturnTimes }; // so that what needs time alone can happen

export type HealthOutcome = { readonly kind: 'done' } | { readonly kind: 'nothing-to-do'; readonly why: string };
export type EmitHealth = (fact: HealthFact) => void;

const DONE: HealthOutcome = { kind: 'done' };

export function takeHealth(health: Health, input: HealthInput, nowMs: number, emit: EmitHealth): HealthOutcome {
  const outcome = takeOne(health, input, emit);
  settle(health, input.kind === 'health-looked' ? input.times ?? DEFAULT_RETURN : DEFAULT_RETURN, nowMs, emit); // D1
  return outcome;
}

function takeOne(health: Health, input: HealthInput, emit: EmitHealth): HealthOutcome {
  const { components } = health;
  switch (input.kind) {
    case 'component-registered': {
      const { registration } = input;
      const known = components.get(registration.component);
      const same = known !== undefined && known.kind === registration.kind && known.critical === registration.critical && known.checkEveryMs === registration.checkEveryMs
        && known.timeoutMs === registration.timeoutMs && known.failures === registration.failures && known.by === registration.by && known.state !== 'stopped';
      if (same) return { kind: 'nothing-to-do', why: `${registration.component} is watched already` };
      emit({ type: 'component.registered', ...registration });
      return DONE;
    }
    case 'component-found': {
      const component = components.get(input.component);
      if (component === undefined) return { kind: 'nothing-to-do', why: `no component "${input.component}" is registered` };
      if (!mayBecome(component.state, input.change.to)) return { kind: 'nothing-to-do', why: `${input.component} is ${component.state}` };
      emit({ type: 'component.changed', component: input.component, from: component.state, ...input.change });
      return DONE;
    }
    case 'component-removed': {
      if (!components.has(input.component)) return { kind: 'nothing-to-do', why: `no component "${input.component}" is registered` };
      emit({ type: 'component.removed', component: input.component, by: input.by, reason: input.reason });
      return DONE;
    }
    case 'emergency-shutdown': {
      if (health.system.state === 'emergency-shutdown') return { kind: 'nothing-to-do', why: 'it is shut down already' };
      emit({ type: 'safety.changed', from: health.system.state, to: 'emergency-shutdown', cause: input.reason, by: input.by });
      return DONE;
    }
    case 'health-looked': return DONE;
  }
}

const MOST_TURNS = 6;

function settle(health: Health, times: ReturnTimes, nowMs: number, emit: EmitHealth): void {
  for (let turns = 0; ; turns += 1) {
    const turn = nextTurn(health, times, nowMs);
    if (turn === undefined) return;
    invariant(turns < MOST_TURNS, 'the safety state comes to rest');
    emit({ type: 'safety.changed', from: health.system.state, ...turn });
  }
}

/** A person has opened the gate again: an emergency shutdown begins to come back. No other state is a person's to change. */
export function leaveEmergency(health: Health, by: string, cause: string, nowMs: number, emit: EmitHealth): void {
  if (health.system.state !== 'emergency-shutdown') return;
  emit({ type: 'safety.changed', from: health.system.state, to: 'recovering', cause, by });
  settle(health, DEFAULT_RETURN, nowMs, emit);
}
