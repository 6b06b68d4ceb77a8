import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BTC, Bench, SYMBOL, USD, VENUE, feeOf, fillOf } from '../../../test/kit/core.ts';
import type { BenchOptions } from '../../../test/kit/core.ts';
import { assetsAccount, balanceOf, imbalances } from './view.ts';

const typesOf = (facts: readonly { readonly type: string }[]): readonly string[] => facts.map((fact) => fact.type);
const books = (bench: Bench, asset: string): bigint => balanceOf(bench.world.ledger, assetsAccount(VENUE), asset);
const held = { BTC: '1', USD: '100000' };
const tolerant: BenchOptions = { profile: { toleranceUnits: [{ asset: 'BTC', units: 5n }] } };

test('the first look opens the books with what the venue holds; nothing is compared with nothing', () => {
  const bench = new Bench();
  bench.boot();
  bench.configure();
  bench.list();
  assert.deepEqual(typesOf(bench.reconcile({ balances: { BTC: '1' } }).facts), ['activity.read', 'balance.opened', 'balance.opened', 'reconciliation.done']);
  assert.deepEqual([books(bench, 'BTC'), books(bench, 'USD'), [...imbalances(bench.world.ledger)]], [BTC, 0n, []]);
});

test('before the instruments are known nothing is opened, for nobody knows in which units', () => {
  const bench = new Bench();
  bench.boot();
  bench.configure();
  assert.equal(bench.reconcile({ balances: held }).outcome.kind, 'inconclusive');
  assert.equal(bench.world.ledger.reconciled.size, 0);
});

test('R1: a look that met movement, an unreadable amount, an unowned or an unread execution says nothing', () => {
  const moves: Readonly<Record<string, (bench: Bench) => ReturnType<Bench['reconcile']>>> = {
    movement: (bench) => bench.reconcile({ quiet: false, balances: { BTC: '7' } }),
    'too fine': (bench) => bench.reconcile({ balances: { ...held, BTC: '1.000000001' } }),
    words: (bench) => bench.reconcile({ balances: { ...held, USD: 'lots' } }),
    unowned: (bench) => bench.reconcile({ activity: { fills: [fillOf(bench.order('a'), 'f', 1n, { venueOrderId: 'who' })], fees: [], cursor: 'x' }, balances: { BTC: '7' } }),
    unread: (bench) => bench.reconcile({ openOrders: [bench.report('a', { filledUnits: 1n })], balances: { BTC: '7' } }),
    contradiction: (bench) => bench.reconcile({ openOrders: [bench.report('a', { side: 'sell' })], balances: { BTC: '7' } }),
  };
  for (const [what, look] of Object.entries(moves)) {
    const bench = Bench.ready({ held });
    bench.working('a');
    bench.crash();
    const { outcome, facts } = look(bench);
    assert.equal(outcome.kind, 'inconclusive', what);
    assert.ok(!typesOf(facts).some((type) => type.startsWith('balance.') || type === 'reconciliation.done'), what);
    assert.equal(bench.world.ledger.reconciled.size, 0, what);
  }
});

test('R1: an order that ended and whose executions are not read yet keeps the books open', () => {
  const bench = Bench.ready({ held });
  bench.working('a', { quantityText: '1' });
  bench.reports('a', { state: 'filled', filledUnits: BTC });
  assert.equal(bench.reconcile({ balances: { BTC: '2', USD: '80000' } }).outcome.kind, 'inconclusive');
});

test('R2: books and venue agree while the venue lies between the least and the most of the fees that are pending', () => {
  for (const [bitcoins, agrees] of [['1.999', true], ['1.9975', true], ['1.99900001', false], ['1.99749999', false]] as const) {
    const bench = Bench.ready({ held });
    bench.working('a', { quantityText: '1' });
    bench.activity({ fills: [fillOf(bench.order('a'), 'f', BTC)], cursor: '1' });
    const { facts } = bench.reconcile({ openOrders: [], balances: { BTC: bitcoins, USD: '80000' } });
    assert.deepEqual(typesOf(facts), agrees ? ['reconciliation.done'] : ['balance.differed', 'reconciliation.done'], bitcoins);
  }
});

test('R2: once the fee is told there is no room left', () => {
  const bench = Bench.ready({ held });
  bench.working('a', { quantityText: '1' });
  bench.activity({ fills: [fillOf(bench.order('a'), 'f', BTC)], cursor: '1' });
  bench.activity({ fees: [feeOf('r', '0.0015')], cursor: '2' });
  assert.deepEqual(typesOf(bench.reconcile({ balances: { BTC: '1.9985', USD: '80000' } }).facts), ['reconciliation.done']);
  assert.deepEqual(typesOf(bench.reconcile({ balances: { BTC: '1.99850001', USD: '80000' } }).facts), ['balance.differed', 'reconciliation.done']);
});

