import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BTC, Bench } from '../../../test/kit/core.ts';
import type { Taken } from '../../../test/kit/core.ts';
import type { Signal } from '../messages/index.ts';

const holding = (bitcoins: string): Bench => Bench.ready({ held: { BTC: bitcoins, USD: '1000000' } });
const target = (bench: Bench, key: string, targetText: string, more: Partial<Signal> = {}): Taken =>
  bench.signal({ key, action: 'target', side: undefined, quantityText: undefined, orderType: 'market', limitPriceText: undefined, targetText, ...more } as unknown as Partial<Signal> & { key: string });
const sizeOf = (bench: Bench, key: string): [string, bigint] => [bench.order(key).side, bench.order(key).quantityUnits];

test('a target buys or sells the difference to what is held', () => {
  const bench = holding('1');
  assert.equal(target(bench, 'up', '1.5').outcome.kind, 'order');
  assert.deepEqual(sizeOf(bench, 'up'), ['buy', BTC / 2n]);
  const down = holding('1');
  target(down, 'down', '0.25');
  assert.deepEqual(sizeOf(down, 'down'), ['sell', BTC / 4n * 3n]);
  const out = holding('1');
  target(out, 'out', '0');
  assert.deepEqual(sizeOf(out, 'out'), ['sell', BTC]);
});

test('what is open counts as filled: the same target again, under another key, asks for nothing', () => {
  const bench = holding('1');
  target(bench, 'a', '1.5');
  const again = target(bench, 'b', '1.5');
  assert.deepEqual([again.outcome, again.facts.map(({ type }) => type)], [{ kind: 'met', repeated: false }, ['signal.sized']]);
  target(bench, 'c', '1.75');
  assert.deepEqual(sizeOf(bench, 'c'), ['buy', BTC / 4n]);
});

test('a repetition of a target gets the first answer and no new fact, after a restart too', () => {
  const bench = holding('1');
  target(bench, 'a', '2');
  target(bench, 'b', '2');
  bench.crash();
  for (const [key, kind] of [['a', 'order'], ['b', 'met']] as const) {
    const { outcome, facts } = target(bench, key, '2');
    assert.deepEqual([outcome.kind, 'repeated' in outcome && outcome.repeated, facts], [kind, true, []]);
  }
  assert.equal(target(bench, 'b', '3').outcome.kind, 'conflict');
});

test('where open buys alone would pass the target, they are cancelled, and only what is held beyond it is sold', () => {
  const bench = holding('1');
  bench.sent('open', { quantityText: '2' });
  const down = target(bench, 'down', '0.25');
  assert.deepEqual(down.facts.map(({ type }) => type).slice(0, 2), ['order.cancel-requested', 'signal.sized']);
  assert.deepEqual(sizeOf(bench, 'down'), ['sell', BTC / 4n * 3n]);
  const nothing = holding('0');
  nothing.sent('open', { quantityText: '2' });
  const flat = target(nothing, 'flat', '0');
  assert.equal(flat.outcome.kind, 'cancelled');
  assert.equal(target(nothing, 'flat', '0').outcome.kind, 'cancelled');
  assert.equal(target(nothing, 'flat again', '0').outcome.kind, 'met', 'the cancel is on its way');
  const others = holding('0');
  others.sent('open', { quantityText: '2', strategy: 'somebody' });
  const stuck = target(others, 'flat', '0');
  assert.deepEqual(stuck.outcome.kind === 'refused' && stuck.outcome.code, 'BW-3006');
});

test('a target below zero, or finer than the instrument, is refused; one closer than the least quantity is met', () => {
  const bench = holding('1');
  const refusal = (key: string, text: string): string | false => { const { outcome } = target(bench, key, text); return outcome.kind === 'refused' && outcome.code; };
  assert.equal(refusal('a', '-1'), 'BW-3007');
  assert.equal(refusal('b', '1.1234567891'), 'BW-3003');
  assert.equal(target(bench, 'c', '1').outcome.kind, 'met');
});

test('whatever targets come in whatever order, what is held and open never passes the largest of them, and the last one is reached but for open orders', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 12 }), (tenths) => {
    const bench = holding('0.5');
    let most = BTC / 2n;
    for (const [index, tenth] of tenths.entries()) {
      target(bench, `t${index}`, String(tenth / 10));
      const wanted = BTC * BigInt(tenth) / 10n;
      if (wanted > most) most = wanted;
      const { buyUnits = 0n, sellUnits = 0n } = bench.world.orders.exposures.get('sim BTC/USD') ?? {};
      assert.ok(BTC / 2n + buyUnits - sellUnits <= most);
      assert.ok(sellUnits <= BTC / 2n, 'never more is sold than is held');
    }
  }), { numRuns: 200 });
});
