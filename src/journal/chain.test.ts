import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { chainHash, EMPTY_HEAD, EntryError, GENESIS_HASH, openEntry, openHeader, seal, Sealer } from './index.ts';
import type { SealedEntry } from './index.ts';

const payload = new TextEncoder().encode('{"orderId":"o1"}');
const fields = { seq: 1, epoch: 3, atMs: 10, wallMs: 20, bootId: 'b', actor: 'timer', correlationId: 'c', type: 'order.blocked', typeVersion: 1 };

test('an entry is a length, canonical JSON, and the hash of both after the hash before', () => {
  const entry = seal(GENESIS_HASH, fields, payload);
  const payloadHash = createHash('sha256').update(payload).digest('hex');
  const json = `{"actor":"timer","atMs":10,"bootId":"b","correlationId":"c","epoch":3,"payloadHash":"${payloadHash}","seq":1,"type":"order.blocked","typeVersion":1,"version":1,"wallMs":20}`;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  const header = Buffer.concat([length, Buffer.from(json)]);
  assert.deepEqual(Buffer.from(entry.header), header);
  assert.equal(entry.hash, createHash('sha256').update(Buffer.alloc(32)).update(header).digest('hex'));
  assert.equal(chainHash(GENESIS_HASH, entry.header), entry.hash);
  assert.deepEqual(openEntry(GENESIS_HASH, entry), { ...fields, version: 1, payloadHash });
});

test('an entry whose bytes contradict each other is refused, by what is wrong with it', () => {
  const entry = seal(GENESIS_HASH, fields, payload);
  const second = seal(entry.hash, { ...fields, seq: 2 }, payload);
  const refused = (previousHash: string, broken: SealedEntry, problem: RegExp): void =>
    assert.throws(() => openEntry(previousHash, broken), (thrown: unknown) => thrown instanceof EntryError && problem.test(thrown.message));
  refused(GENESIS_HASH, { ...entry, payload: payload.slice(1) }, /payload that was changed/);
  refused(entry.hash, entry, /does not follow/);
  refused(GENESIS_HASH, { ...entry, header: second.header }, /has the header of entry 2/);
  refused(GENESIS_HASH, { ...entry, header: entry.header.slice(0, -1) }, /length is not the one it names/);
  refused(GENESIS_HASH, { ...entry, header: new Uint8Array(2) }, /length is not the one it names/);
  const header = entry.header.slice();
  header[4] = 0x5b;
  refused(GENESIS_HASH, { ...entry, header }, /cannot be read/);
  assert.equal(openHeader({ seq: 2, header: second.header }).seq, 2);
});

test('S1: a sealer makes batches that fit together, and S2: refuses time that goes back', () => {
  const sealer = new Sealer(EMPTY_HEAD, { epoch: 1, bootId: 'b', lastAtMs: 5 });
  const stamp = { atMs: 5, wallMs: 9, actor: 'boot', correlationId: 'c' };
  const fact = { type: 'gate.halted', typeVersion: 1, payload };
  const first = sealer.seal(stamp, [fact, fact]);
  const second = sealer.seal({ ...stamp, atMs: 6 }, [fact]);
  assert.deepEqual([first.epoch, first.expectSeq, first.expectHash], [1, 0, GENESIS_HASH]);
  assert.deepEqual([second.expectSeq, second.expectHash], [2, first.entries[1]?.hash]);
  assert.deepEqual([sealer.seq, sealer.hash], [3, second.entries[0]?.hash]);
  let previousHash = GENESIS_HASH;
  for (const entry of [...first.entries, ...second.entries]) {
    openEntry(previousHash, entry);
    previousHash = entry.hash;
  }
  assert.throws(() => sealer.seal({ ...stamp, atMs: 5 }, [fact]), /journal time never goes back/);
});
