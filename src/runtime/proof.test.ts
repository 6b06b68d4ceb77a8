import assert from 'node:assert/strict';
import { test } from 'node:test';
import { life, operator } from '../../test/kit/life.ts';
import { never } from '../../test/kit/venue.ts';
import { InvariantError } from '../base/index.ts';
import type { MemoryStore, SealedEntry, Store } from '../journal/index.ts';

type Read = (really: Store['read'], fromSeq: number, limit: number) => Promise<readonly SealedEntry[]>;

/** A store whose pages a test may answer otherwise. */
const readingBy = (read: () => Read | undefined) => (store: MemoryStore): Store => ({
  identity: store.identity, head: () => store.head(), origin: () => store.origin(), append: (batch) => store.append(batch),
  read: (from, limit) => read()?.((...args) => store.read(...args), from, limit) ?? store.read(from, limit),
  saveSnapshot: (snapshot) => store.saveSnapshot(snapshot), snapshots: () => store.snapshots(), close: () => store.close(),
});

test('K1: what trades and what is halted prove themselves, with what is on disk; and nothing comes of it', async () => {
  const world = await life();
  const entries = world.entries.length;
  assert.deepEqual(await world.clock.until(world.runtime.prove()), { gate: 'ACTIVE', durableSeq: world.disk.head.seq });
  for (let i = 0; i < 5; i += 1) await world.clock.until(world.runtime.prove());
  assert.equal(world.entries.length, entries);
  assert.equal(world.venue.count('submit'), 0);
  await world.clock.until(world.runtime.submit({ kind: 'halt', by: 'sam', reason: 'x', cancelOrders: false }, operator));
  assert.deepEqual(await world.clock.until(world.runtime.prove()), { gate: 'HALTED', durableSeq: world.disk.head.seq });
});

test('K1, K2: while the disk is silent there is no proof; when it answers there is', async () => {
  const world = await life({ disks: { flushDelayMs: () => 3_000 } });
  await world.clock.runFor(4_000);
  const asked = world.ask('a');
  let proven: number | undefined;
  void world.runtime.prove().then(({ durableSeq }) => (proven = durableSeq));
  await world.clock.runFor(2_900);
  assert.equal(proven, undefined, 'the order was decided and is not on disk');
  await world.clock.until(asked);
  await world.clock.runFor(1);
  assert.ok((proven ?? 0) >= (await asked).seq);
});

test('K2: a thread that takes everything and reads nothing back proves nothing', async () => {
  let isMute = false;
  const world = await life({ store: readingBy(() => (isMute ? () => never() : undefined)) });
  isMute = true;
  let settled = false;
  void world.runtime.prove().finally(() => (settled = true));
  await world.clock.runFor(60_000);
  assert.equal(settled, false);
  assert.equal(world.runtime.turns.failed, undefined);
});

test('K3: a disk that has something else ends this life, and the next one begins with a shut gate', async () => {
  let isWrong = false;
  const world = await life({ store: readingBy(() => (isWrong ? async (really, from, limit) => (await really(from, limit)).map((entry) => ({ ...entry, hash: '0'.repeat(64) })) : undefined)) });
  isWrong = true;
  await assert.rejects(world.clock.until(world.runtime.prove()), (thrown) => thrown instanceof InvariantError && /as it was decided/.test(thrown.message));
  await world.clock.runFor(1_000);
  assert.equal(world.failures.length, 1);
  assert.equal(world.types().at(-1), 'invariant.broken');
  const next = await life({ disk: world.disk, clock: world.clock });
  assert.equal(next.runtime.world.gate.state, 'HALTED');
});

test('a life that is over proves nothing any more', async () => {
  let armed = false;
  const world = await life({ disks: { misfortune: () => (armed ? { kind: 'unknown', written: 'everything' } : undefined) } });
  armed = true;
  await assert.rejects(world.clock.until(world.ask('a')));
  await assert.rejects(world.clock.until(world.runtime.prove()));
});
