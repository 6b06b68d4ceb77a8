/**
 * What every `Net` must do, whichever outside it speaks to. Run on the sockets of this machine and on the memory of the
 * simulator alike, so that what a simulation proves holds for real connections.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock, HttpRequest, Net, NetApp, ServeAt, Served, ServedAnswer, ServedRequest, Socket } from '../../src/ports/index.ts';

export type Rig = {
  readonly net: Net;
  readonly clock: Clock;
  /** Runs a test's body while time passes. */
  run(body: () => Promise<void>): Promise<void>;
  /** An address of the file system's kind, not in use. */
  readonly socketPath: () => string;
};

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (of: string): Uint8Array => new TextEncoder().encode(of);
const ok = (body: string | Uint8Array, headers: Record<string, string> = {}): ServedAnswer => ({ kind: 'answer', status: 200, headers, body });
const get = (url: string, headers: Record<string, string> = {}): HttpRequest => ({ method: 'GET', url, headers });
const post = (url: string, body: Uint8Array | string, headers: Record<string, string> = {}): HttpRequest =>
  ({ method: 'POST', url, headers, body: typeof body === 'string' ? bytes(body) : body });
const anyPort = { host: '127.0.0.1', port: 0 };
const enoughMs = 2_000;
const shortMs = 50;

/** Resolves when called. */
function signal<T = void>(): { readonly promise: Promise<T>; readonly give: (value: T) => void } {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { promise, give: resolve };
}