test('R3: within the tolerance a difference becomes an entry, one unit beyond it stands, is told once, and blocks', () => {
  for (const [bitcoins, adjusted] of [['1.00000005', true], ['0.99999995', true], ['1.00000006', false], ['0.99999994', false]] as const) {
    const bench = Bench.ready({ ...tolerant, held });
    const { facts } = bench.reconcile({ balances: { ...held, BTC: bitcoins } });
    assert.equal(typesOf(facts)[0], adjusted ? 'balance.adjusted' : 'balance.differed', bitcoins);
    assert.deepEqual([...imbalances(bench.world.ledger)], []);
    assert.deepEqual(typesOf(bench.reconcile({ balances: { ...held, BTC: bitcoins } }).facts), ['reconciliation.done'], 'and nothing more is said');
    bench.signal({ key: 'a' });
    assert.equal(bench.order('a').blocked?.control, adjusted ? undefined : 'books');
  }
});

test('R3: the default tolerance is zero', () => {
  assert.equal(typesOf(Bench.ready({ held }).reconcile({ balances: { ...held, BTC: '0.99999999' } }).facts)[0], 'balance.differed');
});

test('a difference that changes is told again, and one that goes away is said to be gone', () => {
  const bench = Bench.ready({ held });
  bench.reconcile({ balances: { ...held, BTC: '2' } });
  assert.equal(typesOf(bench.reconcile({ balances: { ...held, BTC: '3' } }).facts)[0], 'balance.differed');
  assert.deepEqual(typesOf(bench.reconcile({ balances: held }).facts), ['balance.agreed', 'reconciliation.done']);
  bench.sent('a');
});

test('a difference blocks the instruments of its asset, over restarts, until it is explained', () => {
  const bench = Bench.ready({ held });
  bench.reconcile({ balances: { ...held, USD: '99999' } });
  bench.crash();
  bench.quote();
  bench.reconcile({ balances: { ...held, USD: '99999' } });
  bench.signal({ key: 'a' });
  assert.equal(bench.order('a').blocked?.control, 'books');
});

test('a named person adopts a difference; the entry says who and why, and is no trade', () => {
  const bench = Bench.ready({ held });
  bench.reconcile({ balances: { ...held, USD: '90000' } });
  const { facts } = bench.take({ kind: 'adopt-balance', venue: VENUE, asset: 'USD', by: 'sam', reason: 'I took it out' });
  const [entry] = facts;
  assert.ok(entry?.type === 'balance.adjusted' && entry.by === 'sam' && entry.reason === 'I took it out');
  assert.deepEqual([books(bench, 'USD'), balanceOf(bench.world.ledger, `adjustments:${VENUE}`, 'USD'), bench.world.ledger.fills.size], [90_000n * USD, 10_000n * USD, 0]);
  assert.deepEqual(typesOf(bench.reconcile({ balances: { ...held, USD: '90000' } }).facts), ['reconciliation.done']);
  assert.equal(bench.take({ kind: 'adopt-balance', venue: VENUE, asset: 'USD', by: 'sam', reason: 'again' }).outcome.kind, 'nothing-to-do');
});

test('an adoption takes what was found missing, not what was booked since', () => {
  const bench = Bench.ready({ held, profile: { feeLeastPpm: 0, feeMostPpm: 0 } });
  bench.working('a', { quantityText: '1' });
  bench.reconcile({ balances: { BTC: '1', USD: '90000' } });
  bench.activity({ fills: [fillOf(bench.order('a'), 'f', BTC)], cursor: '1' });
  bench.take({ kind: 'adopt-balance', venue: VENUE, asset: 'USD', by: 'sam', reason: 'I took it out' });
  assert.deepEqual(typesOf(bench.reconcile({ balances: { BTC: '2', USD: '70000' } }).facts), ['reconciliation.done']);
});

test('an adoption beside fees that are still pending leaves room for exactly those', () => {
  const bench = Bench.ready({ held });
  bench.working('a', { quantityText: '1' });
  bench.activity({ fills: [fillOf(bench.order('a'), 'f', BTC)], cursor: '1' });
  const balances = { BTC: '0.5', USD: '80000' };
  bench.reconcile({ balances });
  bench.take({ kind: 'adopt-balance', venue: VENUE, asset: 'BTC', by: 'sam', reason: 'lent' });
  assert.deepEqual(typesOf(bench.reconcile({ balances }).facts), ['reconciliation.done']);
});

test('an asset of no instrument is not compared: nobody here trades it', () => {
  assert.deepEqual(typesOf(Bench.ready({ held }).reconcile({ balances: { ...held, DOGE: '1e6' } }).facts), ['reconciliation.done']);
});

test('an order that the venue has and nobody here sent is found, counted and quarantined by the look', () => {
  const bench = Bench.ready({ held });
  bench.working('mine');
  const theirs = bench.report('mine', { venueOrderId: 'x', clientOrderId: 'hand' });
  const { facts } = bench.reconcile({ openOrders: [bench.report('mine'), theirs] });
  assert.deepEqual(typesOf(facts), ['instrument.quarantined', 'foreign.found', 'reconciliation.done']);
  assert.deepEqual(typesOf(bench.reconcile({ openOrders: [bench.report('mine'), theirs] }).facts), ['reconciliation.done'], 'and not told twice');
  assert.equal(bench.world.market.quarantined.get(`${VENUE} ${SYMBOL}`)?.symbol, SYMBOL);
});
