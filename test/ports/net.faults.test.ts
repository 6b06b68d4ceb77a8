/**
 * The real network port under each harm that a connection can come to: what it answers must be true, by its deadline.
 *
 *   T1. `answered` means that the request arrived once, or was refused as incomplete, and that the answer is whole; `not-sent` that it
 *       never arrived.
 *   T2. However a connection ends, a request arrives at most once.
 */
import assert from 'node:assert/strict';
import { after, test as untimed } from 'node:test';
import type { TestContext } from 'node:test';
import { seededRandom } from '../../src/base/index.ts';
import { realClock } from '../../src/edges/clock/index.ts';
import { realNet } from '../../src/edges/net/index.ts';
import type { HttpOutcome, HttpRequest, ServedAnswer } from '../../src/ports/index.ts';
import { faultProxy } from '../proxy/index.ts';
import type { Direction, FaultProxy, Toxic } from '../proxy/index.ts';

const test = (title: string, body: (t: TestContext) => Promise<void>): void => void untimed(title, { timeout: 30_000 }, body);
const clock = realClock();
const net = realNet({ clock });
after(() => net.close());

const answerText = JSON.stringify({ id: 'x'.repeat(2_000) });
const deadlineMs = 400;

type Scene = { readonly proxy: FaultProxy; readonly ask: (name: string, timeoutMs?: number) => Promise<HttpOutcome>; readonly arrivals: (name: string) => number };

async function scene(t: TestContext, seed: number | string = 1): Promise<Scene> {
  const arrived = new Map<string, number>();
  const served = await net.serve({ host: '127.0.0.1', port: 0 }, {
    request: async ({ path }): Promise<ServedAnswer> => {
      arrived.set(path, (arrived.get(path) ?? 0) + 1);
      return { kind: 'answer', status: 200, headers: {}, body: answerText };
    },
  });
  const proxy = await faultProxy({ upstream: { host: '127.0.0.1', port: Number(new URL(served.url).port) }, seed });
  t.after(async () => {
    await proxy.close();
    await served.close();
  });
  const order = (name: string): HttpRequest => ({ method: 'POST', url: `http://127.0.0.1:${proxy.port}/${name}`, headers: {}, body: new TextEncoder().encode('order '.repeat(300)) });
  return { proxy, ask: (name, timeoutMs = deadlineMs) => net.request(order(name), timeoutMs), arrivals: (name) => arrived.get(`/${name}`) ?? 0 };
}

function assertTrue(outcome: HttpOutcome, arrivals: number): void { // T1, T2
  const told = JSON.stringify({ kind: outcome.kind, ...('why' in outcome ? { why: outcome.why } : {}), arrivals });
  assert.ok(arrivals <= 1, told);
  if (outcome.kind === 'answered' && outcome.status === 400) assert.equal(arrivals, 0, told); // the server itself refuses half a request
  else if (outcome.kind === 'answered') assert.deepEqual([arrivals, new TextDecoder().decode(outcome.body) === answerText], [1, true], told);
  if (outcome.kind === 'not-sent') assert.equal(arrivals, 0, told);
  if (outcome.kind !== 'answered') assert.ok(outcome.why.length > 5, told);
}

type Harm = readonly [what: string, Direction, Toxic, kinds: readonly HttpOutcome['kind'][], arrivals: number, why?: RegExp];
const harms: readonly Harm[] = [
  ['the request is reset at its first byte', 'upstream', { type: 'reset_peer', afterBytes: 0 }, ['unknown'], 0, /ECONNRESET|closed|reset|EPIPE/],
  ['the request is reset in its middle', 'upstream', { type: 'reset_peer', afterBytes: 500 }, ['unknown'], 0],
  ['the answer is reset at its first byte', 'downstream', { type: 'reset_peer', afterBytes: 0 }, ['unknown'], 1],
  ['the answer is reset in its head', 'downstream', { type: 'reset_peer', afterBytes: 30 }, ['unknown'], 1],
  ['the answer is reset in its body', 'downstream', { type: 'reset_peer', afterBytes: 1_000 }, ['unknown'], 1],
  ['the request is cut off', 'upstream', { type: 'limit_data', bytes: 500 }, ['unknown'], 0],
  ['the answer is cut off before it began', 'downstream', { type: 'limit_data', bytes: 0 }, ['unknown'], 1],
  ['the answer is cut off in its body', 'downstream', { type: 'limit_data', bytes: 1_000 }, ['unknown'], 1],
  ['our half is closed in the request', 'upstream', { type: 'half_close', afterBytes: 500 }, ['answered', 'unknown'], 0],
  ['their half is closed in the answer', 'downstream', { type: 'half_close', afterBytes: 1_000 }, ['unknown'], 1],
  ['the request is swallowed', 'upstream', { type: 'timeout', timeoutMs: 0 }, ['unknown'], 0, /within 400 ms/],
  ['the request is swallowed, and the connection closed', 'upstream', { type: 'timeout', timeoutMs: 50 }, ['unknown'], 0],
  ['the answer is swallowed', 'downstream', { type: 'timeout', timeoutMs: 0 }, ['unknown'], 1, /within 400 ms/],
  ['the request is stalled', 'upstream', { type: 'bandwidth', bytesPerSecond: 0 }, ['unknown'], 0, /within 400 ms/],
  ['the answer trickles', 'downstream', { type: 'bandwidth', bytesPerSecond: 1_500 }, ['unknown'], 1, /within 400 ms/],
  ['the answer is late', 'downstream', { type: 'latency', latencyMs: 5_000 }, ['unknown'], 1, /within 400 ms/],
  ['the answer is in shreds', 'downstream', { type: 'slicer', averageBytes: 40, variationBytes: 39 }, ['answered'], 1],
  ['the end is slow', 'downstream', { type: 'slow_close', delayMs: 5_000 }, ['answered'], 1],
];

