import assert from 'node:assert/strict';
import { test } from 'node:test';
import { life, LIMITS, operator } from '../../test/kit/life.ts';
import { evolve } from '../core/index.ts';
import { MemoryDisk } from '../journal/index.ts';
import type { SealedEntry } from '../journal/index.ts';
import type { Follower } from '../ports/index.ts';
import { followerOver } from './index.ts';

type Life = Awaited<ReturnType<typeof life>>;

const settings = { snapshotEvery: 20, limits: { ...LIMITS, maxPosition: { default: '1000' } } };
/** A fold that forgets one kind of fact: what a mended rule, a mutated value or a flipped bit comes to. */
const forgetful = (type: string): typeof evolve => (world, fact, header) => {
  evolve(world, fact, header);
  if (fact.type === type) world.orders.done.set('nobody', { ...[...world.orders.live.unordered()][0], id: 'nobody' } as never);
};
const settled = { fold: () => new Promise<never>(() => undefined), end: () => Promise.resolve() } satisfies Follower;
const trade = async (world: Life, orders: number, from = 0): Promise<void> => {
  for (let n = from; n < from + orders; n++) await world.clock.until(world.ask(`k${n}`).catch(() => undefined));
  await world.clock.runFor(6_000);
};
const resume = { kind: 'resume', by: 'sam', reason: 'looked at it' } as const;
const count = (world: Life, type: string): number => world.types().filter((one) => one === type).length;

test('F1: head and follower are compared while both run, and a snapshot is kept where they agreed', async () => {
  const disk = new MemoryDisk('bench');
  const world = await life({ disk, settings, follower: () => followerOver(disk.open()) });
  await trade(world, 12);
  const view = world.runtime.following.view;
  assert.deepEqual([view?.state, view?.lag, view?.compared?.seq], ['following', 0, world.runtime.turns.headSeq]);
  assert.ok(disk.snapshots.length > 0 && disk.snapshots.every(({ seq }) => seq <= (view?.compared?.seq ?? 0)));
  assert.deepEqual(world.notes.filter(({ level }) => level !== 'info'), []);
});

test('F2: a difference shuts the gate durably and ends the life; the next one reads the journal and stays shut until somebody acts', async () => {
  const disk = new MemoryDisk('bench');
  const world = await life({ disk, settings, follower: () => followerOver(disk.open(), { change: forgetful('order.acknowledged') }) });
  await trade(world, 12);
  assert.equal(world.failures.length, 1);
  assert.equal(world.notes.find(({ level }) => level === 'critical')?.code, 'BW-7011');
  assert.equal(world.types().at(-1), 'invariant.broken');
  assert.deepEqual(disk.snapshots, [], 'nothing is kept that was not agreed upon');
  world.crash();

  const next = await life({ clock: world.clock, disk, venues: [world.venue], settings, follower: () => followerOver(disk.open()) });
  await next.clock.until(next.ask('after'));
  assert.deepEqual([next.order('after').blocked?.code, next.runtime.world.gate.by], ['BW-3100', 'invariant']);
  await next.clock.until(next.runtime.submit({ kind: 'cancel', orderId: next.order('k0').id, by: 'sam', reason: 'test' }, operator));
  await next.clock.runFor(10_000);
  assert.equal(next.order('k0').phase, 'booked', 'cancels work');
  await next.clock.until(next.runtime.submit(resume, operator));
  await next.clock.until(next.ask('again'));
  await next.clock.runFor(10_000);
  assert.deepEqual([next.order('again').phase, next.failures.length], ['working', 0]);
});

test('F2: a difference behind a gate that is shut is told once, and the life goes on; it ends when somebody opens the gate', async () => {
  const disk = new MemoryDisk('bench');
  const world = await life({ disk, settings, follower: () => followerOver(disk.open(), { change: forgetful('gate.halted') }) });
  await trade(world, 2);
  await world.clock.until(world.runtime.submit({ kind: 'halt', by: 'sam', reason: 'test', cancelOrders: false }, operator));
  await trade(world, 30, 2);
  assert.deepEqual([world.failures.length, count(world, 'invariant.broken'), world.runtime.following.view?.state], [0, 1, 'differs']);
  await world.clock.until(world.runtime.submit({ kind: 'cancel', orderId: world.order('k0').id, by: 'sam', reason: 'test' }, operator));
  await world.clock.runFor(10_000);
  assert.equal(world.order('k0').phase, 'booked');
  const sent = world.venue.count('submit');
  world.runtime.submit(resume, operator).catch(() => undefined);
  world.ask('too early').catch(() => undefined);
  await world.clock.runFor(5_000);
  assert.deepEqual([world.failures.length, world.venue.count('submit')], [1, sent], 'nothing leaves by a state that cannot be believed');
});

