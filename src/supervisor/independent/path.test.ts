import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatUnits } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import { SlottedLog } from '../../journal/index.ts';
import type { EmergencyLog, OrderReport, Read, SubmitResult, Venue, VenueOrder } from '../../ports/index.ts';
import type { VenueBinding } from '../../runtime/index.ts';
import { VirtualClock } from '../../sim/index.ts';
import { IndependentPath, WRITER } from './index.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const BTC: Instrument = { symbol: 'BTC/USD', base: 'BTC', quote: 'USD', quantityScale: 6, priceScale: 2, quoteScale: 8, quantityStepUnits: 1n, minQuantityUnits: 10n, minNotionalUnits: 0n, priceTickUnits: 1n };
const OURS = (number: number): string => `bw-${String(number).padStart(20, '0')}-1`;
const BOUND_MS = 2_000 + 1_000 + 1_000;

/** An exchange of one account, with everything that one may do to us. */
class FaultyVenue {
  readonly touchedAtMs: number[] = [];
  readonly orders = new Map<string, OrderReport>();
  readonly sent: VenueOrder[] = [];
  heldUnits = 0n;
  isAway = false;
  keepsOpen = false; // answers every cancel with yes and does nothing
  fills: ('all' | 'half' | 'none')[] = [];
  answers: ('lost' | 'not-sent' | 'refused')[] = []; // to the next submits; `lost`: done, and the answer does not come
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  rests(clientOrderId: string): void {
    const venueOrderId = `v-${clientOrderId}`;
    this.orders.set(venueOrderId, { venueOrderId, clientOrderId, symbol: 'BTC/USD', side: 'buy', type: 'limit', quantityUnits: 100n, filledUnits: 0n, averagePriceText: undefined, limitPriceUnits: 1n, state: 'working', reason: undefined, updatedAtMs: 0 });
  }

  get open(): readonly OrderReport[] {
    return [...this.orders.values()].filter(({ state }) => state === 'working');
  }

  #touch<T>(answer: () => T, away: T): Promise<T> {
    this.touchedAtMs.push(this.#clock.monotonicMs());
    return Promise.resolve(this.isAway ? away : answer());
  }

  #read<T>(value: () => T): Promise<Read<T>> {
    return this.#touch<Read<T>>(() => ({ kind: 'read', value: value() }), { kind: 'unclear', why: 'it is away' });
  }

  #submit(order: VenueOrder): SubmitResult {
    assert.equal(order.closes, true, 'whatever this path sends leaves with the cancels');
    const how = this.answers.shift();
    if (how === 'not-sent') return { kind: 'not-sent', why: 'no connection' };
    if (how === 'refused') return { kind: 'refused', reason: 'other', message: 'no' };
    if (this.orders.has(`v-${order.clientOrderId}`)) return { kind: 'duplicate', existing: undefined };
    this.sent.push(order);
    const part = { all: order.quantityUnits, half: order.quantityUnits / 2n, none: 0n }[this.fills.shift() ?? 'all'];
    this.heldUnits += order.side === 'sell' ? -part : part;
    const report: OrderReport = { venueOrderId: `v-${order.clientOrderId}`, clientOrderId: order.clientOrderId, symbol: 'BTC/USD', side: order.side, type: order.type, quantityUnits: order.quantityUnits, filledUnits: part, averagePriceText: undefined, limitPriceUnits: order.limitPriceUnits, state: part === order.quantityUnits ? 'filled' : 'cancelled', reason: undefined, updatedAtMs: 0 };
    this.orders.set(report.venueOrderId, report);
    return how === 'lost' ? { kind: 'unknown', why: 'no answer' } : { kind: 'accepted', report };
  }

  binding(name = 'one'): VenueBinding {
    const venue: Venue = {
      name,
      capabilities: { orderIds: 'unique-forever', clientOrderIdMaxLength: 48, clientOrderIdAlphabet: 'A-Za-z0-9_-', fills: 'trades', fees: 'records', visibilityBoundMs: 1_000, arrivalBoundMs: 1_000, deadManTimer: false, cancelOnDisconnect: false, positions: true },
      instruments: () => this.#read(() => [BTC]),
      submit: (order) => this.#touch<SubmitResult>(() => this.#submit(order), { kind: 'unknown', why: 'it is away' }),
      cancel: ({ venueOrderId }) => this.#touch(() => {
        const report = this.orders.get(venueOrderId);
        if (report !== undefined && report.state === 'working' && !this.keepsOpen) this.orders.set(venueOrderId, { ...report, state: 'cancelled' });
        return { kind: 'requested' as const };
      }, { kind: 'requested' as const }),
      findByClientOrderId: (id) => this.find(`v-${id}`),
      find: (id) => this.find(id),
      openOrders: () => this.#read(() => this.open),
      activity: () => Promise.reject(new Error('nobody asks for that')),
      balances: () => this.#read(() => ({ assets: { USD: '1', BTC: formatUnits(this.heldUnits, 6) }, blocked: undefined })),
      quotes: () => this.#read(() => [{ symbol: 'BTC/USD', bidUnits: 4_999_900n, askUnits: 5_000_100n, atMs: 0 }]),
      stream: () => () => undefined,
    };
    return { venue, symbols: ['BTC/USD'], submitTimeoutMs: 2_000, cancelTimeoutMs: 2_000, readTimeoutMs: 2_000, resendWithinMs: 1, feeLeastPpm: 0, feeMostPpm: 0, tolerance: {} };
  }

  find(venueOrderId: string): ReturnType<Venue['find']> {
    return this.#touch<Awaited<ReturnType<Venue['find']>>>(() => {
      const report = this.orders.get(venueOrderId);
      return report === undefined ? { kind: 'absent', source: 'its list' } : { kind: 'found', report };
    }, { kind: 'unclear', why: 'it is away' });
  }
}

