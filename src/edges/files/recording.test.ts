import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openRecording } from './recording.ts';

async function write(context: TestContext, name: string, text: string | Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bw-recording-'));
  context.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

const candles = 'timestampMs,open,high,low,close,volume\n1000,1.5,2,1,1.7,0.25\r\n2000,1.7,1.7,1.7,1.7,0\n';
const trades = 'tradeId,timestampMs,price,quantity,side\n7,1000,100.50000,0.1,buy\n8,1001,100.4,0.00005,sell';

test('candles and trades are told apart by their columns and read as text, packed or not', async (context) => {
  for (const path of [await write(context, 'c.csv', candles), await write(context, 'c.csv.gz', gzipSync(candles))]) {
    const recording = await openRecording(path);
    assert.equal(recording.kind, 'candles');
    assert.deepEqual(recording.kind === 'candles' && (await Array.fromAsync(recording.candles)), [
      { timestampMs: 1000, open: '1.5', high: '2', low: '1', close: '1.7', volume: '0.25' },
      { timestampMs: 2000, open: '1.7', high: '1.7', low: '1.7', close: '1.7', volume: '0' },
    ]);
  }
  const recording = await openRecording(await write(context, 't.csv', trades));
  assert.deepEqual(recording.kind === 'trades' && (await Array.fromAsync(recording.trades)), [
    { tradeId: '7', timestampMs: 1000, price: '100.50000', quantity: '0.1', side: 'buy' },
    { tradeId: '8', timestampMs: 1001, price: '100.4', quantity: '0.00005', side: 'sell' },
  ]);
});

test('a file that is missing, empty, of other columns, cut short or wrong in one row is refused by name and line', async (context) => {
  const readAll = async (path: string): Promise<void> => {
    const recording = await openRecording(path);
    await Array.fromAsync<unknown>(recording.kind === 'candles' ? recording.candles : recording.trades);
  };
  await assert.rejects(readAll('/nowhere/at-all.csv.gz'), { code: 'BW-4822', message: /ENOENT/ });
  await assert.rejects(readAll(await write(context, 'e.csv', '')), /it is empty/);
  await assert.rejects(readAll(await write(context, 'o.csv', 'a,b\n1,2\n')), /its first line is "a,b"/);
  await assert.rejects(readAll(await write(context, 'w.csv', `${candles}3000,1,2,x,1,1\n`)), /line 4 is "3000,1,2,x,1,1"/);
  await assert.rejects(readAll(await write(context, 'z.csv', `${candles}3000,0,2,1,1,1\n`)), /line 4/);
  await assert.rejects(readAll(await write(context, 't.csv.gz', gzipSync(candles).subarray(0, 60))), /unexpected end of file/);
});

const shared = new URL('../../../../shared/data/', import.meta.url).pathname;

test('real recordings are read to their last row', { skip: !existsSync(shared) && 'the recorded data is not here' }, async () => {
  const count = async (name: string): Promise<number> => {
    const recording = await openRecording(join(shared, name));
    return (await Array.fromAsync<unknown>(recording.kind === 'candles' ? recording.candles : recording.trades)).length;
  };
  assert.equal(await count('btcusdc-1m-binanceus-20230309-13.csv.gz'), 7_200);
  assert.equal(await count('btcusdc-1m-kraken-20230309-13.csv.gz'), 5_049);
  assert.equal(await count('btcusdt-trades-kraken-20251110.csv.gz'), 1_000);
});
