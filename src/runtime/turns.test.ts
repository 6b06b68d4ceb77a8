import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entriesOn, life, LIMITS, operator } from '../../test/kit/life.ts';
import type { Life } from '../../test/kit/life.ts';
import { never } from '../../test/kit/venue.ts';
import { exposureOf } from '../core/index.ts';
import type { Recorded } from '../core/index.ts';
import { MemoryDisk } from '../journal/index.ts';
import type { AppendBatch, AppendResult, MemoryStore, Store } from '../journal/index.ts';
import { BusyError, OutcomeUnknownError, StoppingError } from './errors.ts';
import type { Witness } from './turns.ts';

/** A store whose appends a test may answer otherwise. */
function meddled(append: (really: (batch: AppendBatch) => Promise<AppendResult>, batch: AppendBatch) => Promise<AppendResult>) {
  return (store: MemoryStore): Store => ({
    identity: store.identity, head: () => store.head(), origin: () => store.origin(), append: (batch) => append((own) => store.append(own), batch), read: (from, limit) => store.read(from, limit),
    saveSnapshot: (snapshot) => store.saveSnapshot(snapshot), snapshots: () => store.snapshots(), close: () => store.close(),
  });
}
const openBuys = ({ runtime }: Awaited<ReturnType<typeof life>>): bigint => exposureOf(runtime.world.orders, 'sim', 'BTC/USD').buyUnits;

test('T1: the next input already sees what this one reserved, before the disk has it', async () => {
  const world = await life({ disks: { flushDelayMs: () => 1_000 }, settings: { limits: { ...LIMITS, maxPosition: { default: '2' } } } });
  await world.clock.runFor(10_000);
  const answers = ['a', 'b', 'c', 'd'].map((key) => world.ask(key, { quantityText: '0.5' }));
  assert.equal(openBuys(world), 100_000_000n, 'two orders of half a bitcoin fit beside the one that is held');
  assert.ok(world.runtime.turns.durableSeq < world.runtime.turns.headSeq, 'nothing of it is on disk yet');
  assert.deepEqual(['a', 'b', 'c', 'd'].map((key) => world.order(key).phase), ['sending', 'sending', 'blocked', 'blocked']);
  await world.clock.until(Promise.all(answers));
});

test('T2: callers are told in the order of the journal, and none before its entry is on disk', async () => {
  const world = await life({ disks: { flushDelayMs: () => 40 } });
  const told: string[] = [];
  const asked = ['a', 'b', 'c'].map((key) => world.ask(key).then(({ seq }) => {
    told.push(key);
    assert.ok(world.disk.head.seq >= seq, `${key} is told once it is on disk`);
  }));
  assert.deepEqual(told, []);
  await world.clock.until(Promise.all(asked));
  assert.deepEqual(told, ['a', 'b', 'c']);
});

test('T2: what is on disk already is told at once', async () => {
  const { runtime } = await life();
  await runtime.turns.durable(runtime.turns.durableSeq);
  await runtime.turns.durable(0);
});

for (const [befalls, misfortune, message] of [
  ['a process with a higher epoch has taken the journal over', { kind: 'refused', why: 'stale' }, /another process has taken the journal over/],
  ['the head of the journal is elsewhere', { kind: 'refused', why: 'head' }, /its head is not where this process believes/],
  ['the disk cannot say what it wrote', { kind: 'unknown', written: 'everything' }, /the write failed/],
  ['the write is torn', { kind: 'torn', keepEntries: 1 }, /the write was torn/],
] as const) {
  test(`T3: when ${befalls}, this life ends: callers cannot know, nothing more leaves, nothing more is taken`, async () => {
    let armed = false;
    const world = await life({ disks: { flushDelayMs: () => 50, misfortune: () => (armed ? misfortune : undefined) } });
    armed = true;
    const before = world.venue.count('submit');
    const isUnknown = (thrown: unknown): boolean => thrown instanceof OutcomeUnknownError && message.test(thrown.message) && thrown.retryable;
    await world.clock.until(Promise.all([assert.rejects(world.ask('a'), isUnknown), assert.rejects(world.ask('b'), isUnknown)]));
    assert.equal(world.failures.length, 1, 'the process is told once');
    await assert.rejects(world.ask('c'), StoppingError);
    await assert.rejects(world.runtime.submit({ kind: 'halt', by: 'sam', reason: 'late', cancelOrders: false }, operator), StoppingError);
    await assert.rejects(world.runtime.turns.durable(world.runtime.turns.headSeq), OutcomeUnknownError);
    await world.clock.runFor(300_000);
    assert.equal(world.venue.count('submit'), before);
    assert.equal(world.timers, 0, 'no timer is left behind');
    assert.equal(world.failures.length, 1);
  });
}

