import assert from 'node:assert/strict';
import { test } from 'node:test';
import { life, operator, virtualClock } from '../../test/kit/life.ts';
import type { Life, LifeOptions } from '../../test/kit/life.ts';
import { BenchVenue } from '../../test/kit/venue.ts';
import type { Signal } from '../core/index.ts';
import { MemoryDisk } from '../journal/index.ts';
import { EmergencyPlace } from '../sim/emergency.ts';
import type { MemoryLogOptions } from '../sim/emergency.ts';

const cancel = (world: Life, key: string) => world.runtime.submit({ kind: 'cancel', orderId: world.order(key).id, by: 'sam', reason: 'enough' }, operator);
const halt = { kind: 'halt', by: 'sam', reason: 'strange fills', cancelOrders: true } as const;

/** A life whose disk can be told to hang, with a working order "a", and the next one over the same disk. */
async function stage(options: LifeOptions & { readonly log?: MemoryLogOptions; readonly place?: EmergencyPlace } = {}) {
  const place = options.place ?? new EmergencyPlace();
  const [clock, disk, venue] = [virtualClock(), new MemoryDisk('bench'), new BenchVenue()];
  let flushMs = 1;
  const world = await life({ clock, disk, venues: [venue], emergency: place.open(options.log), disks: { flushDelayMs: () => flushMs }, ...options });
  await clock.until(world.ask('a'));
  await clock.runFor(500);
  assert.equal(world.order('a').phase, 'working');
  return {
    place, world, clock, venue, disk,
    hang: (ms = 3_600_000): void => void (flushMs = ms),
    kinds: (): string[] => place.reading.records.map(({ kind }) => kind),
    next: (): Promise<Life> => {
      world.crash();
      return life({ clock, disk, venues: [venue], emergency: place.open() });
    },
  };
}

test('Y1, Y2: a cancel that the disk does not take within 250 ms leaves anyway, and stands in the emergency log with the answer', async () => {
  const { world, clock, venue, hang, place } = await stage();
  hang();
  void cancel(world, 'a').catch(() => undefined);
  await clock.runFor(249);
  assert.equal(venue.count('cancel'), 0);
  await clock.runFor(2);
  assert.equal(venue.count('cancel'), 1);
  const [asked, answered] = place.reading.records;
  assert.deepEqual([asked?.kind, asked?.by, asked?.reason, asked?.orderId, asked?.actor, asked?.venueOrderId], ['cancel', 'sam', 'enough', world.order('a').id, 'operator:sam', 'v1']);
  assert.deepEqual([answered?.kind, answered?.outcome], ['answer', 'requested']);
});

test('Y1: nothing but the cancel leaves before its entry, however late the disk is', async () => {
  const { world, clock, venue, hang } = await stage();
  hang(2_000);
  void world.ask('b').catch(() => undefined);
  void cancel(world, 'a').catch(() => undefined);
  const before = venue.calls.length;
  await clock.runFor(1_900);
  assert.deepEqual(venue.calls.slice(before).filter((call) => /^(submit|find)/.test(call)), []);
  assert.ok(venue.count('cancel') >= 1);
});

test('Y1: an order that is decided in the same turn as a cancel waits for the disk, and the cancel does not', async () => {
  const { world, clock, venue, hang } = await stage();
  const before = venue.count('submit');
  hang(2_000);
  const smaller = { action: 'target', side: undefined, quantityText: undefined, orderType: 'market', limitPriceText: undefined, targetText: '0.25' } as unknown as Partial<Signal>;
  void world.ask('smaller', smaller).catch(() => undefined);
  assert.deepEqual([world.order('a').cancelSeq > 0, world.order('smaller').phase], [true, 'sending']);
  await clock.runFor(1_500);
  assert.deepEqual([venue.count('cancel') > 0, venue.count('submit')], [true, before]);
});

test('Y3: what the next life finds in the log becomes facts, once, and then the log is empty', async () => {
  const { world, clock, hang, next, place } = await stage();
  hang();
  void cancel(world, 'a').catch(() => undefined);
  await clock.runFor(300);
  const second = await next();
  const types = second.types();
  assert.equal(types.filter((type) => type === 'emergency.imported').length, 1);
  assert.ok(types.indexOf('order.cancel-requested') < types.indexOf('emergency.imported'));
  assert.deepEqual([second.order('a').cancelBy, second.order('a').cancelReason], ['sam', 'enough']);
  assert.deepEqual([place.reading.records.length, place.reading.base.seq, place.reading.journal], [0, 2, 'bench']);
  second.crash();
  const third = await life({ clock, disk: second.disk, venues: [second.venue], emergency: place.open() });
  assert.equal(third.types().filter((type) => type === 'emergency.imported').length, 1);
});

