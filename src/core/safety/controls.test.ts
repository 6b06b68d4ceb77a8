/** The controls in a world that trades: what they count is in the journal, so neither a crash nor a restart lets anything through. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BTC, Bench, SYMBOL, USD, assertSameWorlds, btcUsd, fillOf, limits as loose, routed } from '../../../test/kit/core.ts';
import type { Limits, TrustedPrice } from '../index.ts';
import { exposureOf, holdingUnits, openUnits, ownedBy } from '../index.ts';

const given = (changes: Partial<Limits>, waived: readonly string[] = []): Limits => ({ ...loose, ...changes, none: (loose.none ?? []).filter((key) => !waived.includes(key)) });
const ready = (changes: Partial<Limits> = {}, ...inForce: readonly string[]): Bench => Bench.ready({ limits: given(changes, inForce), held: { BTC: '5', USD: '1000000' } });
const code = (bench: Bench, key: string): string => bench.order(key).blocked?.code ?? bench.phase(key);

test('C5: of two hundred orders at once against a limit of one hundred, never more than one hundred are exposed, unknown ones included', () => {
  const bench = Bench.ready({ limits: { ...loose, maxPositionUnits: { [SYMBOL]: 100n * 1_000_000n } }, held: { BTC: '0', USD: '1000000' } });
  for (let n = 0; n < 200; n += 1) {
    bench.signal({ key: `k${n}`, quantityText: '0.01' });
    if (bench.phase(`k${n}`) === 'sending' && n % 3 === 0) bench.answer(`k${n}`, { kind: 'unknown', why: 'no answer' });
    assert.ok(holdingUnits(bench.world.ledger, 'sim', 'BTC') + exposureOf(bench.world.orders, 'sim', SYMBOL).buyUnits <= 100n * 1_000_000n);
  }
  assert.equal([...bench.world.orders.live.unordered()].length, 100);
  assert.equal(code(bench, 'k199'), 'BW-3021');
});

test('C4: of ten thousand orders in a burst no more leave than the limit allows, and every cancel does', () => {
  const bench = ready({ messageRate: { strategy: { most: 50, withinMs: 1_000 }, venue: { most: 60, withinMs: 1_000 }, system: { most: 70, withinMs: 1_000 } } });
  const left: number[] = [];
  for (let n = 0; n < 10_000; n += 1) {
    if (n % 10 === 0) bench.later(3);
    bench.signal({ key: `k${n}`, quantityText: '0.001', limitPriceText: '19500' });
    if (bench.phase(`k${n}`) !== 'sending') continue;
    left.push(bench.nowMs);
    bench.answer(`k${n}`, { kind: 'accepted', report: bench.report(`k${n}`) });
    if (left.length % 2 === 0) bench.take({ kind: 'cancel', orderId: bench.order(`k${n}`).id, by: 'sam', reason: 'burst' });
  }
  for (const [at, fromMs] of left.entries()) assert.ok(left.slice(at).filter((ms) => ms < fromMs + 1_000).length <= 50, 'in any second of it');
  assert.ok(left.length > 50, `${left.length} left`);
  const orders = [...bench.world.orders.live.values()];
  const wanted = orders.filter(({ cancelSeq }) => cancelSeq > 0);
  assert.ok(wanted.length >= left.length / 3);
  assert.equal(bench.dueKinds().filter((kind) => kind === 'cancel').length, wanted.length, 'no cancel is held back by the rate');
});

test('C4: a cancel counts against the rate of what comes after it', () => {
  const bench = ready({ messageRate: { strategy: { most: 2, withinMs: 1_000 }, venue: { most: 9, withinMs: 1_000 }, system: { most: 9, withinMs: 1_000 } } });
  bench.working('a');
  bench.take({ kind: 'cancel', orderId: bench.order('a').id, by: 'sam', reason: 'x' });
  bench.signal({ key: 'b' });
  assert.equal(code(bench, 'b'), 'BW-3030');
});

test('C6: the order after the last repetition stops its strategy, over a restart too, until a named person lets it go on', () => {
  const bench = ready({ repeats: { most: 3, withinMs: 600_000 } }, 'repeats');
  for (const key of ['a', 'b', 'c']) bench.sent(key, { quantityText: '0.1' });
  const { facts } = bench.signal({ key: 'd', quantityText: '0.1' });
  assert.deepEqual(facts.map(({ type }) => type), ['order.intended', 'strategy.throttled', 'order.blocked']);
  assert.equal(code(bench, 'd'), 'BW-3031');
  bench.later(3_600_000);
  bench.signal({ key: 'e', side: 'sell', quantityText: '0.1' });
  assert.equal(code(bench, 'e'), 'BW-3032', 'neither time nor the other side ends it');
  bench.signal({ key: 'other', strategy: 'two', quantityText: '0.1' });
  assert.equal(bench.phase('other'), 'sending', 'another strategy goes on');
  bench.crash();
  bench.reconcile({ balances: { BTC: '5', USD: '1000000' } });
  bench.quote();
  bench.signal({ key: 'f', quantityText: '0.1' });
  assert.equal(code(bench, 'f'), 'BW-3032');
  assert.deepEqual(bench.types({ kind: 'enable-strategy', strategy: 'one', by: 'ann', reason: 'it is a grid' }), ['strategy.enabled']);
  assert.deepEqual(bench.take({ kind: 'enable-strategy', strategy: 'one', by: 'ann', reason: 'again' }).outcome, { kind: 'nothing-to-do', why: 'the strategy "one" is not stopped' });
  bench.signal({ key: 'g', quantityText: '0.1' });
  assert.equal(bench.phase('g'), 'sending');
  assertSameWorlds(bench);
});

test('C6: what goes the other way in between begins the count anew, and so does time', () => {
  const bench = ready({ repeats: { most: 2, withinMs: 600_000 } }, 'repeats');
  for (const [key, side] of [['a', 'buy'], ['b', 'buy'], ['c', 'sell'], ['d', 'buy'], ['e', 'buy']] as const) bench.sent(key, { side, quantityText: '0.1' });
  bench.later(600_000);
  bench.sent('f', { quantityText: '0.1' });
});

test('C6: an order that provably did not arrive and is tried again is no repetition', () => {
  const bench = ready({ repeats: { most: 1, withinMs: 600_000 }, duplicateWithinMs: 60_000 }, 'repeats', 'duplicateWithin');
  bench.sent('a');
  bench.answer('a', { kind: 'not-sent', why: '429', retryAfterMs: 10 });
  bench.later(10);
  bench.take({ kind: 'release', orderId: bench.order('a').id });
  assert.equal(bench.phase('a'), 'sending');
});

test('C12: the same wish fifty times under other keys, over a restart too, gives one order; one that says so is let through', () => {
  const bench = ready({ duplicateWithinMs: 60_000 }, 'duplicateWithin');
  bench.sent('k0');
  for (let n = 1; n < 50; n += 1) {
    if (n === 25) {
      bench.crash();
      bench.reconcile({ balances: { BTC: '5', USD: '1000000' } });
      bench.quote();
    }
    bench.later(1_000);
    bench.signal({ key: `k${n}` });
    assert.equal(code(bench, `k${n}`), 'BW-3043');
  }
  assert.equal([...bench.world.orders.live.unordered()].length, 1);
  bench.sent('on purpose', { allowRepeat: true });
  bench.later(60_000);
  bench.sent('later');
  assertSameWorlds(bench);
});

test('C13: two strategies never trade with each other, whatever the order of theirs was', () => {
  const bench = ready({ selfMatch: 'refuse' }, 'selfMatch');
  bench.working('bid', { limitPriceText: '19900' });
  bench.signal({ key: 'through', strategy: 'two', side: 'sell', limitPriceText: '19900' });
  assert.equal(code(bench, 'through'), 'BW-3042');
  bench.sent('above', { strategy: 'two', side: 'sell', limitPriceText: '20100' });
  const { limitPriceText: _none, ...market } = { limitPriceText: '', key: 'market', orderType: 'market' as const };
  bench.take({ kind: 'signal', routed: { ...(() => { const { limitPriceText: _gone, ...signal } = routedSignal('market'); return { signal: { ...signal, ...market }, venue: 'sim', symbol: SYMBOL, windowMs: 60_000 }; })() } });
  assert.equal(code(bench, 'market'), 'BW-3042');
  bench.reports('bid', { state: 'cancelled' });
  bench.sent('now', { strategy: 'two', side: 'sell', limitPriceText: '19900' });
  assertSameWorlds(bench);
});
const routedSignal = (key: string) => ({ source: 'tester', strategy: 'one', owner: ownedBy('tester'), action: 'order' as const, side: 'buy' as const, ticker: 'BTCUSD', quantityText: '0.5', orderType: 'market' as const, timeInForce: 'gtc' as const, limitPriceText: '1', keyFrom: 'id' as const, content: key, key });

test('C7: buying power is what is held less what is spoken for, and comes back when an order is over', () => {
  const bench = Bench.ready({ limits: given({ buyingPower: 'reserved' }, ['buyingPower']), held: { BTC: '1', USD: '20000' } });
  bench.working('a');
  bench.sent('b');
  bench.signal({ key: 'c', quantityText: '0.01' });
  assert.equal(code(bench, 'c'), 'BW-3026', 'two orders of 10000 speak for all of it');
  bench.reports('a', { state: 'cancelled' });
  bench.sent('d');
  bench.sent('sale', { side: 'sell', quantityText: '1', limitPriceText: '20100' });
  bench.signal({ key: 'short', side: 'sell', quantityText: '0.01', limitPriceText: '20100' });
  assert.equal(code(bench, 'short'), 'BW-3026', 'nor is what is held sold twice');
  assertSameWorlds(bench);
});

test('C7: all positions together, over strategies, at the price of now; what makes them smaller passes', () => {
  const bench = ready({ maxGrossValue: { asset: 'USD', units: 120_000n * 10n ** 8n }, maxNetValue: { asset: 'USD', units: 200_000n * 10n ** 8n }, rateMaxAgeMs: 60_000 }, 'maxGrossValue', 'maxNetValue');
  bench.sent('a', { strategy: 'one' }); // 5 are held: 100000, and this is half a coin more
  bench.sent('b', { strategy: 'two' });
  bench.signal({ key: 'c', strategy: 'three', quantityText: '0.01' });
  assert.equal(code(bench, 'c'), 'BW-3024');
  bench.quote(2_100_000n);
  bench.sent('sale', { side: 'sell', limitPriceText: '21000' });
  assert.equal(bench.phase('sale'), 'sending');
});

test('C2: a limit in another currency is judged by the rates by which the account is valued, through another instrument too; an old rate is none', () => {
  const [eth, usdt] = ['ETH/BTC', 'BTC/USDT'];
  const each = <T>(one: T): Record<string, T> => ({ [SYMBOL]: one, [eth]: one, [usdt]: one });
  const inDollars = given({ maxOrderValue: each({ asset: 'USD', units: 10_000n * 10n ** 8n }), maxPositionUnits: each(10n ** 14n), maxShortUnits: each(10n ** 14n), maxOrderUnits: each(10n ** 14n), priceCollarPpm: each(50_000), maxSpreadPpm: each(50_000), rateMaxAgeMs: 60_000 });
  const bench = Bench.ready({
    limits: { ...inDollars, maxOrderValue: { ...each({ asset: 'USD', units: 10_000n * 10n ** 8n }), [SYMBOL]: { asset: 'USD', units: 10_000n * USD } } },
    instruments: [btcUsd, { ...btcUsd, symbol: eth, base: 'ETH', quote: 'BTC', quantityScale: 6, quoteScale: 8, quantityStepUnits: 1n, minQuantityUnits: 1n, minNotionalUnits: 1n }], held: { BTC: '5', ETH: '0', USD: '1000000' },
  });
  bench.quote(5n, 5n, eth); // 0.05 BTC
  const wish = (key: string, quantityText: string): string => {
    bench.take({ kind: 'signal', routed: { ...routed({ key, quantityText, limitPriceText: '0.05' }), symbol: eth } });
    return code(bench, key);
  };
  assert.equal(wish('ten', '10'), 'sending', '0.5 BTC at 20000 are 10000 USD');
  assert.deepEqual([wish('more', '10.000002'), bench.order('more').blocked?.observed], ['BW-3020', '10000.002 USD']);
  bench.prices.set(`sim ${SYMBOL}`, { ...bench.prices.get(`sim ${SYMBOL}`), seenAtMs: bench.nowMs - 60_000 } as TrustedPrice);
  assert.equal(wish('aging', '1'), 'sending');
  bench.prices.set(`sim ${SYMBOL}`, { ...bench.prices.get(`sim ${SYMBOL}`), seenAtMs: bench.nowMs - 60_001 } as TrustedPrice);
  assert.equal(wish('old', '1'), 'BW-3002');
  bench.prices.delete(`sim ${SYMBOL}`);
  assert.equal(wish('none', '1'), 'BW-3002');
});

test('C8: a source may buy or sell what it is permitted to, and nothing else', () => {
  const bench = ready({ permissions: { tester: { [SYMBOL]: ['sell'] }, default: { default: ['buy', 'sell'] } } }, 'permissions');
  bench.signal({ key: 'a' });
  assert.equal(code(bench, 'a'), 'BW-3040');
  bench.sent('b', { side: 'sell' });
});

test('an order that only reduces does not flip the position, whatever else is on its way', () => {
  const bench = ready();
  bench.sent('a', { side: 'sell', quantityText: '3', reduceOnly: true });
  bench.signal({ key: 'b', side: 'sell', quantityText: '2.1', reduceOnly: true });
  assert.equal(code(bench, 'b'), 'BW-3044');
  bench.signal({ key: 'c', quantityText: '0.1', reduceOnly: true });
  assert.equal(code(bench, 'c'), 'BW-3044', 'a buy reduces nothing here');
  bench.sent('d', { side: 'sell', quantityText: '2', reduceOnly: true });
});

test('P5: in observe mode everything leaves, and what would have been refused stands in the journal with the order', () => {
  const bench = ready({ duplicateWithinMs: 60_000, observe: ['all'], maxPositionUnits: {} }, 'duplicateWithin');
  bench.sent('a');
  const prepared = bench.signal({ key: 'b' }).facts.find((fact) => fact.type === 'order.prepared');
  assert.ok(prepared?.type === 'order.prepared');
  assert.deepEqual(prepared.onlyObserved?.map(({ control, code: said }) => `${control} ${said}`), ['position BW-3001', 'duplicate BW-3043']);
});

test('what several controls say is recorded with the refusal', () => {
  const bench = ready({ restricted: ['BTC'], buyingPower: 'reserved' }, 'restricted', 'buyingPower');
  bench.signal({ key: 'a', quantityText: '60', limitPriceText: '20000' });
  assert.deepEqual([bench.order('a').blocked?.control, ...(bench.order('a').alsoBlocked ?? []).map(({ control }) => control)], ['restricted', 'order-value', 'position', 'buying-power']);
});

/** What an order may still become, one way and the other, by every outcome there is: nothing of it, or all of it. */
const outcomes = (bench: Bench): bigint[] => {
  let sums = [holdingUnits(bench.world.ledger, 'sim', 'BTC')];
  for (const order of bench.world.orders.live.unordered()) {
    const units = openUnits(order) * (order.side === 'buy' ? 1n : -1n);
    if (units !== 0n) sums = [...new Set(sums.flatMap((sum) => [sum, sum + units]))];
  }
  return sums;
};

