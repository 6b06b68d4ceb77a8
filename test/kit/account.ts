/** An account on the bench, looked at second by second. */
import { accountOf, RiskWatch } from '../../src/core/index.ts';
import type { BreakerReset, BreakerTrip, CalendarDay, Fact, Findings, RiskPolicy, TrippedBreaker } from '../../src/core/index.ts';
import { Bench, fillOf } from './core.ts';
import type { BenchOptions, Written } from './core.ts';

export const COIN = 100_000_000n; // one of the account's currency, in units
export const policy: RiskPolicy = { currency: 'USD', maxDailyLossUnits: 1_000n * COIN, rateMaxAgeMs: 30_000, unvaluedAfterMs: 10_000, streak: { losses: 3, percent: 80, least: 5, coolDownMs: 300_000 } };

export type AccountOptions = BenchOptions & { readonly held?: Readonly<Record<string, string>>; readonly policy?: Partial<RiskPolicy> };

export class AccountBench {
  readonly bench: Bench;
  watch = new RiskWatch();
  day: CalendarDay = { key: '2026-01-01', zone: 'UTC', endsAtMs: Number.MAX_SAFE_INTEGER };
  readonly tripped = new Map<string, TrippedBreaker>();
  readonly trips: (BreakerTrip & { readonly atMs: number })[] = [];
  readonly resets: BreakerReset[] = [];
  state: 'whole' | 'degraded' = 'whole';
  last: Findings | undefined;
  #fills = 0;

  constructor({ held = { USD: '10000' }, policy: changes = {}, ...options }: AccountOptions = {}) {
    this.bench = Bench.ready({ ...options, held });
    this.bench.take({ kind: 'configure', venues: [], limits: this.bench.world.limits ?? { maxOrderValue: {}, maxPositionUnits: {}, priceCollarPpm: {} }, risk: { ...policy, ...changes }, by: 'test' });
  }

  /** One look a second, after what `each` does. */
  looks(seconds: number, each: (second: number) => void = () => {}): void {
    for (let second = 1; second <= seconds; second++) {
      this.bench.later(1_000);
      each(second);
      this.look();
    }
  }

  look(): Findings | undefined {
    const { bench } = this;
    const findings = this.watch.look(bench.world, { price: (venue, symbol) => bench.prices.get(`${venue} ${symbol}`) }, { nowMs: bench.nowMs, day: this.day, state: this.state, tripped: (breaker) => this.tripped.get(breaker) });
    this.last = findings;
    if (findings === undefined) return undefined;
    if (findings.seen !== undefined) bench.take(findings.seen);
    for (const reset of findings.resets) {
      this.tripped.delete(reset.breaker);
      this.resets.push(reset);
    }
    for (const trip of findings.trips) {
      this.tripped.set(trip.breaker, { rule: trip.rule, untilMs: trip.forMs === 'manual' ? 'manual' : bench.nowMs + trip.forMs });
      this.trips.push({ ...trip, atMs: bench.nowMs });
    }
    return findings;
  }

  /** Another life: what was only sampled is gone. */
  restart(): void {
    this.bench.boot();
    this.bench.reconcile();
    this.watch = new RiskWatch();
  }

  /** Bought or sold, at a price in whole dollars; by an order of ours. */
  trade(side: 'buy' | 'sell', quantityUnits: bigint, dollars: number, changes: Parameters<typeof fillOf>[3] = {}): void {
    this.#fills += 1;
    const key = `t${this.#fills}`;
    this.bench.quote(BigInt(dollars) * 100n);
    const quantityText = (Number(quantityUnits) / 1e8).toFixed(8);
    const order = this.bench.working(key, { side, quantityText, limitPriceText: String(dollars) });
    this.bench.activity({ fills: [fillOf(order, `f${this.#fills}`, quantityUnits, { priceUnits: BigInt(dollars) * 100n, atMs: this.bench.nowMs, ...changes })], cursor: `c${this.#fills}` });
    this.bench.reports(key, { filledUnits: quantityUnits, state: 'filled' });
  }

  get account() {
    const account = accountOf(this.bench.world.valuation);
    if (account === undefined) throw new Error('a policy was set');
    return account;
  }

  facts(type: Fact['type']): readonly Written[] {
    return this.bench.journal.filter((entry) => entry.type === type);
  }

  get rules(): readonly string[] {
    return this.trips.map(({ rule }) => rule);
  }
}
