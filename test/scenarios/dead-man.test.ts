/** The runtime dies, stands still or is cut off, and the venue itself ends what nobody watches: its timer, and the end of our stream. Told by the exchange's own log. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEvent } from '../../src/exchange/index.ts';
import { theatre } from '../support/theatre.ts';
import type { Plot, Theatre } from '../support/theatre.ts';

const TIMER: Plot = { exchange: { protections: { deadManTimer: { shortestMs: 1_000, longestMs: 86_400_000 } } }, extensions: ['dead-man-timer'], binding: { deadMan: { withinMs: 20_000, onStop: 'run-out' } } };
const TETHER: Plot = { exchange: { protections: { cancelOnDisconnect: true } }, extensions: ['cancel-on-disconnect'] };

const log = (t: Theatre): readonly LogEvent[] => t.exchange.oracle.log();
const count = (t: Theatre, type: LogEvent['type']): number => log(t).filter((event) => event.type === type).length;
const resting = (t: Theatre): number => t.exchange.oracle.orders().filter(({ accountId, state }) => accountId === 'ours' && (state === 'new' || state === 'accepted' || state === 'partially-filled')).length;

async function withOrders(plot: Plot): Promise<Theatre> {
  const t = await theatre(plot);
  for (const [key, limitPriceText] of [['a', '60000'], ['b', '59900'], ['c', '59800']] as const) await t.ask(key, { limitPriceText });
  await t.pass(2_000);
  assert.equal(resting(t), 3);
  return t;
}

test('a runtime that dies leaves nothing in the book: the venue cancels all within the timer, and the next life learns it and books right', async () => {
  const t = await withOrders(TIMER);
  await t.byHand('ours', 'buy', '0.02', '59700'); // whoever placed it
  await t.trade('sell', '0.004');
  await t.pass(100);
  const diedAtMs = t.clock.wallMs();
  t.kill();
  await t.pass(21_000);
  assert.equal(resting(t), 0);
  const ranOut = log(t).filter((event) => event.type === 'dead-man-ran-out');
  assert.equal(ranOut.length, 1);
  assert.ok((ranOut[0]?.atMs ?? Infinity) - diedAtMs <= 20_000, 'within its time of the last word');
  const ended = log(t).flatMap((event) => (event.type === 'cancelled' ? [event.protection] : []));
  assert.deepEqual(ended, ['dead-man-timer', 'dead-man-timer', 'dead-man-timer', 'dead-man-timer']);
  await t.pass(60_000);
  await t.boot();
  await t.pass(5_000);
  assert.deepEqual(['a', 'b', 'c'].map((key) => [t.order(key).phase, t.order(key).filledUnits]), [['booked', 4_000_000n], ['booked', 0n], ['booked', 0n]]);
  assert.deepEqual(t.facts('order.ended').map(({ state, reason }) => [state, reason]), Array.from({ length: 3 }, () => ['cancelled', "the venue's dead-man timer ran out"]));
  assert.equal(resting(t), 0, 'none is resurrected');
  assert.equal(t.facts('order.alarmed').length, 0);
  t.assertBooksAgree();
});

test('as long as the runtime lives its orders rest, however quiet it is, and the timer is set again well within its time', async () => {
  const t = await withOrders(TIMER);
  await t.pass(600_000);
  assert.equal(resting(t), 3);
  assert.equal(count(t, 'dead-man-ran-out'), 0);
  const set = log(t).flatMap((event) => (event.type === 'dead-man-set' ? [event.atMs] : []));
  for (const [index, atMs] of set.entries()) assert.ok(atMs - (set[index - 1] ?? atMs) <= 6_000, 'a quarter of its time, and the way');
  assert.ok(set.length < 200, `${set.length} times in ten minutes`);
  assert.deepEqual(t.facts('venue.dead-man-armed').map(({ withinMs }) => withinMs), [20_000], 'set again is no fact');
});

test('a restart within the time costs no order', async () => {
  const t = await withOrders(TIMER);
  t.kill();
  await t.pass(8_000);
  await t.boot();
  await t.pass(60_000);
  assert.equal(resting(t), 3);
  assert.equal(count(t, 'dead-man-ran-out'), 0);
});

test('a runtime that is cut off loses its orders, says so, sends no more, and goes on by itself when the way is open again', async () => {
  const t = await withOrders(TIMER);
  t.net.partition('runtime', 'exchange');
  await t.pass(21_000);
  assert.equal(resting(t), 0);
  assert.equal(t.facts('venue.dead-man-lapsed').length, 1);
  assert.ok(t.notes.some(({ code, level }) => code === 'BW-3123' && level === 'critical'));
  await t.ask('late', { limitPriceText: '59500' });
  t.net.healAll();
  await t.pass(30_000);
  assert.equal(t.facts('venue.dead-man-armed').length, 2);
  assert.equal(t.order('late').phase, 'working', 'what waited has left');
  assert.deepEqual(['a', 'b', 'c'].map((key) => t.order(key).phase), ['booked', 'booked', 'booked']);
  t.assertBooksAgree();
});

test('no order that adds risk leaves before the timer is set, and one that takes risk away does', async () => {
  const t = await theatre({ ...TIMER, exchange: {} }); // it was said to have one, and has none
  assert.equal(t.facts('venue.dead-man-lapsed').length, 1);
  await t.ask('adds');
  await t.ask('takes', { side: 'sell', limitPriceText: '60500' });
  await t.pass(10_000);
  assert.deepEqual([t.order('adds').phase, t.order('takes').phase], ['intended', 'working']);
});

test('a stop in good order lets the timer run out, and ends it where the orders are to stay', async () => {
  for (const [onStop, left] of [['run-out', 0], ['keep', 3]] as const) {
    const t = await withOrders({ exchange: { protections: { deadManTimer: { shortestMs: 1_000, longestMs: 86_400_000 }, cancelOnDisconnect: true } }, extensions: ['dead-man-timer', 'cancel-on-disconnect'], binding: { deadMan: { withinMs: 20_000, onStop } } });
    await t.clock.until(t.runtime.stop('enough'));
    await t.pass(60_000);
    assert.equal(resting(t), left, onStop);
  }
});

test('where the venue cancels on disconnect, nothing outlives the stream', async () => {
  const t = await withOrders(TETHER);
  const diedAtMs = t.clock.wallMs();
  t.kill();
  await t.pass(5_000);
  assert.equal(resting(t), 0);
  const [ended] = log(t).filter((event) => event.type === 'disconnected');
  assert.ok((ended?.atMs ?? Infinity) - diedAtMs < 1_000);
  await t.boot();
  await t.pass(5_000);
  assert.deepEqual(t.facts('order.ended').map(({ reason }) => reason), Array.from({ length: 3 }, () => 'the venue cancelled it when our stream ended'));
  t.assertBooksAgree();
});

test('a venue that was said to cancel on disconnect, and does not, has no stream: that is told', async () => {
  const t = await theatre({ extensions: ['cancel-on-disconnect'] });
  assert.equal(t.runtime.connected('alpaca'), false);
  assert.ok(t.notes.some(({ message }) => message.includes('stream of alpaca lost')));
});

test('the timer is set in time though everything else that the venue allows is used up', async () => {
  const t = await theatre({ ...TIMER, perMinute: 40 });
  for (let round = 0; round < 60; round += 1) {
    await t.ask(`one more ${round}`, { limitPriceText: `${59_900 - round}` });
    void t.runtime.reconcile('alpaca');
    await t.pass(5_000);
  }
  assert.ok(Object.values(t.runtime.wayOut('alpaca')?.refused ?? {}).some((times) => times > 10), 'there was no room for the others');
  assert.ok(resting(t) > 0);
  assert.equal(count(t, 'dead-man-ran-out'), 0);
  assert.equal(t.facts('venue.dead-man-lapsed').length, 0);
});
