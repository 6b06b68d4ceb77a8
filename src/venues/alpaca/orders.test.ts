import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOrder, assets } from '../../../test/support/alpaca-answers.ts';
import { ScriptedNet, answered, empty, html } from '../../../test/support/scripted-net.ts';
import { seededRandom } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import { settle } from '../../edges/clock/index.ts';
import type { HttpOutcome, HttpRequest, Venue, VenueOrder } from '../../ports/index.ts';
import { VirtualClock } from '../../sim/index.ts';
import { alpacaVenue } from './index.ts';

const bitcoin: Instrument = {
  symbol: 'BTC/USD', base: 'BTC', quote: 'USD', quantityScale: 9, priceScale: 2, quoteScale: 12, quantityStepUnits: 1n, minQuantityUnits: 12_000n,
  minNotionalUnits: 10_000_000_000_000n, priceTickUnits: 1n,
};
const order: VenueOrder = { clientOrderId: 'bw-1', instrument: bitcoin, side: 'buy', type: 'limit', timeInForce: 'gtc', quantityUnits: 1_000_000n, limitPriceUnits: 5_000_000n };

type Script = (request: HttpRequest, index: number) => HttpOutcome;
const listsAssets = (script: Script): Script => (request, index) => (request.url.includes('/v2/assets') ? answered(200, assets) : script(request, index));

function start(script: Script): { venue: Venue; net: ScriptedNet; clock: VirtualClock } {
  const net = new ScriptedNet(listsAssets(script));
  const clock = new VirtualClock({ settle, startWallMs: Date.UTC(2026, 0, 2) });
  return { venue: alpacaVenue({ name: 'alpaca', net, clock, random: seededRandom(1), baseUrl: 'http://127.0.0.1:1', keyId: 'key', secret: 'secret' }), net, clock };
}

async function submitted(outcome: HttpOutcome, sent: VenueOrder = order) {
  const { venue, net } = start(() => outcome);
  const result = await venue.submit(sent, 2_000);
  assert.equal(net.requests.length, 1, 'one request, whatever comes back');
  return result;
}
const cancelled = async (outcome: HttpOutcome) => {
  const { venue, net } = start(() => outcome);
  const result = await venue.cancel({ venueOrderId: anOrder.id }, 2_000);
  assert.deepEqual(net.asked, [`DELETE /v2/orders/${anOrder.id}`]);
  return result;
};
const found = async (outcome: HttpOutcome, id = 'bw-1') => {
  const { venue, clock } = start(() => outcome);
  return clock.until(venue.findByClientOrderId(id, 8_000));
};

test('an order goes out as one signed POST with exact decimal text and its deadline', async () => {
  const { venue, net } = start(() => answered(200, anOrder));
  await venue.submit({ ...order, type: 'stop-limit', quantityUnits: 123_456_789_000_000_001n, limitPriceUnits: 4_999_990n, stopPriceUnits: 5n }, 1_234);
  const [sent] = net.requests;
  assert.deepEqual(JSON.parse(new TextDecoder().decode(sent?.body)), {
    symbol: 'BTC/USD', qty: '123456789.000000001', side: 'buy', type: 'stop_limit', time_in_force: 'gtc', limit_price: '49999.9', stop_price: '0.05', client_order_id: 'bw-1',
  });
  assert.deepEqual(sent?.headers, { 'apca-api-key-id': 'key', 'apca-api-secret-key': 'secret', accept: 'application/json', 'content-type': 'application/json' });
  assert.equal(sent?.timeoutMs, 1_234);
  assert.equal(sent?.url, 'http://127.0.0.1:1/v2/orders');
});

test('an order is accepted when the answer describes that very order', async () => {
  const result = await submitted(answered(200, anOrder));
  assert.deepEqual(result, {
    kind: 'accepted',
    report: {
      venueOrderId: anOrder.id, clientOrderId: 'bw-1', symbol: 'BTC/USD', side: 'buy', type: 'limit', quantityUnits: 1_000_000n, filledUnits: 0n, averagePriceText: undefined,
      limitPriceUnits: 5_000_000n, state: 'pending', reason: undefined, updatedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    },
  });
  assert.equal((await submitted(answered(200, { ...anOrder, symbol: 'BTCUSD', qty: '0.00100', limit_price: '50000.00' }))).kind, 'accepted'); // other spellings of the same
});

