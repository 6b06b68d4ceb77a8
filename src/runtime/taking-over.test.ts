/** What the emergency log holds, taken over by a life that knows other venues, other orders or nothing at all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { btcUsd, routed } from '../../test/kit/core.ts';
import { life, operator, virtualClock } from '../../test/kit/life.ts';
import { BenchVenue } from '../../test/kit/venue.ts';
import { orderById, orderIdOf } from '../core/index.ts';
import type { Signal } from '../core/index.ts';
import { MemoryDisk } from '../journal/index.ts';
import { EmergencyPlace } from '../sim/emergency.ts';

const foreign = { clientOrderId: 'by-hand', instrument: btcUsd, side: 'buy', type: 'limit', timeInForce: 'gtc', quantityUnits: 1_000_000n, limitPriceUnits: 1_000_000n } as const;
const said = (word: 'kill' | 'flatten') => ({ actor: 'operator:sam', correlationId: 'x', journal: '', headSeq: 0, headHash: '0'.repeat(64), sealed: false, atMs: 1, wallMs: 1, bootId: 'x', kind: word, by: 'sam', reason: 'stop' }) as const;

test('Y4: a remembered cancel of an order that only the lost end of the journal knew: in the next life nothing follows the order before it', async () => {
  const place = new EmergencyPlace();
  const [clock, disk, venue] = [virtualClock(), new MemoryDisk('bench'), new BenchVenue()];
  let flushMs = 1;
  const world = await life({ clock, disk, venues: [venue], emergency: place.open(), disks: { flushDelayMs: () => flushMs } });
  await clock.until(world.ask('a'));
  await clock.runFor(500);
  assert.equal(world.order('a').phase, 'working');
  venue.meddle('cancel', () => ({ kind: 'unknown', why: 'no answer' }), 1);
  const { quantityText: _q, limitPriceText: _l, ...wish } = routed({ key: 'b', action: 'amend', amends: { orderId: orderIdOf('a') }, orderType: 'limit' }).signal;
  const signal: Signal = { ...wish, quantityText: '0.8', content: 'x' };
  await clock.until(world.runtime.submit({ kind: 'signal', routed: { signal, venue: 'sim', symbol: 'BTC/USD', windowMs: 0 } }, operator));
  assert.equal(world.order('a').amend?.successorId, orderIdOf('b'));
  flushMs = 3_600_000; // the disk hangs
  venue.change('v1', { state: 'cancelled' });
  venue.tell({ kind: 'order', report: venue.orders.get('v1')! });
  await clock.runFor(10);
  assert.equal(world.order('b').phase, 'sending');
  const cancelled = world.runtime.submit({ kind: 'cancel', orderId: orderIdOf('b'), by: 'sam', reason: 'enough' }, operator);
  void cancelled.catch(() => undefined);
  await clock.runFor(300);
  assert.deepEqual(place.reading.records.map(({ kind, orderId }) => [kind, orderId]), [['cancel', orderIdOf('b')]]);
  assert.equal(world.runtime.emergencies.remembers(world.runtime.turns.headSeq), true, 'sam is told that it is remembered');
  world.crash();
  const next = await life({ clock, disk, venues: [venue], emergency: place.open() });
  await clock.runFor(30_000);
  const b = orderById(next.runtime.world.orders, orderIdOf('b'));
  assert.equal(venue.taken.length, 1, `b is ${b?.phase}, cancelBy ${b?.cancelBy}`);
});

test('Y4: a kill taken over into a new journal cancels and closes at the venues in use', async () => {
  const place = new EmergencyPlace();
  const log = place.open();
  await log.prepare();
  await log.append(said('kill'));
  const venue = new BenchVenue();
  venue.onTaken = (report) => { if (report.side === 'sell') venue.fill(report.venueOrderId); };
  const other = venue.place(foreign);
  const { runtime, clock } = await life({ venues: [venue], emergency: place.open(), start: false });
  runtime.start();
  await clock.runFor(60_000);
  const stops = [...runtime.world.stops.values()].map(({ word, outcome, venues }) => [word, outcome, venues.length]);
  assert.deepEqual([venue.orders.get(other.venueOrderId)?.state, venue.heldUnits['BTC']], ['cancelled', 0n], JSON.stringify([stops, runtime.world.gate.state]));
});

test('Y4: a kill taken over ends, though the journal knows a venue that is not configured any more', async () => {
  const place = new EmergencyPlace();
  const [clock, disk, venue, old] = [virtualClock(), new MemoryDisk('bench'), new BenchVenue(), new BenchVenue({ name: 'old' })];
  venue.onTaken = (report) => { if (report.side === 'sell') venue.fill(report.venueOrderId); };
  const first = await life({ clock, disk, venues: [venue, old], emergency: place.open() });
  first.crash();
  const second = await life({ clock, disk, venues: [venue], emergency: place.open() });
  second.crash();
  const log = place.open();
  await log.prepare();
  await log.append(said('kill'));
  const third = await life({ clock, disk, venues: [venue], emergency: place.open(), start: false });
  third.runtime.start();
  await clock.runFor(600_000);
  const resumed = await clock.until(third.runtime.submit({ kind: 'resume', by: 'sam', reason: 'x', afterKill: true, venues: ['sim'] }, operator));
  assert.deepEqual([...third.runtime.world.stops.values()].map(({ outcome, open }) => [outcome, open]), [['CONFIRMED', []]], JSON.stringify(resumed.outcome));
});
