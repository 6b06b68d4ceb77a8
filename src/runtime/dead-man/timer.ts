/**
 * Keeps one venue's own dead-man timer set for as long as this life listens to the venue and its loop turns; whatever ends either lets it run out.
 *
 *   T1. It counts as set only after the venue has said so, and no longer than counted from when we began to ask: at the venue it ends later, never sooner.
 *   T2. It is set again after a quarter of its time, and sooner after it could not be: four tries and more lie within it.
 *   T3. That it is set, and that nothing says so any more, is a fact in the turn in which it becomes so; that it was set again is none.
 *   T4. While something is being stopped at the venue it is set short: should we die in the middle, what rests is gone soon.
 *   T5. Nothing here ends it but a stop in good order that is to leave the orders standing.
 *   T6. A request without an answer may arrive later and set a shorter time after all: until it cannot any more, no longer one is asked for.
 */
import { TIMER_NOT_SET } from '../../core/index.ts';
import type { Clock, DeadManResult, VenueDeadMan } from '../../ports/index.ts';
import type { Note } from '../runtime.ts';
import type { Turns } from '../turns.ts';

/** How a venue's dead-man timer is used, where it has one. */
export type DeadManSettings = {
  readonly withinMs: number; // brought into the venue's own bounds
  readonly onStop: 'run-out' | 'keep'; // what becomes of orders that stand when we stop in good order
};

export const DEFAULT_DEAD_MAN: DeadManSettings = { withinMs: 60_000, onStop: 'run-out' };

export type VenueTimerOptions = {
  readonly venue: string;
  readonly timer: VenueDeadMan;
  readonly settings: DeadManSettings;
  readonly timeoutMs: number; // of a request, at most
  readonly arrivalBoundMs: number; // how long a request may be on its way
  readonly clock: Clock;
  readonly turns: Turns;
  readonly note: (note: Note) => void;
  readonly isStopping: () => boolean; // whether something is being stopped at the venue
};

export type VenueTimerView =
  | { readonly state: 'armed'; readonly withinMs: number; readonly leftMs: number }
  | { readonly state: 'not-armed'; readonly forMs: number; readonly why: string };

const STOPPING_MS = 10_000; // T4; shorter it could not be set again in time
const RETRY_LEAST_MS = 250;
const RETRY_MOST_MS = 5_000;

export class VenueTimer {
  readonly #options: VenueTimerOptions;
  #armed: { readonly withinMs: number; readonly untilMs: number } | undefined;
  #notSinceMs: number;
  #why = 'it was not set yet since this start';
  #told = false; // that it is not set, to people
  #running = false;
  #asking = false;
  #underWay: Promise<unknown> = Promise.resolve();
  #listening = 0; // which of its chains of requests goes on
  #late: { readonly withinMs: number; readonly untilMs: number } | undefined; // T6
  #cancelNext: () => void = () => {};
  #cancelEnd: () => void = () => {};

  constructor(options: VenueTimerOptions) {
    this.#options = options;
    this.#notSinceMs = options.clock.monotonicMs();
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#listening += 1;
    void this.#set();
  }

  /** Lets it run out. */
  stop(): void {
    this.#running = false;
    this.#cancelNext();
    this.#cancelEnd();
  }

  /** The venue is left alone from here on, and it runs out. */
  part(): void {
    this.stop();
    this.#lapsed('the venue is left alone after the kill');
  }

