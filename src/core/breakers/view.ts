/**
 * The circuits as the journal tells them, by name. Folding the facts gives what the machine that wrote them has.
 *
 *   V1. A circuit that nobody has ever opened or held has no row: it is closed.
 */
import { Table } from '../../base/index.ts';
import type { FactOf } from '../../journal/index.ts';
import { closedCircuit, evolveCircuit } from './circuit.ts';
import type { Circuit, CircuitEvent, Until } from './circuit.ts';
import type { breakerFacts } from './facts.ts';

export type BreakerFact = FactOf<typeof breakerFacts>;
export type Circuits = Table<Circuit>;
type Evidence = Readonly<Record<string, string | number | boolean>>;

export const emptyCircuits = (): Circuits => new Table();

export const circuitOf = (circuits: Circuits, name: string): Circuit => circuits.get(name) ?? closedCircuit;

export const evolveCircuits = (circuits: Circuits, fact: BreakerFact): void => circuits.set(fact.breaker, evolveCircuit(circuitOf(circuits, fact.breaker), eventOf(fact)));

function eventOf(fact: BreakerFact): CircuitEvent {
  switch (fact.type) {
    case 'breaker.opened': {
      const { rule, atMs, windowMs, counts, errors, reason, evidence, by } = fact;
      return {
        type: 'opened', until: fact.untilMs ?? 'manual', forMs: fact.forMs, streak: fact.streak,
        opening: { rule, atMs, windowMs, counts, errors, ...(reason === undefined ? {} : { reason }), ...(evidence === undefined ? {} : { evidence }), ...(by === undefined ? {} : { by }) },
      };
    }
    case 'breaker.probing': return { type: 'probing' };
    case 'breaker.closed': return { type: 'closed', atMs: fact.atMs, by: fact.by };
    case 'breaker.commanded': return { type: 'commanded', command: { hold: fact.hold, until: fact.untilMs ?? 'manual', by: fact.by, reason: fact.reason } };
    case 'breaker.released': return { type: 'released', atMs: fact.atMs, by: fact.by };
  }
}

/** @param reason a person's, for what has one */
export function factOf(breaker: string, event: CircuitEvent, reason?: string): BreakerFact {
  const why = reason === undefined ? {} : { reason };
  switch (event.type) {
    case 'opened': {
      const { evidence, ...opening } = event.opening;
      return { type: 'breaker.opened', breaker, ...untilMs(event.until), forMs: event.forMs, streak: event.streak, ...opening, ...(evidence === undefined ? {} : { evidence: asText(evidence) }) };
    }
    case 'probing': return { type: 'breaker.probing', breaker };
    case 'closed': return { type: 'breaker.closed', breaker, atMs: event.atMs, by: event.by, ...why };
    case 'commanded': {
      const { hold, until, by, reason: because } = event.command;
      return { type: 'breaker.commanded', breaker, hold, ...untilMs(until), by, reason: because };
    }
    case 'released': return { type: 'breaker.released', breaker, atMs: event.atMs, by: event.by, ...why };
  }
}

const untilMs = (until: Until): { untilMs?: number } => (until === 'manual' ? {} : { untilMs: until });

/** A number that was observed may be a fraction, which is kept as it is read. */
export const asText = (evidence: Evidence): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(evidence).map(([name, value]) => [name, String(value)]));
