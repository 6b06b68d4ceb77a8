/**
 * Every interleaving of what can happen to a circuit, to depth 8, and many long random ones, against what must hold.
 *
 * Two paths that lead to the same state have the same future, so each state is entered once: that is every interleaving, at the
 * price of its distinct states. `BREAKWATER_TRACES=1000000` walks as many random traces; the default is fit for every run.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../base/index.ts';
import { closedCircuit, evolveCircuit } from './circuit.ts';
import type { Circuit, CircuitEvent } from './circuit.ts';
import { REFUSED_PROBING } from './judge.ts';
import { BreakerMachine } from './machine.ts';
import { policyOf } from './policy.ts';

const policy = policyOf({
  failuresToOpen: 2, failurePercent: 50, leastCalls: 3, slowPercent: 100, slowAfterMs: 400, windowMs: 12_000, openMs: 1_000, openMostMs: 4_000, jitterPercent: 0, successesToClose: 2, probeTimeoutMs: 500, rampMs: 0,
});
const sliceMs = policy.windowMs / 12;

const kinds = [
  'start', 'succeed newest', 'succeed oldest', 'fail newest', 'fail oldest', 'slow newest', 'neutral newest', 'wait a little', 'wait for the next time', 'wait long', 'restart', 'trip for a time', 'trip by hand', 'reset', 'hold open', 'hold closed',
] as const;
type Kind = typeof kinds[number];
type Sample = { readonly atMs: number; readonly failed: boolean; readonly slow: boolean };

/** A circuit with its calls in flight, and beside it what a naive observer has seen. */
class Walker {
  machine: BreakerMachine;
  nowMs = 1_000_000;
  readonly events: CircuitEvent[] = [];
  flying: number[] = []; // tickets, oldest first
  samples: Sample[] = []; // since the window was last cleared
  inARow = 0;
  probeSuccesses = 0;
  probesOut = 0;

  constructor() {
    this.machine = this.#begin(closedCircuit);
  }

  #begin(circuit: Circuit): BreakerMachine {
    return new BreakerMachine('explored', policy, (event, now) => this.#told(event, now), circuit);
  }