for (const [what, direction, toxic, kinds, arrived, why] of harms) {
  test(`T1, T2: ${what}: ${kinds.join(' or ')}, by the deadline, on a new connection and on a kept one`, async (t) => {
    const { proxy, ask, arrivals } = await scene(t);
    for (const kept of [false, true]) {
      const name = kept ? 'kept' : 'new';
      if (kept) assert.equal((await ask('warm', 5_000)).kind, 'answered');
      proxy.add(direction, toxic);
      const beganMs = clock.monotonicMs();
      const outcome = await ask(name);
      assert.ok(clock.monotonicMs() - beganMs < deadlineMs + 1_500);
      assertTrue(outcome, arrivals(name));
      assert.ok(kinds.includes(outcome.kind), `${name}: ${JSON.stringify(outcome).slice(0, 200)}`);
      assert.equal(arrivals(name), arrived, name);
      if (why !== undefined && 'why' in outcome) assert.match(outcome.why, why);
      await proxy.reset();
      const next = await ask(`after-${name}`, 5_000);
      const closesBehind = outcome.kind === 'answered' && outcome.status === 400; // the server hangs up unannounced after it refused half a request
      assertTrue(next, arrivals(`after-${name}`));
      if (!closesBehind) assert.equal(next.kind, 'answered', 'the next one gets a sound connection');
    }
  });
}

test('T1: where the peer is down nothing is sent, and as it is up again the next request gets through', async (t) => {
  const { proxy, ask, arrivals } = await scene(t);
  assert.equal((await ask('first', 5_000)).kind, 'answered');
  await proxy.down();
  for (const name of ['a', 'b']) {
    const outcome = await ask(name);
    assertTrue(outcome, arrivals(name));
    assert.equal(arrivals(name), 0);
  }
  assert.equal((await ask('c')).kind, 'not-sent', 'no kept connection is left to be in doubt about');
  await proxy.up();
  assert.equal((await ask('d', 5_000)).kind, 'answered');
});

test('T1, T2: through any row of harms, whatever is said of a request is true', async (t) => {
  const { proxy, ask, arrivals } = await scene(t, 'row');
  const chance = seededRandom('a row of harms');
  const seen = new Map<string, number>();
  const pick = (): Toxic => chance.pick<Toxic>([
    { type: 'latency', latencyMs: 30, jitterMs: 30 }, { type: 'slicer', averageBytes: 300, variationBytes: 299 },
    { type: 'reset_peer', afterBytes: chance.below(3_000) }, { type: 'reset_peer', timeoutMs: chance.below(60) }, { type: 'limit_data', bytes: chance.below(6_000) },
    { type: 'half_close', afterBytes: chance.below(3_000) }, { type: 'timeout', timeoutMs: chance.below(60) }, { type: 'bandwidth', bytesPerSecond: 10_000 },
  ]);
  for (let round = 0; round < 40; round++) {
    const removed = proxy.add(chance.pick(['upstream', 'downstream']), pick(), { name: 'harm', toxicity: 0.5 });
    const names = Array.from({ length: 6 }, (_, n) => `r${round}-${n}`);
    const asked = names.map((name) => ask(name, 150));
    if (chance.chance(0.2)) clock.timer(chance.below(20), () => proxy.cut('reset'));
    const outcomes = await Promise.all(asked);
    removed();
    for (const [n, outcome] of outcomes.entries()) {
      assertTrue(outcome, arrivals(names[n] ?? ''));
      seen.set(outcome.kind, (seen.get(outcome.kind) ?? 0) + 1);
    }
  }
  await ask('last', 5_000);
  for (let round = 0; round < 40; round++) for (let n = 0; n < 6; n++) assert.ok(arrivals(`r${round}-${n}`) <= 1, 'nothing came later either');
  assert.ok((seen.get('answered') ?? 0) > 20 && (seen.get('unknown') ?? 0) > 10, JSON.stringify([...seen]));
});
