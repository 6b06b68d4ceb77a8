/** The phase of the stock market, looked up in its calendar once per phase. */
import { nextPhaseMs, phaseAt } from './calendar.ts';
import type { Calendar, Phase } from './calendar.ts';

export class StockHours {
  readonly #calendar: Calendar;
  #phase: Phase = 'closed';
  #endsAtMs = -Infinity;

  constructor(calendar: Calendar) {
    this.#calendar = calendar;
  }

  /** As it was when last asked for a time. */
  get phase(): Phase {
    return this.#phase;
  }

  get phaseEndsAtMs(): number {
    return this.#endsAtMs;
  }

  phaseAt(nowMs: number): Phase {
    if (nowMs >= this.#endsAtMs) {
      this.#phase = phaseAt(this.#calendar, nowMs);
      this.#endsAtMs = nextPhaseMs(this.#calendar, nowMs);
    }
    return this.#phase;
  }
}
