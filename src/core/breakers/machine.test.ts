import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closedCircuit, evolveCircuit } from './circuit.ts';
import type { Circuit, CircuitEvent } from './circuit.ts';
import { REFUSED_OPEN, REFUSED_PROBING, REFUSED_RAMP } from './judge.ts';
import { BreakerMachine } from './machine.ts';
import { BreakerPolicyError, policyOf } from './policy.ts';
import type { BreakerPolicy } from './policy.ts';

const machine = (words: Partial<BreakerPolicy> = {}, circuit?: Circuit) => {
  const events: CircuitEvent[] = [];
  const breaker = new BreakerMachine('venue', policyOf({ jitterPercent: 0, rampMs: 0, ...words }), (event) => void events.push(event), circuit);
  const call = (nowMs: number, outcome: 'success' | 'failure' | 'neutral', tookMs = 1): number => {
    const ticket = breaker.ask(nowMs);
    if (ticket > 0) breaker.settle(ticket, outcome, tookMs, nowMs + tookMs, outcome === 'failure' ? `at ${nowMs}` : undefined);
    return ticket;
  };
  const failures = (count: number, nowMs: number): void => { for (let i = 0; i < count; i += 1) call(nowMs + i, 'failure'); };
  return { breaker, events, call, failures };
};

test('five failures in a row open it, and four do not', () => {
  const { breaker, failures, call } = machine();
  failures(4, 0);
  assert.equal(breaker.circuit.phase, 'closed');
  call(10, 'success');
  failures(4, 20);
  assert.equal(breaker.circuit.phase, 'closed');
  call(30, 'failure');
  assert.equal(breaker.circuit.phase, 'open');
  assert.equal(breaker.circuit.opening?.rule, 'failures-in-a-row');
});

test('half of the calls failing opens it, from the tenth call on', () => {
  const { breaker, call } = machine({ failuresToOpen: Infinity });
  for (let i = 0; i < 9; i += 1) call(i, i % 2 === 0 ? 'failure' : 'success');
  assert.equal(breaker.circuit.phase, 'closed');
  call(9, 'success'); // the tenth, and 5 of 10 have failed
  assert.equal(breaker.circuit.opening?.rule, 'failure-rate');
  assert.deepEqual(breaker.circuit.opening?.counts, { calls: 10, failures: 5, slow: 0, inARow: 0 });
});

test('calls that are too slow open it, though none fails', () => {
  const { breaker, call } = machine({ slowPercent: 80, slowAfterMs: 100 });
  for (let i = 0; i < 10; i += 1) call(i * 1_000, 'success', 101);
  assert.equal(breaker.circuit.opening?.rule, 'slow-rate');
});

test('it says why it is open: rule, counts, window, and the last three errors', () => {
  const { breaker, failures } = machine();
  failures(5, 100);
  assert.deepEqual(breaker.circuit.opening, {
    rule: 'failures-in-a-row', atMs: 105, windowMs: 60_000, counts: { calls: 5, failures: 5, slow: 0, inARow: 5 }, errors: ['at 102', 'at 103', 'at 104'],
  });
});

test('nothing passes while it is open, and whoever asks is told when to come back', () => {
  const { breaker, failures } = machine();
  failures(5, 0);
  assert.equal(breaker.ask(30_000), REFUSED_OPEN);
  assert.equal(breaker.retryAfterMs(30_000), 30_005);
});

test('then one probe at a time passes, and three successes in a row close it', () => {
  const { breaker, failures, call } = machine();
  failures(5, 0);
  const probe = breaker.ask(60_005);
  assert.ok(probe > 0);
  assert.equal(breaker.ask(60_006), REFUSED_PROBING);
  breaker.settle(probe, 'success', 5, 60_010);
  assert.equal(breaker.circuit.phase, 'half-open');
  call(60_020, 'success');
  call(60_030, 'success');
  assert.equal(breaker.circuit.phase, 'closed');
  failures(4, 60_040); // what was counted before it opened is forgotten
  assert.equal(breaker.circuit.phase, 'closed');
});

