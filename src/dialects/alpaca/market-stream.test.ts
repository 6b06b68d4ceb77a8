import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { served } from '../../../test/dialects/alpaca.ts';
import type { ClientEnd, Json } from '../../../test/dialects/alpaca.ts';

const path = '/v1beta3/crypto/us';
const auth = { action: 'auth', key: 'demo-key', secret: 'demo-secret' };
const messages = (client: ClientEnd): readonly Json[] => client.frames.flat();
const errors = (client: ClientEnd): readonly unknown[] => messages(client).filter(({ T }) => T === 'error').map(({ code, msg }) => [code, msg]);
const of = (client: ClientEnd, word: string): readonly Json[] => messages(client).filter(({ T }) => T === word);
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function rig(options: Parameters<typeof served>[0] = {}) {
  const venue = await served(options);
  const connect = (headers?: Record<string, string>): ClientEnd => venue.open(path, headers) ?? assert.fail('the stream is there');
  const ready = (headers?: Record<string, string>): ClientEnd => {
    const client = connect(headers);
    client.say(auth);
    return client;
  };
  const move = async (price: string): Promise<void> => {
    await venue.exchange.move('BTC/USD', price);
    await settled();
  };
  return { ...venue, connect, ready, move };
}

test('a client is greeted, authenticates, subscribes, and is told what it is subscribed to by then', async () => {
  const { ready } = await rig();
  const client = ready();
  client.say({ action: 'subscribe', trades: ['BTC/USD'], bars: ['BTC/USD', 'ETH/USD'] });
  client.say({ action: 'unsubscribe', bars: ['ETH/USD'] });
  const none = { quotes: [], updatedBars: [], dailyBars: [], orderbooks: [] };
  assert.deepEqual(client.frames, [
    [{ T: 'success', msg: 'connected' }], [{ T: 'success', msg: 'authenticated' }],
    [{ T: 'subscription', trades: ['BTC/USD'], bars: ['BTC/USD', 'ETH/USD'], ...none }], [{ T: 'subscription', trades: ['BTC/USD'], bars: ['BTC/USD'], ...none }],
  ]);
});

test('trades, quotes and finished bars come as they happen, to whoever asked for them', async () => {
  const { ready, move, clock, exchange } = await rig({ marketStream: { connections: 2 } });
  const [client, other] = [ready(), ready()];
  client.say({ action: 'subscribe', trades: ['BTC/USD'], quotes: ['*'], bars: ['BTC/USD'], dailyBars: ['BTC/USD'] });
  other.say({ action: 'subscribe', trades: ['ETH/USD'] });
  await move('50100');
  await exchange.place('demo', { clientOrderId: 'a', symbol: 'BTC/USD', side: 'buy', type: 'market', timeInForce: 'gtc', quantity: '0.01', limitPrice: undefined, stopPrice: undefined });
  await clock.runFor(60_000);
  await move('50200');
  assert.deepEqual(of(client, 't').map(({ S, p, tks }) => [S, p, typeof tks]), [['BTC/USD', 50_100, 'string'], ['BTC/USD', 50_150.1, 'string'], ['BTC/USD', 50_200, 'string']]);
  assert.ok(of(client, 'q').every(({ bp, ap }) => bp < ap) && of(client, 'q').length >= 2);
  const [bar] = of(client, 'b');
  assert.deepEqual([bar.S, bar.o, bar.h, bar.c, bar.n, bar.t], ['BTC/USD', 50_000, 50_150.1, 50_150.1, 3, '2025-01-01T00:00:00.000Z']);
  assert.equal(of(client, 'd')[0].h, 50_150.1);
  assert.equal(of(other, 't').length, 0);
});

test('S2: a book begins whole, and its changes lead from each of its states to the next', async () => {
  const { ready, move, exchange } = await rig();
  const client = ready();
  client.say({ action: 'subscribe', orderbooks: ['BTC/USD'] });
  for (const price of ['50010', '50000', '49000', '52000']) await move(price);
  await exchange.place('demo', { clientOrderId: 'a', symbol: 'BTC/USD', side: 'buy', type: 'limit', timeInForce: 'gtc', quantity: '0.5', limitPrice: '40000', stopPrice: undefined });
  await settled();
  const sides = { b: new Map<number, number>(), a: new Map<number, number>() };
  const frames = of(client, 'o');
  assert.deepEqual(frames.map(({ r }) => r === true), [true, ...frames.slice(1).map(() => false)]);
  for (const frame of frames) for (const side of ['b', 'a'] as const) for (const { p, s } of frame[side]) {
    if (s === 0) sides[side].delete(p);
    else sides[side].set(p, s);
  }
  const book = exchange.book('BTC/USD');
  const shown = (levels: readonly { price: string; size: string }[] = []) => levels.map(({ price, size }) => [Number(price), Number(size)] as const);
  assert.deepEqual([...sides.b].sort(([a], [b]) => b - a), shown(book?.bids));
  assert.deepEqual([...sides.a].sort(([a], [b]) => a - b), shown(book?.asks));
});

