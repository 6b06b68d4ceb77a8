import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from './index.ts';

const venue = { adapter: 'alpaca', money: 'sim', baseUrl: 'http://127.0.0.1:7350', keyId: 'k', secret: 's', instruments: ['BTC/USD'] };
const load = (more: object) => loadConfig({ file: 'b.json', env: {}, readFile: (path) => (path === 'b.json' ? JSON.stringify({ version: 1, instance: { name: 'demo' }, venues: { alpaca: { ...venue, ...more } } }) : undefined) });
const used = (more: object) => {
  const result = load(more);
  assert.ok(result.ok, result.ok ? '' : JSON.stringify(result.errors));
  const { extensions, deadMan } = result.config.venues['alpaca'] ?? assert.fail();
  return { extensions, deadMan: deadMan && { withinMs: deadMan.within.ms, onStop: deadMan.onStop } };
};
const refused = (more: object) => {
  const result = load(more);
  return result.ok ? [] : result.errors.map(({ code, path }) => `${code} ${path}`);
};

test('a venue has no protections unless they are named, and a timer a minute unless it is said otherwise', () => {
  assert.deepEqual(used({}), { extensions: [], deadMan: undefined });
  assert.deepEqual(used({ extensions: ['dead-man-timer'], deadMan: {} }).deadMan, { withinMs: 60_000, onStop: 'run-out' });
  assert.deepEqual(used({ extensions: ['dead-man-timer', 'cancel-on-disconnect'], deadMan: { within: '20s', onStop: 'keep' } }).deadMan, { withinMs: 20_000, onStop: 'keep' });
});

test('what Alpaca has not cannot be configured for it, nor a timer where there is none, nor words that are unknown', () => {
  assert.deepEqual(refused({ money: 'paper', baseUrl: undefined, extensions: ['dead-man-timer'] }), ['BW-1208 venues.alpaca.extensions']);
  assert.deepEqual(refused({ extensions: ['cancel-on-disconnect'], deadMan: {} }), ['BW-1208 venues.alpaca.deadMan']);
  assert.equal(refused({ extensions: ['dead-mans-handle'] }).length, 1);
  assert.equal(refused({ extensions: ['dead-man-timer'], deadMan: { after: '20s' } }).length, 1);
});
