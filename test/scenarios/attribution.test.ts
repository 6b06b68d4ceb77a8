/** C16: which source, strategy, trader, desk and client an order belongs to, by whatever way it came. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/base/index.ts';
import { belongingOf, compileTemplate, orderById, orderIdOf, readIntent, readTradingView } from '../../src/core/index.ts';
import type { Attribution, Belonging, Signal } from '../../src/core/index.ts';
import { ordersOf, whoseIn } from '../../src/door/listing.ts';
import { Bench, SYMBOL, VENUE, routed } from '../kit/core.ts';

const ORDERS = 10_000;
const people = ['sam', 'kim', 'lee', 'fund-2', 'a.b:c@d_e-f', 'Z'];
const fields = ['trader', 'desk', 'client'] as const;
type Said = { readonly [Field in (typeof fields)[number]]?: string };

const template = compileTemplate('{{action}} {{ticker}} q={{quantity}} id={{id}} t={{trader}} d={{desk}} c={{client}}');
assert.ok(template.kind === 'template');

/** Every way in, and the body by which somebody would send this there. `names`: whether its messages can say whose they are. */
type Door = { readonly names: boolean; readonly signal: (id: string, said: Said, sender: string, strategy: string | undefined, attribution: Attribution) => Signal };
const alert = (body: string, sender: string, strategy: string | undefined, attribution: Attribution, more: object = {}): Signal => {
  const { outcome } = readTradingView(body, { name: sender, strategy: strategy ?? sender, dialect: 'auto', units: 'base', bareSell: 'sell', attribution, ...more });
  assert.ok(outcome.kind === 'signal', JSON.stringify(outcome));
  return outcome.signal;
};
const inAlert = (said: Said): object => (Object.keys(said).length === 0 ? {} : { attribution: said });
const doors: Readonly<Record<string, Door>> = {
  intent: { names: true, signal: (id, said, sender, strategy, attribution) => {
    const outcome = readIntent(JSON.stringify({ key: id, instrument: SYMBOL, side: 'buy', quantity: '0.01', ...(strategy === undefined ? {} : { strategy }), ...said }), { name: sender, attribution });
    assert.ok(outcome.kind === 'signal', JSON.stringify(outcome));
    return outcome.signal;
  } },
  traderspost: { names: true, signal: (id, said, ...rest) => alert(JSON.stringify({ id, ticker: 'BTCUSD', action: 'buy', quantity: '0.01', ...inAlert(said) }), ...rest) },
  'alerts-processor': { names: true, signal: (id, said, ...rest) => alert(JSON.stringify({ id, symbol: 'BTCUSD', direction: 'long', size: '0.01', ...inAlert(said) }), ...rest) },
  pineconnector: { names: false, signal: (id, _said, ...rest) => alert(`1234,buy,BTCUSD,risk=0.01,comment="${id}"`, ...rest) },
  text: { names: true, signal: (id, said, ...rest) => {
    const whole = fields.every((field) => said[field] !== undefined);
    return whole ? alert(`buy BTCUSD q=0.01 id=${id} t=${said.trader ?? ''} d=${said.desk ?? ''} c=${said.client ?? ''}`, ...rest, { dialect: 'text', template: template.template }) : alert(JSON.stringify({ id, ticker: 'BTCUSD', action: 'buy', quantity: '0.01', ...inAlert(said) }), ...rest);
  } },
};

