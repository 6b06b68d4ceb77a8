import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EMPTY_HEAD, openEntry, Sealer } from './index.ts';
import type { Stamp } from './index.ts';

type Golden = { epoch: number; bootId: string; type: string; entries: { stamp: Stamp; typeVersion: number; payload: string; header: string; hash: string }[] };
const golden = JSON.parse(readFileSync(new URL('../../test/journals/entries-v1.json', import.meta.url), 'utf8')) as Golden;

test('entries of version 1 are written byte for byte as they always were, and are read as they always were', () => {
  const { epoch, bootId, type, entries } = golden;
  const sealer = new Sealer(EMPTY_HEAD, { epoch, bootId, lastAtMs: 0 });
  let previousHash = EMPTY_HEAD.hash;
  for (const [index, { stamp, typeVersion, payload, header, hash }] of entries.entries()) {
    const bytes = new TextEncoder().encode(payload);
    const [entry] = sealer.seal(stamp, [{ type, typeVersion, payload: bytes }]).entries;
    assert.equal(Buffer.from(entry?.header ?? []).toString('hex'), header);
    assert.equal(entry?.hash, hash);
    const kept = { seq: index + 1, header: Uint8Array.from(Buffer.from(header, 'hex')), payload: bytes, hash };
    const { payloadHash, ...opened } = openEntry(previousHash, kept);
    assert.deepEqual(opened, { version: 1, seq: index + 1, epoch, bootId, type, typeVersion, ...stamp });
    assert.equal(payloadHash.length, 64);
    previousHash = hash;
  }
});
