import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalText, seededRandom } from '../../base/index.ts';
import { factCodec } from '../../journal/index.ts';
import { RECORD_FORMATS } from '../formats/index.ts';
import { breakerFacts } from './facts.ts';
import type { Circuit } from './circuit.ts';
import { BreakerMachine } from './machine.ts';
import { nextPassMs, orderedOf } from './orders.ts';
import { policyOf } from './policy.ts';
import { circuitOf, emptyCircuits, evolveCircuits, factOf } from './view.ts';
import type { BreakerFact, Circuits } from './view.ts';

const codec = factCodec(breakerFacts, RECORD_FORMATS);
const bytesAndBack = (fact: BreakerFact): BreakerFact => codec.decode(fact.type, 1, codec.encode(fact, 1).payload);
const policy = policyOf({ failuresToOpen: 3, leastCalls: 4, windowMs: 1_000, openMs: 500, openMostMs: 4_000, successesToClose: 2, probeTimeoutMs: 300, rampMs: 400, slowPercent: 80, slowAfterMs: 50 });
const NAME = 'venue/orders';

/** A random history of one circuit: calls, people, sensors, time. `step` is called after each thing that happened. */
function live(seed: number, step: (machine: BreakerMachine, circuits: Circuits, nowMs: number) => BreakerMachine | undefined): void {
  const random = seededRandom(seed);
  const circuits = emptyCircuits();
  const emit = (fact: BreakerFact): void => evolveCircuits(circuits, bytesAndBack(fact));
  const begin = (): BreakerMachine => new BreakerMachine(NAME, policy, (event) => emit(factOf(NAME, event)), circuitOf(circuits, NAME));
  let [machine, nowMs] = [begin(), 1_000_000];
  const underway: number[] = [];
  for (let i = 0; i < 120; i += 1) {
    nowMs += random.below(random.chance(0.1) ? 900 : 60);
    machine.adopt(circuitOf(circuits, NAME));
    const what = random.below(20);
    if (what < 9) {
      const ticket = machine.ask(nowMs);
      if (ticket > 0) underway.push(ticket);
    } else if (what < 16) {
      const ticket = underway.splice(random.below(underway.length + 1), 1)[0];
      if (ticket !== undefined) machine.settle(ticket, random.pick(['failure', 'failure', 'success', 'success', 'neutral'] as const), random.below(90), nowMs, 'reset');
    } else if (what === 16) orderedOf(circuits, { kind: 'trip-breaker', breaker: NAME, reason: 'loss', evidence: { loss: 12.5 }, by: 'sensor', ...(random.chance(0.7) ? { untilMs: nowMs + random.below(2_000) } : {}) }, nowMs, emit);
    else if (what === 17) orderedOf(circuits, { kind: 'hold-breaker', breaker: NAME, hold: random.pick(['open', 'closed', 'metrics-only'] as const), untilMs: nowMs + random.below(500), by: 'sam', reason: 'x' }, nowMs, emit);
    else if (what === 18) orderedOf(circuits, { kind: 'reset-breaker', breaker: NAME, by: 'sam', reason: 'x' }, nowMs, emit);
    else orderedOf(circuits, { kind: 'breakers-passed' }, nowMs, emit);
    machine.adopt(circuitOf(circuits, NAME));
    machine = step(machine, circuits, nowMs) ?? machine;
    if (random.chance(0.05)) [machine] = [begin()]; // the process died, and another goes on
  }
}

const plain = (circuit: Circuit): string => canonicalText(circuit);

test('M1: what was told, folded from its bytes, is the circuit of the machine, through calls, people, sensors and deaths', () => {
  for (let seed = 1; seed <= 400; seed += 1) live(seed, (machine, circuits) => { assert.equal(plain(circuitOf(circuits, NAME)), plain(machine.circuit), `seed ${seed}`); return undefined; });
});

test('G2: whoever begins anew at any point lets nothing pass that the one before would have refused for being open', () => {
  let open = 0;
  for (let seed = 1; seed <= 400; seed += 1) live(seed, (machine, circuits, nowMs) => {
    const { phase, until, command } = machine.circuit;
    const shut = command?.hold === 'open' ? command.until === 'manual' || nowMs < command.until : command === undefined && phase === 'open' && (until === 'manual' || nowMs < until);
    if (!shut) return undefined;
    open += 1;
    const next = new BreakerMachine(NAME, policy, () => {}, circuitOf(circuits, NAME));
    assert.equal(next.ask(nowMs), 0, `seed ${seed}`);
    return undefined;
  });
  assert.ok(open > 500, `${open} points at which it was open`);
});

test('a trip is taken once, and again only for longer; one that waits for a person is not taken twice', () => {
  const circuits = emptyCircuits();
  const facts: BreakerFact[] = [];
  const emit = (fact: BreakerFact): void => { facts.push(fact); evolveCircuits(circuits, fact); };
  const trip = (nowMs: number, untilMs?: number) => orderedOf(circuits, { kind: 'trip-breaker', breaker: 'loss/default', reason: 'loss', evidence: {}, by: 'sensor', ...(untilMs === undefined ? {} : { untilMs }) }, nowMs, emit).kind;
  assert.deepEqual([trip(10, 100), trip(20, 100), trip(30, 90), trip(40, 120), trip(50, 45), trip(60), trip(70), trip(80, 500)], ['done', 'nothing-to-do', 'nothing-to-do', 'done', 'nothing-to-do', 'done', 'nothing-to-do', 'nothing-to-do']);
  assert.equal(circuitOf(circuits, 'loss/default').until, 'manual');
  assert.equal(facts.length, 3);
});

test('O2: what lets more pass has an end; O3: a circuit without calls closes when its time is over', () => {
  const circuits = emptyCircuits();
  const emit = (fact: BreakerFact): void => evolveCircuits(circuits, fact);
  for (const hold of ['closed', 'metrics-only'] as const) assert.equal(orderedOf(circuits, { kind: 'hold-breaker', breaker: NAME, hold, by: 'sam', reason: 'x' }, 1, emit).kind, 'nothing-to-do');
  orderedOf(circuits, { kind: 'trip-breaker', breaker: 'volatility/BTC/USD', reason: 'jump', evidence: {}, by: 'sensor', untilMs: 100 }, 1, emit);
  assert.equal(nextPassMs(circuits), 100);
  orderedOf(circuits, { kind: 'breakers-passed' }, 99, emit);
  assert.equal(circuitOf(circuits, 'volatility/BTC/USD').phase, 'open');
  orderedOf(circuits, { kind: 'breakers-passed' }, 100, emit);
  assert.equal(circuitOf(circuits, 'volatility/BTC/USD').phase, 'closed');
  assert.equal(nextPassMs(circuits), undefined);
});

test('an event that was judged against a circuit that has changed since changes nothing', () => {
  const circuits = emptyCircuits();
  assert.equal(orderedOf(circuits, { kind: 'circuit-moved', breaker: NAME, generation: 7, event: { type: 'closed', atMs: 1, by: 'nobody' } }, 1, () => assert.fail('no fact')).kind, 'nothing-to-do');
});
