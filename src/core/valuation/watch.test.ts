import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AccountBench, COIN } from '../../../test/kit/account.ts';
import { BTC, assertSameWorlds, btcUsd, ethUsd, feeOf } from '../../../test/kit/core.ts';
import { worthOf } from './worth.ts';

const held = { BTC: '1', USD: '10000' }; // with a price of 20 000 dollars: 30 000 in all
const lossOf = (one: AccountBench): bigint | undefined => one.last?.standing.lossUnits;

test('what an account begins with is no gain', () => {
  const one = new AccountBench({ held });
  one.looks(5);
  assert.deepEqual([lossOf(one), one.account.flowedUnits, one.account.day?.openingEquityUnits], [0n, 30_000n * COIN, 30_000n * COIN]);
  assert.equal(one.trips.length, 0);
  assertSameWorlds(one.bench);
});

test('O1: a real fall trips within 5 s, once, until a person closes it; one bad price does not', () => {
  const one = new AccountBench({ held });
  one.looks(5);
  one.looks(5, (second) => one.bench.quote(second === 2 ? 1_000_000n : 2_000_000n));
  assert.equal(one.trips.length, 0, 'a price that was wrong for one look');
  const fellMs = one.bench.nowMs;
  one.looks(30, () => one.bench.quote(1_890_000n));
  assert.deepEqual(one.rules, ['daily-loss']);
  const [trip] = one.trips;
  assert.ok((trip?.atMs ?? Infinity) - fellMs <= 5_000);
  assert.deepEqual([trip?.breaker, trip?.forMs, trip?.evidence['loss']], ['loss/default', 'manual', '1100 USD']);
});

test('a loss just below the limit trips nothing, and one at the limit does', () => {
  for (const [cents, rules] of [[1_900_001n, []], [1_900_000n, ['daily-loss']]] as const) {
    const one = new AccountBench({ held });
    one.looks(5);
    one.looks(10, () => one.bench.quote(cents));
    assert.deepEqual(one.rules, rules);
  }
});

test('O4: what half the limit has tripped while degraded closes once the whole one holds again; what the whole limit has tripped does not', () => {
  const one = new AccountBench({ held });
  one.looks(5);
  one.looks(10, () => one.bench.quote(1_940_000n)); // 600 of 1000 dollars are lost
  assert.deepEqual(one.rules, []);
  one.state = 'degraded';
  one.looks(3);
  assert.deepEqual([one.rules, one.trips[0]?.evidence['limit']], [['daily-loss while degraded'], '500 USD']);
  one.looks(3);
  assert.equal(one.trips.length, 1, 'once');
  one.state = 'whole';
  one.looks(1);
  assert.deepEqual([one.resets.map(({ reason }) => reason), one.tripped.size], [['the limit in force is not reached any more'], 0]);
  one.state = 'degraded';
  one.looks(2);
  one.looks(10, () => one.bench.quote(1_890_000n)); // and now 1100
  assert.deepEqual(one.rules, ['daily-loss while degraded', 'daily-loss while degraded', 'daily-loss']);
  one.state = 'whole';
  one.looks(10, () => one.bench.quote(1_940_000n));
  assert.equal(one.tripped.get('loss/default')?.rule, 'daily-loss', 'only a person closes it');
});

test('O4: whichever half has tripped, the whole of the other is seen, and trips for itself', () => {
  const one = new AccountBench({ held, policy: { onLimit: 'flatten', maxDailyLossUnits: 1_000n * COIN, maxDrawdownPpm: 100_000 } });
  one.looks(70);
  for (const [day, cents] of [['2', 1_910_000n], ['3', 1_870_000n]] as const) { // 900 dollars on one day and 400 on the next, of 1000 each and 3000 in all
    one.looks(70, () => one.bench.quote(cents));
    one.day = { ...one.day, key: `2026-01-0${day}` };
    one.looks(70);
  }
  assert.equal(one.rules.length, 0);
  one.state = 'degraded';
  one.looks(5, () => one.bench.quote(1_845_000n)); // 250 today, and 1550 from the best
  assert.equal(one.rules.join(), 'drawdown while degraded');
  one.looks(20, () => one.bench.quote(1_755_000n)); // 1150 today: the whole of the day, and not yet of the fall
  assert.ok(one.rules.includes('daily-loss'), one.rules.join());
});