test('a client that asks for MessagePack as it connects gets it, with timestamps of its own', async () => {
  const { ready, move } = await rig();
  const client = ready({ 'content-type': 'application/msgpack' });
  client.say({ action: 'subscribe', trades: ['BTC/USD'] });
  await move('50100');
  assert.ok(client.raw.every((frame) => frame instanceof Uint8Array));
  const [trade] = of(client, 't');
  assert.deepEqual([trade.p, trade.t], [50_100, new Date('2025-01-01T00:00:00Z')]);
});

test('each way to go wrong has its own number, and changes nothing', async () => {
  const { connect, ready, move } = await rig({ marketStream: { connections: 2, channels: 2 } });
  const stranger = connect();
  stranger.say({ action: 'subscribe', trades: ['BTC/USD'] });
  stranger.say({ ...auth, secret: 'guess' });
  stranger.say({ action: 'sing' });
  stranger.say('{');
  assert.deepEqual(errors(stranger), [[401, 'not authenticated'], [402, 'auth failed'], [400, 'invalid syntax'], [400, 'invalid syntax']]);
  const client = ready();
  client.say(auth);
  client.say({ action: 'subscribe', trades: ['BTC/USD', 'ETH/USD'], quotes: ['BTC/USD'] });
  client.say({ action: 'subscribe', trades: 'BTC/USD' });
  client.say({ action: 'subscribe', trades: ['btc'] });
  assert.deepEqual(errors(client), [[403, 'already authenticated'], [405, 'symbol limit exceeded'], [400, 'invalid syntax'], [400, 'invalid syntax']]);
  await move('50100');
  assert.equal(of(client, 't').length, 0);
});

test('whoever does not authenticate in time is sent away', async () => {
  const { connect, clock } = await rig();
  const client = connect();
  await clock.runFor(10_000);
  assert.deepEqual([errors(client), client.ended], [[[404, 'auth timeout']], true]);
});

test('an account has as many connections as it pays for, and a place is free again when one has ended', async () => {
  const { ready } = await rig();
  const [first, second] = [ready(), ready()];
  assert.deepEqual([errors(first), first.ended, errors(second), second.ended], [[], false, [[406, 'connection limit exceeded']], true]);
  first.end();
  assert.deepEqual(errors(ready()), []);
});

test('an account that may not have the data is told so', async () => {
  for (const [code, text] of [[408, 'v2 not enabled'], [409, 'insufficient subscription']] as const) {
    const { ready } = await rig({ marketStream: { withheld: new Map([['demo', code]]) } });
    assert.deepEqual(errors(ready()), [[code, text]]);
  }
});

test('a client that answers no pings does not keep up, and is let go', async () => {
  const { ready, clock } = await rig();
  const [client] = [ready()];
  client.isDeaf = true;
  await clock.runFor(40_000);
  assert.deepEqual([errors(client), client.ended], [[[407, 'slow client']], true]);
  const again = ready();
  await clock.runFor(120_000);
  assert.deepEqual([errors(again), again.ended], [[], false], 'the other one is told nothing, and its place was free');
});

test('nothing is told to a client that has gone, and nobody watches for it', async () => {
  const { ready, move, clock } = await rig({ price: { 'BTC/USD': { kind: 'walk', startPrice: '50000', tickMs: 1_000, stepPpm: 50 } } });
  const client = ready();
  client.say({ action: 'subscribe', trades: ['BTC/USD'] });
  client.end();
  const { length } = client.frames;
  await move('50100');
  await clock.runFor(5_000);
  assert.deepEqual([client.frames.length, clock.nextAtMs()], [length, undefined]);
});

test('no frame, however strange, stops the stream', async () => {
  const { connect } = await rig();
  for (const headers of [{}, { 'content-type': 'application/msgpack' }] as const) {
    const client = connect(headers);
    const strange = fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.string(), fc.jsonValue());
    fc.assert(fc.property(strange, (frame) => client.say(frame)), { numRuns: 300 });
    client.say(auth);
    assert.equal(messages(client).at(-1).msg, 'authenticated');
    client.end();
  }
});
