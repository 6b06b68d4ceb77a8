/** What only real connections can do wrong: bytes that are no HTTP, peers that hang up half-way, sockets left behind. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket as Connection } from 'node:net';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { TestContext } from 'node:test';
import type { HttpRequest, NetApp, Served, ServedAnswer } from '../../ports/index.ts';
import { realClock } from '../clock/index.ts';
import { ListenError, realNet } from './index.ts';

const clock = realClock();
const net = realNet({ clock, maxBodyBytes: 100_000 });
const folder = mkdtempSync(join(tmpdir(), 'bw-edge-'));
after(async () => {
  await net.close();
  rmSync(folder, { recursive: true });
});

const post = (url: string, body = 'order'): HttpRequest => ({ method: 'POST', url, headers: {}, body: new TextEncoder().encode(body) });
const ok = (body = ''): ServedAnswer => ({ kind: 'answer', status: 200, headers: {}, body });

/** A server of bytes: what it received, and what it does with each connection. */
async function raw(t: TestContext, onConnection: (connection: Connection, n: number) => void): Promise<{ port: number; received: () => string; connections: Set<Connection> }> {
  let received = '';
  let count = 0;
  const connections = new Set<Connection>();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.on('error', () => {}).on('close', () => connections.delete(connection));
    connection.on('data', (data) => (received += data.toString('latin1')));
    onConnection(connection, ++count);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const connection of connections) connection.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, received: () => received, connections };
}

async function serve(t: TestContext, app: NetApp): Promise<Served> {
  const served = await net.serve({ host: '127.0.0.1', port: 0 }, app);
  t.after(() => served.close());
  return served;
}

/** Sends bytes as they are and gives what comes back until the other side closes. */
const speak = (served: Served, bytes: string): Promise<string> => new Promise((resolve) => {
  let heard = '';
  const connection = connect(Number(new URL(served.url).port), '127.0.0.1', () => connection.write(bytes, 'latin1'));
  connection.on('data', (data) => (heard += data.toString('latin1'))).on('error', () => {}).on('close', () => resolve(heard));
});

const requests = (received: string): number => received.split('POST /').length - 1;

