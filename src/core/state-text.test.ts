/** A state as text, in the form it has now and in the one it had before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Bench } from '../../test/kit/core.ts';
import { Table, canonicalText, parseCanonical } from '../base/index.ts';
import { emptyWorld, evolve } from './index.ts';
import { readState, writeState } from './state-text.ts';
import { digestOf, stateText } from './world.ts';
import type { World } from './index.ts';

const names = ['', 'a', '"', '\\', '\n', '":', '#1', 'a":b\\', '\u2028', 'é', '__proto__'];
const keys = fc.oneof(fc.constantFrom(...names), fc.string());
const values = fc.oneof(fc.bigInt(), fc.string(), fc.constantFrom(...names), fc.record({ amount: fc.bigInt(), note: fc.string() }, { noNullPrototype: true }));
const rows = fc.uniqueArray(fc.tuple(keys, values), { selector: ([key]) => key });
const tableOf = (keeps: 'values' | 'texts', content: readonly (readonly [string, unknown])[]): Table<unknown> => {
  const table = new Table<unknown>(keeps);
  for (const [key, value] of content) table.set(key, value);
  return table;
};

test('ST1: whatever its rows are, a state is read as it was written, and what is restored has the same digest', () => {
  fc.assert(fc.property(rows, rows, fc.constantFrom('values', 'texts'), ([...one], [...other], keeps) => {
    const tables = [['one', tableOf('values', one)], ['other', tableOf('texts', other)], ['none', new Table<unknown>()]] as const;
    const read = readState(writeState(4, { gate: 1n }, tables, new Set()));
    assert.deepEqual([read.format, read.singles, [...read.tables.keys()]], [4, { gate: 1n }, ['one', 'other', 'none']]);
    for (const [name, table] of tables) {
      const again = new Table<unknown>(keeps);
      again.restore(read.tables.get(name) ?? []);
      assert.deepEqual([[...again.entries()], again.digest(), again.size], [[...table.entries()], table.digest(), table.size]);
    }
  }));
});

test('ST1: a state that is cut anywhere, or goes on, is not read', () => {
  const text = writeState(4, {}, [['one', tableOf('values', [['a', 1n], ['b', { note: 'x\ny' }]])]], new Set());
  assert.equal(readState(text).tables.get('one')?.length, 2);
  for (const end of [text.length - '\n'.length - '"b":{"note":"x\\ny"}'.length, text.indexOf('\n'), 10, 0]) assert.throws(() => readState(text.slice(0, end)));
  assert.throws(() => readState(`${text}\n"c":"#1"`), /ends with its last row/);
});

test('rows that are left behind are not written, and the others are', () => {
  const table = tableOf('texts', [['a', 1n], ['b', 2n]]);
  assert.deepEqual(readState(writeState(4, {}, [['one', table], ['two', table]], new Set(['one a']))).tables, new Map([['one', [['b', '"#2"']]], ['two', [['a', '"#1"'], ['b', '"#2"']]]]));
});

/** As states were written in format 3: one canonical text. */
function inFormat3(world: World): string {
  const { singles, tables } = readState(stateText(world));
  return canonicalText({ format: 3, singles, tables: Object.fromEntries([...tables].map(([name, lines]) => [name, lines.map(([key, text]) => [key, parseCanonical(text)])])) });
}

test('a segment that began with a state of format 3 is still read, to the same world', () => {
  const bench = Bench.ready();
  bench.working('a');
  bench.signal({ key: 'b', quantityText: '1000' });
  bench.signal({ key: 'c', keyFrom: 'body-in-window' });
  const opened = { type: 'segment.opened', segment: 2, previousSeq: bench.journal.length, previousHash: '0'.repeat(64), digest: digestOf(bench.world), removedThroughSeq: 0, left: 0 } as const;
  const header = { seq: bench.journal.length + 1, atMs: bench.nowMs, wallMs: bench.nowMs, epoch: 1, bootId: 'b', correlationId: 'segments' };
  const [before, now] = [emptyWorld(), emptyWorld()];
  evolve(before, { ...opened, format: 3, state: inFormat3(bench.world) }, header);
  evolve(now, { ...opened, format: 4, state: stateText(bench.world) }, header);
  assert.equal(digestOf(before), digestOf(now));
  assert.deepEqual(new Set(before.orders.byClientOrderId.entries()), new Set(bench.world.orders.byClientOrderId.entries()));
});

test('a state with a view that nobody here knows is not taken for a whole one', () => {
  const bench = Bench.ready();
  const state = stateText(bench.world).replace('"market.venues"', '"market.avenues"');
  const opened = { type: 'segment.opened', segment: 2, previousSeq: 0, previousHash: '0'.repeat(64), digest: '', format: 4, removedThroughSeq: 0, left: 0, state } as const;
  assert.throws(() => evolve(emptyWorld(), opened, { seq: 1, atMs: 1, wallMs: 1, epoch: 1, bootId: 'b', correlationId: 's' }), /every view of a state is known \(market\.avenues\)/);
});
