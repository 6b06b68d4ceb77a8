import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, html, ScriptedNet } from '../../../test/support/scripted-net.ts';
import { seededRandom } from '../../base/index.ts';
import { MemoryQuotaStore, RetryBudget } from '../../calls/index.ts';
import { settle } from '../../edges/clock/index.ts';
import type { HttpOutcome, HttpRequest, Lane } from '../../ports/index.ts';
import { VirtualClock } from '../../sim/index.ts';
import { Gateway } from './index.ts';
import type { GatewayOptions } from './index.ts';

const limits = [{ name: 'trading', requests: 100, perMs: 60_000 }];
const methods: Readonly<Record<Lane, HttpRequest['method']>> = { cancel: 'DELETE', reconcile: 'GET', 'new-risk': 'POST', 'market-data': 'GET' };
const asked = (lane: Lane, url = `http://venue/${lane}`): HttpRequest => ({ method: methods[lane], url, headers: {}, passage: { lane, limit: 'trading' } });
const ok = answered(200, '');
const limited = (afterS: number): HttpOutcome => answered(429, '', { 'retry-after': String(afterS) });

function start(answer: (request: HttpRequest, index: number) => HttpOutcome | Promise<HttpOutcome>, options: Partial<GatewayOptions> = {}) {
  const clock = new VirtualClock({ settle });
  const net = new ScriptedNet(answer);
  const gateway = new Gateway({ clock, net, random: seededRandom(1), retries: new RetryBudget(), owner: 'test' }, { name: 'venue', limits, store: new MemoryQuotaStore(), ...options });
  return { clock, net, gateway, out: gateway.net, after: (ms: number): Promise<void> => new Promise((resolve) => void clock.timer(ms, resolve)) };
}

test('G5: a read is repeated after what passes, with pauses, and inside its deadline', async () => {
  const failing: HttpOutcome[] = [{ kind: 'not-sent', why: 'refused' }, { kind: 'unknown', why: 'reset' }, html(502), limited(3)];
  const { clock, net, out } = start((_request, index) => failing[index] ?? ok);
  assert.equal((await clock.until(out.request(asked('reconcile'), 60_000))).kind, 'answered');
  assert.equal(net.requests.length, 5);
  assert.ok(clock.monotonicMs() >= 3_000 && clock.monotonicMs() < 10_000, `after ${clock.monotonicMs()} ms`);

  const hopeless = start(() => html(503));
  assert.deepEqual(await hopeless.clock.until(hopeless.out.request(asked('reconcile'), 60_000)), html(503));
  assert.equal(hopeless.net.requests.length, 5);

  const hurried = start(() => limited(30));
  assert.deepEqual(await hurried.clock.until(hurried.out.request(asked('reconcile'), 10_000)), limited(30));
  assert.equal(hurried.net.requests.length, 1);
  assert.equal(hurried.clock.monotonicMs(), 0);
});

test('G5: a read whose first answer does not come still has time to ask again', async () => {
  const { clock, net, out, after } = start((_request, index) => (index === 0 ? after(5_000).then(() => ({ kind: 'unknown', why: 'silence' })) : ok));
  assert.equal((await clock.until(out.request(asked('reconcile'), 8_000))).kind, 'answered');
  assert.equal(net.requests[0]?.timeoutMs, 5_000);
});

test('G5: an order and a cancel are one request each, whatever comes back', async () => {
  for (const lane of ['new-risk', 'cancel'] as const) {
    for (const outcome of [html(503), limited(0), { kind: 'unknown', why: 'reset' } as const, { kind: 'not-sent', why: 'refused' } as const]) {
      const { clock, net, out } = start(() => outcome);
      assert.deepEqual(await clock.until(out.request(asked(lane), 60_000)), outcome);
      await clock.runFor(60_000);
      assert.equal(net.requests.length, 1);
    }
  }
});

test('G5: once the outcome is known by another way, a read that waits to ask again asks no more', async () => {
  let isKnown = false;
  const { clock, net, out } = start(() => html(503));
  const read = out.request({ ...asked('reconcile'), stopped: () => (isKnown ? 'the stream has told it' : undefined) }, 60_000);
  await clock.runFor(50);
  isKnown = true;
  assert.equal((await clock.until(read)).kind, 'not-sent');
  assert.equal(net.requests.length, 1);
});

