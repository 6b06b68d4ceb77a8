/**
 * Starts the runtime, watches its heartbeat, kills it when it hangs and starts it again, until it is told to stop or there
 * is no point in going on.
 *
 *   S1. At most one runtime is alive: the next one starts only after the last one was reaped.
 *   S2. A runtime that is silent for longer than its bound is killed. It is never argued with.
 *   S3. A runtime that ends for a reason a restart cannot mend is not started again.
 *   S4. Silence counts only while this process was awake to listen.
 *   S5. Between `fence` and `release` none is started; the fence stands once the last one was reaped.
 */
import { reasonOf } from '../base/index.ts';
import type { Child, Clock, End, Word } from '../ports/index.ts';
import { nextRestart } from './intensity.ts';
import type { Intensity } from './intensity.ts';

export type SupervisorPolicy = Intensity & {
  readonly startTimeoutMs: number; // to the first heartbeat
  readonly heartbeatTimeoutMs: number; // from one to the next
  readonly stopTimeoutMs: number; // for a stop in good order
  readonly finalCodes: readonly number[]; // exit codes that no restart would mend
};

export const DEFAULT_POLICY: SupervisorPolicy = {
  startTimeoutMs: 30_000, heartbeatTimeoutMs: 3_000, stopTimeoutMs: 10_000, restarts: 5, withinMs: 60_000, firstPauseMs: 100, longestPauseMs: 5_000,
  finalCodes: [2, 3, 7, 8],
};

export type SupervisorState =
  | { readonly kind: 'starting' | 'running' | 'stopping'; readonly pid: number }
  | { readonly kind: 'frozen' | 'killing'; readonly pid: number; readonly why: string }
  | { readonly kind: 'backing-off'; readonly untilMs: number; readonly why: string }
  | { readonly kind: 'fenced'; readonly why: string }
  | { readonly kind: 'stopped'; readonly code: number }
  | { readonly kind: 'gave-up'; readonly code: number; readonly why: string };

export type SupervisorPorts = {
  readonly clock: Clock;
  /** Starts one life. `lives` counts from 1. Throws where it cannot. */
  readonly spawn: (lives: number) => Child;
  readonly onState: (state: SupervisorState) => void;
  readonly onWord: (word: Word) => void;
  /** What is still to be done once it has given up, before all is over. */
  readonly lastAct?: (why: string) => Promise<void>;
};

const STILL_DYING_MS = 5_000;
const ASLEEP_MS = 100; // a timer that is later than this ran in a process that was itself not running
const GRACE_MS = 500; // for heartbeats that came meanwhile and were not read yet

export class Supervisor {
  readonly #ports: SupervisorPorts;
  readonly #policy: SupervisorPolicy;
  readonly #restartsAtMs: number[] = [];
  #lives = 0;
  #child: Child | undefined;
  #state: SupervisorState | undefined;
  #cancel: () => void = () => {};
  #stopWanted = false;
  #fence: string | undefined; // why
  #reaped: (() => void)[] = []; // who waits for it
  #end: (code: number) => void = () => {};
  /** The exit code, once nothing more will happen. */
  readonly ended: Promise<number>;

  constructor(ports: SupervisorPorts, policy: SupervisorPolicy = DEFAULT_POLICY) {
    this.#ports = ports;
    this.#policy = policy;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  get state(): SupervisorState | undefined {
    return this.#state;
  }

