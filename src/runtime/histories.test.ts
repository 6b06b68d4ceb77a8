/**
 * Long histories of two venues and many lives, drawn from seeds: everything goes wrong in every order, and what must hold is
 * looked at after every step, at the venues and on the disk. `HISTORIES=500 node --test …` draws more of them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BTC, idClasses } from '../../test/kit/core.ts';
import { entriesOn, life, LIMITS, operator, virtualClock } from '../../test/kit/life.ts';
import type { Life } from '../../test/kit/life.ts';
import { BenchVenue, unreadable } from '../../test/kit/venue.ts';
import type { Call } from '../../test/kit/venue.ts';
import { formatUnits, seededRandom } from '../base/index.ts';
import type { Random } from '../base/index.ts';
import { assetsAccount, balanceOf, digestOf, imbalances, isOurs, orderIdOf } from '../core/index.ts';
import { MemoryDisk } from '../journal/index.ts';
import type { FindResult, OrderIdClass, SubmitResult, VenueOrder } from '../ports/index.ts';
import { replay } from './replay.ts';

const SUBMIT_MS = 2_000;
const MOST = (18n * BTC) / 10n; // the position limit, of which one bitcoin is held from the start
const reads = ['activity', 'openOrders', 'balances', 'quotes', 'find', 'findByClientOrderId', 'instruments'] as const satisfies readonly Call[];

/** A venue whose calls go wrong by chance, until it is calm; inside the bounds that it declares. */
class Moody extends BenchVenue {
  readonly #random: Random;
  readonly #clock: { timer(delayMs: number, run: () => void): unknown };
  calmed = false;

  constructor(name: string, random: Random, clock: { timer(delayMs: number, run: () => void): unknown }) {
    const orderIds = random.pick(idClasses as readonly [OrderIdClass, ...OrderIdClass[]]);
    super({ name, capabilities: { orderIds, fills: random.chance(0.3) && orderIds !== 'none' ? 'cumulative' : 'trades' }, held: { BTC } });
    this.#random = random.fork(name);
    this.#clock = clock;
    for (const call of reads) this.meddle(call, (really) => this.#read(really) as never, Number.POSITIVE_INFINITY);
    this.meddle('cancel', async (really) => {
      if (this.calmed) return really();
      const mood = this.#random.below(4);
      if (mood === 0) return { kind: 'unknown', why: 'no answer' };
      const answer = really();
      await this.#later(this.#random.below(1_500));
      return mood === 1 ? { kind: 'unknown', why: 'the answer was lost' } : answer;
    }, Number.POSITIVE_INFINITY);
  }

  async #read<T>(really: () => T): Promise<T | ReturnType<typeof unreadable>> {
    if (this.calmed) return really();
    const mood = this.#random.below(12);
    if (mood === 0) return unreadable();
    if (mood === 1) throw new Error('a bug of the adapter');
    const early = mood < 5 ? really() : undefined;
    await this.#later(this.#random.below(mood < 7 ? 1_900 : 20));
    return early ?? really();
  }

