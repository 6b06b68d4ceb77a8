import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anOrder, assets } from '../../../test/support/alpaca-answers.ts';
import { ScriptedNet, ScriptedSocket, answered } from '../../../test/support/scripted-net.ts';
import { seededRandom } from '../../base/index.ts';
import { settle } from '../../edges/clock/index.ts';
import type { VenueEvent } from '../../ports/index.ts';
import { VirtualClock } from '../../sim/index.ts';
import { alpacaVenue } from './index.ts';

const authorized = { stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } };
const unauthorized = { stream: 'authorization', data: { status: 'unauthorized', action: 'authenticate' } };
const listening = { stream: 'listening', data: { streams: ['trade_updates'] } };
const update = (change: object = {}) => ({ stream: 'trade_updates', data: { event: 'fill', execution_id: 'x', price: '1', qty: '1', timestamp: '2026-01-02T03:04:05.024916716-05:00', order: { ...anOrder, status: 'filled', filled_qty: '0.001', filled_avg_price: '50000', ...change } } });

async function start(dial: (attempt: number) => 'open' | 'failed' = () => 'open', seed = 1) {
  const clock = new VirtualClock({ settle });
  const sockets: ScriptedSocket[] = [];
  const triedAtMs: number[] = [];
  const net = new ScriptedNet(() => answered(200, assets)).whenOpened(() => {
    triedAtMs.push(clock.monotonicMs());
    if (dial(triedAtMs.length) === 'failed') return { kind: 'failed', why: 'refused' };
    const socket = new ScriptedSocket();
    sockets.push(socket);
    return { kind: 'open', socket };
  });
  const venue = alpacaVenue({ name: 'alpaca', net, clock, random: seededRandom(seed), baseUrl: 'http://127.0.0.1:1', keyId: 'key', secret: 'secret' });
  await venue.instruments(['BTC/USD']);
  const told: VenueEvent[] = [];
  const stop = venue.stream((event) => void told.push(event));
  await settle();
  const last = (): ScriptedSocket => sockets.at(-1) ?? assert.fail('nothing was opened');
  const greet = (): void => { last().receive(authorized); last().receive(listening); };
  return { clock, net, sockets, last, told, stop, triedAtMs, greet, kinds: () => told.map(({ kind }) => kind) };
}

test('S1: connected is told once the venue confirms that we listen, not before', async () => {
  const { net, last, kinds } = await start();
  assert.deepEqual(net.opened, ['ws://127.0.0.1:1/stream']);
  assert.deepEqual(last().sent.map((text) => JSON.parse(text) as unknown), [{ action: 'authenticate', data: { key_id: 'key', secret_key: 'secret' } }]);
  last().receive(listening);
  last().receive(authorized);
  assert.deepEqual(JSON.parse(last().sent[1] ?? ''), { action: 'listen', data: { streams: ['trade_updates'] } });
  assert.deepEqual(kinds(), []);
  last().receive({ stream: 'listening', data: { streams: [] } });
  assert.deepEqual(kinds(), []);
  last().receive(new TextEncoder().encode(JSON.stringify(listening))); // bytes, as paper sends them
  assert.deepEqual(kinds(), ['connected']);
  last().receive(listening);
  assert.deepEqual(kinds(), ['connected']);
});

test('order events come as reports, from text and from bytes', async () => {
  const { last, told, greet } = await start();
  greet();
  last().receive(update());
  last().receive(new TextEncoder().encode(JSON.stringify(update({ symbol: 'BTCUSD' }))));
  const [, first, second] = told;
  assert.ok(first?.kind === 'order' && second?.kind === 'order');
  assert.deepEqual([first.report.clientOrderId, first.report.state, first.report.filledUnits, first.report.symbol], ['bw-1', 'filled', 1_000_000n, 'BTC/USD']);
  assert.deepEqual(second, first);
});

test('S2: a frame that cannot be read changes nothing', async () => {
  const { last, kinds, greet } = await start();
  greet();
  for (const frame of ['', 'x', '{}', '[]', 'null', new Uint8Array([1]), new Uint8Array([0xff, 0xfe]), { stream: 'trade_updates' }, { stream: 'trade_updates', data: { order: null } }, update({ symbol: 'WHO/KNOWS' }),
    update({ status: 'wonderful' }), update({ filled_qty: 1 }), { stream: 'authorization', data: {} }, { stream: 'listening', data: {} }, { stream: 'news', data: {} }, { action: 'error' }]) last().receive(frame);
  fc.assert(fc.property(fc.oneof(fc.uint8Array(), fc.json(), fc.string()), (frame) => last().receive(frame)));
  assert.deepEqual(kinds(), ['connected']);
  last().receive(update());
  assert.deepEqual(kinds(), ['connected', 'order']);
});

