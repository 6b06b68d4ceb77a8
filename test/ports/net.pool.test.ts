/** The connections of the real network port, over real sockets with a proxy between: reuse, repair, the line, dead peers, several base URLs. */
import assert from 'node:assert/strict';
import { describe, test as untimed } from 'node:test';
import type { TestContext } from 'node:test';
import { realClock } from '../../src/edges/clock/index.ts';
import { realNet } from '../../src/edges/net/index.ts';
import type { NetOptions, RealNet } from '../../src/edges/net/index.ts';
import type { HttpOutcome, NetApp, ServedAnswer, Socket } from '../../src/ports/index.ts';
import { faultProxy } from '../proxy/index.ts';
import type { FaultProxy } from '../proxy/index.ts';

const test = (title: string, body: (t: TestContext) => Promise<void>): void => void untimed(title, { timeout: 30_000 }, body);
const clock = realClock();
const plain = realNet({ clock });
const ok = (body = 'fine'): ServedAnswer => ({ kind: 'answer', status: 200, headers: {}, body });
const order = new TextEncoder().encode('order');
const silentMs = 2_800; // as a runtime has it
const longMs = 20_000; // a deadline that is far away

async function behind(t: TestContext, app: NetApp, count = 1): Promise<readonly [FaultProxy, ...FaultProxy[]]> {
  const served = await plain.serve({ host: '127.0.0.1', port: 0 }, app);
  const upstream = { host: '127.0.0.1', port: Number(new URL(served.url).port) };
  const proxies: FaultProxy[] = [];
  for (let n = 0; n < count; n++) proxies.push(await faultProxy({ upstream }));
  t.after(async () => {
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await served.close();
  });
  const [first, ...rest] = proxies;
  assert(first !== undefined);
  return [first, ...rest];
}

function netFor(t: TestContext, options: Partial<NetOptions> = {}): RealNet {
  const net = realNet({ clock, ...options });
  t.after(() => net.close());
  return net;
}

const urlOf = (proxy: FaultProxy): string => `http://127.0.0.1:${proxy.port}`;
const ask = (net: RealNet, proxy: FaultProxy, path = '/x', timeoutMs = longMs): Promise<HttpOutcome> => net.request({ method: 'POST', url: `${urlOf(proxy)}${path}`, headers: {}, body: order }, timeoutMs);
const until = async (holds: () => boolean): Promise<void> => {
  const giveUpMs = clock.monotonicMs() + 20_000;
  while (!holds()) {
    assert.ok(clock.monotonicMs() < giveUpMs, `never: ${String(holds)}`);
    await new Promise((resolve) => void setImmediate(resolve));
  }
};
const tookMs = async (work: Promise<unknown>): Promise<number> => {
  const beganMs = clock.monotonicMs();
  await work;
  return clock.monotonicMs() - beganMs;
};

test('requests one after the other share a connection; a connection that breaks is replaced', async (t) => {
  const [proxy] = await behind(t, { request: async () => ok() });
  const net = netFor(t);
  for (let n = 0; n < 30; n++) assert.equal((await ask(net, proxy)).kind, 'answered');
  assert.equal(proxy.statistics.accepted, 1);
  proxy.cut('reset');
  await until(() => net.statistics().bases[0]?.connections === 0);
  assert.equal((await ask(net, proxy)).kind, 'answered');
  assert.equal(proxy.statistics.accepted, 2);
  const [base] = net.statistics().bases;
  assert.deepEqual([base?.base, base?.requests, base?.answered, base?.opened, base?.busy], [urlOf(proxy), 31, 31, 2, 0]);
  assert.ok((base?.latencyMs ?? -1) >= 0);
});

test('with every connection taken, requests wait in line, are sent in their order, and leave at their own deadline unsent', async (t) => {
  const held: (() => void)[] = [];
  const arrived: string[] = [];
  const [proxy] = await behind(t, { request: ({ path }) => {
    arrived.push(path);
    return new Promise((resolve) => void held.push(() => resolve(ok())));
  } });
  const net = netFor(t, { connectionsPerBase: 2 });
  const asked = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ask(net, proxy, `/${name}`, name === 'd' ? 50 : longMs));
  const late = await asked[3];
  assert.deepEqual(late, { kind: 'not-sent', why: 'no connection within 50 ms' });
  await until(() => arrived.length === 2);
  assert.deepEqual([net.statistics().waiting, net.statistics().bases[0]?.busy, arrived.toSorted()], [3, 2, ['/a', '/b']]);
  for (const next of ['/c', '/e', '/f']) {
    held.shift()?.();
    await until(() => arrived.at(-1) === next);
  }
  while (held.length > 0) held.shift()?.();
  assert.deepEqual((await Promise.all(asked)).map(({ kind }) => kind), ['answered', 'answered', 'answered', 'not-sent', 'answered', 'answered']);
  assert.ok(!arrived.includes('/d'));
  assert.equal(proxy.statistics.accepted, 2);
});

