/** What every engine of the journal owes its producer and its readers. One suite; each engine's test file runs it on its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY_HEAD, GENESIS_HASH, openEntry, READ_LIMIT, Sealer, SNAPSHOTS_KEPT } from '../../src/journal/index.ts';
import type { AppendBatch, Head, SealedEntry, Snapshot, Store } from '../../src/journal/index.ts';

/** A place where a journal lies; opening it again finds what is durable. */
export type Place = { open(): Promise<Store>; remove(): Promise<void> };

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const sealerAt = (head: Head, epoch: number): Sealer => new Sealer(head, { epoch, bootId: `boot-${epoch}`, lastAtMs: 0 });

export function sealSome(sealer: Sealer, count: number, word = 'fact'): AppendBatch {
  const facts = Array.from({ length: count }, (_, index) => ({ type: 'test.noted', typeVersion: 1, payload: bytesOf(`{"note":"${word} ${sealer.seq + index + 1}"}`) }));
  return sealer.seal({ atMs: 1, wallMs: 1, actor: 'timer', correlationId: 'c' }, facts);
}

async function readAll(store: Store): Promise<readonly SealedEntry[]> {
  const all: SealedEntry[] = [];
  for (;;) {
    const page = await store.read(all.length + 1, READ_LIMIT);
    if (page.length === 0) return all;
    all.push(...page);
  }
}

function assertChain(entries: readonly SealedEntry[]): void {
  let previousHash = GENESIS_HASH;
  for (const [index, entry] of entries.entries()) {
    assert.equal(entry.seq, index + 1);
    openEntry(previousHash, entry);
    previousHash = entry.hash;
  }
}

const snapshotAt = (seq: number): Snapshot => ({ seq, hash: GENESIS_HASH, digest: `d${seq}`, format: 1, state: bytesOf(`state ${seq}`) });

