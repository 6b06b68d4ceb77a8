/** Both halves of the venue's protocol: what a client sends to the dialect, and what a venue answers to our adapter. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { seededRandom } from '../../src/base/index.ts';
import { settle } from '../../src/edges/clock/index.ts';
import type { Unread, VenueEvent } from '../../src/ports/index.ts';
import type { Refusals } from '../../src/dialects/refusals.ts';
import { VirtualClock } from '../../src/sim/index.ts';
import { alpacaVenue } from '../../src/venues/alpaca/index.ts';
import { keys, limitOrder, served } from '../dialects/alpaca.ts';
import type { Json } from '../dialects/alpaca.ts';
import { aFill, anAccount, anOrder, aPosition, assets } from '../support/alpaca-answers.ts';
import { answered, ScriptedNet, ScriptedSocket } from '../support/scripted-net.ts';
import { bytesOf, changed, damaged, fuzz, insteadOf, noise, value, word } from './cases.ts';

const decoder = new TextDecoder();
const refused = (refusals: Refusals): number => Object.values(refusals.shown()).flatMap((own) => Object.values(own)).reduce((sum, count) => sum + count, 0);
/** Whether a frame to a client says no: on the stream of updates, or on that of market data. */
const isRefusal = (frame: Json): boolean => (Array.isArray(frame) ? frame.some(({ T }) => T === 'error') : frame.action === 'error' || frame.data?.status === 'unauthorized');

test('dialect: whatever request comes, a client gets an answer of the venue\'s kind, a refusal is counted once, and the exchange goes on', async () => {
  const path = fc.oneof(
    fc.constantFrom('/v2/orders', '/v2/orders/x', '/v2/orders:by_client_order_id', '/v2/account', '/v2/account/activities', '/v2/account/activities/FILL', '/v2/positions', '/v2/positions/BTCUSD', '/v2/assets', '/v2/assets/BTC%2FUSD', '/v2/clock', '/v2/calendar', '/v1beta3/crypto/us/bars', '/v1beta3/crypto/us/latest/quotes'),
    word.map((text) => `/v2/orders/${encodeURIComponent(text.toWellFormed())}`), word.map((text) => `/v2/${text.toWellFormed().replaceAll('?', '')}`),
  );
  const query = fc.dictionary(fc.constantFrom('symbols', 'status', 'limit', 'after', 'until', 'direction', 'page_size', 'page_token', 'activity_types', 'client_order_id', 'timeframe', 'start', 'end', 'qty', 'percentage', 'cancel_orders'), word.map((text) => text.toWellFormed()));
  const order = limitOrder('a');
  await fuzz(500, () => served(), fc.tuple(fc.constantFrom('GET', 'POST', 'DELETE', 'PATCH', 'PUT'), path, query, insteadOf([order, { ...order, type: 'market', notional: '100' }])), async ({ app, ask, refusals }, [method, route, params, body]) => {
    const before = refused(refusals);
    const answer = await app.request({ method, path: route, query: new URLSearchParams(params), headers: keys, body, peer: '127.0.0.1' });
    assert.ok(answer.kind === 'answer');
    assert.ok(answer.status < 500, `${answer.status} ${String(answer.body)}`);
    assert.equal(refused(refusals) - before, answer.status >= 400 ? 1 : 0);
    if (answer.status >= 400) assert.equal(typeof (JSON.parse(typeof answer.body === 'string' ? answer.body : decoder.decode(answer.body)) as { message: unknown }).message, 'string');
    assert.equal((await ask('GET', '/v2/clock')).status, 200);
  });
});

test('dialect: whatever frame comes on a stream, the stream answers, ends or is silent, a refusal is counted once, and every other one goes on', async () => {
  const frames: readonly Readonly<Record<string, unknown>>[] = [
    { action: 'authenticate', data: { key_id: 'demo-key', secret_key: 'demo-secret' } }, { action: 'listen', data: { streams: ['trade_updates'] } },
    { action: 'auth', key: 'demo-key', secret: 'demo-secret' }, { action: 'subscribe', trades: ['BTC/USD'], quotes: ['*'], bars: ['BTC/USD'] },
  ];
  const frame = fc.oneof(
    insteadOf(frames), insteadOf(frames).map((bytes) => decoder.decode(bytes)), fc.constantFrom(...frames).map((object) => JSON.stringify(object)),
    fc.constantFrom(...frames).chain(changed).map((object) => encode(JSON.parse(JSON.stringify(object)))), value.map((any) => encode(JSON.parse(JSON.stringify(any ?? null)))),
  );
  const place = fc.constantFrom<readonly [string, Record<string, string>]>(['/stream', {}], ['/v1beta3/crypto/us', {}], ['/v1beta3/crypto/us', { 'content-type': 'application/msgpack' }]);
  await fuzz(500, () => served(), fc.tuple(place, fc.array(frame, { maxLength: 6 })), async ({ open, ask, refusals }, [[path, headers], said]) => {
    const before = refused(refusals);
    const client = open(path, headers);
    for (const one of said) client?.say(one);
    assert.equal(refused(refusals) - before, client?.frames.filter(isRefusal).length);
    client?.end();
    assert.equal((await ask('GET', '/v2/clock')).status, 200);
  });
});

