import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../base/index.ts';
import { settle } from '../edges/clock/index.ts';
import type { HttpOutcome, HttpRequest, Net, NetApp, Socket } from '../ports/index.ts';
import { VirtualClock } from './clock.ts';
import { createMemoryNet } from './net.ts';
import type { MemoryNet, RequestFault } from './net.ts';

type World = { clock: VirtualClock; net: MemoryNet; near: Net; far: Net; arrivedAtMs: number[]; url: string; socketsAt: Socket[] };

/** "near" asks, "far" serves; every message takes 10 ms. */
async function world(): Promise<World> {
  const clock = new VirtualClock({ settle });
  const net = createMemoryNet({ clock, random: seededRandom(7), latencyMs: { min: 10, max: 10 } });
  const arrivedAtMs: number[] = [];
  const socketsAt: Socket[] = [];
  const app: NetApp = {
    request: async () => { arrivedAtMs.push(clock.monotonicMs()); return { kind: 'answer', status: 200, headers: {}, body: 'ok' }; },
    socket: (_, accept) => { socketsAt.push(accept()); return true; },
  };
  const far = net.host('far').net;
  const { url } = await clock.until(far.serve({ host: 'sim-exchange', port: 80 }, app));
  return { clock, net, near: net.host('near').net, far, arrivedAtMs, url, socketsAt };
}
const order = (url: string): HttpRequest => ({ method: 'POST', url: `${url}/orders`, headers: {}, body: Uint8Array.of(1) });

/** The outcome of one request, and when it was known. */
async function send({ clock, near, url }: World, timeoutMs = 100): Promise<[HttpOutcome['kind'], number]> {
  const beganMs = clock.monotonicMs();
  const { kind } = await clock.until(near.request(order(url), timeoutMs));
  return [kind, clock.monotonicMs() - beganMs];
}

const faults: [RequestFault | undefined, HttpOutcome['kind'], number, number[]][] = [
  [undefined, 'answered', 20, [10]],
  [{ kind: 'refused' }, 'not-sent', 10, []],
  [{ kind: 'request-lost' }, 'unknown', 100, []],
  [{ kind: 'answer-lost' }, 'unknown', 100, [10]],
  [{ kind: 'reset-before' }, 'unknown', 20, []],
  [{ kind: 'reset-after' }, 'unknown', 20, [10]],
  [{ kind: 'request-late', byMs: 30 }, 'answered', 50, [40]],
  [{ kind: 'answer-late', byMs: 30 }, 'answered', 50, [10]],
  [{ kind: 'answer-late', byMs: 300 }, 'unknown', 100, [10]],
  [{ kind: 'request-doubled' }, 'answered', 20, [10, 10]],
];
for (const [fault, kind, atMs, arrivals] of faults) {
  test(`a request with ${fault?.kind ?? 'no fault'} ends as ${kind} after ${atMs} ms, and arrives ${arrivals.length} times`, async () => {
    const all = await world();
    all.net.onRequest(({ from, to }) => (from === 'near' && to === 'far' ? fault : undefined));
    assert.deepEqual(await send(all), [kind, atMs]);
    await all.clock.runFor(1_000);
    assert.deepEqual(all.arrivedAtMs, arrivals);
  });
}

test('W2: a request given up at its deadline still arrives and is acted upon', async () => {
  const all = await world();
  all.net.onRequest(() => ({ kind: 'request-late', byMs: 500 }));
  assert.deepEqual(await send(all), ['unknown', 100]);
  assert.deepEqual(all.arrivedAtMs, []);
  await all.clock.runFor(1_000);
  assert.deepEqual(all.arrivedAtMs, [510]);
});

test('W1: over a cut link nothing is sent; cut while under way, the outcome is unknown', async () => {
  const all = await world();
  all.net.partition('far', 'near');
  assert.deepEqual(await send(all), ['not-sent', 100]);
  all.net.heal('near', 'far');
  const before = all.near.request(order(all.url), 100);
  await all.clock.runFor(5);
  all.net.partition('near', 'far');
  assert.equal((await all.clock.until(before)).kind, 'unknown');
  assert.equal(all.arrivedAtMs.length, 0);
  all.net.healAll();
  const after = all.near.request(order(all.url), 100);
  await all.clock.runFor(15);
  all.net.partition('near', 'far');
  assert.equal((await all.clock.until(after)).kind, 'unknown');
  assert.equal(all.arrivedAtMs.length, 1);
});

test('a half-open link swallows requests that seem to leave, and a reset is known at once at both ends', async () => {
  const all = await world();
  all.net.halfOpen('near', 'far');
  assert.deepEqual(await send(all), ['unknown', 100]);
  all.net.healAll();
  const asked = all.near.request(order(all.url), 100);
  await all.clock.runFor(5);
  all.net.reset('far', 'near');
  assert.equal((await all.clock.until(asked)).kind, 'unknown');
  assert.equal(all.clock.monotonicMs(), 105);
});

test('a socket over a lost link goes silent at both ends, stays so after healing, and ends when one side gives it up', async () => {
  const all = await world();
  const opened = await all.clock.until(all.near.open(all.url.replace('http', 'ws'), {}, 100));
  assert(opened.kind === 'open');
  const [far] = all.socketsAt;
  assert(far !== undefined);
  const heard: string[] = [];
  far.onMessage((data) => heard.push(`far: ${String(data)}`));
  opened.socket.onPong(() => heard.push('pong'));
  opened.socket.onClose((why) => heard.push(`near: ${why}`));
  far.onClose((why) => heard.push(`far: ${why}`));
  opened.socket.send('one');
  opened.socket.ping();
  await all.clock.runFor(50);
  all.net.halfOpen('near', 'far');
  opened.socket.send('lost');
  opened.socket.ping();
  await all.clock.runFor(50);
  all.net.healAll();
  opened.socket.send('after the gap');
  await all.clock.runFor(5_000);
  assert.deepEqual(heard, ['far: one', 'pong']);
  opened.socket.terminate();
  await all.clock.runFor(50);
  assert.deepEqual(heard.slice(2), ['near: terminated']);
  all.net.reset('near', 'far');
  await all.clock.runFor(50);
  assert.deepEqual(heard.slice(3), []);
  far.close(1000);
  await all.clock.runFor(5_000);
  assert.deepEqual(heard.slice(3), ['far: closing was not answered']);
});

test('W3: the same seed gives the same deliveries at the same times, and another seed others', async () => {
  const trace = async (seed: number): Promise<string> => {
    const clock = new VirtualClock({ settle });
    const net = createMemoryNet({ clock, random: seededRandom(seed), latencyMs: { min: 1, max: 50 } });
    const seen: string[] = [];
    await clock.until(net.serve({ host: 'x', port: 1 }, { request: async ({ path }) => {
      seen.push(`${path}@${clock.monotonicMs()}`);
      return { kind: 'answer', status: 200, headers: {}, body: '' };
    } }));
    await clock.until(Promise.all(Array.from({ length: 50 }, async (_, n) => {
      await net.request({ method: 'GET', url: `http://x:1/${n}`, headers: {} }, 1_000);
      seen.push(`${n} answered@${clock.monotonicMs()}`);
    })));
    return seen.join(' ');
  };
  assert.equal(await trace(3), await trace(3));
  assert.notEqual(await trace(3), await trace(4));
});
