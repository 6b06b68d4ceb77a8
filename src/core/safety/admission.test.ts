import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BTC, Bench, SYMBOL, VENUE, btcUsd, ethUsd, fillOf, idClasses, reportOf } from '../../../test/kit/core.ts';
import { exposureOf } from '../orders/index.ts';

const exposed = (bench: Bench): bigint => exposureOf(bench.world.orders, VENUE, SYMBOL).buyUnits;
const reserved = (bench: Bench): bigint => [...bench.world.ledger.reservations.values()].reduce((sum, { units }) => sum + units, 0n);
const blockedBy = (bench: Bench, key: string): string | undefined => bench.order(key).blocked?.control;

test('S2: what is prepared counts in the very same turn: two hundred orders at once never pass a limit', () => {
  const bench = Bench.ready({ held: { BTC: '0', USD: '1000000' } });
  for (let i = 0; i < 200; i++) bench.signal({ key: `k${i}`, quantityText: '0.1' });
  assert.equal(exposed(bench), 10n * BTC);
  assert.equal(bench.world.orders.live.size, 100);
  assert.equal(blockedBy(bench, 'k199'), 'position');
});

test('S3: before the venue is reconciled, and before a price is known, an order waits; then it leaves', () => {
  const bench = new Bench();
  bench.boot();
  bench.configure();
  bench.list();
  bench.signal({ key: 'a' });
  assert.deepEqual([bench.phase('a'), exposed(bench)], ['intended', 0n]);
  assert.deepEqual(bench.types({ kind: 'release', orderId: bench.order('a').id }), []);
  bench.reconcile({ balances: { BTC: '0', USD: '1000000' } });
  assert.deepEqual(bench.types({ kind: 'release', orderId: bench.order('a').id }), [], 'still no price');
  bench.quote();
  assert.deepEqual(bench.types({ kind: 'release', orderId: bench.order('a').id }), ['order.prepared', 'order.sending']);
});

test('S3: every start waits for its own reconciliation', () => {
  const bench = Bench.ready();
  bench.crash();
  bench.quote();
  bench.signal({ key: 'a' });
  assert.equal(bench.phase('a'), 'intended');
  bench.reconcile();
  bench.take({ kind: 'release', orderId: bench.order('a').id });
  assert.equal(bench.phase('a'), 'sending');
});

test('S3: an order never leaves later than its venue allows, waiting or put off', () => {
  const bench = Bench.ready();
  bench.prices.clear();
  bench.signal({ key: 'a' });
  bench.later(120_000);
  bench.quote();
  bench.signal({ key: 'b' });
  bench.answer('b', { kind: 'not-sent', why: '429', retryAfterMs: 200_000 });
  assert.deepEqual(bench.types({ kind: 'release', orderId: bench.order('a').id }), ['order.prepared', 'order.sending'], 'at the very end of its time');
  bench.later(120_001);
  assert.deepEqual(bench.types({ kind: 'release', orderId: bench.order('b').id }), ['order.abandoned']);
});

test('an order that is put off for longer than it may wait is given up when its time is over, not held till then', () => {
  const bench = Bench.ready();
  bench.sent('a');
  bench.answer('a', { kind: 'not-sent', why: '429', retryAfterMs: 999_999_000 });
  const [duty] = bench.due();
  assert.equal(duty?.kind === 'release' && duty.notBeforeMs, bench.nowMs + 120_001);
});

test('an order put off keeps one reservation and one place in the exposure, and is judged afresh when it leaves', () => {
  const bench = Bench.ready({ held: { BTC: '9.5', USD: '1000000' } });
  bench.sent('a');
  const [once, units] = [reserved(bench), exposed(bench)];
  for (let i = 0; i < 5; i++) {
    bench.answer('a', { kind: 'not-sent', why: '429' });
    assert.deepEqual([bench.phase('a'), reserved(bench), exposed(bench)], ['prepared', once, units]);
    bench.take({ kind: 'release', orderId: bench.order('a').id });
    assert.deepEqual([bench.phase('a'), bench.order('a').attempt, reserved(bench), exposed(bench)], ['sending', 1, once, units]);
  }
  assert.deepEqual(bench.order('a').clientOrderIds.length, 1);
  bench.answer('a', { kind: 'not-sent', why: '429' });
  bench.quote(3_000_000n);
  bench.take({ kind: 'release', orderId: bench.order('a').id });
  assert.equal(bench.phase('a'), 'abandoned', 'the price has left the collar');
  assert.deepEqual([reserved(bench), exposed(bench)], [0n, 0n]);
});

