import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BTC, Bench, SYMBOL, USD, VENUE, assertSameWorlds, btcUsd, ethUsd, feeOf, fillOf, reportOf } from '../../../test/kit/core.ts';
import type { Fill } from '../market/index.ts';
import { assetsAccount, balanceOf, imbalances } from './view.ts';

const books = (bench: Bench, asset: string): bigint => balanceOf(bench.world.ledger, assetsAccount(VENUE), asset);
const typesOf = (facts: readonly { readonly type: string }[]): readonly string[] => facts.map((fact) => fact.type);
const cursorOf = (bench: Bench): string | undefined => bench.world.ledger.cursors.get(VENUE);

test('A1: the cursor moves when everything before it is booked, and not a fill earlier', () => {
  const bench = Bench.ready();
  bench.doubted('late');
  const order = bench.working('a');
  const fills = [fillOf(order, 'f1', 1_000n), fillOf(bench.order('late'), 'f2', 1_000n)];
  const { outcome, facts } = bench.activity({ fills, cursor: '1' });
  assert.deepEqual([outcome.kind, typesOf(facts)], ['inconclusive', ['fill.booked', 'fill.unattributed']]);
  assert.notEqual(cursorOf(bench), '1');
  assert.ok(bench.dueKinds().includes('identify'), 'its owner is asked for');
  bench.reports('late');
  assert.ok(bench.dueKinds().includes('read-activity') && !bench.dueKinds().includes('identify'));
  assert.deepEqual(typesOf(bench.activity({ fills, cursor: '1' }).facts), ['fill.booked', 'activity.read']);
  assert.equal(cursorOf(bench), '1');
  assert.equal(bench.world.ledger.unattributed.size, 0);
});

test('L2: an execution is booked once, however often and in whatever company it comes', () => {
  const bench = Bench.ready();
  const order = bench.working('a');
  const fills = [fillOf(order, 'f1', 1_000n), fillOf(order, 'f2', 2_000n), fillOf(order, 'f1', 1_000n)];
  for (let i = 0; i < 3; i++) bench.activity({ fills, cursor: String(i) });
  assert.equal(bench.order('a').filledUnits, 3_000n);
});

test('A2: a fill after the order was over is booked and told, whatever it had been over as', () => {
  const endings: Readonly<Record<string, (bench: Bench) => void>> = {
    booked: (bench) => { bench.working('a'); bench.reports('a', { state: 'cancelled' }); },
    rejected: (bench) => { bench.sent('a'); bench.answer('a', { kind: 'refused', reason: 'x', message: 'no' }); bench.reports('a'); },
    abandoned: (bench) => { bench.doubted('a'); bench.take({ kind: 'resolve', orderId: bench.order('a').id, outcome: 'absent', by: 'sam', reason: 'by phone' }); bench.reports('a'); },
  };
  for (const [phase, end] of Object.entries(endings)) {
    const bench = Bench.ready();
    end(bench);
    const before = books(bench, 'BTC');
    const { facts } = bench.activity({ fills: [fillOf(bench.order('a'), 'f1', 1_000n)], cursor: '1' });
    assert.deepEqual([bench.phase('a'), books(bench, 'BTC') - before], [phase, 1_000n]);
    assert.ok(facts.some((fact) => fact.type === 'order.alarmed' && fact.kind === 'late-fill'), phase);
  }
});

test('A2: more than was ordered is booked and told', () => {
  const bench = Bench.ready();
  const order = bench.working('a', { quantityText: '0.5' });
  assert.deepEqual(typesOf(bench.activity({ fills: [fillOf(order, 'f1', BTC / 2n)], cursor: '1' }).facts), ['fill.booked', 'activity.read']);
  const { facts } = bench.activity({ fills: [fillOf(order, 'f2', 1n)], cursor: '2' });
  assert.ok(facts.some((fact) => fact.type === 'order.alarmed' && fact.kind === 'overfill'));
  assert.equal(bench.order('a').filledUnits, BTC / 2n + 1n);
});

test('A2: a late fill whose alarm a crash cut off is alarmed when it is read again, or is not booked yet', () => {
  const story = (): Bench => {
    const bench = Bench.ready();
    bench.working('a');
    bench.reports('a', { state: 'cancelled' });
    return bench;
  };
  const before = story().journal.length;
  for (let kept = 0; kept <= 3; kept++) {
    const bench = story();
    const fills = [fillOf(bench.order('a'), 'f1', 1_000n)];
    bench.activity({ fills, cursor: '1' });
    bench.crash(before + kept);
    bench.activity({ fills, cursor: '1' });
    assert.equal(bench.order('a').filledUnits, 1_000n);
    assert.ok(bench.journal.some(({ type }) => type === 'order.alarmed'), `after ${kept} entries`);
  }
});

