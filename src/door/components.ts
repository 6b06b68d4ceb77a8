/** How the components are, and how the whole is because of them. */
import { rankOf, restrictionOf, worstOf } from '../core/index.ts';
import type { World } from '../core/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { time } from './shown.ts';

/** The whole, in a few words. */
export function safetyOf({ health }: World): object {
  const { state, sinceMs, cause } = health.system;
  const worst = worstOf(health);
  return {
    state: health.components.size === 0 && sinceMs === 0 ? 'unwatched' : state, since: sinceMs === 0 ? null : time(sinceMs), cause, restriction: restrictionOf(health),
    components: health.components.size, worst: worst === undefined || rankOf(worst.component) === 0 ? null : { name: worst.component.name, state: worst.component.state, cause: worst.component.cause },
  };
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
