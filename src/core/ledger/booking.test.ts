import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BTC, Bench, SYMBOL, USD, VENUE, btcUsd, feeOf, fillOf, reportOf } from '../../../test/kit/core.ts';
import type { BenchOptions } from '../../../test/kit/core.ts';
import type { Fill } from '../market/index.ts';
import { bookGain, openBalance } from './booking.ts';
import { assetsAccount, balanceOf, emptyLedger, evolveLedger, holdingUnits, imbalances, pendingFeesOf } from './view.ts';

const free = { feeLeastPpm: 0, feeMostPpm: 0 };
const books = (bench: Bench, asset: string): bigint => balanceOf(bench.world.ledger, assetsAccount(VENUE), asset);
const pending = (bench: Bench, asset: string): readonly bigint[] => {
  const { leastUnits, mostUnits } = pendingFeesOf(bench.world.ledger, VENUE, asset);
  return [leastUnits, mostUnits];
};
/** A venue with nothing on it, an order of one bitcoin at 20,000, and this much of it filled. */
function filled(options: BenchOptions, side: 'buy' | 'sell', fill: Partial<Fill> = {}): Bench {
  const bench = Bench.ready({ ...options, held: { BTC: '5', USD: '100000' } });
  bench.working('a', { side, quantityText: '1' });
  bench.activity({ fills: [fillOf(bench.order('a'), 'f1', BTC, fill)], cursor: '1' });
  assert.deepEqual([...imbalances(bench.world.ledger)], [], 'L1');
  return bench;
}

test('a buy brings the base and costs the quote, a sale the reverse', () => {
  const [buy, sale] = [filled({ profile: free }, 'buy'), filled({ profile: free }, 'sell')];
  assert.deepEqual([books(buy, 'BTC'), books(buy, 'USD')], [6n * BTC, 80_000n * USD]);
  assert.deepEqual([books(sale, 'BTC'), books(sale, 'USD')], [4n * BTC, 120_000n * USD]);
});

test('a fee that the fill tells is booked with it, in base, in quote or in a third asset, and nothing is pending', () => {
  for (const [asset, amountText, units] of [['BTC', '0.0025', 250_000n], ['USD', '50.0000000001', 500_000_000_001n], ['BNB', '0.125', 125_000_000_000n]] as const) {
    const bench = filled({ fees: 'in-fill' }, 'buy', { fee: { asset, amountText } });
    assert.equal(balanceOf(bench.world.ledger, `fees:${VENUE}`, asset), units, asset);
    assert.deepEqual([pending(bench, 'BTC'), pending(bench, 'USD')], [[0n, 0n], [0n, 0n]]);
  }
});

test('a fee in a third asset that is traded here is counted in the units of its own books', () => {
  const bnb = { ...btcUsd, symbol: 'BNB/USD', base: 'BNB', quantityScale: 3, priceScale: 2 };
  const bench = Bench.ready({ fees: 'in-fill', instruments: [btcUsd, bnb], held: { BNB: '10', BTC: '5', USD: '100000' } });
  bench.working('a', { quantityText: '1' });
  bench.activity({ fills: [fillOf(bench.order('a'), 'f1', BTC, { fee: { asset: 'BNB', amountText: '0.125' } })], cursor: '1' });
  assert.equal(books(bench, 'BNB'), 9_875n);
});

test('a fee the venue pays us is booked as what it is', () => {
  const inFill = filled({ fees: 'in-fill' }, 'sell', { fee: { asset: 'USD', amountText: '-2' } });
  assert.equal(books(inFill, 'USD'), 120_002n * USD);
  const record = filled({ profile: free }, 'sell');
  record.activity({ fees: [feeOf('r', '-2', { asset: 'USD' })], cursor: '2' });
  assert.equal(books(record, 'USD'), 120_002n * USD);
  for (const bench of [inFill, record]) {
    for (const { type, payload } of bench.journal) {
      if (type === 'fill.booked' || type === 'fee.posted') assert.doesNotMatch(new TextDecoder().decode(payload), /"units":"-\d+"}\]/, 'a transfer moves more than zero, one way or the other');
    }
  }
});

test('a fee finer than its asset is counted in stops the books and the instrument, never the process', () => {
  const inFill = Bench.ready({ fees: 'in-fill' });
  const order = inFill.working('a', { quantityText: '1' });
  const { outcome } = inFill.activity({ fills: [fillOf(order, 'f1', BTC, { fee: { asset: 'BTC', amountText: '0.000000001' } })], cursor: '1' });
  assert.equal(outcome.kind, 'inconclusive');
  const record = filled({}, 'buy');
  assert.equal(record.activity({ fees: [feeOf('r', '0.000000001')], cursor: '2' }).outcome.kind, 'inconclusive');
  for (const bench of [inFill, record]) {
    assert.ok(bench.world.market.quarantined.has(`${VENUE} ${SYMBOL}`));
    assert.equal(bench.world.orders.live.size, 1);
    const entries = bench.journal.length;
    bench.activity({ fees: [feeOf('r', '0.000000001')], cursor: '2' });
    assert.ok(bench.journal.length <= entries + 1, 'and it is told once');
  }
});