test('Y3: a crash between taking over and letting go takes nothing over twice', async () => {
  const { world, clock, hang, place, disk, venue } = await stage();
  hang();
  void world.runtime.submit(halt, operator).catch(() => undefined);
  await clock.runFor(300);
  world.crash();
  const log = place.open();
  const second = await life({ clock, disk, venues: [venue], emergency: { ...log, letGo: () => Promise.resolve(undefined) } }); // it dies before this
  assert.ok(place.reading.records.length > 0);
  await clock.until(second.runtime.submit({ kind: 'resume', by: 'sam', reason: 'explained' }, operator));
  second.crash();
  const third = await life({ clock, disk, venues: [venue], emergency: place.open() });
  assert.equal(third.runtime.world.gate.state, 'ACTIVE');
  assert.equal(third.types().filter((type) => type === 'emergency.imported').length, 1);
  assert.equal(place.reading.records.length, 0);
});

test('Y4: a halt that was only late is not done again once somebody has ended it', async () => {
  const { world, clock, hang, place, disk, venue } = await stage({ log: {} });
  hang(400);
  const late = world.runtime.submit(halt, operator);
  await clock.runFor(300);
  assert.equal(place.reading.records[0]?.kind, 'halt');
  hang(1);
  await clock.until(late);
  const resumed = world.runtime.submit({ kind: 'resume', by: 'kim', reason: 'explained' }, operator);
  await clock.until(resumed);
  await clock.runFor(1_000);
  assert.deepEqual([world.runtime.world.gate.state, place.reading.records.length], ['ACTIVE', 0]);
  assert.ok(world.types().includes('emergency.imported'), 'and the journal has what stood there');
  world.crash();
  const next = await life({ clock, disk, venues: [venue], emergency: place.open() });
  assert.equal(next.runtime.world.gate.state, 'ACTIVE');
});

test('Y4: nor by the next life, which finds it in the log and in the journal', async () => {
  const place = new EmergencyPlace();
  const log = place.open();
  const { world, clock, hang, disk, venue } = await stage({ emergency: { ...log, read: () => Promise.resolve([]) } }); // this life does not come to taking it over
  hang(400);
  const late = world.runtime.submit(halt, operator);
  await clock.runFor(300);
  hang(1);
  await clock.until(late);
  await clock.until(world.runtime.submit({ kind: 'resume', by: 'kim', reason: 'explained' }, operator));
  await clock.runFor(100);
  world.crash();
  assert.equal(place.reading.records[0]?.kind, 'halt');
  const next = await life({ clock, disk, venues: [venue], emergency: place.open() });
  assert.deepEqual([next.runtime.world.gate.state, next.types().filter((type) => type === 'emergency.imported').length], ['ACTIVE', 1]);
});

test('a cancel that has left is not sent again the moment its entry is durable', async () => {
  const { world, clock, venue, hang } = await stage();
  venue.meddle('cancel', () => ({ kind: 'requested' }), 5); // takes it and does nothing
  hang(400);
  const asked = cancel(world, 'a');
  await clock.runFor(260);
  assert.equal(venue.count('cancel'), 1);
  hang(1);
  await clock.until(asked);
  await clock.runFor(300);
  assert.equal(venue.count('cancel'), 1);
  await clock.runFor(2_000);
  assert.ok(venue.count('cancel') > 1, 'and is asked for again in its time');
});

test('a halt whose append fails ends this life as ever, and is in force in the next one', async () => {
  let broken = false;
  const { world, clock, next } = await stage({ disks: { flushDelayMs: () => 5, misfortune: () => (broken ? { kind: 'unknown', written: 'nothing' } : undefined) } });
  broken = true;
  await assert.rejects(clock.until(world.runtime.submit(halt, operator)));
  await clock.until(world.runtime.emergencies.settled());
  assert.equal(world.failures.length, 1);
  const second = await next();
  const { gate } = second.runtime.world;
  assert.deepEqual([gate.state, gate.by, gate.reason], ['HALTED', 'sam', 'strange fills']);
  assert.equal(second.order('a').cancelBy, 'sam');
});

test('T4: a belief that broke while the disk hangs shuts the gate of the next life', async () => {
  const { world, clock, hang, next, place } = await stage({ settings: { appendTimeoutMs: 2_000 } });
  hang();
  world.runtime.world.life = { ...world.runtime.world.life, seq: world.runtime.world.life.seq + 1 };
  await assert.rejects(world.ask('b'), /Broken invariant/);
  await clock.runFor(3_000);
  assert.equal(place.reading.records.filter(({ kind }) => kind === 'halt').length, 1);
  const second = await next();
  assert.deepEqual([second.runtime.world.gate.state, second.runtime.world.gate.by], ['HALTED', 'invariant']);
});

for (const [what, log] of [['refuses', { fault: () => ({ kind: 'refused' }) }], ['hangs', { fault: () => ({ kind: 'hangs', written: false }) }]] as const) {
  test(`Y2: a log that ${what} holds nothing up`, async () => {
    const { world, clock, venue, hang } = await stage({ log: log as MemoryLogOptions });
    hang();
    void cancel(world, 'a').catch(() => undefined);
    await clock.runFor(251);
    assert.equal(venue.count('cancel'), 1);
    assert.equal(world.runtime.emergencies.remembers(world.runtime.turns.headSeq), false);
  });
}

