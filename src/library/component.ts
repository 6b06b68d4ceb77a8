/** A part of the program's own that is watched. */
import { DEFAULT_WATCH } from '../core/index.ts';
import type { ComponentState, Finding } from '../core/index.ts';
import type { Check, Runtime } from '../runtime/index.ts';

export type ComponentOptions = {
  readonly name: string;
  readonly kind?: string;
  /** Whether the whole is critical without it. */
  readonly critical?: boolean;
  /** Asked every `checkEveryMs`. Without one its owner gives signs of life by `heartbeat`. */
  readonly check?: Check;
  readonly checkEveryMs?: number;
  readonly timeoutMs?: number;
  readonly failures?: number;
  /** How it is now, by its owner's word: the first sign of life. */
  readonly state?: Extract<ComponentState, Finding['state'] | 'unknown'>;
};

export class ComponentHandle {
  readonly name: string;
  readonly #runtime: Runtime;

  constructor(runtime: Runtime, options: ComponentOptions) {
    const { name, kind = 'component', critical = true, check, state } = options;
    this.name = name;
    this.#runtime = runtime;
    const times = { checkEveryMs: options.checkEveryMs ?? DEFAULT_WATCH.checkEveryMs, timeoutMs: options.timeoutMs ?? DEFAULT_WATCH.timeoutMs, failures: options.failures ?? DEFAULT_WATCH.failures };
    runtime.health.register({ ...times, component: name, kind, critical, by: 'library' }, check);
    if (state !== undefined && state !== 'unknown') this.heartbeat(state === 'healthy' ? { state } : { state, why: 'its owner registered it as that' });
  }

  /** As it was last found. */
  get state(): ComponentState {
    return this.#runtime.world.health.components.get(this.name)?.state ?? 'unknown';
  }

  heartbeat(finding?: Finding): void {
    this.#runtime.health.heartbeat(this.name, finding);
  }

  stop(by: string, reason: string): void {
    this.#runtime.health.stopComponent(this.name, by, reason);
  }

  remove(by: string, reason: string): void {
    this.#runtime.health.remove(this.name, by, reason);
  }
}
