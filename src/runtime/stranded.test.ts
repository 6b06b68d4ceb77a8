import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CancelResult, OrderReport, Read, Venue } from '../ports/index.ts';
import { life, operator, virtualClock } from '../../test/kit/life.ts';
import { BenchVenue } from '../../test/kit/venue.ts';
import { EmergencyPlace, VirtualClock } from '../sim/index.ts';
import type { MemoryLogOptions } from '../sim/index.ts';
import type { VenueBinding } from './settings.ts';
import { Stranded } from './stranded.ts';

const ours = (letter: string): string => `bw-${letter.repeat(20)}-1`;
const report = (venueOrderId: string, clientOrderId: string | undefined): OrderReport => ({
  venueOrderId, clientOrderId, symbol: 'BTC/USD', side: 'buy', type: 'limit', quantityUnits: 1n, filledUnits: 0n, averagePriceText: undefined, limitPriceUnits: 1n, state: 'working', reason: undefined, updatedAtMs: 0,
});

/** A venue of which only the list of open orders and the cancel are asked. */
class FakeVenue {
  readonly open = new Map<string, OrderReport>();
  readonly cancels: string[] = [];
  readable = true;
  stubborn = false; // takes cancels and does nothing

  binding(): VenueBinding {
    const no = (): never => { throw new Error('a stranded runtime asks for nothing else'); };
    const venue = {
      name: 'venue', capabilities: { arrivalBoundMs: 10_000, visibilityBoundMs: 10_000 },
      instruments: () => Promise.resolve({ kind: 'read', value: [] }),
      openOrders: (): Promise<Read<readonly OrderReport[]>> => Promise.resolve(this.readable ? { kind: 'read', value: [...this.open.values()] } : { kind: 'unclear', why: 'no answer' }),
      cancel: ({ venueOrderId }: { venueOrderId: string }): Promise<CancelResult> => {
        this.cancels.push(venueOrderId);
        if (!this.stubborn) this.open.delete(venueOrderId);
        return Promise.resolve({ kind: 'requested' });
      },
      submit: no, find: no, findByClientOrderId: no, activity: no, balances: no, quotes: no, stream: no,
    } as unknown as Venue;
    return { venue, symbols: ['BTC/USD'], submitTimeoutMs: 5_000, cancelTimeoutMs: 5_000, readTimeoutMs: 5_000, resendWithinMs: 60_000, feeLeastPpm: 0, feeMostPpm: 0, tolerance: {} };
  }
}

function stranded({ place = new EmergencyPlace(), log = {}, venue = new FakeVenue() }: { place?: EmergencyPlace; log?: MemoryLogOptions; venue?: FakeVenue } = {}) {
  const clock = new VirtualClock({ settle: () => new Promise((resolve) => setImmediate(resolve)) });
  const known = { journal: 'j-1', head: { seq: 41, hash: 'ab'.repeat(32) } };
  const made = new Stranded({ clock, bindings: [venue.binding()], note: () => {}, emergency: place.open(log), known, bootId: 'b' }, new Error('the disk is gone'));
  const during = async <T>(promise: Promise<T>, ms = 5_000): Promise<T> => {
    await clock.runFor(ms);
    return promise;
  };
  return { clock, venue, made, during, place, said: () => place.reading.records.map(({ kind, by, orderId, outcome }) => [kind, by ?? orderId ?? '', outcome ?? ''].join(' ').trim()) };
}

test('Z2, Z3: a halt without a journal cancels what is ours, and says what the venue still shows', async () => {
  const { venue, made, during } = stranded();
  venue.open.set('v1', report('v1', ours('a')));
  venue.open.set('v2', report('v2', 'placed-by-hand'));
  venue.open.set('v3', report('v3', undefined));
  const [sweep] = await during(made.halt('sam', 'strange fills', true));
  assert.deepEqual(sweep, { venue: 'venue', asked: ['v1'], open: [], why: undefined });
  assert.deepEqual([...venue.open.keys()], ['v2', 'v3']);
  assert.equal(made.halted?.by, 'sam');
});

test('Z3: an order that the venue does not let go of is told as open, not as cancelled', async () => {
  const { venue, made, during } = stranded();
  venue.stubborn = true;
  venue.open.set('v1', report('v1', ours('a')));
  const [sweep] = await during(made.halt('sam', 'x', true));
  assert.deepEqual(sweep?.open, ['v1']);
});

test('Z3: a venue that cannot be read is told as unknown, and never as empty', async () => {
  const { venue, made, during } = stranded();
  venue.readable = false;
  const [sweep] = await during(made.halt('sam', 'x', true));
  assert.deepEqual(sweep, { venue: 'venue', asked: [], open: undefined, why: 'no answer' });
});