  #told(event: CircuitEvent, circuit: Circuit): void {
    const before = this.events.reduce(evolveCircuit, closedCircuit);
    this.events.push(event);
    assert.deepEqual(evolveCircuit(before, event), circuit, 'folding what was told gives the circuit');
    assert.equal(circuit.generation, before.generation + 1);
    if (event.type === 'closed') {
      const byHand = event.by === 'sam';
      assert.ok(byHand || (before.phase === 'half-open' && this.probeSuccesses >= policy.successesToClose), 'closed by probes in a row, or by a person');
      this.samples = [];
    }
    if (event.type === 'opened' && event.opening.rule !== 'tripped') this.#checkRule(event, before);
    if (before.phase === 'open' && before.until === 'manual') assert.ok((circuit.phase === 'open' && circuit.until === 'manual') || (event.type === 'closed' && event.by === 'sam'), 'only a person ends what waits for a person');
    this.inARow = this.probeSuccesses = this.probesOut = 0;
  }

  #checkRule({ opening: { rule, counts }, forMs }: Extract<CircuitEvent, { type: 'opened' }>, before: Circuit): void {
    assert.ok(forMs >= policy.openMs && forMs <= policy.openMostMs);
    assert.equal(before.phase, rule === 'probe-failed' || rule === 'probe-hung' ? 'half-open' : 'closed');
    assert.notEqual(before.command?.hold, 'closed', 'held closed, no count opens it');
    const { calls, failures, slow } = this.recount();
    assert.deepEqual([counts.calls, counts.failures, counts.slow], [calls, failures, slow]);
    if (rule === 'failures-in-a-row') assert.ok(this.inARow >= policy.failuresToOpen);
    if (rule === 'failure-rate') assert.ok(calls >= policy.leastCalls && failures * 2 >= calls);
    if (rule === 'slow-rate') assert.ok(calls >= policy.leastCalls && slow === calls);
  }

  recount(): { calls: number; failures: number; slow: number } {
    const slice = Math.floor(this.nowMs / sliceMs);
    const counted = this.samples.filter(({ atMs }) => Math.floor(atMs / sliceMs) > slice - 12);
    return { calls: counted.length, failures: counted.filter(({ failed }) => failed).length, slow: counted.filter((one) => one.slow).length };
  }

  step(kind: Kind): void {
    switch (kind) {
      case 'start': return this.#start();
      case 'succeed newest': return this.#end(this.flying.pop(), 'success', 1);
      case 'succeed oldest': return this.#end(this.flying.shift(), 'success', 1);
      case 'fail newest': return this.#end(this.flying.pop(), 'failure', 1);
      case 'fail oldest': return this.#end(this.flying.shift(), 'failure', 1);
      case 'slow newest': return this.#end(this.flying.pop(), 'success', 401);
      case 'neutral newest': return this.#end(this.flying.pop(), 'neutral', 1);
      case 'wait a little': this.nowMs += 100; return;
      case 'wait for the next time': this.nowMs += Math.max(1, this.machine.retryAfterMs(this.nowMs) ?? 60_000); return;
      case 'wait long': this.nowMs += 7_300; return;
      case 'restart': return this.#restart();
      case 'trip for a time': this.machine.trip({ reason: 'ban', until: this.nowMs + 2_000 }, this.nowMs); return this.#holds();
      case 'trip by hand': this.machine.trip({ reason: 'loss', until: 'manual' }, this.nowMs); return this.#holds();
      case 'reset': this.machine.reset('sam', this.nowMs); return;
      case 'hold open': this.machine.command({ hold: 'open', until: this.nowMs + 300, by: 'sam', reason: 'work' }); return;
      case 'hold closed': this.machine.command({ hold: 'closed', until: this.nowMs + 300, by: 'sam', reason: 'work' });
    }
  }

  /** A trip was taken: nothing passes now. */
  #holds(): void {
    assert.ok(this.machine.ask(this.nowMs) <= 0, 'after a trip nothing passes');
  }

  #start(): void {
    const before = this.machine.circuit;
    const mustRefuse = before.command === undefined && before.phase === 'open' && (before.until === 'manual' || this.nowMs < before.until);
    const waitMs = this.machine.retryAfterMs(this.nowMs);
    const ticket = this.machine.ask(this.nowMs);
    if (mustRefuse) assert.ok(ticket <= 0, 'open: nothing passes before its time');
    if (waitMs === 0 && before.command === undefined) assert.ok(ticket > 0 || this.machine.circuit !== before, 'who was told to come now is let in, unless a probe has just hung');
    if (ticket <= 0) {
      if (ticket === REFUSED_PROBING) assert.equal(this.probesOut, 1, 'refused for a probe that is out');
      return;
    }
    assert.equal(ticket, this.machine.circuit.generation);
    if (this.machine.circuit.phase === 'half-open' && this.machine.circuit.command === undefined) {
      this.probesOut += 1;
      assert.equal(this.probesOut, 1, 'one probe at a time');
    }
    this.flying.push(ticket);
  }

  #end(ticket: number | undefined, outcome: 'success' | 'failure' | 'neutral', tookMs: number): void {
    if (ticket === undefined) return;
    this.machine.pass(this.nowMs);
    const before = this.machine.circuit;
    const counts = JSON.stringify(this.machine.tally.counts(this.nowMs));
    const isLate = ticket !== before.generation;
    if (!isLate && outcome !== 'neutral') {
      this.samples.push({ atMs: this.nowMs, failed: outcome === 'failure', slow: tookMs > policy.slowAfterMs });
      this.inARow = outcome === 'failure' ? this.inARow + 1 : 0;
      if (before.phase === 'half-open' && before.command === undefined && outcome === 'success') this.probeSuccesses += 1;
    }
    if (!isLate) this.probesOut = 0;
    this.machine.settle(ticket, outcome, tookMs, this.nowMs, 'why');
    if (isLate) {
      assert.equal(this.machine.circuit, before, 'a late outcome changes nothing');
      assert.equal(JSON.stringify(this.machine.tally.counts(this.nowMs)), counts);
    }
  }

  #restart(): void {
    const { circuit } = this.machine;
    this.machine = this.#begin(circuit);
    this.flying = this.flying.map(() => -1); // their process is dead; whatever comes of them comes to nobody
    this.samples = [];
    this.inARow = this.probeSuccesses = this.probesOut = 0;
    if (circuit.phase === 'open' && circuit.command === undefined && (circuit.until === 'manual' || this.nowMs < circuit.until)) assert.ok(this.machine.ask(this.nowMs) <= 0, 'open before the restart, open after it');
  }

  check(): void {
    this.machine.pass(this.nowMs);
    const { calls, failures, slow } = this.machine.tally.counts(this.nowMs);
    assert.deepEqual({ calls, failures, slow }, this.recount(), 'the window is what a naive recount says');
  }

  /** All that the future depends on, with times as distances from now. */
  get state(): string {
    const { circuit, tally } = this.machine;
    const ahead = (atMs: number | 'manual' | undefined): number | string => (typeof atMs === 'number' ? Math.max(atMs - this.nowMs, -9_000) : String(atMs));
    return JSON.stringify([
      circuit.phase, ahead(circuit.until), circuit.streak, circuit.openedForMs, circuit.closedAtMs === undefined ? 'never' : ahead(circuit.closedAtMs), circuit.command?.hold, ahead(circuit.command?.until),
      this.flying.map((ticket) => ticket - circuit.generation >= 0), tally.inARow, tally.successes, ahead(tally.probeByMs), this.probesOut,
      this.samples.map(({ atMs, failed, slow }) => [Math.floor(this.nowMs / sliceMs) - Math.floor(atMs / sliceMs), failed, slow]), this.nowMs % sliceMs,
    ]);
  }
}

