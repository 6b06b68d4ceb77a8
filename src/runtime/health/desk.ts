/**
 * Looks at every component again and again, and writes down when one is in another state.
 *
 *   C1. One look at a time; a check that has not answered by the next look of its component has failed, and is not asked again until it answers.
 *   C2. Time in which this process itself stood still is nobody's silence.
 *   C3. Between start and the first word of each component looks come often, so that `recovering` lasts no longer than it must.
 */
import { reasonOf } from '../../base/index.ts';
import { ComponentWatch } from '../../core/index.ts';
import type { Component, Finding, Registration, WatchTimes } from '../../core/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { Turns } from '../turns.ts';
import type { Check } from './checks.ts';

export type OwnComponent = { readonly name: string; readonly kind: string; readonly critical: boolean; readonly check: Check };

type Watched = {
  readonly watch: ComponentWatch;
  readonly times: WatchTimes;
  check: Check | undefined;
  pendingSinceMs: number | undefined; // a check that has not answered
  nextMs: number;
  heard: Finding | undefined; // the worst that was reported since the last look
};

const LOOK_MS = 5_000;
const SOON_MS = 250;
const SOON_FOR_MS = 30_000;
const OURS = 'runtime';
const CAUSE = { actor: 'health', correlationId: 'health' } as const;
const badness = { healthy: 0, degraded: 1, critical: 2, failed: 3 } as const;

export class HealthDesk {
  readonly #turns: Turns;
  readonly #clock: Clock;
  readonly #times: WatchTimes; // of our own components
  readonly #watched = new Map<string, Watched>();
  #cancel: () => void = () => {};
  #running = false;
  #startedMs = 0;
  #lookedMs = 0;
  #lookInMs: number;
  readonly #restMs: number; // between two looks

  constructor({ turns, clock, times }: { readonly turns: Turns; readonly clock: Clock; readonly times: WatchTimes }) {
    this.#turns = turns;
    this.#clock = clock;
    this.#times = times;
    this.#restMs = this.#lookInMs = Math.min(LOOK_MS, times.checkEveryMs);
  }

