import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MarketEvent } from '../ports/index.ts';
import { gold, handClock, openFloor, placed } from './fixture.ts';
import type { ExchangeOptions } from './options.ts';

const walking: Partial<ExchangeOptions> = { price: { [gold.symbol]: { kind: 'walk', startPrice: '100', tickMs: 1_000, stepPpm: 100 } } };
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('every move of the price is a print; ids rise, and whoever asks later sees the same', async () => {
  const { exchange, clock } = await openFloor(walking);
  clock.pass(90_000);
  const first = exchange.prints(gold.symbol, 0, Infinity);
  assert.equal(first.length, 91);
  assert.ok(first.every(({ id }, index) => index === 0 || id > (first[index - 1]?.id ?? 0)));
  clock.pass(5_000);
  assert.deepEqual(exchange.prints(gold.symbol, 0, Infinity).slice(0, 91), first);
  const again = await openFloor({ ...walking, clock: handClock(1_095_000) });
  assert.deepEqual(again.exchange.latestPrint(gold.symbol), exchange.latestPrint(gold.symbol), 'a walking price is the same in every life');
});

test('a minute holds the prints of its time, and their sums', async () => {
  const { exchange, clock } = await openFloor(walking);
  clock.pass(200_000);
  const bars = exchange.bars(gold.symbol, 0, Infinity);
  const prints = exchange.prints(gold.symbol, 0, Infinity);
  assert.ok(bars.length >= 3);
  for (const bar of bars) {
    const within = prints.filter(({ atMs }) => atMs >= bar.startMs && atMs < bar.startMs + 60_000);
    const prices = within.map(({ price }) => Number(price));
    assert.deepEqual([bar.trades, Number(bar.open), Number(bar.close), Number(bar.high), Number(bar.low)], [within.length, prices[0], prices.at(-1), Math.max(...prices), Math.min(...prices)]);
  }
});

test('a trade between accounts is a print at its price, and shows when it is durable', async () => {
  const { exchange } = await openFloor();
  await placed(exchange, 'ann', 'sell 1 @ 100');
  await placed(exchange, 'bob', 'buy 0.4 @ 101');
  assert.deepEqual(exchange.prints(gold.symbol, 0, Infinity).map(({ price, quantity, side }) => [price, quantity, side]), [['100', '0.4', 'buy']]);
});

test('the book shows what rests, summed by price, best first, and no stop that waits', async () => {
  const { exchange } = await openFloor();
  for (const text of ['buy 1 @ 99', 'buy 2 @ 98', 'buy 0.5 @ 99', 'sell 1 @ 101']) await placed(exchange, 'ann', text);
  const book = exchange.book(gold.symbol);
  assert.deepEqual([book?.bids, book?.asks], [[{ price: '99', size: '1.5' }, { price: '98', size: '2' }], [{ price: '101', size: '1' }]]);
  assert.equal(exchange.book('TIN/USD'), undefined);
});

test('a watcher hears of each print once, of minutes that are over, and of the book, until it stops watching', async () => {
  const { exchange, clock } = await openFloor(walking);
  const heard: MarketEvent[] = [];
  const end = exchange.watch(gold.symbol, (event) => heard.push(event));
  exchange.start();
  for (let second = 0; second < 70; second++) {
    clock.pass(1_000);
    await settled();
  }
  const prints = heard.flatMap((event) => (event.kind === 'print' ? [event.print] : []));
  assert.deepEqual(prints, exchange.prints(gold.symbol, 1_000_001, Infinity));
  const [bar] = heard.flatMap((event) => (event.kind === 'bar' ? [event.bar] : []));
  assert.equal(bar?.startMs, 1_020_000 - 60_000);
  heard.length = 0;
  await placed(exchange, 'ann', 'buy 10 @ 1');
  await settled();
  assert.ok(heard.some(({ kind }) => kind === 'moved'));
  end();
  for (const { id } of exchange.orders('ann')) await exchange.cancel('ann', id);
  heard.length = 0;
  clock.pass(5_000);
  assert.equal(clock.pending, 0, 'a market that nobody watches and nobody waits in costs no timer');
  await exchange.move(gold.symbol, '100');
  await settled();
  assert.deepEqual(heard, []);
});

test('what was dealt long ago is forgotten, and the tape stays small', async () => {
  const { exchange } = await openFloor({ price: { [gold.symbol]: { kind: 'manual', startPrice: '100' } } });
  for (let move = 0; move < 25_000; move++) void exchange.move(gold.symbol, String(100 + (move % 7)));
  await exchange.move(gold.symbol, '100');
  assert.ok(exchange.prints(gold.symbol, 0, Infinity).length <= 20_000);
});
