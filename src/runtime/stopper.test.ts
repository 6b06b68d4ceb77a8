import assert from 'node:assert/strict';
import { test } from 'node:test';
import { btcUsd } from '../../test/kit/core.ts';
import { life, operator } from '../../test/kit/life.ts';
import { BenchVenue, never, unreadable } from '../../test/kit/venue.ts';

const kill = { kind: 'kill', id: 'k1', word: 'kill', by: 'sam', reason: 'test' } as const;
const foreign = { clientOrderId: 'by-hand', instrument: btcUsd, side: 'buy', type: 'limit', timeInForce: 'gtc', quantityUnits: 1_000_000n, limitPriceUnits: 1_000_000n } as const;

/** Sells find a buyer at once; what is bought rests. */
function selling(venue: BenchVenue): BenchVenue {
  venue.onTaken = (report) => { if (report.side === 'sell') venue.fill(report.venueOrderId); };
  return venue;
}
const sold = (venue: BenchVenue): bigint => venue.fills.filter(({ side }) => side === 'sell').reduce((sum, { quantityUnits }) => sum + quantityUnits, 0n);

test('a kill cancels what is ours and what is not, closes, looks twice further apart than the visibility bound, and locks', async () => {
  const venue = selling(new BenchVenue());
  const world = await life({ venues: [venue] });
  const { clock, runtime } = world;
  await clock.until(Promise.all([world.ask('a'), world.ask('b')]));
  const other = venue.place(foreign);
  await clock.runFor(500);
  await clock.until(runtime.submit(kill, operator));
  assert.equal(runtime.world.gate.state, 'FLATTENING');
  await clock.until(world.ask('too late'));
  assert.equal(world.order('too late').blocked?.code, 'BW-3100');
  await clock.runFor(5_000);
  assert.deepEqual([runtime.world.gate.state, venue.heldUnits['BTC']], ['FLATTENING', 0n], 'one clean look is not enough');
  await clock.runFor(15_000);
  assert.deepEqual([venue.orders.get(other.venueOrderId)?.state, runtime.world.gate.state, venue.heldUnits['BTC'], venue.listeners], ['cancelled', 'LOCKED', 0n, 0]);
  assert.equal(runtime.world.stops.get('k1')?.outcome, 'CONFIRMED');
});

test('a kill counts from the end of its first look: what it listed late in a slow one is looked at again as late', async () => {
  const venue = new BenchVenue({ held: { BTC: 0n } });
  const { clock, runtime } = await life({ venues: [venue] });
  await clock.runFor(1_000);
  const listedMs: number[] = [];
  venue.meddle('activity', (really) => new Promise((resolve) => void clock.timer(1_800, () => resolve(really()))), 1);
  venue.meddle('openOrders', (really) => { listedMs.push(clock.monotonicMs()); return really(); }, Number.POSITIVE_INFINITY);
  await clock.until(runtime.submit(kill, operator));
  await clock.runFor(20_000);
  assert.equal(runtime.world.stops.get('k1')?.outcome, 'CONFIRMED');
  const [last = 0, before = last] = listedMs.toReversed();
  assert.ok(last - before >= venue.capabilities.visibilityBoundMs, `the lists it rests on are ${last - before} ms apart`);
});