export function netContract(name: string, rig: () => Rig): void {
  const check = (title: string, body: (rig: Rig, serve: (app: NetApp, at?: ServeAt) => Promise<Served>) => Promise<void>): void => {
    test(`${name}: ${title}`, { timeout: 20_000 }, async () => {
      const fresh = rig();
      const open: Served[] = [];
      await fresh.run(async () => {
        try {
          await body(fresh, async (app, at = anyPort) => {
            const served = await fresh.net.serve(at, app);
            open.push(served);
            return served;
          });
        } finally {
          await Promise.all(open.map((served) => served.close()));
        }
      });
    });
  };

  check('a request that is stopped in its last moment was not sent, on a fresh connection and on a kept one', async ({ net }, serve) => {
    let arrived = 0;
    const { url } = await serve({ request: async () => {
      arrived += 1;
      return ok('yes');
    } });
    const stopped = { ...post(`${url}/order`, 'one'), stopped: () => 'the gate is shut' };
    assert.deepEqual(await net.request(stopped, enoughMs), { kind: 'not-sent', why: 'the gate is shut' });
    assert.equal((await net.request(post(`${url}/order`, 'two'), enoughMs)).kind, 'answered');
    assert.deepEqual(await net.request(stopped, enoughMs), { kind: 'not-sent', why: 'the gate is shut' });
    assert.equal((await net.request({ ...post(`${url}/order`, 'three'), stopped: () => undefined }, enoughMs)).kind, 'answered');
    assert.equal(arrived, 2);
  });

  check('a request reaches the app as it was sent, and the answer comes back as it was given', async ({ net }, serve) => {
    let seen: ServedRequest | undefined;
    const sent = Uint8Array.from({ length: 256 }, (_, i) => i);
    const back = sent.toReversed();
    const { url } = await serve({ request: async (request) => {
      seen = request;
      return { kind: 'answer', status: 201, headers: { 'X-Two-Words': 'Kept As Is', 'content-type': 'application/octet-stream' }, body: back };
    } });
    const outcome = await net.request(post(`${url}/v2/orders:by_client_order_id?a=1&b=x%20y&a=2`, sent, { 'APCA-API-Key-ID': 'Key', 'content-type': 'application/x-odd' }), enoughMs);
    assert.equal(seen?.method, 'POST');
    assert.equal(seen.path, '/v2/orders:by_client_order_id');
    assert.deepEqual(seen.query.getAll('a'), ['1', '2']);
    assert.equal(seen.query.get('b'), 'x y');
    assert.equal(seen.headers['apca-api-key-id'], 'Key');
    assert.equal(seen.headers['content-type'], 'application/x-odd');
    assert.equal(seen.headers['content-length'], '256');
    assert.equal(seen.headers['host'], new URL(url).host);
    assert.deepEqual(seen.body, sent);
    assert.equal(outcome.kind, 'answered');
    assert(outcome.kind === 'answered');
    assert.equal(outcome.status, 201);
    assert.equal(outcome.headers['x-two-words'], 'Kept As Is');
    assert.equal(outcome.headers['content-length'], '256');
    assert.deepEqual(outcome.body, back);
  });

  for (const path of ['/', '/a//b', '/A/%2F/%41', '/v2/assets/BTC%2FUSD', '/a:b:c/:d', '/*', `/${'long'.repeat(60)}`, '/%zz', '/a;b=c', '/caf%C3%A9']) {
    check(`the path ${path.slice(0, 30)} arrives as it was sent`, async ({ net }, serve) => {
      const { url } = await serve({ request: async (request) => ok(request.path) });
      const outcome = await net.request(get(`${url}${path}?q=%zz`), enoughMs);
      assert(outcome.kind === 'answered');
      assert.equal(outcome.status, 200);
      assert.equal(text(outcome.body), path);
    });
  }

  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
    check(`${method} arrives as ${method}, with a body and without`, async ({ net }, serve) => {
      const { url } = await serve({ request: async (request) => ok(`${request.method} ${request.body.length}`) });
      const outcome = await net.request({ method, url: `${url}/x`, headers: {} }, enoughMs);
      assert(outcome.kind === 'answered');
      assert.equal(text(outcome.body), `${method} 0`);
      const typed = await net.request({ method, url: `${url}/x`, headers: { 'content-type': 'application/json' } }, enoughMs);
      assert(typed.kind === 'answered');
      assert.equal(text(typed.body), `${method} 0`);
      const withBody = await net.request({ method, url: `${url}/x`, headers: {}, body: bytes('body') }, enoughMs);
      assert(withBody.kind === 'answered');
      assert.equal(text(withBody.body), `${method} 4`);
    });
  }

  for (const type of [undefined, 'application/json', 'text/plain; charset=utf-8', 'application/x-www-form-urlencoded', 'not a type', 'multipart/form-data']) {
    check(`a body is handed over as bytes, not read, when it calls itself ${type}`, async ({ net }, serve) => {
      const { url } = await serve({ request: async (request) => ok(request.body, { 'x-type': request.headers['content-type'] ?? 'none' }) });
      const outcome = await net.request(post(`${url}/x`, '{"broken', type === undefined ? {} : { 'content-type': type }), enoughMs);
      assert(outcome.kind === 'answered');
      assert.equal(outcome.status, 200);
      assert.equal(text(outcome.body), '{"broken');
      assert.equal(outcome.headers['x-type'], type ?? 'none');
    });
  }

  for (const status of [204, 302, 404, 422, 429, 500, 503]) {
    check(`a status ${status} is an answer like any other: not followed, not retried, not thrown`, async ({ net }, serve) => {
      let asked = 0;
      const { url } = await serve({ request: async () => {
        asked += 1;
        return { kind: 'answer', status, headers: { location: '/elsewhere', 'retry-after': '1' }, body: '' };
      } });
      const outcome = await net.request(get(`${url}/x`), enoughMs);
      assert(outcome.kind === 'answered');
      assert.equal(outcome.status, status);
      assert.equal(outcome.body.length, 0);
      assert.equal(asked, 1);
    });
  }

  check('where nobody listens, nothing is sent', async ({ net }, serve) => {
    const served = await serve({ request: async () => ok('') });
    await served.close();
    const outcome = await net.request(post(`${served.url}/x`, 'order'), enoughMs);
    assert.equal(outcome.kind, 'not-sent');
  });

  check('what is no address, and a header that cannot be put on the wire, are not sent', async ({ net }, serve) => {
    let asked = 0;
    const { url } = await serve({ request: async () => { asked += 1; return ok(''); } });
    for (const wrong of ['', 'nowhere', 'ftp://127.0.0.1/', '/x', 'http://']) {
      assert.equal((await net.request(get(wrong), enoughMs)).kind, 'not-sent');
    }
    for (const headers of [{ 'x-evil': 'a\r\nx-injected: b' }, { 'bad name': 'a' }, { 'x-null': 'a\0b' }]) {
      assert.equal((await net.request(get(url, headers), enoughMs)).kind, 'not-sent');
    }
    assert.equal(asked, 0);
  });

  check('an answer that does not come by the deadline is unknown, and the request was acted on', async ({ net, clock }, serve) => {
    let asked = 0;
    const { url } = await serve({ request: () => { asked += 1; return new Promise(() => {}); } });
    const beganMs = clock.monotonicMs();
    const outcome = await net.request(post(`${url}/x`, 'order'), shortMs);
    assert.equal(outcome.kind, 'unknown');
    assert.equal(asked, 1);
    assert(clock.monotonicMs() - beganMs >= shortMs);
  });

  check('silence is unknown at the deadline', async ({ net }, serve) => {
    const { url } = await serve({ request: async () => ({ kind: 'silence' }) });
    assert.equal((await net.request(get(url), shortMs)).kind, 'unknown');
  });

  check('a reset after the request left is unknown, and it is not sent again', async ({ net }, serve) => {
    let asked = 0;
    const { url } = await serve({ request: async () => { asked += 1; return asked === 1 ? ok('warm') : { kind: 'reset' }; } });
    assert.equal((await net.request(get(url), enoughMs)).kind, 'answered'); // the connection is open and will be used again
    for (const method of ['GET', 'DELETE', 'PUT', 'POST'] as const) {
      assert.equal((await net.request({ method, url, headers: {} }, enoughMs)).kind, 'unknown');
    }
    assert.equal(asked, 5);
  });

  check('an answer after the deadline changes nothing, and the next request gets its own', async ({ net }, serve) => {
    const first = signal<ServedAnswer>();
    let asked = 0;
    const { url } = await serve({ request: () => { asked += 1; return asked === 1 ? first.promise : Promise.resolve(ok('second')); } });
    assert.equal((await net.request(get(url), shortMs)).kind, 'unknown');
    first.give(ok('first'));
    const outcome = await net.request(get(url), enoughMs);
    assert(outcome.kind === 'answered');
    assert.equal(text(outcome.body), 'second');
  });

  check('what the app throws is answered 500, and the next request is served', async ({ net }, serve) => {
    let asked = 0;
    const { url } = await serve({ request: (request) => {
      asked += 1;
      if (asked === 1) throw new Error('at once');
      return asked === 2 ? Promise.reject(new Error('later')) : Promise.resolve(ok(request.path));
    } });
    for (const status of [500, 500, 200]) {
      const outcome = await net.request(get(`${url}/x`), enoughMs);
      assert(outcome.kind === 'answered');
      assert.equal(outcome.status, status);
    }
  });

  check('a hundred requests at once each get their own answer', async ({ net, clock }, serve) => {
    const { url } = await serve({ request: (request) => new Promise((resolve) => {
      clock.timer(Number(request.query.get('n')) % 7, () => resolve(ok(request.body)));
    }) });
    const outcomes = await Promise.all(Array.from({ length: 100 }, (_, n) => net.request(post(`${url}/x?n=${n}`, `body ${n}`), enoughMs)));
    assert.deepEqual(outcomes.map((outcome) => outcome.kind === 'answered' ? text(outcome.body) : outcome.kind), outcomes.map((_, n) => `body ${n}`));
  });

  check('requests that hang do not hold up others', async ({ net }, serve) => {
    const { url } = await serve({ request: async (request) => (request.path === '/hang' ? { kind: 'silence' } : ok('fine')) });
    const hanging = Array.from({ length: 20 }, () => net.request(get(`${url}/hang`), 300));
    assert.equal((await net.request(get(`${url}/x`), 250)).kind, 'answered');
    assert.deepEqual(new Set((await Promise.all(hanging)).map((outcome) => outcome.kind)), new Set(['unknown']));
  });

  check('two cannot listen in one place', async ({ net }, serve) => {
    const { url } = await serve({ request: async () => ok('') });
    await assert.rejects(net.serve({ host: '127.0.0.1', port: Number(new URL(url).port) }, { request: async () => ok('') }));
  });

  check('a socket in the file system carries requests and WebSockets, and can be listened on again', async ({ net, socketPath }, serve) => {
    const path = socketPath();
    for (const life of ['first', 'second']) {
      const served = await serve({
        request: async (request) => ok(`${life} ${request.path} ${request.query.get('q')}`),
        socket: (_, accept) => {
          const socket = accept();
          socket.onMessage((data) => socket.send(data));
          return true;
        },
      }, { path });
      assert.equal(served.url, `unix:${path}:`);
      const outcome = await net.request(get(`${served.url}/control:status?q=1`), enoughMs);
      assert(outcome.kind === 'answered');
      assert.equal(text(outcome.body), `${life} /control:status 1`);
      const opened = await net.open(`ws+${served.url}/stream`, {}, enoughMs);
      assert(opened.kind === 'open');
      const echoed = signal<string | Uint8Array>();
      opened.socket.onMessage(echoed.give);
      opened.socket.send('hello');
      assert.equal(await echoed.promise, 'hello');
      await assert.rejects(net.serve({ path }, { request: async () => ok('') }));
      await served.close();
      assert.equal((await net.request(get(`${served.url}/x`), enoughMs)).kind, 'not-sent');
    }
  });

  check('closing lets what is being served finish, then refuses', async ({ net, clock }, serve) => {
    const arrived = signal();
    const served = await serve({ request: () => {
      arrived.give();
      return new Promise((resolve) => void clock.timer(100, () => resolve(ok('finished'))));
    } });
    const asked = net.request(get(served.url), enoughMs);
    await arrived.promise;
    await served.close();
    const outcome = await asked;
    assert(outcome.kind === 'answered');
    assert.equal(text(outcome.body), 'finished');
    assert.equal((await net.request(get(served.url), enoughMs)).kind, 'not-sent');
  });

  check('closing ends within a second although requests and sockets stay silent; those are unknown and lost', async ({ net, clock }, serve) => {
    const arrived = signal();
    const served = await serve({
      request: async () => { arrived.give(); return { kind: 'silence' }; },
      socket: (_, accept) => { accept(); return true; },
    });
    const opened = await net.open(`${served.url.replace('http', 'ws')}/x`, {}, enoughMs);
    assert(opened.kind === 'open');
    const closed = signal<string>();
    opened.socket.onClose(closed.give);
    const asked = net.request(get(served.url), 20_000);
    await arrived.promise;
    const beganMs = clock.monotonicMs();
    await Promise.all([served.close(), served.close()]);
    assert(clock.monotonicMs() - beganMs < 1_000);
    assert.equal((await asked).kind, 'unknown');
    await closed.promise;
  });

  /** A server that hands over each socket it takes. */
  const meet = async (net: Net, serve: (app: NetApp) => Promise<Served>): Promise<{ near: Socket; far: Socket; seen: ServedRequest }> => {
    const taken = signal<{ far: Socket; seen: ServedRequest }>();
    const { url } = await serve({ request: async () => ok(''), socket: (seen, accept) => { taken.give({ far: accept(), seen }); return true; } });
    const opened = await net.open(`${url.replace('http', 'ws')}/stream?feed=1`, { 'X-Token': 'secret' }, enoughMs);
    assert(opened.kind === 'open');
    return { near: opened.socket, ...(await taken.promise) };
  };

  check('a WebSocket carries text and bytes in order, both ways', async ({ net }, serve) => {
    const { near, far, seen } = await meet(net, serve);
    assert.equal(seen.path, '/stream');
    assert.equal(seen.query.get('feed'), '1');
    assert.equal(seen.headers['x-token'], 'secret');
    far.onMessage((data) => far.send(data));
    const got: (string | Uint8Array)[] = [];
    const all = signal();
    near.onMessage((data) => { if (got.push(data) === 101) all.give(); });
    for (let n = 0; n < 100; n++) near.send(`message ${n}`);
    near.send(Uint8Array.of(0, 255, 128));
    await all.promise;
    assert.deepEqual(got, [...Array.from({ length: 100 }, (_, n) => `message ${n}`), Uint8Array.of(0, 255, 128)]);
  });

  check('what the server sends as it takes a WebSocket is received', async ({ net }, serve) => {
    const { url } = await serve({ request: async () => ok(''), socket: (_, accept) => {
      const socket = accept();
      socket.send('welcome');
      socket.send('first');
      socket.close(1000, 'that was all');
      return true;
    } });
    const opened = await net.open(url.replace('http', 'ws'), {}, enoughMs);
    assert(opened.kind === 'open');
    const got: unknown[] = [];
    const closed = signal<string>();
    opened.socket.onMessage((data) => got.push(data));
    opened.socket.onClose(closed.give);
    assert.equal(await closed.promise, 'closed with 1000: that was all');
    assert.deepEqual(got, ['welcome', 'first']);
  });

  check('a ping is answered by a pong, from either end', async ({ net }, serve) => {
    const { near, far } = await meet(net, serve);
    for (const socket of [near, far]) {
      const ponged = signal();
      socket.onPong(ponged.give);
      socket.ping();
      await ponged.promise;
    }
  });

  check('a close reaches the other end after everything sent before it, and each end hears of it once', async ({ net }, serve) => {
    const { near, far } = await meet(net, serve);
    const heard: string[] = [];
    const both = [signal(), signal()];
    far.onMessage((data) => heard.push(String(data)));
    far.onClose((why) => { heard.push(`far ${why}`); both[0]?.give(); });
    near.onClose((why) => { heard.push(`near ${why}`); both[1]?.give(); });
    near.send('last words');
    near.close(4000, 'done');
    near.close(4001, 'again');
    near.send('too late');
    await Promise.all(both.map(({ promise }) => promise));
    far.send('to nobody');
    far.ping();
    far.close();
    far.terminate();
    near.terminate();
    const of = (end: 'near' | 'far'): string[] => heard.filter((line) => !line.startsWith(end)); // which of them hears first is the network's affair
    assert.deepEqual([of('near'), of('far')], [['last words', 'far closed with 4000: done'], ['last words', 'near closed with 4000: done']]);
  });

  check('a terminated WebSocket is lost at both ends, without a closing handshake, and receives nothing more', async ({ net }, serve) => {
    const { near, far } = await meet(net, serve);
    const nearClosed = signal<string>();
    const farClosed = signal<string>();
    near.onMessage(() => assert.fail('received after its end'));
    near.onClose(nearClosed.give);
    far.onClose(farClosed.give);
    far.send('crossing');
    near.terminate();
    near.terminate();
    assert.equal(await nearClosed.promise, 'terminated');
    assert.equal(await farClosed.promise, 'the connection was lost');
  });

  check('an upgrade that the app refuses, or cannot take, or where nobody listens, fails', async ({ net }, serve) => {
    const app = { request: async () => ok('') };
    const none = await serve(app);
    const refusing = await serve({ ...app, socket: () => false });
    const throwing = await serve({ ...app, socket: () => { throw new Error('broken'); } });
    const empty = await serve({ ...app, socket: () => true }); // took it, but did not accept
    const gone = await serve(app);
    await gone.close();
    const whys: string[] = [];
    for (const { url } of [none, refusing, throwing, empty, gone]) {
      const opened = await net.open(url.replace('http', 'ws'), {}, enoughMs);
      assert(opened.kind === 'failed');
      whys.push(/\b\d{3}$|500/.exec(opened.why)?.[0] ?? '');
      if (url !== gone.url) assert.equal((await net.request(get(url), enoughMs)).kind, 'answered');
    }
    assert.deepEqual(whys.slice(0, 4), ['404', '404', '500', '404']);
    assert.equal((await net.open('nowhere', {}, enoughMs)).kind, 'failed');
  });
}
