import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { served } from '../../../test/dialects/alpaca.ts';
import type { Ask, Json } from '../../../test/dialects/alpaca.ts';
import { folded, timeframeOf } from './timeframe.ts';

const at = '/v1beta3/crypto/us';
const walk = (startPrice: string) => ({ kind: 'walk', startPrice, tickMs: 1_000, stepPpm: 60 }) as const;

async function afterMinutes(minutes: number) {
  const venue = await served({ price: { 'BTC/USD': walk('50000'), 'ETH/USD': walk('3000') } });
  await venue.clock.runFor(minutes * 60_000);
  return venue;
}

/** All rows of a symbol, following the tokens. */
async function paged(ask: Ask, what: string, query: string): Promise<Record<string, Json[]>> {
  const rows: Record<string, Json[]> = {};
  for (let token = ''; ;) {
    const { body } = await ask('GET', `${at}/${what}?${query}${token === '' ? '' : `&page_token=${encodeURIComponent(token)}`}`);
    for (const [symbol, more] of Object.entries<Json[]>(body[what])) rows[symbol] = [...(rows[symbol] ?? []), ...more];
    if (body.next_page_token === null) return rows;
    token = body.next_page_token;
  }
}

test('H1: pages of any size hold every row once, in either direction', async () => {
  const { ask } = await afterMinutes(3);
  for (const what of ['trades', 'quotes', 'bars&timeframe=1Min'] as const) {
    const [name = '', more = ''] = what.split('&');
    const query = `symbols=ETH/USD,BTC/USD&${more}`;
    const whole = await paged(ask, name, `${query}&limit=10000`);
    assert.deepEqual(Object.values(whole).map(({ length }) => length), name === 'bars' ? [4, 4] : [181, 181]);
    for (const limit of [1, 7, 181, 200]) {
      if (limit === 1 && name !== 'bars') continue;
      assert.deepEqual(await paged(ask, name, `${query}&limit=${limit}`), whole, `${what} by ${limit}`);
      const backwards = await paged(ask, name, `${query}&limit=${limit}&sort=desc`);
      assert.deepEqual(Object.fromEntries(Object.entries(backwards).map(([symbol, rows]) => [symbol, rows.toReversed()])), whole);
    }
  }
});

test('rows that come while somebody turns pages are neither shown twice nor do they hide others', async () => {
  const { ask, clock } = await afterMinutes(1);
  const first = (await ask('GET', `${at}/trades?symbols=BTC/USD&limit=50`)).body;
  await clock.runFor(30_000);
  const second = (await ask('GET', `${at}/trades?symbols=BTC/USD&limit=10000&page_token=${encodeURIComponent(first.next_page_token)}`)).body;
  const ids = [...first.trades['BTC/USD'], ...second.trades['BTC/USD']].map(({ i }: Json) => i);
  assert.equal(new Set(ids).size, 91);
});

test('both ends of a time are in it, and without one it is the day so far', async () => {
  const { ask } = await afterMinutes(2);
  const { body } = await ask('GET', `${at}/trades?symbols=BTC/USD&start=2025-01-01T00:00:10Z&end=2025-01-01T00:00:20Z`);
  assert.deepEqual([body.trades['BTC/USD'].length, body.trades['BTC/USD'][0].t, body.trades['BTC/USD'].at(-1).t], [11, '2025-01-01T00:00:10.000Z', '2025-01-01T00:00:20.000Z']);
  assert.equal((await ask('GET', `${at}/trades?symbols=BTC/USD`)).body.trades['BTC/USD'].length, 121);
  assert.deepEqual((await ask('GET', `${at}/trades?symbols=BTC/USD&end=2024-12-31`)).status, 400);
});

test('longer bars are made of minutes; what began before the time asked for is not in it', async () => {
  const { ask } = await afterMinutes(12);
  const bars = async (query: string) => (await ask('GET', `${at}/bars?symbols=BTC/USD&${query}`)).body.bars['BTC/USD'] ?? [];
  const minutes = await bars('timeframe=1Min');
  const fives = await bars('timeframe=5Min');
  assert.deepEqual(fives.map(({ t }: Json) => t.slice(11, 16)), ['00:00', '00:05', '00:10']);
  const first = minutes.slice(0, 5);
  assert.deepEqual([fives[0].o, fives[0].c, fives[0].h, fives[0].n], [first[0].o, first[4].c, Math.max(...first.map(({ h }: Json) => h)), 300]);
  assert.deepEqual((await bars('timeframe=5Min&start=2025-01-01T00:02:00Z')).map(({ t }: Json) => t), fives.slice(1).map(({ t }: Json) => t));
  assert.equal((await bars('timeframe=1Day'))[0].n, 721);
});

test('timeframes begin where people expect it', () => {
  const start = (text: string, moment: string) => {
    const timeframe = timeframeOf(text);
    return timeframe === undefined ? undefined : new Date(timeframe(Date.parse(moment))).toISOString();
  };
  assert.equal(start('15T', '2026-01-07T10:59:59Z'), '2026-01-07T10:45:00.000Z');
  assert.equal(start('4H', '2026-01-07T10:59:59Z'), '2026-01-07T08:00:00.000Z');
  assert.equal(start('1Week', '2026-01-07T10:59:59Z'), '2026-01-05T00:00:00.000Z');
  assert.equal(start('3Month', '2026-05-07T10:59:59Z'), '2026-04-01T00:00:00.000Z');
  assert.equal(start('1M', '2026-05-07T10:59:59Z'), '2026-05-01T00:00:00.000Z');
  for (const text of ['', '60Min', '24Hour', '2Day', '5Month', '1Year', 'Min', '0Min']) assert.equal(timeframeOf(text), undefined, text);
  assert.deepEqual(folded([], (atMs) => atMs), []);
});

test('snapshots hold today, yesterday and now; what there is none of is left out', async () => {
  const { ask, clock } = await afterMinutes(5);
  const snapshot = async () => (await ask('GET', `${at}/snapshots?symbols=BTC/USD,DOGE/USD`)).body.snapshots;
  assert.deepEqual(Object.keys((await snapshot())['BTC/USD']).toSorted(), ['dailyBar', 'latestQuote', 'latestTrade', 'minuteBar']);
  await clock.runFor(86_400_000);
  const { dailyBar, prevDailyBar, latestTrade } = (await snapshot())['BTC/USD'];
  assert.deepEqual([prevDailyBar.t, dailyBar.t, dailyBar.c], ['2025-01-01T00:00:00.000Z', '2025-01-02T00:00:00.000Z', latestTrade.p]);
});

test('what cannot be answered is refused with a reason, whatever is asked', async () => {
  const { ask } = await afterMinutes(1);
  for (const query of ['', 'symbols=', 'symbols=BTC/USD&limit=0', 'symbols=BTC/USD&limit=20000', 'symbols=BTC/USD&start=yesterday', 'symbols=BTC/USD&sort=up', 'symbols=BTC/USD&page_token=%%', 'symbols=BTC/USD&page_token=abc']) {
    const { status, body } = await ask('GET', `${at}/trades?${query}`);
    assert.deepEqual([status, typeof body.message], [400, 'string'], query);
  }
  assert.equal((await ask('GET', `${at}/bars?symbols=BTC/USD`)).status, 400, 'a bar has a length');
  await fc.assert(fc.asyncProperty(fc.constantFrom('trades', 'quotes', 'bars', 'snapshots', 'latest/bars'), fc.webQueryParameters(), async (what, query) => {
    assert.ok((await ask('GET', `${at}/${what}?symbols=BTC/USD&${query}`)).status <= 400);
  }), { numRuns: 100 });
});
