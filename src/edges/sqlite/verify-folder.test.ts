/** What verifying says of facts: which are none, and which only a newer release can read. The bytes are looked at in test/crash. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyFolder, removeFolder } from '../../../test/crash/folder.ts';
import { allFacts, FactReader, factsCodec } from '../../core/index.ts';
import type { Facts } from '../../core/index.ts';
import { EMPTY_HEAD, factCodec, Sealer } from '../../journal/index.ts';
import type { EncodedFact } from '../../journal/index.ts';
import { realClock } from '../clock/index.ts';
import { openSqliteStore, verifyFolder } from './index.ts';

const next = factCodec(allFacts, { reads: 2, writes: 2 }) as unknown as Facts;
const stranger: EncodedFact = { type: 'order.blessed', typeVersion: 1, payload: new TextEncoder().encode('{}') };
const halted = factsCodec.encode({ type: 'gate.halted', by: 'sam', reason: 'test' }, 1);
const raised = factsCodec.encode({ type: 'format.raised', from: 1, to: 2, by: 'sam', reason: 'test' }, 1);
const misshapen: EncodedFact = { ...halted, payload: new TextEncoder().encode('{"by":"sam"}') };

async function verdictOf(facts: readonly EncodedFact[], codec: Facts = factsCodec) {
  const directory = emptyFolder();
  try {
    const store = await openSqliteStore({ directory, clock: realClock(), ids: { id: () => 'facts' } });
    const sealer = new Sealer(EMPTY_HEAD, { epoch: 1, bootId: 'b', lastAtMs: 0 });
    assert.equal((await store.append(sealer.seal({ atMs: 1, wallMs: 1, actor: 'test', correlationId: 'test' }, facts))).kind, 'durable');
    await store.close();
    return await verifyFolder(directory, { reader: () => new FactReader(codec) });
  } finally {
    removeFolder(directory);
  }
}

test('V3: a sound entry that is no fact, or not in its shape, is a finding at its place, and the rest is read on', async () => {
  const { findings, findingCount, entries, format } = await verdictOf([halted, stranger, halted, misshapen, halted]);
  assert.deepEqual(findings.map(({ kind, seq }) => [kind, seq]), [['fact', 2], ['fact', 4]]);
  assert.match(findings[0]?.detail ?? '', /BW-7202 "order\.blessed" of version 1 is no fact of a journal in format 1/);
  assert.match(findings[1]?.detail ?? '', /BW-7201 .*"reason" is missing/);
  assert.deepEqual([findingCount, entries, format], [2, 5, 1]);
});

test('V3: what follows a raise that this release does not read is no finding, and it is said that it was not read', async () => {
  const { findings, notes, format } = await verdictOf([halted, raised, stranger]);
  assert.deepEqual([findings, format], [[], 2]);
  assert.match(notes.join(' '), /From entry 2 on the record is in format 2, which this release does not read/);
  const known = await verdictOf([halted, raised, stranger, halted], next); // the release that reads it does not know that fact either
  assert.deepEqual([known.findings.map(({ kind, seq }) => [kind, seq]), known.format, known.notes], [[['fact', 3]], 2, []]);
});
