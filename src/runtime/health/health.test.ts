import assert from 'node:assert/strict';
import { test } from 'node:test';
import { life } from '../../../test/kit/life.ts';
import type { Life, LifeOptions } from '../../../test/kit/life.ts';
import { BenchVenue, unreadable } from '../../../test/kit/venue.ts';
import { DEFAULT_WATCH } from '../../core/index.ts';
import type { ComponentState, Finding } from '../../core/index.ts';

const MIB = 1_048_576;
const machine = { freeBytes: 10_000 * MIB as number | undefined, silentMs: 100 as number | undefined };
const calm = (): void => void Object.assign(machine, { freeBytes: 10_000 * MIB, silentMs: 100 });
const health = { freeBytes: () => machine.freeBytes, supervisorSilentMs: () => machine.silentMs };

/** A life that is watched, and in which everything is well. */
async function watched(options: LifeOptions = {}): Promise<Life> {
  calm();
  const world = await life({ health, ...options });
  await world.clock.runFor(12_000);
  return world;
}

const stateOf = (world: Life, name: string): ComponentState | undefined => world.runtime.world.health.components.get(name)?.state;
const systemOf = (world: Life): string => world.runtime.world.health.system.state;

/** How long until a component is in a state, in ms; fails where it takes longer than three checks, and what comes before them. */
async function until(world: Life, name: string, state: ComponentState, withinMs: number): Promise<number> {
  const beganMs = world.clock.monotonicMs();
  await world.clock.runUntil(() => stateOf(world, name) === state, withinMs);
  assert.equal(stateOf(world, name), state, `${name} within ${withinMs} ms`);
  return world.clock.monotonicMs() - beganMs;
}
const THREE_CHECKS_MS = 20_000; // and what is left until the first of them
const A_READ_OR_TWO_MS = 5_000;

test('a life watches its journal, its follower, its loop, its disk, its supervisor, each venue and its prices, and calls the whole healthy once all were heard', async () => {
  const world = await watched();
  const { components, system } = world.runtime.world.health;
  assert.deepEqual([...components.values()].map(({ name, state, critical }) => `${name} ${state}${critical ? ' critical' : ''}`), [
    'disk healthy critical', 'follower healthy', 'journal healthy critical', 'loop healthy', 'prices sim healthy critical', 'supervisor healthy', 'venue sim healthy critical',
  ]);
  assert.equal(system.state, 'healthy');
  assert.equal(world.types().filter((type) => type === 'component.registered').length, 7);
});

test('the whole is recovering until then, and healthy within a second of the first price and comparison', async () => {
  const world = await life({ health, start: false });
  assert.equal(systemOf(world), 'recovering');
  world.runtime.start();
  assert.equal(systemOf(world), 'recovering');
  await world.clock.runUntil(() => systemOf(world) === 'healthy', 2_000);
  assert.equal(systemOf(world), 'healthy');
});

test('a venue that cannot be read is critical within its time, and so is the whole; it comes back in steps', async () => {
  const world = await watched();
  for (const call of ['activity', 'openOrders', 'balances'] as const) world.venue.meddle(call, () => unreadable(), Number.POSITIVE_INFINITY);
  void world.runtime.reconcile('sim');
  await until(world, 'venue sim', 'critical', A_READ_OR_TWO_MS + THREE_CHECKS_MS);
  assert.equal(systemOf(world), 'critical');
  world.venue.calm();
  await until(world, 'venue sim', 'healthy', 45_000);
  assert.equal(systemOf(world), 'critical');
  await world.clock.runUntil(() => systemOf(world) !== 'critical', 35_000);
  assert.equal(systemOf(world), 'degraded');
  await world.clock.runFor(29_000);
  assert.equal(systemOf(world), 'degraded');
  await world.clock.runFor(8_000);
  assert.equal(systemOf(world), 'healthy');
});

test('a venue of whose readings half come to nothing is degraded', async () => {
  const world = await watched();
  let reads = 0;
  world.venue.meddle('quotes', (really) => (reads++ % 3 === 0 ? really() : unreadable()), Number.POSITIVE_INFINITY);
  await until(world, 'venue sim', 'degraded', 60_000 + THREE_CHECKS_MS);
});

test('a venue that refuses the keys has failed', async () => {
  const world = await watched();
  world.venue.meddle('balances', () => ({ kind: 'unclear', why: '401', access: true }), Number.POSITIVE_INFINITY);
  void world.runtime.reconcile('sim');
  await until(world, 'venue sim', 'failed', A_READ_OR_TWO_MS + THREE_CHECKS_MS);
});

