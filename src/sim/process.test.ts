import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../base/index.ts';
import { settle } from '../edges/clock/index.ts';
import { sleep } from '../ports/index.ts';
import type { HttpRequest, NetApp, Socket } from '../ports/index.ts';
import { VirtualClock } from './clock.ts';
import { createMemoryNet } from './net.ts';
import { SimProcess } from './process.ts';
import type { CallHooks } from './process.ts';

const world = () => {
  const clock = new VirtualClock({ settle });
  const net = createMemoryNet({ clock, random: seededRandom(7), latencyMs: { min: 10, max: 10 } });
  const start = (name: string, hooks: CallHooks = {}): SimProcess => new SimProcess({ name, clock, net, hooks });
  return { clock, net, start };
};
const at = { host: 'sim-exchange', port: 80 };
const order: HttpRequest = { method: 'POST', url: 'http://sim-exchange:80/orders', headers: {} };

/** Counts what arrives, answers it, and keeps the sockets it took. */
const venue = (): NetApp & { arrived: number; sockets: Socket[] } => {
  const app = {
    arrived: 0,
    sockets: [] as Socket[],
    request: async () => { app.arrived += 1; return { kind: 'answer' as const, status: 200, headers: {}, body: '' }; },
    socket: (_: unknown, accept: () => Socket) => { app.sockets.push(accept()); return true; },
  };
  return app;
};

test('P1: after a kill no timer fires, no promise settles, and what the code still does has no effect', async () => {
  const { clock, net, start } = world();
  const app = venue();
  await clock.until(net.host('venue').net.serve(at, app));
  const process = start('runtime');
  const heard: string[] = [];
  process.clock.timer(5, () => heard.push('timer'));
  void sleep(process.clock, 5).then(() => heard.push('sleep'));
  void process.net.request(order, 100).then(() => heard.push('answer'));
  void process.net.request(order, 3).then(() => heard.push('deadline'));
  void process.wrap('store.append', () => sleep(clock, 4))().then(() => heard.push('appended'));
  process.onKill(() => heard.push('killed'));
  await clock.runFor(2);
  process.kill();
  process.kill();
  process.clock.timer(1, () => heard.push('late timer'));
  void process.net.request(order, 50).then(() => heard.push('late request'));
  void process.net.serve({ host: 'x', port: 1 }, app).then(() => heard.push('late server'));
  await clock.runFor(1_000);
  assert.deepEqual(heard, ['killed']);
  assert.equal(app.arrived, 2); // what had left arrives all the same
  assert.equal(process.alive, false);
});

test('P1: peers of a killed process see their sockets lost, their requests in doubt and its place free', async () => {
  const { clock, net, start } = world();
  const server = start('venue');
  const asked: string[] = [];
  const sockets: Socket[] = [];
  await clock.until(server.net.serve(at, {
    request: ({ path }) => { asked.push(path); return new Promise(() => {}); },
    socket: (_, accept) => { sockets.push(accept()); return true; },
  }));
  const opened = await clock.until(net.open('ws://sim-exchange/stream', {}, 100));
  assert(opened.kind === 'open');
  const closes: string[] = [];
  opened.socket.onClose((why) => closes.push(why));
  const inDoubt = net.request(order, 10_000);
  await clock.runFor(15);
  assert.deepEqual(asked, ['/orders']);
  sockets[0]?.send('sent before the end');
  let got = '';
  opened.socket.onMessage((data) => (got += String(data)));
  server.kill();
  sockets[0]?.send('sent after it');
  assert.equal((await clock.until(inDoubt)).kind, 'unknown');
  assert.equal(clock.monotonicMs(), 20 + 15 + 10);
  await clock.runFor(1);
  assert.equal(got, 'sent before the end');
  assert.deepEqual(closes, ['the connection was lost']);
  assert.equal((await clock.until(net.request(order, 100))).kind, 'not-sent');
  const next = start('venue');
  const app = venue();
  await clock.until(next.net.serve(at, app));
  assert.equal((await clock.until(net.request(order, 100))).kind, 'answered');
});

test('P1: a process killed inside a request it serves answers nothing, even if its code goes on', async () => {
  const { clock, net, start } = world();
  const server = start('venue');
  await clock.until(server.net.serve(at, { request: async () => {
    server.kill();
    return { kind: 'answer', status: 200, headers: {}, body: 'from beyond' };
  } }));
  assert.equal((await clock.until(net.request(order, 100))).kind, 'unknown');
});

