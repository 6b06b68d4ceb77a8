import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Bench, SYMBOL, VENUE, fillOf } from '../../../test/kit/core.ts';
import { isFinal, openUnits } from './order.ts';
import type { Order } from './order.ts';
import { emptyOrders, evolveBoot, evolveFill, evolveOrders, exposureOf, orderByClientId, orderById, orderByVenueId, reindexOrders } from './view.ts';
import type { At, OrderFact, Orders } from './view.ts';

const at = (seq: number): At => ({ seq, atMs: seq * 10, correlationId: 'c' });
const ids = ['o0', 'o1', 'o2'] as const;
const intended = (orderId: string, index: number): OrderFact => ({
  type: 'order.intended', orderId, venue: VENUE, symbol: index === 2 ? 'ETH/USD' : SYMBOL, key: orderId, content: 'c', source: 's', strategy: 'st', action: 'order',
  side: index === 1 ? 'sell' : 'buy', quantityUnits: 100n, orderType: 'market', timeInForce: 'gtc',
});

const stepsOf = (orderId: string): readonly OrderFact[] => [
  { type: 'order.blocked', orderId, control: 'gate', code: 'BW-3100', limit: '', observed: '', wouldPass: '' },
  { type: 'order.prepared', orderId, attempt: 1, clientOrderId: `c-${orderId}`, reserveAsset: 'USD', reserveUnits: 5n, worstPriceUnits: 1n, referencePriceUnits: 1n, referenceSource: '', referenceAgeMs: 0 },
  { type: 'order.sending', orderId, attempt: 1, timeoutMs: 1, arrivesByMs: 1 },
  { type: 'order.deferred', orderId, why: '', retryAtMs: 5 },
  { type: 'order.doubted', orderId, why: '' },
  { type: 'order.unseen', orderId, source: '', sightings: 1 },
  { type: 'order.absent', orderId, attempt: 1, evidence: '' },
  { type: 'order.abandoned', orderId, why: '' },
  { type: 'order.rejected', orderId, reason: '', message: '', via: '' },
  { type: 'order.acknowledged', orderId, venueOrderId: `v-${orderId}`, via: '', after: 'other' },
  { type: 'order.working', orderId, via: '' },
  { type: 'order.cancel-requested', orderId, by: '', reason: '' },
  { type: 'order.cancelling', orderId, via: '' },
  { type: 'order.ended', orderId, state: 'cancelled', filledUnits: 30n, via: '' },
  { type: 'order.booked', orderId, filledUnits: 0n },
  { type: 'order.alarmed', orderId, kind: 'overfill', detail: '' },
];

/** Exposure counted by hand, from every order there is. */
function recount(orders: Orders, symbol: string): { buyUnits: bigint; sellUnits: bigint } {
  let [buyUnits, sellUnits] = [0n, 0n];
  for (const order of [...orders.live.values(), ...orders.done.values()]) {
    if (order.symbol !== symbol) continue;
    if (order.side === 'buy') buyUnits += openUnits(order);
    else sellUnits += openUnits(order);
  }
  for (const foreign of orders.foreign.values()) {
    if (foreign.symbol !== symbol || !foreign.open) continue;
    if (foreign.side === 'buy') buyUnits += foreign.openUnits;
    else sellUnits += foreign.openUnits;
  }
  return { buyUnits, sellUnits };
}

type Move = (orders: Orders, seq: number) => void;
const moves: fc.Arbitrary<Move> = fc.oneof(
  fc.tuple(fc.nat(2), fc.nat(15)).map(([index, step]): Move => (orders, seq) => {
    const orderId = ids[index] ?? 'o0';
    const before = orderById(orders, orderId);
    const fact = stepsOf(orderId)[step];
    if (fact === undefined) return;
    if (before === undefined) return evolveOrders(orders, intended(orderId, index), at(seq));
    const keeps = ['order.acknowledged', 'order.alarmed', 'order.cancel-requested', 'order.unseen'].includes(fact.type);
    if (isFinal(before.phase) && !keeps) return; // O1: such a fact would be a false belief
    evolveOrders(orders, fact, at(seq));
  }),
  fc.tuple(fc.nat(2), fc.bigInt(1n, 60n)).map(([index, quantityUnits]): Move => (orders) => {
    const orderId = ids[index] ?? 'o0';
    if (orderById(orders, orderId) !== undefined) evolveFill(orders, { orderId, quantityUnits, valueUnits: quantityUnits });
  }),
  fc.tuple(fc.nat(2), fc.constantFrom('buy' as const, 'sell' as const), fc.bigInt(0n, 50n)).map(([index, side, openUnits]): Move => (orders, seq) =>
    evolveOrders(orders, { type: 'foreign.found', venue: VENUE, symbol: SYMBOL, side, venueOrderId: `f${index}`, openUnits, via: '' }, at(seq))),
  fc.nat(2).map((index): Move => (orders, seq) => evolveOrders(orders, { type: 'foreign.ended', venue: VENUE, venueOrderId: `f${index}`, via: '' }, at(seq))),
  fc.constant<Move>((orders, seq) => evolveBoot(orders, at(seq))),
);

