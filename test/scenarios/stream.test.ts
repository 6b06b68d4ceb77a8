/** The stream of events repeats itself, mixes things up, or says nothing: it is a hint, and never the only source. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { theatre } from '../support/theatre.ts';

test('events that come twice and in the wrong order make one story', async () => {
  const t = await theatre();
  t.faults({ on: 'stream.event', fault: 'event-duplicated', probability: 0.6, delayMs: 700 }, { on: 'stream.event', fault: 'event-reordered', probability: 0.6, delayMs: 900 });
  for (const [key, limitPriceText] of [['a', '60000'], ['b', '59990'], ['c', '59980']] as const) await t.ask(key, { limitPriceText });
  await t.pass(300);
  for (const quantity of ['0.004', '0.006', '0.01', '0.002']) await t.trade('sell', quantity, '59980');
  await t.cancel('c');
  await t.pass(120_000);
  assert.ok(Object.values(t.counts()).reduce((sum, count) => sum + count, 0) >= 5, JSON.stringify(t.counts()));
  assert.deepEqual(['a', 'b', 'c'].map((key) => [t.order(key).phase, t.order(key).filledUnits]), [['booked', 10_000_000n], ['booked', 10_000_000n], ['booked', 2_000_000n]]);
  assert.equal(t.facts('order.alarmed').length, 0);
  t.assertBooksAgree();
});

test('a stream that stays open and says nothing costs time, and no order and no fill', async () => {
  const t = await theatre();
  t.faults({ on: 'stream.event', fault: 'mute-stream' });
  await t.ask('a');
  await t.pass(500);
  await t.trade('sell', '0.01');
  await t.pass(35_000);
  assert.deepEqual([t.order('a').phase, t.order('a').filledUnits], ['booked', 10_000_000n]);
  await t.pass(90_000);
  t.assertBooksAgree();
});

test('a stream that is cut is opened again, and the venue is looked at as a whole', async () => {
  const t = await theatre();
  await t.ask('a');
  await t.pass(200);
  const looks = t.facts('reconciliation.done').length;
  t.net.partition('runtime', 'exchange');
  await t.trade('sell', '0.01');
  await t.pass(20_000);
  assert.equal(t.order('a').phase, 'working', 'nothing is concluded from silence');
  t.net.healAll();
  t.net.reset('runtime', 'exchange');
  await t.pass(15_000);
  assert.equal(t.order('a').phase, 'booked');
  assert.ok(t.facts('reconciliation.done').length > looks);
});

test('an hour without any connection changes no order; what waits is given up, and all is found afterwards', async () => {
  const t = await theatre();
  await t.ask('stands');
  await t.pass(200);
  t.net.partition('runtime', 'exchange');
  await t.ask('waits');
  await t.trade('sell', '0.004');
  await t.pass(3_600_000);
  assert.deepEqual([t.order('stands').phase, t.order('stands').filledUnits], ['working', 0n]);
  assert.notEqual(t.order('waits').phase, 'rejected');
  t.net.healAll();
  await t.pass(120_000);
  assert.deepEqual([t.order('stands').phase, t.order('stands').filledUnits, t.order('waits').phase], ['working', 4_000_000n, 'abandoned']);
  assert.equal(t.atVenue().length, 1);
  t.assertBooksAgree();
});

test('the stream tells of an order that is being asked for: the repeating of that question ends there', async () => {
  const t = await theatre();
  const asked = (): number => t.requests.filter(({ method, path }) => method === 'GET' && path.startsWith('/v2/orders:by_client_order_id')).length;
  t.faults({ on: 'stream.event', fault: 'event-lost' }, { on: 'order.find', fault: 'error-5xx' });
  t.line('POST', '/v2/orders', { kind: 'answer-lost' });
  await t.ask('a');
  await t.clock.runUntil(() => asked() === 3, 10_000);
  assert.equal(t.order('a').phase, 'unknown');
  t.faults({ on: 'order.find', fault: 'error-5xx' });
  await t.trade('sell', '0.002');
  await t.pass(30_000);
  assert.equal(asked(), 3, 'nobody asks for what the stream has told');
  assert.deepEqual([t.order('a').phase, t.order('a').filledUnits], ['working', 2_000_000n]);
  assert.deepEqual(t.notes.filter(({ message }) => message.includes('known meanwhile')), []);
  await t.pass(90_000);
  t.assertBooksAgree();
});