test('after proven absence the next attempt reserves once, under the name its venue calls for', () => {
  for (const orderIds of idClasses.filter((one) => one !== 'none')) {
    const bench = Bench.ready({ orderIds });
    bench.doubted('a');
    const once = reserved(bench);
    for (let read = 0; read < 2; read++) {
      bench.later(30_000);
      bench.absent('a');
    }
    const order = bench.order('a');
    assert.deepEqual([order.phase, order.attempt, reserved(bench), exposed(bench)], ['sending', 2, once, order.quantityUnits], orderIds);
    assert.equal(order.clientOrderIds.length, orderIds === 'unique-forever' || orderIds === 'returns-original' ? 1 : 2, orderIds);
  }
});

test('an order that somebody wants gone is not sent any more, however it came to wait', () => {
  const cancel = (bench: Bench): void => void bench.take({ kind: 'cancel', orderId: bench.order('a').id, by: 'sam', reason: 'enough' });

  const unknown = Bench.ready();
  unknown.doubted('a');
  cancel(unknown);
  for (let read = 0; read < 2; read++) {
    unknown.later(30_000);
    unknown.absent('a');
  }
  assert.equal(unknown.phase('a'), 'abandoned', 'unknown, cancelled, then proven absent');

  const sending = Bench.ready();
  sending.sent('a');
  cancel(sending);
  sending.answer('a', { kind: 'not-sent', why: '429' });
  sending.later(1_000);
  sending.take({ kind: 'release', orderId: sending.order('a').id });
  assert.equal(sending.phase('a'), 'abandoned', 'on its way, cancelled, then put off');
});

test('a cancel of a waiting order that was cut short by a crash still keeps it from leaving', () => {
  const bench = Bench.ready();
  bench.prices.clear();
  bench.signal({ key: 'a' });
  const { facts } = bench.take({ kind: 'cancel', orderId: bench.order('a').id, by: 'sam', reason: 'enough' });
  assert.deepEqual(facts.map((fact) => fact.type), ['order.cancel-requested', 'order.abandoned']);
  bench.crash(bench.journal.length - 1);
  bench.quote();
  bench.reconcile();
  bench.take({ kind: 'release', orderId: bench.order('a').id });
  assert.equal(bench.phase('a'), 'abandoned');
});

test('S1: nothing leaves through a shut gate, to a suspended venue, in a quarantined instrument or on books that differ', () => {
  const shut: Readonly<Record<string, (bench: Bench) => void>> = {
    gate: (bench) => void bench.take({ kind: 'halt', by: 'sam', reason: 'lunch', cancelOrders: false }),
    venue: (bench) => void bench.take({ kind: 'access-refused', venue: VENUE, detail: '401' }),
    quarantine: (bench) => void bench.take({ kind: 'reported', venue: VENUE, report: reportOf(bench.order('theirs'), { venueOrderId: 'x', clientOrderId: 'theirs' }), via: 'stream' }),
    books: (bench) => void bench.reconcile({ balances: { BTC: '1', USD: '999999' } }),
  };
  for (const [control, close] of Object.entries(shut)) {
    const bench = Bench.ready();
    bench.working('theirs');
    bench.sent('put off');
    bench.doubted('unknown');
    bench.answer('put off', { kind: 'not-sent', why: '429' });
    close(bench);
    bench.signal({ key: 'new' });
    assert.equal(blockedBy(bench, 'new'), control);
    bench.take({ kind: 'release', orderId: bench.order('put off').id });
    assert.equal(bench.phase('put off'), 'abandoned', control);
    for (let read = 0; read < 2; read++) {
      bench.later(30_000);
      bench.absent('unknown');
    }
    assert.equal(bench.phase('unknown'), 'abandoned', control);
    assert.equal(bench.phase('theirs'), 'working', 'what stands at the venue goes on');
  }
});