test('three venues, one that lies, one that is away, one that is slow: none holds up another, and what is not shown is NOT CONFIRMED', async () => {
  const [good, liar, away, slow] = ['good', 'liar', 'away', 'slow'].map((name) => selling(new BenchVenue({ name })));
  assert.ok(good !== undefined && liar !== undefined && away !== undefined && slow !== undefined);
  const world = await life({ venues: [good, liar, away, slow] });
  const { clock, runtime } = world;
  const ghost = liar.place(foreign);
  liar.meddle('cancel', () => ({ kind: 'requested' }), Number.POSITIVE_INFINITY); // and goes on listing it
  for (const call of ['openOrders', 'activity', 'balances', 'cancel', 'submit'] as const) away.meddle(call, () => (call === 'cancel' || call === 'submit' ? { kind: 'unknown', why: 'no answer' } : unreadable()), Number.POSITIVE_INFINITY);
  slow.meddle('openOrders', (really) => new Promise((resolve) => void clock.timer(1_800, () => resolve(really()))), Number.POSITIVE_INFINITY);
  await clock.until(runtime.submit(kill, operator));
  await clock.runFor(30_000);
  const at = (venue: string): boolean => runtime.world.stops.get('k1')?.steps[venue]?.some(({ step, outcome }) => step === 'confirm' && outcome === 'done') === true;
  assert.deepEqual(['good', 'liar', 'away', 'slow'].map(at), [true, false, false, true]);
  await clock.runFor(40_000);
  const stop = runtime.world.stops.get('k1');
  assert.deepEqual([stop?.outcome, runtime.world.gate.state], ['NOT CONFIRMED', 'LOCKED']);
  assert.match(stop?.open.join('\n') ?? '', /away: the venue could not be looked at[\s\S]*liar: .*still listed/);
  assert.equal(liar.orders.get(ghost.venueOrderId)?.state, 'working');

  liar.calm();
  away.calm();
  await clock.runFor(60_000);
  assert.equal(runtime.world.stops.get('k1')?.outcome, 'CONFIRMED', 'tried again until it was shown');
  assert.deepEqual([good, liar, away, slow].map((venue) => venue.heldUnits['BTC']), [0n, 0n, 0n, 0n]);
  assert.deepEqual([good, liar, away, slow].map(sold), [100_000_000n, 100_000_000n, 100_000_000n, 100_000_000n]);
});

test('a second kill joins the first', async () => {
  const venue = selling(new BenchVenue());
  const { clock, runtime, entries: _, ...world } = await life({ venues: [venue] });
  await clock.until(runtime.submit(kill, operator));
  await clock.until(runtime.submit({ ...kill, id: 'k2', by: 'kim' }, operator));
  await clock.runFor(40_000);
  assert.deepEqual([[...runtime.world.stops.keys()], sold(venue), world.types().filter((type) => type === 'kill.begun').length], [['k1'], 100_000_000n, 1]);
});

test('a kill that is confirmed before another stop at its venue does not take the venue from it: both end, and the last one parts', async () => {
  const venue = selling(new BenchVenue());
  const { clock, runtime } = await life({ venues: [venue] });
  await clock.until(runtime.submit({ ...kill, id: 'f1', word: 'flatten' }, operator));
  await clock.runFor(3_000);
  await clock.until(runtime.submit(kill, operator));
  await clock.runFor(60_000);
  assert.deepEqual([...runtime.world.stops.values()].map(({ id, outcome }) => [id, outcome]), [['f1', 'CONFIRMED'], ['k1', 'CONFIRMED']]);
  assert.deepEqual([runtime.world.gate.state, venue.listeners, venue.heldUnits['BTC']], ['LOCKED', 0, 0n]);
  const other = new BenchVenue();
  const next = await life({ venues: [other] });
  other.onTaken = (report) => { if (report.side === 'sell') next.clock.timer(4_000, () => other.fill(report.venueOrderId)); };
  await next.clock.until(next.runtime.submit({ ...kill, scope: 'venue:sim' }, operator));
  await next.clock.runFor(9_000);
  await next.clock.until(next.runtime.submit({ ...kill, id: 'f1', word: 'flatten' }, operator));
  await next.clock.runFor(60_000);
  assert.deepEqual([...next.runtime.world.stops.values()].map(({ outcome }) => outcome), ['CONFIRMED', 'CONFIRMED']);
  assert.equal(other.listeners, 0);
});

