/** The health of a system on a bench: components that are put into states, time that is told, and every fact that follows. */
import { emptyHealth, evolveHealth, evolveHealthBoot, leaveEmergency, mayBecome, mayTurn, rankOf, takeHealth, worstOf } from '../../src/core/index.ts';
import type { ComponentState, Health, HealthFact, SystemSafetyState } from '../../src/core/index.ts';

export const times = { checkEveryMs: 5_000, timeoutMs: 30_000, failures: 3 };

export class HealthBench {
  health: Health = emptyHealth();
  nowMs = 1_000;
  readonly facts: HealthFact[] = [];

  readonly emit = (fact: HealthFact): void => {
    this.facts.push(fact);
    evolveHealth(this.health, fact, { atMs: this.nowMs });
  };

  get state(): SystemSafetyState {
    return this.health.system.state;
  }

  register(component: string, critical = true): this {
    takeHealth(this.health, { kind: 'component-registered', registration: { ...times, component, kind: 'test', critical, by: 'test' } }, this.nowMs, this.emit);
    return this;
  }

  put(component: string, to: ComponentState): this {
    takeHealth(this.health, { kind: 'component-found', component, change: { to, cause: 'the test says so', findings: 3, numbers: {} } }, this.nowMs, this.emit);
    return this;
  }

  pass(ms: number): this {
    this.nowMs += ms;
    takeHealth(this.health, { kind: 'health-looked' }, this.nowMs, this.emit);
    return this;
  }

  boot(): this {
    evolveHealthBoot(this.health, this.nowMs);
    return this.pass(0);
  }

  shut(): this {
    takeHealth(this.health, { kind: 'emergency-shutdown', by: 'sam', reason: 'fire' }, this.nowMs, this.emit);
    return this;
  }

  resume(): this {
    leaveEmergency(this.health, 'sam', 'out', this.nowMs, this.emit);
    return this;
  }

  /** What must hold whatever happened; undefined where it does. */
  fault(): string | undefined {
    for (const fact of this.facts) {
      if (fact.type === 'component.changed' && !mayBecome(fact.from, fact.to)) return `a component went from ${fact.from} to ${fact.to}`;
      if (fact.type === 'safety.changed' && !mayTurn(fact.from, fact.to)) return `the whole went from ${fact.from} to ${fact.to}`;
    }
    const worst = [...this.health.components.values()].filter(({ critical }) => critical).reduce((rank, component) => Math.max(rank, rankOf(component)), 0);
    if (systemRank[this.state] < worst) return `it is ${this.state}, and its worst critical component has rank ${worst} (${worstOf(this.health)?.component.state})`;
    return undefined;
  }
}

/** How bad each state is, written down a second time. */
const systemRank: Readonly<Record<SystemSafetyState, number>> = { healthy: 0, recovering: 1, degraded: 1, critical: 2, failed: 2, 'emergency-shutdown': 3 };
