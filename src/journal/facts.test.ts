import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InvariantError } from '../base/index.ts';
import { defineFact, factCodec, int, optional, sha256Hex, ShapeError, supersedes, text, units, UnknownFactError } from './index.ts';
import type { FactOf, WrittenOf } from './index.ts';

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
  const { type, typeVersion, payload } = codec.encode(fact, 1);
  assert.deepEqual([type, typeVersion, new TextDecoder().decode(payload)], ['order.blocked', 1, '{"orderId":"o1"}']);
  assert.deepEqual(codec.decode(type, typeVersion, payload), fact);
  assert.equal(exhaustive(codec.decode(type, typeVersion, payload)), 'no reason');
});

test('F2: two versions of a type live side by side, each under its own name', () => {
  const newer: Fact = { type: 'order.blocked@2', orderId: 'o1', reason: 'too large', limitUnits: 5n };
  const { type, typeVersion, payload } = codec.encode(newer, 1);
  assert.deepEqual([type, typeVersion], ['order.blocked', 2]);
  assert.deepEqual(codec.decode(type, typeVersion, payload), newer);
  assert.throws(() => codec.decode(type, 1, payload), ShapeError);
});

test('a fact that this release does not know is an error with its name, never skipped', () => {
  assert.throws(() => codec.decode('order.blessed', 1, new Uint8Array()), UnknownFactError);
  assert.throws(() => codec.decode('gate.halted', 3, new Uint8Array()), /"gate\.halted" of version 3/);
  assert.throws(() => codec.decode('order.blocked@2', 1, new Uint8Array()), UnknownFactError);
  assert.throws(() => codec.encode({ type: 'gate.halted', atMs: 1, more: 2 } as unknown as Fact, 1), /"more" is not declared/);
});

test('a fact type carries what the reference says of it', () => {
  assert.deepEqual(blocked.fields.map(({ name, words, optional: may, doc }) => ({ name, words, may, doc })), [
    { name: 'orderId', words: 'text', may: false, doc: 'which order' },
    { name: 'reason', words: 'text', may: true, doc: 'why' },
  ]);
});

// A fact of three versions: what it once said as text it says in units since, and by whom.
const noted1 = defineFact('order.noted', 1, { orderId: text(), amount: text() }, 'Something was noted.');
const noted2 = supersedes(defineFact('order.noted', 2, { orderId: text(), amountUnits: units() }, 'Something was noted, in units.', 2), noted1,
  ({ orderId, amount }) => ({ orderId, amountUnits: BigInt(amount) * 100n }));
const noted3 = supersedes(defineFact('order.noted', 3, { orderId: text(), amountUnits: units(), by: text() }, 'Somebody noted something.', 3), noted2,
  (older) => ({ ...older, by: 'nobody' }));
const versions = [noted1, noted2, noted3, blocked, blockedBetter] as const;
const release = factCodec(versions, { reads: 3, writes: 2 });
type Written = WrittenOf<typeof versions>;

test('F3: whoever folds meets one version of a fact that was superseded, and all of one that was not', () => {
  const folded = (fact: FactOf<typeof versions>): string => {
    switch (fact.type) { // exhaustive: that this compiles is half of the test
      case 'order.noted@3': return fact.by;
      case 'order.blocked': case 'order.blocked@2': return 'blocked';
    }
  };
  const bytes = new TextEncoder().encode('{"amount":"7","orderId":"o1"}');
  const fact = release.decode('order.noted', 1, bytes);
  assert.deepEqual(fact, { type: 'order.noted@3', orderId: 'o1', amountUnits: 700n, by: 'nobody' });
  assert.equal(folded(fact), 'nobody');
  assert.deepEqual(release.decode('order.noted', 2, new TextEncoder().encode('{"amountUnits":"7","orderId":"o1"}')), { type: 'order.noted@3', orderId: 'o1', amountUnits: 7n, by: 'nobody' });
  assert.deepEqual(release.decode('order.blocked', 1, new TextEncoder().encode('{"orderId":"o1"}')), { type: 'order.blocked', orderId: 'o1' });
});

test('F3: a chain of versions without one of its links does not compile, nor does one that forgets a field', () => {
  // @ts-expect-error version 3 does not supersede version 1
  supersedes(defineFact('order.noted', 3, { orderId: text() }, 'x.'), noted1, ({ orderId }) => ({ orderId }));
  // @ts-expect-error nor does another fact
  supersedes(defineFact('order.noted', 2, { orderId: text() }, 'x.'), blocked, ({ orderId }) => ({ orderId }));
  // @ts-expect-error a field of the newer version is missing
  supersedes(defineFact('order.noted', 2, { orderId: text(), why: text() }, 'x.'), noted1, ({ orderId }) => ({ orderId }));
  assert.throws(() => factCodec([noted2]), InvariantError);
});

test('F3: a fact is raised exactly once, live as from its bytes, and the bytes stay what they are', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 20n });
  const fact = fc.oneof<fc.Arbitrary<Written>[]>(
    amount.map((some) => ({ type: 'order.noted', orderId: 'o1', amount: String(some) })), amount.map((amountUnits) => ({ type: 'order.noted@2', orderId: 'o1', amountUnits })),
    amount.map((amountUnits) => ({ type: 'order.noted@3', orderId: 'o1', amountUnits, by: 'sam' })), fc.constant<Written>({ type: 'order.blocked', orderId: 'o1' }),
  );
  fc.assert(fc.property(fact, (written) => {
    const { type, typeVersion, payload } = release.encode(written, 3);
    const digest = sha256Hex(payload);
    const read = release.decode(type, typeVersion, payload);
    assert.deepEqual(release.upcast(written), read); // what folds it live sees what a replay sees
    assert.deepEqual(release.upcast(read), read);
    assert.equal(sha256Hex(payload), digest);
    const again = release.encode(read, 3);
    assert.deepEqual(release.decode(again.type, again.typeVersion, again.payload), read);
    if (written.type === 'order.noted') assert.equal((read as { readonly amountUnits: bigint }).amountUnits, BigInt(written.amount) * 100n); // a hundred times, not ten thousand
  }));
});

test('F4: what a journal of this format may not hold is not written into it, and not believed when found there', () => {
  const newer: Written = { type: 'order.noted@2', orderId: 'o1', amountUnits: 7n };
  assert.throws(() => release.encode(newer, 1), InvariantError);
  const { payload } = release.encode(newer, 2);
  assert.throws(() => release.decode('order.noted', 2, payload, 1), UnknownFactError);
  assert.throws(() => factCodec([noted1, noted2], { reads: 1, writes: 1 }), InvariantError);
  assert.throws(() => factCodec([noted1], { reads: 1, writes: 2 }), InvariantError);
});