const walked = (path: readonly Kind[]): Walker => {
  const walker = new Walker();
  for (const kind of path) walker.step(kind);
  return walker;
};

test('every interleaving to depth 8 keeps every invariant', () => {
  const depth = Number(process.env['BREAKWATER_DEPTH'] ?? 8);
  const seen = new Set<string>();
  let frontier: Kind[][] = [[]];
  let edges = 0;
  for (let level = 1; level <= depth; level += 1) {
    const next: Kind[][] = [];
    for (const path of frontier) {
      for (const kind of kinds) {
        const longer = [...path, kind];
        try {
          const walker = walked(longer);
          walker.check();
          edges += 1;
          const { state } = walker;
          if (seen.has(state)) continue;
          seen.add(state);
          next.push(longer);
        } catch (thrown) {
          throw new Error(`after ${longer.join(' · ')}`, { cause: thrown });
        }
      }
    }
    frontier = next;
  }
  assert.ok(edges > 1_000);
  console.log(`depth ${depth}: ${edges} steps into ${seen.size} states`);
});

test('long random traces keep every invariant', () => {
  const traces = Number(process.env['BREAKWATER_TRACES'] ?? 3_000);
  const seed = Number(process.env['BREAKWATER_SEED'] ?? 1);
  const random = seededRandom(seed);
  for (let trace = 0; trace < traces; trace += 1) {
    const walker = new Walker();
    const path: Kind[] = [];
    try {
      for (let step = 0; step < 30; step += 1) {
        const kind = random.chance(0.4) ? 'start' : random.pick(kinds);
        path.push(kind);
        walker.step(kind);
        walker.check();
      }
    } catch (thrown) {
      throw new Error(`seed ${seed}, trace ${trace}: ${path.join(' · ')}`, { cause: thrown });
    }
  }
});
