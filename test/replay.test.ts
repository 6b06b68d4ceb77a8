/** The exchange on five recorded days: every minute plays, orders rest and are met, and no asset is lost. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { openRecording } from '../src/edges/files/index.ts';
import { createExchange, memoryLog } from '../src/exchange/index.ts';

const path = new URL('../../shared/data/btcusdc-1m-binanceus-20230309-13.csv.gz', import.meta.url).pathname;
const still = { monotonicMs: () => 0, wallMs: () => 0, timer: () => () => {} };

test('five recorded days play to their end, twice the same, with orders filled by them', { skip: !existsSync(path) && 'the recorded data is not here' }, async () => {
  const run = async () => {
    const log = memoryLog();
    const exchange = await createExchange({ clock: still, seed: 7, log, time: 'recording', price: { 'BTC/USDC': await openRecording(path) } });
    let minutes = 0;
    for (let step = await exchange.step(); step !== undefined; step = await exchange.step()) {
      minutes += 1;
      const last = Number(exchange.quote('BTC/USDC')?.last);
      if (minutes % 10 !== 0) continue;
      const side = minutes % 20 === 0 ? 'buy' : 'sell';
      const limitPrice = (last * (side === 'buy' ? 0.999 : 1.001)).toFixed(2);
      await exchange.place('demo', { clientOrderId: `m${minutes}`, symbol: 'BTC/USDC', side, type: 'limit', timeInForce: 'gtc', quantity: '0.5', limitPrice, stopPrice: undefined });
    }
    return { minutes, log, exchange };
  };
  const { minutes, log, exchange } = await run();
  assert.equal(minutes, 7_200);
  assert.equal(exchange.nowMs(), Date.UTC(2023, 2, 13, 23, 59, 45));
  const filled = exchange.orders('demo').filter(({ state }) => state === 'filled').length;
  assert.ok(filled > 300, `${filled} orders were filled`);
  assert.ok(exchange.fees('demo').length > 100);
  const { USDC, BTC } = exchange.oracle.totals();
  assert.deepEqual([USDC?.sum, BTC?.sum], ['1000000', '20']);
  assert.deepEqual((await run()).log.lines, log.lines);
});
