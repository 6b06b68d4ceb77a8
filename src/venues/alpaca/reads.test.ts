import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPosition, anAccount, assets, bitcoin, ether } from '../../../test/support/alpaca-answers.ts';
import { ScriptedNet, answered, html } from '../../../test/support/scripted-net.ts';
import { seededRandom } from '../../base/index.ts';
import { settle } from '../../edges/clock/index.ts';
import type { HttpOutcome, Venue } from '../../ports/index.ts';
import { VirtualClock } from '../../sim/index.ts';
import { alpacaVenue } from './index.ts';
import type { AlpacaOptions } from './index.ts';

const account = (change: object = {}) => ({ ...anAccount, ...change });
const routes = (own: Readonly<Record<string, HttpOutcome>>): Readonly<Record<string, HttpOutcome>> => ({
  '/v2/assets': answered(200, assets), '/v2/account': answered(200, account()), '/v2/positions': answered(200, [aPosition]), ...own,
});

function start(own: Readonly<Record<string, HttpOutcome>> = {}, options: Partial<AlpacaOptions> = {}): { venue: Venue; net: ScriptedNet; clock: VirtualClock } {
  const answers = routes(own);
  const net = new ScriptedNet(({ url }) => answers[new URL(url).pathname] ?? html(404));
  const clock = new VirtualClock({ settle });
  return { venue: alpacaVenue({ name: 'alpaca', net, clock, random: seededRandom(1), baseUrl: 'http://127.0.0.1:1/', keyId: 'key', secret: 'secret', ...options }), net, clock };
}

test("instruments come with the venue's own steps and minimums, in units of fixed scales", async () => {
  const { venue, net } = start();
  const result = await venue.instruments(['ETH/USD', 'BTC/USD']);
  assert.deepEqual(result, {
    kind: 'read',
    value: [
      { symbol: 'ETH/USD', base: 'ETH', quote: 'USD', quantityScale: 9, priceScale: 1, quoteScale: 18, quantityStepUnits: 1n, minQuantityUnits: 250_000n, minNotionalUnits: 10_000_000_000_000_000_000n, priceTickUnits: 1n },
      { symbol: 'BTC/USD', base: 'BTC', quote: 'USD', quantityScale: 9, priceScale: 2, quoteScale: 18, quantityStepUnits: 1n, minQuantityUnits: 12_000n, minNotionalUnits: 10_000_000_000_000_000_000n, priceTickUnits: 1n },
    ],
  });
  assert.deepEqual(net.asked, ['GET /v2/assets?asset_class=crypto']);
});

test('a step in larger ticks and a pair without dollars are counted as they are', async () => {
  const pairs = [{ ...bitcoin, symbol: 'SHIB/USDC', price_increment: '0.00000025', min_trade_increment: '10' }, { ...bitcoin, symbol: 'X/Y', price_increment: '5.00' }];
  const { venue } = start({ '/v2/assets': answered(200, pairs) });
  const result = await venue.instruments(['SHIB/USDC', 'X/Y']);
  assert.ok(result.kind === 'read');
  const [shib, x] = result.value;
  assert.deepEqual([shib?.priceScale, shib?.priceTickUnits, shib?.quoteScale, shib?.quantityStepUnits, shib?.minNotionalUnits], [8, 25n, 18, 10_000_000_000n, 0n]);
  assert.deepEqual([x?.priceScale, x?.priceTickUnits, x?.quoteScale], [0, 5n, 18]);
});

test('an instrument that is missing or malformed is unclear to who asks for it, and to nobody else', async () => {
  for (const change of [{ price_increment: '0' }, { price_increment: 0.01 }, { min_order_size: null }, { min_trade_increment: '0.0000000001' }, { symbol: 'BTCUSD' }, { symbol: 'BTC/USD/X' }, { symbol: 7 }]) {
    const { venue } = start({ '/v2/assets': answered(200, [{ ...bitcoin, ...change }, ether]) });
    assert.equal((await venue.instruments(['BTC/USD'])).kind, 'unclear', JSON.stringify(change));
    assert.equal((await venue.instruments(['ETH/USD'])).kind, 'read');
  }
  const { venue } = start({ '/v2/assets': answered(200, [7]) });
  assert.equal((await venue.instruments([])).kind, 'unclear');
});

test('balances are cash and positions, each under its asset, in the text of the venue', async () => {
  const shares = { ...aPosition, symbol: 'AAPL', asset_class: 'us_equity', qty: '-5' };
  const { venue } = start({ '/v2/positions': answered(200, [aPosition, { ...aPosition, symbol: 'ETH/USD', qty: '2.5' }, shares]), '/v2/account': answered(200, account({ cash: '99950.123456789' })) });
  assert.deepEqual(await venue.balances(1_000), { kind: 'read', value: { assets: { USD: '99950.123456789', BTC: '0.0999', ETH: '2.5', AAPL: '-5' }, blocked: undefined } });
});