test('T3: a disk that answers after the deadline answers nobody: the next life reads the truth', async () => {
  const waiting: (() => void)[] = [];
  let slow = false;
  const world = await life({
    store: meddled((really, batch) => (slow ? new Promise((resolve) => waiting.push(() => void really(batch).then(resolve))) : really(batch))), settings: { appendTimeoutMs: 3_000 },
  });
  slow = true;
  const asked = world.ask('a');
  await assert.rejects(world.clock.until(asked), /no answer from the disk within 3000 ms/);
  const head = world.runtime.turns.durableSeq;
  for (const answer of waiting) answer();
  await world.clock.runFor(60_000);
  assert.equal(world.runtime.turns.durableSeq, head, 'the late answer changes nothing here');
  assert.equal(world.venue.count('submit'), 0, 'and nothing leaves');
  assert.ok(world.types().includes('order.sending'), 'though it is on disk');
  world.crash();
  const next = await life({ clock: world.clock, disk: world.disk, venues: [world.venue] });
  assert.equal(next.order('a').phase, 'unknown');
});

test('T3: a store that throws instead of answering ends this life too', async () => {
  let broken = false;
  const world = await life({ store: meddled((really, batch) => (broken ? Promise.reject(new Error('the worker is gone')) : really(batch))) });
  broken = true;
  await assert.rejects(world.clock.until(world.ask('a')), /the worker is gone/);
  assert.equal(world.failures.length, 1);
});

/** What a core with a bug would do: the next turn finds that a belief was false. */
function spoil({ runtime: { world } }: Awaited<ReturnType<typeof life>>): void {
  world.life = { ...world.life, seq: world.life.seq + 1 };
}
const left = ({ venue }: Awaited<ReturnType<typeof life>>): readonly string[] => venue.calls.filter((call) => /^(submit|cancel|find)/.test(call));

test('T4: a false belief appends itself and nothing of its own turn, and the next life begins with a shut gate', async () => {
  const world = await life();
  const seq = world.disk.head.seq;
  spoil(world);
  await assert.rejects(world.ask('a'), /Broken invariant: entries are folded in order/);
  await world.clock.runFor(1_000);
  assert.deepEqual(world.types(seq), ['invariant.broken']);
  assert.equal(world.failures.length, 1);
  world.crash();
  const next = await life({ clock: world.clock, disk: world.disk, venues: [world.venue] });
  assert.deepEqual([next.runtime.world.gate.state, next.runtime.world.gate.by], ['HALTED', 'invariant']);
  await next.clock.until(next.ask('after'));
  assert.deepEqual([next.order('after').phase, next.order('after').blocked?.code], ['blocked', 'BW-3100']);
});

test('T4: from the broken belief on nothing leaves, however long the disk takes to keep it', async () => {
  let silent = false;
  const world = await life({ store: meddled((really, batch) => (silent ? never() : really(batch))), settings: { appendTimeoutMs: 30_000 } });
  world.venue.meddle('submit', () => ({ kind: 'unknown', why: 'no answer' }), 5);
  await world.clock.until(Promise.all([world.ask('a'), world.ask('b')]));
  await world.clock.runFor(5_000);
  assert.ok(left(world).length > 4, 'two orders are asked for, again and again');
  silent = true;
  spoil(world);
  await assert.rejects(world.ask('c'), /Broken invariant/);
  const before = left(world).length;
  await world.clock.runFor(29_000);
  assert.equal(left(world).length, before);
  assert.equal(world.failures.length, 0, 'the disk still has time to take the belief down');
  await world.clock.runFor(60_000);
  assert.equal(world.failures.length, 1, 'a disk that never answers does not keep this life up');
  assert.equal(left(world).length, before);
  assert.equal(world.timers, 0);
});