test('S1: a connection that stops answering pings is given up within fifteen seconds', async () => {
  const { clock, last, told, greet, sockets } = await start();
  greet();
  for (let i = 0; i < 10; i++) {
    await clock.runFor(10_000);
    last().pong();
  }
  assert.equal(last().pings, 10);
  await clock.runFor(14_999);
  assert.equal(told.length, 1);
  await clock.runFor(1);
  assert.deepEqual(told.at(-1), { kind: 'disconnected', why: 'the stream gave no sign of life within 5000 ms of a ping' });
  assert.ok(sockets[0]?.terminated);
  await clock.runFor(250);
  assert.equal(sockets.length, 2);
});

test('a stream that opens and never greets is given up and tried again', async () => {
  const { clock, told, sockets } = await start();
  await clock.runFor(10_250);
  assert.equal(told.length, 1);
  assert.ok(told[0]?.kind === 'disconnected' && /did not let us listen/.test(told[0].why));
  assert.equal(sockets.length, 2);
});

test('after a loss the first retry is quick, and later ones wait longer and longer, up to 64 s', async () => {
  const { clock, greet, last, triedAtMs, kinds } = await start((attempt) => (attempt === 1 ? 'open' : 'failed'));
  greet();
  last().drop('reset by peer');
  await clock.runFor(400_000);
  const pauses = triedAtMs.slice(1).map((atMs, i) => atMs - (triedAtMs[i] ?? 0));
  const most = [250, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000];
  for (const [i, pauseMs] of pauses.entries()) assert.ok(pauseMs >= (most[i] ?? 64_000) / 2 && pauseMs <= (most[i] ?? 64_000), `pause ${i} was ${pauseMs} ms`);
  assert.ok(pauses.length >= 10);
  assert.deepEqual(kinds(), ['connected', 'disconnected']); // an outage is told once
});

test('a connection that drops soon after its greeting does not make the next retry quick again; a steady one does', async () => {
  const { clock, greet, last, triedAtMs } = await start();
  const dropAfter = async (ms: number): Promise<number> => {
    greet();
    for (let left = ms; left > 0; left -= 10_000) {
      await clock.runFor(Math.min(left, 10_000));
      last().pong();
    }
    const fromMs = clock.monotonicMs();
    const tries = triedAtMs.length;
    last().drop('reset by peer');
    await clock.runUntil(() => triedAtMs.length > tries, 100_000);
    return clock.monotonicMs() - fromMs;
  };
  assert.ok((await dropAfter(1_000)) <= 250);
  assert.ok((await dropAfter(1_000)) >= 500);
  assert.ok((await dropAfter(1_000)) >= 1_000);
  assert.ok((await dropAfter(30_000)) <= 250);
});

test('S4: refused keys are told as such, and tried again slowly', async () => {
  const { clock, last, told, sockets } = await start();
  last().receive(unauthorized);
  assert.deepEqual(told, [{ kind: 'disconnected', why: 'access refused: the stream refused to authenticate' }]);
  await clock.runFor(31_999);
  assert.equal(sockets.length, 1);
  assert.ok(await clock.runUntil(() => sockets.length === 2, 32_001));
  last().receive(unauthorized);
  assert.equal(told.length, 1);
  assert.ok(await clock.runUntil(() => sockets.length === 3, 64_000));
  last().drop('reset by peer');
  assert.deepEqual(told.at(-1), { kind: 'disconnected', why: 'the stream was closed: reset by peer' });
});

test('an error said by the venue, and a subscription taken away, end the connection', async () => {
  for (const frame of [{ action: 'error', data: { error_message: 'connection limit exceeded' } }, { stream: 'listening', data: { streams: [] } }]) {
    const { last, kinds, greet, sockets } = await start();
    greet();
    last().receive(frame);
    assert.deepEqual(kinds(), ['connected', 'disconnected']);
    assert.ok(sockets[0]?.terminated);
  }
});

test('S3: after stop nothing is told, nothing reconnects, and no timer is left', async () => {
  for (const moment of ['greeting', 'listening', 'waiting'] as const) {
    const { clock, last, told, greet, stop, sockets } = await start();
    if (moment !== 'greeting') greet();
    if (moment === 'waiting') last().drop('reset by peer');
    const before = told.length;
    stop();
    greet();
    last().receive(update());
    last().drop('closed');
    await clock.runFor(200_000);
    assert.deepEqual([told.length, sockets.length, clock.nextAtMs()], [before, 1, undefined], moment);
    if (moment !== 'waiting') assert.ok(last().terminated);
  }
});

test('S3: a socket that opens after stop is cut at once', async () => {
  const clock = new VirtualClock({ settle });
  const socket = new ScriptedSocket();
  const net = new ScriptedNet(() => answered(200, assets)).whenOpened(() => ({ kind: 'open', socket }));
  const venue = alpacaVenue({ name: 'alpaca', net, clock, random: seededRandom(1), baseUrl: 'http://127.0.0.1:1', keyId: 'key', secret: 'secret' });
  venue.stream(() => assert.fail('nothing is told'))();
  await settle();
  assert.ok(socket.terminated);
  assert.deepEqual(socket.sent, []);
});