test('an answer about another order, or one that cannot be read, leaves the outcome unknown', async () => {
  for (const change of [
    { client_order_id: 'bw-2' }, { client_order_id: null }, { symbol: 'ETH/USD' }, { side: 'sell' }, { qty: '0.0010001' }, { qty: null, notional: '50' }, { limit_price: '50000.01' }, { limit_price: null },
    { type: 'market' }, { qty: 0.001 }, { id: '' }, { id: 7 }, { status: 'wonderful' }, { status: undefined }, { updated_at: 'yesterday' }, { filled_qty: '-1' }, { filled_qty: '0.0000000001' },
  ]) {
    const result = await submitted(answered(200, { ...anOrder, ...change }));
    assert.equal(result.kind, 'unknown', JSON.stringify(change));
  }
  for (const outcome of [html(200), empty(200), answered(200, '[]'), answered(200, [anOrder]), answered(201, anOrder), answered(302, anOrder), answered(400, anOrder)]) {
    assert.equal((await submitted(outcome)).kind, 'unknown');
  }
});

test('every refusal in the table is definite, and names its reason', async () => {
  const rows: readonly (readonly [number, number | undefined, string, string])[] = [
    [401, 40110000, 'request is not authorized', 'access'],
    [403, 40110000, 'request is not authorized', 'access'],
    [403, undefined, 'forbidden.', 'access'],
    [403, 40310000, 'insufficient buying power', 'insufficient-balance'],
    [403, 40310000, 'insufficient qty available for order (requested: 23, available: 0)', 'insufficient-balance'],
    [403, 40310000, 'insufficient balance for USDT (requested: 0.5, available: 0.1)', 'insufficient-balance'],
    [403, 40310000, 'cost basis must be >= minimal amount of order 10', 'below-minimum'],
    [403, 40310000, 'potential wash trade detected. use complex orders', 'self-match'],
    [422, 42210000, 'potential wash trade detected. use complex orders', 'self-match'],
    [403, 40310000, 'new orders are rejected by user request', 'account-blocked'],
    [403, 40310000, 'unable to open new notional orders while having open closing position orders', 'closing-orders-open'],
    [403, 40310000, 'asset BTC/USD is not active', 'untradable-symbol'],
    [422, 42210000, 'asset BTC/USD is not tradable', 'untradable-symbol'],
    [422, 40010001, 'invalid order type for crypto order', 'bad-type'],
    [422, 40010001, 'invalid time_in_force for crypto order', 'bad-time-in-force'],
    [422, 40010001, 'only type="limit" is allowed for extended hours orders', 'bad-type'],
    [422, 40010001, 'us_equity orders not allowed for account', 'untradable-symbol'],
    [422, 42210000, 'invalid crypto time_in_force', 'bad-time-in-force'],
    [422, 42210000, 'invalid limit_price 290.123. sub-penny increment does not fulfill minimum pricing criteria', 'bad-price'],
  ];
  for (const [status, code, message, reason] of rows) {
    const result = await submitted(answered(status, { code, message, extra: { a: 1 } }));
    assert.ok(result.kind === 'refused', message);
    assert.deepEqual([result.reason, result.message, result.access], [reason, message, ['access', 'account-blocked'].includes(reason) ? true : undefined]);
  }
});

test('a used client order id is evidence of a first order, in both of its wordings', async () => {
  for (const message of ['client_order_id must be unique', 'client order id must be unique']) {
    assert.deepEqual(await submitted(answered(422, { code: 40010001, message })), { kind: 'duplicate', existing: undefined });
  }
});

test('what the table does not list is unknown: server errors, other codes, other words, pages and silence', async () => {
  for (const outcome of [
    answered(500, { code: 50010000, message: 'internal server error occurred' }), answered(504, { code: 50410000, message: 'timeout' }), html(502), html(403), html(401), html(422), html(429),
    empty(500), empty(403), empty(204), answered(403, { code: 40310000, message: 'something new' }), answered(403, { code: 40310001, message: 'insufficient buying power' }),
    answered(422, { code: 42210000, message: 'client_order_id must be unique' }), answered(404, { code: 40410000, message: 'endpoint not found.' }), answered(400, { message: 'insufficient buying power' }),
    answered(403, { code: '40310000', message: 'insufficient buying power' }), answered(403, { code: 40310000 }), answered(403, { code: 40310000, message: ['insufficient buying power'] }),
    answered(422, '{"code":42210000,"code":40010001,"message":"client_order_id must be unique"}'), answered(500, { code: 40310000, message: 'insufficient buying power' }),
    answered(401, { message: 'insufficient buying power' }), { kind: 'unknown', why: 'no answer' },
  ] satisfies HttpOutcome[]) assert.equal((await submitted(outcome)).kind, 'unknown', JSON.stringify(outcome));
});