test('a cancel that crossed a fill ends with what was filled before it, in either order of news', () => {
  for (const news of ['fill first', 'end first'] as const) {
    const bench = Bench.ready();
    const order = bench.working('a', { quantityText: '1' });
    bench.take({ kind: 'cancel', orderId: order.id, by: 'sam', reason: 'test' });
    bench.take({ kind: 'cancel-answered', orderId: order.id, result: { kind: 'requested' } });
    const fill = (): void => void bench.activity({ fills: [fillOf(order, 'f1', BTC / 4n)], cursor: '1' });
    const end = (): void => void bench.reports('a', { state: 'cancelled', filledUnits: BTC / 4n });
    for (const step of news === 'fill first' ? [fill, end] : [end, fill]) step();
    assert.deepEqual([bench.phase('a'), bench.order('a').filledUnits, bench.order('a').endState], ['booked', BTC / 4n, 'cancelled'], news);
    assert.equal(bench.world.ledger.reservations.size, 0);
  }
});

test('an order that is over waits for its executions, and keeps asking for them', () => {
  const bench = Bench.ready();
  const order = bench.working('a', { quantityText: '1' });
  bench.reports('a', { state: 'filled', filledUnits: BTC });
  assert.deepEqual([bench.phase('a'), bench.dueKinds()], ['ended', ['read-activity']]);
  bench.activity({ fills: [fillOf(order, 'f1', BTC / 2n)], cursor: '1' });
  assert.deepEqual([bench.phase('a'), bench.dueKinds()], ['ended', ['read-activity']]);
  bench.activity({ fills: [fillOf(order, 'f2', BTC / 2n)], cursor: '2' });
  assert.deepEqual([bench.phase('a'), bench.dueKinds()], ['booked', []]);
});

test('an order whose end and booking a crash pulled apart is closed by what is due', () => {
  const whole = Bench.ready();
  whole.working('a', { quantityText: '1' });
  whole.reports('a', { state: 'filled', filledUnits: BTC });
  const before = whole.journal.length;
  for (let kept = 0; kept <= 3; kept++) {
    const bench = Bench.ready();
    bench.working('a', { quantityText: '1' });
    bench.reports('a', { state: 'filled', filledUnits: BTC });
    const fills = [fillOf(bench.order('a'), 'f1', BTC)];
    bench.activity({ fills, cursor: '1' });
    bench.crash(before + kept);
    for (let round = 0; round < 3; round++) {
      for (const duty of bench.due()) {
        if (duty.kind === 'release') bench.take({ kind: 'release', orderId: duty.orderId });
        if (duty.kind === 'read-activity') bench.activity({ fills: cursorOf(bench) === '1' ? [] : fills, cursor: '1' });
      }
    }
    assert.deepEqual([bench.phase('a'), bench.order('a').filledUnits, bench.due()], ['booked', BTC, []], `after ${kept} entries`);
  }
});

test('A3: what was executed before the books of an asset were opened is in the opening balance, and is not booked again', () => {
  const bench = new Bench();
  bench.boot();
  bench.configure();
  bench.list();
  const order = reportOf(Bench.ready().sent('x'));
  const early: Fill = { fillId: 'old', venueOrderId: order.venueOrderId, symbol: SYMBOL, side: 'buy', quantityUnits: 1_000n, priceUnits: 2_000_000n, cumulativeUnits: undefined, atMs: 5 };
  assert.deepEqual(typesOf(bench.activity({ fills: [early], fees: [feeOf('r', '0.1')], cursor: '1' }).facts), ['activity.read']);
  bench.reconcile({ balances: { BTC: '1', USD: '5' } });
  assert.deepEqual([books(bench, 'BTC'), books(bench, 'USD')], [BTC, 5n * USD]);
});

test('A3: an asset that comes later is opened with what the venue holds by then, also after a crash in the middle', () => {
  const bench = Bench.ready({ held: { BTC: '1', USD: '100' } });
  bench.list([btcUsd, ethUsd]);
  const theirs: Fill = { fillId: 'hand', venueOrderId: 'hand', symbol: 'ETH/USD', side: 'buy', quantityUnits: 1_000n, priceUnits: 100n, cumulativeUnits: undefined, atMs: 5 };
  bench.activity({ fills: [theirs], cursor: '1' });
  bench.reconcile({ balances: { BTC: '1', ETH: '0.00001', USD: '99.99999' } });
  assert.equal(books(bench, 'ETH'), 1_000n);
  assert.ok(bench.world.ledger.differences.has(`${VENUE} USD`), 'the money that went by hand is told');
});