test('G5: all gateways of a process repeat out of one budget', async () => {
  const retries = new RetryBudget({ share: 0, floorPerSecond: 0, purse: 3 });
  const clock = new VirtualClock({ settle });
  const net = new ScriptedNet(() => html(503));
  const two = ['a', 'b'].map((name) => new Gateway({ clock, net, random: seededRandom(1), retries, owner: name }, { name, limits, store: new MemoryQuotaStore() }));
  await clock.until(Promise.all(two.map((gateway) => gateway.net.request(asked('reconcile'), 60_000))));
  assert.equal(net.requests.length, 2 + 3);
});

test('G1: with new risk at a hundred times the places a cancel waits for none of it, and looking waits for one place at most', async () => {
  const began: string[] = [];
  const { clock, out, after } = start((request) => {
    began.push(`${request.url.slice('http://venue/'.length)} ${clock.monotonicMs()}`);
    return after(1_000).then(() => ok);
  }, { places: 4, limits: [{ name: 'trading', requests: 100_000, perMs: 60_000 }] });
  for (let i = 0; i < 400; i += 1) void out.request(asked('new-risk'), 600_000);
  await clock.runFor(500);
  void out.request(asked('cancel'), 5_000);
  void out.request(asked('reconcile'), 5_000);
  void out.request(asked('cancel', 'http://venue/second'), 5_000);
  await clock.runFor(1_000);
  const at = (name: string): number => Number(began.find((line) => line.startsWith(name))?.split(' ')[1]);
  assert.ok(at('cancel') <= 510, `the cancel left at ${at('cancel')} ms`);
  assert.ok(at('reconcile') <= 1_010 && at('second') <= 1_010, began.join(', '));
});

test('G2: at the limit new risk waits and is then not sent; cancels leave out of what is kept for them', async () => {
  const { clock, net, out } = start(() => ok);
  const outcomes: HttpOutcome[] = [];
  for (let i = 0; i < 300; i += 1) void out.request(asked('new-risk'), 4_000).then((outcome) => outcomes.push(outcome));
  await clock.runFor(3_000);
  assert.equal(net.requests.length, 80);
  const refused = outcomes.filter(({ kind }) => kind === 'not-sent');
  assert.equal(refused.length, 220);
  assert.ok(refused.every((outcome) => outcome.kind === 'not-sent' && (outcome.retryAfterMs ?? 0) > 0 && outcome.heldBack === true), 'each says when to ask again, and that it was held back here');
  for (let i = 0; i < 20; i += 1) assert.equal((await clock.until(out.request(asked('cancel'), 4_000))).kind, 'answered');
});

test('G2: under a 429 only cancels leave until it is over', async () => {
  const { clock, net, out } = start((_request, index) => (index === 0 ? limited(20) : ok));
  assert.equal((await clock.until(out.request(asked('new-risk'), 4_000))).kind, 'answered');
  const refused = await clock.until(out.request(asked('new-risk'), 4_000));
  assert.ok(refused.kind === 'not-sent' && refused.retryAfterMs === 20_000, JSON.stringify(refused));
  assert.equal((await clock.until(out.request(asked('market-data'), 4_000))).kind, 'not-sent');
  assert.equal((await clock.until(out.request(asked('cancel'), 4_000))).kind, 'answered');
  assert.deepEqual(net.requests.map(({ method }) => method), ['POST', 'DELETE']);
  await clock.runFor(20_000);
  assert.equal((await clock.until(out.request(asked('new-risk'), 4_000))).kind, 'answered');
});

test('G1, G2: an order that closes leaves like a cancel: out of what is kept, under a 429, and each as a first try', async () => {
  const { clock, net, out } = start(() => ok);
  const closing: HttpRequest = { method: 'POST', url: 'http://venue/orders', headers: {}, passage: { lane: 'cancel', limit: 'trading' } };
  for (let i = 0; i < 100; i += 1) void out.request(asked('new-risk'), 4_000);
  await clock.runFor(3_000);
  assert.equal(net.requests.length, 80);
  for (let i = 0; i < 20; i += 1) assert.equal((await clock.until(out.request(closing, 4_000))).kind, 'answered');

  const refusing = start((_request, index) => (index < 2 ? limited(20) : ok));
  await refusing.clock.until(refusing.out.request(asked('new-risk'), 4_000));
  for (let i = 0; i < 3; i += 1) assert.equal((await refusing.clock.until(refusing.out.request(closing, 4_000))).kind, 'answered');
  assert.equal(refusing.net.requests.length, 4);
  assert.ok(refusing.clock.monotonicMs() < 1_000, 'none waited for what another was refused');
});

