import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Swings } from './swings.ts';

const words = { movePpm: 50_000, withinMs: 60_000, factor: 6, coolDownMs: 300_000 };
const trips = (swings: Swings): boolean => { const { move } = swings; return move !== undefined && move.movePpm >= move.boundPpm; };

/** @returns after how many seconds it tripped */
function play(prices: (second: number) => bigint, seconds: number): number | undefined {
  const swings = new Swings(words);
  for (let second = 0; second < seconds; second++) {
    swings.saw(prices(second), second * 1_000);
    if (trips(swings)) return second;
  }
  return undefined;
}

test('a move that is too large trips within five seconds; a smaller one, or the same over a longer time, does not', () => {
  const tripped = play((second) => (second < 100 ? 1_000_000n : 949_000n), 200);
  assert.ok(tripped !== undefined && tripped >= 100 && tripped <= 105, `${tripped ?? 'never'}`);
  assert.equal(play((second) => (second < 100 ? 1_000_000n : 951_000n), 200), undefined);
  assert.equal(play((second) => 1_000_000n - BigInt(second) * 700n, 150), undefined, 'under 5 percent a minute');
});

test('S2: a price that is wrong for one look, or for two, is no move', () => {
  assert.equal(play((second) => (second === 100 || second === 101 || second === 150 ? 500_000n : 1_000_000n), 300), undefined);
});

test('S3: what is usual in a wild market is not too large in it', () => {
  const wild = (second: number): bigint => 1_000_000n + (Math.floor(second / 30) % 2 === 0 ? 0n : 40_000n); // 4 percent back and forth, all the time
  const swings = new Swings({ ...words, movePpm: 30_000, factor: 2 });
  for (let second = 0; second < 3_000; second++) swings.saw(wild(second), second * 1_000);
  const { move } = swings;
  assert.ok(move !== undefined && move.movePpm >= 30_000 && move.movePpm < move.boundPpm, JSON.stringify(move, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
});

const recording = new URL('../../../../shared/data/btcusdc-1m-kraken-20230309-13.csv.gz', import.meta.url);

test('on recorded prices of March 2023: calm on the 9th, tripped when the dollar coin lost its peg on the 11th', { skip: existsSync(recording) ? false : 'absent data: no recorded candles beside the clone' }, () => {
  const candles = gunzipSync(readFileSync(recording)).toString().trim().split('\n').slice(1).map((line) => line.split(',')).map(([atMs, , , , close]) => ({ atMs: Number(atMs), units: BigInt(Math.round(Number(close) * 100)) }));
  // A candle is a minute: what would be 60 looks is one here, so the window is as many looks wide.
  const swings = new Swings({ movePpm: 50_000, withinMs: 3_600_000, factor: 6, coolDownMs: 300_000 });
  const days = new Map<string, number>();
  for (const { atMs, units } of candles) {
    swings.saw(units, atMs);
    if (!trips(swings)) continue;
    const day = new Date(atMs).toISOString().slice(0, 10);
    days.set(day, (days.get(day) ?? 0) + 1);
    swings.forget();
  }
  assert.equal(days.get('2023-03-09'), undefined, 'a day like others');
  assert.ok((days.get('2023-03-11') ?? 0) > 0, JSON.stringify([...days]));
});
