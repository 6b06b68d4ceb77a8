import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listening, served } from '../../../test/dialects/alpaca.ts';
import type { Json } from '../../../test/dialects/alpaca.ts';

const manual = (startPrice: string) => ({ kind: 'manual', startPrice }) as const;
const accounts = [{ id: 'demo', keyId: 'demo-key', secret: 'demo-secret', balances: { USD: '100000', AAPL: '100', PENY: '1000', BTC: '0.005' } }];
const [open, evening] = ['2026-01-05T15:00:00Z', '2026-01-05T22:00:00Z'] as const;

const venueAt = (time: string) => served({ startMs: Date.parse(time), accounts, price: { AAPL: manual('200'), PENY: manual('0.9'), 'BTC/USD': manual('50000') } });
const share = (more: Record<string, unknown> = {}) => ({ symbol: 'AAPL', qty: '1', side: 'buy', type: 'limit', limit_price: '150', time_in_force: 'day', ...more });
const market = (more: Record<string, unknown> = {}) => share({ type: 'market', limit_price: undefined, ...more });

test('an order of a stock rests for the day, and its position is one of shares', async () => {
  const { ask } = await venueAt(open);
  const order = (await ask('POST', '/v2/orders', share())).body;
  assert.deepEqual([order.symbol, order.asset_class, order.status, order.time_in_force, order.expires_at], ['AAPL', 'us_equity', 'accepted', 'day', '2026-01-05T21:00:00.000000Z']);
  assert.equal((await ask('GET', `/v2/orders/${order.id}`)).body.status, 'new');
  await ask('POST', '/v2/orders', market({ qty: '2' }));
  const { body: position } = await ask('GET', '/v2/positions/AAPL');
  assert.deepEqual([position.qty, position.asset_class, position.exchange, position.symbol], ['102', 'us_equity', 'NASDAQ', 'AAPL']);
  const only = async (assetClass: string) => (await ask('GET', `/v2/orders?status=all&asset_class=${assetClass}`)).body.length;
  assert.deepEqual([await only('us_equity'), await only('crypto')], [2, 0]);
});

test('outside the hours an order is accepted and waits; one for extended hours does not', async () => {
  const { ask, app } = await venueAt(evening);
  const client = listening(app);
  const waiting = (await ask('POST', '/v2/orders', market())).body;
  assert.deepEqual([(await ask('GET', `/v2/orders/${waiting.id}`)).body.status, waiting.expires_at], ['accepted', '2026-01-06T21:00:00.000000Z']);
  const late = (await ask('POST', '/v2/orders', share({ extended_hours: true, limit_price: '201' }))).body;
  assert.deepEqual([(await ask('GET', `/v2/orders/${late.id}`)).body.status, late.extended_hours], ['filled', true]);
  assert.deepEqual(client.frames.slice(2).map(({ data }) => data.event), ['accepted', 'accepted', 'new', 'fill']);
  await ask('DELETE', `/v2/orders/${waiting.id}`);
  assert.equal((await ask('GET', `/v2/orders/${waiting.id}`)).body.status, 'canceled');
});

