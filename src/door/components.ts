/** How the components are, how the whole is because of them, and what it waits for. */
import { awaitedOf, DEFAULT_RETURN, rankOf, restrictionOf, worstOf } from '../core/index.ts';
import type { World } from '../core/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { time } from './shown.ts';

/** The whole, in a few words. */
export function safetyOf(world: World): object {
  const { health } = world;
  const { state, sinceMs, cause } = health.system;
  const worst = worstOf(health);
  const awaited = awaitedOf(health, DEFAULT_RETURN);
  return {
    state: health.components.size === 0 && sinceMs === 0 ? 'unwatched' : state, since: sinceMs === 0 ? null : time(sinceMs), cause, restriction: restrictionOf(health),
    components: health.components.size,
    worst: worst === undefined || rankOf(worst.component) === 0 ? null : { name: worst.component.name, state: worst.component.state, since: time(worst.component.sinceMs), cause: worst.component.cause },
    awaits: awaitedText(world), until: awaited.kind === 'time' ? time(awaited.untilMs) : null,
  };
}

/** What is wanted for the next better state, and of whom; null where nothing is. */
function awaitedText({ health }: World): string | null {
  const awaited = awaitedOf(health, DEFAULT_RETURN);
  switch (awaited.kind) {
    case 'nothing': return null;
    case 'person': return 'a person has to end it: "breakwater resume --after-kill"';
    case 'component': return `it waits for ${awaited.component.name}, ${awaited.component.state} since ${time(awaited.component.sinceMs)}; "breakwater components" shows each`;
    case 'time': return `nothing is to be done: everything has been better since ${time(awaited.sinceMs)}, and it comes back by itself at ${time(awaited.untilMs)} if that stays so`;
  }
}

/** For the sentence of a status: what holds orders back though the ladder does not, and what it waits for. */
export function safetySentence(world: World): readonly string[] {
  const awaits = awaitedText(world);
  const { state, cause } = world.health.system;
  switch (restrictionOf(world.health)) {
    case 'none': return [];
    case 'halved': return [`Limits are halved: the system is ${state}: ${cause}${awaits === null ? '' : `; ${awaits}`}.`];
    case 'reduce-only': case 'stop': return awaits === null ? [] : [`The system is ${state}: ${awaits}.`]; // the gate has said why
  }
}

/** For `GET /api/v1/components`. */
export function componentsOf(runtime: Runtime, world: World): object {
  return {
    safety: safetyOf(world),
    components: [...world.health.components.values()].map(({ name, kind, critical, by, state, sinceMs, cause, checkEveryMs, timeoutMs, failures }) => ({
      name, kind, critical, by, state, since: time(sinceMs), cause, silentMs: runtime.health.silentMs(name) ?? null, checkEveryMs, timeoutMs, failures,
    })),
  };
}