const ours = (net: ScriptedNet, clock: VirtualClock, unread: (unread: Unread) => void = () => {}) => alpacaVenue({ name: 'alpaca', net, clock, unread, random: seededRandom(1), baseUrl: 'http://127.0.0.1:1', keyId: 'key', secret: 'secret' });

test('venue: whatever it answers, nothing is thrown, and every call has an outcome', async () => {
  const status = fc.oneof(fc.constantFrom(200, 204, 207, 301, 401, 403, 404, 422, 429, 500, 504), fc.integer({ min: 100, max: 599 }));
  const body = fc.oneof(noise, ...[anOrder, anAccount, aPosition, aFill].flatMap((object) => [changed(object).map((other) => bytesOf(JSON.stringify(other) ?? '')), changed(object).map((other) => bytesOf(JSON.stringify([other]))), damaged(JSON.stringify(object))]), damaged(JSON.stringify(assets)));
  await fuzz(200, () => undefined, fc.tuple(status, fc.dictionary(fc.constantFrom('retry-after', 'x-ratelimit-reset', 'content-type'), word), body), async (_none, [code, headers, bytes]) => {
    const clock = new VirtualClock({ settle });
    const venue = ours(new ScriptedNet(() => answered(code, bytes, { ...headers })), clock);
    const instrument = { symbol: 'BTC/USD', base: 'BTC', quote: 'USD', quantityScale: 9, priceScale: 2, quoteScale: 12, quantityStepUnits: 1n, minQuantityUnits: 1n, minNotionalUnits: 0n, priceTickUnits: 1n };
    const outcomes = await clock.until(Promise.all([
      venue.submit({ clientOrderId: 'bw-1', instrument, side: 'buy', type: 'limit', timeInForce: 'gtc', quantityUnits: 1_000_000n, limitPriceUnits: 5_000_000n }, 1_000), venue.cancel({ venueOrderId: 'x' }, 1_000),
      venue.findByClientOrderId('bw-1', 1_000), venue.openOrders(1_000), venue.activity('', 1_000), venue.balances(1_000), venue.quotes(['BTC/USD'], 1_000), venue.instruments(['BTC/USD']),
    ]));
    for (const { kind } of outcomes) assert.equal(typeof kind, 'string');
  });
});

test('venue: whatever comes on its stream, nothing is thrown, what is reported is whole, and a frame is reported, ends the stream or is counted', async () => {
  const update = { stream: 'trade_updates', data: { event: 'fill', execution_id: 'e', price: '1', qty: '1', order: anOrder } };
  const frame = fc.oneof(insteadOf([update]), insteadOf([update]).map((bytes) => decoder.decode(bytes)), changed(anOrder).map((order) => JSON.stringify({ ...update, data: { ...update.data, order } })));
  await fuzz(200, () => undefined, fc.array(frame, { maxLength: 6 }), async (_none, frames) => {
    const clock = new VirtualClock({ settle });
    const socket = new ScriptedSocket();
    const unread: Unread[] = [];
    const venue = ours(new ScriptedNet(({ url }) => answered(200, url.includes('assets') ? assets : [])).whenOpened(() => ({ kind: 'open', socket })), clock, (what) => void unread.push(what));
    await venue.instruments(['BTC/USD']);
    const events: VenueEvent[] = [];
    const stop = venue.stream((event) => void events.push(event));
    await clock.runFor(10);
    for (const frame of ['{"stream":"authorization","data":{"status":"authorized"}}', '{"stream":"listening","data":{"streams":["trade_updates"]}}']) socket.receive(frame);
    for (const one of frames) {
      const before = events.length + unread.length;
      if (socket.terminated) break;
      socket.receive(one);
      assert.equal(events.length + unread.length, before + 1, String(one));
    }
    await clock.runFor(10);
    stop();
    for (const event of events) if (event.kind === 'order') assert.ok(event.report.venueOrderId !== '' && event.report.filledUnits >= 0n);
  });
});
