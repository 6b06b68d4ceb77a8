/** A release and the one after it on the same journal: what may be written when, and who refuses to start on what. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entriesOn, life, operator } from '../../test/kit/life.ts';
import type { Life, LifeOptions } from '../../test/kit/life.ts';
import { allFacts, digestOf, factsCodec } from '../core/index.ts';
import type { Facts, WrittenFact } from '../core/index.ts';
import { defineFact, factCodec, MemoryDisk, NewerFormatError, Sealer, text } from '../journal/index.ts';
import type { EncodedFact, SealedEntry } from '../journal/index.ts';
import { JournalDamagedError } from './errors.ts';
import { replay } from './replay.ts';

const noted = defineFact('order.noted', 1, { what: text() }, 'Something that only the next release says.', 2);
/** The release after this one: it can write format 2. Between the two lies one that reads 2 and writes 1. */
const next = factCodec([...allFacts, noted], { reads: 2, writes: 2 }) as unknown as Facts;
const between = factCodec([...allFacts, noted], { reads: 2, writes: 1 }) as unknown as Facts;
const raise = { kind: 'raise-format', to: 2, by: 'sam', reason: 'no step back' } as const;

/** A journal that this release began, on which another one lives. */
async function raised(options: LifeOptions = {}): Promise<Life> {
  const disk = new MemoryDisk('bench');
  const first = await life({ disk });
  await first.clock.until(first.runtime.stop('a release'));
  const second = await life({ disk, clock: first.clock, facts: next, ...options });
  const { outcome } = await second.clock.until(second.runtime.submit(raise, operator));
  assert.equal(outcome.kind, 'done');
  return second;
}

const refusal = (disk: MemoryDisk, snapshots = true) => replay(disk.open(), { snapshots });

/** Puts entries on a disk as no release of ours does. */
function appended(disk: MemoryDisk, facts: readonly EncodedFact[]): readonly SealedEntry[] {
  const { atMs, epoch } = entriesOn(disk).at(-1)?.header ?? { atMs: 0, epoch: 1 };
  const { entries } = new Sealer(disk.head, { epoch, bootId: 'other', lastAtMs: atMs }).seal({ atMs, wallMs: atMs, actor: 'other', correlationId: 'other' }, facts);
  disk.write({ epoch, entries });
  return entries;
}

test('until it is raised a newer release writes nothing that an older one does not read, so a step back is harmless', async () => {
  const disk = new MemoryDisk('bench');
  const old = await life({ disk });
  await old.clock.until(old.runtime.stop('a release'));
  const newer = await life({ disk, clock: old.clock, facts: next });
  assert.equal(newer.runtime.world.format, 1);
  await newer.clock.until(newer.ask('a'));
  await newer.clock.until(newer.runtime.stop('a step back'));
  const back = await life({ disk, clock: old.clock });
  assert.equal(back.order('a').key, 'a');
  assert.deepEqual(back.runtime.formats, { reads: 1, writes: 1 });
});

test('once it is raised an older release refuses to start, says why and what to do, and writes nothing', async () => {
  const newer = await raised();
  await newer.clock.until(newer.runtime.stop('a step back'));
  const { disk } = newer;
  const before = disk.head;
  for (const snapshots of [true, false]) {
    await assert.rejects(refusal(disk, snapshots), (thrown: unknown) => thrown instanceof NewerFormatError && thrown.code === 'BW-7204' && thrown.format === 2
      && /raised to format 2 .* reads up to format 1.*Start the release that raised it.*restore a backup/s.test(thrown.message));
  }
  await assert.rejects(life({ disk, clock: newer.clock }), NewerFormatError);
  assert.deepEqual(disk.head, before);
});

