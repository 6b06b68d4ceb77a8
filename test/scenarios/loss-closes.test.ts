/** C27: what the loss limit does by itself where it is configured to, judged by what the exchange says of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signal } from '../../src/core/index.ts';
import { DEFAULT_RISK } from '../../src/runtime/index.ts';
import type { RiskSettings } from '../../src/runtime/index.ts';
import { SYMBOL, theatre } from '../support/theatre.ts';
import type { Plot, Theatre } from '../support/theatre.ts';
import { LIMITS, startOf } from '../kit/life.ts';

const risk = { ...DEFAULT_RISK, currency: 'USD', maxDailyLossText: '2000', onLimit: 'flatten' } as const satisfies RiskSettings;
const prices = { [SYMBOL]: { kind: 'manual', startPrice: '60000' }, 'USDC/USD': { kind: 'manual', startPrice: '1.00' } } as const;
const deep = { minValue: 200_000, maxValue: 300_000 };

/** The house alone makes the price, unless told. */
async function stage(changes: Partial<RiskSettings> = {}, plot: Plot = {}): Promise<Theatre> {
  const one = await theatre({ ...plot, settings: { risk: { ...risk, ...changes }, ...plot.settings }, exchange: { price: prices, house: deep, ...plot.exchange } });
  for (const { id, accountId, state } of one.exchange.oracle.orders()) if (accountId === 'market' && state === 'new') await one.clock.until(one.exchange.cancel('market', id));
  await one.pass(5_000);
  return one;
}
const move = (one: Theatre, price: string, symbol: string = SYMBOL): Promise<unknown> => one.clock.until(one.exchange.move(symbol, price));
const heldAtVenue = (one: Theatre): string => one.exchange.oracle.accounts().find(({ id }) => id === 'ours')?.balances['BTC']?.total ?? '0';
const openAtVenue = (one: Theatre): number => one.exchange.oracle.orders().filter(({ accountId, state }) => accountId === 'ours' && !['filled', 'cancelled', 'expired', 'rejected'].includes(state)).length;
const soldAtVenue = (one: Theatre): number => one.exchange.oracle.orders().filter(({ accountId, side }) => accountId === 'ours' && side === 'sell').reduce((sum, { filledQuantity }) => sum + Number(filledQuantity), 0);

/** Time passes until the stop has ended, and a while longer in which nothing more may come. */
async function untilClosed(one: Theatre, withinMs = 120_000): Promise<void> {
  await one.clock.runUntil(() => one.facts('kill.ended').some(({ outcome }) => outcome === 'CONFIRMED'), withinMs);
  await one.pass(20_000);
}

function assertClosedOnce(one: Theatre, coins = 1, trips = 1): void {
  assert.deepEqual([heldAtVenue(one), openAtVenue(one)], ['0', 0], 'nothing is held and nothing is open, says the exchange');
  assert.equal(soldAtVenue(one), coins, 'what was held was sold, and no more');
  assert.equal(one.facts('kill.begun').length, trips);
  assert.equal(one.facts('risk.acted').length, trips);
  assert.equal(one.runtime.world.gate.state, 'HALTED', 'and stays so until a person resumes');
  assert.equal(one.failures.length, 0);
}

