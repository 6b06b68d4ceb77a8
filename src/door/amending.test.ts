import assert from 'node:assert/strict';
import { test } from 'node:test';
import { running } from '../../test/support/running.ts';

const order = (key: string, more: object = {}): object => ({ key, instrument: 'BTC/USD', side: 'buy', quantity: '0.02', type: 'limit', limitPrice: '49000', ...more });
const amend = (key: string, amends: string, more: object): object => ({ key, action: 'amend', amends, instrument: 'BTC/USD', ...more });

test('a bot changes its order by the key of its intent: the cancel leaves, then the changed order, and the same amend again finds it', async () => {
  const { intent, venue, clock, facts, tally } = await running();
  const first = (await intent(order('a'))).body;
  await clock.runFor(100);
  const { status, body } = await intent(amend('b', 'a', { quantity: '0.03', limitPrice: '49100' }));
  assert.deepEqual([status, body.success, body.outcome, body.duplicate, body.replaces], [200, true, 'amending', false, first.orderId]);
  await clock.runFor(1_000);
  assert.deepEqual(venue.sent.map(({ quantityUnits, limitPriceUnits }) => [quantityUnits, limitPriceUnits]), [[20_000n, 4_900_000n], [30_000n, 4_910_000n]]);
  const again = (await intent(amend('b', 'a', { quantity: '0.03', limitPrice: '49100' }))).body;
  assert.deepEqual([again.outcome, again.duplicate, again.orderId, again.phase], ['order', true, body.orderId, 'working']);
  assert.equal(venue.sent.length, 2);
  assert.equal(facts().filter((type) => type === 'order.cancel-requested').length, 0);
  assert.deepEqual(tally.shown(), { bot: { order: 1, amending: 1, duplicate: 1 } });
});

test('an amend that no control lets pass is answered with its code, and the order stands', async () => {
  const { intent, venue, clock, runtime } = await running();
  await intent(order('a'));
  await clock.runFor(100);
  const { status, body } = await intent(amend('b', 'a', { limitPrice: '99000' }));
  assert.deepEqual([status, body.success, body.outcome, body.refused.code], [200, false, 'refused', 'BW-3012']);
  await clock.runFor(5_000);
  assert.deepEqual([venue.sent.length, [...runtime.world.orders.live.values()].map(({ phase, cancelSeq }) => [phase, cancelSeq])], [1, [['working', 0]]]);
});

test('a restart in the midst of it goes on with it, and exactly one order follows', async () => {
  const first = await running();
  await first.intent(order('a'));
  await first.clock.runFor(100);
  first.venue.readable = false;
  first.venue.cancel = () => Promise.resolve({ kind: 'unknown', why: 'no answer' });
  const { orderId } = (await first.intent(amend('b', 'a', { quantity: '0.03' }))).body;
  await first.clock.runFor(2_000);
  first.store.crash();
  await first.clock.runFor(10_000);
  Reflect.deleteProperty(first.venue, 'cancel'); // its own again
  first.venue.readable = true;
  const second = await running({ disk: first.disk, venue: first.venue, clock: first.clock });
  await second.clock.runFor(10_000);
  assert.deepEqual(first.venue.sent.map(({ quantityUnits }) => quantityUnits), [20_000n, 30_000n]);
  assert.equal((await second.intent(amend('b', 'a', { quantity: '0.03' }))).body.orderId, orderId);
});

test('a named person changes an order over the control socket, and is let past no control', async () => {
  const { ask, control, intent, venue, clock, payloads } = await running();
  const { orderId } = (await intent(order('a'))).body;
  await clock.runFor(100);
  const path = `/api/v1/orders/${orderId as string}/amend`;
  assert.equal((await ask(control, 'POST', path, { quantity: '0.03' })).body.code, 'BW-2008');
  assert.equal((await ask(control, 'POST', path, { by: 'sam', reason: 'x' })).body.code, 'BW-2008');
  assert.equal((await ask(control, 'POST', '/api/v1/orders/0123/amend', { by: 'sam', reason: 'x', quantity: '1' })).body.code, 'BW-2006');
  const refused = await ask(control, 'POST', path, { by: 'sam', reason: 'x', limitPrice: '99000', key: 'k0' });
  assert.deepEqual([refused.status, refused.body.code, refused.body.because], [409, 'BW-2024', 'BW-3012']);
  const told = await ask(control, 'POST', path, { by: 'sam', reason: 'too little', quantity: '0.03', key: 'k1' });
  assert.deepEqual([told.status, told.body.order.amend.quantity.amount, told.body.order.cancel.by, told.body.order.stillPossible.amount, told.body.successor], [200, '0.03', 'sam', '0.03', undefined]);
  await clock.runFor(1_000);
  const again = await ask(control, 'POST', path, { by: 'sam', reason: 'too little', quantity: '0.03', key: 'k1' });
  assert.deepEqual([again.body.duplicate, again.body.successor.id, again.body.successor.phase, again.body.order.replacedBy], [true, told.body.successorId, 'working', told.body.successorId]);
  assert.deepEqual([again.body.successor.strategy, again.body.successor.source, again.body.successor.wish], ['bot', 'bot', { first: orderId, quantity: { amount: '0.03', asset: 'BTC' }, filledBefore: { amount: '0', asset: 'BTC' } }]);
  assert.deepEqual([venue.sent.length, payloads('order.amend-accepted')[0].by], [2, 'sam']);
});

test('a cancel while it is under way is asked for now, and nothing follows', async () => {
  const { ask, control, intent, venue, clock } = await running();
  const { orderId } = (await intent(order('a'))).body;
  await clock.runFor(100);
  venue.readable = false;
  venue.cancel = () => Promise.resolve({ kind: 'unknown', why: 'no answer' });
  await intent(amend('b', 'a', { quantity: '0.03' }));
  const { body } = await ask(control, 'POST', `/api/v1/orders/${orderId as string}/cancel`, { by: 'sam', reason: 'enough' });
  assert.deepEqual([body.asked, body.order.amend, body.order.cancel.reason], ['now', undefined, 'enough']);
  const dropped = (await intent(amend('b', 'a', { quantity: '0.03' }))).body;
  assert.deepEqual([dropped.outcome, dropped.refused.code], ['refused', 'BW-3009']);
  await clock.runFor(1_000);
  assert.equal(venue.sent.length, 1);
});

test('a cancel may name the order that is yet to follow, and the first one once it was followed', async () => {
  const { ask, control, intent, venue, clock } = await running();
  const { orderId } = (await intent(order('a'))).body;
  await clock.runFor(100);
  const cancel = (id: unknown) => ask(control, 'POST', `/api/v1/orders/${id as string}/cancel`, { by: 'sam', reason: 'enough' });
  const next = (await intent(amend('b', 'a', { quantity: '0.03' }))).body.orderId;
  await clock.runFor(1_000);
  venue.readable = false;
  venue.cancel = () => Promise.resolve({ kind: 'unknown', why: 'no answer' });
  const last = (await intent(amend('c', 'b', { quantity: '0.04' }))).body.orderId;
  const yetToFollow = await cancel(last);
  assert.deepEqual([yetToFollow.status, yetToFollow.body.order.id, yetToFollow.body.asked], [200, next, 'now']);
  const followed = await cancel(orderId);
  assert.deepEqual([followed.status, followed.body.order.id, followed.body.asked], [200, next, 'before']);
  await clock.runFor(1_000);
  assert.equal(venue.sent.length, 2);
});
