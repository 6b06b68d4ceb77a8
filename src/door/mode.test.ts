import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modeIn, moneyOf, withMode } from './mode.ts';
import type { Mode } from './mode.ts';
import { observedSentence } from './observed.ts';

test('a mode survives the way through a header, whatever the instance is called', () => {
  for (const instance of ['momentum-eu', 'später · "x"\r\nset-cookie: a', '日本 🚀']) {
    const mode: Mode = { instance, money: 'live', gate: 'HALTED', since: '2026-11-21T03:04:11.000Z' };
    const answer = withMode({ kind: 'answer', status: 200, headers: { a: 'b' }, body: '' }, mode);
    assert.equal(answer.kind, 'answer');
    const headers = answer.kind === 'answer' ? answer.headers : {};
    assert.match(headers['breakwater-mode'] ?? '', /^[\x20-\x7e]+$/);
    assert.deepEqual(modeIn(headers), mode);
    assert.equal(headers['a'], 'b');
  }
});

test('an answer of somebody else has no mode, and is no error', () => {
  for (const headers of [{}, { 'breakwater-mode': 'x' }, { 'breakwater-mode': '{}' }, { 'breakwater-mode': 'null' }]) assert.equal(modeIn(headers), undefined);
});

test('one venue with real money makes it real money', () => {
  assert.deepEqual([moneyOf(['sim', 'live', 'paper']), moneyOf(['sim', 'paper']), moneyOf(['sim']), moneyOf([])], ['live', 'paper', 'sim', 'sim']);
});

test('controls that only observe are said in the status, and loudest with real money', () => {
  const limits = { maxOrderValue: {}, maxPositionUnits: {}, priceCollarPpm: {} };
  assert.deepEqual(observedSentence({ limits }, 'live'), []);
  assert.deepEqual(observedSentence({ limits: { ...limits, observe: ['all'] } }, 'live'), ['WARNING, REAL MONEY: no control blocks anything; it is only recorded (limits.observe).']);
  assert.deepEqual(observedSentence({ limits: { ...limits, observe: ['spread'] } }, 'paper'), ['Spread blocks nothing; it is only recorded (limits.observe).']);
});
