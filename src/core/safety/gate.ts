/** The gate of the whole system: whether anything new may leave. Remembered through restarts, because it is a fold of the journal like all else. */
import type { FactOf } from '../../journal/index.ts';
import type { safetyFacts } from './facts.ts';
import { stricterOf } from './ladder.ts';
import type { Rung } from './ladder.ts';

export type SafetyFact = FactOf<typeof safetyFacts>;
export type Gate = { readonly state: Rung; readonly by: string; readonly reason: string; readonly sinceMs: number; readonly restored?: true }; // `restored`: from a backup, and nobody has resumed since

/** Nobody has halted anything yet. */
export const OPEN_GATE: Gate = { state: 'ACTIVE', by: 'nobody', reason: 'never halted', sinceMs: 0 };

export function evolveGate(gate: Gate, fact: SafetyFact, wallMs: number): Gate {
  const kept = gate.restored === true ? { restored: true } as const : {};
  switch (fact.type) {
    case 'gate.halted': return raised(gate, 'HALTED', fact.by, fact.reason, wallMs, kept);
    case 'gate.resumed': return { state: 'ACTIVE', by: fact.by, reason: fact.reason, sinceMs: wallMs };
    case 'gate.moved': return { state: fact.to, by: fact.by, reason: fact.reason, sinceMs: wallMs, ...(fact.to === 'ACTIVE' ? {} : kept) };
    case 'invariant.broken': return raised(gate, 'HALTED', 'invariant', fact.belief, wallMs, kept);
    case 'journal.restored': {
      const reason = `restored from the backup ${fact.backup} at entry ${fact.headSeq}: what was written after it is lost to this record`;
      return raised(gate, 'HALTED', fact.by, reason, wallMs, { restored: true });
    }
    case 'emergency.imported': return gate; // what it asked for are facts of their own
    case 'runtime.booted': case 'runtime.stopped': return gate; // a start never opens a gate, a stop never shuts one
  }
}

/** Never down: what comes later than a kill and asks for less leaves it as it is, and adds its own mark. */
function raised(gate: Gate, to: Rung, by: string, reason: string, sinceMs: number, marks: { readonly restored?: true }): Gate {
  return stricterOf(to, gate.state) === to ? { state: to, by, reason, sinceMs, ...marks } : { ...gate, ...marks };
}