test('a probe that fails opens it for twice as long, up to the bound', () => {
  const { breaker, failures, call } = machine({ openMostMs: 200_000 });
  failures(5, 0);
  let atMs = 0;
  const lengths = [breaker.circuit.openedForMs];
  for (let i = 0; i < 3; i += 1) {
    atMs = Number(breaker.circuit.until);
    call(atMs, 'failure');
    lengths.push(breaker.circuit.openedForMs);
  }
  assert.deepEqual(lengths, [60_000, 120_000, 200_000, 200_000]);
  assert.equal(breaker.circuit.opening?.rule, 'probe-failed');
});

test('a probe that never ends has failed at its deadline, and its late success changes nothing', () => {
  const { breaker, failures } = machine();
  failures(5, 0);
  const probe = breaker.ask(60_005);
  assert.equal(breaker.ask(70_004), REFUSED_PROBING);
  assert.equal(breaker.ask(70_005), REFUSED_OPEN);
  assert.equal(breaker.circuit.opening?.rule, 'probe-hung');
  assert.equal(breaker.settle(probe, 'success', 20_000, 80_005), false);
  assert.equal(breaker.circuit.phase, 'open');
  assert.equal(breaker.tally.late, 1);
});

test('a probe that hung while nobody came has opened the circuit then: who comes an hour later may try it', () => {
  const { breaker, failures } = machine();
  failures(5, 0);
  assert.ok(breaker.ask(60_005) > 0);
  assert.ok(breaker.ask(3_600_000) > 0);
  assert.equal(breaker.circuit.opening?.atMs, 70_005);
});

test('a probe that says nothing about the other side gives its place back', () => {
  const { breaker, failures } = machine();
  failures(5, 0);
  breaker.settle(breaker.ask(60_005), 'neutral', 5, 60_010);
  assert.equal(breaker.circuit.phase, 'half-open');
  assert.ok(breaker.ask(60_011) > 0);
});

test('outcomes of an earlier generation change nothing: neither a late failure nor a late success', () => {
  const { breaker, failures, call } = machine();
  const [slowFailure, slowSuccess] = [breaker.ask(0), breaker.ask(0)];
  failures(5, 1);
  const probe = breaker.ask(60_010);
  breaker.settle(slowFailure, 'failure', 60_011, 60_011);
  assert.equal(breaker.circuit.phase, 'half-open');
  breaker.settle(slowSuccess, 'success', 60_012, 60_012);
  assert.equal(breaker.tally.successes, 0);
  breaker.settle(probe, 'success', 5, 60_015);
  call(60_020, 'success');
  call(60_021, 'success');
  assert.equal(breaker.circuit.phase, 'closed');
});

test('the streak is forgotten only after twice the last open time in peace', () => {
  const { breaker, failures, call } = machine();
  const closeAgain = (): number => {
    const atMs = Number(breaker.circuit.until);
    for (let i = 0; i < 3; i += 1) call(atMs + i * 10, 'success');
    return breaker.circuit.closedAtMs ?? NaN;
  };
  failures(5, 0);
  failures(5, closeAgain() + 119_000);
  assert.equal(breaker.circuit.openedForMs, 120_000);
  failures(5, closeAgain() + 240_000);
  assert.equal(breaker.circuit.openedForMs, 60_000);
});

test('after closing, traffic comes in by and by: a tenth at first, all of it after the ramp', () => {
  const { breaker, failures, call } = machine({ rampMs: 30_000 });
  failures(5, 0);
  for (let i = 0; i < 3; i += 1) call(60_005 + i, 'success');
  assert.equal(breaker.circuit.phase, 'closed');
  const admittedOf = (fromMs: number): number => Array.from({ length: 1_000 }, () => call(fromMs, 'success')).filter((ticket) => ticket > 0).length;
  assert.ok(Math.abs(admittedOf(60_100) - 103) < 10);
  assert.ok(Math.abs(admittedOf(75_010) - 550) < 15);
  assert.equal(admittedOf(90_100), 1_000);
  assert.ok([60_200].map((atMs) => Array.from({ length: 20 }, () => breaker.ask(atMs))).flat().every((ticket) => ticket > 0 || ticket === REFUSED_RAMP));
});

