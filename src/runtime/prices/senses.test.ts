import assert from 'node:assert/strict';
import { test } from 'node:test';
import { btcUsd } from '../../../test/kit/core.ts';
import type { Instrument } from '../../base/index.ts';
import { emptyWorld, faultText, marketKey } from '../../core/index.ts';
import type { Market } from '../../core/index.ts';
import { PriceSenses } from './senses.ts';
import type { PriceSettings } from './settings.ts';

const VENUE = 'paper';
const PAIR = 'BTC/USD';

function listing(...listed: readonly (readonly [venue: string, instrument: Instrument])[]): Market {
  const { market } = emptyWorld();
  for (const [venue, instrument] of listed) market.instruments.set(marketKey(venue, instrument.symbol), instrument);
  return market;
}

type Seen = { readonly askUnits?: bigint; readonly saidMs?: number; readonly tookMs?: number; readonly answeredAtMs?: number };

/** A venue that nobody stands beside; its clock shows ours unless told. */
function alone() {
  const senses = new PriceSenses({ traded: [{ venue: VENUE, symbols: [PAIR] }], market: () => listing() });
  const see = (bidUnits: bigint, atMs: number, { askUnits = bidUnits, saidMs = atMs, tookMs = 0, answeredAtMs }: Seen = {}): bigint | undefined => {
    senses.sawQuotes(VENUE, [{ symbol: PAIR, bidUnits, askUnits, atMs: saidMs, ...(answeredAtMs === undefined ? {} : { answeredAtMs }) }], atMs, atMs + tookMs);
    return senses.price(VENUE, PAIR, atMs + tookMs)?.bidUnits;
  };
  const fault = (nowMs: number): string => senses.shown(nowMs).flatMap(({ reading }) => reading.sources).map(({ fault: found }) => (found === undefined ? 'good' : faultText(found))).join();
  return { senses, see, fault };
}

test('a price is there with its first quote, is as old as the question, and does not vanish with age: that is the control\'s to judge', () => {
  const { senses, see } = alone();
  assert.equal(senses.price(VENUE, PAIR, 1_000), undefined);
  see(100n, 1_000, { askUnits: 101n, tookMs: 300 });
  assert.deepEqual({ ...senses.price(VENUE, PAIR, 3_600_000) }, { bidUnits: 100n, askUnits: 101n, seenAtMs: 1_000, source: 'paper quotes' });
  assert.equal(senses.price('other', PAIR, 1_000), undefined);
});

test('a crossed or empty market is no price, and the next market is one at once', () => {
  const { see } = alone();
  for (const [index, [bid, ask]] of ([[102n, 101n], [0n, 101n], [0n, 0n]] as const).entries()) {
    see(100n, index * 2_000, { askUnits: 101n });
    assert.equal(see(bid, index * 2_000 + 1_000, { askUnits: ask }), undefined);
  }
  assert.equal(see(100n, 7_000), 100n);
});

test('ten times the price is not used until it has stood for 30 s, and not at all if it is over before', () => {
  const { see } = alone();
  assert.equal(see(2_000n, 0), 2_000n);
  assert.equal(see(20_000n, 1_000), undefined);
  assert.equal(see(2_000n, 2_000), 2_000n);
  assert.equal(see(20_000n, 3_000), undefined);
  for (let atMs = 4_000; atMs < 33_000; atMs += 1_000) assert.equal(see(20_000n, atMs), undefined);
  assert.equal(see(20_000n, 33_000), 20_000n);
});

test('a frozen venue that goes on answering is found within 5 s where it quotes each second, whatever its clock shows', () => {
  for (const offMs of [0, -1e12, 3_600_000]) {
    const { see, fault } = alone();
    for (let second = 0; second < 30; second += 1) assert.equal(see(100n, second * 1_000, { saidMs: second * 1_000 + offMs, tookMs: 40 }), 100n);
    const frozenMs = 29_000;
    let foundMs = frozenMs;
    while (see(100n, foundMs += 1_000, { saidMs: frozenMs + offMs, tookMs: 40 }) !== undefined) assert.ok(foundMs < frozenMs + 10_000);
    assert.ok(foundMs - frozenMs <= 5_000, `after ${foundMs - frozenMs} ms`);
    assert.match(fault(foundMs), /^mute: nothing new for \d+ ms, where 1000 ms are usual/);
    assert.equal(see(100n, foundMs + 1_000, { saidMs: foundMs + 1_000 + offMs }), 100n, 'and is used again with its next quote');
  }
});