test('what was turned away before it was executed is "not sent", with the time the venue asks for', async () => {
  const tooMany = { code: 42910000, message: 'rate limit exceeded' };
  const waits = async (headers: Record<string, string>, body: unknown = tooMany) => {
    const result = await submitted(answered(429, body, headers));
    assert.ok(result.kind === 'not-sent');
    return result.retryAfterMs;
  };
  assert.equal(await waits({ 'retry-after': '7' }), 7_000);
  assert.equal(await waits({ 'retry-after': 'Fri, 02 Jan 2026 00:00:05 GMT' }), 5_000);
  assert.equal(await waits({ 'x-ratelimit-reset': String(Date.UTC(2026, 0, 2) / 1_000 + 30) }), 30_000);
  assert.equal(await waits({ 'retry-after': 'soon' }), undefined);
  assert.equal(await waits({}, { message: 'too many requests.' }), undefined);
  assert.deepEqual(await submitted({ kind: 'not-sent', why: 'refused' }), { kind: 'not-sent', why: 'refused' });
});

test('a network layer that fails leaves the outcome unknown', async () => {
  const { venue, net } = start(() => { throw new Error('a bug down there'); });
  assert.equal((await venue.submit(order, 1_000)).kind, 'unknown');
  assert.equal(net.requests.length, 1);
});

test('an order that could not be written down right is our own mistake and is not sent', async () => {
  const { venue, net } = start(() => answered(200, anOrder));
  for (const change of [{ clientOrderId: 'ünïque' }, { clientOrderId: 'x'.repeat(49) }, { clientOrderId: '' }, { quantityUnits: 0n }, { type: 'market' as const }, { stopPriceUnits: 1n }]) {
    await assert.rejects(venue.submit({ ...order, ...change }, 1_000), /Broken invariant/);
  }
  assert.equal(net.requests.length, 0);
});

test('a cancel is one DELETE; only 204 means that it was asked for', async () => {
  assert.deepEqual(await cancelled(empty(204)), { kind: 'requested' });
  assert.equal((await cancelled(answered(422, { code: 42210000, message: 'order is not cancelable' }))).kind, 'not-cancelable');
  assert.equal((await cancelled(answered(404, { code: 40410000, message: `order not found for ${anOrder.id}` }))).kind, 'not-found');
  assert.deepEqual(await cancelled(answered(429, { code: 42910000, message: 'rate limit exceeded' }, { 'retry-after': '1' })), { kind: 'not-sent', why: 'the venue answered 429: rate limit exceeded', retryAfterMs: 1_000 });
  for (const outcome of [answered(200, anOrder), html(204 + 1), html(404), empty(404), answered(404, { code: 40410000, message: 'endpoint not found.' }), answered(422, { code: 40010001, message: 'bad id' }), html(422),
    answered(500, { code: 50010000, message: 'failed to cancel order' }), answered(403, { message: 'forbidden.' })]) assert.equal((await cancelled(outcome)).kind, 'unknown');
});

test('an order is found by our id in any state, and only if it is the one asked for', async () => {
  const states = { new: 'working', accepted: 'pending', held: 'pending', partially_filled: 'working', pending_cancel: 'cancelling', canceled: 'cancelled', replaced: 'cancelled', filled: 'filled', expired: 'expired', rejected: 'rejected', done_for_day: 'working' };
  for (const [status, state] of Object.entries(states)) {
    const result = await found(answered(200, { ...anOrder, status, filled_qty: '0.0004', filled_avg_price: '49999.123456789012' }));
    assert.ok(result.kind === 'found');
    assert.deepEqual([result.report.state, result.report.filledUnits, result.report.averagePriceText], [state, 400_000n, '49999.123456789012']);
  }
  assert.equal((await found(answered(200, anOrder), 'bw-2')).kind, 'unclear');
  assert.equal((await found(answered(200, { ...anOrder, symbol: 'WHO/KNOWS' }))).kind, 'unclear');
  const { venue } = start(() => answered(200, anOrder));
  assert.equal((await venue.find(anOrder.id, 1_000)).kind, 'found');
  assert.equal((await venue.find('another', 1_000)).kind, 'unclear');
});

test("absent needs the venue's own words; nothing else is a proof of absence", async () => {
  for (const message of ['order not found for bw-1', 'order is not found.']) {
    assert.deepEqual(await found(answered(404, { code: 40410000, message })), { kind: 'absent', source: 'GET /v2/orders:by_client_order_id?client_order_id=bw-1' });
  }
  for (const outcome of [html(404), empty(404), answered(404, { code: 40410000, message: 'endpoint not found.' }), answered(404, { message: 'order is not found.' }), answered(404, { code: 40410000, message: 'position does not exist' }),
    answered(200, '[]'), answered(200, 'null'), empty(200), answered(401, { code: 40110000, message: 'request is not authorized' }), answered(422, { code: 40010001, message: 'bad' }),
    { kind: 'unknown', why: 'silence' } as const, { kind: 'not-sent', why: 'refused' } as const, html(503)]) assert.equal((await found(outcome)).kind, 'unclear', JSON.stringify(outcome));
});

