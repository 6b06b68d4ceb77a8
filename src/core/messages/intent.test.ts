import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { orderIdOf } from '../orders/index.ts';
import { readIntent } from './index.ts';

const rules = { name: 'bot' };
const intent = (change: Record<string, unknown> = {}) => JSON.stringify({ key: 'k-1', instrument: 'BTC/USD', side: 'buy', quantity: '0.01', type: 'limit', limitPrice: '20000', ...change });
function signalOf(body: string, token: { name: string; strategy?: string } = rules) {
  const outcome = readIntent(body, token);
  assert.ok(outcome.kind === 'signal', outcome.kind === 'malformed' ? outcome.reason : '');
  return outcome;
}
function refusalOf(body: string, token: { name: string; strategy?: string } = rules) {
  const outcome = readIntent(body, token);
  assert.ok(outcome.kind === 'malformed', `accepted: ${body}`);
  return outcome;
}

test('an intent is the normal form, under the key its bot chose', () => {
  const { signal, venue } = signalOf(intent({ venue: 'alpaca', signalTime: '2026-01-02T03:04:05Z', timeInForce: 'ioc', strategy: 'carry' }));
  const { content, ...rest } = signal;
  assert.deepEqual(rest, {
    source: 'bot', strategy: 'carry', owner: { trader: 'bot', desk: 'unassigned', client: 'unassigned' }, action: 'order', side: 'buy', ticker: 'BTC/USD', quantityText: '0.01', orderType: 'limit', timeInForce: 'ioc',
    limitPriceText: '20000', signalTimeMs: Date.UTC(2026, 0, 2, 3, 4, 5), key: 'bot/bot/id:k-1', keyFrom: 'id',
  });
  assert.equal(venue, 'alpaca');
  assert.match(content, /20000/);
});

test('numbers may be numbers, and keep their digits', () => {
  assert.equal(signalOf('{"key":"a","instrument":"BTC/USD","side":"sell","quantity":0.10000000000000000001}').signal.quantityText, '0.10000000000000000001');
});

test('close and cancel need no side; a size makes a close partial', () => {
  assert.equal(signalOf('{"key":"a","instrument":"BTC/USD","action":"close"}').signal.action, 'close');
  assert.equal(signalOf('{"key":"a","instrument":"BTC/USD","action":"close","quantity":1}').signal.quantityText, '1');
  assert.equal(signalOf('{"key":"a","instrument":"BTC/USD","action":"cancel"}').signal.action, 'cancel');
});

test('an unknown key is an error that names it and what was probably meant', () => {
  const { code, reason, status } = refusalOf(intent({ quantiy: '1' }));
  assert.deepEqual([status, code], [422, 'unknown-key']);
  assert.match(reason, /"quantiy" is not a key of an intent\. Did you mean "quantity"\?/);
  assert.match(refusalOf(intent({ leverage: 3 })).reason, /Known are key, strategy/);
  assert.match(refusalOf('{"key":"a","instrument":"BTC/USD","action":"cancel","quantity":1}').reason, /no meaning for the action "cancel"/);
  assert.match(refusalOf('{"key":"a","instrument":"BTC/USD","action":"close","side":"sell"}').reason, /no meaning for the action "close"/);
});

test('what is missing or wrong is named', () => {
  assert.match(refusalOf(intent({ key: undefined })).reason, /key is missing/);
  assert.match(refusalOf(intent({ side: undefined })).reason, /side is missing/);
  assert.equal(refusalOf(intent({ side: 'long' })).code, 'unknown-action');
  assert.equal(refusalOf(intent({ action: 'open' })).code, 'unknown-action');
  assert.equal(refusalOf(intent({ quantity: '-1' })).code, 'not-a-number');
  assert.equal(refusalOf(intent({ type: 'market' })).code, 'contradiction');
  assert.equal(refusalOf('[]').code, 'unknown-shape');
  assert.deepEqual([refusalOf('x').status, refusalOf('x').code], [400, 'not-json']);
});

test('an amend names its order by id or by the key of its intent, and at least one thing that changes', () => {
  const of = (more: Record<string, unknown>): string => JSON.stringify({ key: 'k-2', action: 'amend', instrument: 'BTC/USD', ...more });
  const { signal } = signalOf(of({ amends: 'k-1', quantity: '0.02', limitPrice: 20100 }));
  assert.deepEqual([signal.action, signal.amends, signal.quantityText, signal.limitPriceText, signal.stopPriceText, signal.key], ['amend', { orderId: orderIdOf('bot/bot/id:k-1') }, '0.02', '20100', undefined, 'bot/bot/id:k-2']);
  assert.deepEqual(signalOf(of({ order: 'ab12', stopPrice: '1' })).signal.amends, { orderId: 'ab12' });
  assert.notEqual(signalOf(of({ amends: 'k-1', quantity: '1' })).signal.content, signalOf(of({ amends: 'k-9', quantity: '1' })).signal.content);
  for (const [wrong, code] of [[{ quantity: '1' }, 'no-value'], [{ amends: 'k-1', order: 'a', quantity: '1' }, 'contradiction'], [{ amends: 'k-1' }, 'no-value'], [{ amends: 'k-1', quantity: '0' }, 'not-a-number'], [{ amends: 'k-1', side: 'buy', quantity: '1' }, 'unknown-key']] as const) {
    assert.equal(refusalOf(of(wrong)).code, code);
  }
});

test('a token that names a strategy speaks for that one alone', () => {
  const token = { name: 'bot', strategy: 'carry' };
  assert.equal(signalOf(intent(), token).signal.strategy, 'carry');
  assert.equal(signalOf(intent(), rules).signal.strategy, 'bot');
  assert.equal(refusalOf(intent({ strategy: 'other' }), token).code, 'contradiction');
});

test('no intent throws', () => {
  const key = fc.constantFrom('key', 'strategy', 'action', 'instrument', 'side', 'quantity', 'type', 'limitPrice', 'signalTime', 'toString', '__proto__');
  fc.assert(fc.property(fc.oneof(fc.string(), fc.dictionary(key, fc.jsonValue()).map((value) => JSON.stringify(value))), (body) => { readIntent(body, rules); }));
});
