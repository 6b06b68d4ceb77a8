import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alert, running, SOURCE, startOf } from '../../test/support/running.ts';
import type { Source } from './source.ts';

const LISTED: Source = { ...SOURCE, units: 'base', tickers: { BTCUSD: 'BTC/USD' } };
const order = (change: object = {}): object => ({ stub: SOURCE.secret, direction: 'long', symbol: 'BTCUSD', size: '0.01', ...change });

test('a list of orders gives one order for each; sent again, all of them are repetitions', async () => {
  const { hook, venue, clock, tally } = await running({ sources: [LISTED] });
  const first = await hook([order(), order({ size: '0.02' })]);
  assert.deepEqual([first.status, first.body.success, first.body.outcome], [200, true, 'several']);
  const ids = first.body.orders.map((one: { orderId: string }) => one.orderId);
  assert.equal(new Set(ids).size, 2);
  const again = await hook([order({ size: '0.02' }), order()]);
  assert.deepEqual(again.body.orders.map((one: { orderId: string; duplicate: boolean }) => [one.orderId, one.duplicate]), [[ids[1], true], [ids[0], true]]);
  await clock.runFor(1_000);
  assert.equal(venue.sent.length, 2);
  assert.deepEqual(tally.shown(), { demo: { order: 2, duplicate: 2 } });
});

test('H2: a list of which one order is not understood, or not mapped, gives none', async () => {
  const { hook, venue, clock, payloads } = await running({ sources: [LISTED] });
  assert.equal((await hook([order(), order({ size: '5%' })])).body.code, 'BW-2021');
  assert.equal((await hook([order(), order({ symbol: 'ETHUSD' })])).body.code, 'BW-2022');
  assert.equal((await hook([order(), order({ stub: 'other' })])).status, 401);
  await clock.runFor(1_000);
  assert.equal(venue.sent.length, 0);
  assert.equal(payloads('signal.quarantined').length, 2);
  assert.ok(!JSON.stringify(payloads('signal.quarantined')).includes(SOURCE.secret));
});

test('in a list, what is refused and what is ordered are told apart', async () => {
  const { hook } = await running({ sources: [LISTED] });
  const { status, body } = await hook([order(), order({ id: 'old', time: new Date(startOf - 120_000).toISOString() })]);
  assert.deepEqual([status, body.success, body.orders.map((one: { status: number }) => one.status)], [207, false, [200, 422]]);
});

test('a position as a target: bought once, and met when it is asked for again', async () => {
  const { hook, venue, clock } = await running();
  const target = (id: string, size: string): object => alert({ id, quantity: undefined, market_position: 'long', market_position_size: size });
  assert.equal((await hook(target('t1', '0.01'))).body.outcome, 'order');
  assert.equal((await hook(target('t1', '0.01'))).body.duplicate, true);
  const met = (await hook(target('t2', '0.01'))).body;
  assert.deepEqual([met.success, met.outcome, met.duplicate], [true, 'met', false]);
  assert.equal((await hook(target('t2', '0.01'))).body.duplicate, true);
  assert.equal((await hook(target('t3', '0.015'))).body.outcome, 'order');
  await clock.runFor(100);
  assert.deepEqual(venue.sent.map(({ side, quantityUnits }) => [side, quantityUnits]), [['buy', 10_000n], ['buy', 5_000n]]);
  assert.equal((await hook(alert({ id: 't4', quantity: undefined, market_position: 'short', market_position_size: '1' }))).body.word, 'short');
});

test('the shorter of the age that the source and the message allow is the one that holds', async () => {
  const { hook } = await running();
  const signal = (max_lag: string, ageMs: number): object => ({
    secret: SOURCE.secret, max_lag, timestamp: new Date(startOf - ageMs).toISOString(), tv_instrument: 'BTCUSD', action: 'enter_long', order: { amount: '0.01', currency_type: 'base' },
  });
  assert.equal((await hook(signal('10', 11_000))).body.code, 'BW-2012');
  assert.equal((await hook(signal('300', 61_000))).body.code, 'BW-2012');
  assert.equal((await hook(signal('300', 50_000))).body.outcome, 'order');
});

test('a code, a script and a line are believed by the secret that each holds, and kept without it', async () => {
  const code: Source = { ...SOURCE, name: 'code', secret: '0123456789abcdef' };
  const line: Source = { ...SOURCE, name: 'line', secret: '60123456789' };
  const { hook, payloads } = await running({ sources: [code, line] });
  assert.equal((await hook('EXIT-ALL_PAPER_BTCUSD_bot_5M_0123456789abcdef', '/hooks/tradingview/code')).status, 200);
  assert.equal((await hook('EXIT-ALL_PAPER_BTCUSD_bot_5M_0123456789abcdee', '/hooks/tradingview/code')).status, 401);
  assert.equal((await hook('60123456789,closelong,BTCUSD', '/hooks/tradingview/line')).status, 200);
  assert.equal((await hook('60123456780,closelong,BTCUSD', '/hooks/tradingview/line')).status, 401);
  assert.equal((await hook('60123456789,buy,BTCUSD,risk=1', '/hooks/tradingview/line')).body.word, 'quantity-type');
  assert.ok(!JSON.stringify(payloads('signal.quarantined')).includes('60123456789'));
});
