/**
 * The turns of the exchange: each is applied, written down, and shown once the log has it.
 * Owns the two folds over the same events: `head` is what the next turn sees, `shown` what anybody else sees. Does not own what
 * happens in a turn, or time.
 *
 *   T1. An event moves from `head` to `shown` when the log has it: nothing that a crash could undo is ever answered, read or told.
 *   T2. After a turn that failed half-way, or a log that did not take one, there is no further turn.
 */
import { reasonOf } from '../base/index.ts';
import { ExchangeLogError, ExchangeStoppedError } from './errors.ts';
import type { Happening, LogEvent } from './event.ts';
import type { Listings } from './listing.ts';
import { encodeTurn } from './log.ts';
import type { ExchangeLog } from './log.ts';
import { State } from './state.ts';

export type Told = {
  /** An event has become durable; `shown` holds it, and none after it. */
  event(event: LogEvent): void;
  /** So have all of its turn. */
  turn(): void;
};

export class Turns {
  readonly head: State;
  readonly shown: State;
  readonly events: LogEvent[] = []; // all that are shown
  readonly #log: ExchangeLog;
  readonly #told: Told;
  #settled: Promise<void> = Promise.resolve();
  #stopped: Error | undefined;

  constructor(log: ExchangeLog, listings: Listings, history: readonly LogEvent[], told: Told) {
    this.#log = log;
    this.#told = told;
    this.head = new State(listings);
    this.shown = new State(listings);
    for (const event of history) this.#recall(event);
  }

  /** Resolves when every turn so far is durable and shown; rejects where one will never be. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  /** Why there is no further turn. */
  get stopped(): Error | undefined {
    return this.#stopped;
  }

  /** @param act is given the pen: what it appends has happened for `head` at once @throws ExchangeStoppedError, and what `act` throws */
  take<T>(nowMs: number, act: (append: (happening: Happening) => void) => T): T {
    if (this.#stopped !== undefined) throw this.#stopped;
    const events: LogEvent[] = [];
    const append = (happening: Happening): void => {
      const event: LogEvent = { seq: this.head.seq + 1, atMs: nowMs, ...happening };
      this.head.apply(event);
      events.push(event);
    };
    try {
      const answer = act(append);
      if (events.length > 0) this.#commit(events);
      return answer;
    } catch (thrown) {
      // Half a turn is in `head`, and none of it in the log: from here on `head` is worth nothing.
      this.#stopped = new ExchangeStoppedError(reasonOf(thrown));
      throw thrown;
    }
  }

  #recall(event: LogEvent): void {
    try {
      this.head.apply(event);
      this.shown.apply(event);
      this.events.push(event);
    } catch (thrown) {
      throw new ExchangeLogError(`event ${event.seq}`, reasonOf(thrown));
    }
  }

  #commit(events: readonly LogEvent[]): void {
    const appended = this.#append(events);
    const settled = this.#settled.then(() => appended).then(() => this.#show(events));
    this.#settled = settled.catch((thrown: unknown) => {
      this.#stopped ??= new ExchangeStoppedError(reasonOf(thrown));
      throw this.#stopped;
    });
    // A turn that no caller waits for, such as a tick's, fails without anybody to tell; the next caller is told.
    this.#settled.catch(() => undefined);
  }

  async #append(events: readonly LogEvent[]): Promise<void> {
    await this.#log.append([encodeTurn(events)]);
  }

  #show(events: readonly LogEvent[]): void {
    for (const event of events) {
      this.shown.apply(event);
      this.events.push(event);
      this.#told.event(event);
    }
    this.#told.turn();
  }
}
