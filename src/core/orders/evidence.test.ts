import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bench, SYMBOL, VENUE, capabilities, idClasses, reportOf } from '../../../test/kit/core.ts';
import type { CancelResult, SubmitResult, VenueOrderState } from '../market/index.ts';
import { cancelAnswered, cancelRequested, countsFromMs, findAnswered, reported, settled, submitAnswered } from './evidence.ts';
import { isFinal } from './order.ts';
import type { Order, OrderPhase } from './order.ts';

const phases: readonly OrderPhase[] = ['intended', 'blocked', 'prepared', 'sending', 'unknown', 'acknowledged', 'working', 'cancelling', 'ended', 'booked', 'rejected', 'absent', 'abandoned'];

const base: Order = {
  id: '0'.repeat(20), venue: VENUE, symbol: SYMBOL, side: 'buy', key: 'k', content: 'c', source: 's', strategy: 'st', action: 'order', orderType: 'limit', timeInForce: 'gtc',
  quantityUnits: 100n, limitPriceUnits: 5n, correlationId: 'x', intendedAtMs: 0, intendedSeq: 1, phase: 'sending', phaseSeq: 3, phaseAtMs: 1_000, attempt: 1, clientOrderIds: ['bw-a-1'],
  venueOrderIds: [], reserveUnits: 0n, worstPriceUnits: 5n, retryAtMs: 0, arrivesByMs: 8_000, sightings: 0, lastSightingAtMs: 0, filledUnits: 0n, filledValueUnits: 0n, venueFilledUnits: 0n, cancelSeq: 0,
};
const at = (phase: OrderPhase, changes: Partial<Order> = {}): Order => ({ ...base, phase, venueOrderIds: ['acknowledged', 'working', 'cancelling', 'ended', 'booked'].includes(phase) ? ['v1'] : [], ...changes });
const typesOf = (facts: readonly { readonly type: string }[]): readonly string[] => facts.map((fact) => fact.type);
const report = (order: Order, state: VenueOrderState, changes = {}): ReturnType<typeof reportOf> => reportOf(order, { venueOrderId: 'v1', state, ...changes });

test('a refusal rejects the order whose request is on its way, and says nothing about any other', () => {
  for (const phase of phases) {
    const facts = submitAnswered(at(phase), 1, { kind: 'refused', reason: 'insufficient-balance', message: 'no' }, 9_000);
    assert.deepEqual(typesOf(facts), phase === 'sending' ? ['order.rejected'] : [], phase);
  }
  assert.deepEqual(submitAnswered(at('sending', { attempt: 2 }), 1, { kind: 'refused', reason: 'x', message: 'no' }, 9_000), []);
});

test('E1: an unanswered request leaves the order unknown; nothing else follows from silence', () => {
  for (const phase of phases) {
    assert.deepEqual(typesOf(submitAnswered(at(phase), 1, { kind: 'unknown', why: 'time-out' }, 9_000)), phase === 'sending' ? ['order.doubted'] : [], phase);
  }
});

test('a request that provably did not arrive puts the order off, for as long as the venue asks', () => {
  const put = (result: Extract<SubmitResult, { kind: 'not-sent' }>): unknown => submitAnswered(at('sending'), 1, result, 9_000).map((fact) => ('retryAtMs' in fact ? fact.retryAtMs : fact.type));
  assert.deepEqual(put({ kind: 'not-sent', why: '429', retryAfterMs: 5_000 }), [14_000]);
  assert.deepEqual(put({ kind: 'not-sent', why: 'no connection' }), [10_000]);
  assert.deepEqual(put({ kind: 'not-sent', why: '429', retryAfterMs: 0 }), [9_000]);
  for (const phase of phases) if (phase !== 'sending') assert.deepEqual(submitAnswered(at(phase), 1, { kind: 'not-sent', why: '429' }, 9_000), [], phase);
});

test('a pause of a fraction of a millisecond is a whole one: the journal holds no floats', () => {
  const [fact] = submitAnswered(at('sending'), 1, { kind: 'not-sent', why: '429', retryAfterMs: 12.25 }, 9_000);
  assert.equal(fact?.type === 'order.deferred' ? fact.retryAtMs : undefined, 9_013);
});

test('E3: a name that was used before is no refusal: the order is looked for, or taken from the answer', () => {
  for (const phase of phases) {
    assert.deepEqual(typesOf(submitAnswered(at(phase), 1, { kind: 'duplicate', existing: undefined }, 9_000)), phase === 'sending' ? ['order.doubted'] : [], phase);
  }
  assert.deepEqual(typesOf(submitAnswered(at('sending'), 1, { kind: 'duplicate', existing: report(base, 'filled', { filledUnits: 100n }) }, 9_000)), ['order.acknowledged', 'order.ended']);
});