test('one that quotes seldom is no worse for it: its price ages, and nothing is wrong with it', () => {
  const { senses, see, fault } = alone();
  const quoted = [0, 7, 9, 30, 42, 43, 61, 90, 97, 121, 122, 140, 171, 180]; // the seconds of its quotes
  let last = 0;
  for (let second = 0; second <= 200; second += 1) {
    if (quoted.includes(second)) last = second;
    see(100n, second * 1_000, { saidMs: last * 1_000 });
    assert.equal(fault(second * 1_000), 'good', `after ${second} s`);
    assert.equal(senses.price(VENUE, PAIR, second * 1_000)?.seenAtMs, last * 1_000, 'as old as its quote, though asked just now');
  }
});

test('one that was frozen already when this life began is as old as its answer says', () => {
  const { senses, see } = alone();
  for (let second = 100; second < 120; second += 1) see(100n, second * 1_000, { saidMs: 20_000, answeredAtMs: second * 1_000, tookMs: 30 });
  assert.equal(senses.price(VENUE, PAIR, 119_030)?.seenAtMs, 20_030);
});

const other = { kind: 'other', source: { kind: 'told', watch: () => () => {} }, stampsAnswers: false } as const;
const two: PriceSettings = {
  sources: { own: { kind: 'venue', venue: VENUE }, ticker: other, data: { kind: 'venue', venue: 'elsewhere' } },
  instruments: { [PAIR]: [{ source: 'own', symbol: PAIR }, { source: 'ticker', symbol: 'btcusd' }, { source: 'data', symbol: PAIR }] }, words: { resumeAfterMs: 1_000, returnAfterMs: 5_000 },
};

test('sources are told apart by name, and each counts in the instrument\'s own units, rounded apart', () => {
  const market = listing([VENUE, btcUsd], ['elsewhere', { ...btcUsd, priceScale: 5, priceTickUnits: 1n }]);
  const told: string[] = [];
  const senses = new PriceSenses({ traded: [{ venue: VENUE, symbols: [PAIR, 'ETH/USD'] }], settings: two, market: () => market, changed: ({ symbol }, { source, because }) => told.push(`${symbol}: ${source ?? 'none'}, ${because}`) });
  assert.deepEqual([senses.askedOfVenue(VENUE), senses.askedOfVenue('elsewhere'), senses.askedOf('ticker')], [[PAIR, 'ETH/USD'], [PAIR], ['btcusd']]);
  const all = (atMs: number, bidUnits = 2_000_000n): void => {
    senses.sawQuotes(VENUE, [{ symbol: PAIR, bidUnits, askUnits: bidUnits + 100n, atMs }], atMs, atMs);
    senses.saw('ticker', { prices: [{ symbol: 'btcusd', bidText: '20000.009', askText: '20001.001', saidMs: atMs - 1e12 }, { symbol: 'other', bidText: '1', askText: '2', saidMs: atMs - 1e12 }, { symbol: 'btcusd', bidText: 'NaN', askText: '2', saidMs: atMs - 1e12 }] }, atMs, atMs);
    senses.sawQuotes('elsewhere', [{ symbol: PAIR, bidUnits: 2_000_000_001n, askUnits: 2_000_100_001n, atMs }], atMs, atMs);
  };
  for (let second = 1; second <= 10; second += 1) all(second * 1_000);
  const [btc] = senses.shown(10_000);
  assert.deepEqual(btc?.reading.sources.map(({ source, quotation }) => [source, quotation?.bidUnits, quotation?.askUnits]), [['own', 2_000_000n, 2_000_100n], ['ticker', 2_000_000n, 2_000_101n], ['data', 2_000_000n, 2_000_101n]]);
  assert.equal(senses.price(VENUE, PAIR, 10_000)?.source, 'own');
  assert.equal(senses.price(VENUE, 'ETH/USD', 10_000), undefined);
  for (let second = 11; second <= 15; second += 1) all(second * 1_000, 2_100_000n);
  for (let second = 16; second <= 30; second += 1) all(second * 1_000);
  assert.deepEqual(told, [
    'BTC/USD: own, it was the first to be good', 'BTC/USD: ticker, own is jumped: from 2000050 to 2100050 (units), and no other source followed',
    'BTC/USD: own, it is preferred to ticker, and has been good for long enough',
  ]);
});

test('before the venue has listed an instrument, other sources cannot be counted and are no price', () => {
  const senses = new PriceSenses({ traded: [{ venue: VENUE, symbols: [PAIR] }], settings: two, market: () => listing() });
  for (let second = 1; second <= 20; second += 1) senses.saw('ticker', { prices: [{ symbol: 'btcusd', bidText: '1', askText: '2', saidMs: second }] }, second * 1_000, second * 1_000);
  assert.equal(senses.price(VENUE, PAIR, 20_000), undefined);
});
