/**
 * Looks at the account every second and after every fill, and makes inputs of what the look found.
 *
 *   N1. A look and what follows from it are one synchronous step: nothing happens in between.
 *   N2. A breaker is tripped without anybody being asked.
 *   N3. While the system is not well it is held against half the limits. A start is no such time: whoever starts near a limit is not stopped by that.
 *   N4. What the loss limit does beside that is begun in the very step that tripped it; where a life ended in between, by the first look of the next.
 */
import { lossActionDue, RiskWatch, scaleOf } from '../../core/index.ts';
import type { Findings, Prices, TrippedBreaker } from '../../core/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { JournalTime } from '../time.ts';
import type { Turns } from '../turns.ts';
import { Calendar } from './calendar.ts';
import type { RiskSettings } from './policy.ts';

export type RiskSensorOptions = { readonly turns: Turns; readonly prices: Prices; readonly time: JournalTime; readonly clock: Clock; readonly settings: RiskSettings; readonly venues: readonly string[] };

const RISK = 'risk';
const cause = { actor: RISK, correlationId: RISK };

export class RiskSensor {
  readonly #options: RiskSensorOptions;
  readonly #watch = new RiskWatch();
  readonly #calendar: Calendar;
  #fills = 0;
  #cancel: (() => void) | undefined;
  #last: { readonly findings: Findings; readonly atMs: number } | undefined;

  constructor(options: RiskSensorOptions) {
    this.#options = options;
    this.#calendar = new Calendar(options.settings.zone, options.settings.dayTurnsAtMinute);
  }

  /** What the last look found; undefined before there was one. */
  get last(): { readonly findings: Findings; readonly atMs: number } | undefined {
    return this.#last;
  }

  start(): void {
    const { clock, settings } = this.#options;
    const next = (): void => {
      this.#cancel = clock.timer(settings.lookEveryMs, () => {
        next();
        this.look();
      });
    };
    next();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** More is durable: where something was executed, it is looked at now. */
  advanced(): void {
    const fills = this.#options.turns.world.ledger.counts.get('fills') ?? 0;
    if (fills === this.#fills || this.#cancel === undefined) return;
    this.#fills = fills;
    this.look();
  }

  look(): void { // N1
    const { turns, prices, time } = this.#options;
    const nowMs = time.nowMs();
    const { health } = turns.world;
    const state = scaleOf(health) === 100 || health.system.state === 'recovering' ? 'whole' : 'degraded'; // N3
    const findings = this.#watch.look(turns.world, prices, { nowMs, state, day: this.#calendar.dayAt(nowMs), tripped: (breaker) => this.#tripped(breaker) });
    if (findings === undefined) return;
    this.#last = { findings, atMs: nowMs };
    if (findings.seen !== undefined) turns.attempt(findings.seen, cause);
    for (const { breaker, reason } of findings.resets) turns.attempt({ kind: 'reset-breaker', breaker, reason, by: RISK }, cause);
    for (const { breaker, rule, reason, evidence, forMs } of findings.trips) { // N2
      turns.attempt({ kind: 'trip-breaker', breaker, reason, evidence: { rule, ...evidence }, ...(forMs === 'manual' ? {} : { untilMs: nowMs + forMs }), by: RISK }, cause);
    }
    if (lossActionDue(turns.world) !== undefined) turns.attempt({ kind: 'loss-limit', venues: this.#options.venues }, cause); // N4
  }

  #tripped(breaker: string): TrippedBreaker | undefined {
    const circuit = this.#options.turns.world.breakers.get(breaker);
    if (circuit?.phase !== 'open' || circuit.command?.hold === 'closed') return undefined;
    return { rule: circuit.opening?.by === RISK ? String(circuit.opening.evidence?.['rule']) : '', untilMs: circuit.until };
  }
}
