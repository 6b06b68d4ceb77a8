import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keys, limitOrder, served } from '../../../test/dialects/alpaca.ts';
import type { Json } from '../../../test/dialects/alpaca.ts';

test('a request without keys, or with wrong ones, is answered 401; market data asks for none', async () => {
  const { ask } = await served();
  for (const headers of [{}, { ...keys, 'apca-api-secret-key': 'wrong' }]) {
    const { status, body } = await ask('GET', '/v2/account', undefined, headers);
    assert.deepEqual([status, body], [401, { code: 40110000, message: 'request is not authorized' }]);
  }
  assert.equal((await ask('GET', '/v1beta3/crypto/us/latest/quotes?symbols=BTC/USD', undefined, {})).status, 200);
});

test('every answer names its request and says how much of the limit is left', async () => {
  const { ask } = await served();
  const first = (await ask('GET', '/v2/clock')).headers;
  const second = (await ask('GET', '/v2/nowhere')).headers;
  assert.notEqual(first['x-request-id'], second['x-request-id']);
  assert.equal(first['x-ratelimit-limit'], '1000000');
  assert.equal((await (await served({ rateLimitPerMinute: 200 })).ask('GET', '/v2/clock')).headers['x-ratelimit-limit'], '200');
  assert.ok(Number(second['x-ratelimit-reset']) > 1_600_000_000);
});

test('with the limit switched on, the request too many is refused with 429 and executed by nobody', async () => {
  const { ask, exchange } = await served({ rateLimitPerMinute: 2 });
  await ask('GET', '/v2/clock');
  await ask('GET', '/v2/clock');
  const { status, body, headers } = await ask('POST', '/v2/orders', limitOrder('a'));
  assert.deepEqual([status, body.code, Number(headers['retry-after']) > 0], [429, 42910000, true]);
  assert.equal(exchange.orders('demo').length, 0);
});

test('what is not served is 404, and the colon of the lookup by client id is literal', async () => {
  const { ask } = await served();
  for (const [method, path] of [['GET', '/v2/nowhere'], ['PUT', '/v2/orders'], ['GET', '/v2/orders/'], ['GET', '/v2/orders%3Aby_client_order_id?client_order_id=a'], ['GET', '/v2/assets/%E0%A4%A']] as const) {
    assert.equal((await ask(method, path)).status, 404, `${method} ${path}`);
  }
});

test('no success body carries a top-level message', async () => {
  const { ask } = await served();
  await ask('POST', '/v2/orders', limitOrder('a'));
  const reads = ['account', 'positions', 'positions/BTCUSD', 'assets', 'assets/BTCUSD', 'clock', 'orders', 'orders:by_client_order_id?client_order_id=a', 'account/activities', 'account/activities/FILL'];
  for (const read of reads) {
    const { status, body } = await ask('GET', `/v2/${read}`);
    assert.equal(status, 200, read);
    assert.ok(!('message' in body), read);
  }
});

test('the account shows money as text, and blocks trading when the desk does', async () => {
  const { ask, exchange } = await served();
  const { body } = await ask('GET', '/v2/account');
  assert.equal(body.cash, '1000000');
  assert.equal(body.status, 'ACTIVE');
  for (const name of ['cash', 'equity', 'buying_power', 'position_market_value', 'multiplier']) assert.equal(typeof body[name], 'string', name);
  await exchange.blockAccount('demo', 'a review');
  assert.equal((await ask('GET', '/v2/account')).body.trading_blocked, true);
});

test('dollars are cash, everything else is a position without a slash, and what orders hold is not available', async () => {
  const { ask } = await served();
  await ask('POST', '/v2/orders', limitOrder('a', '60000', { side: 'sell', qty: '2' }));
  const { body } = await ask('GET', '/v2/positions');
  assert.deepEqual(body.map(({ symbol }: { symbol: string }) => symbol).toSorted(), ['BTCUSD', 'ETHUSD', 'USDCUSD', 'USDTUSD']);
  const { body: position } = await ask('GET', '/v2/positions/BTC%2FUSD');
  assert.deepEqual([position.qty, position.qty_available, position.side, position.current_price], ['20', '18', 'long', '50000']);
  assert.deepEqual(await ask('GET', '/v2/positions/DOGEUSD').then(({ status, body: error }) => [status, error.code]), [404, 40410000]);
});

test('assets carry their steps and minimum as text and are found by symbol, by old symbol and by id', async () => {
  const { ask } = await served();
  const asset = (await ask('GET', '/v2/assets/BTC%2FUSD')).body;
  assert.deepEqual([asset.class, asset.min_order_size, asset.min_trade_increment, asset.price_increment], ['crypto', '0.000012', '0.000000001', '0.01']);
  assert.deepEqual((await ask('GET', '/v2/assets/BTCUSD')).body, asset);
  assert.deepEqual((await ask('GET', `/v2/assets/${asset.id}`)).body, asset);
  const stocks = (await ask('GET', '/v2/assets?asset_class=us_equity')).body;
  assert.deepEqual(stocks.map(({ symbol, exchange, fractionable }: Json) => [symbol, exchange, fractionable]), [['AAPL', 'NASDAQ', true], ['PENY', 'NYSE', false]]);
});

test('the clock speaks with an offset, never with a Z', async () => {
  const { ask } = await served();
  const { body } = await ask('GET', '/v2/clock'); // Wednesday, 1 January 2025, 00:00 UTC: New Year's Eve in New York
  assert.deepEqual(body, { timestamp: '2024-12-31T19:00:00.000000-05:00', is_open: false, next_open: '2025-01-02T09:30:00.000000-05:00', next_close: '2025-01-02T16:00:00.000000-05:00' });
});

test('market data is in JSON numbers; a malformed symbol is an error, an unknown one is left out', async () => {
  const { ask } = await served();
  const at = '/v1beta3/crypto/us';
  const { body } = await ask('GET', `${at}/latest/quotes?symbols=BTC/USD,DOGE/USD`);
  assert.deepEqual(Object.keys(body.quotes), ['BTC/USD']);
  assert.ok(body.quotes['BTC/USD'].bp < 50_000 && body.quotes['BTC/USD'].ap > 50_000);
  assert.equal((await ask('GET', `${at}/latest/trades?symbols=BTC/USD`)).body.trades['BTC/USD'].p, 50_000);
  assert.equal((await ask('GET', `${at}/latest/orderbooks?symbols=BTC/USD`)).body.orderbooks['BTC/USD'].b.length, 3);
  assert.equal((await ask('GET', `${at}/bars?symbols=BTC/USD&timeframe=1Min`)).body.bars['BTC/USD'][0].c, 50_000);
  assert.deepEqual(await ask('GET', `${at}/latest/quotes?symbols=btc`).then(({ status, body: error }) => [status, 'code' in error]), [400, false]);
  assert.equal((await ask('GET', `${at}/latest/rumours?symbols=BTC/USD`)).status, 404);
});

test('an exchange that cannot write its log answers 500, and what became of the order is not said', async () => {
  const lines: string[] = [];
  let isBroken = false;
  const log = { read: () => Promise.resolve([]), append: (more: readonly string[]) => (isBroken ? Promise.reject(new Error('disk full')) : Promise.resolve(void lines.push(...more))) };
  const { ask } = await served({ log });
  isBroken = true;
  const { status, body } = await ask('POST', '/v2/orders', limitOrder('a'));
  assert.deepEqual([status, body], [500, { code: 50010000, message: 'internal server error occurred' }]);
});
