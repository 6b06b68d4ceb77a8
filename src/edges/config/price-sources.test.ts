import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from './index.ts';

const PLACES = { bid: 'bid', ask: 'ask' };
const ticker = { adapter: 'http-json', url: 'https://api.example.com/{symbol}', ...PLACES };
const base = {
  version: 1, instance: { name: 'demo' },
  venues: { paper: { adapter: 'alpaca', money: 'sim', baseUrl: 'http://127.0.0.1:7350', keyId: 'k', secret: 's', instruments: ['BTC/USD', 'ETH/USD'] } },
  limits: { maxOrderValue: { default: '5000 USD' }, maxPosition: { 'BTC/USD': '0.5', 'ETH/USD': '1' }, priceCollar: { default: '3%' }, priceMaxAge: '10s' },
};
const load = (prices: object) => loadConfig({ file: 'b.json', env: {}, readFile: (path) => (path === 'b.json' ? JSON.stringify({ ...base, prices }) : undefined) });

test('a second opinion needs an address and three places in its answer', () => {
  const loaded = load({
    sources: { own: { adapter: 'venue', venue: 'paper' }, coinbase: { ...ticker, time: 'time', every: '2s' }, data: { adapter: 'alpaca-data' } },
    instruments: { 'BTC/USD': [{ source: 'own' }, { source: 'coinbase', symbol: 'BTC-USD' }, { source: 'data' }] }, returnAfter: '2m',
  });
  assert.ok(loaded.ok);
  const { prices } = loaded.config;
  assert.deepEqual([prices.sources['coinbase']?.every, prices.returnAfter, prices.dispute, prices.staleAfter], [{ ms: 2_000 }, { ms: 120_000 }, { ppm: 5_000 }, { ms: 4_000 }]);
});

test('prices in other money are refused, however its name ends, unless somebody says that they count the same', () => {
  const withEntry = (entry: object): readonly string[] => {
    const result = load({ sources: { other: ticker }, instruments: { 'BTC/USD': [{ source: 'other', ...entry }] } });
    return result.ok ? [] : result.errors.map(({ path, message }) => `${path} ${message}`);
  };
  for (const fine of [{}, { symbol: 'BTC-USD' }, { symbol: 'btcusd' }, { symbol: 'BTCUSDT', sameAs: 'USDT' }, { symbol: 'XXBTZUSD', sameAs: 'USD' }]) assert.deepEqual(withEntry(fine), [], JSON.stringify(fine));
  for (const wrong of [{ symbol: 'BTCUSDT' }, { symbol: 'BTCFDUSD' }, { symbol: 'ETH-USD' }, { symbol: 'XXBTZUSD' }, { symbol: 'BTC-USD', sameAs: 'USDT' }, { symbol: 'BTC-EUR', sameAs: 'USDT' }]) {
    assert.match(withEntry(wrong).join(), /^prices\.instruments\.BTC\/USD\.0\.symbol ".*" is not by its name BTC in USDT?: it may be priced in other money than BTC\/USD/, JSON.stringify(wrong));
  }
});

const wrong: readonly (readonly [string, object, RegExp])[] = [
  ['a source that nobody named', { instruments: { 'BTC/USD': [{ source: 'nowhere' }] } }, /prices\.instruments\.BTC\/USD\.0\.source "nowhere" is not a source/],
  ['a source named twice', { sources: { t: ticker }, instruments: { 'BTC/USD': [{ source: 't' }, { source: 't' }] } }, /names "t" twice/],
  ['an instrument that nobody trades', { sources: { t: ticker }, instruments: { 'SOL/USD': [{ source: 't' }] } }, /"SOL\/USD" is not an instrument of any venue/],
  ['no source at all', { instruments: { 'BTC/USD': [] } }, /names no source/],
  ['a venue that is not there', { sources: { v: { adapter: 'venue', venue: 'papre' } } }, /"papre" is not a venue/],
  ['a venue without a name', { sources: { v: { adapter: 'venue' } } }, /venue is missing/],
  ['an instrument that the venue does not have', { sources: { v: { adapter: 'venue', venue: 'paper' } }, instruments: { 'BTC/USD': [{ source: 'v', symbol: 'BTC/USDC', sameAs: 'USDC' }] } }, /is not an instrument of the venue "paper"/],
  ['an address without its places', { sources: { t: { adapter: 'http-json', url: 'https://a.example' } } }, /bid is missing.*ask is missing/],
  ['a stream without keys', { sources: { t: { adapter: 'alpaca-data-stream' } } }, /keyId is missing.*secret is missing/],
  ['one key of two', { sources: { t: { adapter: 'alpaca-data', keyId: 'k' } } }, /secret is missing/],
  ['a place that is none', { sources: { t: { ...ticker, bid: 'a..b' } } }, /is not a place/],
  ['a return before its time', { returnAfter: '1s' }, /returnAfter is shorter than resumeAfter/],
];
for (const [title, prices, says] of wrong) {
  test(`${title} is told at its place`, () => {
    const result = load(prices);
    assert.ok(!result.ok);
    assert.match(result.errors.map(({ path, message }) => `${path} ${message}`).join(' '), says);
  });
}
