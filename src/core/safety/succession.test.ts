/** What follows an order that is changed: by which limits it is judged, what counts meanwhile, and what its names stand for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bench, SYMBOL, replayed, routed } from '../../../test/kit/core.ts';
import type { Taken } from '../../../test/kit/core.ts';
import type { LimitTexts, Signal } from '../index.ts';
import { exposureOf, freezeWorld, heldOf, orderById, orderIdOf, thawWorld } from '../index.ts';

type Changes = Pick<Signal, 'quantityText' | 'limitPriceText' | 'stopPriceText'>;
function amend(bench: Bench, key: string, of: string, changes: Changes, more: Partial<Signal> = {}): Taken {
  const { quantityText: _quantity, limitPriceText: _limit, ...wish } = routed({ key, action: 'amend', amends: { orderId: orderIdOf(of) }, orderType: 'limit', ...more }).signal;
  return bench.take({ kind: 'signal', routed: { signal: { ...wish, ...changes, content: JSON.stringify([of, changes]) }, venue: 'sim', symbol: SYMBOL, windowMs: 0 } });
}
const texts = (maxPosition: string): LimitTexts => ({
  maxOrderValue: { default: { text: '1000000', asset: 'USD' } }, maxPosition: { default: maxPosition }, priceCollarPpm: { default: 50_000 }, priceMaxAgeMs: 10_000, maxShort: { default: '10' }, rateMaxAgeMs: 60_000,
  maxOrderQuantity: { default: '100' }, maxSpreadPpm: { default: 50_000 }, messageRate: { strategy: { most: 99, withinMs: 1_000 }, venue: { most: 99, withinMs: 1_000 }, system: { most: 99, withinMs: 1_000 } },
  none: ['priceDrift', 'maxNetValue', 'maxGrossValue', 'buyingPower', 'selfMatch', 'repeats', 'duplicateWithin', 'permissions', 'restricted', 'risk.maxDailyLoss'],
});

test('A4: what follows is judged by limits that have not ended', () => {
  const one = Bench.ready({ held: { BTC: '0', USD: '1000000' } });
  const offers = (most: string) => one.take({ kind: 'offer-limits', texts: texts(most), by: 'sam', named: true, reason: 't', holdForMs: 86_400_000 });
  offers('0.2');
  offers('0.5');
  one.take({ kind: 'approve-limits', id: heldOf(one.world.changes)?.id ?? '', by: 'kim', reason: 'x', people: [], untilMs: one.nowMs + 3_600_000 });
  one.working('a', { quantityText: '0.1' });
  amend(one, 'b', 'a', { quantityText: '0.4' });
  one.later(3_600_000); // the end of what was approved for an hour
  one.reports('a', { state: 'cancelled', filledUnits: 0n });
  assert.equal(one.phase('b'), 'blocked', `0.4 with a limit of 0.2 again: ${one.phase('b')}`);
});

test('an order whose end is known counts as nothing more, whether its amend still waits or was thawed from a snapshot', () => {
  const one = Bench.ready({ held: { BTC: '5', USD: '1000000' } });
  one.working('a');
  amend(one, 'b', 'a', { quantityText: '0.8' });
  one.reports('a', { state: 'cancelled', filledUnits: 0n });
  const at = one.journal.findIndex(({ type }) => type === 'order.booked') + 1;
  assert.ok(at > 0);
  const direct = replayed(one.journal.slice(0, at));
  const thawed = thawWorld(freezeWorld(direct));
  assert.equal(exposureOf(thawed.orders, 'sim', SYMBOL).buyUnits, exposureOf(direct.orders, 'sim', SYMBOL).buyUnits);
});

test('A5: a cancel that names the order which is yet to follow ends the amend, and nothing follows', () => {
  const one = Bench.ready({ held: { BTC: '5', USD: '1000000' } });
  one.working('a');
  const { outcome } = amend(one, 'b', 'a', { quantityText: '0.8' });
  const orderId = outcome.kind === 'amending' ? outcome.orderId : '';
  const cancel = one.take({ kind: 'cancel', orderId, by: 'sam', reason: 'enough' });
  one.reports('a', { state: 'cancelled', filledUnits: 0n });
  assert.equal(orderById(one.world.orders, orderId), undefined, `the cancel was answered ${cancel.outcome.kind}, and then b is ${orderById(one.world.orders, orderId)?.phase}`);
});

test('a cancel that names an order which was changed cancels what it has become', () => {
  const one = Bench.ready({ held: { BTC: '5', USD: '1000000' } });
  one.working('a');
  amend(one, 'b', 'a', { quantityText: '0.8' });
  one.reports('a', { state: 'cancelled', filledUnits: 0n });
  one.answer('b', { kind: 'accepted', report: one.report('b') });
  one.take({ kind: 'cancel', orderId: orderIdOf('a'), by: 'sam', reason: 'enough' });
  assert.ok(one.order('b').cancelSeq > 0);
});