test('F3: a record that cannot be read back shuts the gate, and this life goes on', async () => {
  const disk = new MemoryDisk('bench');
  const damaged = (entry: SealedEntry): SealedEntry => (entry.seq === 9 ? { ...entry, payload: new TextEncoder().encode('{}') } : entry);
  const reader = disk.open();
  const world = await life({ disk, settings, follower: () => followerOver({ origin: () => reader.origin(), snapshots: () => reader.snapshots(), read: async (from, limit) => (await reader.read(from, limit)).map(damaged) }) });
  await trade(world, 12);
  const told = world.notes.find(({ level }) => level === 'critical');
  assert.deepEqual([told?.code, told?.detail?.['seq'], world.failures.length, world.runtime.world.gate.state], ['BW-7012', 9, 0, 'HALTED']);
  await world.clock.until(world.ask('after'));
  assert.equal(world.order('after').blocked?.code, 'BW-3100');
});

test('F4: a follower that dies is started again, later each time, and trading goes on', async () => {
  const disk = new MemoryDisk('bench');
  let starts = 0;
  const dying = (): Follower => {
    starts += 1;
    return starts <= 3 ? { ...settled, fold: () => Promise.reject(new Error('out of memory')) } : followerOver(disk.open());
  };
  const world = await life({ disk, settings, follower: dying });
  for (let n = 0; n < 12; n++) await trade(world, 1, n);
  assert.deepEqual([starts, world.runtime.following.view?.state, world.runtime.following.view?.lag], [4, 'following', 0]);
  const pauses = world.notes.filter(({ level }) => level === 'warning').map(({ message }) => /again in (\d+) ms/.exec(message)?.[1]);
  assert.deepEqual(pauses, ['1000', '2000', '4000']);
  assert.equal(world.order('k11').phase, 'working');
});

test('F4: a follower that hangs is given up after its deadline, and that it is behind is told once', async () => {
  const disk = new MemoryDisk('bench');
  let [starts, ends] = [0, 0];
  const world = await life({ disk, settings, follower: () => { starts += 1; return { ...settled, async end() { ends += 1; } }; } });
  for (let n = 0; n < 40; n++) await trade(world, 1, n);
  assert.ok(starts >= 3 && ends >= starts - 1, `${starts} starts, ${ends} ends`);
  assert.equal(world.notes.filter(({ message }) => message.startsWith('the follower is behind')).length, 1);
  assert.deepEqual([world.order('k39').phase, world.failures.length], ['working', 0]);
});

test('F4: one question is under way at a time, however slow the follower is', async () => {
  const disk = new MemoryDisk('bench');
  const follower = followerOver(disk.open());
  let [under, most] = [0, 0];
  const slow: Follower = {
    async fold(goal) {
      most = Math.max(most, under += 1);
      await new Promise<void>((resolve) => void world.clock.timer(20_000, resolve));
      under -= 1;
      return follower.fold(goal);
    },
    end: () => follower.end(),
  };
  const world = await life({ disk, settings, follower: () => slow });
  for (let n = 0; n < 60; n++) await trade(world, 1, n);
  assert.equal(most, 1);
  assert.equal(world.order('k59').phase, 'working');
  assert.ok((world.runtime.following.view?.compared?.seq ?? 0) > 0);
});

test('a stop keeps a last snapshot, and does not wait for a follower that hangs', async () => {
  const disk = new MemoryDisk('bench');
  const good = await life({ disk, settings, follower: () => followerOver(disk.open()) });
  await trade(good, 1);
  await good.clock.until(good.runtime.stop('test'));
  assert.equal(disk.snapshots[0]?.seq, disk.head.seq);
  const bad = await life({ clock: good.clock, disk, venues: [good.venue], settings, follower: () => settled });
  await trade(bad, 1, 1);
  const beforeMs = bad.clock.monotonicMs();
  await bad.clock.until(bad.runtime.stop('test'));
  assert.ok(bad.clock.monotonicMs() - beforeMs <= 2_100);
  assert.equal(bad.timers, 0, 'nothing is left');
});

test('a follower that begins behind a segment that was opened meanwhile compares nothing, and then goes on', async () => {
  const disk = new MemoryDisk('bench');
  const follower = followerOver(disk.open());
  const world = await life({ disk, settings, follower: 'none' });
  await trade(world, 3);
  const { seq } = disk.head;
  disk.write({ epoch: disk.head.epoch, entries: [], opensSegment: true });
  Object.defineProperty(disk, 'origin', { value: { seq: seq + 1, previousHash: disk.head.hash } });
  assert.deepEqual(await follower.fold({ seq: seq - 2, freeze: false }), { kind: 'stands', seq, hash: disk.head.hash });
  assert.deepEqual(await follower.fold({ seq: seq - 2, freeze: false }), { kind: 'stands', seq, hash: disk.head.hash });
});