test('a request that arrives after the halt is found by a later sweep', async () => {
  const { clock, venue, made, during } = stranded();
  await during(made.halt('sam', 'x', true));
  venue.open.set('late', report('late', ours('b')));
  await clock.runFor(10_000);
  assert.deepEqual(venue.cancels, ['late']);
  await clock.runFor(120_000);
  venue.open.set('impossible', report('impossible', ours('c'))); // later than anything can still arrive
  await clock.runFor(60_000);
  assert.deepEqual(venue.cancels, ['late'], 'the sweeps have ended');
});

test('a halt that keeps orders touches none, and is in force', async () => {
  const { venue, made, during } = stranded();
  venue.open.set('v1', report('v1', ours('a')));
  assert.deepEqual(await during(made.halt('sam', 'x', false)), []);
  assert.deepEqual([venue.cancels, made.halted?.cancelOrders], [[], false]);
});

test('one order is cancelled by the id that its client order id carries', async () => {
  const { venue, made, during } = stranded();
  venue.open.set('v1', report('v1', ours('a')));
  venue.open.set('v2', report('v2', ours('b')));
  assert.equal((await during(made.cancel('b'.repeat(20)))).remembered, true);
  assert.deepEqual(venue.cancels, ['v2']);
  assert.equal(made.halted, undefined);
});

test('Z5: what was asked for and what came of it stands in the emergency log, with what is known of the journal', async () => {
  const { venue, made, during, place, said } = stranded();
  venue.open.set('v1', report('v1', ours('a')));
  await during(made.halt('sam', 'strange fills', true));
  assert.equal(made.halted?.remembered, true);
  assert.deepEqual(said(), ['halt sam', `answer ${'a'.repeat(20)} requested`, 'sweep  1 cancels asked for, 0 still open']);
  const [first] = place.reading.records;
  assert.deepEqual([first?.journal, first?.headSeq, first?.sealed, first?.reason, first?.cancelOrders], ['j-1', 41, false, 'strange fills', true]);
});

for (const [what, log] of [['refuses', { fault: () => ({ kind: 'refused' }) }], ['hangs', { fault: () => ({ kind: 'hangs', written: false }) }]] as const) {
  test(`Z5: a log that ${what} holds nothing up, and nothing is called remembered`, async () => {
    const { venue, made, during } = stranded({ log: log as MemoryLogOptions });
    venue.open.set('v1', report('v1', ours('a')));
    const [sweep] = await during(made.halt('sam', 'x', true));
    assert.deepEqual([sweep?.open, venue.cancels, made.halted?.remembered], [[], ['v1'], false]);
    assert.equal((await during(made.cancel('c'.repeat(20)))).remembered, false);
  });
}

test('Z6: the next process without a journal goes on with the halt of the one before, and cancels what it finds', async () => {
  const first = stranded();
  await first.during(first.made.halt('sam', 'strange fills', true));
  first.made.end();
  const second = stranded({ place: first.place });
  second.venue.open.set('late', report('late', ours('d')));
  await second.made.recall();
  assert.deepEqual([second.made.halted?.by, second.made.halted?.reason, second.made.halted?.remembered], ['sam', 'strange fills', true]);
  await second.clock.runFor(5_000);
  assert.deepEqual(second.venue.cancels, ['late']);
});

test('Z6: a cancel that an earlier process was asked for is asked for again, and nothing else is touched', async () => {
  const first = stranded();
  await first.during(first.made.cancel('b'.repeat(20)));
  const second = stranded({ place: first.place });
  second.venue.open.set('v1', report('v1', ours('a')));
  second.venue.open.set('v2', report('v2', ours('b')));
  await second.made.recall();
  await second.clock.runFor(5_000);
  assert.deepEqual([second.venue.cancels, second.made.halted], [['v2'], undefined]);
});

test('Z7: what is asked for while a journal is there again and nobody is asked for it yet is taken over by this very life', async () => {
  const [clock, venue, blind, place] = [virtualClock(), new BenchVenue(), new FakeVenue(), new EmergencyPlace()];
  blind.readable = false;
  const log = place.open();
  const world = await life({ clock, venues: [venue], emergency: log });
  await clock.until(world.ask('a'));
  await clock.runFor(500);
  const made = new Stranded({ clock, bindings: [blind.binding()], note: () => {}, emergency: log, bootId: 'b' }, new Error('the disk was full'));
  await made.halt('sam', 'strange fills', false);
  const handed = made.handOver(world.runtime, async () => undefined);
  void made.cancel(world.order('a').id, 'kim', 'enough');
  await clock.until(handed);
  const { gate } = world.runtime.world;
  assert.deepEqual([gate.state, gate.by, world.order('a').cancelBy], ['HALTED', 'sam', 'kim']);
  await clock.until(world.runtime.submit({ kind: 'resume', by: 'kim', reason: 'explained' }, operator));
  await clock.runFor(5_000);
  assert.deepEqual([world.runtime.world.gate.state, place.reading.records.filter(({ kind }) => kind === 'halt' || kind === 'cancel')], ['ACTIVE', []]);
  world.crash();
});