test('A5: an execution that contradicts its order is not booked; the instrument waits for a person', () => {
  for (const changes of [{ symbol: 'ETH/USD' }, { side: 'sell' }, { quantityUnits: 0n }, { quantityUnits: -5n }] as const) {
    const bench = Bench.ready({ instruments: [btcUsd, ethUsd], held: { BTC: '1', ETH: '1', USD: '100' } });
    const order = bench.working('a');
    const { outcome, facts } = bench.activity({ fills: [fillOf(order, 'f', 1_000n, changes)], cursor: '1' });
    assert.equal(outcome.kind, 'inconclusive');
    assert.ok(facts.every((fact) => fact.type === 'instrument.quarantined') && bench.world.market.quarantined.has(`${VENUE} ${SYMBOL}`), JSON.stringify(Object.keys(changes)));
    assert.equal(bench.order('a').filledUnits, 0n);
  }
});

test('an execution of an order of somebody else is booked as foreign', () => {
  const bench = Bench.ready();
  bench.take({ kind: 'reported', venue: VENUE, report: { ...bench.report.call(bench, (bench.working('a'), 'a')), venueOrderId: 'x', clientOrderId: undefined }, via: 'open orders' });
  bench.activity({ fills: [{ ...fillOf(bench.order('a'), 'f1', 1_000n), venueOrderId: 'x' }], cursor: '1' });
  assert.equal(balanceOf(bench.world.ledger, `foreign:${VENUE}`, 'BTC'), -1_000n);
  assert.equal(bench.order('a').filledUnits, 0n);
});

const quantities = fc.array(fc.bigInt(1n, 40_000_000n), { minLength: 1, maxLength: 6 });
const dice = fc.infiniteStream(fc.nat());

test('any permutation and repetition of the same executions, fees and reports gives the same ledger', () => {
  fc.assert(fc.property(fc.record({ a: quantities, b: quantities }), dice, (sizes, rolls) => {
    const start = (): Bench => {
      const bench = Bench.ready({ held: { BTC: '3', USD: '1000000' } });
      bench.working('a', { quantityText: '2.5' });
      bench.working('b', { side: 'sell', quantityText: '2.5' });
      return bench;
    };
    type News = (bench: Bench) => void;
    const news: News[] = [];
    for (const key of ['a', 'b'] as const) {
      let total = 0n;
      sizes[key].forEach((units, index) => {
        total += units;
        const filledUnits = total;
        news.push((bench) => void bench.activity({ fills: [fillOf(bench.order(key), `${key}${index}`, units, { atMs: index * 10, priceUnits: 2_000_000n + BigInt(index) })], cursor: 'c' }));
        news.push((bench) => void bench.reports(key, { filledUnits, state: 'working' }));
      });
      news.push((bench) => void bench.reports(key, { filledUnits: total, state: 'cancelled' }));
    }
    news.push((bench) => void bench.activity({ fees: [feeOf('r1', '0.001', { throughMs: 25 })], cursor: 'c' }));
    news.push((bench) => void bench.activity({ fees: [feeOf('r2', '7', { asset: 'USD', throughMs: 25 })], cursor: 'c' }));

    const [straight, mixed] = [start(), start()];
    for (const piece of news) piece(straight);
    const shuffled = [...news, ...news].map((piece) => ({ piece, at: rolls.next().value })).sort((x, y) => x.at - y.at);
    for (const { piece } of shuffled) piece(mixed);
    for (const table of ['balances', 'pendingFees', 'fills', 'fees', 'reservations'] as const) assert.equal(mixed.world.ledger[table].digest(), straight.world.ledger[table].digest(), table);
    for (const key of ['a', 'b']) {
      assert.equal(mixed.order(key).filledUnits, straight.order(key).filledUnits);
      assert.equal(mixed.order(key).filledValueUnits, straight.order(key).filledValueUnits);
      assert.equal(mixed.phase(key), 'booked');
    }
    assert.deepEqual([...imbalances(mixed.world.ledger)], [], 'L1');
    assertSameWorlds(mixed);
  }), { numRuns: 50 });
});