test('a venue without its stream is degraded, and the whole with it', async () => {
  const world = await watched();
  world.venue.tell({ kind: 'disconnected', why: 'gone' });
  await until(world, 'venue sim', 'degraded', THREE_CHECKS_MS + 5_000);
  assert.equal(systemOf(world), 'degraded');
});

test('a venue whose books are compared too late is degraded', async () => {
  const world = await watched({ settings: { reconcileEveryMs: 600_000 } });
  assert.equal(stateOf(world, 'venue sim'), 'healthy');
  const late = await watched({ settings: { reconcileEveryMs: 600_000, limits: { ...LIMITS_OF, booksMaxAgeMs: 20_000 } } });
  await until(late, 'venue sim', 'critical', 20_000 + THREE_CHECKS_MS);
});

const LIMITS_OF = { maxOrderValue: {}, maxPosition: {}, priceCollarPpm: {}, priceMaxAgeMs: 10_000 };

test('a venue that gives no prices is found within the age they may have and three checks', async () => {
  const world = await watched();
  world.venue.meddle('quotes', () => unreadable(), Number.POSITIVE_INFINITY);
  await until(world, 'prices sim', 'critical', 10_000 + THREE_CHECKS_MS + 5_000);
  assert.equal(systemOf(world), 'critical');
  assert.equal(stateOf(world, 'venue sim'), 'healthy', 'another component than the one that trades');
});

test('a disk that is slow is degraded, one that does not answer has failed, and both while the process lives', async () => {
  let flushMs = 1;
  const world = await watched({ disks: { flushDelayMs: () => flushMs }, settings: { appendTimeoutMs: 600_000, emergencyAfterMs: 600_000 } });
  const write = (): void => void world.runtime.submit({ kind: 'halt', by: 'sam', reason: 'a drill', cancelOrders: false }, { actor: 'operator:sam', correlationId: 'x' }).then(() => world.runtime.submit({ kind: 'resume', by: 'sam', reason: 'over' }, { actor: 'operator:sam', correlationId: 'x' })).then(write, () => undefined);
  flushMs = 2_000;
  write();
  await until(world, 'journal', 'degraded', THREE_CHECKS_MS + 10_000);
  flushMs = 300_000;
  await until(world, 'journal', 'failed', THREE_CHECKS_MS + 15_000);
  assert.equal(systemOf(world), 'critical');
});

test('a follower that falls again and again is degraded, and no more than that comes of it', async () => {
  const world = await watched();
  assert.equal(stateOf(world, 'follower'), 'healthy');
  const fallen = await watched({ follower: () => ({ fold: () => Promise.reject(new Error('fallen')), end: () => Promise.resolve() }) });
  await until(fallen, 'follower', 'degraded', 40_000);
  assert.equal(systemOf(fallen), 'degraded');
});

test('a disk that fills up is degraded below 512 MiB and critical below 128', async () => {
  const world = await watched();
  machine.freeBytes = 400 * MIB;
  await until(world, 'disk', 'degraded', THREE_CHECKS_MS);
  machine.freeBytes = 100 * MIB;
  await until(world, 'disk', 'critical', THREE_CHECKS_MS);
  await world.clock.runFor(100);
  assert.deepEqual(world.entries.flatMap(({ fact }) => (fact.type === 'component.changed' && fact.component === 'disk' && fact.to === 'critical' ? [[fact.cause, fact.findings, fact.numbers]] : [])), [['100 MiB are left in the data folder', 3, { freeMib: 100 }]]);
});

test('room that nobody can tell is not taken for room', async () => {
  const world = await watched();
  machine.freeBytes = undefined;
  await until(world, 'disk', 'degraded', THREE_CHECKS_MS);
});

test('a supervisor that hears nothing any more is told as degraded', async () => {
  const world = await watched();
  machine.silentMs = 6_000;
  await until(world, 'supervisor', 'degraded', THREE_CHECKS_MS);
});

test('one bad look changes nothing and writes nothing', async () => {
  const world = await watched();
  const { length } = world.entries;
  machine.freeBytes = 0;
  await world.clock.runFor(10_000); // two looks
  machine.freeBytes = 10_000 * MIB;
  await world.clock.runFor(60_000);
  assert.deepEqual(world.types(length).filter((type) => type.startsWith('component.') || type.startsWith('safety.')), []);
  assert.equal(systemOf(world), 'healthy');
});

