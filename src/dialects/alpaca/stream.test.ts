import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitOrder, listening, served } from '../../../test/dialects/alpaca.ts';

const authenticate = { action: 'authenticate', data: { key_id: 'demo-key', secret_key: 'demo-secret' } };
const listen = (...streams: string[]) => ({ action: 'listen', data: { streams } });

test('a client authenticates, listens, and hears in binary frames what becomes of its orders', async () => {
  const { ask, open } = await served();
  const client = open()!;
  client.say(authenticate);
  client.say(listen('trade_updates'));
  assert.deepEqual(client.frames.slice(), [
    { stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } },
    { stream: 'listening', data: { streams: ['trade_updates'] } },
  ]);
  assert.ok(client.raw.every((frame) => frame instanceof Uint8Array));
  const { id } = (await ask('POST', '/v2/orders', limitOrder('a'))).body;
  await ask('DELETE', `/v2/orders/${id}`);
  const updates = client.frames.slice(2);
  assert.deepEqual(updates.map(({ stream, data }) => [stream, data.event, data.order.id]), ['pending_new', 'new', 'canceled'].map((event) => ['trade_updates', event, id]));
  assert.equal(updates.at(-1).data.order.status, 'canceled');
});

test('a fill comes with its execution, price, quantity and the position after it', async () => {
  const { ask, app } = await served();
  const client = listening(app);
  await ask('POST', '/v2/orders', limitOrder('a', '51000'));
  const { event, execution_id, price, qty, position_qty, order } = client.frames.at(-1).data;
  assert.deepEqual([event, qty, order.status, order.filled_qty], ['fill', '0.01', 'filled', '0.01']);
  assert.match(execution_id, /^[0-9a-f-]{36}$/);
  assert.ok(Number(price) > 50_000 && Number(position_qty) > 20);
  assert.equal(listening(app).frames.length, 2, 'nothing is replayed to whoever comes later');
});

test('two connections hear the same executions under the same ids, and no id twice', async () => {
  const { ask, app } = await served();
  const clients = [listening(app), listening(app)] as const;
  for (const id of ['a', 'b', 'c']) await ask('POST', '/v2/orders', limitOrder(id, '51000'));
  const [one, two] = clients.map(({ frames }) => frames.slice(2).map(({ data }) => data.execution_id));
  assert.deepEqual(one, two);
  assert.equal(new Set(one).size, one!.length);
});

test('wrong keys, and listening before authenticating, are answered as unauthorized', async () => {
  const { open } = await served();
  const client = open()!;
  client.say(listen('trade_updates'));
  client.say({ action: 'authenticate', data: { key_id: 'demo-key', secret_key: 'guess' } });
  assert.deepEqual(client.frames.map(({ data }) => data), [{ status: 'unauthorized', action: 'listen' }, { status: 'unauthorized', action: 'authenticate' }]);
});

test('listening replaces the whole list, and nothing is sent after an empty one or a close', async () => {
  const { ask, open } = await served();
  const client = open()!;
  client.say(authenticate);
  client.say(listen('trade_updates', 'gossip'));
  client.say(listen());
  assert.deepEqual(client.frames.slice(1).map(({ data }) => data.streams), [['trade_updates'], []]);
  await ask('POST', '/v2/orders', limitOrder('a'));
  assert.equal(client.frames.length, 3);
});

test('what is no request is answered with an error, and every frame has data', async () => {
  const { open } = await served();
  const client = open()!;
  for (const frame of ['{', '[]', { action: 'sing' }]) client.say(frame);
  assert.equal(client.frames.length, 3);
  for (const frame of client.frames) assert.deepEqual([frame.action, typeof frame.data.error_message], ['error', 'string']);
  assert.equal(open('/elsewhere'), undefined);
});
