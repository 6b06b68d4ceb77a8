import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { absolute, AmountError, divide, formatUnits, larger, parseUnits, parseUnitsRounded, pow10, smaller, tryParseUnits } from './money.ts';

const scales = fc.integer({ min: 0, max: 24 });

test('M1: every amount goes to text and back without a unit lost', () => {
  fc.assert(fc.property(fc.bigInt(), scales, (units, scale) => {
    const text = formatUnits(units, scale);
    assert.equal(parseUnits(text, scale), units);
    assert.doesNotMatch(text, /e|\+|\.\d*0$|\.$/);
  }));
});

test('M1: a decimal text becomes the same number of units however it is written', () => {
  for (const text of ['1.5', '+1.5', '1.50000', '01.5', '15e-1', '0.15E1', '150e-2', ' 1.5 ', '0.0015e+3']) assert.equal(parseUnits(text, 8), 150_000_000n, text);
  for (const text of ['-1.5', '-15e-1']) assert.equal(parseUnits(text, 8), -150_000_000n, text);
  for (const text of ['0', '-0', '0.000', '0e9', '0e-999']) assert.equal(parseUnits(text, 2), 0n, text);
  assert.equal(parseUnits('1.', 2), 100n);
});

test('M1: what has digits below the scale is refused, unless they are zeros', () => {
  assert.equal(tryParseUnits('0.010', 2), 1n);
  for (const text of ['0.001', '1e-3', '0.0100000000000000000001']) assert.equal(tryParseUnits(text, 2), undefined, text);
});

test('what is no decimal number is refused: words, other bases, separators, several numbers, infinities', () => {
  for (const text of ['', ' ', '.', '.5', '-', 'e5', 'NaN', 'Infinity', '0x10', '1,000', '1_000', '1 000', '1.2.3', '--1', '1e', '1e+', '1e1.5', '1e9999', '１', '٣', '1\n2', 'null']) {
    assert.equal(tryParseUnits(text, 8), undefined, JSON.stringify(text));
    assert.equal(parseUnitsRounded(text, 8, 'up'), undefined, JSON.stringify(text));
    assert.throws(() => parseUnits(text, 8), AmountError);
  }
});

test('an amount far longer than any is refused or exact, and its error shows only its beginning', () => {
  const long = '9'.repeat(5_000);
  assert.equal(formatUnits(parseUnits(long, 8), 8), long);
  assert.throws(() => parseUnits(`${long}x`, 8), (thrown: unknown) => thrown instanceof AmountError && thrown.message.length < 200 && !thrown.retryable && thrown.code === 'BW-5001');
});

test('M2: a division is rounded as it says: up away from zero, down towards it', () => {
  for (const [numerator, denominator, down, up] of [[7n, 2n, 3n, 4n], [-7n, 2n, -3n, -4n], [7n, -2n, -3n, -4n], [-7n, -2n, 3n, 4n], [8n, 2n, 4n, 4n], [0n, 5n, 0n, 0n], [1n, 1_000n, 0n, 1n]] as const) {
    assert.deepEqual([divide(numerator, denominator, 'down'), divide(numerator, denominator, 'up')], [down, up], `${numerator} / ${denominator}`);
  }
  fc.assert(fc.property(fc.bigInt(), fc.bigInt().filter((units) => units !== 0n), (numerator, denominator) => {
    const [low, high] = [divide(numerator, denominator, 'down'), divide(numerator, denominator, 'up')];
    assert.ok(absolute(low * denominator) <= absolute(numerator) && absolute(high * denominator) >= absolute(numerator));
    assert.ok(absolute(high - low) <= 1n);
  }));
});

test('a price with more digits than a unit is rounded in the direction named, by less than one unit', () => {
  assert.deepEqual([parseUnitsRounded('1.239', 2, 'down'), parseUnitsRounded('1.231', 2, 'up'), parseUnitsRounded('-1.239', 2, 'down'), parseUnitsRounded('1.23', 2, 'up')], [123n, 124n, -123n, 123n]);
});

test('powers of ten are exact, small and large; the smaller and the larger are found', () => {
  assert.deepEqual([pow10(0), pow10(18), pow10(77)], [1n, 10n ** 18n, 10n ** 77n]);
  assert.deepEqual([smaller(-2n, 1n), larger(-2n, 1n), smaller(1n, 1n)], [-2n, 1n, 1n]);
});