test('O2: exposure is what a recount of every order gives, after any history, and after a restore', () => {
  fc.assert(fc.property(fc.array(moves, { maxLength: 60, size: 'max' }), (history) => {
    const orders = emptyOrders();
    history.forEach((move, index) => {
      move(orders, index + 1);
      for (const symbol of [SYMBOL, 'ETH/USD']) assert.deepEqual(exposureOf(orders, VENUE, symbol), recount(orders, symbol));
    });
    reindexOrders(orders);
    for (const symbol of [SYMBOL, 'ETH/USD']) assert.deepEqual(exposureOf(orders, VENUE, symbol), recount(orders, symbol));
    for (const order of [...orders.live.values(), ...orders.done.values()]) {
      for (const id of order.clientOrderIds) assert.equal(orderByClientId(orders, VENUE, id)?.id, order.id);
      for (const id of order.venueOrderIds) assert.equal(orderByVenueId(orders, VENUE, id)?.id, order.id);
    }
  }));
});

test('O1: a final order never becomes live again: no fact but a late fill or a late name changes it', () => {
  for (const last of ['order.blocked', 'order.rejected', 'order.abandoned', 'order.booked']) {
    for (const fact of stepsOf('o0')) {
      const orders = emptyOrders();
      evolveOrders(orders, intended('o0', 0), at(1));
      for (const step of stepsOf('o0')) if (step.type === last) evolveOrders(orders, step, at(2));
      const before = orderById(orders, 'o0')?.phase;
      try {
        evolveOrders(orders, fact, at(3));
      } catch (thrown) {
        assert.match(String(thrown), /a final order stays final/);
      }
      const after = orderById(orders, 'o0');
      assert.ok(after !== undefined && isFinal(after.phase) && orders.live.size === 0, `${last} ← ${fact.type}`);
      if (fact.type === 'order.acknowledged') assert.deepEqual([after.phase, after.venueOrderIds], [before, ['v-o0']]);
    }
  }
});

test('O1: a late fill is added to an order that is over', () => {
  const bench = Bench.ready();
  const order = bench.working('a');
  bench.reports('a', { state: 'cancelled' });
  bench.activity({ fills: [fillOf(order, 'f', 7n)], cursor: '1' });
  const after = bench.order('a');
  assert.deepEqual([after.phase, after.filledUnits, after.filledValueUnits, bench.world.orders.live.size], ['booked', 7n, 14_000_000n, 0]);
});

test('one intent key gives one order, and a fact about an order that nobody knows is a false belief', () => {
  const orders = emptyOrders();
  evolveOrders(orders, intended('o0', 0), at(1));
  assert.throws(() => evolveOrders(orders, intended('o0', 0), at(2)), /an intent key gives one order/);
  assert.throws(() => evolveOrders(orders, { type: 'order.working', orderId: 'nobody', via: '' }, at(2)), /speaks of a known order/);
  assert.throws(() => evolveFill(orders, { orderId: 'nobody', quantityUnits: 1n, valueUnits: 1n }), /the order of a booked fill is known/);
});

test('a start makes what was being sent unknown and leaves every other order as it was', () => {
  for (const [type, phase] of [['order.sending', 'unknown'], ['order.working', 'working'], ['order.prepared', 'prepared'], ['order.doubted', 'unknown'], ['order.ended', 'ended']] as const) {
    const orders = emptyOrders();
    evolveOrders(orders, intended('o0', 0), at(1));
    for (const step of stepsOf('o0')) if (step.type === type) evolveOrders(orders, step, at(2));
    evolveBoot(orders, at(9));
    const order = orderById(orders, 'o0');
    assert.equal(order?.phase, phase);
    assert.equal(order.phaseAtMs, phase === 'unknown' ? 90 : 20, 'what is unknown waits for its bounds anew');
  }
});

test('what an order can still do at worst: everything until there is evidence, what the venue owes once it is over, then nothing', () => {
  const order: Order = Bench.ready().sent('a');
  const open = (changes: Partial<Order>): bigint => openUnits({ ...order, quantityUnits: 100n, ...changes });
  for (const phase of ['prepared', 'sending', 'unknown', 'acknowledged', 'working', 'cancelling'] as const) {
    assert.deepEqual([open({ phase }), open({ phase, filledUnits: 40n }), open({ phase, filledUnits: 140n })], [100n, 60n, 0n], phase);
  }
  assert.deepEqual([open({ phase: 'ended', venueFilledUnits: 40n, filledUnits: 15n }), open({ phase: 'ended', venueFilledUnits: 15n, filledUnits: 40n })], [25n, 0n]);
  for (const phase of ['intended', 'absent', 'blocked', 'rejected', 'abandoned', 'booked'] as const) assert.equal(open({ phase }), 0n, phase);
});
