import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalText, parseCanonical } from './canonical.ts';
import { Table } from './table.ts';

const keys = fc.constantFrom('a', 'b', 'c', 'd', '#', '');
const values = fc.oneof(fc.bigInt(), fc.integer(), fc.string(), fc.boolean(), fc.record({ amount: fc.bigInt(), note: fc.string() }));

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
  fc.assert(fc.property(fc.dictionary(fc.string(), values), (value) => {
    assert.deepEqual(parseCanonical(canonicalText(value)), JSON.parse(JSON.stringify({})) && { ...value });
  }));
});
