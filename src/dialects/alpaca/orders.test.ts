import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitOrder, served } from '../../../test/dialects/alpaca.ts';
import type { Ask } from '../../../test/dialects/alpaca.ts';

const create = async (ask: Ask, order: unknown) => ask('POST', '/v2/orders', order);
const marketOrder = (clientOrderId: string, more: Record<string, unknown> = {}) => ({ symbol: 'BTC/USD', qty: '0.001', side: 'buy', type: 'market', time_in_force: 'gtc', client_order_id: clientOrderId, ...more });

test('a new order is taken with every key of an order, and its fill is for reads to tell', async () => {
  const { ask } = await served();
  const { status, body } = await create(ask, marketOrder('a'));
  assert.equal(status, 200);
  assert.deepEqual([body.status, body.filled_qty, body.filled_avg_price, body.notional, body.type, body.time_in_force], ['pending_new', '0', null, null, 'market', 'gtc']);
  assert.match(body.created_at, /^2025-01-01T00:00:00\.\d{6}Z$/);
  assert.equal(Object.keys(body).length, 36);
  const { body: later } = await ask('GET', `/v2/orders/${body.id}`);
  assert.deepEqual([later.status, later.filled_qty, typeof later.filled_avg_price, typeof later.filled_at], ['filled', '0.001', 'string', 'string']);
});

test('a client order id is used once for ever: not again while open, after a fill, or after a cancel', async () => {
  const { ask } = await served();
  const resting = (await create(ask, limitOrder('rests'))).body;
  await create(ask, marketOrder('fills'));
  const again = (order: unknown) => create(ask, order).then(({ status, body }) => [status, body.code, body.message]);
  const refused = [422, 40010001, 'client_order_id must be unique'];
  assert.deepEqual(await again(limitOrder('rests')), refused);
  assert.deepEqual(await again(limitOrder('fills')), refused);
  assert.equal((await ask('DELETE', `/v2/orders/${resting.id}`)).status, 204);
  assert.deepEqual(await again(limitOrder('rests')), refused);
});

test('an order is found by id and by client id in any state; an unknown one is 404, a malformed id 422', async () => {
  const { ask } = await served();
  const { id } = (await create(ask, limitOrder('a b/ü'))).body;
  assert.equal((await ask('GET', `/v2/orders:by_client_order_id?client_order_id=${encodeURIComponent('a b/ü')}`)).body.id, id);
  await ask('DELETE', `/v2/orders/${id}`);
  assert.equal((await ask('GET', `/v2/orders:by_client_order_id?client_order_id=${encodeURIComponent('a b/ü')}`)).body.status, 'canceled');
  const answer = (path: string) => ask('GET', path).then(({ status, body }) => [status, body.code]);
  assert.deepEqual(await answer('/v2/orders:by_client_order_id?client_order_id=b'), [404, 40410000]);
  assert.deepEqual(await answer(`/v2/orders/${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}`), [404, 40410000]);
  assert.deepEqual(await answer('/v2/orders/nonsense'), [422, 40010001]);
  assert.deepEqual(await answer('/v2/orders:by_client_order_id'), [422, 40010001]);
});

test('a cancel answers 204 with no body; a final order is not cancelable, an unknown one not found', async () => {
  const { ask } = await served();
  const { id } = (await create(ask, limitOrder('a'))).body;
  const first = await ask('DELETE', `/v2/orders/${id}`);
  assert.deepEqual([first.status, first.body], [204, undefined]);
  const second = await ask('DELETE', `/v2/orders/${id}`);
  assert.deepEqual([second.status, second.body.code, second.body.message], [422, 42210000, 'order is not cancelable']);
  assert.equal((await ask('DELETE', `/v2/orders/${id.replace(/.$/, 'f')}`)).status, 404);
});

test('cancelling everything answers 207 with a line for each order that was open', async () => {
  const { ask } = await served();
  const ids = [(await create(ask, limitOrder('a'))).body.id, (await create(ask, limitOrder('b'))).body.id];
  await create(ask, marketOrder('c'));
  const { status, body } = await ask('DELETE', '/v2/orders');
  assert.deepEqual([status, body], [207, ids.map((id) => ({ id, status: 200 }))]);
  assert.deepEqual((await ask('GET', '/v2/orders')).body, []);
});

test('lists show open orders, newest first, unless asked otherwise', async () => {
  const { ask, clock } = await served();
  for (const id of ['a', 'b', 'c', 'd']) {
    await create(ask, id === 'c' ? marketOrder('c') : limitOrder(id));
    await clock.runFor(1_000);
  }
  const names = async (query: string) => (await ask('GET', `/v2/orders?${query}`)).body.map((order: { client_order_id: string }) => order.client_order_id).join('');
  assert.equal(await names(''), 'dba');
  assert.equal(await names('status=closed'), 'c');
  assert.equal(await names('status=all&direction=asc'), 'abcd');
  assert.equal(await names('status=all&direction=asc&limit=3'), 'abc');
  assert.equal(await names('status=all&symbols=ETH/USD'), '');
  assert.equal(await names('status=all&symbols=BTCUSD&side=buy'), 'dcba');
  assert.equal(await names('status=all&side=sell'), '');
  assert.equal(await names('status=all&asset_class=us_equity'), '');
});

