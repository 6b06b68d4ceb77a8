import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samples } from '../../../test/journals/samples.ts';
import type { Order } from '../orders/index.ts';
import { emptyMarket } from '../market/index.ts';
import { lineOf } from './index.ts';

const header = { seq: 7, atMs: 5, wallMs: 6, epoch: 1, bootId: 'b', actor: 'venue:sim', correlationId: 'stream' };
const order = { id: 'o1', key: 'tv/demo/id:1', venue: 'sim', correlationId: 'c-of-the-alert' } as Order;

test('every fact gives one line, with its type and its place in the journal', () => {
  for (const fact of samples) {
    const { message, detail } = lineOf({ fact, header, before: undefined, order: 'orderId' in fact ? order : undefined }, emptyMarket());
    assert.ok(message.length > 5 && !/undefined|\[object/.test(message), `${fact.type}: ${message}`);
    assert.deepEqual([detail['event'], detail['seq']], [fact.type, 7]);
  }
});

test('A1: what a venue caused stands under the correlation id of whoever asked for the order', () => {
  const { detail } = lineOf({ fact: { type: 'order.acknowledged', orderId: 'o1', venueOrderId: 'v1', via: 'stream', after: 'sending' }, header, before: order, order }, emptyMarket());
  assert.deepEqual([detail['correlationId'], detail['intentId'], detail['orderId'], detail['venue']], ['c-of-the-alert', 'tv/demo/id:1', 'o1', 'sim']);
});

test('a line about no order of ours stands under the id of its own cause', () => {
  const { detail, level, code } = lineOf({ fact: { type: 'venue.suspended', venue: 'sim', cause: 'access', detail: '401' }, header, before: undefined, order: undefined }, emptyMarket());
  assert.deepEqual([detail['correlationId'], level, code], ['stream', 'error', 'BW-3101']);
});