test('P2: after any history the exposure is the worst of all outcomes that are still possible', () => {
  const step = fc.record({ act: fc.constantFrom('ask', 'ask', 'ask', 'doubt', 'accept', 'fill', 'cancel', 'absent'), side: fc.constantFrom('buy' as const, 'sell' as const), tenths: fc.integer({ min: 1, max: 30 }), pick: fc.nat(7) });
  fc.assert(fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
    const bench = Bench.ready({ limits: given({ maxShortUnits: { [SYMBOL]: 2n * BTC } }), held: { BTC: '1', USD: '1000000' } });
    const keys: string[] = [];
    for (const { act, side, tenths, pick } of steps) {
      const key = keys[pick % Math.max(keys.length, 1)];
      if (act === 'ask') {
        if ([...bench.world.orders.live.unordered()].length >= 8) continue;
        keys.push(`k${keys.length}`);
        bench.signal({ key: `k${keys.length - 1}`, side, quantityText: String(tenths / 10) });
      } else if (key !== undefined) {
        const { phase, quantityUnits } = bench.order(key);
        if (phase === 'sending' && act === 'doubt') bench.answer(key, { kind: 'unknown', why: 'no answer' });
        if (phase === 'sending' && act === 'accept') bench.answer(key, { kind: 'accepted', report: bench.report(key) });
        if (phase === 'working' && act === 'fill') bench.activity({ fills: [fillOf(bench.order(key), `f-${key}-${bench.journal.length}`, (quantityUnits - bench.order(key).filledUnits) / 2n)] });
        if (phase === 'working' && act === 'cancel') bench.reports(key, { state: 'cancelled', filledUnits: bench.order(key).filledUnits });
        if (phase === 'unknown' && act === 'absent') { bench.later(30_000); bench.absent(key); bench.later(5_000); bench.absent(key); }
      }
      const { buyUnits, sellUnits } = exposureOf(bench.world.orders, 'sim', SYMBOL);
      const held = holdingUnits(bench.world.ledger, 'sim', 'BTC');
      const all = outcomes(bench);
      const [most, least] = [all.reduce((a, b) => (a > b ? a : b)), all.reduce((a, b) => (a < b ? a : b))];
      assert.equal(held + buyUnits, most, 'as long as it can get');
      assert.equal(held - sellUnits, least, 'as short as it can get');
      assert.ok(most <= 10n * BTC + 1_000_000n && least >= -2n * BTC - 1_000_000n, 'and neither is beyond its limit, but for fees that are not told yet');
    }
    assertSameWorlds(bench);
  }), { numRuns: 60 });
});
void USD;