test('G2: under a ban nothing leaves, neither a cancel nor a stream, in this life nor in the next', async () => {
  const store = new MemoryQuotaStore();
  const { clock, net, out, gateway } = start(() => answered(418, '', { 'retry-after': '60' }), { store });
  await clock.until(out.request(asked('new-risk'), 4_000));
  const cancel = await clock.until(out.request(asked('cancel'), 4_000));
  assert.ok(cancel.kind === 'not-sent' && cancel.retryAfterMs === 60_000, JSON.stringify(cancel));
  assert.equal((await clock.until(out.open('ws://venue', {}, 1_000))).kind, 'failed');
  assert.equal(gateway.statistics().refused['banned'], 2);
  await clock.runFor(100);
  const next = new Gateway({ clock, net, random: seededRandom(2), retries: new RetryBudget(), owner: 'next' }, { name: 'venue', limits, store });
  assert.equal((await clock.until(next.net.request(asked('cancel'), 4_000))).kind, 'not-sent');
  assert.equal(net.requests.length, 1);
  assert.deepEqual(net.opened, []);
});

test('G3, G4: the gate is asked after the wait, and a request that is stopped by then takes nothing from the budget', async () => {
  let isShut = false;
  const { clock, net, out, gateway, after } = start(() => after(1_000).then(() => ok), { places: 4 });
  for (let i = 0; i < 2; i += 1) void out.request(asked('new-risk'), 10_000);
  await clock.runFor(10);
  const waiting = out.request({ ...asked('new-risk'), stopped: () => (isShut ? 'halted' : undefined) }, 10_000);
  isShut = true;
  const outcome = await clock.until(waiting);
  assert.ok(outcome.kind === 'not-sent' && outcome.why === 'halted', JSON.stringify(outcome));
  assert.equal(net.requests.length, 2);
  assert.equal(gateway.statistics().budget.windows['trading']?.common, 2);
});

test('G3: what leaves has at least half of its time left for an answer', async () => {
  const { clock, net, out, after } = start(() => after(1_900).then(() => ok), { places: 4 });
  for (let i = 0; i < 4; i += 1) void out.request(asked('new-risk'), 4_000);
  await clock.runFor(4_000);
  assert.ok(net.requests.every(({ timeoutMs }) => timeoutMs >= 2_000), net.requests.map(({ timeoutMs }) => timeoutMs).join(', '));
});

test('G2: a cancel that was refused in one life is no first try in the next, and one that was answered is none while others are refused', async () => {
  const store = new MemoryQuotaStore();
  const refused = new Set<string>();
  const { clock, net, out } = start(({ url }) => (refused.has(url) ? limited(30) : ok), { store });
  const cancel = (from: typeof out, name: string): Promise<HttpOutcome> => clock.until(from.request(asked('cancel', `http://venue/${name}`), 5_000));
  for (let i = 0; i < 5; i += 1) refused.add(`http://venue/${i}`);
  await Promise.all(Array.from({ length: 5 }, (_, i) => cancel(out, `${i}`)));
  await clock.runFor(10);
  assert.equal(net.requests.length, 5);

  const next = new Gateway({ clock, net, random: seededRandom(2), retries: new RetryBudget(), owner: 'the next life' }, { name: 'venue', limits, store }).net;
  assert.equal((await cancel(next, '0')).kind, 'answered', 'one tries it out');
  await clock.runFor(10);
  const held = await cancel(next, '4');
  assert.ok(held.kind === 'not-sent' && held.heldBack === true && (held.retryAfterMs ?? 0) > 25_000, JSON.stringify(held));
  assert.deepEqual((await cancel(next, 'new')).kind, 'answered');
  assert.equal((await cancel(next, '1')).kind, 'answered', 'one was let through');
  assert.equal((await cancel(next, 'new')).kind, 'not-sent', 'it was answered, and others are refused');
  assert.equal(net.requests.length, 5 + 1 + 1 + 1);

  await clock.runFor(61_000);
  for (let i = 0; i < 3; i += 1) assert.equal((await cancel(next, 'new')).kind, 'answered', 'nothing was refused in the last minute');
  refused.clear();
  for (let i = 0; i < 5; i += 1) assert.equal((await cancel(next, `${i}`)).kind, 'answered');
});
