import assert from 'node:assert/strict';
import { test } from 'node:test';
import { life } from '../../test/kit/life.ts';
import { digestOf } from '../core/index.ts';
import type { Head, MemoryDisk, SealedEntry, Snapshot, Store } from '../journal/index.ts';
import { JournalDamagedError } from './errors.ts';
import { replay } from './replay.ts';

/** A disk as somebody finds it: what was written, unless it was changed since. */
type Found = { readonly entries?: readonly SealedEntry[]; readonly head?: Head; readonly snapshots?: readonly Snapshot[] };
function found(disk: MemoryDisk, { entries = disk.entries, head = disk.head, snapshots = disk.snapshots }: Found = {}): Store {
  return {
    identity: disk.identity, head: async () => head, origin: async () => disk.origin, snapshots: async () => snapshots,
    read: async (fromSeq, limit) => entries.filter(({ seq }) => seq >= fromSeq).slice(0, limit),
    append: () => Promise.reject(new Error('nothing is written here')), saveSnapshot: async () => undefined, close: async () => undefined,
  };
}

/** A disk with trades on it and three snapshots. */
async function written(): Promise<MemoryDisk> {
  const world = await life({ settings: { snapshotEvery: 12 } });
  const { clock, ask, venue, disk } = world;
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
    await clock.until(ask(key, { quantityText: '0.1' }));
    await clock.runFor(100);
    venue.fill(venue.order(undefined).venueOrderId, 1_000n);
    await clock.runFor(1_000);
  }
  await clock.runFor(40_000);
  world.crash();
  assert.equal(disk.snapshots.length, 3);
  return disk;
}
const disk = await written();
const whole = digestOf((await replay(found(disk), { snapshots: false })).world);
const changed = <T extends Uint8Array>(bytes: T, at: number): Uint8Array => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
const [newest, older] = disk.snapshots;
assert.ok(newest !== undefined && older !== undefined);

test('a snapshot and the entries after it give the same world as the whole journal', async () => {
  const { world, fromSnapshot, folded, head } = await replay(found(disk));
  assert.equal(digestOf(world), whole);
  assert.deepEqual([fromSnapshot, folded], [newest.seq, head.seq - newest.seq]);
});

test('every prefix of the journal gives a world, the same with and without the snapshots it reaches', async () => {
  for (let seq = 1; seq <= disk.head.seq; seq++) {
    const entry = disk.entries[seq - 1];
    assert.ok(entry !== undefined);
    const cut = found(disk, { entries: disk.entries.slice(0, seq), head: { seq, hash: entry.hash, epoch: 1 } });
    assert.equal(digestOf((await replay(cut)).world), digestOf((await replay(cut, { snapshots: false })).world), `up to ${seq}`);
  }
});

const doubtful: Readonly<Record<string, (snapshot: Snapshot) => Snapshot>> = {
  'whose state has a flipped bit': (snapshot) => ({ ...snapshot, state: changed(snapshot.state, snapshot.state.length >> 1) }),
  'whose state is cut': (snapshot) => ({ ...snapshot, state: snapshot.state.slice(0, 40) }),
  'that is empty': (snapshot) => ({ ...snapshot, state: new Uint8Array() }),
  'whose digest is another': (snapshot) => ({ ...snapshot, digest: '0'.repeat(64) }),
  'whose hash is not in the chain': (snapshot) => ({ ...snapshot, hash: 'f'.repeat(64) }),
  'of a format nobody knows': (snapshot) => ({ ...snapshot, format: 999 }),
  'from beyond the end of the journal': (snapshot) => ({ ...snapshot, seq: disk.head.seq + 7 }),
  'that stands under the name of a later one': (snapshot) => ({ ...snapshot, state: older.state, digest: older.digest }),
};
for (const [which, spoil] of Object.entries(doubtful)) {
  test(`R1: a snapshot ${which} is passed over, for an older one or for the journal itself`, async () => {
    const one = await replay(found(disk, { snapshots: disk.snapshots.map((snapshot, index) => (index === 0 ? spoil(snapshot) : snapshot)) }));
    assert.deepEqual([digestOf(one.world), one.fromSnapshot], [whole, older.seq]);
    const all = await replay(found(disk, { snapshots: [spoil(newest)] }));
    assert.deepEqual([digestOf(all.world), all.fromSnapshot], [whole, 0]);
  });
}

const at = 20;
const damaged: Readonly<Record<string, { readonly entries: readonly SealedEntry[]; readonly says: RegExp }>> = {
  'with a flipped bit in its payload': { entries: disk.entries.map((entry) => (entry.seq === at ? { ...entry, payload: changed(entry.payload, 3) } : entry)), says: /entry 20: / },
  'with a flipped bit in its header': { entries: disk.entries.map((entry) => (entry.seq === at ? { ...entry, header: changed(entry.header, 30) } : entry)), says: /entry 20: / },
  'with another hash': { entries: disk.entries.map((entry) => (entry.seq === at ? { ...entry, hash: 'a'.repeat(64) } : entry)), says: /entry 20: / },
  'that is gone': { entries: disk.entries.filter(({ seq }) => seq !== at), says: /entry 20 is missing, entry 21 follows/ },
  'behind which all is gone': { entries: disk.entries.filter(({ seq }) => seq < at), says: /entry 20 is missing, the head is \d+/ },
  'that has changed places with the next': {
    entries: disk.entries.map((entry, index) => {
      const other = entry.seq === at ? disk.entries[index + 1] : entry.seq === at + 1 ? disk.entries[index - 1] : entry;
      return { ...(other ?? entry), seq: entry.seq };
    }),
    says: /entry 20: /,
  },
};
for (const [which, { entries, says }] of Object.entries(damaged)) {
  test(`R2: an entry ${which} stops the start, and is named`, async () => {
    await assert.rejects(replay(found(disk, { entries }), { snapshots: false }), (thrown) => thrown instanceof JournalDamagedError && says.test(thrown.message) && /journal verify/.test(thrown.message));
  });
}

test('R2: a chain that does not end where the store says stops the start', async () => {
  await assert.rejects(replay(found(disk, { head: { ...disk.head, hash: 'b'.repeat(64) } })), /the chain ends in [0-9a-f]{12}, the store says bbbbbbbbbbbb/);
});

test('a life that cannot read its journal writes nothing and asks nobody', async () => {
  const [first, ...rest] = disk.entries;
  assert.ok(first !== undefined);
  const spoilt = found(disk, { entries: [{ ...first, payload: changed(first.payload, 2) }, ...rest], snapshots: [] });
  await assert.rejects(life({ store: () => spoilt }), JournalDamagedError);
});
