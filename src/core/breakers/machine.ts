/**
 * One circuit breaker at work: the facts it has come to, and the counts between them, asked and told in the order of time.
 *
 *   M1. Every fact is handed to `tell` as it is folded, and no fact is folded that was not told: folding what was told gives the same circuit.
 */
import { closedCircuit, evolveCircuit } from './circuit.ts';
import type { Circuit, CircuitEvent, Command } from './circuit.ts';
import { admitted, commanded, passed, probes, reset, retryAfterMs, settled, tripped } from './judge.ts';
import type { CallOutcome, Trip } from './judge.ts';
import { countsWindow } from './policy.ts';
import type { BreakerPolicy } from './policy.ts';
import { Tally } from './tally.ts';

export class BreakerMachine {
  readonly name: string;
  readonly policy: BreakerPolicy;
  readonly tally: Tally;
  readonly #tell: (event: CircuitEvent, circuit: Circuit) => void;
  readonly #judgesSlowness: boolean;
  readonly #countsWindow: boolean;
  #circuit: Circuit;
  #quiet: boolean; // closed, no command, no ramp: only an outcome can change anything

  /** @param circuit as it was left, where it is known; what waits for a person still does */
  constructor(name: string, policy: BreakerPolicy, tell: (event: CircuitEvent, circuit: Circuit) => void = () => {}, circuit: Circuit = closedCircuit) {
    this.name = name;
    this.policy = policy;
    this.tally = new Tally(policy.windowMs);
    this.tally.enter(circuit.generation, false);
    this.#tell = tell;
    this.#judgesSlowness = policy.slowPercent <= 100;
    this.#countsWindow = countsWindow(policy);
    this.#circuit = circuit;
    this.#quiet = isQuiet(circuit);
  }

  get circuit(): Circuit {
    return this.#circuit;
  }

  /** Goes on from a circuit that others have changed: what was counted stays, what they admitted is of an earlier generation. */
  adopt(circuit: Circuit): void {
    if (circuit.generation === this.#circuit.generation) return;
    const closedAgain = circuit.phase === 'closed' && this.#circuit.phase !== 'closed';
    this.#circuit = circuit;
    this.tally.enter(circuit.generation, closedAgain);
    this.#quiet = isQuiet(circuit);
  }

  /** Whether the time at which a call begins matters now. Where it does not, no clock need be read for it. */
  get needsBegin(): boolean {
    return !this.#quiet || this.#judgesSlowness;
  }

  /** Whether the time at which a call succeeds matters now. */
  get needsEnd(): boolean {
    return !this.#quiet || this.#countsWindow;
  }

  /** A generation (1 or more) that admits one call, or a refusal (`REFUSED_…`). */
  ask(nowMs: number): number {
    if (this.#quiet) return this.#circuit.generation;
    this.pass(nowMs);
    if (probes(this, nowMs)) this.#fold({ type: 'probing' });
    return admitted(this, nowMs);
  }

  /** @returns whether it changed the circuit */
  settle(generation: number, outcome: CallOutcome, tookMs: number, nowMs: number, error?: string): boolean {
    if (!this.#quiet) this.pass(nowMs);
    const event = settled(this, generation, outcome, tookMs, nowMs, error);
    if (event !== undefined) this.#fold(event);
    return event !== undefined;
  }

  /** Lets time do what it does. */
  pass(nowMs: number): void {
    for (let event = passed(this, nowMs); event !== undefined; event = passed(this, nowMs)) this.#fold(event);
  }

  trip(trip: Trip, nowMs: number): boolean {
    return this.#offer(tripped(this, trip, nowMs));
  }

  command(command: Command): boolean {
    return this.#offer(commanded(command));
  }

  reset(by: string, nowMs: number): boolean {
    return this.#offer(reset(this, by, nowMs));
  }

  /** In how many ms to ask again; undefined where only a person ends it. */
  retryAfterMs(nowMs: number): number | undefined {
    return retryAfterMs(this, nowMs);
  }

  #offer(event: CircuitEvent | undefined): boolean {
    if (event !== undefined) this.#fold(event);
    return event !== undefined;
  }

  #fold(event: CircuitEvent): void {
    this.#circuit = evolveCircuit(this.#circuit, event);
    this.tally.enter(this.#circuit.generation, event.type === 'closed');
    this.#quiet = isQuiet(this.#circuit);
    this.#tell(event, this.#circuit); // M1
  }
}

const isQuiet = ({ phase, command, closedAtMs }: Circuit): boolean => phase === 'closed' && command === undefined && closedAtMs === undefined;
