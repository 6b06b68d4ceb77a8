/** The limit of a day's loss on prices that were, of the days when the dollar coin lost its peg. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { AccountBench, COIN } from '../../../test/kit/account.ts';

const recording = new URL('../../../../shared/data/btcusdc-1m-kraken-20230309-13.csv.gz', import.meta.url);
const skip = existsSync(recording) ? false : 'absent data: no recorded candles beside the clone';
const LOOKS = 6; // at each minute's price: it is believed once it has stood

type Minute = { readonly day: string; readonly cents: bigint };

const minutes = (): readonly Minute[] => gunzipSync(readFileSync(recording)).toString().trim().split('\n').slice(1).map((line) => line.split(','))
  .map(([atMs, , , , close]) => ({ day: new Date(Number(atMs)).toISOString().slice(0, 10), cents: BigInt(Math.round(Number(close) * 100)) }));

/** On which days an account that holds one bitcoin stops. Somebody closes the circuit each midnight. */
function tripped(maxDailyLoss: bigint, wrong: (minute: number) => boolean = () => false): readonly string[] {
  const one = new AccountBench({ held: { BTC: '1', USD: '10000' }, policy: { maxDailyLossUnits: maxDailyLoss * COIN, onLimit: 'flatten' } });
  const days: string[] = [];
  minutes().forEach(({ day, cents }, minute) => {
    if (day !== one.day.key) {
      one.day = { key: day, zone: 'UTC', endsAtMs: Number.MAX_SAFE_INTEGER };
      one.tripped.clear();
    }
    const before = one.trips.length;
    one.bench.later(60_000 - LOOKS * 1_000);
    one.looks(LOOKS, (look) => one.bench.quote(wrong(minute) && look === 2 ? cents / 2n : cents));
    const trip = one.trips.at(-1);
    if (one.trips.length > before) days.push(`${day} ${trip?.rule}, ${String(trip?.evidence['follows'])}`);
  });
  return days;
}

/** The same from the candles alone: the first price of a day against its lowest. */
function fell(by: bigint): readonly string[] {
  const days = Map.groupBy(minutes(), ({ day }) => day);
  return [...days].filter(([, [first, ...later]]) => later.some(({ cents }) => first !== undefined && first.cents - cents >= by * 100n)).map(([day]) => `${day} daily-loss, flatten`);
}

test('on recorded prices a day trips, and would be closed out, when it has lost as much, and no other day does', { skip }, () => {
  for (const limit of [350n, 500n, 1_000n, 2_000n]) assert.deepEqual(tripped(limit), fell(limit), `${limit} USD`);
  assert.deepEqual(fell(1_000n), ['2023-03-09 daily-loss, flatten']);
});

test('on recorded prices, a wrong one every hour changes nothing', { skip }, () => {
  assert.deepEqual(tripped(1_000n, (minute) => minute % 60 === 30), fell(1_000n));
});