test('E3: a venue that has had the name cannot be proven not to have had the order, however often it does not find it', () => {
  const bench = Bench.ready({ orderIds: 'unique-forever' });
  bench.sent('a');
  bench.answer('a', { kind: 'duplicate', existing: undefined });
  for (let i = 0; i < 5; i++) {
    bench.later(30_000);
    bench.absent('a');
  }
  assert.equal(bench.phase('a'), 'unknown');
  bench.found('a', { state: 'working' });
  assert.equal(bench.phase('a'), 'working');
});

test('whatever the venue says of an order counts in every phase, and never revives one that is over', () => {
  const expected: Readonly<Record<VenueOrderState, Partial<Record<OrderPhase, readonly string[]>>>> = {
    pending: {},
    working: { intended: ['order.working'], prepared: ['order.working'], sending: ['order.working'], unknown: ['order.working'], absent: ['order.working'], acknowledged: ['order.working'] },
    cancelling: { intended: ['order.cancelling'], prepared: ['order.cancelling'], sending: ['order.cancelling'], unknown: ['order.cancelling'], absent: ['order.cancelling'], acknowledged: ['order.cancelling'], working: ['order.cancelling'] },
    filled: {}, cancelled: {}, expired: {}, rejected: {},
  };
  for (const state of Object.keys(expected) as VenueOrderState[]) {
    for (const phase of phases) {
      const order = at(phase);
      const facts = typesOf(reported(order, report(order, state, state === 'filled' ? { filledUnits: 100n } : {}), 'find'));
      const fresh = order.venueOrderIds.length === 0;
      const surprising = fresh && (isFinal(phase) || phase === 'absent');
      const ends = state !== 'pending' && state !== 'working' && state !== 'cancelling';
      const goes = isFinal(phase) ? [] : ends ? (phase === 'ended' ? (state === 'filled' ? ['order.alarmed', 'order.ended'] : []) : ['order.ended']) : expected[state][phase] ?? [];
      const alarms = surprising && !(phase === 'rejected' && state === 'rejected') ? ['order.alarmed'] : [];
      assert.deepEqual(facts, [...(fresh ? ['order.acknowledged'] : []), ...alarms, ...goes], `${phase} ← ${state}`);
    }
  }
});

test('E4: an older piece of news never takes back a newer one', () => {
  assert.deepEqual(reported(at('cancelling'), report(base, 'working'), 'stream'), []);
  assert.deepEqual(reported(at('working'), report(base, 'pending'), 'stream'), []);
  const ended = at('ended', { endState: 'cancelled', venueFilledUnits: 40n });
  for (const state of ['pending', 'working', 'cancelling'] as const) assert.deepEqual(reported(ended, report(base, state), 'stream'), [], state);
  assert.deepEqual(reported(ended, report(base, 'cancelled', { filledUnits: 30n }), 'stream'), []);
  assert.deepEqual(typesOf(reported(ended, report(base, 'cancelled', { filledUnits: 50n }), 'stream')), ['order.alarmed', 'order.ended']);
});

test('a second order at the venue for one intent is told, and does not move the first', () => {
  const facts = reported(at('working'), report(base, 'working', { venueOrderId: 'v2' }), 'open orders');
  assert.deepEqual(typesOf(facts), ['order.acknowledged', 'order.alarmed']);
});

test('E2: absence takes two reads, both after every bound, a second apart; for a name that is not kept none is enough', () => {
  for (const orderIds of idClasses) {
    const bench = Bench.ready({ orderIds });
    bench.doubted('a');
    const bound = bench.profile.submitTimeoutMs + bench.profile.capabilities.arrivalBoundMs + bench.profile.capabilities.visibilityBoundMs;
    bench.later(bound - 1);
    assert.deepEqual(typesOf(bench.absent('a').facts), [], `${orderIds}: too early`);
    bench.later(1);
    assert.deepEqual(typesOf(bench.absent('a').facts), orderIds === 'none' ? [] : ['order.unseen'], orderIds);
    bench.later(999);
    assert.deepEqual(typesOf(bench.absent('a').facts), [], `${orderIds}: too soon after the first`);
    bench.later(1);
    const facts = typesOf(bench.absent('a').facts);
    if (orderIds === 'none') assert.equal(bench.phase('a'), 'unknown');
    else assert.deepEqual(facts, ['order.unseen', 'order.absent', 'order.prepared', 'order.sending'], orderIds);
  }
});

test('E2: the bounds are counted from when the request was given up, however long it had waited to leave', () => {
  const bench = Bench.ready({ orderIds: 'unique-while-live' });
  bench.sent('a');
  bench.later(60_000); // a slow disk, a process that was stopped: the request left only now
  bench.answer('a', { kind: 'unknown', why: 'time-out' });
  bench.absent('a');
  bench.later(1_000);
  bench.absent('a');
  assert.equal(bench.phase('a'), 'unknown');
});

