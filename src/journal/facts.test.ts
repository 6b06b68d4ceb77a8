import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineFact, factCodec, int, optional, ShapeError, text, units, UnknownFactError } from './index.ts';
import type { FactOf } from './index.ts';

const blocked = defineFact('order.blocked', 1, { orderId: text('which order'), reason: optional(text('why')) }, 'An order was refused.');
const blockedBetter = defineFact('order.blocked', 2, { orderId: text(), reason: text(), limitUnits: units() }, 'An order was refused by a limit.');
const halted = defineFact('gate.halted', 1, { atMs: int() }, 'New risk stops.');
const all = [blocked, blockedBetter, halted] as const;
type Fact = FactOf<typeof all>;
const codec = factCodec(all);

const exhaustive = (fact: Fact): string => {
  switch (fact.type) {
    case 'order.blocked': return fact.reason ?? 'no reason';
    case 'order.blocked@2': return `${fact.reason} ${fact.limitUnits}`;
    case 'gate.halted': return String(fact.atMs);
  }
};

test('a fact stands beside its type in code, and apart from it in the record', () => {
  const fact: Fact = { type: 'order.blocked', orderId: 'o1' };
  const { type, typeVersion, payload } = codec.encode(fact);
  assert.deepEqual([type, typeVersion, new TextDecoder().decode(payload)], ['order.blocked', 1, '{"orderId":"o1"}']);
  assert.deepEqual(codec.decode(type, typeVersion, payload), fact);
  assert.equal(exhaustive(codec.decode(type, typeVersion, payload)), 'no reason');
});

test('F2: two versions of a type live side by side, each under its own name', () => {
  const newer: Fact = { type: 'order.blocked@2', orderId: 'o1', reason: 'too large', limitUnits: 5n };
  const { type, typeVersion, payload } = codec.encode(newer);
  assert.deepEqual([type, typeVersion], ['order.blocked', 2]);
  assert.deepEqual(codec.decode(type, typeVersion, payload), newer);
  assert.throws(() => codec.decode(type, 1, payload), ShapeError);
});

test('a fact that this release does not know is an error with its name, never skipped', () => {
  assert.throws(() => codec.decode('order.blessed', 1, new Uint8Array()), UnknownFactError);
  assert.throws(() => codec.decode('gate.halted', 3, new Uint8Array()), /"gate\.halted" of version 3/);
  assert.throws(() => codec.decode('order.blocked@2', 1, new Uint8Array()), UnknownFactError);
  assert.throws(() => codec.encode({ type: 'gate.halted', atMs: 1, more: 2 } as unknown as Fact), /"more" is not declared/);
});

test('a fact type carries what the reference says of it', () => {
  assert.deepEqual(blocked.fields.map(({ name, words, optional: may, doc }) => ({ name, words, may, doc })), [
    { name: 'orderId', words: 'text', may: false, doc: 'which order' },
    { name: 'reason', words: 'text', may: true, doc: 'why' },
  ]);
});