test('a fee that comes later is pending between the least and the most of its schedule, rounded so that it lies between', () => {
  assert.deepEqual(pending(filled({}, 'buy'), 'BTC'), [100_000n, 250_000n]);
  assert.deepEqual(pending(filled({}, 'sell'), 'USD'), [20n * USD, 50n * USD]);
  const odd = filled({}, 'buy', { quantityUnits: 1_001n });
  assert.deepEqual(pending(odd, 'BTC'), [1n, 3n], '1.001 and 2.5025 units');
});

test('the record of a fee posts it and resolves what it covers, and only that', () => {
  const bench = filled({}, 'buy', { atMs: 1_000 });
  bench.working('b', { quantityText: '1' });
  bench.activity({ fills: [fillOf(bench.order('b'), 'f2', BTC, { atMs: 2_000 })], cursor: '2' });
  bench.activity({ fees: [feeOf('r1', '0.002', { throughMs: 2_000 })], cursor: '3' });
  assert.deepEqual(pending(bench, 'BTC'), [100_000n, 250_000n], 'the second execution is not before the bound');
  assert.equal(books(bench, 'BTC'), 7n * BTC - 200_000n);
  bench.activity({ fees: [feeOf('r1', '0.002', { throughMs: 9_000 })], cursor: '4' });
  assert.deepEqual([pending(bench, 'BTC'), books(bench, 'BTC')], [[100_000n, 250_000n], 7n * BTC - 200_000n], 'the same record twice is one record');
});

test('a fee record of an asset nobody here trades is left alone', () => {
  const bench = filled({}, 'buy');
  assert.deepEqual(bench.activity({ fees: [feeOf('r', '5', { asset: 'DOGE' })], cursor: '2' }).facts.map((fact) => fact.type), ['activity.read']);
});

test('what a partial fill frees of the reservation is never more than its share', () => {
  const bench = Bench.ready();
  bench.working('a', { quantityText: '0.33333' });
  const { reserveUnits, quantityUnits } = bench.order('a');
  for (const [fillId, units] of [['1', 1n], ['2', 12_345n], ['3', 7n]] as const) {
    bench.activity({ fills: [fillOf(bench.order('a'), fillId, units)], cursor: fillId });
    const left = bench.world.ledger.reservations.get(bench.order('a').id)?.units ?? 0n;
    assert.ok(left * quantityUnits >= reserveUnits * (quantityUnits - bench.order('a').filledUnits));
  }
});

test('a cumulative quantity books its gain, at the value that the average tells', () => {
  const bench = Bench.ready({ fills: 'cumulative', profile: free, held: { BTC: '0', USD: '100000' } });
  bench.working('a', { quantityText: '1' });
  bench.reports('a', { filledUnits: BTC / 4n, averagePriceText: '20000' });
  assert.deepEqual([books(bench, 'BTC'), books(bench, 'USD')], [BTC / 4n, 95_000n * USD]);
  bench.reports('a', { filledUnits: BTC, averagePriceText: '19999.5', state: 'filled' });
  assert.deepEqual([books(bench, 'BTC'), books(bench, 'USD'), bench.phase('a')], [BTC, 80_000n * USD + USD / 2n, 'booked']);
});