test('Y5: a torn record shuts the gate, because it may be a halt; what stands before it is taken over, and the log is kept aside', async () => {
  const { world, clock, hang, next, place } = await stage();
  hang();
  void cancel(world, 'a').catch(() => undefined);
  await clock.runFor(300);
  place.content?.fill(7, 3 * 4_096 + 50, 3 * 4_096 + 60); // the answer, which is the last one
  const second = await next();
  const { gate } = second.runtime.world;
  assert.deepEqual([gate.state, gate.by], ['HALTED', 'breakwater']);
  assert.match(gate.reason, /torn: slot 2 holds no whole record, after record 1/);
  assert.equal(second.order('a').cancelBy, 'sam');
  assert.deepEqual([place.aside.length, place.reading.base.seq, place.reading.finding], [1, 1, undefined]);
});

test('Y5: a log of another journal is not obeyed; it shuts the gate and is kept aside', async () => {
  const { world, clock, venue, hang, place } = await stage();
  hang();
  void cancel(world, 'a').catch(() => undefined);
  await clock.runFor(300);
  world.crash();
  const other = await life({ clock, disk: new MemoryDisk('another'), venues: [venue], emergency: place.open() });
  assert.match(other.runtime.world.gate.reason, /belongs to another journal: record 1 is of the journal bench, this one is another/);
  assert.deepEqual([place.aside.length, place.reading.journal, place.reading.base.seq], [1, 'another', 0]);
});

test('a log that was lost is begun anew where the journal knows it to stand, so that the next late stop is no damage', async () => {
  const { world, clock, venue, hang, next } = await stage();
  hang();
  void cancel(world, 'a').catch(() => undefined);
  await clock.runFor(300);
  const second = await next();
  second.crash();
  const place = new EmergencyPlace(); // as after a restoring
  let flushMs = 1;
  const third = await life({ clock, disk: second.disk, venues: [venue], emergency: place.open(), disks: { flushDelayMs: () => flushMs } });
  await clock.until(third.ask('b'));
  await clock.runFor(500);
  flushMs = 400;
  const late = third.runtime.submit({ kind: 'cancel', orderId: third.order('b').id, by: 'sam', reason: 'enough' }, operator);
  await clock.runFor(300);
  assert.deepEqual(place.reading.records.map(({ kind }) => kind).slice(0, 1), ['cancel']);
  flushMs = 1;
  await clock.until(late);
  await clock.runFor(1_000);
  assert.deepEqual([third.runtime.world.gate.state, place.aside.length, place.reading.records.length], ['ACTIVE', 0, 0]);
});

test('Y5: a log that was let go for an entry which this journal does not have shuts the gate: what it held is lost', async () => {
  const { world, clock, venue, hang, next, place, disk } = await stage();
  await clock.runFor(100);
  const [before, { epoch }] = [disk.entries.slice(), disk.head];
  hang();
  void world.runtime.submit(halt, operator).catch(() => undefined);
  await clock.runFor(300);
  const second = await next();
  assert.equal(second.runtime.world.gate.by, 'sam');
  assert.deepEqual(place.reading.records, []);
  second.crash();
  const cut = new MemoryDisk('bench');
  cut.write({ epoch, entries: before }); // its end is gone, and somebody made the anchor anew
  const third = await life({ clock, disk: cut, venues: [venue], emergency: place.open() });
  assert.deepEqual([third.runtime.world.gate.state, third.runtime.world.gate.by], ['HALTED', 'breakwater']);
  assert.match(third.runtime.world.gate.reason, /which this journal does not have/);
  third.crash();
});

test('Y3: what is written to a damaged log while it is taken over is not put aside with it', async () => {
  let writes = 0;
  const { world, clock, hang, next, place } = await stage({ log: { fault: () => ((writes += 1) === 1 ? { kind: 'torn', keepBytes: 100 } : undefined) } });
  await clock.until(world.ask('b'));
  await clock.runFor(500);
  hang(400);
  void cancel(world, 'a').catch(() => undefined);
  await clock.runFor(300);
  hang(50); // what the venue answered
  await clock.runFor(130);
  hang(2_000); // the entry that takes the log over
  await clock.runFor(100);
  hang();
  void cancel(world, 'b').catch(() => undefined);
  await clock.runFor(1_000);
  assert.equal(world.runtime.emergencies.remembers(world.runtime.turns.headSeq), true);
  await clock.runFor(2_000);
  assert.ok(world.types().includes('emergency.imported'));
  const second = await next();
  assert.deepEqual([second.order('b').cancelBy, second.runtime.world.gate.state], ['sam', 'HALTED']);
  assert.deepEqual([place.reading.finding, place.reading.records], [undefined, []]);
  second.crash();
});
