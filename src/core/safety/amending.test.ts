/** An order that is changed: a cancel, its end, and what is left as an order of its own; and everything that may come in between. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BTC, Bench, DOLLAR, SYMBOL, assertSameWorlds, fillOf, limits as loose, routed } from '../../../test/kit/core.ts';
import type { Taken } from '../../../test/kit/core.ts';
import type { Limits, Signal } from '../index.ts';
import { exposureOf, orderById, orderIdOf } from '../index.ts';

const given = (changes: Partial<Limits>, waived: readonly string[] = []): Limits => ({ ...loose, ...changes, none: (loose.none ?? []).filter((key) => !waived.includes(key)) });
const ready = (changes: Partial<Limits> = {}, ...inForce: readonly string[]): Bench => Bench.ready({ limits: given(changes, inForce), held: { BTC: '5', USD: '1000000' } });

type Changes = Pick<Signal, 'quantityText' | 'limitPriceText' | 'stopPriceText'>;
/** Asks for the order of a key to become another one. */
function amend(bench: Bench, key: string, of: string, changes: Changes, more: Partial<Signal> = {}): Taken {
  const { quantityText: _quantity, limitPriceText: _limit, ...wish } = routed({ key, action: 'amend', amends: { orderId: orderIdOf(of) }, orderType: 'limit', ...more }).signal;
  return bench.take({ kind: 'signal', routed: { signal: { ...wish, ...changes, content: JSON.stringify([of, changes]) }, venue: 'sim', symbol: SYMBOL, windowMs: 0 } });
}
const types = ({ facts }: Taken): readonly string[] => facts.map(({ type }) => type);
const open = (bench: Bench): bigint => exposureOf(bench.world.orders, 'sim', SYMBOL).buyUnits;
/** The venue says that it is cancelled, with so much filled; and what was filled is read. */
function ends(bench: Bench, key: string, filledUnits = 0n, state: 'cancelled' | 'filled' | 'expired' | 'rejected' = 'cancelled'): Taken {
  const order = bench.order(key);
  const told = bench.reports(key, { state, filledUnits });
  if (filledUnits <= order.filledUnits) return told;
  return bench.activity({ fills: [fillOf(order, `f-${key}-${filledUnits}`, filledUnits - order.filledUnits, { cumulativeUnits: filledUnits })] });
}

test('C10: an amend cancels the order, and once its end is known what is left of the whole leaves as a new order, for the same wish', () => {
  const bench = ready();
  bench.working('a');
  const taken = amend(bench, 'b', 'a', { quantityText: '0.8', limitPriceText: '20100' });
  assert.deepEqual(taken.outcome, { kind: 'amending', orderId: orderIdOf('b'), replaces: orderIdOf('a'), repeated: false });
  assert.deepEqual(types(taken), ['order.amend-accepted']);
  assert.deepEqual(bench.dueKinds(), ['find', 'cancel'], 'nothing but the cancel leaves');
  assert.equal(orderById(bench.world.orders, orderIdOf('b')), undefined);
  assert.deepEqual(types(ends(bench, 'a', BTC / 5n)).slice(-4), ['order.booked', 'order.intended', 'order.prepared', 'order.sending']);
  const { quantityUnits, limitPriceUnits, phase, wish, wishUnits, earlierUnits, replaces } = bench.order('b');
  assert.deepEqual({ quantityUnits, limitPriceUnits, phase, wish, wishUnits, earlierUnits, replaces }, {
    quantityUnits: BTC * 3n / 5n, limitPriceUnits: 20_100n * DOLLAR, phase: 'sending', wish: orderIdOf('a'), wishUnits: BTC * 4n / 5n, earlierUnits: BTC / 5n, replaces: orderIdOf('a'),
  });
  assert.equal(bench.order('a').replacedBy, orderIdOf('b'));
  assertSameWorlds(bench);
});

