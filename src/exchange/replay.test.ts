import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Candle, RecordedTrade } from '../ports/index.ts';
import { createExchange } from './exchange.ts';
import { gold, handClock, openFloor, placed, stateOf } from './fixture.ts';
import { memoryLog } from './log.ts';

const candle = (minute: number, open: string, high: string, low: string, close: string): Candle => ({ timestampMs: 600_000_000 + minute * 60_000, open, high, low, close, volume: '1' });
const candles = [candle(0, '100', '101', '99', '100'), candle(1, '100', '100', '90', '95'), candle(3, '95', '110', '94', '108')];
const recorded = (list: readonly Candle[]) => ({ price: { 'GOLD/USD': { kind: 'candles', candles: list } } }) as const;

test('a candle is walked open, low, high, close when it rose, and open, high, low, close when it fell', async () => {
  const { exchange } = await openFloor(recorded(candles));
  const steps = [await exchange.step(), await exchange.step(), await exchange.step(), await exchange.step()];
  assert.deepEqual(steps.map((step) => step?.points.map(({ price }) => price).join(' ')), ['100 99 101 100', '100 100 90 95', '95 94 110 108', undefined]);
});

test('the price is known before the first step, and follows the recording', async () => {
  const { exchange } = await openFloor(recorded(candles));
  assert.equal(exchange.quote('GOLD/USD')?.last, '100');
  for (let step = 0; step < 3; step++) await exchange.step();
  assert.equal(exchange.quote('GOLD/USD')?.last, '108');
});

test('resting orders are filled by the extremes inside a candle', async () => {
  const { exchange } = await openFloor(recorded(candles));
  await exchange.step();
  const [low, tooLow, high] = [await placed(exchange, 'bob', 'buy 1 @ 91'), await placed(exchange, 'bob', 'buy 1 @ 89'), await placed(exchange, 'bob', 'sell 1 @ 109')];
  await exchange.step();
  assert.deepEqual([low, tooLow, high].map((order) => stateOf(exchange, order)), ['filled 1', 'new 0', 'new 0']);
  await exchange.step();
  assert.deepEqual([tooLow, high].map((order) => stateOf(exchange, order)), ['new 0', 'filled 1']);
});

test('exchange time is that of the recording where it was asked for, and does not go back', async () => {
  const { exchange } = await openFloor({ ...recorded(candles), time: 'recording', fees: { takerPpm: 1_000n, periodMs: 60_000 } });
  assert.equal(exchange.nowMs(), 600_000_000);
  await exchange.step();
  assert.equal(exchange.nowMs(), 600_045_000);
  await placed(exchange, 'bob', 'buy 1 market');
  assert.equal(exchange.trades('bob')[0]?.atMs, 600_045_000);
  await exchange.step();
  assert.equal(exchange.fees('bob').length, 1); // the period ended in the next candle
});

test('after a restart the recording goes on behind the last price that mattered', async () => {
  const log = memoryLog();
  const { exchange } = await openFloor(recorded(candles), log);
  await exchange.step();
  await exchange.step();
  await placed(exchange, 'bob', 'buy 1 market');
  await exchange.stop();
  const again = await openFloor(recorded(candles), log);
  assert.equal(again.exchange.quote('GOLD/USD')?.last, '95');
  assert.equal((await again.exchange.step())?.timestampMs, candles[2]?.timestampMs);
});

test('a recording plays by itself at a multiple of real time, and says when it has ended', async () => {
  const { exchange, clock } = await openFloor(recorded(candles));
  let ended = false;
  void exchange.ended.then(() => (ended = true));
  const turn = async () => { for (let turn = 0; turn < 50; turn++) await Promise.resolve(); };
  exchange.start({ speed: 60 });
  await turn();
  clock.pass(999);
  await turn();
  assert.equal(exchange.quote('GOLD/USD')?.last, '100');
  clock.pass(1);
  await turn();
  assert.equal(exchange.quote('GOLD/USD')?.last, '95');
  clock.pass(2_000); // a minute is missing in the recording
  await turn();
  assert.equal(exchange.quote('GOLD/USD')?.last, '108');
  assert.ok(ended);
  await exchange.stop();
});

test('at speed max a recording plays without waiting', async () => {
  const { exchange, clock } = await openFloor(recorded(candles));
  exchange.start({ speed: 'max' });
  let ended = false;
  void exchange.ended.then(() => (ended = true));
  for (let turn = 0; turn < 200 && !ended; turn++) {
    clock.pass(0);
    await Promise.resolve();
  }
  assert.ok(ended);
  assert.equal(exchange.quote('GOLD/USD')?.last, '108');
  await exchange.stop();
});

test('recorded trades are prices too, with digits below a tick cut off', async () => {
  const trades: RecordedTrade[] = [{ tradeId: '1', timestampMs: 5, price: '100.00000', quantity: '1', side: 'buy' }, { tradeId: '2', timestampMs: 9, price: '90.129', quantity: '1', side: 'sell' }];
  const { exchange } = await openFloor({ price: { 'GOLD/USD': { kind: 'trades', trades } } });
  const order = await placed(exchange, 'bob', 'buy 1 @ 95');
  while ((await exchange.step()) !== undefined);
  assert.equal(stateOf(exchange, order), 'filled 1');
  assert.equal(exchange.quote('GOLD/USD')?.last, '90.12');
});

test('of several recordings the one that is furthest behind is played next', async () => {
  const tin = { ...gold, symbol: 'TIN/USD', base: 'TIN' };
  const exchange = await createExchange({
    clock: handClock(), seed: 1, accounts: [], instruments: [gold, tin],
    price: { 'GOLD/USD': { kind: 'candles', candles: candles.slice(1) }, 'TIN/USD': { kind: 'candles', candles: [candle(0, '1', '1', '1', '1'), candle(2, '1', '1', '1', '1')] } },
  });
  const symbols: (string | undefined)[] = [];
  for (let step = 0; step < 5; step++) symbols.push((await exchange.step())?.symbol);
  assert.deepEqual(symbols, ['TIN/USD', 'GOLD/USD', 'TIN/USD', 'GOLD/USD', undefined]);
});
