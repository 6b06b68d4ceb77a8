import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, decode, described, dictionary, encode, flag, int, list, oneOf, optional, record, ShapeError, text, units } from './index.ts';
import type { Infer, Shape } from './index.ts';

const order = record({
  symbol: text('what is traded'),
  side: described(oneOf('buy', 'sell'), 'which way'),
  quantityUnits: units('how much'),
  limitUnits: optional(units()),
  atMs: int(),
  live: flag(),
  fills: list(record({ id: text(), units: units() })),
  fees: dictionary(units()),
});
type Order = Infer<typeof order>;
const sample: Order = { symbol: 'BTC/USD', side: 'buy', quantityUnits: 12_345_678_901_234_567_890n, atMs: 7, live: true, fills: [{ units: -1n, id: 'a' }], fees: { USD: 3n, BTC: 0n } };

const problemOf = (run: () => unknown): string => {
  try {
    run();
  } catch (thrown) {
    assert.ok(thrown instanceof ShapeError, String(thrown));
    return `${thrown.path}: ${thrown.problem}`;
  }
  assert.fail('nothing was thrown');
};
const asText = <T>(shape: Shape<T>, value: T): string => new TextDecoder().decode(encode(shape, value));
const asBytes = (json: string): Uint8Array => new TextEncoder().encode(json);

test('a payload is JSON with sorted keys, money as text, and an absent key where a value is optional', () => {
  assert.equal(asText(order, sample), '{"atMs":7,"fees":{"BTC":"0","USD":"3"},"fills":[{"id":"a","units":"-1"}],"live":true,"quantityUnits":"12345678901234567890","side":"buy","symbol":"BTC/USD"}');
  assert.equal(asText(order, { ...sample, limitUnits: 5n }).includes('"limitUnits":"5"'), true);
  assert.deepEqual(decode(order, encode(order, sample)), sample);
});

test('P1: what was encoded comes back, and gives the same bytes again', () => {
  const amount = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });
  const orders = fc.record({
    symbol: fc.string({ unit: 'binary' }), side: fc.constantFrom('buy' as const, 'sell' as const), quantityUnits: amount, limitUnits: amount,
    atMs: fc.maxSafeInteger(), live: fc.boolean(), fills: fc.array(fc.record({ id: fc.string(), units: amount }, { noNullPrototype: true })),
    fees: fc.dictionary(fc.string().filter((key) => key !== '__proto__'), amount, { noNullPrototype: true }),
  }, { requiredKeys: ['symbol', 'side', 'quantityUnits', 'atMs', 'live', 'fills', 'fees'], noNullPrototype: true });
  fc.assert(fc.property(orders, (value) => {
    const bytes = encode(order, value);
    const again = decode(order, bytes);
    assert.deepEqual(again, { ...value, atMs: value.atMs + 0 });
    assert.deepEqual(encode(order, again), bytes);
    assert.equal(canonicalJson(JSON.parse(new TextDecoder().decode(bytes))), new TextDecoder().decode(bytes));
  }));
});

test('P2: a wrong value is refused with the path to it', () => {
  const broken = (change: object): (() => unknown) => () => encode(order, { ...sample, ...change });
  assert.equal(problemOf(broken({ atMs: 1.5 })), 'atMs: should be a safe whole number but is number 1.5');
  assert.equal(problemOf(broken({ atMs: 2 ** 53 })), 'atMs: should be a safe whole number but is number 9007199254740992');
  assert.equal(problemOf(broken({ quantityUnits: 5 })), 'quantityUnits: should be units (a bigint) but is number 5');
  assert.equal(problemOf(broken({ fills: [{ id: 'a', units: 1n }, { id: 'b', units: '1' }] })), 'fills[1].units: should be units (a bigint) but is text "1"');
  assert.equal(problemOf(broken({ fees: { USD: null } })), 'fees.USD: should be units (a bigint) but is null');
  assert.equal(problemOf(broken({ side: 'long' })), 'side: should be one of "buy" | "sell" but is text "long"');
  assert.equal(problemOf(broken({ colour: 'red' })), 'colour: is not declared');
  assert.match(problemOf(broken({ limitUnits: undefined })), /is present without a value/);
  assert.equal(problemOf(broken({ symbol: undefined })), 'symbol: is missing');
});

test('P2: bytes that are not the declared shape are refused, also the tricky ones', () => {
  const good = asText(order, sample);
  const read = (from: string, to: string): (() => unknown) => () => decode(order, asBytes(good.replace(from, to)));
  assert.equal(problemOf(read('"atMs":7', '"atMs":7.5')), 'atMs: should be a safe whole number but is number 7.5');
  assert.equal(problemOf(read('"atMs":7', '"at":7')), 'atMs: is missing');
  assert.equal(problemOf(read('{"atMs"', '{"more":1,"atMs"')), 'more: is not declared');
  assert.equal(problemOf(read('{"atMs"', '{"__proto__":{},"atMs"')), '__proto__: is not declared');
  assert.equal(problemOf(read('"BTC":"0"', '"__proto__":"0"')), 'fees.__proto__: has a name that is reserved');
  assert.equal(problemOf(read('"-1"', '"-01"')), 'fills[0].units: should be units (a whole number as text) but is text "-01"');
  assert.equal(problemOf(() => decode(order, asBytes(good.slice(1)))), `: is not JSON in UTF-8 (${good.length - 1} bytes)`);
  assert.match(problemOf(() => decode(text(), Uint8Array.of(0x22, 0xff, 0x22))), /not JSON in UTF-8/);
});

test('a shape carries the words of its reference', () => {
  assert.deepEqual(order.fields?.find((field) => field.name === 'side'), { name: 'side', words: '"buy" | "sell"', optional: false, doc: 'which way', fields: [] });
  assert.deepEqual(order.fields?.find((field) => field.name === 'fills')?.fields.map((field) => field.name), ['id', 'units']);
  assert.equal(order.fields?.find((field) => field.name === 'limitUnits')?.optional, true);
});

test('canonical JSON is one text per value and refuses what has none', () => {
  assert.equal(canonicalJson({ b: [1, null, { z: 'é', a: 5n }], a: true }), '{"a":true,"b":[1,null,{"a":"5","z":"é"}]}');
  assert.match(problemOf(() => canonicalJson({ a: { b: [0.5] } })), /^a\.b\[0\]: is 0\.5/);
  assert.match(problemOf(() => canonicalJson({ a: undefined })), /^a: is undefined/);
  assert.match(problemOf(() => canonicalJson({ a: new Map() })), /^a: is not plain data/);
});