test('the path of the lookup has its colon as it is, and its id escaped', async () => {
  const { venue, net } = start(() => html(404));
  await venue.findByClientOrderId('a_b-c', 1_000);
  await venue.find('x/../y?z', 1_000);
  assert.deepEqual(net.requests.map(({ url }) => url), ['http://127.0.0.1:1/v2/orders:by_client_order_id?client_order_id=a_b-c', 'http://127.0.0.1:1/v2/orders/x%2F..%2Fy%3Fz']);
});

test('a read is one GET with its whole deadline: whether and when it is repeated is decided on its way out', async () => {
  for (const outcome of [{ kind: 'not-sent', why: 'refused' } as const, { kind: 'unknown', why: 'reset' } as const, html(502), answered(429, { code: 42910000, message: 'rate limit exceeded' }, { 'retry-after': '3' })]) {
    const { venue, net } = start(() => outcome);
    assert.equal((await venue.findByClientOrderId('bw-1', 60_000)).kind, 'unclear');
    assert.deepEqual(net.requests.map(({ method, timeoutMs }) => [method, timeoutMs]), [['GET', 60_000]]);
  }
});

test('each request says how urgent it is, and against which limit it counts', async () => {
  const { venue, net } = start(() => html(503));
  await venue.cancel({ venueOrderId: 'v-1' }, 1_000);
  await venue.submit(order, 1_000);
  await venue.submit({ ...order, closes: true }, 1_000);
  await venue.find('v-1', 1_000);
  await venue.quotes(['BTC/USD'], 1_000);
  assert.deepEqual(net.requests.map(({ passage }) => passage), [
    { lane: 'cancel', limit: 'trading' }, { lane: 'new-risk', limit: 'trading' }, { lane: 'cancel', limit: 'trading' }, { lane: 'reconcile', limit: 'trading' }, { lane: 'market-data', limit: 'trading' },
  ]);
});

const page = (from: number, count: number, atMs: (index: number) => number) => Array.from({ length: count }, (_, i) => ({
  ...anOrder, id: `id-${from + i}`, client_order_id: `c-${from + i}`, submitted_at: new Date(atMs(from + i)).toISOString(), status: 'new',
}));

test('open orders are read to the end, though many were submitted in one instant at the edge of a page', async () => {
  const startMs = Date.UTC(2026, 0, 2);
  const all = page(0, 1_234, (index) => startMs + Math.floor(index / 300) * 10); // 300 orders per instant
  const { venue, net } = start(({ url }) => {
    const after = new URL(url).searchParams.get('after');
    return answered(200, all.filter((one) => after === null || Date.parse(one.submitted_at) > Date.parse(after)).slice(0, 500));
  });
  const result = await venue.openOrders(10_000);
  assert.ok(result.kind === 'read');
  assert.deepEqual(result.value.map((report) => report.venueOrderId), all.map((one) => one.id));
  assert.equal(net.asked.filter((path) => path.includes('limit=500&direction=asc')).length, 4);
  assert.ok(net.requests.every(({ url }) => url.includes('assets') || url.includes('status=open')));
});

test('a list of open orders that is not whole is unclear, never short', async () => {
  const orders = page(0, 500, (index) => Date.UTC(2026, 0, 2) + index);
  const unclear = async (script: Script) => {
    const { venue, clock } = start(script);
    return assert.equal((await clock.until(venue.openOrders(5_000))).kind, 'unclear');
  };
  await unclear(() => answered(200, orders)); // the venue forgets where we were
  await unclear((_request, index) => (index === 0 ? answered(200, orders) : html(502)));
  await unclear(() => answered(200, [anOrder, { ...anOrder, id: 'x', qty: null }]));
  await unclear(() => answered(200, [anOrder, { ...anOrder, id: 'x', symbol: 'AAPL' }]));
  await unclear(() => answered(200, { orders: [] }));
  await unclear(() => answered(404, { code: 40410000, message: 'order is not found.' }));
  await unclear(() => empty(200));
  const { venue } = start(() => answered(200, []));
  assert.deepEqual(await venue.openOrders(1_000), { kind: 'read', value: [] });
});

test('refused keys are told apart from other failures of a read', async () => {
  const { venue } = start(() => answered(403, { message: 'forbidden.' }));
  assert.deepEqual(await venue.openOrders(1_000), { kind: 'unclear', why: 'the venue answered 403: forbidden.', access: true });
});