/** A log in memory, whose disk may refuse. */
function memoryLog(): { readonly log: EmergencyLog; refuses: boolean } {
  let bytes: Uint8Array | undefined;
  const slots = new SlottedLog({
    bytes: 64 * 4_096, read: () => Promise.resolve(bytes), readAt: (at, length) => Promise.resolve(bytes!.slice(at, at + length)), close: () => Promise.resolve(),
    make: (whole) => { bytes = whole.slice(); return Promise.resolve(); },
    writeAt: (at, part) => { if (memory.refuses) return Promise.reject(new Error('no space left')); bytes!.set(part, at); return Promise.resolve(); },
  });
  const memory = {
    refuses: false,
    log: { prepare: () => slots.prepare(), append: (said: Parameters<EmergencyLog['append']>[0]) => slots.append(said), read: async () => [{ writer: WRITER, ...(await slots.read()) }], letGo: () => Promise.resolve(undefined), close: () => Promise.resolve() },
  };
  return memory;
}

function stage(venues = 1, shared = memoryLog()) {
  const clock = new VirtualClock({ settle });
  const sites = Array.from({ length: venues }, () => new FaultyVenue(clock));
  const told: string[] = [];
  const happened = { fencedAtMs: Number.NaN, reap: (): void => undefined, releasedAtMs: Number.NaN };
  let id = 0;
  const path = new IndependentPath({
    clock, ids: { id: () => `stop-${(id += 1)}` }, log: shared.log, bindings: sites.map((venue, at) => venue.binding(`venue-${at}`)), note: ({ message }) => void told.push(message), alive: () => undefined,
    fence: () => new Promise<void>((resolve) => { happened.reap = () => { if (Number.isNaN(happened.fencedAtMs)) happened.fencedAtMs = clock.monotonicMs(); resolve(); }; }),
    release: () => { happened.releasedAtMs = clock.monotonicMs(); },
  });
  return { clock, path, sites, venue: sites[0]!, told, happened, shared, kept: async () => (await shared.log.read())[0]!.records };
}
const wish = (word: 'halt' | 'cancel' | 'flatten' | 'kill') => ({ word, by: 'kim', reason: 'strange' });

test('I1: no venue is touched before the runtime is reaped, however long that takes', async () => {
  const { clock, path, venue, happened, kept } = stage();
  venue.rests(OURS(1));
  path.ask(wish('cancel'));
  await clock.runFor(30_000);
  assert.deepEqual([venue.touchedAtMs, await kept()], [[], []]);
  happened.reap();
  await clock.runFor(60_000);
  assert.equal(venue.open.length, 0);
  assert.ok(venue.touchedAtMs.every((atMs) => atMs >= 30_000));
});

