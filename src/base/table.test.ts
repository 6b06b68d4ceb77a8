import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalText, parseCanonical } from './canonical.ts';
import { Table } from './table.ts';

const keys = fc.constantFrom('a', 'b', 'c', 'd', '#', '');
const values = fc.oneof(fc.bigInt(), fc.integer(), fc.string(), fc.boolean(), fc.record({ amount: fc.bigInt(), note: fc.string() }, { noNullPrototype: true }));

test('T1: the digest depends on the content alone, not on how the table came to hold it', () => {
  fc.assert(fc.property(fc.array(fc.tuple(keys, fc.option(values, { nil: undefined }), fc.boolean())), (history) => {
    const table = new Table<unknown>();
    for (const [key, value, look] of history) {
      if (value === undefined) table.delete(key);
      else table.set(key, value);
      if (look) table.digest();
    }
    const again = new Table<unknown>();
    for (const [key, value] of [...table.entries()].reverse()) again.set(key, value);
    assert.equal(table.digest(), again.digest());
  }));
});

test('T3: a table of texts does as one of values, whatever is done with it', () => {
  fc.assert(fc.property(fc.array(fc.tuple(keys, fc.option(values, { nil: undefined }), fc.constantFrom('', 'digest', 'texts', 'clear', 'restore'))), (history) => {
    const [plain, texts] = [new Table<unknown>(), new Table<unknown>('texts')];
    for (const [key, value, then] of history) {
      for (const table of [plain, texts]) {
        if (value === undefined) table.delete(key);
        else table.set(key, value);
        if (then === 'clear') table.clear();
      }
      if (then === 'digest') assert.equal(texts.digest(), plain.digest());
      if (then === 'texts') assert.deepEqual([...texts.texts()], [...plain.texts()]);
      if (then === 'restore') texts.restore([...plain.texts()].reverse());
      assert.deepEqual([texts.size, texts.has(key), texts.get(key), texts.textOf(key)], [plain.size, plain.has(key), plain.get(key), plain.textOf(key)]);
    }
    assert.deepEqual([[...texts.entries()], texts.keys(), texts.digest()], [[...plain.entries()], plain.keys(), plain.digest()]);
    assert.deepEqual([[...texts.unorderedTexts()].length, new Map(texts.unorderedTexts())], [plain.size, new Map(plain.unorderedTexts())]);
    assert.deepEqual(new Set([...texts.unordered()].map(canonicalText)), new Set([...plain.unordered()].map(canonicalText)));
  }));
});

test('T2: however often its keys are looked at in between, and whatever comes and goes, they are in order and each is there once', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.string({ maxLength: 2 }), fc.constantFrom('set', 'set', 'delete'), fc.boolean()), { maxLength: 60 }), (history) => {
    const [table, rows] = [new Table<number>(), new Set<string>()];
    for (const [key, what, look] of history) {
      if (what === 'set') table.set(key, 1);
      else table.delete(key);
      rows[what === 'set' ? 'add' : 'delete'](key);
      if (look) assert.deepEqual(table.keys(), [...rows].sort());
    }
    assert.deepEqual(table.keys(), [...rows].sort());
  }));
});

test('a table that differs in one value has another digest', () => {
  const [one, other] = [new Table<bigint>(), new Table<bigint>()];
  one.set('a', 1n);
  other.set('a', 2n);
  assert.notEqual(one.digest(), other.digest());
});

test('T2: a table is read in key order, whatever the order of arrival', () => {
  const table = new Table<number>();
  for (const key of ['b', 'c', 'a']) table.set(key, 1);
  assert.deepEqual([...table.entries()].map(([key]) => key), ['a', 'b', 'c']);
});

test('a canonical text gives its value back, bigint and all', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), values, { noNullPrototype: true }), (value) => {
    assert.deepEqual(parseCanonical(canonicalText(value)), value);
  }));
});

test('a canonical text does not depend on the order in which keys were set, and leaves out what is undefined', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.tuple(fc.string().filter((key) => key !== '__proto__'), values), { selector: ([key]) => key }), (fields) => {
    assert.equal(canonicalText(Object.fromEntries(fields)), canonicalText(Object.fromEntries([...fields].reverse())));
    assert.equal(canonicalText({ ...Object.fromEntries(fields), gone: undefined }), canonicalText(Object.fromEntries(fields.filter(([key]) => key !== 'gone'))));
  }));
});

test('a field that is called as the nature of an object stays a field', () => {
  const text = '{"__proto__":"#5","a":{"__proto__":"##x"}}';
  assert.equal(canonicalText(parseCanonical(text)), text);
  assert.equal(Object.getPrototypeOf(parseCanonical(text)), Object.prototype);
});

test('a text that looks like a written bigint stays a text', () => {
  for (const text of ['#1', '##1', '#', '', '#-0', '123']) assert.equal(parseCanonical(canonicalText(text)), text);
  assert.equal(parseCanonical(canonicalText(-5n)), -5n);
});

test('a float, an unsafe number and a function have no canonical text', () => {
  for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) assert.throws(() => canonicalText({ value }), /safe integer/);
  assert.throws(() => canonicalText(() => 1), TypeError);
  assert.throws(() => canonicalText([undefined]), TypeError);
});

test('a table keeps its order and its size through deletions, clearing and changes', () => {
  const table = new Table<number>();
  for (const key of ['c', 'a', 'b']) table.set(key, 1);
  table.delete('b');
  table.delete('nobody');
  table.set('a', 2);
  assert.deepEqual([[...table.entries()], table.size, table.has('b'), table.get('a')], [[['a', 2], ['c', 1]], 2, false, 2]);
  const empty = new Table<number>().digest();
  table.clear();
  assert.deepEqual([table.size, table.digest(), [...table.values()]], [0, empty, []]);
});

test('two equal entries under different keys, or keys and values exchanged, are other tables', () => {
  const digest = (...entries: [string, string][]): string => {
    const table = new Table<string>();
    for (const [key, value] of entries) table.set(key, value);
    return table.digest();
  };
  assert.notEqual(digest(['a', 'x'], ['b', 'y']), digest(['a', 'y'], ['b', 'x']));
  assert.notEqual(digest(['a', 'x']), digest(['b', 'x']));
  assert.notEqual(digest(['a:"b', 'x']), digest(['a', 'b":x']));
});
