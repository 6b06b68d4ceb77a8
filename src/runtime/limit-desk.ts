/**
 * Where limits are offered, approved and ended: the configuration of this life at its start, the file when it is read again, and time.
 *
 *   D1. A start offers the limits of its file once; after that only a reload does. Reconnecting a venue brings nothing back.
 *   D2. Whoever is answered is answered after what was decided is in force.
 */
import { agreedOf, nextEndOf } from '../core/index.ts';
import type { AskOverride, LimitTexts, Outcome } from '../core/index.ts';
import type { Clock } from '../ports/index.ts';
import type { JournalTime } from './time.ts';
import type { Cause, Turns } from './turns.ts';

/** Who may approve, and how long what is held waits for it. */
export type Approvals = { readonly people: readonly string[]; readonly withinMs: number };
export const DEFAULT_APPROVALS: Approvals = { people: [], withinMs: 86_400_000 };

export type LimitDeskOptions = { readonly turns: Turns; readonly time: JournalTime; readonly clock: Clock; readonly configured: LimitTexts; readonly approvals: Approvals };
export type Asked = { readonly by: string; readonly named: boolean; readonly reason: string };

const LONGEST_TIMER_MS = 3_600_000;
const START = { actor: 'configuration', correlationId: 'configure' };

export class LimitDesk {
  readonly #options: LimitDeskOptions;
  #cancel: (() => void) | undefined;
  #armedFor: number | undefined;

  constructor(options: LimitDeskOptions) {
    this.#options = options;
  }

  get approvals(): Approvals {
    return this.#options.approvals;
  }

  /** Those in force, in the words of the configuration; before anything was offered, those of this life's file. */
  get agreed(): LimitTexts {
    return agreedOf(this.#options.turns.world.changes)?.texts ?? this.#options.configured;
  }

  start(): void { // D1
    const { turns, configured, approvals } = this.#options;
    turns.attempt({ kind: 'offer-limits', texts: configured, by: 'a start', named: false, reason: 'the configuration of this start', holdForMs: approvals.withinMs }, START);
    this.advanced();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = this.#armedFor = undefined;
  }

  offer(texts: LimitTexts, asked: Asked, cause: Cause): { readonly outcome: Outcome; readonly seq: number } {
    const taken = this.#options.turns.take({ kind: 'offer-limits', texts, ...asked, holdForMs: this.approvals.withinMs }, cause);
    this.advanced();
    return taken; // D2
  }

  refuse(by: string, code: string, problems: readonly string[], cause: Cause): { readonly seq: number } {
    return this.#options.turns.take({ kind: 'refuse-reload', by, code, problems }, cause);
  }

  approve(id: string, { by, reason, forMs }: { readonly by: string; readonly reason: string; readonly forMs: number | undefined }, cause: Cause): { readonly outcome: Outcome; readonly seq: number } {
    const { turns, time, approvals } = this.#options;
    const taken = turns.take({ kind: 'approve-limits', id, by, reason, people: approvals.people, ...(forMs === undefined ? {} : { untilMs: time.nowMs() + forMs }) }, cause);
    this.advanced();
    return taken;
  }

  /** What waits for approval, or an override that was granted. */
  reject(id: string, who: { readonly by: string; readonly reason: string }, cause: Cause): { readonly outcome: Outcome; readonly seq: number } {
    const taken = this.#options.turns.take({ kind: 'reject-limits', id, ...who, people: this.approvals.people }, cause);
    this.advanced();
    return taken;
  }

  askOverride({ forMs, ...asked }: Omit<AskOverride, 'endsAtMs'> & { readonly forMs: number }, cause: Cause): { readonly outcome: Outcome; readonly seq: number } {
    const { turns, time } = this.#options;
    const taken = turns.take({ kind: 'ask-override', ...asked, endsAtMs: time.nowMs() + forMs }, cause);
    this.advanced();
    return taken;
  }

  grantOverride(id: string, who: { readonly by: string; readonly reason: string }, cause: Cause): { readonly outcome: Outcome; readonly seq: number } {
    return this.#options.turns.take({ kind: 'grant-override', id, ...who, people: this.approvals.people }, cause);
  }

  /** Sets the alarm to what ends next. */
  advanced(): void {
    const { turns, time, clock } = this.#options;
    const endsAtMs = nextEndOf(turns.world.changes);
    if (endsAtMs === this.#armedFor) return;
    this.stop();
    this.#armedFor = endsAtMs;
    if (endsAtMs === undefined) return;
    this.#cancel = clock.timer(Math.min(Math.max(0, endsAtMs - time.nowMs()), LONGEST_TIMER_MS), () => {
      this.#armedFor = undefined;
      turns.attempt({ kind: 'limits-passed' }, { actor: 'runtime', correlationId: 'limits-passed' });
      if (turns.failed === undefined) this.advanced();
    });
  }
}
