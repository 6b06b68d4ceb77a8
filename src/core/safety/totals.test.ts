/** The sums that limits rest on, against adding everything up: whatever happened to orders, books, prices and rates. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { amendOne, worstByHand } from '../../../test/kit/wishes.ts';
import { Bench, VENUE, btcUsd, fillOf, limits as loose, routed } from '../../../test/kit/core.ts';
import { ChangeLog, absolute, divide, formatUnits, larger } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import { freezeWorld, orderById, orderIdOf, thawWorld } from '../index.ts';
import type { Limits, World } from '../index.ts';
import type { Total } from '../limits/index.ts';
import { assetsAccount, balanceOf } from '../ledger/index.ts';
import type { OrderReport, PriceChanges, Prices, TrustedPrice } from '../market/index.ts';
import { CrossRates } from '../valuation/index.ts';
import type { Change } from './spans.ts';
import { followTotals, totalIn } from './valuation.ts';

const scales: Readonly<Record<string, number>> = { BTC: 8, ETH: 6, SOL: 6, EUR: 8, USDT: 10, USD: 12, DOGE: 7 };
const pair = (base: string, quote: string): Instrument => ({ ...btcUsd, symbol: `${base}/${quote}`, base, quote, quantityScale: scales[base] ?? 0, quoteScale: scales[quote] ?? 0, minNotionalUnits: 1n, minQuantityUnits: 1n, quantityStepUnits: 1n });
const instruments = [pair('BTC', 'USD'), pair('BTC', 'USDT'), pair('ETH', 'USD'), pair('ETH', 'BTC'), pair('SOL', 'EUR'), pair('EUR', 'USD'), pair('USDT', 'USD')];
const symbols = instruments.map(({ symbol }) => symbol);
const MAX_AGE_MS = 60_000;
const each = <T>(one: T): Record<string, T> => Object.fromEntries(symbols.map((symbol) => [symbol, one]));
const limits: Limits = {
  ...loose, maxOrderValue: each({ asset: 'USD', units: 10n ** 30n }), maxPositionUnits: each(10n ** 14n), maxShortUnits: each(10n ** 14n), maxOrderUnits: each(10n ** 14n), priceCollarPpm: each(999_999), maxSpreadPpm: each(999_999), rateMaxAgeMs: MAX_AGE_MS,
  maxNetValue: { asset: 'USD', units: 10n ** 30n }, maxGrossValue: { asset: 'EUR', units: 10n ** 30n }, none: (loose.none ?? []).filter((key) => !key.endsWith('Value')),
};

/** Senses that say which prices changed, or that do not. */
class Told implements Prices {
  readonly all = new Map<string, TrustedPrice>();
  readonly #log = new ChangeLog();
  set(symbol: string, price: TrustedPrice | undefined): void {
    if (price === undefined) this.all.delete(`${VENUE} ${symbol}`);
    else this.all.set(`${VENUE} ${symbol}`, price);
    this.#log.name(`${VENUE} ${symbol}`);
  }
  price(venue: string, symbol: string): TrustedPrice | undefined {
    return this.all.get(`${venue} ${symbol}`);
  }
  changed(mark: number | undefined): PriceChanges {
    return { mark: this.#log.mark, keys: mark === undefined ? undefined : this.#log.since(mark) };
  }
}

/** T1 and T2 by brute force: every order, every row of the books, every price, each time. */
function oracle(world: World, prices: Prices, change: Change, asset: string, nowMs: number): { readonly kind: string; readonly total: unknown } {
  const rates = new CrossRates(world.market, prices, nowMs, MAX_AGE_MS);
  let [net, gross, netThen, grossThen, unknown] = [0n, 0n, 0n, 0n, false];
  const listed = [...world.market.instruments.values()];
  for (const base of new Set(listed.map((one) => one.base))) {
    if (base === asset) continue;
    let [most, least] = [balanceOf(world.ledger, assetsAccount(VENUE), base), balanceOf(world.ledger, assetsAccount(VENUE), base)];
    for (const fee of world.ledger.pendingFees.values()) {
      if (fee.asset !== base) continue;
      most -= fee.leastUnits;
      least -= fee.mostUnits;
    }
    const trades = new Set(listed.filter((one) => one.base === base).map(({ symbol }) => symbol));
    for (const order of [...world.orders.live.values(), ...world.orders.done.values()]) {
      if (!trades.has(order.symbol)) continue;
      if (order.side === 'buy') most += worstByHand(world, order);
      else least -= worstByHand(world, order);
    }
    for (const foreign of world.orders.foreign.values()) {
      if (!foreign.open || !trades.has(foreign.symbol)) continue;
      if (foreign.side === 'buy') most += foreign.openUnits;
      else least -= foreign.openUnits;
    }
    const own = change.base === base ? change.ownUnits : 0n;
    const added = change.base === base ? change.addedUnits : 0n;
    const [before, then] = change.side === 'buy' ? [[most - own, least], [most - own + added, least]] as const : [[most, least + own], [most, least + own - added]] as const;
    const inEight = (units: bigint): bigint => divide(units * 10n ** 8n, 10n ** BigInt(scales[base] ?? 0), 'up');
    const worst = ([a, b]: readonly [bigint, bigint]): bigint => larger(absolute(inEight(a)), absolute(inEight(b)));
    if (worst(before) === 0n && worst(then) === 0n) continue;
    const reading = rates.rate(VENUE, base, asset);
    if (reading.kind === 'none') { unknown = true; continue; }
    const worth = (units: bigint): bigint => divide(units * reading.rate.numerator, reading.rate.denominator, 'up');
    [net, gross, netThen, grossThen] = [net + worth(worst(before)), gross + worth(worst(before)), netThen + worth(worst(then)), grossThen + worth(worst(then))];
  }
  return unknown ? { kind: 'unknown', total: undefined } : { kind: 'known', total: { netUnits: net, grossUnits: gross, wouldBe: { netUnits: netThen, grossUnits: grossThen } } };
}

const read = (total: Total): { readonly kind: string; readonly total: unknown } => ('unknown' in total ? { kind: 'unknown', total: undefined } : { kind: 'known', total });

const price = (units: bigint, seenAtMs: number, spread = 0n): TrustedPrice => ({ bidUnits: units, askUnits: units + spread, seenAtMs, source: 'test' }) as TrustedPrice;

const others = (bench: Bench, report: Pick<OrderReport, 'symbol' | 'side' | 'quantityUnits' | 'venueOrderId' | 'state'>): unknown => bench.take({
  kind: 'reported', venue: VENUE, via: 'stream',
  report: { ...report, clientOrderId: undefined, type: 'limit', filledUnits: 0n, averagePriceText: undefined, limitPriceUnits: 100n, reason: undefined, updatedAtMs: bench.nowMs },
});

const step = fc.record({
  act: fc.constantFrom('ask', 'ask', 'amend', 'amend', 'doubt', 'accept', 'fill', 'cancel', 'absent', 'fee', 'foreign', 'foreign ends', 'price', 'price', 'no price', 'old price', 'later', 'much later', 'crash', 'follow', 'list'),
  side: fc.constantFrom('buy' as const, 'sell' as const), symbol: fc.nat(symbols.length - 1), units: fc.bigInt({ min: 1n, max: 3_000n }), pick: fc.nat(9), asset: fc.constantFrom('USD', 'EUR', 'BTC', 'ETH', 'SOL'),
});

for (const tells of [true, false]) {
  test(`K1: after any history the sums are what adding everything up gives${tells ? '' : ', where the senses do not say what changed'}`, () => {
    let amends = 0;
    fc.assert(fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const bench = Bench.ready({ limits, instruments, held: { BTC: '2', ETH: '5', USD: '1000000', USDT: '1000', EUR: '500', SOL: '0' } });
      const told = new Told();
      const senses: Prices = tells ? told : { price: (venue, symbol) => told.price(venue, symbol) };
      bench.senses = senses;
      for (const [index, symbol] of symbols.entries()) told.set(symbol, price(1_000n * BigInt(index + 1) + 7n, bench.nowMs));
      const keys: string[] = [];
      const amended: string[] = [];
      for (const [number, { act, side, symbol: at, units, pick, asset }] of steps.entries()) {
        const symbol = symbols[at] ?? '';
        keys.push(...amended.filter((key) => !keys.includes(key) && orderById(bench.world.orders, orderIdOf(key)) !== undefined));
        const key = keys[pick % Math.max(keys.length, 1)];
        const phase = key === undefined ? '' : bench.phase(key);
        if (act === 'ask') {
          const wish = { key: `k${number}`, side, quantityText: `${units}`, limitPriceText: formatUnits(told.price(VENUE, symbol)?.bidUnits ?? 100n, 2) };
          bench.take({ kind: 'signal', routed: { ...routed(wish), symbol } });
          keys.push(wish.key);
        } else if (act === 'amend') {
          if (amendOne(bench, `k${number}`, pick + Number(units))?.outcome.kind === 'amending') amended.push(`k${number}`);
        } else if (act === 'price') told.set(symbol, price(units * 100n, bench.nowMs, units % 3n));
        else if (act === 'no price') told.set(symbol, undefined);
        else if (act === 'old price') told.set(symbol, price(units * 100n, bench.nowMs - MAX_AGE_MS + pick));
        else if (act === 'later') bench.nowMs += pick * 3;
        else if (act === 'much later') bench.nowMs += MAX_AGE_MS - 20 + pick;
        else if (act === 'follow') followTotals(bench.world, senses, bench.nowMs);
        else if (act === 'foreign') others(bench, { symbol, side, quantityUnits: units, venueOrderId: `f${pick}`, state: 'working' });
        else if (act === 'foreign ends') others(bench, { symbol, side, quantityUnits: units, venueOrderId: `f${pick}`, state: 'cancelled' });
        else if (act === 'fee') bench.activity({ fees: [{ feeId: `fee-${number}`, asset: 'BTC', amountText: '0.0001', throughMs: bench.nowMs }] });
        else if (act === 'list') bench.list([...instruments, pair('DOGE', 'USD')]);
        else if (act === 'crash') bench.crash();
        else if (key !== undefined && act === 'doubt' && phase === 'sending') bench.answer(key, { kind: 'unknown', why: 'no answer' });
        else if (key !== undefined && act === 'accept' && phase === 'sending') bench.answer(key, { kind: 'accepted', report: bench.report(key) });
        else if (key !== undefined && act === 'fill' && phase === 'working') bench.activity({ fills: [fillOf(bench.order(key), `x-${number}`, (bench.order(key).quantityUnits - bench.order(key).filledUnits) / 2n)] });
        else if (key !== undefined && act === 'cancel' && phase === 'working') bench.reports(key, { state: 'cancelled', filledUnits: bench.order(key).filledUnits });
        else if (key !== undefined && act === 'absent' && phase === 'unknown') { bench.nowMs += 30_000; bench.absent(key); bench.nowMs += 5_000; bench.absent(key); }
        const change: Change = { base: instruments[at]?.base ?? '', venue: VENUE, side, ownUnits: 0n, addedUnits: units };
        const currency = pick % 2 === 0 ? asset : 'USD';
        const worlds = number % 7 === 0 ? [bench.world, thawWorld(freezeWorld(bench.world))] : [bench.world];
        for (const world of worlds) assert.deepEqual(read(totalIn(world, senses, change, bench.nowMs)(currency)), oracle(world, senses, change, currency, bench.nowMs), `${act} ${symbol} in ${currency}`);
      }
      amends += amended.length;
    }), { numRuns: tells ? 200 : 60 });
    if (tells) assert.ok(amends > 5, `${amends} amends were taken`);
  });
}
