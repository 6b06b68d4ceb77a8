import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alert, asked, running, SOURCE } from '../../test/support/running.ts';
import type { World } from '../../test/support/running.ts';
import type { Source } from './source.ts';

const WATCHED: Source = { ...SOURCE, heartbeat: { everyMs: 300_000, graceMs: 60_000, word: 'heartbeat', field: 'action' } };
const beat = { secret: SOURCE.secret, action: 'heartbeat' };
const alive = (given: World = {}) => running({ sources: [WATCHED], ...given });
const of = (facts: readonly string[]): string[] => facts.filter((type) => type === 'signal.silent' || type === 'signal.heard');
const statusOf = async ({ clock, control }: Awaited<ReturnType<typeof running>>) => (await clock.until(asked(control, 'GET', '/api/v1/status'))).body;

test('a sign of life is answered 200 and counted, and gives no order and no entry', async () => {
  const world = await alive();
  const seq = world.disk.head.seq;
  const { status, body } = await world.hook(beat);
  assert.deepEqual([status, body.success, body.outcome], [200, true, 'heartbeat']);
  assert.deepEqual([world.disk.head.seq, world.venue.sent.length, world.tally.shown()], [seq, 0, { demo: { heartbeat: 1 } }]);
  assert.equal((await world.hook({ ...beat, secret: 'guess' })).status, 401);
  assert.equal((await world.hook(`heartbeat ${SOURCE.secret}`)).status, 200);
  assert.equal((await world.hook('heartbeat')).status, 401);
});

test('B1: its absence is told once, as a fact, as critical and in the status; its return ends it', async () => {
  const world = await alive();
  await world.clock.runFor(200_000);
  await world.hook(beat);
  await world.clock.runFor(359_000);
  assert.deepEqual(of(world.facts()), [], 'within its time, grace included');
  await world.clock.runFor(2_000);
  assert.deepEqual(of(world.facts()), ['signal.silent']);
  await world.clock.runFor(3_600_000);
  assert.deepEqual(of(world.facts()), ['signal.silent']);
  assert.equal(world.lines.filter(({ level, message }) => level === 'error' && /"demo" is silent/.test(message)).length, 1);
  const status = await statusOf(world);
  assert.match(status.sentence, /The source demo has been silent since/);
  assert.equal(status.signals.heartbeats.demo.silent.cutOff, false);
  await world.hook(beat);
  assert.deepEqual(of(world.facts()), ['signal.silent', 'signal.heard']);
  assert.equal((await statusOf(world)).signals.heartbeats.demo.silent, null);
  await world.clock.runFor(361_000);
  assert.deepEqual(of(world.facts()), ['signal.silent', 'signal.heard', 'signal.silent'], 'the next silence is another');
});

test('B1, B2: a restart gives a source its whole time, and does not tell a silence twice', async () => {
  const first = await alive();
  await first.clock.runFor(300_000);
  first.store.crash();
  const second = await alive({ disk: first.disk, venue: first.venue, clock: first.clock });
  await second.clock.runFor(300_000);
  assert.deepEqual(of(second.facts()), []);
  await second.clock.runFor(61_000);
  assert.deepEqual(of(second.facts()), ['signal.silent']);
  second.store.crash();
  const third = await alive({ disk: first.disk, venue: first.venue, clock: first.clock });
  await third.clock.runFor(3_600_000);
  assert.deepEqual(of(third.facts()), ['signal.silent']);
  assert.notEqual((await statusOf(third)).signals.heartbeats.demo.silent, null);
  await third.hook(beat);
  assert.deepEqual(of(third.facts()), ['signal.silent', 'signal.heard']);
});

test('a silence after fifteen deliveries within three minutes says that TradingView stops such an alert; one after fourteen does not', async () => {
  for (const [deliveries, cutOff] of [[14, false], [15, true]] as const) {
    const world = await alive();
    for (let count = 1; count < deliveries; count++) {
      await world.hook(alert({ id: `a${count}`, time: undefined, quantity: '0.001' }));
      await world.clock.runFor(5_000);
    }
    await world.hook(beat);
    await world.clock.runFor(400_000);
    assert.deepEqual(world.payloads('signal.silent').map((fact) => fact.cutOff), [cutOff]);
    assert.equal(/triggered 15 times within 3 minutes/.test((await statusOf(world)).sentence), cutOff);
  }
});

test('a source without a heartbeat is expected to say nothing', async () => {
  const world = await running();
  await world.clock.runFor(3_600_000);
  assert.deepEqual(of(world.facts()), []);
  assert.deepEqual((await statusOf(world)).signals.heartbeats, {});
});

test('B4: a source without a heartbeat that delivers fifteen times within three minutes is told of once, and shown until it delivers again', async () => {
  const world = await running();
  const deliver = async (count: number, apartMs: number): Promise<void> => {
    for (let done = 0; done < count; done++) {
      await world.hook(alert({ id: `b${world.clock.wallMs()}`, time: undefined, quantity: '0.001' }));
      await world.clock.runFor(apartMs);
    }
  };
  const told = (): number => world.notes.filter(({ level, message }) => level === 'warning' && /delivered 15 times within 3 minutes/.test(message)).length;
  await deliver(20, 14_000); // never fifteen within three minutes
  assert.deepEqual([told(), (await statusOf(world)).signals.bursts], [0, {}]);
  await world.clock.runFor(200_000);
  await deliver(20, 5_000);
  assert.equal(told(), 1);
  assert.match((await statusOf(world)).signals.bursts.demo, /^2026-/);
  await world.clock.runFor(3_600_000);
  assert.notEqual((await statusOf(world)).signals.bursts.demo, undefined, 'silence after it is what a stopped alert looks like');
  await deliver(1, 0);
  assert.deepEqual((await statusOf(world)).signals.bursts, {});
});