  /** Something has begun to be stopped at the venue, or has ended: what it is set to may be another time now. */
  heed(): void {
    if (!this.#running || this.#asking || this.#armed === undefined || this.#armed.withinMs === this.#withinMs) return;
    this.#cancelNext();
    void this.#set();
  }

  get view(): VenueTimerView {
    const nowMs = this.#options.clock.monotonicMs();
    if (this.#armed !== undefined && this.#armed.untilMs > nowMs) return { state: 'armed', withinMs: this.#armed.withinMs, leftMs: this.#armed.untilMs - nowMs };
    return { state: 'not-armed', forMs: Math.max(0, nowMs - (this.#armed?.untilMs ?? this.#notSinceMs)), why: this.#why };
  }

  /** T5. */
  async leave(): Promise<void> {
    const { settings, timer, timeoutMs, note, venue } = this.#options;
    const { view } = this;
    this.stop();
    if (view.state !== 'armed') return;
    if (settings.onStop === 'run-out') return note({ level: 'warning', message: `${venue} cancels every open order of the account in ${Math.ceil(view.leftMs / 1_000)} s, unless this runtime is started again before`, detail: { venue, leftMs: Math.ceil(view.leftMs) } });
    await this.#underWay; // what was asked for before must not arrive after it
    const result = await timer.disarm(timeoutMs);
    if (result.kind === 'done' && this.#onItsWay === undefined) return this.#lapsed('it was ended by a stop in good order that leaves the orders standing');
    const why = result.kind === 'done' ? 'a request that set it has no answer, and may still arrive' : result.why;
    note({ level: 'critical', code: TIMER_NOT_SET, message: `${venue} may cancel every open order of the account within ${view.withinMs} ms: its dead-man timer could not be ended (${why})` });
  }

  get #withinMs(): number {
    const { settings, timer, isStopping } = this.#options;
    const wanted = isStopping() ? Math.min(STOPPING_MS, settings.withinMs) : settings.withinMs;
    const bounded = Math.min(timer.longestMs, Math.max(timer.shortestMs, wanted));
    return Math.min(bounded, this.#onItsWay?.withinMs ?? bounded); // T6
  }

  /** T6. The shortest time that may still be set by a request that has no answer. */
  get #onItsWay(): { readonly withinMs: number; readonly untilMs: number } | undefined {
    return this.#late !== undefined && this.#options.clock.monotonicMs() < this.#late.untilMs ? this.#late : undefined;
  }

  async #set(): Promise<void> {
    const { clock, timer, timeoutMs, arrivalBoundMs } = this.#options;
    const [withinMs, askedMs, listening] = [this.#withinMs, clock.monotonicMs(), this.#listening];
    this.#asking = true;
    const asked = timer.arm({ withinMs }, Math.min(timeoutMs, withinMs / 4));
    this.#underWay = asked;
    const result = await asked;
    if (result.kind === 'unknown') this.#mayArrive(withinMs, askedMs + arrivalBoundMs);
    if (listening !== this.#listening) return; // the venue was left, and is listened to anew: another chain goes on
    this.#asking = false;
    if (!this.#running || this.#options.turns.failed !== undefined) return;
    const endsMs = askedMs + withinMs; // T1
    if (result.kind === 'done') this.#isSet(withinMs, endsMs);
    else this.#notSet(result, withinMs, endsMs);
    const pauseMs = result.kind === 'done' ? askedMs + withinMs / 4 - clock.monotonicMs() : retryMs(result, withinMs); // T2
    this.#cancelNext = clock.timer(Math.max(0, pauseMs), () => void this.#set());
  }

  /** T6 */
  #mayArrive(withinMs: number, untilMs: number): void {
    const still = this.#onItsWay;
    this.#late = { withinMs: Math.min(withinMs, still?.withinMs ?? withinMs), untilMs: Math.max(untilMs, still?.untilMs ?? untilMs) };
  }

  #isSet(withinMs: number, untilMs: number): void {
    const { turns, venue, note } = this.#options;
    this.#armed = { withinMs, untilMs };
    if (this.#told) note({ level: 'info', message: `the dead-man timer of ${venue} is set again` });
    this.#told = false;
    this.#watchEnd();
    turns.attempt({ kind: 'dead-man-armed', venue, withinMs }, { actor: `venue:${venue}`, correlationId: 'dead-man' }); // T3
  }

  #notSet(result: Exclude<DeadManResult, { kind: 'done' }>, withinMs: number, endsMs: number): void {
    const why = result.kind === 'refused' ? `the venue refused to set it: ${result.why}` : `it could not be set: ${result.why}`;
    if (this.#armed === undefined) return this.#lapsed(why);
    this.#why = why;
    if (result.kind === 'unknown' && endsMs < this.#armed.untilMs) { // the shorter one may be what the venue has
      this.#armed = { withinMs, untilMs: endsMs };
      this.#watchEnd();
    }
  }

  #watchEnd(): void {
    const { clock } = this.#options;
    this.#cancelEnd();
    if (this.#armed === undefined) return;
    const { untilMs } = this.#armed;
    this.#cancelEnd = clock.timer(Math.max(0, untilMs - clock.monotonicMs()), () => {
      if (this.#armed?.untilMs !== untilMs || !this.#running) return;
      this.#lapsed(this.#why);
    });
  }

  #lapsed(why: string): void {
    const { turns, venue, note, clock } = this.#options;
    if (this.#armed !== undefined) this.#notSinceMs = Math.min(clock.monotonicMs(), this.#armed.untilMs);
    this.#armed = undefined;
    this.#why = why;
    this.#cancelEnd();
    if (this.#running && !this.#told) {
      this.#told = true;
      note({ level: 'critical', code: TIMER_NOT_SET, message: `the dead-man timer of ${venue} is not set: ${why}. Orders that add risk wait there until it is.`, detail: { venue } });
    }
    if (turns.failed === undefined) turns.attempt({ kind: 'dead-man-lapsed', venue, why }, { actor: `venue:${venue}`, correlationId: 'dead-man' }); // T3
  }
}

/** Often enough to find a moment in which the venue answers, seldom enough to use little of what it allows; no sooner than it asked for. */
const retryMs = (result: Exclude<DeadManResult, { kind: 'done' }>, withinMs: number): number =>
  Math.max(Math.min(RETRY_MOST_MS, Math.max(RETRY_LEAST_MS, withinMs / 16)), result.kind === 'not-sent' ? result.retryAfterMs ?? 0 : 0);