test('a cumulative quantity books the same money whichever of its reports were heard, in whatever order', () => {
  const steps = fc.array(fc.record({ units: fc.bigInt(1n, 30_000_000n), priceUnits: fc.bigInt(1_999_000n, 2_001_000n) }), { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(steps, fc.infiniteStream(fc.nat()), (fills, dice) => {
    let [units, value] = [0n, 0n];
    const reports = fills.map((fill) => {
      units += fill.units;
      value += fill.units * fill.priceUnits;
      const digits = ((value * 10n ** 40n) / units).toString().padStart(43, '0'); // the average, as a venue writes it: exact as far as it goes
      return { filledUnits: units, averagePriceText: `${digits.slice(0, -42)}.${digits.slice(-42, -24)}` };
    });
    const [all, some] = [0, 1].map(() => {
      const bench = Bench.ready({ fills: 'cumulative', profile: free, held: { BTC: '0', USD: '100000' } });
      bench.working('a', { quantityText: '1.5' });
      return bench;
    }) as [Bench, Bench];
    for (const report of reports) all.reports('a', report);
    const shuffled = reports.map((report) => ({ report, at: dice.next().value })).sort((a, b) => a.at - b.at).map(({ report }) => report);
    for (const report of [...shuffled, ...reports.slice(-1), ...shuffled]) some.reports('a', report);
    assert.equal(books(some, 'BTC'), units);
    assert.equal(books(all, 'BTC'), units);
    assert.equal(books(some, 'USD'), books(all, 'USD'));
    const off = 100_000n * USD - value - books(all, 'USD');
    assert.ok(off >= -1n && off <= 1n, `the value is off by ${off}`);
    assert.deepEqual([...imbalances(all.world.ledger)], []);
  }), { numRuns: 60 });
});

test('a gain whose value falls because an average was rounded gives the money back', () => {
  const bench = Bench.ready({ fills: 'cumulative', profile: free, held: { BTC: '0', USD: '100000' } });
  const order = bench.working('a', { quantityText: '1.5' });
  const first = bookGain(bench.world.ledger, bench.profile, btcUsd, order, reportOf(order, { filledUnits: BTC, averagePriceText: '20000.02' }));
  assert.equal(first?.valueUnits, 20_000n * USD + USD / 50n);
  const next = bookGain(bench.world.ledger, bench.profile, btcUsd, { ...order, filledUnits: BTC, filledValueUnits: first.valueUnits }, reportOf(order, { filledUnits: BTC + 1n, averagePriceText: '20000.01' }));
  assert.ok(next !== undefined && next.valueUnits < 0n);
  assert.deepEqual(next.transfers.map(({ debit, asset, units }) => [debit, asset, units]), [[assetsAccount(VENUE), 'BTC', 1n], [assetsAccount(VENUE), 'USD', -next.valueUnits]]);
});

test('a cumulative quantity without an average is not booked at a price that was made up', () => {
  const bench = Bench.ready({ fills: 'cumulative', held: { BTC: '0', USD: '100000' } });
  bench.working('a', { quantityText: '1' });
  bench.reports('a', { filledUnits: BTC, state: 'filled' });
  assert.deepEqual([books(bench, 'BTC'), bench.phase('a')], [0n, 'ended']);
  assert.deepEqual(bench.dueKinds(), ['find'], 'the order is asked for again, since nothing else tells');
  bench.reports('a', { filledUnits: BTC, averagePriceText: '20000', state: 'filled' });
  assert.deepEqual([books(bench, 'BTC'), bench.phase('a')], [BTC, 'booked']);
});

test('a cumulative gain that a crash cut off from its end is found again', () => {
  const bench = Bench.ready({ fills: 'cumulative', held: { BTC: '0', USD: '100000' } });
  bench.working('a', { quantityText: '1' });
  const before = bench.journal.length;
  const { facts } = bench.reports('a', { filledUnits: BTC, averagePriceText: '20000', state: 'filled' });
  assert.deepEqual(facts.map((fact) => fact.type), ['order.ended', 'fill.booked', 'order.booked']);
  bench.crash(before + 1);
  assert.deepEqual(bench.dueKinds(), ['find']);
  bench.found('a', { filledUnits: BTC, averagePriceText: '20000', state: 'filled' });
  assert.deepEqual([books(bench, 'BTC'), bench.phase('a')], [BTC, 'booked']);
});

test('books that are opened begin with what the venue holds, whatever was booked of the asset before', () => {
  const ledger = emptyLedger();
  evolveLedger(ledger, openBalance(ledger, VENUE, 'BTC', 5n), 0);
  assert.equal(balanceOf(ledger, assetsAccount(VENUE), 'BTC'), 5n);
  evolveLedger(ledger, { type: 'fee.posted', venue: VENUE, feeId: 'f', asset: 'BNB', units: 2n, throughMs: 0, transfers: [{ debit: `fees:${VENUE}`, credit: assetsAccount(VENUE), asset: 'BNB', units: 2n }] }, 0);
  for (const units of [10n, -3n, -2n]) {
    const opened = openBalance(ledger, VENUE, 'BNB', units);
    evolveLedger(ledger, opened, 0);
    assert.equal(balanceOf(ledger, assetsAccount(VENUE), 'BNB'), units);
    assert.ok(opened.transfers.every((transfer) => transfer.units > 0n));
  }
  assert.deepEqual([...imbalances(ledger)], []);
});

test('fees that may still come are never counted as held', () => {
  const bench = filled({}, 'buy');
  assert.equal(holdingUnits(bench.world.ledger, VENUE, 'BTC'), 6n * BTC - 250_000n);
});