test('of several venues none is critical, but that one of them works', async () => {
  const [good, bad] = [new BenchVenue({ name: 'good' }), new BenchVenue({ name: 'bad' })];
  const world = await watched({ venues: [good, bad] });
  assert.equal(systemOf(world), 'healthy');
  bad.meddle('balances', () => ({ kind: 'unclear', why: '401', access: true }), Number.POSITIVE_INFINITY);
  void world.runtime.reconcile('bad');
  await until(world, 'venue bad', 'failed', A_READ_OR_TWO_MS + THREE_CHECKS_MS);
  assert.deepEqual([systemOf(world), stateOf(world, 'venues')], ['degraded', 'healthy']);
  good.meddle('balances', () => ({ kind: 'unclear', why: '401', access: true }), Number.POSITIVE_INFINITY);
  void world.runtime.reconcile('good');
  await until(world, 'venues', 'critical', A_READ_OR_TWO_MS + THREE_CHECKS_MS);
  assert.equal(systemOf(world), 'critical');
});

test('after a restart every component is unknown until it was heard, and the whole is recovering', async () => {
  const first = await watched();
  first.crash();
  const second = await life({ health, clock: first.clock, disk: first.disk, venues: [first.venue], start: false });
  assert.deepEqual([systemOf(second), new Set([...second.runtime.world.health.components.values()].map(({ state }) => state))], ['recovering', new Set(['unknown'])]);
  second.runtime.start();
  await second.clock.runFor(2_000);
  assert.equal(systemOf(second), 'healthy');
});

test('a venue that is not configured any more is not missed', async () => {
  const [a, b] = [new BenchVenue({ name: 'a' }), new BenchVenue({ name: 'b' })];
  const first = await watched({ venues: [a, b] });
  first.crash();
  const second = await watched({ clock: first.clock, disk: first.disk, venues: [a] });
  assert.equal(stateOf(second, 'venue b'), undefined);
  assert.deepEqual([systemOf(second), second.runtime.world.health.components.get('venue a')?.critical], ['healthy', true]);
});

const engine = { ...DEFAULT_WATCH, component: 'engine', kind: 'strategy', critical: true, by: 'test' };
const sick: Finding = { state: 'critical', why: 'its queue is full', numbers: { queued: 900 } };

test('a component that is registered while it runs is unknown until it gives a sign of life, and has failed 30 s after its last', async () => {
  const world = await watched();
  world.runtime.health.register(engine);
  assert.deepEqual([stateOf(world, 'engine'), systemOf(world)], ['unknown', 'degraded']);
  world.runtime.health.heartbeat('engine');
  await until(world, 'engine', 'healthy', 300);
  await world.clock.runFor(20_000);
  world.runtime.health.heartbeat('engine');
  await world.clock.runFor(15_000);
  assert.deepEqual([stateOf(world, 'engine'), systemOf(world)], ['healthy', 'healthy']);
  const silentMs = await until(world, 'engine', 'failed', 30_000);
  assert.ok(silentMs > 15_000, 'not before its time');
  assert.equal(systemOf(world), 'critical');
  assert.equal(world.runtime.health.heartbeat('nobody'), false);
});

test('a component that says itself how it is, is believed after three looks', async () => {
  const world = await watched();
  world.runtime.health.register(engine);
  world.runtime.health.heartbeat('engine');
  await until(world, 'engine', 'healthy', 300);
  for (let looks = 0; looks < 4; looks += 1) {
    world.runtime.health.heartbeat('engine', sick);
    world.runtime.health.heartbeat('engine'); // the worst since the last look counts
    await world.clock.runFor(5_000);
  }
  assert.equal(stateOf(world, 'engine'), 'critical');
});

test('a check that hangs or throws is a check that failed', async () => {
  const world = await watched();
  world.runtime.health.register({ ...engine, component: 'throws' }, () => { throw new Error('no'); });
  world.runtime.health.register({ ...engine, component: 'hangs' }, () => new Promise(() => undefined));
  await until(world, 'throws', 'failed', THREE_CHECKS_MS);
  await until(world, 'hangs', 'failed', THREE_CHECKS_MS + 10_000);
});

test('nothing of it is left after a stop', async () => {
  const world = await watched();
  await world.clock.until(world.runtime.stop('enough'));
  assert.equal(world.timers, 0);
});