test('what the rules of stocks do not allow is refused in the venue\'s words', async () => {
  const { ask, exchange } = await venueAt(open);
  const cases: readonly (readonly [Record<string, unknown>, number, number, RegExp])[] = [
    [share({ limit_price: '290.123' }), 422, 42210000, /^invalid limit_price 290\.123\. sub-penny increment does not fulfill minimum pricing criteria$/],
    [share({ symbol: 'PENY', limit_price: '0.80001' }), 422, 42210000, /^invalid limit_price 0\.80001\. sub-penny/],
    [share({ qty: '0.5', time_in_force: 'gtc' }), 422, 42210000, /^fractional orders must be DAY orders$/],
    [share({ symbol: 'PENY', qty: '0.5' }), 403, 40310000, /^asset "PENY" is not fractionable$/],
    [market({ qty: undefined, notional: '100', time_in_force: 'gtc' }), 422, 42210000, /^fractional orders must be DAY orders$/],
    [share({ qty: undefined, notional: '100' }), 422, 42210000, /^notional orders must be market orders$/],
    [market({ qty: undefined, notional: '0.5' }), 403, 40310000, /^cost basis must be >= minimal amount of order 1$/],
    [market({ notional: '100' }), 422, 40010001, /^only one of qty or notional is accepted$/],
    [market({ extended_hours: true }), 422, 40010001, /^only type="limit" is allowed for extended hours orders$/],
    [share({ extended_hours: true, time_in_force: 'gtc' }), 422, 40010001, /extended hours/],
    [share({ order_class: 'bracket' }), 422, 42210000, /bracket is not supported here/],
    [share({ type: 'trailing_stop' }), 422, 42210000, /not supported here/],
    [share({ time_in_force: 'opg' }), 422, 42210000, /not supported here/],
    [share({ side: 'sell', type: 'stop', stop_price: '140', limit_price: undefined }), 422, 42210000, /use stop_limit/],
    [market({ qty: '1000' }), 403, 40310000, /^insufficient buying power$/],
    [market({ side: 'sell', qty: '123' }), 403, 40310000, /^insufficient qty available for order \(requested: 123, available: 100\)$/],
  ];
  for (const [order, status, code, message] of cases) {
    const answer = await ask('POST', '/v2/orders', order);
    assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify([order, answer.body]));
    assert.match(answer.body.message, message);
  }
  assert.equal(exchange.orders('demo').length, 0);
});

test('shares held by open orders are named to whoever would sell them again', async () => {
  const { ask } = await venueAt(open);
  const { id } = (await ask('POST', '/v2/orders', share({ side: 'sell', qty: '60', limit_price: '300' }))).body;
  const expected = { available: '40', existing_qty: '100', held_for_orders: '60', related_orders: [id], symbol: 'AAPL' };
  for (const { status, body } of [await ask('POST', '/v2/orders', market({ side: 'sell', qty: '60' })), await ask('DELETE', '/v2/positions/AAPL')]) {
    const { code, message, ...extra } = body;
    assert.deepEqual([status, code, extra], [403, 40310000, expected], message);
  }
});

test('an order by value is shown by its value, and cannot be replaced', async () => {
  const { ask } = await venueAt(evening);
  const order = (await ask('POST', '/v2/orders', market({ qty: undefined, notional: '1001.5' }))).body;
  assert.deepEqual([order.notional, order.qty, order.filled_qty], ['1001.5', null, '0']);
  const replaced = await ask('PATCH', `/v2/orders/${order.id}`, { qty: '2' });
  assert.deepEqual([replaced.status, replaced.body.message], [422, 'notional orders cannot be replaced']);
});

test('a stop to buy goes on as a limit order above its stop', async () => {
  const { ask } = await venueAt(open);
  const stop = async (stopPrice: string) => (await ask('POST', '/v2/orders', share({ type: 'stop', stop_price: stopPrice, limit_price: undefined }))).body;
  assert.deepEqual([(await stop('210')).limit_price, (await stop('40')).limit_price], ['215.25', '41.6']);
});

test('a change keeps to the rules, and an order that still waits cannot be changed', async () => {
  const { ask } = await venueAt(open);
  const { id } = (await ask('POST', '/v2/orders', share({ qty: '2' }))).body;
  const change = async (body: Json) => (await ask('PATCH', `/v2/orders/${id}`, body)).body;
  assert.match((await change({ limit_price: '150.005' })).message, /sub-penny/);
  assert.match((await change({ qty: '1.5' })).message, /qty must be integer/);
  const fresh = await change({ limit_price: '151' });
  assert.deepEqual([fresh.replaces, fresh.limit_price, fresh.qty, fresh.time_in_force], [id, '151', '2', 'day']);
  const night = await venueAt(evening);
  const queued = (await night.ask('POST', '/v2/orders', share())).body;
  assert.equal((await night.ask('PATCH', `/v2/orders/${queued.id}`, { limit_price: '151' })).status, 422);
});