test('the open time is spread by a seeded jitter: the same name and generation give the same', () => {
  const openFor = (name: string): number => {
    const breaker = new BreakerMachine(name, policyOf({ failuresToOpen: 1 }));
    breaker.settle(breaker.ask(0), 'failure', 1, 1);
    return breaker.circuit.openedForMs;
  };
  const lengths = Array.from({ length: 200 }, (_, i) => openFor(`venue-${i}`));
  assert.deepEqual(lengths, Array.from({ length: 200 }, (_, i) => openFor(`venue-${i}`)));
  assert.ok(lengths.every((ms) => ms >= 54_000 && ms <= 66_000));
  assert.ok(new Set(lengths).size > 150);
});

test('a trip opens it for a reason from elsewhere, until its time or until a person closes it', () => {
  const { breaker } = machine();
  breaker.trip({ reason: 'banned by the venue', evidence: { status: 418 }, until: 5_000 }, 0);
  assert.equal(breaker.retryAfterMs(1_000), 4_000);
  assert.deepEqual(breaker.circuit.opening?.evidence, { status: 418 });
  breaker.trip({ reason: 'the loss of the day', until: 'manual' }, 1_000);
  assert.equal(breaker.retryAfterMs(1e12), undefined);
  assert.equal(breaker.ask(1e12), REFUSED_OPEN);
  breaker.reset('sam', 1e12);
  assert.equal(breaker.circuit.phase, 'closed');
});

test('a trip never shortens what is open already, and its reason does not hide the stronger one', () => {
  const { breaker } = machine();
  breaker.trip({ reason: 'the loss of the day', until: 'manual' }, 0);
  assert.equal(breaker.trip({ reason: 'banned by the venue', until: 5_000 }, 10), false);
  assert.deepEqual([breaker.circuit.until, breaker.circuit.opening?.reason], ['manual', 'the loss of the day']);
});

test('held open by a person nothing passes, and it ends at its time', () => {
  const { breaker, call } = machine();
  breaker.command({ hold: 'open', until: 10_000, by: 'sam', reason: 'maintenance' });
  assert.equal(call(9_999, 'success'), REFUSED_OPEN);
  assert.ok(call(10_000, 'success') > 0);
  assert.equal(breaker.circuit.command, undefined);
});

test('held closed by a person nothing opens it but a trip', () => {
  const { breaker, failures } = machine();
  breaker.command({ hold: 'closed', until: 1_000_000, by: 'sam', reason: 'the check is wrong' });
  failures(50, 0);
  assert.ok(breaker.ask(100) > 0);
  breaker.trip({ reason: 'the loss of the day', until: 'manual' }, 200);
  assert.equal(breaker.ask(300), REFUSED_OPEN);
});

test('metrics-only judges as ever and lets every call pass', () => {
  const { breaker, failures, events } = machine();
  breaker.command({ hold: 'metrics-only', until: 'manual', by: 'sam', reason: 'trying it out' });
  failures(5, 0);
  assert.equal(breaker.circuit.phase, 'open');
  assert.ok(breaker.ask(10) > 0);
  assert.ok([breaker.ask(60_005), breaker.ask(60_006)].every((ticket) => ticket > 0));
  assert.deepEqual(events.map(({ type }) => type), ['commanded', 'opened', 'probing']);
});

test('folding what was told gives the same circuit', () => {
  const { breaker, failures, call, events } = machine();
  failures(5, 0);
  call(60_005, 'failure');
  breaker.trip({ reason: 'x', until: 'manual' }, 60_100);
  breaker.reset('sam', 70_000);
  breaker.command({ hold: 'open', until: 'manual', by: 'sam', reason: 'y' });
  assert.deepEqual(events.reduce(evolveCircuit, closedCircuit), breaker.circuit);
});

test('a circuit that was open when its process died is open afterwards', () => {
  const { breaker, failures } = machine();
  failures(5, 0);
  const next = machine({}, breaker.circuit);
  assert.equal(next.breaker.ask(59_000), REFUSED_OPEN);
});

test('rules that contradict each other are refused by name', () => {
  for (const words of [{ failuresToOpen: 0 }, { openMs: 10, openMostMs: 5 }, { jitterPercent: 51 }, { windowMs: 10 }, { failurePercent: 1.5 }, { failuresToOpen: Infinity, failurePercent: 101 }]) {
    assert.throws(() => policyOf(words), BreakerPolicyError, JSON.stringify(words));
  }
});
