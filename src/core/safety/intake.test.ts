import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BTC, Bench, VENUE, fillOf, routed } from '../../../test/kit/core.ts';
import type { Signal } from '../messages/index.ts';
import { orderIdOf } from '../orders/index.ts';

const wish = (bench: Bench, changes: Partial<Signal> & { readonly key: string }): ReturnType<Bench['signal']> => bench.signal(changes);
const close = { action: 'close', side: undefined, quantityText: undefined, orderType: 'market', limitPriceText: undefined } as unknown as Partial<Signal>;
const typesOf = (facts: readonly { readonly type: string }[]): readonly string[] => facts.map((fact) => fact.type);

/** A venue where this much is held beside the money. */
const holding = (bitcoins: string): Bench => Bench.ready({ held: { BTC: bitcoins, USD: '1000000' } });

test('a signal becomes one order: intended, prepared and on its way in one turn', () => {
  const { outcome, facts } = wish(Bench.ready(), { key: 'a' });
  assert.deepEqual(outcome, { kind: 'order', orderId: orderIdOf('a'), repeated: false });
  assert.deepEqual(typesOf(facts), ['order.intended', 'order.prepared', 'order.sending']);
});

test('I1: the same key with the same content gives the first result and no new fact, over restarts as well', () => {
  const bench = Bench.ready();
  wish(bench, { key: 'a' });
  wish(bench, { key: 'b', quantityText: '1000' });
  wish(bench, { key: 'c', action: 'cancel' });
  wish(bench, { key: 'd', quantityText: '1.123456789' });
  for (let i = 0; i < 50; i++) {
    if (i % 10 === 0) bench.crash();
    for (const [key, changes, kind] of [['a', {}, 'order'], ['b', { quantityText: '1000' }, 'order'], ['c', { action: 'cancel' }, 'cancelled'], ['d', { quantityText: '1.123456789' }, 'refused']] as const) {
      const { outcome, facts } = wish(bench, { key, ...changes });
      assert.deepEqual(facts, []);
      assert.equal(outcome.kind, kind);
      assert.equal('repeated' in outcome && outcome.repeated, true);
    }
  }
});

test('I1: the same key with other content is an error, and nothing is done', () => {
  const bench = Bench.ready();
  wish(bench, { key: 'a' });
  for (const changes of [{ quantityText: '0.6' }, { side: 'sell' }, { action: 'cancel' }] as const) {
    const { outcome, facts } = wish(bench, { key: 'a', ...changes });
    assert.deepEqual([outcome.kind, facts], ['conflict', []]);
  }
  const elsewhere = bench.take({ kind: 'signal', routed: { ...routed({ key: 'a' }), symbol: 'ETH/USD' } });
  assert.equal(elsewhere.outcome.kind, 'conflict', 'another instrument is other content');
});

test('a body without id or time is the same wish within its window, and a new one after it', () => {
  const bench = Bench.ready();
  const again = (): ReturnType<Bench['signal']> => wish(bench, { key: 'body', keyFrom: 'body-in-window' });
  const first = again();
  bench.later(60_000);
  assert.deepEqual([again().facts, again().outcome], [[], { ...first.outcome, repeated: true }]);
  bench.later(1);
  const next = again();
  assert.ok(next.outcome.kind === 'order' && !next.outcome.repeated && first.outcome.kind === 'order' && next.outcome.orderId !== first.outcome.orderId);
});

test('I2: what cannot be read exactly is refused in writing: an unlisted instrument, a quantity or a price too fine', () => {
  const bench = Bench.ready();
  for (const [changes, code] of [
    [{ key: 'a', quantityText: '0.123456789' }, 'BW-3003'], [{ key: 'b', limitPriceText: '20000.001' }, 'BW-3003'], [{ key: 'c', orderType: 'stop-limit', stopPriceText: '1e-3' }, 'BW-3003'],
  ] as const) {
    const { outcome, facts } = wish(bench, changes);
    assert.deepEqual([typesOf(facts), outcome.kind === 'refused' && outcome.code], [['signal.refused'], code]);
  }
  const unlisted = bench.take({ kind: 'signal', routed: { ...routed({ key: 'd' }), symbol: 'DOGE/USD' } });
  assert.equal(unlisted.outcome.kind === 'refused' && unlisted.outcome.code, 'BW-3004');
});

test('a close sells what is held and not already on its way out, in whole steps', () => {
  const bench = holding('1.00000999');
  wish(bench, { key: 'sell', side: 'sell', quantityText: '0.4' });
  wish(bench, { key: 'close', ...close });
  const order = bench.order('close');
  assert.deepEqual([order.side, order.quantityUnits], ['sell', 60_000_000n], 'less the open sale, and the dust stays');
  const second = wish(bench, { key: 'again', ...close });
  assert.equal(second.outcome.kind === 'refused' && second.outcome.code, 'BW-3005', 'everything is on its way out by now');
});

