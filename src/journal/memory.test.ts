import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY_HEAD, MemoryDisk, Sealer } from './index.ts';
import type { AppendBatch, AppendResult, Misfortune } from './index.ts';

const payload = new TextEncoder().encode('{}');
const batches = (...sizes: readonly number[]): readonly AppendBatch[] => {
  const sealer = new Sealer(EMPTY_HEAD, { epoch: 1, bootId: 'b', lastAtMs: 0 });
  return sizes.map((size) => sealer.seal({ atMs: 1, wallMs: 1, actor: 'boot', correlationId: 'c' }, Array.from({ length: size }, () => ({ type: 't', typeVersion: 1, payload }))));
};
const misfortunes = (...script: readonly (Misfortune | undefined)[]): (() => Misfortune | undefined) => {
  const left = [...script];
  return () => left.shift();
};
/** Timers that run when told to. */
const byHand = () => {
  const waiting: { delayMs: number; run: () => void }[] = [];
  return { timer: (delayMs: number, run: () => void) => waiting.push({ delayMs, run }), fire: () => waiting.shift()?.run(), waiting };
};
const answersOf = (store: { append(batch: AppendBatch): Promise<AppendResult> }, sent: readonly AppendBatch[]): Promise<string[]> =>
  Promise.all(sent.map((batch) => store.append(batch).then((result) => result.kind)));

test('a torn append leaves its first entries and answers unknown; whoever comes behind it is told unknown too', async () => {
  const disk = new MemoryDisk();
  const store = disk.open({ misfortune: misfortunes(undefined, { kind: 'torn', keepEntries: 2 }) });
  assert.deepEqual(await answersOf(store, batches(1, 4, 1)), ['durable', 'unknown', 'unknown']);
  assert.equal(disk.head.seq, 3);
  assert.equal((await disk.open().head()).seq, 3);
});

test('an unknown append may have written everything or nothing, and looks the same', async () => {
  const [batch] = batches(3);
  assert.ok(batch);
  for (const [written, seq] of [['everything', 3], ['nothing', 0]] as const) {
    const disk = new MemoryDisk();
    const result = await disk.open({ misfortune: misfortunes({ kind: 'unknown', written }) }).append(batch);
    assert.deepEqual(result, { kind: 'unknown', why: 'the write failed' });
    assert.equal(disk.head.seq, seq);
  }
});

test('a refusal on command writes nothing, and the store goes on', async () => {
  const disk = new MemoryDisk();
  const store = disk.open({ misfortune: misfortunes({ kind: 'refused', why: 'stale' }) });
  const [batch] = batches(3);
  assert.ok(batch);
  assert.deepEqual(await store.append(batch), { kind: 'refused', why: 'stale' });
  assert.deepEqual(await store.append(batch), { kind: 'durable', seq: 3 });
});

test('K1: nothing is durable before its flush ends, and what was sent meanwhile shares the next flush', async () => {
  const hand = byHand();
  const disk = new MemoryDisk();
  const store = disk.open({ timer: hand.timer, flushDelayMs: () => 25 });
  const answers = answersOf(store, batches(1, 1, 1));
  assert.equal(disk.head.seq, 0);
  assert.deepEqual(hand.waiting.map(({ delayMs }) => delayMs), [25]);
  hand.fire();
  assert.equal(disk.head.seq, 1);
  hand.fire();
  assert.equal(disk.head.seq, 3);
  assert.deepEqual(await answers, ['durable', 'durable', 'durable']);
});

test('K2: after a crash the old store never answers, and any prefix of what was pending is on the disk', async () => {
  for (const keepEntries of [0, 1, 3, 4, 5, 9]) {
    const hand = byHand();
    const disk = new MemoryDisk();
    const store = disk.open({ timer: hand.timer, flushDelayMs: () => 5 });
    let answered = false;
    for (const batch of batches(2, 2, 1)) void store.append(batch).then(() => (answered = true));
    void store.head().then(() => (answered = true));
    store.crash(keepEntries);
    hand.fire();
    assert.equal(disk.head.seq, Math.min(keepEntries, 5));
    assert.equal((await disk.open().head()).seq, Math.min(keepEntries, 5));
    assert.equal(answered, false);
  }
});