test('closing ends what is under way as unknown, and what waits or comes later as not sent', async (t) => {
  const arrived = Promise.withResolvers<void>();
  const [proxy] = await behind(t, { request: async () => { arrived.resolve(); return { kind: 'silence' }; } });
  const net = netFor(t, { connectionsPerBase: 1 });
  const asked = [ask(net, proxy), ask(net, proxy)];
  await arrived.promise;
  await net.close();
  assert.deepEqual((await Promise.all([...asked, ask(net, proxy)])).map(({ kind }) => kind), ['unknown', 'not-sent', 'not-sent']);
  await until(() => proxy.statistics.open === 0);
});

// Each waits for almost three seconds, so they wait together.
describe('dead peers', { concurrency: true }, () => {
  for (const [what, harm] of [
    ['gives no head of an answer', (proxy: FaultProxy) => proxy.add('downstream', { type: 'timeout', timeoutMs: 0 })],
    ['stops inside the body of its answer', (proxy: FaultProxy) => proxy.add('downstream', { type: 'bandwidth', bytesPerSecond: 0 })],
    ['takes nothing in', (proxy: FaultProxy) => proxy.add('upstream', { type: 'bandwidth', bytesPerSecond: 0 })],
  ] as const) {
    test(`a peer that ${what} is taken for dead after 3 s at most, however late the deadline, and so is what idles beside it`, async (t) => {
      const arrived: string[] = [];
      const gate = Promise.withResolvers<void>();
      const [proxy] = await behind(t, { request: async ({ path }) => {
        arrived.push(path);
        if (path === '/both') await gate.promise;
        return ok('x'.repeat(100_000));
      } });
      const net = netFor(t, { silentMs });
      const both = [ask(net, proxy, '/both'), ask(net, proxy, '/both')];
      await until(() => arrived.length === 2);
      gate.resolve();
      await Promise.all(both);
      assert.equal(net.statistics().bases[0]?.connections, 2);
      if (what.includes('body')) { // a first part gets through
        proxy.add('downstream', { type: 'bandwidth', bytesPerSecond: 50_000 });
        clock.timer(200, () => void harm(proxy));
      } else harm(proxy);
      const asking = ask(net, proxy, '/order');
      const took = await tookMs(asking);
      assert.ok(took >= 2_700 && took < 4_500, `${took} ms`); // not later than 3 s after the silence began, and what a busy machine adds
      const outcome = await asking;
      assert(outcome.kind === 'unknown');
      assert.match(outcome.why, /the peer was silent for 2800 ms/);
      assert.deepEqual([net.statistics().bases[0]?.connections, net.statistics().bases[0]?.retired], [0, 1]);
      assert.ok(arrived.filter((path) => path === '/order').length <= 1);
      await proxy.reset();
      assert.equal((await ask(net, proxy)).kind, 'answered');
    });
  }
});

test('an answer that keeps coming is waited for, however long it takes', async (t) => {
  const [proxy] = await behind(t, { request: async () => ok('x'.repeat(30_000)) });
  const net = netFor(t, { silentMs: 400 });
  proxy.add('downstream', { type: 'bandwidth', bytesPerSecond: 30_000 });
  const asking = ask(net, proxy);
  assert.ok((await tookMs(asking)) > 800);
  assert.equal((await asking).kind, 'answered');
});

/** A socket through the proxy, and how it ended. */
async function joined(t: TestContext, net: RealNet): Promise<{ proxy: FaultProxy; near: Socket; far: Socket; ended: Promise<string>; isOpen: () => boolean }> {
  const taken = Promise.withResolvers<Socket>();
  const [proxy] = await behind(t, { request: async () => ok(), socket: (_, accept) => { taken.resolve(accept()); return true; } });
  const opened = await net.open(`${urlOf(proxy).replace('http', 'ws')}/stream`, {}, longMs);
  assert(opened.kind === 'open');
  const ended = Promise.withResolvers<string>();
  let open = true;
  opened.socket.onClose((why) => { open = false; ended.resolve(why); });
  return { proxy, near: opened.socket, far: await taken.promise, ended: ended.promise, isOpen: () => open };
}