test('E2: after a crash the bounds are counted from the next start, whatever the wall clock did between', () => {
  const bench = Bench.ready({ orderIds: 'unique-while-live' });
  bench.sent('a');
  bench.nowMs += 3_600_000; // the wall clock jumped an hour while the process was down for a second
  bench.crash();
  assert.equal(bench.phase('a'), 'unknown');
  bench.absent('a');
  bench.later(1_000);
  bench.absent('a');
  assert.equal(bench.phase('a'), 'unknown');
});

test('E2: a read that left too early proves nothing, however late its answer came', () => {
  const bench = Bench.ready();
  bench.doubted('a');
  const askedAtMs = bench.nowMs;
  bench.later(600_000);
  const facts = bench.take({ kind: 'find-answered', orderId: bench.order('a').id, result: { kind: 'absent', source: 'GET order' }, askedAtMs }).facts;
  assert.deepEqual(facts, []);
});

test('a search that found nothing says nothing about an order in any phase but unknown', () => {
  for (const phase of phases) {
    const facts = findAnswered(at(phase), capabilities, { kind: 'absent', source: 'GET order' }, 1_000_000);
    assert.deepEqual(typesOf(facts), phase === 'unknown' ? ['order.unseen'] : [], phase);
    assert.deepEqual(findAnswered(at(phase), capabilities, { kind: 'unclear', why: 'HTML' }, 1_000_000), [], phase);
  }
  assert.equal(countsFromMs(base, { ...capabilities, orderIds: 'none' }), Number.POSITIVE_INFINITY);
});

test('a cancel that was taken moves a standing order on; any other answer leaves it as it was', () => {
  const answers: readonly CancelResult[] = [
    { kind: 'requested' }, { kind: 'not-cancelable', message: '' }, { kind: 'not-found', message: '' }, { kind: 'not-sent', why: '' }, { kind: 'unknown', why: '' },
  ];
  for (const phase of phases) {
    for (const answer of answers) {
      const moves = answer.kind === 'requested' && (phase === 'acknowledged' || phase === 'working');
      assert.deepEqual(typesOf(cancelAnswered(at(phase), answer)), moves ? ['order.cancelling'] : [], `${phase} ← ${answer.kind}`);
    }
  }
});

test('a cancel is asked for once; what has not left is given up, what is over is left alone', () => {
  for (const phase of phases) {
    const unsent = phase === 'intended' || phase === 'prepared' || phase === 'absent';
    const over = isFinal(phase) || phase === 'ended';
    assert.deepEqual(typesOf(cancelRequested(at(phase), 'sam', 'why')), over ? [] : unsent ? ['order.cancel-requested', 'order.abandoned'] : ['order.cancel-requested'], phase);
    assert.deepEqual(cancelRequested(at(phase, { cancelSeq: 7 }), 'sam', 'why'), [], `${phase}, again`);
  }
});

test('an order is closed when everything the venue filled is booked, and not before', () => {
  assert.deepEqual(settled(at('ended', { venueFilledUnits: 50n, filledUnits: 49n })), []);
  assert.deepEqual(typesOf(settled(at('ended', { venueFilledUnits: 50n, filledUnits: 50n }))), ['order.booked']);
  assert.deepEqual(typesOf(settled(at('ended', { venueFilledUnits: 50n, filledUnits: 51n }))), ['order.booked']);
  for (const phase of phases) if (phase !== 'ended') assert.deepEqual(settled(at(phase)), [], phase);
});

test('what the venue says about another order than the one asked for is never believed', () => {
  const bench = Bench.ready();
  const [mine, other] = [bench.sent('a'), bench.working('b')];
  bench.answer('a', { kind: 'accepted', report: bench.report('b') });
  assert.equal(bench.phase('a'), 'unknown', 'an answer about another order leaves the outcome unknown');
  assert.deepEqual(bench.take({ kind: 'find-answered', orderId: mine.id, result: { kind: 'found', report: bench.report('b') }, askedAtMs: bench.nowMs }).facts, []);
  bench.answer('a', { kind: 'duplicate', existing: bench.report('b') });
  assert.equal(bench.phase('a'), 'unknown');
  const crossed = { ...bench.report('a'), venueOrderId: other.venueOrderIds[0] ?? 'v-b' };
  assert.deepEqual(bench.take({ kind: 'reported', venue: VENUE, report: crossed, via: 'stream' }).facts, [], 'a report whose two names are of two orders');
  const renamed = { ...bench.report('b'), clientOrderId: 'somebody-elses' };
  assert.deepEqual(bench.take({ kind: 'reported', venue: VENUE, report: renamed, via: 'stream' }).facts, [], 'a report that gives our order a name we never gave');
  assert.deepEqual(bench.order('b').venueOrderIds, ['v-b']);
});
