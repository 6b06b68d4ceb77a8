import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { reducesOnly, reducibleUnits } from './reducing.ts';

const standing = (positionUnits: bigint, openBuyUnits = 0n, openSellUnits = 0n) => ({ positionUnits, openBuyUnits, openSellUnits });

test('a sale reduces what is held and free, to the last unit and not by one more', () => {
  assert.equal(reducesOnly(standing(10n), { side: 'sell', quantityUnits: 10n }), true);
  assert.equal(reducesOnly(standing(10n), { side: 'sell', quantityUnits: 11n }), false);
  assert.equal(reducesOnly(standing(10n, 0n, 4n), { side: 'sell', quantityUnits: 6n }), true);
  assert.equal(reducesOnly(standing(10n, 0n, 4n), { side: 'sell', quantityUnits: 7n }), false, 'what is on its way out counts');
  assert.equal(reducesOnly(standing(10n, 100n), { side: 'sell', quantityUnits: 11n }), false, 'what may be bought gives no room');
});

test('a buy reduces a short position alone, and nothing reduces none', () => {
  assert.equal(reducesOnly(standing(-10n), { side: 'buy', quantityUnits: 10n }), true);
  assert.equal(reducesOnly(standing(-10n, 1n), { side: 'buy', quantityUnits: 10n }), false);
  for (const [units, side] of [[10n, 'buy'], [-10n, 'sell'], [0n, 'buy'], [0n, 'sell']] as const) {
    assert.equal(reducibleUnits(standing(units), side), 0n);
    assert.equal(reducesOnly(standing(units), { side, quantityUnits: 1n }), false);
  }
});

test('R1: whatever of all that is open is filled, in whatever order, the sign of a position never flips by what only reduces', () => {
  const amount = fc.bigInt(-50n, 50n);
  const open = fc.bigInt(0n, 50n);
  fc.assert(fc.property(amount, open, open, fc.constantFrom('buy' as const, 'sell' as const), fc.bigInt(1n, 60n), open, (positionUnits, openBuyUnits, openSellUnits, side, quantityUnits, filled) => {
    if (!reducesOnly({ positionUnits, openBuyUnits, openSellUnits }, { side, quantityUnits })) return;
    const sameSide = side === 'sell' ? openSellUnits : openBuyUnits;
    const part = (filled < sameSide ? filled : sameSide) + quantityUnits;
    const after = side === 'sell' ? positionUnits - part : positionUnits + part;
    assert.ok(positionUnits > 0n ? after >= 0n : after <= 0n);
  }));
});