  /** Watches our own components and whatever else was registered in an earlier life. */
  start(own: readonly OwnComponent[]): void {
    this.#running = true;
    this.#startedMs = this.#lookedMs = this.#clock.monotonicMs();
    for (const { name, by } of this.components) {
      if (by === OURS && !own.some((one) => one.name === name)) this.remove(name, OURS, 'it is not configured any more');
    }
    for (const { name, check, ...rest } of own) this.register({ ...this.#times, ...rest, component: name, by: OURS }, check);
    for (const component of this.components) this.#watch(component.name, component);
    this.#look();
  }

  stop(): void {
    this.#running = false;
    this.#cancel();
  }

  get components(): readonly Component[] {
    return [...this.#turns.world.health.components.values()];
  }

  /** Whether somebody of this life checks it, or hears it. */
  silentMs(name: string): number | undefined {
    return this.#watched.get(name)?.watch.silentMs(this.#clock.monotonicMs());
  }

  /** @param check asked by us; without one its owner must tell, by `heartbeat` */
  register(registration: Registration, check?: Check): void {
    const { component } = registration;
    const known = this.#turns.world.health.components.get(component);
    const outcome = this.#turns.attempt({ kind: 'component-registered', registration }, CAUSE);
    if (known === undefined || outcome?.kind === 'done') this.#watched.delete(component); // other words, or after it was stopped: it begins anew
    this.#watch(component, registration, check);
  }

  /** A sign of life. @returns whether the component is registered */
  heartbeat(name: string, finding: Finding = { state: 'healthy' }): boolean {
    const watched = this.#watched.get(name);
    if (watched === undefined) return false;
    if (watched.heard === undefined || badness[finding.state] >= badness[watched.heard.state]) watched.heard = finding;
    const first = this.#turns.world.health.components.get(name)?.state === 'unknown';
    if (first) this.soon();
    return true;
  }

  /** Its owner has stopped it; it is not missed, but a critical one makes the whole critical. */
  stopComponent(name: string, by: string, reason: string): void {
    this.#watched.delete(name);
    this.#turns.attempt({ kind: 'component-found', component: name, change: { to: 'stopped', cause: `stopped by ${by}: ${reason}`, findings: 0, numbers: {} } }, CAUSE);
  }

  remove(name: string, by: string, reason: string): void {
    this.#watched.delete(name);
    this.#turns.attempt({ kind: 'component-removed', component: name, by, reason }, CAUSE);
  }

  /** Something has just become possible: look without waiting for the next time. */
  soon(): void {
    if (!this.#running || this.#lookInMs <= SOON_MS) return;
    this.#again(SOON_MS);
  }

  #watch(name: string, times: WatchTimes, check?: Check): void {
    const before = this.#watched.get(name);
    if (before !== undefined) {
      if (check !== undefined) before.check = check;
      return;
    }
    const { checkEveryMs, timeoutMs, failures } = times;
    const nowMs = this.#clock.monotonicMs();
    this.#watched.set(name, { watch: new ComponentWatch({ checkEveryMs, timeoutMs, failures }, nowMs), times, check, pendingSinceMs: undefined, nextMs: nowMs, heard: undefined });
  }

  #again(inMs: number): void {
    this.#cancel();
    this.#lookInMs = inMs;
    this.#cancel = this.#clock.timer(inMs, () => this.#look());
  }

  #look(): void {
    if (!this.#running || this.#turns.failed !== undefined) return;
    const nowMs = this.#clock.monotonicMs();
    const lostMs = nowMs - this.#lookedMs - this.#lookInMs;
    if (lostMs > LOOK_MS) for (const { watch } of this.#watched.values()) watch.excuse(lostMs); // C2
    this.#lookedMs = nowMs;
    for (const [name, watched] of this.#watched) this.#ask(name, watched, nowMs);
    for (const name of this.#watched.keys()) this.#judge(name, nowMs);
    this.#turns.attempt({ kind: 'health-looked' }, CAUSE);
    const soon = nowMs - this.#startedMs < SOON_FOR_MS && this.components.some(({ state, by }) => state === 'unknown' && by === OURS); // C3
    this.#again(soon ? SOON_MS : this.#restMs);
  }

  #ask(name: string, watched: Watched, nowMs: number): void {
    const isNew = this.#turns.world.health.components.get(name)?.state === 'unknown';
    if (nowMs < watched.nextMs && !isNew) return;
    watched.nextMs = nowMs + watched.times.checkEveryMs;
    const { check, heard, pendingSinceMs } = watched;
    if (heard !== undefined) {
      watched.heard = undefined;
      watched.watch.heard(heard, nowMs);
    }
    if (check === undefined) return;
    if (pendingSinceMs !== undefined) { // C1
      if (nowMs - pendingSinceMs >= watched.times.checkEveryMs) watched.watch.heard({ state: 'failed', why: `its check has not answered for ${Math.round(nowMs - pendingSinceMs)} ms` }, nowMs);
      return;
    }
    const found = (finding: Finding | undefined): void => {
      if (finding !== undefined) watched.watch.heard(finding, this.#clock.monotonicMs());
    };
    const broke = (thrown: unknown): void => found({ state: 'failed', why: `its check failed: ${reasonOf(thrown)}` });
    try {
      const answer = check();
      if (!(answer instanceof Promise)) return found(answer);
      watched.pendingSinceMs = nowMs;
      answer.then(found, broke).finally(() => { watched.pendingSinceMs = undefined; if (isNew) this.soon(); });
    } catch (thrown) {
      broke(thrown);
    }
  }

  #judge(name: string, nowMs: number): void {
    const component = this.#turns.world.health.components.get(name);
    const change = component === undefined ? undefined : this.#watched.get(name)?.watch.look(component.state, nowMs);
    if (change !== undefined) this.#turns.attempt({ kind: 'component-found', component: name, change }, CAUSE);
  }
}