  override async submit(order: VenueOrder): Promise<SubmitResult> {
    this.calls.push(`submit ${order.clientOrderId}`);
    const send = (): Promise<SubmitResult> => super.submit(order);
    if (this.calmed) return send();
    const mood = this.#random.below(12);
    const lost: SubmitResult = { kind: 'unknown', why: 'no answer' };
    switch (mood) {
      case 0: await this.#later(SUBMIT_MS); return lost;
      case 1: await send(); await this.#later(SUBMIT_MS); return lost;
      case 2: {
        this.#clock.timer(SUBMIT_MS + this.#random.below(this.capabilities.arrivalBoundMs), () => void send());
        await this.#later(SUBMIT_MS);
        return lost;
      }
      case 3: return { kind: 'not-sent', why: '429', retryAfterMs: this.#random.below(9_000) };
      case 4: return { kind: 'refused', reason: 'insufficient-balance', message: 'not enough' };
      case 5: await send(); throw new Error('a bug of the adapter');
      default: {
        const answer = await send();
        await this.#later(this.#random.below(1_900));
        return answer;
      }
    }
  }

  override change(...args: Parameters<BenchVenue['change']>): ReturnType<BenchVenue['change']> {
    const report = super.change(...args);
    const times = this.calmed ? 1 : this.#random.below(3);
    for (let i = 0; i < times; i++) this.#clock.timer(this.#random.below(3_000), () => this.tell({ kind: 'order', report }));
    return report;
  }

  /** Somebody trades with us. */
  trade(): void {
    const open = [...this.orders.values()].filter(({ state }) => state === 'working');
    if (open.length === 0) return;
    const { venueOrderId, quantityUnits, filledUnits } = this.#random.pick(open as [typeof open[0], ...typeof open]);
    const left = (quantityUnits - filledUnits) / 1_000n;
    this.fill(venueOrderId, this.#random.chance(0.4) || left < 2n ? undefined : 1_000n * (1n + BigInt(this.#random.below(Number(left) - 1))));
  }

  #later(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#clock.timer(ms, resolve));
  }
}

const settings = { limits: { ...LIMITS, maxPosition: { default: formatUnits(MOST, 8) } }, snapshotEvery: 40 };
const tightened = { ...settings, limits: { ...LIMITS, maxPosition: {} } };

async function history(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const clock = virtualClock();
  const disk = new MemoryDisk(`history ${seed}`);
  const venues = [new Moody('left', random.fork('left'), clock), new Moody('right', random.fork('right'), clock)];
  const flushMs = random.pick([1, 30, 300] as const);
  const begin = (some: readonly Moody[], calm = false): Promise<Life> => life({ clock, disk, venues: some, binding: { submitTimeoutMs: SUBMIT_MS }, settings: !calm && random.chance(0.1) ? tightened : settings, disks: { flushDelayMs: () => 1 + random.below(flushMs) } });
  const wishes = new Map<string, { readonly venue: string; readonly side: 'buy' | 'sell'; readonly quantityText: string }>();
  let world = await begin(venues);

  const sendable = new Set<string>();
  let read = 0;
  const check = (): void => {
    const entries = entriesOn(disk);
    for (const { fact } of entries.slice(read)) if (fact.type === 'order.sending') sendable.add(fact.orderId);
    read = entries.length;
    for (const venue of venues) {
      for (const { clientOrderId } of venue.taken) assert.ok(sendable.has(clientOrderId.slice(3, 23)), `${clientOrderId} left, and nothing on the disk says that it would`);
      const intents = venue.taken.map(({ clientOrderId }) => clientOrderId).filter(isOurs).map((name) => name.slice(3, 23));
      assert.equal(new Set(intents).size, intents.length, `one order for one intent at ${venue.name} (${venue.capabilities.orderIds})`);
      const openBuys = [...venue.orders.values()].reduce((sum, { side, state, quantityUnits, filledUnits }) => (side === 'buy' && state === 'working' ? sum + quantityUnits - filledUnits : sum), 0n);
      assert.ok((venue.heldUnits['BTC'] ?? 0n) + openBuys <= MOST, `the position at ${venue.name} keeps its limit`);
    }
    assert.deepEqual(world.failures, []);
    assert.deepEqual([...imbalances(world.runtime.world.ledger)], []);
  };
  const ask = (key: string): void => {
    const wish = wishes.get(key) ?? { venue: random.pick(['left', 'right'] as const), side: random.chance(0.65) ? 'buy' as const : 'sell' as const, quantityText: formatUnits(1_000n * BigInt(10 + random.below(60_000)), 8) };
    wishes.set(key, wish);
    world.ask(key, { side: wish.side, quantityText: wish.quantityText }, wish.venue).catch(() => undefined);
  };

  for (let step = 0; step < 90; step++) {
    switch (random.below(12)) {
      case 0: case 1: case 2: ask(`k${wishes.size}`); break;
      case 3: if (wishes.size > 0) ask(`k${random.below(wishes.size)}`); break; // the same wish again
      case 4: case 5: case 6: random.pick(venues as [Moody, Moody]).trade(); break;
      case 7: if (wishes.size > 0) world.runtime.submit({ kind: 'cancel', orderId: orderIdOf(`k${random.below(wishes.size)}`), by: 'sam', reason: 'test' }, operator).catch(() => undefined); break;
      case 8: random.pick(venues as [Moody, Moody]).tell({ kind: 'connected' }); break;
      case 9: {
        if (!random.chance(0.5)) break;
        world.crash(random.below(9));
        await clock.runFor(random.below(4_000));
        check();
        world = await begin(random.chance(0.15) ? venues.slice(0, 1) : venues);
        break;
      }
      case 10: world.runtime.submit({ kind: 'halt', by: 'sam', reason: 'test', cancelOrders: random.chance(0.5) }, operator).catch(() => undefined); break;
      default: world.runtime.submit({ kind: 'resume', by: 'sam', reason: 'test' }, operator).catch(() => undefined);
    }
    await clock.runFor(random.below(2_500));
    check();
  }

  for (const venue of venues) venue.calmed = true;
  world.crash(3);
  await clock.runFor(1_000);
  world = await begin(venues, true);
  world.runtime.submit({ kind: 'halt', by: 'sam', reason: 'the end', cancelOrders: true }, operator).catch(() => undefined);
  await clock.runFor(90_000);
  check();
  const { orders, ledger } = world.runtime.world;
  // Where names are not kept a person has to look, and says what there is to see.
  for (const order of [...orders.live.values()]) {
    if (order.phase !== 'unknown') continue;
    const venue = venues.find(({ name }) => name === order.venue);
    const isThere = venue?.taken.some(({ clientOrderId }) => order.clientOrderIds.includes(clientOrderId)) === true;
    assert.ok(venue?.capabilities.orderIds === 'none', `${order.id} is unknown for ever at a venue that keeps names (${venue?.capabilities.orderIds ?? ''})`);
    if (!isThere) assert.ok(((await venue.findByClientOrderId(order.clientOrderIds[0] ?? '')) as FindResult).kind === 'absent');
    await clock.until(world.runtime.submit({ kind: 'resolve', orderId: order.id, outcome: 'absent', by: 'sam', reason: isThere ? 'it is one of theirs' : 'it is not there' }, operator));
  }
  await clock.runFor(90_000);
  for (const foreign of [...orders.foreign.values()]) if (foreign.open) venues.find(({ name }) => name === foreign.venue)?.change(foreign.venueOrderId, { state: 'cancelled' });
  await clock.runFor(90_000);
  assert.deepEqual([...orders.live.values()].map(({ id, phase }) => `${id} ${phase}`), []);
  for (const { name, heldUnits, capabilities } of venues) {
    assert.ok(ledger.reconciled.get(name)?.agreed, `${name} was looked at and agrees (${capabilities.orderIds}, ${capabilities.fills}): ${JSON.stringify([...ledger.differences.keys()])}`);
    for (const asset of ['BTC', 'USD']) assert.equal(balanceOf(ledger, assetsAccount(name), asset), heldUnits[asset], `${asset} at ${name}`);
  }
  for (const { fact } of entriesOn(disk)) {
    if (fact.type === 'balance.differed') assert.ok([...orders.foreign.values()].some(({ venue }) => venue === fact.venue), `${fact.asset} at ${fact.venue} differed, though nobody else traded there`);
  }
  await clock.runUntil(() => world.runtime.turns.durableSeq === world.runtime.turns.headSeq, 5_000);
  const live = digestOf(world.runtime.world);
  for (const snapshots of [true, false]) assert.equal(digestOf((await replay(disk.open(), { snapshots })).world), live, 'live and replayed are one world');
  assert.ok(entriesOn(disk).length > 50, 'something happened');
}

const count = Number(process.env['HISTORIES'] ?? 25);
const first = Number(process.env['FROM'] ?? 1);
for (let seed = first; seed < first + count; seed++) test(`a history of two venues and many lives, seed ${seed}`, () => history(seed));
