import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BTC, Bench, VENUE, fillOf } from '../../test/kit/core.ts';
import type { Duty } from './index.ts';

const kinds = (bench: Bench): readonly string[] => bench.dueKinds();

function only(duties: readonly Duty[]): Duty {
  const [duty, ...others] = duties;
  assert.ok(duty !== undefined && others.length === 0, `one duty, not ${duties.length}`);
  return duty;
}

test('Q1: a duty names the entry it rests on', () => {
  const bench = Bench.ready();
  bench.sent('a');
  assert.equal(only(bench.due()).afterSeq, bench.journal.length, 'order.sending, the last entry');
  bench.answer('a', { kind: 'accepted', report: bench.report('a') });
  bench.take({ kind: 'cancel', orderId: bench.order('a').id, by: 'sam', reason: 'test' });
  const cancel = bench.due().find((duty) => duty.kind === 'cancel');
  assert.equal(cancel?.afterSeq, bench.journal.length, 'order.cancel-requested');
});

test('Q2: an order that was being sent when the process died is only asked for, never sent', () => {
  const bench = Bench.ready();
  bench.sent('a');
  bench.crash();
  assert.deepEqual([bench.phase('a'), kinds(bench)], ['unknown', ['find']]);
});

test('Q2: after any doubt the same attempt is never sent again, whatever comes in', () => {
  const bench = Bench.ready();
  bench.doubted('a');
  for (let i = 0; i < 20; i++) {
    bench.later(7_000);
    bench.quote();
    bench.take({ kind: 'find-answered', orderId: bench.order('a').id, result: { kind: 'unclear', why: '502' }, askedAtMs: bench.nowMs });
    bench.take({ kind: 'release', orderId: bench.order('a').id });
    bench.take({ kind: 'submit-answered', orderId: bench.order('a').id, attempt: 1, result: { kind: 'not-sent', why: 'late' } });
    if (i % 5 === 0) bench.crash();
    assert.deepEqual(kinds(bench), ['find']);
  }
});

test('Q3: a submit is named by order, attempt and entry, so that each is another duty and none is due twice', () => {
  const bench = Bench.ready({ orderIds: 'unique-while-live' });
  const names: string[] = [];
  const note = (): void => void names.push(only(bench.due()).name);
  bench.sent('a');
  note();
  bench.answer('a', { kind: 'not-sent', why: '429' });
  bench.take({ kind: 'release', orderId: bench.order('a').id });
  note();
  bench.answer('a', { kind: 'unknown', why: 'time-out' });
  for (let read = 0; read < 2; read++) {
    bench.later(30_000);
    bench.absent('a');
  }
  note();
  assert.equal(new Set(names).size, 3);
  bench.answer('a', { kind: 'accepted', report: bench.report('a') });
  assert.deepEqual(kinds(bench), ['find'], 'and none is due once it is answered');
});

test('what closes a position is sent as such, and nothing else is', () => {
  const bench = Bench.ready({ held: { BTC: '1', USD: '100000' } });
  bench.sent('a');
  const closesIn = (): readonly (true | undefined)[] => bench.due().flatMap((duty) => (duty.kind === 'submit' ? [duty.order.closes] : []));
  assert.deepEqual(closesIn(), [undefined]);
  bench.answer('a', { kind: 'refused', reason: 'other', message: 'no' });
  bench.take({ kind: 'kill', id: 'k1', word: 'flatten', scope: 'system', by: 'sam', reason: 'test', venues: [VENUE] });
  bench.take({ kind: 'close-out', id: 'k1', venue: VENUE, symbol: 'BTC/USD', positionUnits: BTC, collarPpm: 10_000, atMarket: false });
  for (const duty of bench.due()) if (duty.kind === 'release') bench.take({ kind: 'release', orderId: duty.orderId });
  assert.deepEqual(closesIn(), [true]);
});

