import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bench, BTC, SYMBOL, VENUE, limits } from '../../../test/kit/core.ts';
import type { AskOverride } from './overriding.ts';
import { LONGEST_OVERRIDE_MS } from './overriding.ts';

const MINUTE_MS = 60_000;
/** An account without a position, which may hold 1 BTC. */
const bench = (more: Partial<typeof limits> = {}): Bench => Bench.ready({ held: { BTC: '0', USD: '1000000' }, limits: { ...limits, maxPositionUnits: { [SYMBOL]: BTC }, ...more } });

function asks(one: Bench, changes: Partial<AskOverride> = {}, grantedBy = 'kim'): string {
  const { facts } = one.take({ kind: 'ask-override', control: 'position', venue: VENUE, symbol: SYMBOL, strategy: 'trend', side: 'buy', mostUnits: 2n * BTC, by: 'sam', reason: 'a hedge', endsAtMs: one.nowMs + 10 * MINUTE_MS, ...changes });
  const [fact] = facts;
  if (fact?.type !== 'limits.override-asked') return '';
  if (grantedBy !== '') one.take({ kind: 'grant-override', id: fact.id, by: grantedBy, reason: 'looked at', people: [] });
  return fact.id;
}
const buys = (one: Bench, key: string, wish: object = {}): string => {
  one.signal({ key, strategy: 'trend', quantityText: '2', ...wish });
  const { phase, blocked } = one.order(key);
  return phase === 'blocked' ? blocked?.control ?? '' : phase;
};

test('E1: what two people opened lets one order pass, and the next is blocked as before', () => {
  const one = bench();
  assert.equal(buys(one, 'before'), 'position');
  const id = asks(one);
  const { facts } = one.signal({ key: 'a', strategy: 'trend', quantityText: '2' });
  assert.deepEqual(facts.map(({ type }) => type), ['order.intended', 'limits.override-used', 'order.prepared', 'order.sending']);
  const used = facts.find((fact) => fact.type === 'limits.override-used');
  assert.deepEqual([used?.id, used?.orderId, used?.limit], [id, one.order('a').id, '1 BTC']);
  assert.equal(buys(one, 'b', { quantityText: '0.5' }), 'position', 'no second one');
});

test('E1: it opens nothing else: not another control, strategy, instrument, side or a larger order', () => {
  const one = bench({ maxOrderUnits: { [SYMBOL]: BTC } });
  asks(one);
  assert.equal(buys(one, 'other control'), 'order-quantity', 'the override of A does not open B');
  const other = bench();
  asks(other);
  assert.equal(buys(other, 'strategy', { strategy: 'other' }), 'position');
  assert.equal(buys(other, 'size', { quantityText: '2.1' }), 'position');
  assert.equal(buys(other, 'right'), 'sending');
  const elsewhere = bench();
  asks(elsewhere, { symbol: 'ETH/USD' });
  asks(elsewhere, { side: 'sell' });
  asks(elsewhere, { venue: 'nowhere' });
  assert.equal(buys(elsewhere, 'a'), 'position');
});

test('E2: nobody grants what he asked for, nor somebody who is not named, nor twice', () => {
  const one = bench();
  const id = asks(one, {}, '');
  const grants = (by: string, people: readonly string[] = []): string => one.take({ kind: 'grant-override', id, by, reason: 'x', people }).outcome.kind;
  assert.equal(buys(one, 'before'), 'position', 'asked for is not granted');
  assert.deepEqual([grants('sam'), grants(' SAM '), grants('pat', ['sam', 'kim'])], ['not-allowed', 'not-allowed', 'not-allowed']);
  assert.equal(buys(one, 'still'), 'position');
  assert.deepEqual([grants('kim', ['sam', 'kim']), grants('kim')], ['done', 'nothing-to-do']);
  assert.equal(buys(one, 'now'), 'sending');
});

test('E3: a limit that is missing is never opened, nor a control that is no limit', () => {
  const one = bench({ maxPositionUnits: {} });
  asks(one);
  assert.equal(buys(one, 'a'), 'position');
  for (const control of ['permission', 'restricted', 'price-age', 'reduce-only', 'self-match', 'message-rate', 'repeats', 'instrument-rules', 'buying-power', 'nonsense']) assert.equal(asks(one, { control }), '', control);
});

test('E4: it ends by itself, and nobody asks for longer than an hour', () => {
  const one = bench();
  assert.equal(asks(one, { endsAtMs: one.nowMs + LONGEST_OVERRIDE_MS + 1 }), '');
  asks(one);
  one.later(10 * MINUTE_MS);
  one.reconcile({ balances: one.balances() });
  const { facts } = one.signal({ key: 'late', strategy: 'trend', quantityText: '2' });
  assert.deepEqual(facts.map(({ type }) => type), ['limits.override-ended', 'order.intended', 'order.blocked']);
  assert.equal(one.world.changes.overrides.size, 0);
});

test('a crash in the middle of its use lets that order pass and no other, whatever was on the disk', () => {
  for (const lost of [0, 1, 2, 3]) {
    const one = bench();
    asks(one);
    one.signal({ key: 'a', strategy: 'trend', quantityText: '2' });
    one.crash(one.journal.length - lost);
    one.quote();
    one.reconcile({ balances: { BTC: '0', USD: '1000000' } });
    if (lost >= 2) one.take({ kind: 'release', orderId: one.order('a').id });
    assert.notEqual(one.order('a').phase, 'blocked', `${lost} entries lost`);
    assert.equal(buys(one, 'b'), 'position', `${lost} entries lost`);
  }
});

test('many at once are no exception any more', () => {
  const one = bench();
  const ids = Array.from({ length: 21 }, (_, index) => asks(one, { reason: `${index}` }));
  assert.deepEqual([ids.filter((id) => id !== '').length, one.world.changes.overrides.size], [20, 20]);
});