for (const [what, answer] of [
  ['closes without an answer', (c: Connection) => c.once('data', () => c.end())],
  ['resets without an answer', (c: Connection) => c.once('data', () => c.resetAndDestroy())],
  ['answers what is no HTTP', (c: Connection) => c.once('data', () => c.end('SSH-2.0-OpenSSH\r\n\r\n'))],
  ['closes inside the head of its answer', (c: Connection) => c.once('data', () => c.end('HTTP/1.1 200 OK\r\nContent-Le'))],
  ['closes inside the body of its answer', (c: Connection) => c.once('data', () => c.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'))],
  ['closes inside a chunked body', (c: Connection) => c.once('data', () => c.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel'))],
  ['stops inside the body of its answer', (c: Connection) => c.once('data', () => c.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'))],
  ['answers one byte at a time, for ever', (c: Connection) => c.once('data', () => {
    const timer = setInterval(() => c.write('H'), 5);
    c.on('close', () => clearInterval(timer));
  })],
  ['gives two lengths', (c: Connection) => c.once('data', () => c.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'))],
  ['changes the protocol unasked', (c: Connection) => c.once('data', () => c.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'))],
  ['sends a body above the limit', (c: Connection) => c.once('data', () => c.write(`HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n${'x'.repeat(200_000)}`))],
] as [string, (connection: Connection) => void][]) {
  test(`Q1, Q2: a peer that ${what} leaves doubt, and was asked once`, async (t) => {
    const { port, received, connections } = await raw(t, answer);
    const outcome = await net.request(post(`http://127.0.0.1:${port}/x`), 300);
    assert.equal(outcome.kind, 'unknown', JSON.stringify(outcome));
    await new Promise((resolve) => void clock.timer(20, () => resolve(undefined)));
    assert.equal(requests(received()), 1);
    assert.equal(connections.size, 0, 'the connection is destroyed');
  });
}

test('Q2: kept connections that turn out dead never make two requests of one, whenever they die', async (t) => {
  // Every connection answers its first request, and dies as the second arrives or shortly after the first answer.
  const { port, received } = await raw(t, (connection, n) => {
    let asked = 0;
    connection.on('data', () => {
      asked += 1;
      if (asked > 1) connection.destroy();
      else connection.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      if (n % 3 === 1) connection.end();
      if (n % 3 === 2) setImmediate(() => connection.resetAndDestroy());
    });
  });
  const kinds = new Map<string, number>();
  for (let n = 0; n < 200; n++) {
    const { kind } = await net.request(post(`http://127.0.0.1:${port}/x`, `n${n}.`), 1_000);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    const times = received().split(`n${n}.`).length - 1;
    assert(kind === 'answered' ? times === 1 : kind === 'not-sent' ? times === 0 : times <= 1, `${kind}, seen ${times} times`);
  }
  assert((kinds.get('answered') ?? 0) >= 100, JSON.stringify([...kinds]));
  assert((kinds.get('unknown') ?? 0) >= 1, JSON.stringify([...kinds]));
});

test('Q1, Q3: without a TLS handshake nothing is sent: refused at once, or not by the deadline, nor after it', async (t) => {
  const plain = await serve(t, { request: async () => ok() });
  assert.equal((await net.request(post(plain.url.replace('http', 'https')), 2_000)).kind, 'not-sent');
  const mute = await raw(t, () => {});
  const outcome = await net.request(post(`https://127.0.0.1:${mute.port}/x`), 50);
  assert.equal(outcome.kind, 'not-sent');
  assert.match(JSON.stringify(outcome), /no connection within 50 ms/);
  assert.equal(requests(mute.received()), 0);
});

test('Q1: a name that does not exist is not sent', async () => {
  assert.equal((await net.request(post('http://nobody.invalid/x'), 2_000)).kind, 'not-sent');
});

test('an answer in chunks, after an interim one, is put together', async (t) => {
  const { port } = await raw(t, (c) => c.once('data', () => c.end('HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n')));
  const outcome = await net.request(post(`http://127.0.0.1:${port}/x`), 1_000);
  assert(outcome.kind === 'answered');
  assert.equal(outcome.status, 200);
  assert.equal(new TextDecoder().decode(outcome.body), 'abcde');
  assert.equal(outcome.headers['set-cookie'], 'a, b');
  assert.equal(outcome.headers['link'], undefined);
});

test('L1: bodies above the limit, cut short, or faulty requests never reach the app, and the next request does', async (t) => {
  let asked = 0;
  const served = await serve(t, { request: async () => { asked += 1; return ok('fine'); } });
  const big = await net.request(post(served.url, 'x'.repeat(100_001)), 2_000);
  assert(big.kind === 'unknown' || (big.kind === 'answered' && big.status === 413), JSON.stringify(big));
  const status = async (bytes: string): Promise<string> => (await speak(served, bytes)).slice(9, 12);
  assert.equal(await status('nonsense\r\n\r\n'), '400');
  assert.equal(await status('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'), '400');
  assert.equal(await status('POST / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n'), '400');
  assert.equal(await status('GET / HTTP/1.1\r\nConnection: close\r\n\r\n'), '400');
  assert.equal(await status(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`), '431');
  const half = connect(Number(new URL(served.url).port), '127.0.0.1');
  await new Promise<void>((resolve) => void half.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf', () => resolve()));
  half.destroy();
  assert.equal(asked, 0);
  assert.equal(await status('POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'), '200');
  assert.equal(asked, 1);
});

test('a client that offers another protocol is answered in this one', async (t) => {
  const served = await serve(t, { request: async () => ok('fine') });
  assert.match(await speak(served, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n'), /^HTTP\/1\.1 200 .*fine$/s);
});

test('a faulty WebSocket handshake is refused by ws, and the app gets a socket that is already lost', async (t) => {
  let lost = '';
  const served = await serve(t, { request: async () => ok(), socket: (_, accept) => { accept().onClose((why) => (lost = why)); return true; } });
  assert.match(await speak(served, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 1\r\nSec-WebSocket-Key: x\r\n\r\n'), /^HTTP\/1\.1 400/);
  await new Promise((resolve) => void clock.timer(5, () => resolve(undefined)));
  assert.equal(lost, 'the connection was lost');
});

test('a WebSocket handshake that is never answered fails at its deadline', async (t) => {
  const mute = await raw(t, () => {});
  const opened = await net.open(`ws://127.0.0.1:${mute.port}/`, {}, 50);
  assert(opened.kind === 'failed');
  assert.match(opened.why, /within 50 ms/);
});

test('S2: a peer that does not read is cut off', async (t) => {
  const why = Promise.withResolvers<string>();
  const served = await serve(t, { request: async () => ok(), socket: (_, accept) => {
    const socket = accept();
    socket.onClose(why.resolve);
    for (let n = 0; n < 2_000; n++) socket.send('x'.repeat(50_000));
    return true;
  } });
  const deaf = connect(Number(new URL(served.url).port), '127.0.0.1');
  t.after(() => deaf.destroy());
  deaf.on('error', () => {}).pause().write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
  assert.match(await why.promise, /does not read/);
});

test('L2: closing ends within a second with connections that never said anything, or stopped in the middle', async () => {
  const served = await net.serve({ host: '127.0.0.1', port: 0 }, { request: async () => ok() });
  const port = Number(new URL(served.url).port);
  const connections = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  await Promise.all(connections.map((connection) => new Promise((resolve) => void connection.on('error', () => {}).once('connect', resolve))));
  connections[1]?.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
  await net.request(post(served.url), 1_000);
  const beganMs = clock.monotonicMs();
  await served.close();
  assert(clock.monotonicMs() - beganMs < 1_000);
});

test('L3: an answer that HTTP cannot carry becomes a 500, and says why', async (t) => {
  const served = await serve(t, { request: async () => ({ kind: 'answer', status: 200, headers: { 'x-bad': 'a\r\nb: c' }, body: '' }) });
  const outcome = await net.request(post(served.url), 1_000);
  assert(outcome.kind === 'answered');
  assert.equal(outcome.status, 500);
  assert.equal(outcome.headers['b'], undefined);
});

test('a socket file left by a killed process is taken over, is ours alone, and goes when closed', async () => {
  const path = join(folder, 'left.sock');
  spawnSync(process.execPath, ['-e', `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`]);
  assert(existsSync(path));
  const served = await net.serve({ path }, { request: async ({ peer }) => ok(peer) });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const outcome = await net.request(post(`${served.url}/x`), 1_000);
  assert(outcome.kind === 'answered');
  assert.equal(new TextDecoder().decode(outcome.body), 'unix');
  await served.close();
  assert.equal(existsSync(path), false);
});

test('a file that is no socket, a path too long, and an address of another machine are refused with what to do', async () => {
  const path = join(folder, 'notes.txt');
  writeFileSync(path, 'keep');
  const app: NetApp = { request: async () => ok() };
  for (const [at, why] of [[{ path }, /no socket/], [{ path: join(folder, 'x'.repeat(120)) }, /longer than 107/], [{ host: '192.0.2.1', port: 0 }, /EADDRNOTAVAIL/], [{ path: join(folder, 'none/x.sock') }, /ENOENT|EACCES/]] as const) {
    await assert.rejects(net.serve(at, app), (thrown) => thrown instanceof ListenError && thrown.code === 'BW-4101' && why.test(thrown.message));
  }
  assert(existsSync(path));
});
