/** The gate: whether anything new may leave. Remembered through restarts, because it is a fold of the journal like all else. */
import type { FactOf } from '../../journal/index.ts';
import type { safetyFacts } from './facts.ts';

export type SafetyFact = FactOf<typeof safetyFacts>;
export type Gate = { readonly state: 'ACTIVE' | 'HALTED'; readonly by: string; readonly reason: string; readonly sinceMs: number; readonly restored?: true }; // `restored`: from a backup, and nobody has resumed since

/** Nobody has halted anything yet. */
export const OPEN_GATE: Gate = { state: 'ACTIVE', by: 'nobody', reason: 'never halted', sinceMs: 0 };

export function evolveGate(gate: Gate, fact: SafetyFact, wallMs: number): Gate {
  const kept = gate.restored === true ? { restored: true } as const : {};
  switch (fact.type) {
    case 'gate.halted': return { state: 'HALTED', by: fact.by, reason: fact.reason, sinceMs: wallMs, ...kept };
    case 'gate.resumed': return { state: 'ACTIVE', by: fact.by, reason: fact.reason, sinceMs: wallMs };
    case 'invariant.broken': return { state: 'HALTED', by: 'invariant', reason: fact.belief, sinceMs: wallMs, ...kept };
    case 'journal.restored': {
      const reason = `restored from the backup ${fact.backup} at entry ${fact.headSeq}: what was written after it is lost to this record`;
      return { state: 'HALTED', by: fact.by, reason, sinceMs: wallMs, restored: true };
    }
    case 'emergency.imported': return gate; // what it asked for are facts of their own
    case 'runtime.booted': case 'runtime.stopped': return gate; // a start never opens a gate, a stop never shuts one
  }
}
