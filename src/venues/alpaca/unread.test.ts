import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aFill, anAccount, anOrder, assets } from '../../../test/support/alpaca-answers.ts';
import { ScriptedNet, ScriptedSocket, answered, html } from '../../../test/support/scripted-net.ts';
import { seededRandom } from '../../base/index.ts';
import { settle } from '../../edges/clock/index.ts';
import type { HttpOutcome, Unread, UnreadableReason, Venue, VenueEvent, VenueOrder } from '../../ports/index.ts';
import { VirtualClock } from '../../sim/index.ts';
import { alpacaVenue } from './index.ts';

const authorized = { stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } };
const listening = { stream: 'listening', data: { streams: ['trade_updates'] } };
const update = (change: object = {}) => ({ stream: 'trade_updates', data: { event: 'fill', order: { ...anOrder, ...change } } });

async function stack(answer: (url: string) => HttpOutcome = () => answered(200, assets)) {
  const clock = new VirtualClock({ settle });
  const socket = new ScriptedSocket();
  const unread: Unread[] = [];
  const told: VenueEvent[] = [];
  const net = new ScriptedNet(({ url }) => answer(url)).whenOpened(() => ({ kind: 'open', socket }));
  const venue = alpacaVenue({ name: 'alpaca', net, clock, random: seededRandom(1), baseUrl: 'http://127.0.0.1:1', keyId: 'key', secret: 'secret', unread: (what) => void unread.push(what) });
  return { clock, socket, unread, told, venue, net };
}

async function listened() {
  const world = await stack();
  await world.venue.instruments(['BTC/USD']);
  const stop = world.venue.stream((event) => void world.told.push(event));
  await settle();
  world.socket.receive(authorized);
  world.socket.receive(listening);
  assert.deepEqual(world.told, [{ kind: 'connected' }]);
  return { ...world, stop };
}

const frames: readonly (readonly [UnreadableReason, readonly unknown[]])[] = [
  ['too-large', [`"${'a'.repeat(262_144)}"`, new Uint8Array(300_000)]],
  ['not-text', [new Uint8Array([0xff, 0xfe]), new Uint8Array([0xc0])]],
  ['not-json', ['', 'x', '{', '{"a":1,"a":2}', '[['.repeat(200), new Uint8Array([1])]],
  ['missing', ['{}', 'null', { stream: 'trade_updates' }, { stream: 'trade_updates', data: { order: null } }, { stream: null, data: {} }, { action: 'error' }, { stream: 'authorization', data: {} }, { stream: 'listening', data: {} }, update({ id: undefined }), update({ updated_at: null })]],
  ['mistyped', ['[]', '1', '"word"', 'true', { stream: 1, data: {} }, { stream: 'trade_updates', data: [] }, update({ filled_qty: 1 }), update({ qty: 'many' }), update({ updated_at: 'yesterday' })]],
  ['unknown-word', [update({ status: 'wonderful' }), update({ side: 'both' }), update({ type: '__proto__' })]],
  ['unknown-symbol', [update({ symbol: 'WHO/KNOWS' }), update({ symbol: 'AAPL' })]],
  ['unknown-kind', [{ stream: 'news', data: {} }]],
  ['out-of-range', [update({ qty: '0' }), update({ filled_qty: '-1' }), update({ qty: '0.0000000001' })]],
  ['out-of-turn', [authorized]],
];

for (const [reason, bad] of frames) {
  test(`S2: a frame that is ${reason} raises that count by one, and nothing else changes`, async () => {
    for (const frame of bad) {
      const { socket, unread, told, stop } = await listened();
      socket.receive(frame);
      assert.deepEqual([unread.map(({ from, reason: why }) => `${from} ${why}`), told.length, socket.sent.length, socket.terminated], [[`stream ${reason}`], 1, 2, false], JSON.stringify(frame).slice(0, 80));
      socket.receive(update());
      assert.deepEqual([unread.length, told.at(-1)?.kind], [1, 'order']);
      stop();
    }
  });
}

test('S2: a frame that comes before its turn is counted and not believed', async () => {
  const { socket, unread, told, venue } = await stack();
  await venue.instruments(['BTC/USD']);
  const stop = venue.stream((event) => void told.push(event));
  await settle();
  for (const early of [update(), listening, { stream: 'listening', data: { streams: [] } }]) socket.receive(early);
  assert.deepEqual([unread.map(({ reason }) => reason), told, socket.sent.length], [['out-of-turn', 'out-of-turn', 'out-of-turn'], [], 1]);
  stop();
});

test('S2: what belongs to a stream that listens, and what ends one, is not counted', async () => {
  const { socket, unread, told } = await listened();
  for (const frame of [listening, update(), { action: 'error', data: { error_message: 'connection limit exceeded' } }, 'noise after the end']) socket.receive(frame);
  assert.deepEqual([unread, told.map(({ kind }) => kind)], [[], ['connected', 'order', 'disconnected']]);
});