test('a close counts unknown and cancelling sales as if they were filled', () => {
  const bench = holding('1');
  bench.doubted('sell', { side: 'sell', quantityText: '0.4' });
  bench.working('other', { side: 'sell', quantityText: '0.3' });
  bench.take({ kind: 'cancel', orderId: bench.order('other').id, by: 'sam', reason: 'test' });
  wish(bench, { key: 'close', ...close });
  assert.equal(bench.order('close').quantityUnits, 30_000_000n);
});

test('a close with a quantity closes at most that much, and never more because the quantity cannot be read', () => {
  const part = holding('1');
  wish(part, { key: 'a', ...close, quantityText: '0.25' });
  assert.equal(part.order('a').quantityUnits, 25_000_000n);
  wish(part, { key: 'b', ...close, quantityText: '7' });
  assert.equal(part.order('b').quantityUnits, 75_000_000n);
  for (const quantityText of ['0.123456789', 'all', '']) {
    const { outcome } = wish(holding('1'), { key: 'c', ...close, quantityText });
    assert.equal(outcome.kind === 'refused' && outcome.code, 'BW-3003', quantityText);
  }
});

test('a close by buying ends a short position; where something is held it sells nothing', () => {
  const { outcome } = wish(holding('1'), { key: 'a', ...close, side: 'buy' });
  assert.equal(outcome.kind === 'refused' && outcome.code, 'BW-3005');
  const bench = holding('1');
  wish(bench, { key: 'b', ...close, side: 'sell' });
  assert.equal(bench.order('b').side, 'sell');
});

test('a close of dust, or of nothing, is refused and says how little there is', () => {
  for (const held of ['0', '0.00009999']) {
    const { outcome } = wish(holding(held), { key: 'a', ...close });
    assert.ok(outcome.kind === 'refused' && outcome.code === 'BW-3005' && outcome.reason.includes(`${held} BTC held`));
  }
});

test('a cancel asks for the end of what is open in its instrument and strategy, and of nothing else', () => {
  const bench = Bench.ready();
  for (const [key, strategy] of [['a', 'one'], ['b', 'one'], ['c', 'two']] as const) bench.working(key, { strategy });
  bench.doubted('d', { strategy: 'one' });
  const { outcome, facts } = wish(bench, { key: 'stop', action: 'cancel' });
  assert.deepEqual(outcome.kind === 'cancelled' && [...outcome.orderIds].sort(), ['a', 'b', 'd'].map(orderIdOf).sort());
  assert.equal(facts.filter((fact) => fact.type === 'order.cancel-requested').length, 3);
  assert.deepEqual(wish(bench, { key: 'stop again', action: 'cancel' }).outcome, { kind: 'cancelled', orderIds: [], repeated: false });
});

test('a cancel that was cut short by a crash is finished when it comes again', () => {
  const whole = Bench.ready();
  for (const key of ['a', 'b']) whole.working(key);
  const before = whole.journal.length;
  const { facts } = wish(whole, { key: 'stop', action: 'cancel' });
  for (let kept = 0; kept <= facts.length; kept++) {
    const bench = Bench.ready();
    for (const key of ['a', 'b']) bench.working(key);
    wish(bench, { key: 'stop', action: 'cancel' });
    bench.crash(before + kept);
    wish(bench, { key: 'stop', action: 'cancel' });
    for (const key of ['a', 'b']) assert.ok(bench.order(key).cancelSeq > 0, `${key} is asked to go although only ${kept} entries were kept`);
  }
});

test('a signal that comes too late is refused, unless its first delivery became an order', () => {
  const bench = Bench.ready();
  const late = (key: string): ReturnType<Bench['take']> => {
    const { content } = bench.order('a');
    return bench.take({ kind: 'refuse-signal', source: 'tester', key, content, code: 'BW-2010', reason: 'too old' });
  };
  wish(bench, { key: 'a' });
  assert.deepEqual(late('a'), { outcome: { kind: 'order', orderId: orderIdOf('a'), repeated: true }, facts: [] });
  assert.deepEqual(typesOf(late('b').facts), ['signal.refused']);
  assert.deepEqual(late('b'), { outcome: { kind: 'refused', code: 'BW-2010', reason: 'too old', repeated: true }, facts: [] });
});

test('fees that are not told yet are not for sale', () => {
  const bench = holding('0');
  bench.working('a', { quantityText: '1' });
  bench.activity({ fills: [fillOf(bench.order('a'), 'f1', BTC)], cursor: '1' });
  wish(bench, { key: 'close', ...close });
  assert.equal(bench.order('close').quantityUnits, 99_750_000n, 'one bitcoin less the dearest fee of the schedule');
  assert.equal(bench.order('close').venue, VENUE);
});
