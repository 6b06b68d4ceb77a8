/** How a reader knows a newer release's journal, wherever it begins to read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bench, replayed } from '../../test/kit/core.ts';
import { InvariantError } from '../base/index.ts';
import { factCodec, NewerFormatError, UnknownFactError } from '../journal/index.ts';
import { allFacts, digestOf, emptyWorld, evolve, FactReader, factsCodec, freezeWorld, mayOpenSegment, thawWorld } from './index.ts';
import { readState } from './state-text.ts';

const HASH = '0'.repeat(64);
const next = factCodec(allFacts, { reads: 2, writes: 2 });

function raisedBench(): Bench {
  const bench = Bench.ready();
  bench.take({ kind: 'raise-format', to: 2, by: 'sam', reason: 'test' });
  return bench;
}

test('the format is carried by a snapshot and by the opening of a segment, and counts in the digest only once it was raised', () => {
  const before = Bench.ready();
  assert.equal((readState(new TextDecoder().decode(freezeWorld(before.world))).singles as { readonly format?: number }).format, undefined);
  const bench = raisedBench();
  const thawed = thawWorld(freezeWorld(bench.world));
  assert.deepEqual([thawed.format, digestOf(thawed)], [2, digestOf(bench.world)]);
  bench.take({ kind: 'rotate', previousHash: HASH, left: [] });
  const opening = bench.journal.at(-1);
  assert.ok(opening !== undefined);
  const world = emptyWorld();
  evolve(world, next.decode(opening.type, opening.typeVersion, opening.payload), opening.header);
  assert.deepEqual([world.format, digestOf(world)], [2, digestOf(bench.world)]);
  assert.equal(digestOf(replayed(bench.journal)), digestOf(bench.world));
  before.take({ kind: 'rotate', previousHash: HASH, left: [] });
  assert.doesNotMatch(new TextDecoder().decode(before.journal.at(-1)?.payload), /recordFormat/);
});

test('V3: a reader that begins anywhere stops at the raise, or at the opening of a segment that carries it', () => {
  const bench = raisedBench();
  const raisedAt = bench.journal.length;
  bench.take({ kind: 'halt', by: 'sam', reason: 'test', cancelOrders: false });
  bench.take({ kind: 'rotate', previousHash: HASH, left: [] });
  const readUntil = (from: number, codec = factsCodec): number | undefined => {
    const reader = new FactReader(codec);
    for (const { type, typeVersion, payload, header } of bench.journal.slice(from - 1)) {
      try {
        reader.take({ seq: header.seq, type, typeVersion }, payload);
      } catch (thrown) {
        assert.ok(thrown instanceof NewerFormatError);
        assert.equal(thrown.seq, header.seq);
        assert.throws(() => reader.take({ seq: 9_999, type: 'gate.halted', typeVersion: 1 }, new Uint8Array()), NewerFormatError); // nor does it go on
        return header.seq;
      }
    }
    return undefined;
  };
  assert.equal(readUntil(1), raisedAt);
  assert.equal(readUntil(bench.journal.length), bench.journal.length);
  assert.equal(readUntil(1, next), undefined);
  assert.throws(() => new FactReader(factsCodec).take({ seq: 1, type: 'order.blessed', typeVersion: 1 }, new Uint8Array()), UnknownFactError);
});

test('a segment whose opening and state disagree about the format is not folded', () => {
  const bench = raisedBench();
  bench.take({ kind: 'rotate', previousHash: HASH, left: [] });
  const opening = bench.journal.at(-1);
  assert.ok(opening !== undefined);
  const fact = next.decode(opening.type, opening.typeVersion, opening.payload);
  assert.ok(fact.type === 'segment.opened');
  const { recordFormat: _recordFormat, ...silent } = fact;
  assert.throws(() => evolve(emptyWorld(), silent, opening.header), InvariantError);
});

test('no segment begins before the format whose readers know the state it would begin with', () => {
  const bench = Bench.ready();
  assert.equal(mayOpenSegment(bench.world), true);
  bench.world.format = 0; // as format 1 is to a release whose state came with format 2
  assert.equal(mayOpenSegment(bench.world), false);
  assert.throws(() => bench.take({ kind: 'rotate', previousHash: HASH, left: [] }), InvariantError);
});