test('a restart at any moment goes on with the kill, closes nothing twice, and opens nothing', async () => {
  for (const afterMs of [2, 5, 15, 25, 40, 120, 300, 1_000, 9_000, 10_300, 11_000]) {
    const venue = selling(new BenchVenue());
    const first = await life({ venues: [venue] });
    await first.clock.until(first.ask('a'));
    void first.runtime.submit(kill, operator).catch(() => undefined);
    await first.clock.runFor(afterMs);
    first.crash();
    const second = await life({ clock: first.clock, disk: first.disk, venues: [venue] });
    await second.clock.runFor(60_000);
    const { gate, stops } = second.runtime.world;
    assert.deepEqual([afterMs, gate.state, stops.get('k1')?.outcome, venue.heldUnits['BTC'], sold(venue)], [afterMs, 'LOCKED', 'CONFIRMED', 0n, 100_000_000n]);
    assert.ok([...venue.orders.values()].every(({ state }) => state !== 'working'), `${afterMs}`);
    const listening = venue.listeners; // of the first life, which could not hang up
    const third = await life({ clock: first.clock, disk: first.disk, venues: [venue], start: false });
    third.runtime.start();
    await third.clock.runFor(5_000);
    assert.deepEqual([third.runtime.world.gate.state, venue.listeners], ['LOCKED', listening], 'a start un-kills nothing, and leaves the venue alone');
    await third.clock.until(third.runtime.submit({ kind: 'resume', by: 'sam', reason: 'plain' }, operator));
    assert.equal(third.runtime.world.gate.state, 'LOCKED');
  }
});

test('an order in flight that arrives after the kill is cancelled, and its fill closed, before anything is confirmed', async () => {
  const venue = selling(new BenchVenue());
  const world = await life({ venues: [venue] });
  const { clock, runtime } = world;
  venue.meddle('submit', (really) => { clock.timer(4_000, () => { const answer = really(); if (answer.kind === 'accepted') venue.fill(answer.report.venueOrderId, 10_000_000n); }); return never(); });
  void world.ask('late');
  await clock.runFor(100);
  await clock.until(runtime.submit(kill, operator));
  venue.meddle('submit', (really) => really(), Number.POSITIVE_INFINITY);
  await clock.runFor(90_000);
  assert.ok(runtime.world.stops.get('k1')?.outcome !== 'CONFIRMED' || (venue.heldUnits['BTC'] === 0n && venue.orders.get('v1')?.state !== 'working'));
});

test('while reducing only orders pass that take risk away and cannot turn the position; a halt of one strategy leaves the others alone', async () => {
  const venue = new BenchVenue();
  const world = await life({ venues: [venue] });
  const { clock, runtime } = world;
  await clock.until(runtime.submit({ kind: 'reduce', by: 'sam', reason: 'test' }, operator));
  await clock.until(Promise.all([world.ask('buy'), world.ask('sell', { side: 'sell', quantityText: '0.6' }), world.ask('sell more', { side: 'sell', quantityText: '0.6' })]));
  assert.deepEqual([world.order('buy').blocked?.code, world.order('sell').blocked, world.order('sell more').blocked?.code], ['BW-3120', undefined, 'BW-3120']);
  await clock.until(runtime.submit({ kind: 'resume', by: 'sam', reason: 'test' }, operator));
  await clock.until(runtime.submit({ kind: 'halt', by: 'sam', reason: 'test', cancelOrders: false, scope: 'strategy:one' }, operator));
  await clock.until(Promise.all([world.ask('one'), world.ask('two', { strategy: 'two' })]));
  assert.deepEqual([world.order('one').blocked?.code, world.order('two').blocked], ['BW-3100', undefined]);
});

test('F1: what an order may still take that cannot be cancelled is not closed beside it: the position never turns', async () => {
  const venue = new BenchVenue();
  const world = await life({ venues: [venue] });
  const { clock, runtime } = world;
  await clock.until(world.ask('protective', { side: 'sell', quantityText: '0.4' }));
  await clock.runFor(500);
  const [resting = ''] = world.order('protective').venueOrderIds;
  selling(venue);
  venue.meddle('cancel', () => ({ kind: 'requested' }), Number.POSITIVE_INFINITY); // and it stays in the book
  await clock.until(runtime.submit(kill, operator));
  await clock.runFor(30_000);
  assert.deepEqual([venue.heldUnits['BTC'], sold(venue)], [40_000_000n, 60_000_000n]);
  venue.fill(resting);
  await clock.runFor(60_000);
  assert.deepEqual([venue.heldUnits['BTC'], runtime.world.stops.get('k1')?.outcome], [0n, 'CONFIRMED']);
});