test('S2: any garbage raises exactly one count and changes nothing else', async () => {
  const { socket, unread, told } = await listened();
  const garbage = fc.oneof(fc.uint8Array(), fc.json(), fc.string({ unit: 'binary' }), fc.dictionary(fc.constantFrom('stream', 'data', 'action', 'event'), fc.oneof(fc.json(), fc.constant('news'))));
  fc.assert(fc.property(garbage, (frame) => {
    const before = unread.length;
    socket.receive(frame);
    assert.deepEqual([unread.length, told.length, socket.sent.length, socket.terminated], [before + 1, 1, 2, false]);
  }), { numRuns: 1_000 });
});

const instrument = { symbol: 'BTC/USD', base: 'BTC', quote: 'USD', quantityScale: 9, priceScale: 2, quoteScale: 12, quantityStepUnits: 1n, minQuantityUnits: 1n, minNotionalUnits: 0n, priceTickUnits: 1n };
const order: VenueOrder = { clientOrderId: 'bw-1', instrument, side: 'buy', type: 'limit', timeInForce: 'gtc', quantityUnits: 1_000_000n, limitPriceUnits: 5_000_000n };
const submit = (venue: Venue) => venue.submit(order, 1_000);
const find = (venue: Venue) => venue.find('x', 1_000);

const answers: readonly (readonly [UnreadableReason, string, HttpOutcome, (venue: Venue) => Promise<{ readonly kind: string }>])[] = [
  ['not-text', 'an order taken', answered(200, new Uint8Array([0xff])), submit],
  ['not-json', 'an order taken', html(200), submit],
  ['not-json', 'a refusal by some machine in between', html(403), submit],
  ['not-json', 'a refused cancel', html(404), (venue) => venue.cancel({ venueOrderId: 'x' }, 1_000)],
  ['not-json', 'a list', html(200), (venue) => venue.openOrders(1_000)],
  ['missing', 'an order taken', answered(200, {}), submit],
  ['missing', 'a refusal without a text', answered(422, { code: 1 }), submit],
  ['mistyped', 'an order taken', answered(200, []), submit],
  ['mistyped', 'a list of positions', answered(200, {}), (venue) => venue.balances(1_000)],
  ['mistyped', 'activities', answered(200, { a: 1 }), (venue) => venue.activity('', 1_000)],
  ['missing', 'prices', answered(200, { other: {} }), (venue) => venue.quotes(['BTC/USD'], 1_000)],
  ['unknown-word', 'an order taken', answered(200, { ...anOrder, status: 'wonderful' }), submit],
  ['out-of-range', 'an order taken', answered(200, { ...anOrder, qty: '0' }), submit],
  ['unasked', 'an order taken', answered(200, { ...anOrder, client_order_id: 'another' }), submit],
  ['unasked', 'an order asked for', answered(200, anOrder), find],
  ['unasked', 'an activity of another kind', answered(200, [{ ...aFill, activity_type: 'DIV' }]), (venue) => venue.activity('', 1_000)],
  ['unlisted', 'a refusal in words of which no table knows', answered(422, { code: 1, message: 'we would rather not' }), submit],
  ['unlisted', 'a read refused in such words', answered(418, { code: 1, message: 'teapot' }), find],
];

for (const [reason, what, answer, ask] of answers) {
  test(`R3: ${what} that is ${reason} raises that count by one, and its outcome stays open`, async () => {
    const { clock, venue, unread } = await stack((url) => {
      if (url.includes('assets')) return answered(200, assets);
      return url.endsWith('/v2/account') ? answered(200, anAccount) : answer;
    });
    const result = await clock.until(ask(venue));
    assert.ok(result.kind === 'unknown' || result.kind === 'unclear', result.kind);
    assert.deepEqual(unread.map(({ from, reason: why }) => `${from} ${why}`), [`answer ${reason}`]);
  });
}

test('R3: each answer of a read that is repeated is counted, and a server\'s own error is none', async () => {
  const { clock, venue, unread, net } = await stack(() => html(502));
  await clock.until(venue.find('x', 60_000));
  assert.deepEqual(unread.map(({ reason }) => reason), net.requests.map(() => 'not-json'));
  const other = await stack(() => answered(500, { code: 50010000, message: 'internal server error occurred' }));
  await other.clock.until(submit(other.venue));
  assert.deepEqual(other.unread, []);
});

test('a row of the list of assets counts only for who asks for it', async () => {
  const odd = { ...assets[0], symbol: 'ODD/USD', price_increment: 'no number' };
  const { clock, venue, unread } = await stack(() => answered(200, [...assets, odd]));
  assert.equal((await clock.until(venue.instruments(['BTC/USD']))).kind, 'read');
  assert.deepEqual(unread, []);
  assert.equal((await clock.until(venue.instruments(['ODD/USD']))).kind, 'unclear');
  assert.deepEqual(unread.map(({ reason }) => reason), ['mistyped']);
});
