/**
 * The circuits of a life, by name: asked before each call, told how it went. What they come to are facts of the journal.
 *
 * Owns the counts between facts, which are samples and begin anew with each life. Does not own the calls, nor what a circuit is: the
 * world has that, and whoever changes it there (a person, a sensor) has changed it here.
 *
 *   G1. A circuit is as the world has it, before each question; what a machine comes to is in the world before anybody is answered.
 *   G2. After a start nothing that was open is closed: what is left of its time goes on in journal time.
 *   G3. What is asked of `VENUE/orders` is never the call that tries it out. Readings of that venue are, and a look at the venue is
 *       called for when its time is over.
 *   G4. A cancel is counted and never stopped.
 */
import { BreakerMachine, circuitOf, nextPassMs, REFUSED_PROBING, REFUSED_RAMP, UNCOUNTED, whyNotClosed } from '../../core/index.ts';
import type { BreakerPolicy, Circuit, Counts } from '../../core/index.ts';
import type { Clock } from '../../ports/index.ts';
import type { JournalTime } from '../time.ts';
import type { Turns } from '../turns.ts';
import { policyFor } from './policies.ts';
import type { BreakerSettings } from './policies.ts';

/** `ignored`: it says nothing about the other side. */
export type CallEnd = 'success' | 'failure' | 'ignored';
export type Permit = { readonly kind: 'permit'; settle(outcome: CallEnd, tookMs: number, error?: string): void };
export type CircuitRefusal = { readonly kind: 'refused'; readonly why: string; readonly retryAfterMs: number | undefined }; // `retryAfterMs`: undefined where a person ends it

export type CircuitView = { readonly name: string; readonly circuit: Circuit; readonly policy: BreakerPolicy | undefined; readonly counts: Counts | undefined; readonly errors: readonly string[] };

export type CircuitRegistryOptions = {
  readonly turns: Turns;
  readonly time: JournalTime;
  readonly clock: Clock;
  readonly settings: BreakerSettings;
  readonly names: readonly string[]; // of the circuits that guard calls
  readonly onTryOut: (venue: string) => void; // its orders wait for a reading
};

const TRY_OUT_EVERY_MS = 5_000;
const SOON_MS = 1_000; // after which somebody who is refused without a time asks again
const WORTH_A_FACT_MS = 1_000; // by how much a 429 must say longer than the last one