test('C10: an amend to above a limit is refused, the original stays, and no cancel leaves', () => {
  const bench = ready({ maxOrderUnits: { [SYMBOL]: BTC } });
  bench.working('a');
  const before = JSON.stringify(bench.order('a'), (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
  const taken = amend(bench, 'b', 'a', { quantityText: '1.1' });
  assert.equal(taken.outcome.kind === 'refused' && taken.outcome.code, 'BW-3022');
  assert.deepEqual(types(taken), ['signal.refused']);
  assert.equal(JSON.stringify(bench.order('a'), (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)), before);
  assert.deepEqual(bench.dueKinds(), ['find']);
  assert.deepEqual(amend(bench, 'b', 'a', { quantityText: '1.1' }).outcome, { ...taken.outcome, repeated: true });
});

test('the same amend again, before and after, is the first one; with other content its key is used up', () => {
  const bench = ready();
  bench.working('a');
  amend(bench, 'b', 'a', { quantityText: '0.8' });
  const again = amend(bench, 'b', 'a', { quantityText: '0.8' });
  assert.deepEqual([again.outcome, again.facts], [{ kind: 'amending', orderId: orderIdOf('b'), replaces: orderIdOf('a'), repeated: true }, []]);
  assert.equal(amend(bench, 'b', 'a', { quantityText: '0.9' }).outcome.kind, 'conflict');
  ends(bench, 'a');
  assert.deepEqual(amend(bench, 'b', 'a', { quantityText: '0.8' }).outcome, { kind: 'order', orderId: orderIdOf('b'), repeated: true });
});

test('A2: a second amend of the same order is refused while the first is under way, and one of what followed it is not', () => {
  const bench = ready();
  bench.working('a');
  amend(bench, 'b', 'a', { quantityText: '0.8' });
  const second = amend(bench, 'c', 'a', { quantityText: '0.9' });
  assert.equal(second.outcome.kind === 'refused' && second.outcome.code, 'BW-3008');
  const third = amend(bench, 'e', 'b', { quantityText: '0.9' });
  assert.match(third.outcome.kind === 'refused' ? third.outcome.reason : '', /is being changed already/, 'what is yet to follow is known by its name too');
  ends(bench, 'a', BTC / 10n);
  bench.answer('b', { kind: 'accepted', report: bench.report('b') });
  assert.equal(amend(bench, 'd', 'a', { quantityText: '0.9' }).outcome.kind, 'amending', 'who names the first order means what it has become');
  ends(bench, 'b', BTC / 10n);
  assert.deepEqual([bench.order('d').quantityUnits, bench.order('d').earlierUnits, bench.order('d').wish], [BTC * 7n / 10n, BTC / 5n, orderIdOf('a')]);
});

test('until the end is known the larger of the two counts, never both and never less', () => {
  for (const [to, worst] of [['0.2', BTC / 2n], ['0.9', BTC * 9n / 10n]] as const) {
    const bench = ready();
    bench.working('a');
    amend(bench, 'b', 'a', { quantityText: to });
    assert.equal(open(bench), worst);
    bench.reports('a', { state: 'cancelling', filledUnits: BTC / 10n });
    bench.activity({ fills: [fillOf(bench.order('a'), 'f1', BTC / 10n, { cumulativeUnits: BTC / 10n })] });
    assert.equal(open(bench), worst - BTC / 10n);
    ends(bench, 'a', BTC / 10n);
    assert.equal(open(bench), bench.order('b').quantityUnits);
    assertSameWorlds(bench);
  }
});

test('A3: an order of which nothing is known is followed by none, until it is proven absent', () => {
  const bench = ready();
  bench.doubted('a');
  amend(bench, 'b', 'a', { quantityText: '0.8' });
  bench.later(100_000);
  assert.equal(orderById(bench.world.orders, orderIdOf('b')), undefined);
  bench.absent('a');
  bench.later(2_000);
  bench.absent('a');
  assert.equal(bench.phase('a'), 'abandoned');
  assert.deepEqual([bench.phase('b'), bench.order('b').quantityUnits], ['sending', BTC * 4n / 5n]);
});

test('A3: what the venue says is over is followed only once everything that it filled is in the books', () => {
  const bench = ready();
  bench.working('a');
  amend(bench, 'b', 'a', { quantityText: '0.8' });
  bench.reports('a', { state: 'cancelled', filledUnits: BTC / 5n });
  assert.deepEqual([bench.phase('a'), orderById(bench.world.orders, orderIdOf('b'))], ['ended', undefined]);
  bench.activity({ fills: [fillOf(bench.order('a'), 'f1', BTC / 5n, { cumulativeUnits: BTC / 5n })] });
  assert.equal(bench.order('b').quantityUnits, BTC * 3n / 5n);
});

for (const [state, filledUnits] of [['filled', BTC / 2n], ['expired', 0n], ['rejected', 0n]] as const) {
  test(`an order that was ${state} before it could be changed is followed by none, and who asks again hears why`, () => {
    const bench = ready();
    bench.working('a');
    amend(bench, 'b', 'a', { quantityText: '0.8' });
    assert.ok(types(ends(bench, 'a', filledUnits, state)).includes('order.amend-ended'));
    const again = amend(bench, 'b', 'a', { quantityText: '0.8' });
    assert.equal(again.outcome.kind === 'refused' && again.outcome.code, 'BW-3009');
    assert.match(again.outcome.kind === 'refused' ? again.outcome.reason : '', new RegExp(`was ${state} before`));
    assert.equal(bench.world.orders.amends.size, 0);
    assertSameWorlds(bench);
  });
}

test('nothing follows where as much was filled as is asked for', () => {
  const bench = ready();
  bench.working('a');
  amend(bench, 'b', 'a', { quantityText: '0.2' });
  assert.ok(types(ends(bench, 'a', BTC / 5n)).includes('order.amend-ended'));
  assert.equal(orderById(bench.world.orders, orderIdOf('b')), undefined);
});

test('A4: what follows is judged anew: where a limit refuses it then, it is blocked, and says why', () => {
  const bench = ready();
  bench.working('a');
  amend(bench, 'b', 'a', { limitPriceText: '20500' });
  bench.quote(1_900_000n);
  ends(bench, 'a');
  assert.deepEqual([bench.phase('b'), bench.order('b').blocked?.control], ['blocked', 'price-collar']);
});

test('A5: a cancel wins over an amend that is under way, and so do a halt, a reduced gate that shuts, and a kill', () => {
  const stops: readonly (readonly [string, (bench: Bench) => Taken])[] = [
    ['a cancel', (bench) => bench.take({ kind: 'cancel', orderId: orderIdOf('a'), by: 'sam', reason: 'enough' })],
    ['a cancel by the strategy', (bench) => bench.signal({ key: 'c', action: 'cancel' })],
    ['a halt', (bench) => bench.take({ kind: 'halt', by: 'sam', reason: 'x', cancelOrders: true })],
    ['a halt that keeps orders', (bench) => bench.take({ kind: 'halt', by: 'sam', reason: 'x', cancelOrders: false })],
    ['a flatten', (bench) => bench.take({ kind: 'kill', id: 'k', word: 'flatten', by: 'sam', reason: 'x' })],
    ['a kill', (bench) => bench.take({ kind: 'kill', id: 'k', word: 'kill', by: 'sam', reason: 'x' })],
  ];
  for (const [name, stop] of stops) {
    const bench = ready();
    bench.working('a');
    amend(bench, 'b', 'a', { quantityText: '0.8' });
    const stopped = types(stop(bench));
    assert.ok(stopped.includes('order.amend-ended') && stopped.includes('order.cancel-requested'), `${name}: it is cancelled like any other from here on`);
    assert.equal(open(bench), BTC / 2n, `${name}: what was to follow counts no more`);
    ends(bench, 'a', BTC / 5n);
    bench.take({ kind: 'resume', by: 'sam', reason: 'y', afterKill: true });
    bench.crash();
    bench.quote();
    bench.reconcile();
    assert.equal(orderById(bench.world.orders, orderIdOf('b')), undefined, name);
    assert.equal(amend(bench, 'b', 'a', { quantityText: '0.8' }).outcome.kind, 'refused', name);
    assertSameWorlds(bench);
  }
});

test('an order that has not left is given up, and what is asked for leaves instead, in the same turn', () => {
  const bench = ready();
  bench.sent('a');
  bench.answer('a', { kind: 'not-sent', why: '429', retryAfterMs: 5_000 });
  assert.deepEqual(types(amend(bench, 'b', 'a', { quantityText: '0.8' })), ['order.amend-accepted', 'order.abandoned', 'order.intended', 'order.prepared', 'order.sending']);
  assert.equal(open(bench), BTC * 4n / 5n);
});

test('what cannot be changed is refused by its own word, and nothing is cancelled', () => {
  const bench = ready();
  bench.working('a', { timeInForce: 'ioc' });
  bench.working('b', { quantityText: '0.4' });
  const of = (key: string, target: string, changes: Changes, more: Partial<Signal> = {}): string => { const { outcome } = amend(bench, key, target, changes, more); return outcome.kind === 'refused' ? `${outcome.code} ${outcome.reason}` : outcome.kind; };
  assert.match(of('1', 'a', { quantityText: '0.8' }), /BW-3008 .*only what rests/);
  assert.match(of('2', 'nobody', { quantityText: '0.8' }), /BW-3008 there is no order/);
  assert.match(of('3', 'b', { quantityText: '0.4' }), /BW-3008 .*like that already/);
  assert.match(of('4', 'b', { stopPriceText: '19000' }), /BW-3008 .*no stop price/);
  assert.match(of('5', 'b', { quantityText: '0.8' }, { strategy: 'other' }), /BW-3008 .*strategy "one"/);
  assert.match(of('6', 'b', { quantityText: '0.000000001' }), /BW-3003/);
  bench.activity({ fills: [fillOf(bench.order('b'), 'f1', BTC / 5n, { cumulativeUnits: BTC / 5n })] });
  assert.match(of('7', 'b', { quantityText: '0.2' }), /BW-3008 0.2 is filled already/);
  bench.take({ kind: 'cancel', orderId: orderIdOf('b'), by: 'sam', reason: 'x' });
  assert.match(of('8', 'b', { quantityText: '0.8' }), /BW-3008 .*being cancelled, by sam/);
  assert.equal(bench.order('a').cancelSeq, 0);
});

test('a person changes the order of any strategy, for whoever asked for it', () => {
  const bench = ready();
  bench.working('a');
  const { outcome } = amend(bench, 'b', 'a', { quantityText: '0.8' }, { source: 'operator', strategy: 'operator', amends: { orderId: orderIdOf('a'), by: 'sam', reason: 'too little' } });
  assert.equal(outcome.kind, 'amending');
  ends(bench, 'a');
  assert.deepEqual([bench.order('b').source, bench.order('b').strategy, bench.order('a').cancelBy], ['tester', 'one', 'sam']);
});

test('what is changed is one wish for the controls of repetition, however often it is', () => {
  const bench = ready({ repeats: { most: 2, withinMs: 600_000 }, duplicateWithinMs: 60_000 }, 'repeats', 'duplicateWithin');
  bench.working('k0');
  for (let n = 1; n < 6; n += 1) {
    assert.equal(amend(bench, `k${n}`, 'k0', { limitPriceText: n % 2 === 1 ? '20100' : '20000' }).outcome.kind, 'amending', `${n}`);
    ends(bench, `k${n - 1}`);
    assert.equal(bench.phase(`k${n}`), 'sending', bench.order(`k${n}`).because ?? '');
    bench.answer(`k${n}`, { kind: 'accepted', report: bench.report(`k${n}`) });
  }
});

test('C47: where the order before it is filled late, what follows is cancelled at once', () => {
  const bench = ready();
  bench.working('a');
  amend(bench, 'b', 'a', { limitPriceText: '20100' });
  ends(bench, 'a');
  bench.answer('b', { kind: 'accepted', report: bench.report('b') });
  const { facts } = bench.activity({ fills: [fillOf(bench.order('a'), 'late', BTC / 10n, { cumulativeUnits: BTC / 10n })] });
  assert.deepEqual(facts.map(({ type }) => type), ['order.alarmed', 'fill.booked', 'order.cancel-requested']);
  assert.equal(bench.order('b').earlierUnits, BTC / 10n);
  assertSameWorlds(bench);
});

test('a crash at any entry: what was asked for goes on from where the disk has it, and exactly one order follows', () => {
  const whole = ready();
  whole.working('a');
  const from = whole.journal.length;
  amend(whole, 'b', 'a', { quantityText: '0.8' });
  ends(whole, 'a', BTC / 5n);
  const { journal } = whole;
  for (let durable = from; durable <= journal.length; durable += 1) {
    const bench = ready();
    bench.journal.length = 0;
    bench.journal.push(...journal.slice(0, durable));
    bench.nowMs = whole.nowMs;
    bench.crash(durable);
    bench.quote();
    bench.reconcile({ balances: bench.balances(), openOrders: bench.phase('a') === 'booked' ? [] : [bench.report('a')] });
    amend(bench, 'b', 'a', { quantityText: '0.8' });
    if (bench.phase('a') !== 'booked') ends(bench, 'a', BTC / 5n);
    bench.reconcile({ balances: bench.balances() });
    for (const duty of bench.due()) if (duty.kind === 'release') bench.take({ kind: 'release', orderId: duty.orderId });
    const followers = [...bench.world.orders.live.values(), ...bench.world.orders.done.values()].filter(({ replaces }) => replaces !== undefined);
    assert.deepEqual(followers.map(({ quantityUnits, phase }) => [quantityUnits, phase === 'unknown' ? 'sending' : phase]), [[BTC * 3n / 5n, 'sending']], `${durable} of ${journal.length}`);
    assert.equal(open(bench), BTC * 3n / 5n);
    assertSameWorlds(bench);
  }
});
