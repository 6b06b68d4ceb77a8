/**
 * What was seen of one component lately, and whether that is enough to call it another state. Samples: bounded, and gone with the process.
 *
 *   W1. One finding never changes a state that is known: `failures` in a row do, for the worse and for the better.
 *   W2. Silence longer than `timeoutMs` is a failure by itself; whoever was silent has to be heard again as often as whoever failed.
 *   W3. `healthy` is said of nothing that was not heard.
 */
import type { ComponentState, Finding, Numbers, WatchTimes } from './words.ts';

/** What a look comes to, where a state ends. */
export type Change = { readonly to: ComponentState; readonly cause: string; readonly findings: number; readonly silentMs?: number; readonly numbers: Numbers };

/** How bad a state or finding is, of itself. */
const levels = { healthy: 0, recovering: 0, unknown: 0, stopped: 0, degraded: 1, critical: 2, failed: 3 } as const satisfies Record<ComponentState, number>;
const names = ['healthy', 'degraded', 'critical', 'failed'] as const;
type Level = 1 | 2 | 3;
const bad: readonly Level[] = [3, 2, 1];

export class ComponentWatch {
  readonly #times: WatchTimes;
  readonly #atLeast: [number, number, number, number] = [0, 0, 0, 0]; // findings in a row that are so bad, or worse
  readonly #better: [number, number, number, number] = [0, 0, 0, 0]; // in a row that are better
  #heardMs: number;
  #everHeard = false;
  #last: Finding | undefined;

  /** @param nowMs when the watch began: silence is counted from there */
  constructor(times: WatchTimes, nowMs: number) {
    this.#times = times;
    this.#heardMs = nowMs;
  }

  /** How long nothing was heard, in whole milliseconds: clocks count finer, and facts do not. */
  silentMs(nowMs: number): number {
    return Math.max(0, Math.floor(nowMs - this.#heardMs));
  }

  /** Time in which nobody could have heard it, and which is no silence of its own. */
  excuse(ms: number): void {
    this.#heardMs += ms;
  }

  heard(finding: Finding, nowMs: number): void {
    if (this.silentMs(nowMs) > this.#times.timeoutMs) this.#afresh(); // W2
    [this.#heardMs, this.#everHeard, this.#last] = [nowMs, true, finding];
    const level = levels[finding.state];
    for (const one of bad) {
      this.#atLeast[one] = level >= one ? this.#atLeast[one] + 1 : 0;
      this.#better[one] = level < one ? this.#better[one] + 1 : 0;
    }
  }

  /** What follows for a component that is in this state. */
  look(state: ComponentState, nowMs: number): Change | undefined {
    if (state === 'stopped') return undefined;
    const silentMs = this.silentMs(nowMs);
    if (silentMs > this.#times.timeoutMs) return state === 'failed' ? undefined : this.#silent(silentMs); // W2
    if (!this.#everHeard) return undefined; // W3
    if (state === 'unknown' && this.#last?.state === 'healthy') return this.#say('healthy', 'it was heard, and is well', 1);
    const worse = bad.find((one) => one > levels[state] && this.#atLeast[one] >= this.#times.failures); // W1
    if (worse !== undefined) return this.#say(names[worse], this.#why(), this.#atLeast[worse]);
    return state === 'unknown' ? undefined : this.#back(state);
  }

  #back(state: ComponentState): Change | undefined {
    const level = levels[state];
    if (level === 0) return state === 'recovering' && this.#better[1] >= this.#times.failures ? this.#say('healthy', `well in ${this.#better[1]} looks in a row`, this.#better[1]) : undefined;
    const until = ([1, 2, 3] as const).find((one) => one <= level && this.#better[one] >= this.#times.failures);
    if (until === undefined) return undefined;
    if (until > 1) return this.#say(names[until - 1] ?? 'degraded', this.#why(), this.#better[until]);
    const looks = this.#better[1];
    if (level === 1) return this.#say('healthy', `well in ${looks} looks in a row`, looks);
    const change = this.#say('recovering', `well again in ${looks} looks in a row`, looks);
    this.#afresh(); // and as often once more, before it is called healthy
    return change;
  }

  #silent(silentMs: number): Change {
    const cause = this.#everHeard ? `nothing was heard of it for ${silentMs} ms` : `it was never heard within ${silentMs} ms`;
    return { to: 'failed', cause, findings: 0, silentMs, numbers: {} };
  }

  #say(to: ComponentState, cause: string, findings: number): Change {
    return { to, cause, findings, numbers: this.#last?.numbers ?? {} };
  }

  #why(): string {
    return this.#last === undefined || this.#last.state === 'healthy' ? 'it is better than it was' : this.#last.why;
  }

  #afresh(): void {
    this.#atLeast.fill(0);
    this.#better.fill(0);
  }
}