test('one wrong price that stands is not seen anew because another asset is quoted', () => {
  const one = new AccountBench({ instruments: [btcUsd, ethUsd], held: { BTC: '1', ETH: '1', USD: '10000' }, policy: { onLimit: 'flatten', maxDailyLossUnits: 250n * COIN } });
  const ticks = (count: number): void => {
    for (let tick = 0; tick < count; tick++) {
      one.bench.nowMs += 1_000;
      one.bench.quote(200_000n, 200_000n, 'ETH/USD');
      one.look();
    }
  };
  for (let second = 0; second < 6; second++) {
    one.bench.quote(2_000_000n);
    ticks(1);
  }
  one.bench.quote(1_970_000n); // once, and less of a jump than would be held
  ticks(3);
  assert.deepEqual(one.rules, []);
  one.bench.quote(2_000_000n);
  ticks(10);
  assert.deepEqual(one.rules, []);
});

test('a price that stands still is believed once it has stood, and not by being looked at often', () => {
  const one = new AccountBench({ held });
  one.looks(5);
  one.bench.quote(1_800_000n);
  for (let look = 0; look < 20; look++) {
    one.bench.nowMs += 50;
    one.look();
  }
  assert.equal(one.trips.length, 0, 'a second of looking is one look');
  for (let look = 0; look < 8; look++) {
    one.bench.nowMs += 500;
    one.look();
  }
  assert.deepEqual(one.rules, ['daily-loss']);
});

test('C27: loss by fees alone trips', () => {
  const one = new AccountBench({ held: { BTC: '1', USD: '900000' } });
  one.looks(5);
  one.bench.activity({ fees: [feeOf('dear', '1000', { asset: 'USD' })], cursor: 'f' });
  one.looks(4);
  assert.deepEqual(one.rules, ['daily-loss']);
  assert.equal(one.bench.world.valuation.today.get('sim USD')?.feesUnits, 1_000n * 10_000_000_000n);
});

test('a fee that is not told yet is lost already, at the most it can be', () => {
  const one = new AccountBench({ held: { USD: '100000' } });
  one.looks(5);
  one.trade('buy', BTC, 20_000);
  one.looks(3);
  assert.equal(lossOf(one), 50n * COIN); // 2500 millionths of 20 000
});

test('W2, O2: what has no price is not worth nothing and not without loss: it is told, and stops new risk if it lasts', () => {
  const one = new AccountBench({ held });
  one.looks(5);
  one.bench.prices.clear();
  one.looks(1);
  assert.deepEqual([lossOf(one), one.last?.standing.worth.kind], [undefined, 'unvalued']);
  one.looks(4);
  assert.equal(one.facts('risk.unvalued').length, 1);
  assert.equal(one.trips.length, 0);
  one.looks(8);
  assert.deepEqual([one.rules, one.trips[0]?.breaker], [['unvalued'], 'loss/default']);
  assert.match(one.trips[0]?.reason ?? '', /no trusted price of BTC\/USD/);
  one.bench.quote(2_000_000n);
  one.looks(1);
  assert.deepEqual([one.resets.length, one.facts('risk.valued').length], [1, 1]);
});

test('an old price is none, however good it was', () => {
  const one = new AccountBench({ held, policy: { rateMaxAgeMs: 3_000 } });
  one.looks(5);
  const price = one.bench.prices.get('sim BTC/USD');
  assert.ok(price !== undefined);
  one.looks(4, () => one.bench.prices.set('sim BTC/USD', price));
  assert.equal(one.last?.standing.worth.kind, 'unvalued');
});

test('V5: money that a person says came from outside, or went there, is neither gained nor lost', () => {
  const one = new AccountBench({ held });
  one.looks(5);
  for (const [usd, change] of [['25000', 15_000n], ['4000', -21_000n]] as const) {
    one.bench.reconcile({ balances: { BTC: '1', USD: usd } });
    one.bench.take({ kind: 'adopt-balance', venue: 'sim', asset: 'USD', by: 'sam', reason: 'the bank' });
    one.looks(5);
    assert.equal(lossOf(one), 0n, `${change}`);
  }
  assert.deepEqual([one.trips, one.account.flowedUnits], [[], 24_000n * COIN]);
});

test('O3, C27: over midnight the loss begins anew, and an open breaker stays open', () => {
  const one = new AccountBench({ held });
  one.looks(70, (second) => one.bench.quote(second < 10 ? 2_000_000n : 1_940_000n)); // 600 lost
  one.day = { ...one.day, key: '2026-01-02' };
  one.looks(5);
  assert.deepEqual([lossOf(one), one.trips], [0n, []]);
  one.looks(10, () => one.bench.quote(1_880_000n)); // another 600: 1200 since yesterday
  assert.deepEqual([lossOf(one), one.trips], [600n * COIN, []]);
  one.looks(10, () => one.bench.quote(1_840_000n));
  assert.deepEqual(one.rules, ['daily-loss']);
  one.day = { ...one.day, key: '2026-01-03' };
  one.looks(10);
  assert.deepEqual([one.resets, one.tripped.get('loss/default')?.untilMs], [[], 'manual']);
});