test('a kill beside one that knew fewer venues reaches those that came since', async () => {
  const [away, two] = [selling(new BenchVenue({ name: 'away' })), selling(new BenchVenue({ name: 'two' }))];
  const first = await life({ venues: [away] });
  for (const call of ['openOrders', 'activity', 'balances'] as const) away.meddle(call, () => unreadable(), Number.POSITIVE_INFINITY);
  await first.clock.until(first.runtime.submit({ ...kill, venues: first.runtime.venues }, operator));
  await first.clock.runFor(70_000);
  first.crash();
  const second = await life({ clock: first.clock, disk: first.disk, venues: [away, two] });
  const other = two.place(foreign);
  await second.clock.until(second.runtime.submit({ ...kill, id: 'k2', venues: second.runtime.venues }, operator));
  await second.clock.runFor(5_000);
  away.calm();
  await second.clock.runFor(120_000);
  const stops = [...second.runtime.world.stops.values()].map(({ id, outcome, venues }) => `${id} ${outcome} ${venues.join()}`);
  assert.deepEqual([two.heldUnits['BTC'], two.orders.get(other.venueOrderId)?.state], [0n, 'cancelled'], `${second.runtime.world.gate.state}: ${stops.join('; ')}`);
});

test('a kill that is said again looks again at a venue that had confirmed the first one, and whoever ends last parts from it', async () => {
  const [away, two] = [selling(new BenchVenue({ name: 'away' })), selling(new BenchVenue({ name: 'two' }))];
  const { clock, runtime } = await life({ venues: [away, two] });
  for (const call of ['openOrders', 'activity', 'balances'] as const) away.meddle(call, () => unreadable(), Number.POSITIVE_INFINITY);
  await clock.until(runtime.submit({ ...kill, venues: runtime.venues }, operator));
  await clock.runFor(70_000);
  const other = two.place(foreign);
  await clock.until(runtime.submit({ ...kill, id: 'k2', venues: runtime.venues }, operator));
  await clock.runFor(5_000);
  away.calm();
  await clock.runFor(120_000);
  const stops = [...runtime.world.stops.values()];
  assert.deepEqual([two.orders.get(other.venueOrderId)?.state, runtime.world.gate.state, two.listeners], ['cancelled', 'LOCKED', 0]);
  assert.deepEqual(stops.map(({ id, outcome }) => `${id} ${outcome}`), ['k1 CONFIRMED', 'k2 CONFIRMED']);
  assert.equal(stops.filter(({ steps }) => steps['two']?.some(({ step }) => step === 'disconnect')).length, 1);
});

test('two kills under way at one venue close what is held once', async () => {
  const [away, two] = [selling(new BenchVenue({ name: 'away' })), new BenchVenue({ name: 'two' })];
  const { clock, runtime } = await life({ venues: [away, two] });
  for (const call of ['openOrders', 'activity', 'balances'] as const) away.meddle(call, () => unreadable(), Number.POSITIVE_INFINITY);
  await clock.until(runtime.submit({ ...kill, venues: ['two'] }, operator));
  await clock.until(runtime.submit({ ...kill, id: 'k2', venues: runtime.venues }, operator));
  selling(two);
  await clock.runFor(70_000);
  away.calm();
  await clock.runFor(120_000);
  assert.deepEqual([two.heldUnits['BTC'], sold(two), away.heldUnits['BTC'], sold(away)], [0n, 100_000_000n, 0n, 100_000_000n]);
  assert.deepEqual([...runtime.world.stops.values()].map(({ id, outcome }) => `${id} ${outcome}`), ['k1 CONFIRMED', 'k2 CONFIRMED']);
});