test('closing all positions cancels first where asked, and says of each what became of it', async () => {
  const { ask } = await venueAt(open);
  await ask('POST', '/v2/orders', share({ side: 'sell', qty: '60', limit_price: '300' }));
  const lines = async (query: string) => (await ask('DELETE', `/v2/positions${query}`)).body.map(({ symbol, status, body }: Json) => [symbol, status, body.time_in_force ?? body.code]);
  assert.deepEqual(await lines(''), [['AAPL', 403, 40310000], ['BTCUSD', 200, 'gtc'], ['PENY', 200, 'day']]);
  assert.deepEqual(await lines('?cancel_orders=true'), [['AAPL', 200, 'day']]);
  assert.deepEqual((await ask('GET', '/v2/positions')).body, []);
});

test('a part of a position is closed, by quantity or by percentage', async () => {
  const { ask } = await venueAt(open);
  assert.equal((await ask('DELETE', '/v2/positions/AAPL?qty=10')).body.qty, '10');
  assert.equal((await ask('DELETE', '/v2/positions/AAPL?percentage=50')).body.qty, '45');
  assert.equal((await ask('DELETE', '/v2/positions/AAPL?percentage=50&qty=1')).status, 422);
});

test('the clock knows summer, holidays and weekends', async () => {
  const clockAt = async (time: string) => (await (await venueAt(time)).ask('GET', '/v2/clock')).body;
  assert.deepEqual(await clockAt('2026-07-02T15:00:00Z'), {
    timestamp: '2026-07-02T11:00:00.000000-04:00', is_open: true, next_open: '2026-07-06T09:30:00.000000-04:00', next_close: '2026-07-02T16:00:00.000000-04:00',
  });
  assert.equal((await clockAt(evening)).is_open, false);
});

test('the calendar lists the days of dealing between two dates', async () => {
  const { ask } = await venueAt(open);
  const { body } = await ask('GET', '/v2/calendar?start=2026-11-25&end=2026-11-29');
  assert.deepEqual(body, [
    { date: '2026-11-25', open: '09:30', close: '16:00', session_open: '0400', session_close: '2000', settlement_date: '2026-11-27' },
    { date: '2026-11-27', open: '09:30', close: '13:00', session_open: '0400', session_close: '1700', settlement_date: '2026-11-30' },
  ]);
  assert.ok((await ask('GET', '/v2/calendar')).body.length > 490);
  assert.equal((await ask('GET', '/v2/calendar?start=soon')).status, 422);
});

test('market data of stocks is for customers, one stock or many at a time', async () => {
  const { ask, exchange } = await venueAt(open);
  await exchange.move('AAPL', '201');
  const get = async (path: string) => (await ask('GET', `/v2/stocks/${path}`)).body;
  assert.equal((await ask('GET', '/v2/stocks/trades/latest?symbols=AAPL', undefined, {})).status, 401);
  assert.equal((await get('trades/latest?symbols=AAPL,PENY,TSLA')).trades.AAPL.p, 201);
  assert.equal((await get('AAPL/quotes/latest')).quote.ap > 201, true);
  assert.equal((await get('bars/latest?symbols=AAPL')).bars.AAPL.c, 201);
  assert.deepEqual((await get('AAPL/trades')).trades.map(({ p, x, z }: Json) => [p, x, z]), [[200, 'V', 'C'], [201, 'V', 'C']]);
  assert.equal((await get('bars?symbols=AAPL&timeframe=1Min')).bars.AAPL[0].h, 201);
  assert.equal((await get('snapshots?symbols=AAPL')).AAPL.latestTrade.p, 201);
  assert.deepEqual([(await get('AAPL/snapshot')).symbol, (await get('AAPL/rumours')).code], ['AAPL', 40410000]);
  assert.equal((await ask('GET', '/v1beta3/crypto/us/latest/trades?symbols=AAPL')).status, 400);
});
