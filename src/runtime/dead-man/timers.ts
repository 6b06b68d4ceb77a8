/** The dead-man timers of all venues that have one, by venue. */
import type { Clock } from '../../ports/index.ts';
import type { Note } from '../runtime.ts';
import type { VenueBinding } from '../settings.ts';
import type { Turns } from '../turns.ts';
import { DEFAULT_DEAD_MAN, VenueTimer } from './timer.ts';
import type { VenueTimerView } from './timer.ts';

export type VenueTimersOptions = {
  readonly bindings: ReadonlyMap<string, VenueBinding>;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly note: (note: Note) => void;
  readonly isStopping: (venue: string) => boolean;
};

export class VenueTimers {
  readonly #timers: ReadonlyMap<string, VenueTimer>;

  constructor({ bindings, clock, turns, note, isStopping }: VenueTimersOptions) {
    this.#timers = new Map([...bindings].flatMap(([venue, { venue: { deadMan: timer, capabilities: { arrivalBoundMs } }, deadMan: settings = DEFAULT_DEAD_MAN, cancelTimeoutMs: timeoutMs }]) => (
      timer === undefined ? [] : [[venue, new VenueTimer({ venue, timer, settings, timeoutMs, arrivalBoundMs, clock, turns, note, isStopping: () => isStopping(venue) })] as const])));
  }

  /** How the timer of a venue stands; undefined where it has none. */
  view(venue: string): VenueTimerView | undefined {
    return this.#timers.get(venue)?.view;
  }

  /** Why a timer that the venue has does not count as set at this moment. */
  whyNot(venue: string): string | undefined {
    const view = this.view(venue);
    return view?.state === 'not-armed' ? `the dead-man timer of ${venue} is not set: ${view.why}` : undefined;
  }

  start(venue: string): void {
    this.#timers.get(venue)?.start();
  }

  part(venue: string): void {
    this.#timers.get(venue)?.part();
  }

  heed(): void {
    for (const timer of this.#timers.values()) timer.heed();
  }

  async leave(): Promise<void> {
    await Promise.all([...this.#timers.values()].map((timer) => timer.leave()));
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.stop();
  }
}
