import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anOrder, assets } from '../../../test/support/alpaca-answers.ts';
import { answered, ScriptedNet, ScriptedSocket } from '../../../test/support/scripted-net.ts';
import { seededRandom } from '../../base/index.ts';
import { settle } from '../../edges/clock/index.ts';
import type { HttpOutcome, VenueEvent } from '../../ports/index.ts';
import { VirtualClock } from '../../sim/index.ts';
import { alpacaVenue } from './index.ts';
import type { AlpacaOptions } from './index.ts';

const made = (net: ScriptedNet, extensions?: AlpacaOptions['extensions']) =>
  alpacaVenue({ name: 'alpaca', net, clock: new VirtualClock({ settle }), random: seededRandom(1), baseUrl: 'http://127.0.0.1:1', keyId: 'key', secret: 'secret', ...(extensions === undefined ? {} : { extensions }) });
const withTimer = (answer: HttpOutcome) => {
  const net = new ScriptedNet(() => answer);
  const { deadMan } = made(net, ['dead-man-timer']);
  return { net, timer: deadMan ?? assert.fail('it has a timer') };
};

test('Alpaca declares neither protection, and has no call for one', () => {
  const venue = made(new ScriptedNet(() => answered(200, {})));
  assert.deepEqual([venue.capabilities.deadManTimer, venue.capabilities.cancelOnDisconnect, venue.deadMan], [false, false, undefined]);
});

test('X1: the timer is set by one request in the lane of cancels, and counts only where the peer repeats what was asked for', async () => {
  const { net, timer } = withTimer(answered(200, { within_ms: 60_000, ends_at: '2026-01-02T03:04:05Z' }));
  assert.deepEqual(await timer.arm({ withinMs: 60_000 }, 1_000), { kind: 'done' });
  assert.deepEqual(net.requests.map(({ method, url, passage }) => [method, url, passage?.lane]), [['POST', 'http://127.0.0.1:1/x/dead-man', 'cancel']]);
  for (const body of [{ within_ms: 50_000 }, { within_ms: '60000' }, {}, [], 'fine']) assert.equal((await withTimer(answered(200, body)).timer.arm({ withinMs: 60_000 }, 1_000)).kind, 'unknown', JSON.stringify(body));
});

test('X2: a refusal is the own word of the peer; what is no success and no such word is unknown', async () => {
  for (const [answer, kind] of [
    [answered(404, { code: 40410000, message: 'endpoint not found.' }), 'refused'], [answered(422, { code: 40010001, message: 'within_ms must be between 1000 and 86400000' }), 'refused'],
    [answered(401, { code: 40110000, message: 'request is not authorized' }), 'refused'], [answered(429, { code: 42910000, message: 'rate limit exceeded' }), 'not-sent'],
    [answered(500, { code: 50010000, message: 'internal server error occurred' }), 'unknown'], [answered(404, '<html>'), 'unknown'], [answered(204, ''), 'unknown'],
    [{ kind: 'not-sent', why: 'no way' }, 'not-sent'], [{ kind: 'unknown', why: 'no answer' }, 'unknown'],
  ] as const) {
    assert.equal((await withTimer(answer as HttpOutcome).timer.arm({ withinMs: 60_000 }, 1_000)).kind, kind, JSON.stringify(answer));
  }
});

test('S5 of the stream: where the end of it is to cancel, connected is told only after the venue has said that it will', async () => {
  const clock = new VirtualClock({ settle });
  const sockets: ScriptedSocket[] = [];
  const net = new ScriptedNet(() => answered(200, assets)).whenOpened(() => {
    sockets.push(new ScriptedSocket());
    return { kind: 'open', socket: sockets.at(-1) ?? assert.fail() };
  });
  const venue = alpacaVenue({ name: 'alpaca', net, clock, random: seededRandom(1), baseUrl: 'http://127.0.0.1:1', keyId: 'key', secret: 'secret', extensions: ['cancel-on-disconnect'] });
  await venue.instruments(['BTC/USD']);
  const told: VenueEvent[] = [];
  const stop = venue.stream((event) => void told.push(event));
  await settle();
  const last = (): ScriptedSocket => sockets.at(-1) ?? assert.fail('nothing was opened');
  const sent = (): unknown[] => last().sent.map((text) => (JSON.parse(text) as { action: unknown }).action);
  last().receive({ stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } });
  assert.deepEqual(sent(), ['authenticate', 'cancel_on_disconnect']);
  last().receive({ stream: 'listening', data: { streams: ['trade_updates'] } });
  assert.equal(told.length, 0, 'out of turn');
  last().receive({ stream: 'cancel_on_disconnect', data: { on: true } });
  assert.deepEqual(sent(), ['authenticate', 'cancel_on_disconnect', 'listen']);
  last().receive({ stream: 'listening', data: { streams: ['trade_updates'] } });
  assert.deepEqual(told.map(({ kind }) => kind), ['connected']);
  last().receive({ stream: 'trade_updates', data: { event: 'canceled', order: { ...anOrder, status: 'canceled', cancel_reason: 'disconnect' } } });
  assert.deepEqual(told.flatMap((event) => (event.kind === 'order' ? [event.report.reason] : [])), ['the venue cancelled it when our stream ended']);
  stop();
});