test('T4: a belief that breaks when the answer to an order is taken ends this life, and the order is not sent again', async () => {
  const world = await life();
  const seq = world.disk.head.seq;
  world.venue.meddle('submit', (really) => { spoil(world); return really(); });
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(60_000);
  assert.equal(world.failures.length, 1);
  assert.deepEqual(world.types(seq).slice(-1), ['invariant.broken']);
  assert.equal(world.venue.count('submit'), 1);
});

test('T4: a belief that breaks outside a turn, where it is seen what is due, is written down as well', async () => {
  const world = await life();
  await world.clock.until(world.ask('a'));
  await world.clock.runFor(100);
  world.runtime.world.market.venues.delete('sim');
  world.runtime.world.orders.live.set('x', { ...world.order('a'), id: 'x', phase: 'sending' });
  await world.clock.runFor(60_000);
  assert.equal(world.failures.length, 1);
  assert.equal(world.types().at(-1), 'invariant.broken');
});

test('new risk is refused while too much waits for the disk; cancels and halts are taken, and nothing is done twice', async () => {
  const world = await life({ disks: { flushDelayMs: () => 500 }, settings: { maxLag: 6 } });
  await world.clock.runFor(5_000);
  const taken = [world.ask('a'), world.ask('b')];
  await assert.rejects(world.ask('c'), (thrown) => thrown instanceof BusyError && /6 entries wait for the disk, the bound is 6/.test(thrown.message) && thrown.retryable);
  const cancel = world.runtime.submit({ kind: 'cancel', orderId: world.order('a').id, by: 'sam', reason: 'test' }, operator);
  const halt = world.runtime.submit({ kind: 'halt', by: 'sam', reason: 'test', cancelOrders: true }, operator);
  await world.clock.until(Promise.all([...taken, cancel, halt]));
  assert.equal(entriesOn(world.disk).some(({ fact }) => fact.type === 'order.intended' && fact.key === 'c'), false);
  await world.clock.until(world.ask('c'));
  assert.equal(world.order('c').phase, 'blocked');
});

test('T5: a witness is told of each fact once, in order, with its order as it was then, and never before the fact is on disk', async () => {
  const told: Recorded[] = [];
  let early = 0;
  const flushes: number[] = [];
  const witness: Witness = {
    recorded: (entries) => {
      told.push(...entries);
      if ((entries.at(-1)?.header.seq ?? 0) > world.disk.head.seq) early += 1;
    },
    flushed: (tookMs) => void flushes.push(tookMs),
  };
  const disk = new MemoryDisk('witnessed');
  const world: Pick<Life, 'disk'> = { disk };
  const lived = await life({ disk, disks: { flushDelayMs: () => 40 }, witness });
  await lived.clock.until(Promise.all(['a', 'b'].map((key) => lived.ask(key))));
  await lived.clock.runFor(1_000);
  assert.equal(early, 0);
  assert.deepEqual(told.map(({ header, fact }) => [header.seq, fact.type]), lived.entries.slice(0, told.length).map(({ header, fact }) => [header.seq, fact.type]));
  assert.ok(told.length > 10 && told.length <= disk.head.seq);
  const own = told.filter(({ order }) => order?.key === 'a');
  assert.deepEqual(own.slice(0, 3).map(({ fact, before, order }) => [fact.type, before?.phase, order?.phase]), [['order.intended', undefined, 'intended'], ['order.prepared', 'intended', 'prepared'], ['order.sending', 'prepared', 'sending']]);
  assert.ok(flushes.length > 0 && flushes.every((tookMs) => tookMs >= 40));
});

test('T5: what never became durable is told to nobody, and a witness that throws ends no life', async () => {
  const told: string[] = [];
  let armed = false;
  const world = await life({
    disks: { misfortune: () => (armed ? { kind: 'unknown', written: 'nothing' } : undefined) },
    witness: { recorded: (entries) => { told.push(...entries.map(({ fact }) => fact.type)); throw new Error('the log is broken'); }, flushed: () => undefined },
  });
  assert.equal(world.failures.length, 0);
  const before = told.length;
  armed = true;
  await world.clock.until(assert.rejects(world.ask('a'), OutcomeUnknownError));
  assert.equal(told.length, before);
});