test('C27: a real fall to the limit of the day cancels and closes everything by itself, once, and says why', async () => {
  const one = await stage();
  await one.ask('resting', { limitPriceText: '57100' });
  await one.pass(1_000);
  assert.equal(openAtVenue(one), 1);
  await move(one, '57500');
  await untilClosed(one);
  assertClosedOnce(one);
  const [begun] = one.facts('kill.begun');
  assert.deepEqual([begun?.word, begun?.scope, begun?.by], ['flatten', 'system', 'risk']);
  assert.match(begun?.reason ?? '', /the day's loss is .* and the limit is 2000/);
  assert.deepEqual(one.facts('risk.acted').map(({ word, outcome, stop }) => [word, outcome, stop]), [['flatten', 'begun', begun?.id]]);
  assert.equal(one.runtime.world.breakers.get('loss/default')?.until, 'manual', 'the amount is reset by hand alone');
  await one.ask('more', { limitPriceText: '57000' });
  assert.equal(one.order('more').phase, 'blocked');
  await one.pass(70_000); // the exchange tells its fees once a minute
  one.assertBooksAgree();
});

test('C27: a fall from the best closes as the loss of a day does', async () => {
  const { maxDailyLossText: _none, ...rest } = risk;
  const one = await theatre({ settings: { risk: { ...rest, maxDrawdownPpm: 10_000 } }, exchange: { price: prices, house: deep } });
  for (const { id, accountId, state } of one.exchange.oracle.orders()) if (accountId === 'market' && state === 'new') await one.clock.until(one.exchange.cancel('market', id));
  await one.pass(5_000);
  await move(one, '57500');
  await untilClosed(one);
  assertClosedOnce(one);
});

test('C27, must not: prices that are wrong for a moment close nothing', async () => {
  const one = await stage();
  for (let second = 0; second < 60; second++) {
    await move(one, second % 6 === 0 ? '57500' : '60000');
    await one.pass(1_000);
  }
  assert.deepEqual([heldAtVenue(one), one.facts('kill.begun').length, one.facts('risk.acted').length, one.runtime.world.gate.state], ['1', 0, 0, 'ACTIVE']);
});

test('C27, must not: half the limit while degraded, a streak of losses and a worth that is not known stop new risk and close nothing', async () => {
  const one = await stage({ maxDailyLossText: '20000' }, { exchange: { accounts: [{ id: 'ours', keyId: 'our-key', secret: 'our-secret', balances: { USD: '1000000', BTC: '0' } }, { id: 'market', keyId: 'm', secret: 'm', balances: { USD: '10000000', BTC: '100' } }] } });
  for (let round = 0; round < 3; round++) {
    await one.ask(`in-${round}`, { side: 'buy', quantityText: '0.1', limitPriceText: '61000' });
    await one.pass(3_000);
    await one.ask(`out-${round}`, { action: 'close', side: undefined, quantityText: undefined, limitPriceText: '58000' } as unknown as Partial<Signal>);
    await one.pass(3_000);
  }
  assert.equal(one.runtime.world.breakers.get('loss/default')?.opening?.evidence?.['rule'], 'streak');
  await one.pass(10_000);
  assert.deepEqual([one.facts('kill.begun').length, one.facts('risk.acted').length], [0, 0]);
});

test('C27, must not: where the control only observes, what would have been done is written down and nothing is', async () => {
  const one = await stage({}, { limits: { ...LIMITS, observe: ['daily-loss'] } });
  await move(one, '57500');
  await one.pass(30_000);
  assert.deepEqual([heldAtVenue(one), one.facts('kill.begun').length, one.runtime.world.gate.state], ['1', 0, 'ACTIVE']);
  assert.deepEqual(one.facts('risk.acted').map(({ word, outcome }) => [word, outcome]), [['flatten', 'only-observed']]);
});

test('C27: without a word of it the limit stops new risk and closes nothing; with "halt" it stops everything and closes nothing', async () => {
  const { onLimit: _flatten, ...quiet } = risk;
  for (const [settings, gate, acted] of [[quiet, 'ACTIVE', 0], [{ ...risk, onLimit: 'halt' as const }, 'HALTED', 1]] as const) {
    const one = await theatre({ settings: { risk: settings }, exchange: { price: prices, house: deep } });
    for (const { id, accountId, state } of one.exchange.oracle.orders()) if (accountId === 'market' && state === 'new') await one.clock.until(one.exchange.cancel('market', id));
    await one.ask('resting', { limitPriceText: '58000' });
    await one.pass(5_000);
    await move(one, '57900');
    await one.pass(30_000);
    assert.deepEqual([one.runtime.world.gate.state, one.facts('risk.acted').length, one.facts('kill.begun').length], [gate, acted, 0]);
    assert.equal(openAtVenue(one), 0, gate === 'HALTED' ? 'cancelled' : 'filled on the way down');
  }
});

test('C27: a loss by fees alone closes too', async () => {
  const fee = 20_000;
  const one = await stage({ maxDailyLossText: '1500' }, {
    exchange: {
      price: { [SYMBOL]: prices[SYMBOL] }, house: { ...deep, halfSpreadPpm: 1 }, fees: { periodMs: 60_000, makerPpm: BigInt(fee), takerPpm: BigInt(fee) },
      accounts: [{ id: 'ours', keyId: 'our-key', secret: 'our-secret', balances: { USD: '1000000' } }, { id: 'market', keyId: 'm', secret: 'm', balances: { USD: '10000000', BTC: '100' } }],
    },
    binding: { feeLeastPpm: fee, feeMostPpm: fee },
  });
  await one.byHand('market', 'sell', '5', '60000');
  await one.byHand('market', 'buy', '5', '59999');
  await one.ask('in', { quantityText: '1', limitPriceText: '60010' });
  await one.pass(5_000);
  const lossOf = (): string => String(one.runtime.world.breakers.get('loss/default')?.phase);
  if (lossOf() !== 'open') {
    await one.ask('again', { quantityText: '0.5', limitPriceText: '60010' });
    await one.pass(5_000);
  }
  await untilClosed(one);
  assert.equal(one.runtime.world.breakers.get('loss/default')?.opening?.evidence?.['rule'], 'daily-loss');
  assert.equal(openAtVenue(one), 0);
  assert.ok(Number(heldAtVenue(one)) < 0.000012, `${heldAtVenue(one)} BTC: less than can be traded`);
  assert.deepEqual([one.facts('kill.begun').length, one.facts('risk.acted').length, one.runtime.world.gate.state], [1, 1, 'HALTED']);
});

test('C27: a loss by a currency alone closes too: the price of the position never moved', async () => {
  const one = await stage({ currency: 'USDC' }, { binding: { symbols: [SYMBOL, 'USDC/USD'] } });
  await one.pass(10_000);
  await move(one, '1.05', 'USDC/USD');
  await untilClosed(one);
  assertClosedOnce(one);
  assert.match(one.facts('kill.begun')[0]?.reason ?? '', /USDC/);
});

test('C27: over midnight of the zone the loss is counted anew: two halves on two days close nothing, a whole one on the second does', async () => {
  const amsterdam = new Date(startOf + 3_600_000); // in winter
  const one = await stage({ zone: 'Europe/Amsterdam', dayTurnsAtMinute: (amsterdam.getUTCHours() * 60 + amsterdam.getUTCMinutes() + 2) % 1_440 });
  await move(one, '58600');
  await one.pass(60_000);
  assert.equal(one.facts('risk.day-begun').length, 1);
  await one.pass(120_000);
  assert.equal(one.facts('risk.day-begun').length, 2, 'the day has turned');
  await move(one, '57200');
  await one.pass(15_000);
  assert.deepEqual([one.facts('risk.acted').length, heldAtVenue(one)], [0, '1']);
  await move(one, '56500');
  await untilClosed(one);
  assertClosedOnce(one);
});

test('C27, A1: a life that ends anywhere in the middle of it is followed by one that goes on: closed in the end, begun once', async () => {
  for (const afterMs of [0, 1, 2, 3, 5, 8, 20, 60, 250, 700, 1_500, 5_000, 12_000]) {
    const one = await stage();
    await move(one, '57500');
    await one.clock.runUntil(() => one.runtime.world.breakers.get('loss/default')?.phase === 'open', 10_000);
    await one.pass(afterMs);
    one.kill();
    await one.pass(500);
    await one.boot();
    if (one.facts('breaker.opened').length === 0) await one.clock.runUntil(() => one.facts('breaker.opened').length === 1, 10_000); // the trip was not on the disk: the next life sees the fall itself
    await untilClosed(one);
    assertClosedOnce(one);
    one.kill();
    await one.boot(); // and a start after it closes nothing again
    await one.pass(20_000);
    assertClosedOnce(one);
  }
});