export function storeContract(engine: string, place: () => Promise<Place>): void {
  const inPlace = (title: string, run: (place: Place) => Promise<void>): void => {
    test(`${engine}: ${title}`, async () => {
      const at = await place();
      try {
        await run(at);
      } finally {
        await at.remove();
      }
    });
  };
  const withStore = (title: string, run: (store: Store) => Promise<void>): void =>
    inPlace(title, async (at) => {
      const store = await at.open();
      try {
        await run(store);
      } finally {
        await store.close();
      }
    });

  withStore('a new journal is empty, and its head is the genesis', async (store) => {
    assert.deepEqual(await store.head(), EMPTY_HEAD);
    assert.deepEqual(await store.read(1, 10), []);
    assert.deepEqual(await store.snapshots(), []);
  });

  withStore('what is durable is read back byte for byte, and the head is its last entry', async (store) => {
    const sealer = sealerAt(EMPTY_HEAD, 1);
    const batch = sealSome(sealer, 3, 'gross, "groß"\n');
    assert.deepEqual(await store.append(batch), { kind: 'durable', seq: 3 });
    assert.deepEqual(await store.read(1, 10), batch.entries);
    assert.deepEqual(await store.head(), { seq: 3, hash: sealer.hash, epoch: 1 });
    assertChain(await readAll(store));
  });

  withStore('an append that expects another seq or another hash is refused, and nothing is written', async (store) => {
    const first = sealSome(sealerAt(EMPTY_HEAD, 1), 2, 'one');
    const other = sealSome(sealerAt(EMPTY_HEAD, 1), 2, 'two');
    assert.equal((await store.append(first)).kind, 'durable');
    assert.deepEqual(await store.append(other), { kind: 'refused', why: 'head' }); // another seq
    const elsewhere = sealerAt({ seq: 2, hash: other.entries[1]?.hash ?? '', epoch: 1 }, 1);
    assert.deepEqual(await store.append(sealSome(elsewhere, 1)), { kind: 'refused', why: 'head' }); // another hash
    assert.deepEqual(await store.read(1, 10), first.entries);
    const right = sealerAt(await store.head(), 1);
    assert.deepEqual(await store.append(sealSome(right, 1)), { kind: 'durable', seq: 3 });
  });

  withStore('the first append of a higher epoch shuts every lower one out, also with a right head', async (store) => {
    await store.append(sealSome(sealerAt(EMPTY_HEAD, 1), 1));
    const head = await store.head();
    assert.deepEqual(await store.append(sealSome(sealerAt(head, 7), 1)), { kind: 'durable', seq: 2 });
    assert.equal((await store.head()).epoch, 7);
    assert.deepEqual(await store.append(sealSome(sealerAt(await store.head(), 6), 1)), { kind: 'refused', why: 'stale' });
    assert.deepEqual(await store.append(sealSome(sealerAt(head, 1), 1)), { kind: 'refused', why: 'stale' }); // told first, before the head
    assert.equal((await store.head()).seq, 2);
  });

  withStore('an append without entries takes the journal over for its epoch', async (store) => {
    assert.deepEqual(await store.append({ epoch: 4, expectSeq: 0, expectHash: GENESIS_HASH, entries: [] }), { kind: 'durable', seq: 0 });
    assert.deepEqual(await store.append(sealSome(sealerAt(EMPTY_HEAD, 3), 1)), { kind: 'refused', why: 'stale' });
    assert.equal((await store.head()).epoch, 4);
  });

  withStore('appends sent at once become durable in the order in which they were sent', async (store) => {
    const sealer = sealerAt(EMPTY_HEAD, 1);
    const answered: number[] = [];
    const sizes = Array.from({ length: 200 }, (_, index) => 1 + (index % 7));
    const results = await Promise.all(sizes.map(async (size) => {
      const result = await store.append(sealSome(sealer, size));
      assert.equal(result.kind, 'durable');
      if (result.kind === 'durable') answered.push(result.seq);
      return result;
    }));
    let seq = 0;
    assert.deepEqual(results, sizes.map((size) => ({ kind: 'durable', seq: (seq += size) })));
    assert.deepEqual(answered, answered.toSorted((a, b) => a - b));
    assertChain(await readAll(store));
    assert.equal((await store.head()).seq, sizes.reduce((sum, size) => sum + size, 0));
  });

  withStore('a batch refused among others leaves the ones before it durable and refuses what was built on it', async (store) => {
    const sealer = sealerAt(EMPTY_HEAD, 1);
    const good = sealSome(sealer, 2);
    sealSome(sealer, 1); // sealed and never sent
    const results = await Promise.all([store.append(good), store.append(sealSome(sealer, 1)), store.append(sealSome(sealer, 1))]);
    assert.deepEqual(results, [{ kind: 'durable', seq: 2 }, { kind: 'refused', why: 'head' }, { kind: 'refused', why: 'head' }]);
    assert.equal((await store.head()).seq, 2);
  });

  withStore('a page is at most READ_LIMIT entries, whatever was asked for', async (store) => {
    const batch = sealSome(sealerAt(EMPTY_HEAD, 1), READ_LIMIT + 5);
    await store.append(batch);
    assert.equal((await store.read(1, READ_LIMIT * 10)).length, READ_LIMIT);
    assert.deepEqual((await store.read(READ_LIMIT + 1, 50)).map((entry) => entry.seq), [1, 2, 3, 4, 5].map((more) => READ_LIMIT + more));
    assert.deepEqual((await store.read(3, 2)).map((entry) => entry.seq), [3, 4]);
    assert.deepEqual((await store.read(0, 1)).map((entry) => entry.seq), [1]);
    assert.deepEqual(await store.read(READ_LIMIT + 6, 5), []);
  });

  withStore(`the last ${SNAPSHOTS_KEPT} snapshots are kept, newest first; one of the same seq takes the place of the old one`, async (store) => {
    for (const seq of [10, 20, 30, 40]) await store.saveSnapshot(snapshotAt(seq));
    assert.deepEqual((await store.snapshots()).map((snapshot) => snapshot.seq), [40, 30, 20]);
    await store.saveSnapshot({ ...snapshotAt(40), digest: 'again' });
    const [newest, ...older] = await store.snapshots();
    assert.deepEqual(newest, { ...snapshotAt(40), digest: 'again' });
    assert.equal(textOf(newest?.state ?? bytesOf('')), 'state 40');
    assert.equal(older.length, SNAPSHOTS_KEPT - 1);
  });

  inPlace('a journal opened again is the same journal: identity, entries, epoch, snapshots', async (at) => {
    const before = await at.open();
    const sealer = sealerAt(EMPTY_HEAD, 5);
    await before.append(sealSome(sealer, 4));
    await before.saveSnapshot(snapshotAt(4));
    await before.close();
    const after = await at.open();
    assert.equal(after.identity, before.identity);
    assert.notEqual(after.identity, '');
    assert.deepEqual(await after.head(), { seq: 4, hash: sealer.hash, epoch: 5 });
    assert.deepEqual((await after.snapshots()).map((snapshot) => snapshot.seq), [4]);
    assert.equal((await after.append(sealSome(sealerAt(await after.head(), 6), 1))).kind, 'durable');
    assertChain(await readAll(after));
    await after.close();
  });

  inPlace('the newest segment is where a reader may begin, in this life and the next, and what was before can still be read', async (at) => {
    const store = await at.open();
    const sealer = sealerAt(EMPTY_HEAD, 1);
    assert.deepEqual(await store.origin(), { seq: 1, previousHash: GENESIS_HASH });
    await store.append(sealSome(sealer, 5));
    for (const _segment of [2, 3]) {
      const before = { seq: sealer.seq + 1, previousHash: sealer.hash };
      const refused = { ...sealSome(sealerAt({ ...(await store.head()), hash: 'f'.repeat(64) }, 1), 1), opensSegment: true };
      assert.equal((await store.append(refused)).kind, 'refused'); // opens nothing
      await Promise.all([store.append({ ...sealSome(sealer, 1), opensSegment: true }), store.append(sealSome(sealer, 4))]);
      assert.deepEqual(await store.origin(), before);
    }
    const origin = await store.origin();
    assertChain(await readAll(store));
    await store.close();
    const again = await at.open();
    assert.deepEqual(await again.origin(), origin);
    assert.deepEqual([(await again.head()).seq, (await again.read(origin.seq, 1))[0]?.seq], [15, origin.seq]);
    assertChain(await readAll(again));
    await again.close();
  });

  inPlace('closing waits for what was sent, and a closed store takes nothing more', async (at) => {
    const store = await at.open();
    const sealer = sealerAt(EMPTY_HEAD, 1);
    const sent = Array.from({ length: 20 }, () => store.append(sealSome(sealer, 3)));
    await store.close();
    assert.ok((await Promise.all(sent)).every((result) => result.kind === 'durable'));
    assert.equal((await store.append(sealSome(sealer, 1))).kind, 'unknown');
    const again = await at.open();
    assert.equal((await again.head()).seq, 60);
    await again.close();
  });
}