test('V2: one clean sweep is not believed: an order that the dead runtime had sent arrives after it, and is cancelled', async () => {
  const { clock, path, venue, happened } = stage();
  path.ask(wish('cancel'));
  happened.reap();
  await clock.runFor(BOUND_MS - 200);
  assert.deepEqual([path.view?.state, path.view?.venues[0]?.state], ['sweeping', 'working']);
  venue.rests(OURS(7));
  await clock.runFor(60_000);
  assert.deepEqual([venue.open.length, path.view?.state, path.view?.venues[0]?.cancels], [0, 'over', 1]);
  assert.ok(happened.releasedAtMs >= 2 * BOUND_MS - 400, 'what was found began the count anew');
});

test('V4: a venue that is away is NOT CONFIRMED and asked for ever; the others are done meanwhile, and the runtime stays down until it has confirmed', async () => {
  const { clock, path, sites, told, happened } = stage(2);
  for (const site of sites) site.rests(OURS(1));
  sites[1]!.isAway = true;
  path.ask(wish('cancel'));
  happened.reap();
  await clock.runFor(600_000);
  assert.deepEqual(path.view?.venues.map(({ state }) => state), ['CONFIRMED', 'NOT CONFIRMED']);
  assert.ok(Number.isNaN(happened.releasedAtMs));
  assert.equal(told.filter((line) => line.includes('NOT CONFIRMED')).length, 1, 'told once');
  sites[1]!.isAway = false;
  await clock.runFor(30_000);
  assert.deepEqual([path.view?.state, sites[1]!.open.length], ['over', 0]);
});

test('a venue that says yes to every cancel and does nothing is not believed', async () => {
  const { clock, path, venue, happened } = stage();
  venue.rests(OURS(1));
  venue.keepsOpen = true;
  path.ask(wish('cancel'));
  happened.reap();
  await clock.runFor(120_000);
  assert.deepEqual([path.view?.state, path.view?.venues[0]?.state], ['sweeping', 'NOT CONFIRMED']);
});

test('orders of others stay where only ours are cancelled, and go where positions are closed', async () => {
  for (const [word, left] of [['cancel', 1], ['flatten', 0]] as const) {
    const { clock, path, venue, happened } = stage();
    venue.rests('by-hand');
    path.ask(wish(word));
    happened.reap();
    await clock.runFor(60_000);
    assert.deepEqual([path.view?.state, venue.open.length], ['over', left], word);
  }
});

test('a position is closed once, from limit to market, whatever fills and whatever answer is lost', async () => {
  const { clock, path, venue, happened } = stage();
  venue.heldUnits = 1_000_000n;
  venue.fills = ['none', 'half', 'all'];
  venue.answers = ['lost'];
  path.ask(wish('flatten'));
  happened.reap();
  await clock.runFor(120_000);
  assert.deepEqual([path.view?.state, venue.heldUnits], ['over', 0n]);
  assert.deepEqual(venue.sent.map(({ type, side }) => `${type} ${side}`), ['limit sell', 'limit sell', 'market sell']);
  assert.equal(new Set(venue.sent.map(({ clientOrderId }) => clientOrderId)).size, 3);
});

test('I5: one who begins again in the middle of a flatten uses the same names, so that nothing is closed twice', async () => {
  const first = stage();
  first.venue.heldUnits = 500_000n;
  first.venue.answers = ['lost'];
  first.path.ask(wish('flatten'));
  first.happened.reap();
  await first.clock.runFor(1);
  first.path.end(); // this process dies with the answer on its way
  const [sent] = first.venue.sent;
  const second = stage(1, first.shared);
  second.venue.heldUnits = 500_000n; // the venue shows the fill late
  for (const [id, report] of first.venue.orders) second.venue.orders.set(id, report);
  await second.path.resume(() => Promise.resolve(true));
  assert.equal(second.path.view?.word, 'flatten');
  second.happened.reap();
  await second.clock.runFor(500);
  assert.deepEqual(second.venue.sent, [], `the venue knows ${sent?.clientOrderId} already`);
});