test('Q3: no two duties have the same name', () => {
  const bench = Bench.ready();
  for (const key of ['a', 'b']) bench.working(key, { quantityText: '1' });
  for (const key of ['c', 'd']) bench.doubted(key);
  bench.sent('e');
  bench.take({ kind: 'halt', by: 'sam', reason: 'test', cancelOrders: true });
  for (const key of ['a', 'b']) bench.reports(key, { state: 'filled', filledUnits: BTC });
  bench.activity({ fills: [fillOf(bench.order('a'), 'f1', 1n, { venueOrderId: 'x' }), fillOf(bench.order('a'), 'f2', 1n, { venueOrderId: 'x' })], cursor: '1' });
  const names = bench.due().map((duty) => duty.name);
  assert.equal(new Set(names).size, names.length, names.join(', '));
});

test('each phase waits for exactly its own next step', () => {
  const waiting = (story: (bench: Bench) => void): readonly string[] => {
    const bench = Bench.ready();
    story(bench);
    return kinds(bench);
  };
  assert.deepEqual(waiting((bench) => { bench.prices.clear(); bench.signal({ key: 'a' }); }), ['release'], 'intended');
  assert.deepEqual(waiting((bench) => bench.sent('a')), ['submit'], 'sending');
  assert.deepEqual(waiting((bench) => { bench.sent('a'); bench.answer('a', { kind: 'not-sent', why: '' }); }), ['release'], 'put off');
  assert.deepEqual(waiting((bench) => bench.doubted('a')), ['find'], 'unknown');
  assert.deepEqual(waiting((bench) => bench.working('a')), ['find'], 'working');
  assert.deepEqual(waiting((bench) => bench.signal({ key: 'a', quantityText: '1000' })), [], 'blocked');
  assert.deepEqual(waiting((bench) => { bench.sent('a'); bench.answer('a', { kind: 'refused', reason: '', message: '' }); }), [], 'rejected');
  assert.deepEqual(waiting((bench) => { bench.working('a'); bench.reports('a', { state: 'cancelled' }); }), [], 'booked');
});

test('a cancel is asked of the venue until it shows the end, and only once the venue is known to have the order', () => {
  const bench = Bench.ready();
  bench.doubted('a');
  bench.take({ kind: 'cancel', orderId: bench.order('a').id, by: 'sam', reason: 'test' });
  assert.deepEqual(kinds(bench), ['find']);
  bench.found('a');
  assert.deepEqual(kinds(bench), ['find', 'cancel']);
  for (const kind of ['requested', 'unknown', 'not-found', 'not-cancelable', 'not-sent'] as const) {
    bench.take({ kind: 'cancel-answered', orderId: bench.order('a').id, result: { kind, message: '', why: '' } as never });
    assert.deepEqual(kinds(bench), ['find', 'cancel'], kind);
  }
  bench.reports('a', { state: 'cancelled' });
  assert.deepEqual(kinds(bench), []);
});

test('what is due is the same for the living and for those who replay', () => {
  const bench = Bench.ready();
  bench.working('a');
  bench.take({ kind: 'cancel', orderId: bench.order('a').id, by: 'sam', reason: 'test' });
  bench.activity({ fills: [fillOf(bench.order('a'), 'f', 1n, { venueOrderId: 'x' })], cursor: '1' });
  const before = bench.due();
  bench.crash();
  assert.deepEqual(bench.due(), before);
});

test('an execution without an owner is asked for by its order, and read again once the owner is known', () => {
  const bench = Bench.ready();
  bench.doubted('a');
  bench.activity({ fills: [fillOf(bench.order('a'), 'f', 1_000n)], cursor: '1' });
  const identify = bench.due().find((duty) => duty.kind === 'identify');
  assert.equal(identify?.kind === 'identify' && identify.venueOrderId, 'v-a');
  bench.take({ kind: 'reported', venue: VENUE, report: bench.report('a', { venueOrderId: 'v-a' }), via: 'find' });
  assert.deepEqual([...kinds(bench)].sort(), ['find', 'read-activity']);
});
