import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../../edges/config/index.ts';
import { DEFAULT_BREAKERS } from '../../runtime/index.ts';
import { breakersOf } from './circuits.ts';

const file = (breakers?: object): string => JSON.stringify({
  version: 1, instance: { name: 'demo' },
  venues: { alpaca: { adapter: 'alpaca', money: 'sim', baseUrl: 'http://127.0.0.1:1', keyId: 'a', secret: 'b', instruments: ['BTC/USD'] } },
  limits: { maxOrderValue: { default: '1 USD' }, maxPosition: { 'BTC/USD': '1' }, priceCollar: { default: '1%' }, priceMaxAge: '1s' },
  ...(breakers === undefined ? {} : { breakers }),
});

function loaded(breakers?: object) {
  const text = file(breakers);
  return loadConfig({ file: 'b.json', env: {}, readFile: (path) => (path === 'b.json' ? text : undefined) });
}
function rules(breakers?: object) {
  const given = loaded(breakers);
  assert.ok(given.ok, JSON.stringify(given));
  return breakersOf(given.config);
}
function said(breakers: object): string[] {
  const given = loaded(breakers);
  return given.ok ? [] : given.errors.map(({ code, path }) => `${code} ${path}`);
}

test('without a word in the file the rules are those of the runtime', () => {
  assert.deepEqual(rules(), DEFAULT_BREAKERS);
});

test('a circuit by its name has rules of its own, and of the others what it does not say', () => {
  const { parts, named } = rules({ orders: { open: '30s' }, named: { 'alpaca/orders': { connection: { failures: 0 }, ramp: '0s' } } });
  assert.equal(parts.orders.openMs, 30_000);
  assert.deepEqual(named['alpaca/orders'], { ...parts.orders, failuresToOpen: Infinity, rampMs: 0 });
});

test('rules that cannot be meant are refused at their place', () => {
  assert.deepEqual(said({ orders: { open: '20m' } }), ['BW-1208 breakers.orders.openMost']);
  assert.deepEqual(said({ reads: { jitter: '60%' } }), ['BW-1208 breakers.reads.jitter']);
  assert.deepEqual(said({ prices: { connection: { failures: 0, percent: '0%' }, latency: { percent: '0%' } } }), ['BW-1208 breakers.prices.connection.failures']);
  assert.deepEqual(said({ named: { 'alpaca/orders': { open: '1h' } } }), ['BW-1208 breakers.named.alpaca/orders.openMost']);
  assert.deepEqual(said({ named: { 'kraken/orders': {} } }), ['BW-1206 breakers.named.kraken/orders']);
  assert.deepEqual(said({ named: { 'alpaca/cancels': {} } }).length, 1);
  assert.deepEqual(said({ orders: { opens: '1s' } }), ['BW-1202 breakers.orders.opens']);
  assert.deepEqual(said({ orders: { connection: { percent: '12.5%' } } }), ['BW-1204 breakers.orders.connection.percent']);
});
