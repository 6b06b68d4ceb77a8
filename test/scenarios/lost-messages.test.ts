/** A request or its answer goes astray: one intent stays one order, and what is not known is asked for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { theatre } from '../support/theatre.ts';

const ORDERS = '/v2/orders';

test('the answer is lost: the order is unknown, is found by its name, and is booked once', async () => {
  const t = await theatre();
  t.faults({ on: 'order.create', fault: 'answer-lost', times: 1 }, { on: 'stream.event', fault: 'event-lost' });
  await t.ask('a');
  await t.pass(5_500);
  assert.deepEqual(t.story('a').slice(3), ['doubted', 'acknowledged by find', 'working']);
  t.faults();
  await t.trade('sell', '0.01');
  await t.pass(90_000);
  assert.deepEqual(t.story('a').slice(6), ['ended filled', 'fill.booked', 'booked']);
  assert.deepEqual(t.atVenue(), ['buy 0.01, 0.01 filled, filled']);
  assert.equal(t.requests.filter(({ method }) => method === 'POST').length, 1);
  t.assertBooksAgree();
});

test('the answer is lost and the order fills meanwhile, and nobody tells: its execution is read, its owner is asked for, and it is booked once', async () => {
  const t = await theatre();
  t.faults({ on: 'order.create', fault: 'answer-lost', times: 1 }, { on: 'stream.event', fault: 'event-lost' });
  await t.ask('a', { limitPriceText: '60600' });
  await t.pass(90_000);
  assert.deepEqual([t.order('a').phase, t.order('a').filledUnits], ['booked', 10_000_000n]);
  t.faults();
  await t.pass(60_000);
  t.assertBooksAgree();
});

test('the request is lost: two reads after every bound prove it absent, it is sent again, once, under the same name', async () => {
  const t = await theatre();
  t.line('POST', ORDERS, { kind: 'request-lost' });
  await t.ask('a');
  await t.pass(15_000);
  assert.deepEqual([t.order('a').phase, t.story('a').at(-1)], ['unknown', 'doubted'], 'asked for again and again, and nothing is concluded yet');
  await t.pass(25_000);
  assert.deepEqual(t.story('a').slice(3), ['doubted', 'unseen', 'unseen', 'absent', 'prepared', 'sending', 'acknowledged', 'working']);
  assert.equal(t.order('a').clientOrderIds.length, 1);
  await t.trade('sell', '0.01');
  await t.pass(90_000);
  assert.deepEqual(t.atVenue(), ['buy 0.01, 0.01 filled, filled']);
  t.assertBooksAgree();
});

test('the request is only late: it is found when it arrives, and not sent a second time', async () => {
  const t = await theatre();
  t.line('POST', ORDERS, { kind: 'request-late', byMs: 9_000 });
  await t.ask('a');
  await t.pass(120_000);
  assert.equal(t.requests.filter(({ method }) => method === 'POST').length, 1);
  assert.deepEqual([t.order('a').phase, t.atVenue()], ['working', ['buy 0.01, 0 filled, new']]);
});

test('a request that was refused a connection never left: it is put off, and goes out under the same attempt', async () => {
  const t = await theatre();
  t.line('POST', ORDERS, { kind: 'refused' });
  await t.ask('a');
  await t.pass(3_000);
  assert.deepEqual(t.story('a').slice(2), ['sending', 'deferred', 'prepared', 'sending', 'acknowledged', 'working']);
  assert.equal(t.order('a').attempt, 1);
});

test('429 with Retry-After: the order waits as long as the venue asks, no less, and is sent once', async () => {
  const t = await theatre();
  t.faults({ on: 'order.create', fault: 'rate-limited', times: 1, delayMs: 7_000 });
  await t.ask('a');
  await t.pass(6_900);
  assert.deepEqual([t.order('a').phase, t.story('a').at(-1)], ['prepared', 'deferred']);
  await t.pass(2_000);
  assert.equal(t.order('a').phase, 'working');
  const [first, second, ...more] = t.requests.filter(({ method }) => method === 'POST');
  assert.ok(first !== undefined && second !== undefined && second.atMs - first.atMs >= 7_000);
  assert.equal(more.length, 0);
});

test('429 for longer than an order may wait: it is given up, and never sent late', async () => {
  const t = await theatre();
  t.faults({ on: 'order.create', fault: 'rate-limited', times: 1, delayMs: 500_000 });
  await t.ask('a');
  await t.pass(121_000);
  assert.equal(t.order('a').phase, 'abandoned');
  await t.pass(600_000);
  assert.deepEqual(t.atVenue(), []);
});

for (const [what, fault] of [['answered with 500 all the same', 'accepted-then-5xx'], ['followed by a cut connection', 'reset-after'], ['answered late', 'answer-late']] as const) {
  test(`an order that is taken, and ${what}, is not sent again`, async () => {
    const t = await theatre();
    t.faults({ on: 'order.create', fault, times: 1, delayMs: 8_000 }, { on: 'stream.event', fault: 'event-lost' });
    await t.ask('a');
    await t.pass(60_000);
    assert.deepEqual(t.story('a').slice(3), ['doubted', 'acknowledged by find', 'working']);
    assert.deepEqual(t.atVenue(), ['buy 0.01, 0 filled, new']);
    assert.equal(t.requests.filter(({ method }) => method === 'POST').length, 1);
  });
}

test('a page of some machine in between says nothing about an order, whatever its status', async () => {
  const t = await theatre();
  t.faults({ on: 'order.create', fault: 'html-error', times: 3 });
  await t.ask('a');
  await t.ask('b', { limitPriceText: '59900' });
  await t.ask('c', { limitPriceText: '59800' });
  await t.pass(100);
  assert.ok(t.facts('order.doubted').length >= 1);
  assert.equal(t.facts('order.rejected').length, 0);
  await t.pass(100_000);
  assert.deepEqual(['a', 'b', 'c'].map((key) => t.order(key).phase), ['working', 'working', 'working']);
  assert.equal(t.atVenue().length, 3);
});

test('an order that the venue has taken and does not show yet is not called absent', async () => {
  const t = await theatre();
  t.faults({ on: 'order.create', fault: 'answer-lost', times: 1 }, { on: 'order.find', fault: 'not-yet-visible', delayMs: 9_500 }, { on: 'stream.event', fault: 'event-lost' });
  await t.ask('a');
  await t.pass(60_000);
  assert.equal(t.facts('order.absent').length, 0);
  assert.deepEqual([t.order('a').phase, t.atVenue().length], ['working', 1]);
});

test('an answer about another order is not believed', async () => {
  const t = await theatre();
  await t.ask('first', { limitPriceText: '59900' });
  await t.pass(500);
  t.faults({ on: 'order.create', fault: 'wrong-order', times: 1 }, { on: 'order.find', fault: 'wrong-order', times: 2 }, { on: 'stream.event', fault: 'event-lost' });
  await t.ask('second');
  await t.pass(500);
  assert.equal(t.order('second').phase, 'unknown');
  await t.pass(30_000);
  assert.deepEqual([t.order('first').phase, t.order('second').phase, t.atVenue().length], ['working', 'working', 2]);
  assert.notDeepEqual(t.order('first').venueOrderIds, t.order('second').venueOrderIds);
});

test('the process dies between its decision and the request: the next life does not send, it asks; then it sends once', async () => {
  const t = await theatre();
  t.line('POST', ORDERS, { kind: 'request-lost' });
  await t.ask('a');
  await t.pass(20); // it was handed to the network, which loses it
  t.kill();
  await t.pass(500);
  await t.boot();
  assert.equal(t.order('a').phase, 'unknown');
  await t.pass(18_000);
  assert.equal(t.requests.filter(({ method }) => method === 'POST').length, 1);
  await t.pass(30_000);
  assert.deepEqual([t.order('a').phase, t.order('a').attempt, t.atVenue()], ['working', 2, ['buy 0.01, 0 filled, new']]);
});

test('the process dies after the venue has taken the order: the next life finds it, whatever happened meanwhile', async () => {
  for (const meanwhile of ['nothing', 'a part is filled', 'all is filled'] as const) {
    const t = await theatre();
    t.line('POST', ORDERS, { kind: 'answer-late', byMs: 2_000 });
    t.faults({ on: 'stream.event', fault: 'event-lost', times: 1 });
    await t.ask('a');
    await t.pass(50);
    t.kill();
    t.faults();
    if (meanwhile !== 'nothing') await t.trade('sell', meanwhile === 'all is filled' ? '0.01' : '0.004');
    await t.pass(3_000);
    await t.boot();
    await t.pass(120_000);
    assert.equal(t.atVenue().length, 1, meanwhile);
    assert.equal(t.order('a').filledUnits, meanwhile === 'nothing' ? 0n : meanwhile === 'all is filled' ? 10_000_000n : 4_000_000n);
    assert.equal(t.order('a').phase, meanwhile === 'all is filled' ? 'booked' : 'working');
    t.assertBooksAgree();
  }
});
