/** A halt against runtimes that hang, die and come back. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createRawServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Terminal } from '../edges/process/index.ts';
import { runCli } from './index.ts';

type Ran = { readonly code: number; readonly out: string; readonly notes: string };
const run = (...args: readonly string[]): Promise<Ran> => hearing(() => {}, ...args);

async function hearing(heard: (note: string) => void, ...args: readonly string[]): Promise<Ran> {
  const [out, notes]: [string[], string[]] = [[], []];
  const terminal: Terminal = { out: (line) => out.push(line), note: (line) => { notes.push(line); heard(line); }, isTty: false, env: {}, directory: process.cwd(), program: 'main.ts', nodeVersion: '26.0.0', pid: 1, user: 'sam', paint: (_style, text) => text };
  const code = await runCli(args, terminal, '0.1.0');
  return { code, out: out.join('\n'), notes: notes.join('\n') };
}

function folderOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'halt-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function runtimeAt(context: TestContext, folder: string, listener: RequestListener): Promise<Server> {
  const server = createServer(listener).listen(join(folder, 'control.sock'));
  context.after(() => void server.close());
  await once(server, 'listening');
  return server;
}

const halted: RequestListener = (_request, response) => void response.setHeader('content-type', 'application/json').end(JSON.stringify({ gate: { by: 'sam', reason: 'strange' }, cancelling: 0, liveOrders: 0 }));

test('a halt that a dying runtime took with it is asked for again, until the next one has done it', async (context) => {
  const folder = folderOf(context);
  let asked = 0;
  await runtimeAt(context, folder, (request, response) => (++asked < 3 ? request.socket.destroy() : halted(request, response)));
  const ran = await run('halt', '--data', folder, '--reason', 'strange');
  assert.equal(ran.code, 0);
  assert.match(ran.out, /HALTED by sam: strange/);
  assert.match(ran.notes, /does not answer .*Asking again/);
  assert.equal(asked, 3);
});

/** A socket that a runtime left behind when it was killed. */
async function leftBehind(folder: string): Promise<string> {
  const [was, left] = [join(folder, 'was.sock'), join(folder, 'control.sock')];
  const dead = createRawServer().listen(was);
  await once(dead, 'listening');
  renameSync(was, left); // closing removes only the name it had
  dead.close();
  await once(dead, 'close');
  return left;
}

test('a halt waits for the next runtime where the last one left its socket behind', async (context) => {
  const folder = folderOf(context);
  const left = await leftBehind(folder);
  let next: Promise<Server> | undefined;
  const ran = await hearing((note) => {
    if (!note.includes('Asking again')) return;
    rmSync(left);
    next = runtimeAt(context, folder, halted);
  }, 'halt', '--data', folder);
  assert.deepEqual([ran.code, next !== undefined], [0, true]);
});

test('a halt that waits goes on waiting while the next runtime has taken the socket away and not yet made its own', async (context) => {
  const folder = folderOf(context);
  const left = await leftBehind(folder);
  const startedAtMs = performance.now();
  const ran = await hearing((note) => { if (note.includes('Asking again')) rmSync(left); }, 'halt', '--data', folder, '--timeout', '700ms');
  assert.equal(ran.code, 4);
  assert.ok(performance.now() - startedAtMs > 450, 'it gave up before its time was over');
});

test('where no runtime is, a halt says at once that nobody took it, and does not ask for one to be started', async (context) => {
  const ran = await run('halt', '--data', folderOf(context));
  assert.equal(ran.code, 4);
  assert.match(ran.notes, /taken by nobody and is not remembered/);
  assert.doesNotMatch(ran.notes, /start --config/);
});

test('a halt that nobody confirms in time says that it is not known, why, and that it may be repeated', async (context) => {
  const folder = folderOf(context);
  await runtimeAt(context, folder, (request) => void request.socket.destroy());
  const ran = await run('halt', '--data', folder, '--timeout', '300ms');
  assert.equal(ran.code, 5);
  assert.match(ran.notes, /not known\. It may be repeated as often as you like/);
});

test('a cancel is not repeated by itself', async (context) => {
  const folder = folderOf(context);
  let asked = 0;
  await runtimeAt(context, folder, (request) => { asked += 1; request.socket.destroy(); });
  assert.equal((await run('order', '4f0c2d9be1a87f63d2c1', '--cancel', '--data', folder)).code, 5);
  assert.equal(asked, 1);
});

test('going on without a reason is refused before anybody is asked, in words of the command line', async (context) => {
  const ran = await run('resume', '--data', folderOf(context));
  assert.equal(ran.code, 2);
  assert.match(ran.notes, /--reason/);
});

test('the beginning of an id is enough where one order alone begins so', async (context) => {
  const folder = folderOf(context);
  const ids = ['4f0c2d9be1a87f63d2c1', '4f0cffffe1a87f63d2c1', 'aa0c2d9be1a87f63d2c1'];
  const asked: string[] = [];
  await runtimeAt(context, folder, (request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-type', 'application/json').end(JSON.stringify(request.url?.includes('?') === true ? { orders: ids.map((id) => ({ id })) } : { order: { id: ids[2] }, timeline: [] }));
  });
  assert.equal((await run('order', 'aa0c2d9b', '--data', folder)).code, 0);
  assert.equal(asked.at(-1), '/api/v1/orders/aa0c2d9be1a87f63d2c1');
  const unclear = await run('order', '4f0c', '--data', folder);
  assert.equal(unclear.code, 2);
  assert.match(unclear.notes, /begins 2 orders: 4f0c2d9be1a87f63d2c1, 4f0cffff/);
});

test('a halt by the name of the configuration needs none of its secrets', async (context) => {
  const folder = folderOf(context);
  const file = join(folder, 'breakwater.json');
  writeFileSync(file, JSON.stringify({ version: 1, instance: { name: 'x' }, storage: { dir: folder }, venues: { alpaca: { adapter: 'alpaca', money: 'live', keyId: '${NOPE}', secret: '${file:/nowhere}', instruments: ['BTC/USD'] } } }));
  await runtimeAt(context, folder, halted);
  assert.equal((await run('halt', '--config', file)).code, 0);
});