test('C16: ten thousand orders by every way in, and every one of them belongs to whom it should, in its fact, in the books and after a restart', () => {
  const draw = seededRandom(16);
  const pick = <T>(all: readonly T[]): T => all[draw.below(all.length)] as T;
  const bench = Bench.ready();
  const expected = new Map<string, Belonging>();
  for (let i = 0; i < ORDERS; i++) {
    const door = doors[pick(Object.keys(doors))] as Door;
    const sender = pick(['main', 'bot', 'grid']);
    const strategy = pick([undefined, 'momentum', 'carry']);
    const configured: Said = Object.fromEntries(fields.filter(() => draw.below(2) === 0).map((field) => [field, pick(people)]));
    const said: Said = door.names ? Object.fromEntries(fields.filter(() => draw.below(3) === 0).map((field) => [field, pick(people)])) : {};
    const signal = door.signal(`wish-${i}`, said, sender, strategy, { ...configured, mayName: { trader: people, desk: people, client: people } });
    const { facts } = bench.take({ kind: 'signal', routed: { ...routed({ key: signal.key }), signal } });
    const whose: Belonging = {
      source: sender, strategy: strategy ?? sender, trader: said.trader ?? configured.trader ?? sender, desk: said.desk ?? configured.desk ?? 'unassigned', client: said.client ?? configured.client ?? 'unassigned',
    };
    const fact = facts.find(({ type }) => type === 'order.intended');
    assert.ok(fact?.type === 'order.intended', JSON.stringify({ facts, signal }, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
    const { source, strategy: on, trader, desk, client } = fact;
    assert.deepEqual({ source, strategy: on, trader, desk, client }, whose);
    expected.set(fact.orderId, whose);
  }
  const check = (): void => {
    for (const [id, whose] of expected) {
      const order = orderById(bench.world.orders, id);
      assert.ok(order !== undefined);
      assert.deepEqual(belongingOf(order), whose);
    }
  };
  check();
  bench.crash();
  check();
  const shown = ordersOf(bench.world, 'all', whoseIn(new URLSearchParams({ trader: 'sam', strategy: 'carry' })), 1_000_000) as { count: number; orders: Belonging[]; foreign: unknown[] };
  assert.equal(shown.count, [...expected.values()].filter(({ trader, strategy }) => trader === 'sam' && strategy === 'carry').length);
  assert.ok(shown.count > 100 && shown.orders.every(({ trader, strategy }) => trader === 'sam' && strategy === 'carry'));
});

test('C16, W2: an order that nobody here asked for is unattributed, is in nobody\'s list, and is ours again once its name is known', () => {
  const bench = Bench.ready();
  const ours = bench.sent('ours', { owner: { trader: 'sam', desk: 'crypto', client: 'fund-2' } });
  for (let i = 0; i < 50; i++) bench.take({ kind: 'reported', venue: VENUE, report: { ...bench.report('ours'), clientOrderId: `theirs-${i}`, venueOrderId: `v-${i}` }, via: 'stream' });
  type Listed = { count: number; orders: Belonging[]; foreign: (Belonging & { venueOrderId: string })[] };
  const listed = (query: Record<string, string>): Listed => ordersOf(bench.world, 'live', whoseIn(new URLSearchParams(query)), 1_000) as Listed;
  const strangers = listed({});
  assert.equal(strangers.foreign.length, 50);
  for (const { source, strategy, trader, desk, client } of strangers.foreign) assert.deepEqual(new Set([source, strategy, trader, desk, client]), new Set(['unattributed']));
  assert.deepEqual([listed({ trader: 'sam' }).count, listed({ trader: 'sam' }).foreign.length], [1, 0]);
  assert.deepEqual([listed({ trader: 'unattributed' }).count, listed({ trader: 'unattributed' }).foreign.length], [0, 50]);

  bench.take({ kind: 'reported', venue: VENUE, report: { ...bench.report('ours'), clientOrderId: undefined, venueOrderId: 'v-late' } as never, via: 'open orders' });
  bench.take({ kind: 'submit-answered', orderId: ours.id, attempt: 1, result: { kind: 'accepted', report: { ...bench.report('ours'), venueOrderId: 'v-late' } } });
  assert.deepEqual(belongingOf(bench.order('ours')), { source: 'tester', strategy: 'one', trader: 'sam', desk: 'crypto', client: 'fund-2' });
  assert.equal(listed({ trader: 'sam' }).count, 1);
  assert.equal(listed({}).foreign.some(({ venueOrderId }) => venueOrderId === 'v-late'), false);
});

test('C16, B1: whoever names somebody for whom he may not speak is refused, by every way that can name anybody', () => {
  const attribution: Attribution = { trader: 'sam', mayName: { client: ['fund-2'] } };
  const refusals = [
    readIntent(JSON.stringify({ key: 'a', instrument: SYMBOL, side: 'buy', quantity: '1', trader: 'kim' }), { name: 'bot', attribution }),
    readIntent(JSON.stringify({ key: 'a', instrument: SYMBOL, side: 'buy', quantity: '1', client: 'fund-3' }), { name: 'bot', attribution }),
    readIntent(JSON.stringify({ key: 'a', instrument: SYMBOL, side: 'buy', quantity: '1', desk: 'any' }), { name: 'bot' }),
    readIntent(JSON.stringify({ key: 'a', instrument: SYMBOL, side: 'buy', quantity: '1', desk: 'unattributed' }), { name: 'bot', attribution: { mayName: 'anybody' } }),
    readIntent(JSON.stringify({ key: 'a', instrument: SYMBOL, side: 'buy', quantity: '1', trader: 'breakwater.kill' }), { name: 'bot', attribution: { mayName: 'anybody' } }),
    readTradingView(JSON.stringify({ ticker: 'BTCUSD', action: 'buy', quantity: 1, attribution: { trader: 'kim' } }), { name: 'main', strategy: 'main', dialect: 'auto', attribution }).outcome,
    readTradingView('buy BTCUSD q=1 id=1 t=kim d=x c=y', { name: 'main', strategy: 'main', dialect: 'text', template: template.template, attribution }).outcome,
  ];
  for (const refusal of refusals) assert.deepEqual(refusal.kind === 'malformed' ? [refusal.code, refusal.status] : refusal, ['not-its-own', 422]);
  const allowed = readIntent(JSON.stringify({ key: 'a', instrument: SYMBOL, side: 'buy', quantity: '1', trader: 'sam', client: 'fund-2' }), { name: 'bot', attribution });
  assert.ok(allowed.kind === 'signal');
  assert.deepEqual(allowed.signal.owner, { trader: 'sam', desk: 'unassigned', client: 'fund-2' });
});

test('B2: the same key for another client is another wish, and what the configuration says of its sender is not', () => {
  const bench = Bench.ready();
  const wish = (said: Said, configured: Said): Signal => (doors['intent'] as Door).signal('one', said, 'bot', undefined, { ...configured, mayName: 'anybody' });
  const take = (signal: Signal): string => bench.take({ kind: 'signal', routed: { ...routed({ key: signal.key }), signal } }).outcome.kind;
  assert.equal(take(wish({ client: 'fund-2' }, {})), 'order');
  assert.equal(take(wish({ client: 'fund-2' }, { trader: 'sam' })), 'order');
  assert.equal(take(wish({ client: 'fund-3' }, {})), 'conflict');
  assert.equal(take(wish({}, {})), 'conflict');
  assert.deepEqual(belongingOf(orderById(bench.world.orders, orderIdOf('bot/bot/id:one')) ?? assert.fail()), { source: 'bot', strategy: 'bot', trader: 'bot', desk: 'unassigned', client: 'fund-2' });
});

test('C16: an order that is changed still belongs to whom it belonged, whoever changed it', () => {
  const bench = Bench.ready();
  bench.working('first', { owner: { trader: 'sam', desk: 'crypto', client: 'fund-2' } });
  const { quantityText: _quantity, limitPriceText: _limit, ...wish } = routed({ key: 'second', action: 'amend', amends: { orderId: orderIdOf('first'), by: 'kim', reason: 'asked on the telephone' }, orderType: 'limit', source: 'other', owner: { trader: 'kim', desk: 'x', client: 'y' } }).signal;
  bench.take({ kind: 'signal', routed: { ...routed({ key: 'second' }), signal: { ...wish, limitPriceText: '19900' } } });
  bench.reports('first', { state: 'cancelled' });
  const { trader, desk, client, strategy } = belongingOf(bench.order('second'));
  assert.deepEqual([strategy, trader, desk, client], ['one', 'sam', 'crypto', 'fund-2']);
});

test('C16: whoever may not speak for those an order belongs to does not change it either; who asked for it, or may, does', () => {
  for (const [source, trader, taken] of [['other', 'kim', false], ['other', 'sam', true], ['tester', 'kim', true]] as const) {
    const bench = Bench.ready();
    bench.working('first', { owner: { trader: 'sam', desk: 'crypto', client: 'fund-2' } });
    const { limitPriceText: _limit, ...wish } = routed({ key: 'second', action: 'amend', amends: { orderId: orderIdOf('first') }, orderType: 'limit', source, quantityText: '0.8', owner: { trader, desk: 'crypto', client: 'fund-2' } }).signal;
    const { outcome } = bench.take({ kind: 'signal', routed: { ...routed({ key: 'second' }), signal: wish } });
    assert.equal(outcome.kind === 'amending', taken, `${source} for ${trader}: ${JSON.stringify(outcome)}`);
    if (!taken) assert.equal(bench.order('first').cancelSeq, 0, 'it is untouched');
  }
});

test('C16: what a flatten sends to close belongs to the flatten, and says so', () => {
  const bench = Bench.ready();
  bench.take({ kind: 'kill', id: 'k', word: 'flatten', by: 'sam', reason: 'enough' });
  const { facts } = bench.take({ kind: 'close-out', id: 'k', venue: VENUE, symbol: SYMBOL, positionUnits: 100_000_000n, collarPpm: 10_000, atMarket: true });
  const closing = facts.find(({ type }) => type === 'order.intended');
  assert.ok(closing?.type === 'order.intended');
  assert.deepEqual([closing.source, closing.trader, closing.desk, closing.client], ['breakwater.kill', 'breakwater.kill', 'unassigned', 'unassigned']);
});