test('a shut gate is remembered through restarts, and only a person opens it', () => {
  const bench = Bench.ready();
  bench.take({ kind: 'halt', by: 'sam', reason: 'lunch', cancelOrders: false });
  bench.take({ kind: 'stop', reason: 'SIGTERM' });
  bench.crash();
  bench.quote();
  bench.reconcile();
  bench.signal({ key: 'a' });
  assert.equal(blockedBy(bench, 'a'), 'gate');
  bench.take({ kind: 'resume', by: 'sam', reason: 'back' });
  bench.sent('b');
});

test('a halt asks for every open order once, whichever venue and phase, and is still whole after a second word', () => {
  const bench = Bench.ready();
  bench.working('a');
  bench.doubted('b');
  bench.sent('c');
  const first = bench.take({ kind: 'halt', by: 'sam', reason: 'enough', cancelOrders: true }).facts;
  assert.deepEqual(first.map((fact) => fact.type), ['gate.halted', 'order.cancel-requested', 'order.cancel-requested', 'order.cancel-requested']);
  assert.deepEqual(bench.take({ kind: 'halt', by: 'sam', reason: 'enough', cancelOrders: true }).facts, []);
});

test('a broken invariant shuts the gate, in this life and the next', () => {
  const bench = Bench.ready();
  bench.take({ kind: 'broken', belief: 'one is two', detail: '' });
  bench.crash();
  bench.quote();
  bench.reconcile();
  bench.signal({ key: 'a' });
  assert.equal(blockedBy(bench, 'a'), 'gate');
});

test('a foreign order counts in the exposure until the venue shows its end, and its instrument waits for a person', () => {
  const bench = Bench.ready({ held: { BTC: '0', USD: '1000000' } });
  const theirs = { ...reportOf(bench.working('mine')), venueOrderId: 'x', clientOrderId: 'theirs', quantityUnits: 9n * BTC };
  const report = (changes: object): void => void bench.take({ kind: 'reported', venue: VENUE, report: { ...theirs, ...changes }, via: 'open orders' });
  report({});
  assert.equal(exposed(bench), 9n * BTC + bench.order('mine').quantityUnits);
  report({ filledUnits: 4n * BTC });
  assert.equal(exposed(bench), 5n * BTC + bench.order('mine').quantityUnits);
  bench.take({ kind: 'release-instrument', venue: VENUE, symbol: SYMBOL, by: 'sam', reason: 'mine too' });
  bench.signal({ key: 'a', quantityText: '5' });
  assert.equal(blockedBy(bench, 'a'), 'position', 'released, but counted');
  report({ state: 'cancelled', filledUnits: 4n * BTC });
  assert.equal(exposed(bench), bench.order('mine').quantityUnits);
});

test('where names are not kept, news of an order like one that is on its way is not taken for a stranger, nor for ours', () => {
  const bench = Bench.ready({ orderIds: 'none' });
  const order = bench.sent('a');
  const nameless = { ...bench.report('a'), clientOrderId: undefined };
  const news = (): ReturnType<Bench['take']> => bench.take({ kind: 'reported', venue: VENUE, report: nameless, via: 'stream' });
  assert.deepEqual([news().outcome.kind, news().facts], ['inconclusive', []]);
  bench.answer('a', { kind: 'accepted', report: nameless });
  assert.deepEqual([bench.phase('a'), exposed(bench), bench.world.market.quarantined.size], ['working', order.quantityUnits, 0], 'the answer tells');

  const unknown = Bench.ready({ orderIds: 'none' });
  unknown.doubted('a');
  const stranger = { ...unknown.report('a'), clientOrderId: undefined };
  assert.equal(unknown.reconcile({ openOrders: [stranger] }).outcome.kind, 'inconclusive', 'and until somebody says, nothing is settled');
  unknown.take({ kind: 'resolve', orderId: unknown.order('a').id, outcome: 'absent', by: 'sam', reason: 'by phone' });
  unknown.reconcile({ openOrders: [stranger] });
  assert.deepEqual([exposed(unknown), unknown.world.market.quarantined.size], [order.quantityUnits, 1], 'then it is nobody\'s, and counted');
});

