/** Cancels and fills cross each other in every order of news; what was executed is booked, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { theatre } from '../support/theatre.ts';

const [BTC_4, BTC_10] = [4_000_000n, 10_000_000n]; // 0.004 and 0.010

test('a partial fill, then a cancel: the part is booked, the rest is gone', async () => {
  const t = await theatre();
  await t.ask('a');
  await t.pass(100);
  await t.trade('sell', '0.004');
  await t.pass(1_000);
  await t.cancel('a');
  await t.pass(5_000);
  assert.deepEqual(t.story('a').slice(3), ['acknowledged', 'working', 'fill.booked', 'cancel-requested', 'ended cancelled', 'booked']);
  assert.deepEqual([t.order('a').filledUnits, t.runtime.world.ledger.reservations.size], [BTC_4, 0]);
  await t.pass(120_000);
  t.assertBooksAgree();
});

for (const [news, first] of [['the fill first', 'fill'], ['the cancel first', 'cancel']] as const) {
  test(`cancel and fill cross, ${news}: the venue's own order decides`, async () => {
    const t = await theatre({ exchange: { cancelDelayMs: 800 } });
    await t.ask('a');
    await t.pass(100);
    if (first === 'cancel') {
      await t.cancel('a');
      await t.pass(1_500);
      await t.trade('sell', '0.01');
    } else {
      await t.cancel('a');
      await t.pass(300); // the venue has taken the cancel, and not done it yet
      await t.trade('sell', '0.01');
    }
    await t.pass(120_000);
    assert.deepEqual(t.atVenue(), [first === 'fill' ? 'buy 0.01, 0.01 filled, filled' : 'buy 0.01, 0 filled, cancelled']);
    assert.deepEqual([t.order('a').phase, t.order('a').endState, t.order('a').filledUnits], ['booked', first === 'fill' ? 'filled' : 'cancelled', first === 'fill' ? BTC_10 : 0n]);
    t.assertBooksAgree();
  });
}

test('a fill that the venue shows only after it called the order cancelled is booked, and told', async () => {
  const t = await theatre({ exchange: { cancelDelayMs: 500 } });
  await t.ask('a');
  await t.pass(100);
  t.faults({ on: 'order.cancel', fault: 'fill-late', times: 1, delayMs: 8_000 });
  await t.cancel('a');
  await t.pass(100);
  await t.trade('sell', '0.004');
  await t.pass(120_000);
  assert.deepEqual([t.order('a').phase, t.order('a').endState, t.order('a').filledUnits], ['booked', 'cancelled', BTC_4]);
  assert.ok(t.story('a').includes('alarmed: late-fill'), t.story('a').join());
  assert.ok(t.story('a').indexOf('booked') < t.story('a').indexOf('fill.booked'));
  t.assertBooksAgree();
});

test('a cancel asked for while the order is unknown waits for it to be found, and is then done', async () => {
  const t = await theatre();
  t.faults({ on: 'order.create', fault: 'answer-lost', times: 1 }, { on: 'stream.event', fault: 'event-lost' });
  await t.ask('a');
  await t.pass(20); // the request has left
  await t.cancel('a');
  await t.pass(2_000);
  assert.equal(t.requests.filter(({ method }) => method === 'DELETE').length, 0, 'there is no name to cancel by yet');
  await t.pass(20_000);
  assert.deepEqual(t.story('a').slice(3), ['cancel-requested', 'doubted', 'acknowledged by find', 'working', 'cancelling', 'ended cancelled', 'booked']);
  assert.deepEqual(t.atVenue(), ['buy 0.01, 0 filled, cancelled']);
});

test('a cancel asked for while the order is unknown, which then proves absent: it is not sent again', async () => {
  const t = await theatre();
  t.line('POST', '/v2/orders', { kind: 'request-lost' });
  await t.ask('a');
  await t.cancel('a');
  await t.pass(120_000);
  assert.deepEqual([t.order('a').phase, t.atVenue()], ['abandoned', []]);
});

test('the answer to a cancel is lost: it is asked for again until the venue shows the end', async () => {
  const t = await theatre();
  await t.ask('a');
  await t.pass(100);
  t.faults({ on: 'order.cancel', fault: 'request-lost', times: 2 }, { on: 'stream.event', fault: 'event-lost' });
  await t.cancel('a');
  await t.pass(60_000);
  assert.deepEqual([t.order('a').phase, t.atVenue()], ['booked', ['buy 0.01, 0 filled, cancelled']]);
  assert.ok(t.requests.filter(({ method }) => method === 'DELETE').length >= 3);
});

test('a page of some machine in answer to a cancel concludes nothing: the order is looked up', async () => {
  const t = await theatre();
  await t.ask('a');
  await t.pass(100);
  t.faults({ on: 'order.cancel', fault: 'html-error', times: 2 });
  await t.cancel('a');
  await t.pass(30_000);
  assert.deepEqual(t.atVenue(), ['buy 0.01, 0 filled, cancelled']);
  assert.equal(t.order('a').phase, 'booked');
});

test('a market order at a thin market: what it got is booked, what it did not get is over', async () => {
  const t = await theatre();
  await t.ask('a', { orderType: 'market', limitPriceText: undefined, quantityText: '0.02' } as never);
  await t.pass(120_000);
  assert.deepEqual([t.order('a').phase, t.order('a').filledUnits], ['booked', 20_000_000n]);
  t.assertBooksAgree();
});