describe('dead WebSockets', { concurrency: true }, () => {
  for (const direction of ['upstream', 'downstream'] as const) {
    for (const harm of ['timeout', 'bandwidth'] as const) {
      test(`a WebSocket that is stalled ${direction} (${harm}) is found dead within 3 s`, async (t) => {
        const { proxy, near, far, ended } = await joined(t, netFor(t, { silentMs }));
        const heard = Promise.withResolvers<unknown>();
        near.onMessage(heard.resolve);
        far.send('last words');
        await heard.promise;
        proxy.add(direction, harm === 'timeout' ? { type: 'timeout', timeoutMs: 0 } : { type: 'bandwidth', bytesPerSecond: 0 });
        const heardOf = Promise.race([ended, new Promise<string>((resolve) => void clock.timer(6_000, () => resolve('nobody noticed')))]);
        const took = await tookMs(heardOf);
        assert.equal(await heardOf, 'the peer gave no sign of life for 2800 ms');
        assert.ok(took <= 3_000, `${took} ms`);
      });
    }
  }
});

test('a WebSocket on which nobody speaks stays open: the peer answers pings', async (t) => {
  const { near, far, isOpen } = await joined(t, netFor(t, { silentMs: 900 }));
  let ponged = 0;
  near.onPong(() => (ponged += 1));
  await until(() => ponged >= 5 || !isOpen()); // for longer than that
  assert.ok(isOpen());
  const heard = Promise.withResolvers<unknown>();
  near.onMessage(heard.resolve);
  far.send('still here');
  assert.equal(await heard.promise, 'still here');
});

test('H2: one long message that comes slowly is a sign of life with every byte', async (t) => {
  const { proxy, near, far, isOpen } = await joined(t, netFor(t, { silentMs: 400 }));
  proxy.add('downstream', { type: 'bandwidth', bytesPerSecond: 40_000 });
  const heard = Promise.withResolvers<string | Uint8Array>();
  near.onMessage(heard.resolve);
  far.send('x'.repeat(40_000));
  assert.ok((await tookMs(heard.promise)) > 800);
  assert.ok(isOpen());
});

test('base URLs that lead to the same place share the requests; where one is down the others carry them, and hardly one request meets it', async (t) => {
  let arrived = 0;
  const [a, b, c] = await behind(t, { request: async () => { arrived += 1; return ok(); } }, 3);
  assert(b !== undefined && c !== undefined);
  const net = netFor(t, { equivalents: [[a, b, c].map(urlOf)] });
  const round = async (count: number): Promise<string[]> => (await Promise.all(Array.from({ length: count }, () => ask(net, a)))).map(({ kind }) => kind);
  assert.deepEqual(new Set(await round(60)), new Set(['answered']));
  for (const { requests, base } of net.statistics().bases) assert.ok(requests >= 10, `${base}: ${requests}`);
  assert.equal(arrived, 60);

  await b.down();
  await until(() => net.statistics().bases[1]?.connections === 0);
  let refused = 0;
  for (let n = 0; n < 50; n++) refused += (await round(6)).filter((kind) => kind === 'not-sent').length;
  assert.ok(refused <= 12, `${refused} of 300 requests met the dead one`);
  await b.up();
});

test('the last base URL is asked however often it failed, and so the first to be well again is found', async (t) => {
  const [a, b] = await behind(t, { request: async () => ok() }, 2);
  assert(b !== undefined);
  const net = netFor(t, { equivalents: [[a, b].map(urlOf)] });
  await Promise.all([a.down(), b.down()]);
  for (let n = 0; n < 40; n++) {
    assert.equal((await ask(net, a)).kind, 'not-sent');
    assert.ok(net.statistics().bases.some(({ isEjected }) => !isEjected), 'somebody is always asked');
  }
  assert.equal(net.statistics().bases.filter(({ isEjected }) => isEjected).length, 1);
  await Promise.all([a.up(), b.up()]);
  assert.equal((await ask(net, a)).kind, 'answered');
});

test('a base URL that is slow beside the others gets less to do', async (t) => {
  const [quick, slow] = await behind(t, { request: async () => ok() }, 2);
  assert(slow !== undefined);
  slow.add('downstream', { type: 'latency', latencyMs: 60 });
  const net = netFor(t, { equivalents: [[quick, slow].map(urlOf)] });
  for (let n = 0; n < 60; n++) assert.equal((await ask(net, slow)).kind, 'answered');
  const [first, second] = net.statistics().bases;
  assert.ok((first?.requests ?? 0) >= 45 && (second?.requests ?? 0) >= 1, JSON.stringify(net.statistics()));
});