  start(): void {
    if (this.#fence === undefined && !this.#stopWanted) this.#live();
  }

  /** S5. Ends the runtime by force, now. Settles once it is reaped. */
  fence(why: string): Promise<void> {
    this.#fence = why;
    const child = this.#child;
    if (child === undefined) {
      if (!this.#isOver) this.#stand(why);
      return Promise.resolve();
    }
    if (this.#state?.kind !== 'killing') this.#kill(child, why);
    return new Promise((resolve) => void this.#reaped.push(resolve));
  }

  /** Starts the next one. */
  release(): void {
    if (this.#fence === undefined) return;
    this.#fence = undefined;
    if (this.#isOver || this.#stopWanted) return;
    this.#restartsAtMs.length = 0;
    this.#live();
  }

  get #isOver(): boolean {
    return this.#state?.kind === 'stopped' || this.#state?.kind === 'gave-up';
  }

  #stand(why: string): void {
    this.#cancel();
    this.#enter({ kind: 'fenced', why });
    for (const resolve of this.#reaped.splice(0)) resolve();
  }

  /** Has the runtime read its configuration again. One that is not up reads it when it starts. */
  reload(): void {
    if (this.#state?.kind === 'running') this.#child?.reload();
  }

  /** In good order where possible, by force after a while. */
  stop(): void {
    if (this.#stopWanted) return;
    this.#stopWanted = true;
    const child = this.#child;
    if (child === undefined) return this.#finish({ kind: 'stopped', code: 0 });
    if (this.#state?.kind === 'killing') return; // it ends by itself
    this.#enter({ kind: 'stopping', pid: child.pid });
    child.stop();
    this.#after(this.#policy.stopTimeoutMs, () => this.#kill(child, `it did not stop within ${this.#policy.stopTimeoutMs} ms`));
  }

  #live(): void {
    this.#lives += 1;
    let child: Child;
    try {
      child = this.#ports.spawn(this.#lives);
    } catch (thrown) {
      return this.#restart(`it could not be started: ${reasonOf(thrown)}`);
    }
    this.#child = child;
    this.#enter({ kind: 'starting', pid: child.pid });
    child.onWord((word) => this.#heard(child, word));
    child.onEnd((end) => this.#ended(child, end));
    this.#listen(child, this.#policy.startTimeoutMs);
  }

  #heard(child: Child, word: Word): void {
    if (child !== this.#child) return;
    if (this.#state?.kind === 'starting') this.#enter({ kind: 'running', pid: child.pid });
    if (this.#state?.kind === 'running') this.#listen(child, this.#policy.heartbeatTimeoutMs);
    if (word.kind !== 'heartbeat') this.#ports.onWord(word);
  }

  #listen(child: Child, boundMs: number, waitMs = boundMs): void {
    const dueMs = this.#ports.clock.monotonicMs() + waitMs;
    this.#after(waitMs, () => {
      const asleep = this.#ports.clock.monotonicMs() > dueMs + ASLEEP_MS;
      if (asleep && waitMs === boundMs) return this.#listen(child, boundMs, GRACE_MS); // S4
      const why = `no heartbeat for ${boundMs} ms`;
      this.#enter({ kind: 'frozen', pid: child.pid, why });
      this.#kill(child, why);
    });
  }

  #kill(child: Child, why: string): void {
    this.#enter({ kind: 'killing', pid: child.pid, why });
    child.kill();
    this.#after(STILL_DYING_MS, () => this.#kill(child, `${why}; process ${child.pid} does not die, and nothing is started until it has`)); // S1
  }

  #ended(child: Child, end: End): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    this.#cancel();
    if (this.#stopWanted) return this.#finish({ kind: 'stopped', code: 0 });
    if (this.#fence !== undefined) return this.#stand(this.#fence);
    if (end.code === 0) return this.#finish({ kind: 'stopped', code: 0 }); // somebody asked it to stop, through its own door
    if (end.code !== undefined && this.#policy.finalCodes.includes(end.code)) { // S3
      return this.#finish({ kind: 'gave-up', code: end.code, why: `it ended with code ${end.code}, which starting it again would not mend` });
    }
    const how = end.signal === undefined ? `it ended with code ${end.code ?? 'unknown'}` : `it was ended by ${end.signal}`;
    this.#restart(this.#state?.kind === 'killing' ? this.#state.why : how);
  }

  #restart(why: string): void {
    const nowMs = this.#ports.clock.monotonicMs();
    const next = nextRestart(this.#restartsAtMs, nowMs, this.#policy);
    if (next === 'give-up') {
      const { restarts, withinMs } = this.#policy;
      return this.#finish({ kind: 'gave-up', code: 1, why: `${why}, after ${restarts} restarts within ${withinMs / 1_000} s` });
    }
    this.#enter({ kind: 'backing-off', untilMs: nowMs + next.afterMs, why });
    this.#after(next.afterMs, () => {
      this.#restartsAtMs.push(this.#ports.clock.monotonicMs());
      this.#live();
    });
  }

  #finish(state: Extract<SupervisorState, { kind: 'stopped' | 'gave-up' }>): void {
    this.#cancel();
    this.#enter(state);
    for (const resolve of this.#reaped.splice(0)) resolve();
    const { lastAct } = this.#ports;
    if (state.kind === 'stopped' || lastAct === undefined) return this.#end(state.code);
    void lastAct(state.why).finally(() => this.#end(state.code));
  }

  #enter(state: SupervisorState): void {
    this.#state = state;
    this.#ports.onState(state);
  }

  /** One timer at a time: each state waits for one thing. */
  #after(delayMs: number, run: () => void): void {
    this.#cancel();
    this.#cancel = this.#ports.clock.timer(delayMs, run);
  }
}
