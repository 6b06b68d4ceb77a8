import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asking, keys, limitOrder, opened, served } from '../../../test/dialects/alpaca.ts';
import type { RefusingEntrance } from '../refusals.ts';
import { withControl } from '../control.ts';

const nothing = { requests: {}, updates: {}, market: {}, control: {} };
const only = (entrance: RefusingEntrance, reason: string, times = 1) => ({ ...nothing, [entrance]: { [reason]: times } });
const long = 'x'.repeat(200);

const requests: readonly (readonly [reason: string, method: string, path: string, body?: unknown, headers?: Record<string, string>])[] = [
  ['401 40110000', 'GET', '/v2/account', undefined, {}],
  ['401 40110000', 'GET', '/v2/account', undefined, { ...keys, 'apca-api-secret-key': long }],
  ['404 40410000', 'GET', `/v2/${long}`],
  ['422 40010001', 'GET', `/v2/orders/${long}`],
  ['404 40410000', 'GET', '/v2/orders/61e69015-8549-4bfd-b9c3-01e75843f47d'],
  ['404 40410000', 'GET', '/v2/positions/BTCUSD-NOT'],
  ['400 40010000', 'POST', '/v2/orders', long],
  ['400 40010000', 'POST', '/v2/orders', '[]'],
  ['422 40010001', 'POST', '/v2/orders', limitOrder('a', '51000', { side: long })],
  ['422 42210000', 'POST', '/v2/orders', limitOrder('a', '51000', { symbol: `${long}/USD` })],
  ['403 40310000', 'POST', '/v2/orders', limitOrder('a', '51000', { qty: '100000' })],
  ['400', 'GET', `/v1beta3/crypto/us/bars?symbols=${long}&timeframe=1Min`],
];

for (const [reason, method, path, body, headers] of requests) {
  test(`a request that is answered ${reason} raises that count by one: ${method} ${path.slice(0, 40)}`, async () => {
    const { ask, refusals } = await served();
    const { status } = await ask(method, path, body, headers);
    assert.deepEqual([refusals.shown(), String(status)], [only('requests', reason), reason.split(' ')[0]]);
  });
}

test('what is answered with success is not counted, an order that is placed twice is once, and so is a request too many', async () => {
  const { ask, refusals } = await served({ rateLimitPerMinute: 3 });
  await ask('GET', '/v2/account');
  await ask('POST', '/v2/orders', limitOrder('a'));
  assert.deepEqual(refusals.shown(), nothing);
  await ask('POST', '/v2/orders', limitOrder('a'));
  await ask('GET', '/v2/account');
  assert.deepEqual(refusals.shown(), { ...nothing, requests: { '422 40010001': 1, '429 42910000': 1 } });
});

test('a stream where there is none is counted', async () => {
  const { app, refusals } = await served();
  assert.equal(opened(app, `/${long}`), undefined);
  assert.deepEqual(refusals.shown(), only('requests', 'no-stream'));
});

for (const [reason, frame] of [
  ['unreadable', '{'], ['unreadable', '[]'], ['unreadable', new Uint8Array([0xff])], ['unknown-action', { action: long }], ['unknown-action', {}], ['no-streams', { action: 'listen' }],
  ['unauthorized-authenticate', { action: 'authenticate', data: { key_id: long } }], ['unauthorized-listen', { action: 'listen', data: { streams: ['trade_updates'] } }],
] as const) {
  test(`a frame on the stream of updates that is ${reason} raises that count by one: ${JSON.stringify(frame).slice(0, 40)}`, async () => {
    const { open, refusals } = await served();
    open()?.say(frame);
    assert.deepEqual(refusals.shown(), only('updates', reason));
  });
}

const auth = { action: 'auth', key: 'demo-key', secret: 'demo-secret' };
for (const [reason, ...frames] of [
  ['400 unreadable', '{'], ['400 unreadable', 'null'], ['400 unknown action', { action: long }], ['400 no symbols', auth, { action: 'subscribe', trades: [long] }], ['400 no symbols', auth, { action: 'subscribe', bars: 'BTC/USD' }],
  ['401 not authenticated', { action: 'subscribe', trades: ['BTC/USD'] }], ['402 auth failed', { action: 'auth', key: long }], ['403 already authenticated', auth, auth],
] as const) {
  test(`a frame on the stream of market data that is ${reason} raises that count by one: ${JSON.stringify(frames.at(-1)).slice(0, 40)}`, async () => {
    const { open, refusals } = await served();
    const client = open('/v1beta3/crypto/us');
    for (const frame of frames) client?.say(frame);
    assert.deepEqual(refusals.shown(), only('market', reason));
    client?.end();
  });
}

test('a client that is shown the door is counted by why', async () => {
  const { open, refusals, clock } = await served({ marketStream: { channels: 1 } });
  const [first, second] = [open('/v1beta3/crypto/us'), open('/v1beta3/crypto/us')];
  first?.say(auth);
  second?.say(auth);
  first?.say({ action: 'subscribe', trades: ['BTC/USD', 'ETH/USD'] });
  open('/v1beta3/crypto/us');
  await clock.runFor(10_000);
  assert.deepEqual(refusals.shown(), { ...nothing, market: { '404 auth timeout': 1, '405 symbol limit exceeded': 1, '406 connection limit exceeded': 1 } });
  first?.end();
});

test('the counts are shown beside the dialect, with those of the exchange\'s own routes; what a fault refuses is in none of them', async () => {
  const { app, exchange, refusals } = await served();
  const ask = asking(withControl(app, exchange.oracle, refusals));
  await ask('GET', '/v2/nothing');
  await ask('GET', `/_exchange/${long}`);
  await ask('PUT', '/_exchange/faults', 'no plan');
  await ask('PUT', '/_exchange/faults', { seed: 7, rules: [{ on: 'any', fault: 'error-5xx', probability: 1, delayMs: 0 }] });
  assert.ok((await ask('GET', '/v2/account')).status >= 500);
  const shown = (await ask('GET', '/_exchange/refusals')).body;
  assert.deepEqual(shown.requests, { '404 40410000': 1 });
  assert.deepEqual(shown.control, { '404 BW-4812': 1, '422 BW-4812': 1 });
});
