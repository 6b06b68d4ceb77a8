/** What a falling price does to an account, with the whole runtime and an exchange that knows the truth. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountOf, orderById, orderIdOf } from '../../src/core/index.ts';
import { DEFAULT_RISK } from '../../src/runtime/index.ts';
import { SYMBOL, VENUE, theatre } from '../support/theatre.ts';

const risk = { ...DEFAULT_RISK, currency: 'USD', maxDailyLossText: '2000' };

/** The house alone makes the price. */
async function stage() {
  const one = await theatre({ settings: { risk }, exchange: { price: { [SYMBOL]: { kind: 'manual', startPrice: '60000' } } } });
  for (const { id, accountId, state } of one.exchange.oracle.orders()) if (accountId === 'market' && state === 'new') await one.clock.until(one.exchange.cancel('market', id));
  return one;
}
const opened = (one: Awaited<ReturnType<typeof stage>>) => one.runtime.world.breakers.get('loss/default');

test('C23, C27, C49: a price that really falls trips the loss breaker within 5 s, and no new risk leaves after; what closes a position does', async () => {
  const one = await stage();
  await one.pass(5_000);
  assert.equal(accountOf(one.runtime.world.valuation)?.day?.openingUnits, 0n);
  await one.clock.until(one.exchange.move(SYMBOL, '57500')); // the account has one coin
  let fellForMs = 0;
  while (opened(one)?.phase !== 'open' && fellForMs < 10_000) {
    await one.pass(100);
    fellForMs += 100;
  }
  assert.ok(fellForMs <= 5_000, `it took ${fellForMs} ms`);
  assert.deepEqual([opened(one)?.until, opened(one)?.opening?.by, opened(one)?.opening?.evidence?.['rule']], ['manual', 'risk', 'daily-loss']);
  const sent = one.requests.filter(({ method }) => method === 'POST').length;
  await one.ask('more', { limitPriceText: '57000' });
  await one.pass(2_000);
  assert.equal(one.requests.filter(({ method }) => method === 'POST').length, sent, 'nothing left');
  assert.match(orderById(one.runtime.world.orders, orderIdOf('more'))?.blocked?.observed ?? '', /the day's loss is/);

  await one.ask('out', { side: 'sell', limitPriceText: '57000' });
  await one.pass(2_000);
  assert.equal(one.requests.filter(({ method }) => method === 'POST').length, sent + 1, 'what brings the position down leaves');
  assert.equal(one.failures.length, 0);
});

test('one price that is wrong for a second trips nothing', async () => {
  const one = await stage();
  await one.pass(5_000);
  for (let second = 0; second < 30; second++) {
    await one.clock.until(one.exchange.move(SYMBOL, second % 6 === 0 ? '57500' : '60000'));
    await one.pass(1_000);
  }
  assert.equal(opened(one), undefined);
});

test('over a restart the loss of the day stays lost', async () => {
  const one = await stage();
  await one.pass(5_000);
  await one.clock.until(one.exchange.move(SYMBOL, '58500'));
  await one.pass(5_000);
  one.kill();
  await one.boot();
  await one.clock.until(one.exchange.move(SYMBOL, '57800'));
  await one.pass(6_000);
  assert.equal(opened(one)?.opening?.evidence?.['rule'], 'daily-loss');
  assert.equal(one.runtime.world.market.venues.has(VENUE), true);
});
