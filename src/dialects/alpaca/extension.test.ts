import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitOrder, served } from '../../../test/dialects/alpaca.ts';

const protections = { deadManTimer: { shortestMs: 1_000, longestMs: 86_400_000 }, cancelOnDisconnect: true };
const authenticate = { action: 'authenticate', data: { key_id: 'demo-key', secret_key: 'demo-secret' } };
const tether = { action: 'cancel_on_disconnect', data: {} };

test('over a desk without protections their words are as unknown as they are at Alpaca, and no order has a reason', async () => {
  const { ask, open, clock } = await served();
  assert.equal((await ask('POST', '/x/dead-man', { within_ms: 5_000 })).status, 404);
  assert.equal((await ask('DELETE', '/x/dead-man')).status, 404);
  const client = open()!;
  client.say(authenticate);
  client.say(tether);
  assert.deepEqual(client.frames.at(-1), { action: 'error', data: { error_message: 'unknown action: cancel_on_disconnect' } });
  const { id } = (await ask('POST', '/v2/orders', limitOrder('a'))).body;
  await ask('DELETE', `/v2/orders/${id}`);
  await clock.runFor(60_000);
  assert.equal('cancel_reason' in (await ask('GET', `/v2/orders/${id}`)).body, false);
});

test('a timer is set, answered with its time, and cancels with its reason', async () => {
  const { ask, exchange, clock } = await served({ protections });
  exchange.start();
  const { id } = (await ask('POST', '/v2/orders', limitOrder('a'))).body;
  const { status, body } = await ask('POST', '/x/dead-man', { within_ms: 5_000 });
  assert.deepEqual([status, body.within_ms, Date.parse(body.ends_at) - exchange.nowMs()], [200, 5_000, 5_000]);
  await clock.runFor(4_900);
  assert.equal((await ask('GET', `/v2/orders/${id}`)).body.status, 'new');
  await clock.runFor(200);
  const order = (await ask('GET', `/v2/orders/${id}`)).body;
  assert.deepEqual([order.status, order.cancel_reason], ['canceled', 'dead_man_timer']);
});

test('what is no time, or none that is allowed, is refused and sets nothing', async () => {
  const { ask, exchange } = await served({ protections });
  for (const body of [{}, { within_ms: '5000' }, { within_ms: 1.5 }, { within_ms: 999 }, { within_ms: 86_400_001 }]) assert.equal((await ask('POST', '/x/dead-man', body)).status, 422, JSON.stringify(body));
  assert.equal((await ask('POST', '/x/dead-man', { within_ms: 5_000 }, {})).status, 401);
  assert.deepEqual(exchange.oracle.log().filter(({ type }) => type === 'dead-man-set'), []);
});

test('a stream that was asked to keeps orders alive, and its end cancels them; another stream, or one after the timer was ended, does not', async () => {
  const { ask, open, clock } = await served({ protections });
  const [first, second, third] = [open()!, open()!, open()!];
  first.say(tether);
  assert.deepEqual(first.frames.at(-1), { stream: 'authorization', data: { status: 'unauthorized', action: 'cancel_on_disconnect' } });
  for (const client of [first, second, third]) client.say(authenticate);
  for (const client of [first, third]) client.say(tether);
  assert.deepEqual(first.frames.at(-1), { stream: 'cancel_on_disconnect', data: { on: true } });
  const { id } = (await ask('POST', '/v2/orders', limitOrder('a'))).body;
  const read = async () => (await ask('GET', `/v2/orders/${id}`)).body;
  second.end();
  assert.equal((await read()).status, 'new');
  first.end();
  await clock.runFor(1);
  assert.deepEqual([(await read()).status, (await read()).cancel_reason], ['canceled', 'disconnect']);
  const later = (await ask('POST', '/v2/orders', limitOrder('b'))).body.id;
  assert.equal((await ask('DELETE', '/x/dead-man')).status, 204);
  third.end();
  await clock.runFor(1);
  assert.equal((await ask('GET', `/v2/orders/${later}`)).body.status, 'new');
});