test('an account that may not trade says why', async () => {
  const blocked = async (change: object) => {
    const result = await start({ '/v2/account': answered(200, account(change)) }).venue.balances(1_000);
    return result.kind === 'read' ? result.value.blocked : result.kind;
  };
  assert.equal(await blocked({ status: 'ACCOUNT_CLOSED' }), 'status is ACCOUNT_CLOSED');
  assert.equal(await blocked({ crypto_status: 'INACTIVE', trading_blocked: true }), 'crypto_status is INACTIVE, trading_blocked');
  assert.equal(await blocked({ account_blocked: true }), 'account_blocked');
  assert.equal(await blocked({ trade_suspended_by_user: true }), 'trade_suspended_by_user');
  assert.equal(await blocked({ crypto_status: undefined }), undefined);
  assert.equal(await blocked({ account_blocked: undefined }), 'unclear');
});

test('a failed or contradictory reading is never an empty account', async () => {
  for (const own of [
    { '/v2/account': html(200) }, { '/v2/positions': html(200) }, { '/v2/positions': answered(200, { positions: [] }) }, { '/v2/account': answered(200, account({ cash: 100_000 })) },
    { '/v2/account': answered(200, account({ currency: null })) }, { '/v2/positions': answered(200, [{ ...aPosition, qty: 'NaN' }]) }, { '/v2/positions': answered(200, [aPosition, { ...aPosition, symbol: 'BTC/USD' }]) },
    { '/v2/positions': answered(200, [{ ...aPosition, symbol: 'WHOUSD' }]) }, { '/v2/positions': answered(404, { code: 40410000, message: 'position does not exist' }) },
    { '/v2/positions': answered(404, { code: 40410000, message: 'order not found' }) }, { '/v2/positions': answered(200, [aPosition]), '/v2/assets': html(404) },
  ] as Readonly<Record<string, HttpOutcome>>[]) assert.equal((await start(own).venue.balances(1_000)).kind, 'unclear');
  assert.deepEqual(await start({ '/v2/account': answered(401, { code: 40110000, message: 'request is not authorized' }) }).venue.balances(1_000),
    { kind: 'unclear', why: 'the venue answered 401: request is not authorized', access: true });
});

const path = '/v1beta3/crypto/us/latest/quotes';
const quoting = (text: string) => ({ [path]: answered(200, `{"quotes":{"BTC/USD":${text}}}`) });

test('quotes are taken digit by digit from numbers, and what is finer than a tick is rounded apart', async () => {
  const { venue, net } = start(quoting('{"t":"2026-01-02T03:04:05.123456789Z","bp":22945.6789,"bs":0.2,"ap":2.29569011e4,"as":0.3}'));
  assert.deepEqual(await venue.quotes(['BTC/USD', 'ETH/USD'], 1_000), {
    kind: 'read', value: [{ symbol: 'BTC/USD', bidUnits: 2_294_567n, askUnits: 2_295_691n, atMs: Date.UTC(2026, 0, 2, 3, 4, 5, 123) }],
  });
  assert.equal(net.requests[0]?.url, `http://127.0.0.1:1${path}?symbols=BTC%2FUSD%2CETH%2FUSD`);
  assert.deepEqual(await venue.quotes([], 1_000), { kind: 'read', value: [] });
});

test('a quote that is no price is unclear', async () => {
  for (const text of ['{"t":"2026-01-02T03:04:05Z","bp":0,"ap":1}', '{"t":"2026-01-02T03:04:05Z","bp":"1","ap":1}', '{"t":"2026-01-02T03:04:05Z","ap":1}', '{"bp":1,"ap":1}', 'null', '7', '{"t":"2026-01-02T03:04:05Z","bp":1e-300,"ap":1e999}']) {
    assert.equal((await start(quoting(text)).venue.quotes(['BTC/USD'], 1_000)).kind, 'unclear', text);
  }
  assert.equal((await start({ [path]: answered(400, { message: 'code=400, message=Invalid symbol(s)' }) }).venue.quotes(['BTC/USD'], 1_000)).kind, 'unclear');
});

test("market data is asked of Alpaca's data host when the trading host is Alpaca's own, and of the one configured otherwise", async () => {
  const hostOf = async (options: Partial<AlpacaOptions>) => {
    const { venue, net } = start(quoting('{"t":"2026-01-02T03:04:05Z","bp":1,"ap":2}'), options);
    await venue.quotes(['BTC/USD'], 1_000);
    return new URL(net.requests[0]?.url ?? '').origin;
  };
  assert.equal(await hostOf({ baseUrl: 'https://paper-api.alpaca.markets' }), 'https://data.alpaca.markets');
  assert.equal(await hostOf({ baseUrl: 'https://api.alpaca.markets/' }), 'https://data.alpaca.markets');
  assert.equal(await hostOf({}), 'http://127.0.0.1:1');
  assert.equal(await hostOf({ dataUrl: 'http://127.0.0.1:2' }), 'http://127.0.0.1:2');
});