export class CircuitRegistry {
  readonly #options: CircuitRegistryOptions;
  readonly #machines = new Map<string, BreakerMachine>();
  #wake: (() => void) | undefined;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(options: CircuitRegistryOptions) {
    this.#options = options;
  }

  /** @param nowMs journal time */
  ask(name: string, nowMs: number): Permit | CircuitRefusal {
    const machine = this.#machine(name);
    machine.pass(nowMs);
    const { phase, command } = machine.circuit;
    if (isOrders(name) && phase !== 'closed' && command === undefined) return this.#refusal(machine, nowMs); // G3
    const ticket = machine.ask(nowMs);
    if (ticket <= 0) return this.#refusal(machine, nowMs, ticket);
    return this.#permit([[machine, ticket], ...(partOf(name) === 'reads' ? this.#tryOut(`${venueOf(name)}/orders`, nowMs) : [])]);
  }

  /** G4: for what takes risk away. */
  pass(name: string, nowMs: number): Permit {
    const machine = this.#machine(name);
    machine.pass(nowMs);
    return this.#permit([[machine, machine.circuit.phase === 'closed' ? machine.circuit.generation : UNCOUNTED]]);
  }

  /** Who is asked says that we ask too much, or has banned us. @param forMs as long as it said, where it did @param circuits those that stay open so long */
  limited(venue: string, what: 'rate-limit' | 'ban', forMs: number | undefined, said: string, circuits: readonly string[] = [`${venue}/orders`, `${venue}/reads`]): void {
    const nowMs = this.#options.time.nowMs();
    const until = Math.ceil(nowMs + (forMs ?? this.#options.settings.limitedMs));
    for (const name of circuits) {
      const machine = this.#machine(name);
      const { circuit } = machine;
      if (circuit.phase === 'open' && (circuit.until === 'manual' || circuit.until + WORTH_A_FACT_MS > until)) continue;
      machine.trip({ reason: what === 'ban' ? `${venue} has banned us` : `${venue} says that we ask too much`, evidence: { said: said.slice(0, 200) }, until, by: what }, nowMs);
    }
  }

  /** Every circuit there is, with what was counted lately. */
  view(nowMs: number): readonly CircuitView[] {
    const { names, turns } = this.#options;
    const guarding = new Set(names);
    return [...new Set([...names, ...turns.world.breakers.keys()])].sort().map((name) => {
      if (!guarding.has(name)) return { name, circuit: circuitOf(turns.world.breakers, name), policy: undefined, counts: undefined, errors: [] };
      const machine = this.#machine(name);
      return { name, circuit: machine.circuit, policy: machine.policy, counts: machine.tally.counts(nowMs), errors: machine.tally.errors };
    });
  }

  /** To be called whenever the world may have changed: sees to it that what time changes is changed, and that what waits for a reading gets one. */
  tend(): void {
    const { turns, time, clock } = this.#options;
    if (this.#stopped || turns.failed !== undefined || turns.world.breakers.size === 0) return;
    const nowMs = time.nowMs();
    if ((nextPassMs(turns.world.breakers) ?? Number.POSITIVE_INFINITY) <= nowMs) turns.attempt({ kind: 'breakers-passed' }, CAUSE);
    const atMs = Math.max(nowMs + 1, this.#nextMs(nowMs));
    if (atMs === Number.POSITIVE_INFINITY || (this.#wake !== undefined && this.#wakeAtMs <= atMs)) return;
    this.#wake?.();
    this.#wakeAtMs = atMs;
    this.#wake = clock.timer(atMs - nowMs, () => {
      this.#wake = undefined;
      for (const name of this.#waiting(time.nowMs())) this.#options.onTryOut(venueOf(name));
      this.tend();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
    this.#wake = undefined;
  }

  #nextMs(nowMs: number): number {
    const { turns, names } = this.#options;
    let next = nextPassMs(turns.world.breakers) ?? Number.POSITIVE_INFINITY;
    for (const name of names) {
      const { phase, until, command } = circuitOf(turns.world.breakers, name);
      if (!isOrders(name) || phase === 'closed' || command !== undefined || (phase === 'open' && until === 'manual')) continue;
      next = Math.min(next, phase === 'open' && until !== 'manual' && until > nowMs ? until : nowMs + TRY_OUT_EVERY_MS);
    }
    return next;
  }

  /** Circuits of orders whose time is over. */
  #waiting(nowMs: number): string[] {
    return this.#options.names.filter((name) => {
      const { phase, until } = circuitOf(this.#options.turns.world.breakers, name);
      return isOrders(name) && (phase === 'half-open' || (phase === 'open' && until !== 'manual' && nowMs >= until));
    });
  }

  #tryOut(name: string, nowMs: number): (readonly [BreakerMachine, number])[] {
    const machine = this.#machine(name);
    machine.pass(nowMs);
    if (machine.circuit.phase === 'closed') return [];
    const ticket = machine.ask(nowMs);
    return ticket > 0 ? [[machine, ticket]] : [];
  }

  #permit(tickets: readonly (readonly [BreakerMachine, number])[]): Permit {
    let open = true;
    return {
      kind: 'permit',
      settle: (outcome, tookMs, error) => {
        if (!open) return;
        open = false;
        if (this.#options.turns.failed !== undefined) return;
        const nowMs = this.#options.time.nowMs();
        for (const [machine, ticket] of tickets) {
          this.#sync(machine);
          machine.settle(ticket, outcome === 'ignored' ? 'neutral' : outcome, tookMs, nowMs, error);
        }
      },
    };
  }

  #refusal(machine: BreakerMachine, nowMs: number, ticket = 0): CircuitRefusal {
    const { circuit } = machine;
    const leftMs = machine.retryAfterMs(nowMs);
    const why = ticket === REFUSED_RAMP ? 'has just closed and lets calls through by and by' : ticket === REFUSED_PROBING ? 'is being tried out by another call' : whyNotClosed(circuit);
    return { kind: 'refused', why: `the circuit ${machine.name} ${why}`, retryAfterMs: leftMs === undefined ? undefined : Math.max(SOON_MS, Math.ceil(leftMs)) };
  }

  #machine(name: string): BreakerMachine {
    let machine = this.#machines.get(name);
    if (machine === undefined) {
      const { turns, settings } = this.#options;
      machine = new BreakerMachine(name, policyFor(settings, name), (event, circuit) => {
        turns.attempt({ kind: 'circuit-moved', breaker: name, generation: circuit.generation - 1, event }, { actor: 'breakers', correlationId: `breaker ${name}` }); // G1
      }, circuitOf(turns.world.breakers, name)); // G2
      this.#machines.set(name, machine);
    }
    this.#sync(machine);
    return machine;
  }

  #sync(machine: BreakerMachine): void {
    machine.adopt(circuitOf(this.#options.turns.world.breakers, machine.name)); // G1
  }
}

const CAUSE = { actor: 'breakers', correlationId: 'breakers' };
const partOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
const venueOf = (name: string): string => name.slice(0, name.lastIndexOf('/'));
const isOrders = (name: string): boolean => partOf(name) === 'orders';