test('P2: frozen, a process runs nothing and answers no ping; thawed, it gets what it missed in order', async () => {
  const { clock, net, start } = world();
  const server = start('venue');
  const seen: string[] = [];
  await clock.until(server.net.serve(at, {
    request: async ({ path }) => { seen.push(path); return { kind: 'answer', status: 200, headers: {}, body: '' }; },
    socket: (_, accept) => { accept().onMessage((data) => seen.push(String(data))); return true; },
  }));
  const opened = await clock.until(net.open('ws://sim-exchange/stream', {}, 100));
  assert(opened.kind === 'open');
  let pongs = 0;
  opened.socket.onPong(() => (pongs += 1));
  server.clock.timer(25, () => seen.push('timer'));
  const cancel = server.clock.timer(26, () => seen.push('cancelled while frozen'));
  server.freeze();
  opened.socket.send('one');
  opened.socket.ping();
  assert.equal((await clock.until(net.request(order, 50))).kind, 'unknown');
  opened.socket.send('two');
  await clock.runFor(100);
  assert.deepEqual([seen, pongs], [[], 0]);
  cancel();
  server.thaw();
  await clock.runFor(100);
  assert.deepEqual([seen, pongs], [['one', '/orders', 'timer', 'two'], 1]);
  server.freeze();
  opened.socket.send('three');
  await clock.runFor(100);
  server.kill();
  server.thaw();
  await clock.runFor(100);
  assert.deepEqual(seen.at(-1), 'two');
});

test('P3: killed before a call it is not performed; killed after it, it was, and the answer is not delivered', async () => {
  for (const moment of ['before', 'after'] as const) {
    const { clock, net, start } = world();
    const app = venue();
    await clock.until(net.host('venue').net.serve(at, app));
    const calls: string[] = [];
    const process = start('runtime', {
      beforeCall: (self, call) => { calls.push(`before ${call}`); if (moment === 'before') self.kill(); },
      afterCall: (self, call) => { calls.push(`after ${call}`); if (moment === 'after') self.kill(); },
    });
    let answered = false;
    void process.net.request(order, 100).then(() => (answered = true));
    await clock.runFor(1_000);
    assert.equal(answered, false);
    assert.equal(app.arrived, moment === 'before' ? 0 : 1);
    assert.deepEqual(calls, moment === 'before' ? ['before net.request'] : ['before net.request', 'after net.request']);
  }
});

test('P3: the hooks stand around sends too, and a wrapped call passes values and failures through', async () => {
  const { clock, net, start } = world();
  const app = venue();
  await clock.until(net.host('venue').net.serve(at, app));
  const calls: string[] = [];
  const process = start('runtime', { beforeCall: (self, call) => { calls.push(call); if (call === 'socket.send' && calls.length === 4) self.kill(); } });
  assert.equal(await clock.until(process.wrap('double', async (n: number) => n * 2)(21)), 42);
  await assert.rejects(clock.until(process.wrap('fail', async () => { throw new Error('disk full'); })()), /disk full/);
  const opened = await clock.until(process.net.open('ws://sim-exchange/stream', {}, 100));
  assert(opened.kind === 'open');
  const got: string[] = [];
  app.sockets[0]?.onMessage((data) => got.push(String(data)));
  opened.socket.send('never leaves');
  await clock.runFor(100);
  assert.deepEqual(got, []);
  assert.deepEqual(calls, ['double', 'fail', 'net.open', 'socket.send']);
});

test('a half-open stream can be made on a process\'s own end, and its machine may have a clock that is wrong', async () => {
  const { clock, net } = world();
  const app = venue();
  const server = new SimProcess({ name: 'venue', clock, net, wallOffsetMs: () => 3_600_000 });
  await clock.until(server.net.serve(at, app));
  const opened = await clock.until(net.host('client').net.open('ws://sim-exchange:80/stream', {}, 100));
  assert.ok(opened.kind === 'open');
  let pongs = 0;
  opened.socket.onPong(() => void (pongs += 1));
  opened.socket.ping();
  await clock.runFor(50);
  app.sockets[0]?.freeze?.();
  opened.socket.ping();
  await clock.runFor(50);
  assert.equal(pongs, 1);
  assert.equal(server.clock.wallMs() - clock.wallMs(), 3_600_000);
  assert.equal(server.clock.monotonicMs(), clock.monotonicMs());
});