test('list bounds are exclusive, by time and by order; paging by order id misses nobody', async () => {
  const { ask, clock } = await served();
  const orders: { id: string; submitted_at: string }[] = [];
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    orders.push((await create(ask, limitOrder(id))).body);
    if (id !== 'b') await clock.runFor(1_000); // b and c in the same millisecond
  }
  const names = async (query: string) => (await ask('GET', `/v2/orders?status=all&direction=asc&${query}`)).body.map((order: { client_order_id: string }) => order.client_order_id).join('');
  assert.equal(await names(`after=${encodeURIComponent(orders[1]!.submitted_at)}`), 'de');
  assert.equal(await names(`until=${encodeURIComponent(orders[2]!.submitted_at)}`), 'a');
  assert.equal(await names(`after_order_id=${orders[1]!.id}&limit=2`), 'cd');
  assert.equal(await names(`before_order_id=${orders[1]!.id}`), 'a');
  const bad = async (query: string) => (await ask('GET', `/v2/orders?${query}`)).status;
  assert.deepEqual([await bad('status=old'), await bad('limit=501'), await bad('limit=0'), await bad('after=yesterday')], [422, 422, 422, 422]);
});

test('a replacement is a new order that names the old one', async () => {
  const { ask } = await served();
  const old = (await create(ask, limitOrder('a'))).body;
  const { status, body } = await ask('PATCH', `/v2/orders/${old.id}`, { limit_price: '41000', client_order_id: 'a2' });
  assert.deepEqual([status, body.replaces, body.client_order_id, body.limit_price], [200, old.id, 'a2', '41000']);
  const replaced = (await ask('GET', `/v2/orders/${old.id}`)).body;
  assert.deepEqual([replaced.status, replaced.replaced_by], ['replaced', body.id]);
  assert.equal((await ask('PATCH', `/v2/orders/${old.id}`, { qty: '1' })).body.code, 42210000);
});

test('orders that the venue does not take are refused with its codes, and reach no desk', async () => {
  const { ask, exchange } = await served();
  const refusals: [string, unknown, number, number][] = [
    ['no JSON', 'not json', 400, 40010000],
    ['a list', [], 400, 40010000],
    ['no symbol', limitOrder('a', '1', { symbol: undefined }), 422, 40010001],
    ['an unknown symbol', limitOrder('a', '1', { symbol: 'DOGE/USD' }), 422, 42210000],
    ['no quantity', limitOrder('a', '1', { qty: undefined }), 422, 40010001],
    ['quantity and notional', limitOrder('a', '1', { notional: '10' }), 422, 40010001],
    ['a negative quantity', limitOrder('a', '1', { qty: '-1' }), 422, 40010001],
    ['a quantity in words', limitOrder('a', '1', { qty: 'one' }), 422, 40010001],
    ['no side', limitOrder('a', '1', { side: 'hold' }), 422, 40010001],
    ['a stop order', limitOrder('a', '1', { type: 'stop' }), 422, 40010001],
    ['a day order', limitOrder('a', '1', { time_in_force: 'day' }), 422, 42210000],
    ['fill or kill', limitOrder('a', '1', { time_in_force: 'fok' }), 422, 42210000],
    ['no limit price', limitOrder('a', '1', { limit_price: null }), 422, 40010001],
    ['a market order with a limit', marketOrder('a', { limit_price: '1' }), 422, 40010001],
    ['a bracket', limitOrder('a', '1', { order_class: 'bracket' }), 422, 42210000],
    ['a client id too long', limitOrder('x'.repeat(129)), 422, 40010001],
    ['more than the cash', limitOrder('b', '40000', { qty: '100' }), 403, 40310000],
    ['more than the coins', limitOrder('c', '60000', { side: 'sell', qty: '100' }), 403, 40310000],
    ['under ten dollars', limitOrder('d', '40000', { qty: '0.0001' }), 403, 40310000],
    ['half a cent', limitOrder('e', '40000.001'), 422, 42210000],
  ];
  for (const [name, order, status, code] of refusals) {
    const { status: given, body } = await create(ask, order);
    assert.deepEqual([given, body.code, typeof body.message], [status, code, 'string'], name);
  }
  assert.equal(exchange.orders('demo').length, 0);
  const short = (await create(ask, limitOrder('f', '60000', { side: 'sell', qty: '100' }))).body;
  assert.deepEqual([short.message, short.available, short.balance, short.symbol], ['insufficient balance for BTC (requested: 100, available: 20)', '20', '20', 'BTC']);
});

test('an account that the desk blocks gets no orders, and an own order in the way is a wash trade', async () => {
  const { ask, exchange } = await served();
  const resting = (await create(ask, limitOrder('a', '49990'))).body;
  const crossing = await create(ask, limitOrder('b', '49980', { side: 'sell' }));
  assert.deepEqual([crossing.status, crossing.body.existing_order_id], [403, resting.id]);
  await exchange.blockAccount('demo', 'a review');
  assert.equal((await create(ask, limitOrder('c'))).body.message, 'new orders are rejected by user request');
});

test('JSON numbers are taken as the decimals they show', async () => {
  const { ask } = await served();
  const { body } = await create(ask, { ...limitOrder('a'), qty: 0.01, limit_price: 40000.5 });
  assert.deepEqual([body.qty, body.limit_price], ['0.01', '40000.5']);
});

test('a position is closed at the market; what orders hold is not closed twice', async () => {
  const { ask } = await served();
  const closed = await ask('DELETE', '/v2/positions/BTCUSD?percentage=0.01');
  assert.deepEqual([closed.status, closed.body.type, closed.body.side, closed.body.qty], [200, 'market', 'sell', '0.002']);
  await create(ask, limitOrder('a', '60000', { side: 'sell', qty: '19' }));
  const again = await ask('DELETE', '/v2/positions/BTCUSD');
  assert.deepEqual([again.status, again.body.code], [403, 40310000]);
  const all = await ask('DELETE', '/v2/positions?cancel_orders=true');
  assert.equal(all.status, 207);
  assert.equal(all.body.find(({ symbol }: { symbol: string }) => symbol === 'BTCUSD').status, 200);
});