test('what is confirmed is not gone on with, and a folder of others is left alone', async () => {
  const first = stage();
  first.path.ask(wish('halt'));
  first.happened.reap();
  await first.clock.runFor(10_000);
  assert.equal(first.path.view?.state, 'over');
  assert.deepEqual(first.venue.touchedAtMs, [], 'a halt asks nothing of a venue');
  const second = stage(1, first.shared);
  await second.path.resume(() => Promise.resolve(true));
  assert.equal(second.path.view, undefined);
  const third = stage();
  third.path.ask(wish('cancel'));
  third.happened.reap();
  await third.clock.runFor(1_000);
  const fourth = stage(1, third.shared);
  await fourth.path.resume(() => Promise.resolve(false));
  assert.equal(fourth.path.view, undefined);
});

test('I2, I3: a disk that refuses holds up no cancel, and the runtime stays down until the stop is remembered', async () => {
  const { clock, path, venue, happened, shared, told } = stage();
  venue.rests(OURS(1));
  await shared.log.prepare();
  shared.refuses = true;
  path.ask(wish('cancel'));
  happened.reap();
  await clock.runFor(60_000);
  assert.deepEqual([venue.open.length, path.view?.remembered, Number.isNaN(happened.releasedAtMs)], [0, false, true]);
  assert.ok(told.some((line) => line.includes('not remembered')));
  assert.equal(path.leave('kim'), false, 'not even a person starts it into nothing');
  shared.refuses = false;
  await clock.runFor(5_000);
  assert.deepEqual([path.view?.remembered, path.view?.state], [true, 'over']);
});

test('I4: a stricter word strengthens the stop that is under way, and a milder one changes nothing', async () => {
  const { clock, path, venue, happened, kept } = stage();
  venue.heldUnits = 200_000n;
  path.ask(wish('cancel'));
  happened.reap();
  await clock.runFor(1_000);
  path.ask(wish('flatten'));
  path.ask(wish('halt'));
  await clock.runFor(60_000);
  assert.deepEqual([path.view?.word, path.view?.state, venue.heldUnits], ['flatten', 'over', 0n]);
  assert.deepEqual((await kept()).filter(({ reason }) => reason === 'strange').length, 2);
});

test('I3: a person may have the runtime back before a venue has confirmed', async () => {
  const { clock, path, venue, happened } = stage();
  venue.isAway = true;
  path.ask(wish('cancel'));
  happened.reap();
  await clock.runFor(90_000);
  assert.equal(path.leave('kim'), true);
  assert.deepEqual([path.view?.state, happened.releasedAtMs], ['over', 90_000]);
  const asked = venue.touchedAtMs.length;
  await clock.runFor(60_000);
  assert.equal(venue.touchedAtMs.length, asked, 'two do not work at one venue');
});

test('whatever a venue does and whoever asks, nothing is touched before the reaping, nothing is turned, and what is said to be over is over', async () => {
  const steps = fc.array(fc.constantFrom('cancel', 'flatten', 'away', 'back', 'late', 'reap', 'lost', 'none', 'half', 'wait', 'refuse'), { maxLength: 25, size: 'max' });
  await fc.assert(fc.asyncProperty(steps, async (history) => {
    const { clock, path, venue, happened, shared } = stage();
    await shared.log.prepare();
    venue.heldUnits = 1_000_000n;
    venue.rests(OURS(1));
    path.ask(wish('cancel'));
    let late = 1;
    for (const step of history) {
      if (step === 'cancel' || step === 'flatten') path.ask(wish(step));
      if (step === 'away' || step === 'back') venue.isAway = step === 'away';
      if (step === 'late' && path.view?.state === 'fencing') venue.rests(OURS((late += 1)));
      if (step === 'reap') happened.reap();
      if (step === 'lost' || step === 'refuse') venue.answers.push(step === 'lost' ? 'lost' : 'refused');
      if (step === 'none' || step === 'half') venue.fills.push(step);
      await clock.runFor(step === 'wait' ? 4_000 : 300);
      assert.ok(venue.touchedAtMs.every((atMs) => atMs >= happened.fencedAtMs)); // I1
      assert.ok(venue.heldUnits >= 0n); // C1
    }
    venue.isAway = false;
    happened.reap();
    await clock.runFor(300_000);
    assert.equal(path.view?.state, 'over');
    assert.equal(venue.open.length, 0);
    if (path.view?.word === 'flatten') assert.equal(venue.heldUnits, 0n);
  }), { numRuns: 60 });
});
