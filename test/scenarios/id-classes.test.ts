/** What a client order id is worth differs between venues; what a lost request leads to differs with it, and is never a second order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderIdOf } from '../../src/core/index.ts';
import { LIMITS } from '../kit/life.ts';
import { theatre } from '../support/theatre.ts';

const posts = (t: Awaited<ReturnType<typeof theatre>>): number => t.requests.filter(({ method }) => method === 'POST').length;
const resolve = (key: string, reason: string) => ({ kind: 'resolve', orderId: orderIdOf(key), outcome: 'absent', by: 'sam', reason }) as const;

for (const idClass of ['returns-original', 'unique-forever', 'unique-while-live', 'not-enforced'] as const) {
  test(`${idClass}: an answer that is lost is found by its name, and nothing is sent again`, async () => {
    const t = await theatre({ idClass });
    t.faults({ on: 'order.create', fault: 'answer-lost', times: 1 }, { on: 'stream.event', fault: 'event-lost' });
    await t.ask('a');
    await t.pass(60_000);
    assert.deepEqual([t.order('a').phase, posts(t), t.atVenue().length], ['working', 1, 1]);
  });

  test(`${idClass}: a request that is lost is sent again after proof, ${idClass.startsWith('unique-while') || idClass === 'not-enforced' ? 'under a new name' : 'under the same name'}`, async () => {
    const t = await theatre({ idClass });
    t.line('POST', '/v2/orders', { kind: 'request-lost' });
    await t.ask('a');
    await t.pass(60_000);
    assert.deepEqual([t.order('a').phase, t.order('a').attempt, posts(t), t.atVenue().length], ['working', 2, 2, 1]);
    assert.equal(t.order('a').clientOrderIds.length, idClass.startsWith('unique-while') || idClass === 'not-enforced' ? 2 : 1);
  });

  test(`${idClass}: an answer that is lost, and the order filled before anybody looks: no second order doubles the position`, async () => {
    const t = await theatre({ idClass });
    t.faults({ on: 'order.create', fault: 'answer-lost', times: 1 }, { on: 'stream.event', fault: 'event-lost' });
    await t.ask('a', { limitPriceText: '60600' });
    await t.pass(100);
    t.kill();
    await t.pass(1_000);
    await t.boot();
    await t.pass(120_000);
    t.faults();
    await t.pass(60_000);
    assert.deepEqual([t.order('a').phase, t.order('a').filledUnits, posts(t)], ['booked', 10_000_000n, 1]);
    t.assertBooksAgree();
  });
}

test('none: an order without a name stays unknown, however often nothing is found; only a named person ends it', async () => {
  const t = await theatre({ idClass: 'none' });
  t.line('POST', '/v2/orders', { kind: 'request-lost' });
  await t.ask('a');
  await t.pass(3_600_000);
  assert.deepEqual([t.order('a').phase, posts(t)], ['unknown', 1]);
  assert.equal(t.facts('order.unseen').length, 0, 'a search for a name that is not kept proves nothing');
  t.kill();
  await t.boot();
  await t.pass(60_000);
  assert.equal(t.order('a').phase, 'unknown');
  await t.operator(resolve('a', 'not in the list of orders on their page'));
  assert.equal(t.order('a').phase, 'abandoned');
  assert.match(t.order('a').because ?? '', /sam says so: not in the list of orders on their page/);
  await t.pass(600_000);
  assert.equal(posts(t), 1, 'it is not sent again');
});

test('none: while an order is unknown its worst case counts; the limit is not passed by asking again', async () => {
  const t = await theatre({ idClass: 'none', limits: { ...LIMITS, maxPosition: { default: '1.5' } } });
  t.line('POST', '/v2/orders', { kind: 'request-lost' });
  await t.ask('a', { quantityText: '0.4' });
  await t.pass(600_000);
  await t.ask('b', { quantityText: '0.2' });
  assert.deepEqual([t.order('b').phase, t.order('b').blocked?.code], ['blocked', 'BW-3021']);
  await t.operator(resolve('a', 'test'));
  await t.ask('c', { quantityText: '0.2' });
  assert.equal(t.order('c').phase, 'sending');
});

test('none: the venue has an order that may be ours, under a name of its own: nobody guesses; once a person has spoken it is foreign and waits for a person', async () => {
  const t = await theatre({ idClass: 'none' });
  t.faults({ on: 'order.create', fault: 'answer-lost', times: 1 });
  await t.ask('a');
  await t.pass(60_000);
  assert.deepEqual([t.order('a').phase, posts(t), t.atVenue()], ['unknown', 1, ['buy 0.01, 0 filled, new']]);
  assert.equal(t.facts('balance.differed').length, 0);
  await t.operator(resolve('a', 'it is theirs'));
  await t.pass(60_000);
  assert.deepEqual([t.order('a').phase, t.facts('foreign.found').length, t.facts('instrument.quarantined').length], ['abandoned', 1, 1]);
  await t.trade('sell', '0.01');
  await t.pass(150_000);
  t.assertBooksAgree();
  assert.equal(posts(t), 1);
});

test('a person who was wrong: the order that "is not there" turns up, is told and quarantined, and its fill is booked to its intent', async () => {
  const t = await theatre();
  t.faults({ on: 'order.create', fault: 'answer-lost', times: 1 }, { on: 'order.find', fault: 'error-5xx' }, { on: 'order.list', fault: 'error-5xx' }, { on: 'stream.event', fault: 'event-lost' });
  await t.ask('a');
  await t.pass(8_000);
  await t.operator(resolve('a', 'I am sure'));
  assert.equal(t.order('a').phase, 'abandoned');
  t.faults();
  await t.pass(40_000);
  assert.deepEqual([t.story('a').filter((step) => step.startsWith('alarmed')), t.runtime.world.market.quarantined.size], [['alarmed: resurfaced'], 1]);
  await t.trade('sell', '0.01');
  await t.pass(130_000);
  assert.deepEqual([t.order('a').phase, t.order('a').filledUnits], ['abandoned', 10_000_000n]);
  assert.ok(t.story('a').includes('alarmed: late-fill'));
  t.assertBooksAgree();
});

test('nothing but an unknown order can be resolved by a person', async () => {
  const t = await theatre();
  await t.ask('a');
  await t.pass(200);
  assert.deepEqual(await t.operator(resolve('a', 'test')), { kind: 'nothing-to-do', why: `${orderIdOf('a')} is working, not unknown` });
  assert.deepEqual(await t.operator(resolve('nobody', 'test')), { kind: 'no-such-order' });
});