test('an order taken for a stranger stops being one once it proves to be ours', () => {
  const bench = Bench.ready({ orderIds: 'none' });
  const nameless = { ...bench.report.call(bench, (bench.sent('other', { quantityText: '1' }), 'other')), clientOrderId: undefined, venueOrderId: 'v-a', quantityUnits: BTC / 2n };
  bench.answer('other', { kind: 'refused', reason: 'x', message: 'no' });
  bench.take({ kind: 'reported', venue: VENUE, report: nameless, via: 'stream' });
  bench.take({ kind: 'release-instrument', venue: VENUE, symbol: SYMBOL, by: 'sam', reason: 'test' });
  const order = bench.sent('a');
  bench.answer('a', { kind: 'accepted', report: nameless });
  assert.equal(exposed(bench), order.quantityUnits, 'counted once');
});

test('a foreign order found just before a crash still has its instrument quarantined', () => {
  const bench = Bench.ready();
  const theirs = { ...reportOf(bench.working('mine')), venueOrderId: 'x', clientOrderId: 'theirs' };
  const before = bench.journal.length;
  const { facts } = bench.take({ kind: 'reported', venue: VENUE, report: theirs, via: 'open orders' });
  for (let kept = 0; kept <= facts.length; kept++) {
    bench.journal.length = before;
    bench.crash();
    bench.journal.pop();
    bench.crash();
    bench.take({ kind: 'reported', venue: VENUE, report: theirs, via: 'open orders' });
    bench.crash(before + 1 + kept);
    bench.take({ kind: 'reported', venue: VENUE, report: theirs, via: 'open orders' });
    assert.ok(bench.world.market.quarantined.has(`${VENUE} ${SYMBOL}`), `after ${kept} entries`);
  }
});

test('an access that was refused suspends the venue until a look at it works; a blocked account until the venue says otherwise', () => {
  const bench = Bench.ready();
  bench.take({ kind: 'access-refused', venue: VENUE, detail: '401' });
  assert.deepEqual(bench.take({ kind: 'access-refused', venue: VENUE, detail: '401' }).facts, []);
  bench.reconcile({ blocked: 'trading_blocked' });
  assert.ok(bench.world.market.suspended.has(VENUE));
  bench.reconcile();
  assert.ok(!bench.world.market.suspended.has(VENUE));
  bench.reconcile({ blocked: 'trading_blocked' });
  assert.ok(bench.world.market.suspended.has(VENUE));
});

test('a refusal of keys rejects its order and suspends the venue', () => {
  const bench = Bench.ready();
  bench.sent('a');
  bench.answer('a', { kind: 'refused', reason: 'access', message: '401', access: true });
  assert.deepEqual([bench.phase('a'), bench.world.market.suspended.has(VENUE), reserved(bench)], ['rejected', true, 0n]);
});

test('an instrument that two venues of one asset would count in different units is not listed beside the other', () => {
  const bench = Bench.ready({ instruments: [btcUsd] });
  bench.list([{ ...ethUsd, quoteScale: 12 }]);
  assert.equal(bench.world.market.instruments.has(`${VENUE} ETH/USD`), false);
  bench.list([ethUsd]);
  assert.equal(bench.world.market.instruments.has(`${VENUE} ETH/USD`), true);
});

test('an instrument whose amounts change their unit keeps the old one and is quarantined: the books are kept in it', () => {
  const bench = Bench.ready();
  bench.list([{ ...btcUsd, minQuantityUnits: 20_000n }]);
  assert.equal(bench.world.market.instruments.get(`${VENUE} ${SYMBOL}`)?.minQuantityUnits, 20_000n, 'rules may change');
  bench.list([{ ...btcUsd, quantityScale: 9 }]);
  assert.equal(bench.world.market.instruments.get(`${VENUE} ${SYMBOL}`)?.quantityScale, 8);
  assert.ok(bench.world.market.quarantined.has(`${VENUE} ${SYMBOL}`));
});

test('a fill in an unlisted instrument, or of an order of nobody, does not stop the others from being booked', () => {
  const bench = Bench.ready();
  const order = bench.working('a');
  bench.activity({ fills: [fillOf(order, 'doge', 5n, { symbol: 'DOGE/USD', venueOrderId: 'z' }), fillOf(order, 'who', 5n, { venueOrderId: 'q' }), fillOf(order, 'f1', 1_000n)], cursor: '1' });
  assert.equal(bench.order('a').filledUnits, 1_000n);
  assert.notEqual(bench.world.ledger.cursors.get(VENUE), '1');
});
