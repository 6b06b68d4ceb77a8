import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { capabilities, idClasses } from '../../../test/kit/core.ts';
import { clientOrderIdFor, isOurs, orderIdOf } from './names.ts';

const keys = fc.string({ unit: 'binary', maxLength: 200 });

test('N1: the same intent key gives the same order id, and another key another one', () => {
  assert.equal(orderIdOf('tv/demo/id:1'), '57e8240362ff01f667f8');
  fc.assert(fc.property(keys, keys, (a, b) => {
    assert.match(orderIdOf(a), /^[0-9a-f]{20}$/);
    assert.equal(orderIdOf(a) === orderIdOf(b), a === b);
  }));
});

test('N1: where the venue keeps a name for ever every attempt has the first name, elsewhere each has its own', () => {
  for (const orderIds of idClasses) {
    const names = [1, 2, 3, 12].map((attempt) => clientOrderIdFor(orderIdOf('a'), attempt, { ...capabilities, orderIds }));
    const kept = orderIds === 'unique-forever' || orderIds === 'returns-original';
    assert.equal(new Set(names).size, kept ? 1 : 4, orderIds);
  }
});

test('a client order id uses only the characters of the venue: no dash where there is none', () => {
  const spoken = (clientOrderIdAlphabet: string): string => clientOrderIdFor(orderIdOf('a'), 1, { ...capabilities, clientOrderIdAlphabet });
  assert.match(spoken('A-Za-z0-9_-'), /^bw-[0-9a-f]{20}-1$/);
  assert.match(spoken('A-Za-z0-9'), /^bw[0-9a-f]{20}1$/);
  assert.match(spoken('a-z0-9'), /^[a-z0-9]+$/);
});

test('a client order id leaves the dashes out where the venue takes no longer name, and says so where even that is too long', () => {
  const long = (clientOrderIdMaxLength: number): string => clientOrderIdFor(orderIdOf('a'), 1, { ...capabilities, clientOrderIdMaxLength });
  assert.equal(long(25).length, 25);
  assert.equal(long(24).length, 23);
  assert.equal(long(23).length, 23);
  assert.throws(() => long(22), /fits into 22 characters/);
});

test('our own names are known by their form, and nobody else\'s are', () => {
  fc.assert(fc.property(keys, fc.integer({ min: 1, max: 999 }), fc.constantFrom('A-Za-z0-9_-', 'a-z0-9'), (key, attempt, clientOrderIdAlphabet) => {
    assert.ok(isOurs(clientOrderIdFor(orderIdOf(key), attempt, { ...capabilities, orderIds: 'not-enforced', clientOrderIdAlphabet })));
  }));
  for (const name of ['', 'bw', 'bw-1', 'my-bw-00000000000000000000-1', 'BW-00000000000000000000-1', 'bw-0000000000000000000g-1', 'bw-00000000000000000000-1x']) assert.ok(!isOurs(name), name);
});