test('a release that reads the next format, and does not write it yet, lives on a journal that was raised', async () => {
  const newer = await raised();
  await newer.clock.until(newer.ask('a'));
  await newer.clock.until(newer.runtime.stop('one step back'));
  const back = await life({ disk: newer.disk, clock: newer.clock, facts: between });
  assert.deepEqual([back.runtime.world.format, back.order('a').key], [2, 'a']);
  await back.clock.until(back.ask('b'));
  assert.equal(digestOf((await back.clock.until(replay(newer.disk.open(), { snapshots: false, facts: next }))).world), digestOf(back.runtime.world));
});

test('a format is raised once, never lowered, and the fact says by whom', async () => {
  const { runtime, clock, entries, disk } = await raised();
  const again = await clock.until(runtime.submit(raise, operator));
  assert.deepEqual(again.outcome, { kind: 'nothing-to-do', why: 'the journal is in format 2' });
  const lowered = await clock.until(runtime.submit({ ...raise, to: 1 }, operator));
  assert.match(lowered.outcome.kind === 'nothing-to-do' ? lowered.outcome.why : '', /format 2, and a format is never lowered/);
  assert.deepEqual(entriesOn(disk).filter(({ fact }) => fact.type === 'format.raised').map(({ fact }) => fact), [{ type: 'format.raised', from: 1, to: 2, by: 'sam', reason: 'no step back' }]);
  assert.ok(entries.length > 0);
});

test('a journal whose format goes down, or is raised from where it is not, is damaged', async () => {
  for (const [from, to] of [[2, 1], [1, 2], [3, 4]] as const) {
    const { disk, clock, runtime } = await raised();
    await clock.until(runtime.stop('test'));
    appended(disk, [next.encode({ type: 'format.raised', from, to, by: 'nobody', reason: '' }, 1)]);
    await assert.rejects(replay(disk.open(), { snapshots: true, facts: factCodec(allFacts, { reads: 9, writes: 9 }) }), (thrown: unknown) => thrown instanceof JournalDamagedError && /only rises/.test(thrown.message));
  }
});

test('a fact that nobody knows is damage where this release reads the format, and the next release\'s where it does not', async () => {
  const fact = next.encode({ type: 'order.noted', what: 'x' } as unknown as WrittenFact, 2);
  const early = await life();
  await early.clock.until(early.runtime.stop('test'));
  const [entry] = appended(early.disk, [fact]);
  for (const facts of [factsCodec, next]) { // the release that knows the fact does not believe it either: nobody had raised
    await assert.rejects(replay(early.disk.open(), { snapshots: true, facts }), (thrown: unknown) => thrown instanceof JournalDamagedError && thrown.message.includes(`entry ${entry?.seq}: "order.noted" of version 1 is no fact of a journal in format 1`));
  }
  const late = await raised();
  await late.clock.until(late.runtime.stop('test'));
  appended(late.disk, [fact]);
  await assert.rejects(refusal(late.disk), NewerFormatError);
});

test('what the format of the journal does not have is not written: the belief is written down, and the gate is shut', async () => {
  const early = factCodec(allFacts.map((fact) => (fact.name === 'gate.resumed' ? { ...fact, since: 2 } : fact)), { reads: 2, writes: 2 }) as unknown as Facts;
  const disk = new MemoryDisk('bench');
  const first = await life({ disk });
  await first.clock.until(first.runtime.submit({ kind: 'halt', by: 'sam', reason: 'test', cancelOrders: false }, operator));
  await first.clock.until(first.runtime.stop('a release'));
  const second = await life({ disk, clock: first.clock, facts: early });
  assert.throws(() => second.runtime.turns.take({ kind: 'resume', by: 'sam', reason: 'test' }, operator), /gate\.resumed is written in a journal of format 2 or later/);
  await second.clock.runFor(1_000);
  assert.deepEqual(second.types().slice(-1), ['invariant.broken']);
});

test('a new journal begins in the format that its release writes', async () => {
  const { runtime, types } = await life({ facts: next });
  assert.deepEqual(types().slice(0, 2), ['runtime.booted', 'format.raised']);
  assert.equal(runtime.world.format, 2);
  assert.equal((await life({ facts: between })).runtime.world.format, 1);
});
