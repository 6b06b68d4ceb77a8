import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { served } from '../../../test/dialects/alpaca.ts';
import type { Ask } from '../../../test/dialects/alpaca.ts';

const buy = (ask: Ask, clientOrderId: string) => ask('POST', '/v2/orders', { symbol: 'BTC/USD', qty: '0.001', side: 'buy', type: 'market', time_in_force: 'gtc', client_order_id: clientOrderId });
type Row = { readonly id: string; readonly order_id: string; readonly activity_type: string };
const rowsOf = async (ask: Ask, query: string): Promise<readonly Row[]> => (await ask('GET', `/v2/account/activities${query}`)).body;

test('a fill names its order, what it did and what is left, and nothing of the client id', async () => {
  const { ask } = await served();
  const { id } = (await buy(ask, 'a')).body;
  const [fill] = (await ask('GET', '/v2/account/activities/FILL')).body;
  assert.match(fill.id, /^\d{17}::[0-9a-f-]{36}$/);
  assert.deepEqual([fill.activity_type, fill.type, fill.symbol, fill.side, fill.qty, fill.cum_qty, fill.leaves_qty, fill.order_id, fill.order_status],
    ['FILL', 'fill', 'BTC/USD', 'buy', '0.001', '0.001', '0', id, 'filled']);
  assert.ok(!('client_order_id' in fill));
});

test('fees come later, as records of their own, in the asset that was received', async () => {
  const { ask, clock, exchange } = await served();
  exchange.start();
  await clock.runFor(5);
  await buy(ask, 'a');
  assert.deepEqual(await rowsOf(ask, '?activity_types=CFEE'), []);
  await clock.runFor(61_000);
  const [fee] = (await ask('GET', '/v2/account/activities/CFEE')).body;
  assert.deepEqual([fee.activity_type, fee.symbol, fee.qty, fee.net_amount, fee.date], ['CFEE', 'BTCUSD', '-0.0000025', '0', '2025-01-01']);
  assert.equal(fee.created_at, '2025-01-01T00:01:00.000000Z');
  assert.deepEqual((await rowsOf(ask, '')).map((row) => row.activity_type), ['CFEE', 'FILL']);
  await exchange.stop();
});

test('time bounds are exclusive, and a date is a whole day', async () => {
  const { ask, clock } = await served();
  await buy(ask, 'a');
  await clock.runFor(1_000);
  await buy(ask, 'b');
  assert.equal((await rowsOf(ask, '/FILL?after=2025-01-01T00:00:00Z')).length, 1);
  assert.equal((await rowsOf(ask, '/FILL?until=2025-01-01T00:00:01.000Z')).length, 1);
  assert.equal((await rowsOf(ask, '/FILL?date=2025-01-01')).length, 2);
  assert.equal((await rowsOf(ask, '/FILL?date=2025-01-02')).length, 0);
  assert.equal((await ask('GET', '/v2/account/activities?after=soon')).status, 422);
  assert.equal((await ask('GET', '/v2/account/activities?page_token=soon')).status, 422);
});

test('A1: a reader that continues after the last id it saw gets every fill once, whatever the page size and however time stood still', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom('buy', 'wait', 'read'), { maxLength: 25 }), fc.integer({ min: 1, max: 3 }), async (steps, size) => {
    const { ask, clock, exchange } = await served();
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for (;;) {
        const token = seen.at(-1);
        const rows = await rowsOf(ask, `/FILL?direction=asc&page_size=${size}${token === undefined ? '' : `&page_token=${token}`}`);
        seen.push(...rows.map(({ id }) => id));
        if (rows.length < size) return;
      }
    };
    for (const [index, step] of steps.entries()) {
      if (step === 'buy') await buy(ask, `o${index}`);
      if (step === 'wait') await clock.runFor(700);
      if (step === 'read') await read();
    }
    await read();
    assert.equal(seen.length, exchange.trades('demo').length);
    assert.equal(new Set(seen).size, seen.length);
    const back = await rowsOf(ask, '/FILL');
    assert.deepEqual(back.map(({ id }) => id), seen.toReversed());
  }), { numRuns: 60 });
});
