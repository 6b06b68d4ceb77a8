/**
 * A circuit as its facts tell it: whether calls may pass, since when, until when, and why.
 *
 *   C1. Every change of phase or of command begins a generation of its own. What belongs to an older one changes nothing.
 *   C2. An open circuit that only a person may close has no end: no clock closes it.
 *   C3. A trip wins over a command that holds the circuit closed.
 *
 * Owns what is remembered through a restart. Does not own the counts of calls, which are samples: see `tally.ts`.
 */
import { unreachable } from '../../base/index.ts';

export type Rule = 'failures-in-a-row' | 'failure-rate' | 'slow-rate' | 'probe-failed' | 'probe-hung' | 'tripped';
export type Counts = { readonly calls: number; readonly failures: number; readonly slow: number; readonly inARow: number };

/** Why a circuit is open: the rule, what was counted, and the last errors, oldest first. */
export type Opening = {
  readonly rule: Rule;
  readonly atMs: number;
  readonly windowMs: number;
  readonly counts: Counts;
  readonly errors: readonly string[];
  readonly reason?: string; // of a trip
  readonly evidence?: Readonly<Record<string, string | number | boolean>>; // of a trip: what was observed
  readonly by?: string; // of a trip: who or what it came from
};

/** `manual`: until a person closes it. */
export type Until = number | 'manual';

/** `open`, `closed`: held so, whatever is counted. `metrics-only`: counts and judges as ever, and lets every call pass. */
export type Hold = 'open' | 'closed' | 'metrics-only';
export type Command = { readonly hold: Hold; readonly until: Until; readonly by: string; readonly reason: string };

export type Circuit = {
  readonly phase: 'closed' | 'open' | 'half-open';
  readonly generation: number;
  readonly until: Until; // of an open circuit
  readonly opening: Opening | undefined; // of the last one
  readonly openedForMs: number; // how long the last opening was to last
  readonly streak: number; // openings that followed one another without a stable time between
  readonly closedAtMs: number | undefined; // since when it is closed again; undefined if it never was open
  readonly command: Command | undefined;
};

export type CircuitEvent =
  | { readonly type: 'opened'; readonly until: Until; readonly forMs: number; readonly streak: number; readonly opening: Opening }
  | { readonly type: 'probing' }
  | { readonly type: 'closed'; readonly atMs: number; readonly by: string }
  | { readonly type: 'commanded'; readonly command: Command }
  | { readonly type: 'released'; readonly atMs: number; readonly by: string };

export const closedCircuit: Circuit = {
  phase: 'closed', generation: 1, until: 0, opening: undefined, openedForMs: 0, streak: 0, closedAtMs: undefined, command: undefined,
};

/** The only way a circuit changes. */
export function evolveCircuit(circuit: Circuit, event: CircuitEvent): Circuit {
  const generation = circuit.generation + 1; // C1
  switch (event.type) {
    case 'opened': {
      const command = event.opening.rule === 'tripped' && circuit.command?.hold === 'closed' ? undefined : circuit.command; // C3
      return { ...circuit, generation, phase: 'open', until: event.until, opening: event.opening, openedForMs: event.forMs, streak: event.streak, command };
    }
    case 'probing': return { ...circuit, generation, phase: 'half-open' };
    case 'closed': return { ...circuit, generation, phase: 'closed', closedAtMs: event.atMs };
    case 'commanded': return { ...circuit, generation, command: event.command };
    // A circuit that was held open lets traffic in as one that has just closed.
    case 'released': return { ...circuit, generation, command: undefined, ...(circuit.phase === 'closed' && circuit.command?.hold === 'open' ? { closedAtMs: event.atMs } : {}) };
    default: return unreachable(event);
  }
}