test('O3: what was lost while nothing could be valued as the day turned is lost today', () => {
  const one = new AccountBench({ held });
  one.looks(5);
  one.bench.prices.clear();
  one.looks(5);
  one.day = { ...one.day, key: '2026-01-02' };
  one.bench.quote(1_890_000n);
  one.looks(5);
  assert.deepEqual([one.account.day?.key, lossOf(one), one.rules], ['2026-01-02', 1_100n * COIN, ['daily-loss']]);
});

test('C27: over a restart nothing of the loss is forgotten', () => {
  const one = new AccountBench({ held });
  one.looks(5);
  one.looks(5, () => one.bench.quote(1_940_000n));
  one.restart();
  one.bench.quote(1_900_000n);
  one.looks(2);
  assert.equal(one.trips.length, 0, 'nothing is concluded from two looks');
  one.looks(2);
  assert.deepEqual(one.rules, ['daily-loss']);
  assertSameWorlds(one.bench);
});

test('the best that the account ever stood outlives a restart, within a hundredth of the limit', () => {
  const one = new AccountBench({ held, policy: { maxDrawdownPpm: 50_000, maxDailyLossUnits: 100_000n * COIN } });
  one.looks(5);
  one.looks(25, (second) => one.bench.quote(2_000_000n + BigInt(Math.min(second, 20)) * 20_000n)); // up to 24 000: 34 000 in all
  one.restart();
  one.looks(5, () => one.bench.quote(2_250_000n)); // 4.4 % below
  assert.equal(one.trips.length, 0);
  one.looks(10, () => one.bench.quote(2_220_000n)); // 5.3 % below
  assert.deepEqual(one.rules, ['drawdown']);
});

test('three lost round trips in a row pause trading for five minutes, over a restart too; two and a gain do not', () => {
  const round = (one: AccountBench, sold: number): void => {
    one.trade('buy', BTC / 10n, 20_000, { fee: { asset: 'USD', amountText: '0' } });
    one.trade('sell', BTC / 10n, sold, { fee: { asset: 'USD', amountText: '0' } });
    one.looks(1);
  };
  const lucky = new AccountBench({ held, fees: 'in-fill' });
  for (const sold of [19_990, 19_990, 20_010, 19_990, 19_990]) {
    round(lucky, sold);
    if (lucky.account.roundsEver < 5) assert.equal(lucky.trips.length, 0);
  }
  assert.deepEqual(lucky.rules, ['streak'], 'four of five is 80 percent');

  const one = new AccountBench({ held, fees: 'in-fill' });
  round(one, 19_990);
  round(one, 19_990);
  assert.equal(one.trips.length, 0);
  one.restart();
  round(one, 19_990);
  assert.deepEqual([one.rules, one.trips[0]?.forMs], [['streak'], 300_000]);
});

test('a position beyond its limit trips at once, and closes when it is back', () => {
  const one = new AccountBench({ held: { BTC: '9.9', USD: '1000000' }, policy: { maxDailyLossUnits: 10n ** 18n } });
  one.looks(3);
  assert.equal(one.trips.length, 0);
  const order = one.bench.working('a', { quantityText: '0.1', limitPriceText: '20000' });
  one.bench.activity({ fills: [{ fillId: 'x', venueOrderId: order.venueOrderIds[0] ?? '', symbol: order.symbol, side: 'buy', quantityUnits: BTC, priceUnits: 2_000_000n, cumulativeUnits: undefined, atMs: one.bench.nowMs }], cursor: 'x' });
  one.look();
  assert.deepEqual([one.trips[0]?.breaker, one.trips[0]?.evidence['limit']], ['position/BTC/USD', '10 BTC']);
  one.trade('sell', BTC, 20_000);
  one.look();
  assert.deepEqual(one.resets.map(({ breaker }) => breaker), ['position/BTC/USD']);
});

test('worth is that of the books at every price, rounded down', () => {
  const one = new AccountBench({ held: { BTC: '0.00000001', USD: '0.0000000001' } });
  one.bench.quote(1_234_567n, 1_234_568n);
  const worth = worthOf(one.bench.world, { price: (venue, symbol) => one.bench.prices.get(`${venue} ${symbol}`) }, one.bench.nowMs);
  assert.equal(worth.kind === 'valued' ? worth.equityUnits : undefined, 12_345n); // 0.00012345675, and what is below a unit is dropped
});
