/**
 * Histories: the core against a small venue, with crashes that leave any prefix of what was not yet durable.
 *
 * What must hold at every step: one order at the venue for one intent · what is called absent, rejected or abandoned is not
 * there and not on its way · the exposure counted here is never less than what the venue can still make of it · accounts sum
 * to zero · nothing leaves that was asked to go · under one wish never more is executed than was asked for, however often it is changed · live, replayed and restored worlds are one. And once nothing goes wrong any more: every order is final and the
 * books equal the venue's to the last unit.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BTC, Bench, SYMBOL, USD, VENUE, assertSameWorlds, btcUsd, idClasses } from '../../test/kit/core.ts';
import type { BenchOptions } from '../../test/kit/core.ts';
import { ModelVenue, isLive } from '../../test/kit/model-venue.ts';
import type { Resting } from '../../test/kit/model-venue.ts';
import { amendOne, assertWishes } from '../../test/kit/wishes.ts';
import { assetsAccount, balanceOf, exposureOf, imbalances, isFinal, mostHeldUnits, orderById, shutFor } from './index.ts';
import type { Duty, Input, Order, OrderReport, Signal, VenueOrder } from './index.ts';

const steps = ['signal', 'signal', 'amend', 'amend', 'close', 'cancel', 'duty', 'duty', 'duty', 'duty', 'duty', 'duty', 'time', 'time', 'seek', 'seek', 'fill', 'fill', 'end', 'news', 'old news', 'answer', 'reconcile', 'fees', 'crash', 'halt', 'resume', 'by hand'] as const;
type Step = (typeof steps)[number];
type History = readonly (readonly [Step, number])[];

const START = { BTC: BTC, USD: 500_000n * USD };

class World {
  readonly bench: Bench;
  readonly venue: ModelVenue;
  readonly #byHand: boolean;
  durable = 0;
  #submitted = new Set<string>();
  #late: Input[] = []; // answers on their way to this life
  readonly #heard: OrderReport[] = [];
  #signals = 0;

  constructor(options: BenchOptions) {
    this.bench = new Bench(options);
    this.venue = new ModelVenue(this.bench, START);
    this.#byHand = options.fills !== 'cumulative';
    this.bench.boot();
    this.bench.configure();
    this.bench.list();
    this.bench.quote();
    this.reconcile(); // what was traded by hand before the books were opened is for a person to adopt
    this.durable = this.bench.journal.length;
  }

  play(history: History): void {
    for (const [step, die] of history) {
      this.#step(step, die);
      this.check();
    }
  }

  #step(step: Step, die: number): void {
    const { bench, venue } = this;
    switch (step) {
      case 'signal': return this.#signal({ side: die % 3 === 0 ? 'sell' : 'buy', quantityText: String((die % 4) + 1), orderType: die % 5 === 0 ? 'market' : 'limit', ...(die % 5 === 0 ? { limitPriceText: undefined } : {}) } as unknown as Partial<Signal>);
      case 'close': return this.#signal({ action: 'close', orderType: 'market', side: undefined, quantityText: undefined, limitPriceText: undefined } as unknown as Partial<Signal>);
      case 'cancel': {
        if (die % 2 === 0) return this.#signal({ action: 'cancel' });
        const order = pick([...bench.world.orders.live.values()], die);
        if (order !== undefined) bench.take({ kind: 'cancel', orderId: order.id, by: 'sam', reason: 'test' });
        return;
      }
      case 'amend': {
        amendOne(bench, `k${this.#signals++}`, die);
        if (die % 2 === 0) this.durable = bench.journal.length;
        return;
      }
      case 'duty': {
        const duty = pick(bench.due(), die);
        if (duty !== undefined) this.perform(duty, die >> 3);
        return;
      }
      case 'time': return this.pass([1, 400, 1_000, 3_000, 11_000, 25_000][die % 6] ?? 1);
      case 'seek': {
        this.pass([1_000, 3_000, 5_000][die % 3] ?? 0);
        for (const duty of bench.due()) if (duty.kind === 'find') this.perform(duty, die % 4);
        return;
      }
      case 'fill': {
        const resting = pick(venue.orders.filter(isLive), die);
        if (resting !== undefined) venue.fill(resting, BTC * BigInt((die % 3) + 1) / 2n, bench.profile.capabilities.fills === 'trades' ? 2_000_000n - BigInt(die % 50) : 2_000_000n, bench.profile.feeMostPpm === 0 ? 0 : 1_000 + (die % 1_500), [0, 2_000][die % 2] ?? 0);
        return;
      }
      case 'end': {
        const resting = pick(venue.orders.filter(isLive), die);
        if (resting !== undefined) resting.state = die % 2 === 0 ? 'cancelled' : 'expired';
        return;
      }
      case 'news': {
        const resting = pick(venue.orders, die);
        if (resting !== undefined) this.#tell(venue.reportOf(resting));
        return;
      }
      case 'old news': {
        const report = pick(this.#heard, die);
        if (report !== undefined) this.#tell(report);
        return;
      }
      case 'answer': {
        const [input] = this.#late.splice(die % Math.max(1, this.#late.length), 1);
        if (input !== undefined) bench.take(input);
        return;
      }
      case 'reconcile': return this.reconcile();
      case 'fees': return venue.tellFees();
      case 'crash': {
        bench.crash(this.durable + (die % (bench.journal.length - this.durable + 1)));
        this.#late = [];
        this.#submitted = new Set();
        this.durable = bench.journal.length;
        bench.list();
        bench.quote();
        return;
      }
      case 'halt': return void bench.take({ kind: 'halt', by: 'sam', reason: 'test', cancelOrders: die % 2 === 0 });
      case 'resume': {
        bench.take({ kind: 'resume', by: 'sam', reason: 'test' });
        return void bench.take({ kind: 'release-instrument', venue: VENUE, symbol: SYMBOL, by: 'sam', reason: 'test' });
      }
      case 'by hand': {
        if (this.#byHand && die % 4 === 0) venue.accept({ clientOrderId: `hand-${venue.orders.length}`, instrument: btcUsd, side: die % 8 === 0 ? 'buy' : 'sell', type: 'limit', timeInForce: 'gtc', quantityUnits: BTC / 2n, limitPriceUnits: 2_000_000n }, 0);
      }
    }
  }

  #signal(wish: Partial<Signal>): void {
    this.bench.signal({ key: `k${this.#signals++}`, ...wish });
    if (this.#signals % 2 === 0) this.durable = this.bench.journal.length; // an answer left, so the entries are on disk
  }

  #tell(report: OrderReport): void {
    this.#heard.push(report);
    this.bench.take({ kind: 'reported', venue: VENUE, report, via: 'stream' });
  }

  pass(ms: number): void {
    this.bench.later(ms);
    this.bench.quote();
    this.venue.settle();
  }

  /** What the performer does: only behind durable entries, a submit once in a life, the gate asked once more. */
  perform(duty: Duty, die: number): void {
    const { bench, venue } = this;
    if (duty.kind === 'release') {
      if (duty.notBeforeMs <= bench.nowMs) bench.take({ kind: 'release', orderId: duty.orderId });
      return;
    }
    this.durable = bench.journal.length;
    const sooner = (input: Input): void => void (die % 4 === 3 ? this.#late.push(input) : bench.take(input));
    switch (duty.kind) {
      case 'submit': {
        if (this.#submitted.has(duty.name)) return;
        this.#submitted.add(duty.name);
        const answer = (result: Extract<Input, { kind: 'submit-answered' }>['result']): Input => ({ kind: 'submit-answered', orderId: duty.orderId, attempt: duty.attempt, result });
        const order = orderById(bench.world.orders, duty.orderId);
        assert.ok(order === undefined || order.cancelSeq === 0 || order.cancelSeq > order.phaseSeq, 'nothing is sent that somebody wanted gone before it was decided');
        if (order !== undefined && shutFor(bench.world, order) !== undefined) return void bench.take(answer({ kind: 'not-sent', why: 'gate', retryAfterMs: 0 }));
        return this.#send(duty.order, die, (result) => sooner(answer(result)));
      }
      case 'find': {
        const askedAtMs = bench.nowMs;
        const named = duty.venueOrderId === undefined;
        const result = die % 5 === 4 || (named && bench.profile.capabilities.orderIds === 'none')
          ? { kind: 'unclear' as const, why: 'HTML' }
          : venue.find((one) => (named ? one.clientOrderId === duty.clientOrderId : one.venueOrderId === duty.venueOrderId));
        return sooner({ kind: 'find-answered', orderId: duty.orderId, result, askedAtMs });
      }
      case 'cancel': {
        const resting = venue.orders.find((one) => one.venueOrderId === duty.venueOrderId);
        const lost = die % 5 === 4;
        const cancelable = resting !== undefined && isLive(resting);
        if (cancelable && die % 7 !== 6) resting.state = 'cancelled';
        return sooner({ kind: 'cancel-answered', orderId: duty.orderId, result: lost ? { kind: 'unknown', why: 'lost' } : cancelable ? { kind: 'requested' } : { kind: 'not-cancelable', message: '' } });
      }
      case 'identify': {
        const result = venue.find((one) => one.venueOrderId === duty.venueOrderId);
        if (result.kind === 'found') bench.take({ kind: 'reported', venue: VENUE, report: result.report, via: 'find' });
        return;
      }
      case 'read-activity': return sooner({ kind: 'activity', venue: VENUE, activity: venue.activity(this.#cursor()) });
    }
  }

  #send(order: VenueOrder, die: number, answer: (result: Extract<Input, { kind: 'submit-answered' }>['result']) => void): void {
    const { bench, venue } = this;
    const { arrivalBoundMs, visibilityBoundMs } = bench.profile.capabilities;
    switch (die % 8) {
      case 0: return answer({ kind: 'not-sent', why: '429' });
      case 1: return answer({ kind: 'refused', reason: 'insufficient-balance', message: 'no' });
      case 2: return void bench.take({ kind: 'submit-answered', orderId: this.#orderOf(order), attempt: this.#attemptOf(order), result: { kind: 'unknown', why: 'lost on the way there' } });
      case 3: // arrives after it was given up, as late as it can
        venue.launch(order, arrivalBoundMs);
        return void bench.take({ kind: 'submit-answered', orderId: this.#orderOf(order), attempt: this.#attemptOf(order), result: { kind: 'unknown', why: 'time-out' } });
      case 4: // taken, the answer lost, and hidden as long as it can be
        venue.accept(order, visibilityBoundMs);
        return void bench.take({ kind: 'submit-answered', orderId: this.#orderOf(order), attempt: this.#attemptOf(order), result: { kind: 'unknown', why: 'lost on the way back' } });
      default: return answer(venue.accept(order, die % 3 === 0 ? visibilityBoundMs : 0));
    }
  }

  readonly #orderOf = (order: VenueOrder): string => /[0-9a-f]{20}/.exec(order.clientOrderId)?.[0] ?? '';
  readonly #attemptOf = (order: VenueOrder): number => orderById(this.bench.world.orders, this.#orderOf(order))?.attempt ?? 0;
  #cursor(): string {
    return this.bench.world.ledger.cursors.get(VENUE) ?? '';
  }

  /** One whole look, as the reconciler takes it. */
  reconcile(): void {
    const { bench, venue } = this;
    this.durable = bench.journal.length;
    bench.take({ kind: 'activity', venue: VENUE, activity: venue.activity(this.#cursor()) });
    const cursor = this.#cursor();
    const openOrders = venue.openOrders();
    const listed = new Set(openOrders.map((one) => one.venueOrderId));
    const missing = [...bench.world.orders.live.values()].filter((order) => order.phase !== 'ended').flatMap((order) => order.venueOrderIds.slice(0, 1));
    const strays = [...bench.world.orders.foreign.values()].filter((one) => one.open).map((one) => one.venueOrderId);
    const looked: OrderReport[] = [];
    for (const id of [...missing, ...strays].filter((one) => !listed.has(one))) {
      const result = venue.find((one) => one.venueOrderId === id);
      if (result.kind !== 'found') return;
      looked.push(result.report);
    }
    const activity = venue.activity(cursor);
    const quiet = activity.fills.length === 0 && activity.fees.length === 0 && !venue.hides;
    bench.take({ kind: 'reconciled', venue: VENUE, reading: { openOrders, looked, balances: { assets: venue.balances(), blocked: undefined }, activity, quiet } });
  }

  check(): void {
    const { bench, venue } = this;
    const ours = (one: { clientOrderId: string }): boolean => one.clientOrderId.startsWith('bw');
    const intents = [...venue.orders, ...venue.flying.map(({ order }) => order)].filter(ours).map((one) => this.#orderOf(one as VenueOrder));
    const kept = bench.profile.capabilities.orderIds === 'unique-forever' || bench.profile.capabilities.orderIds === 'returns-original';
    const there = venue.orders.filter(ours).map((one) => this.#orderOf(one as unknown as VenueOrder));
    assert.equal(new Set(there).size, there.length, 'one order at the venue for one intent');
    if (bench.profile.capabilities.orderIds === 'none') return; // a person's word stands against the venue's there
    if (!kept) assert.equal(new Set(intents).size, intents.length, 'one order at the venue or on its way for one intent');
    for (const id of intents) {
      const order = orderById(bench.world.orders, id);
      if (order === undefined) continue; // its entries were not durable, and yet it left
      assert.ok(!['intended', 'blocked', 'absent', 'rejected', 'abandoned'].includes(order.phase), `${order.phase}, and the venue has it`);
    }
    for (const one of there) assert.ok(orderById(bench.world.orders, one) !== undefined, 'what left is known');

    const counted = exposureOf(bench.world.orders, VENUE, SYMBOL).buyUnits + mostHeldUnits(bench.world.ledger, VENUE, 'BTC');
    const open = (side: 'buy' | 'sell'): bigint => [...venue.orders.filter((one) => ours(one) && isLive(one)), ...venue.flying.map(({ order }): Pick<Resting, 'order' | 'filledUnits'> => ({ order, filledUnits: 0n }))]
      .filter(({ order }) => order.side === side).reduce((sum, { order, filledUnits }) => sum + order.quantityUnits - filledUnits, 0n);
    if (bench.world.ledger.opened.has(`${VENUE} BTC`) && !this.#handTraded()) {
      assert.ok(counted >= venue.held.BTC + open('buy'), `counted ${counted}, possible ${venue.held.BTC + open('buy')}`);
    }
    assertWishes(bench, venue);
    assert.deepEqual([...imbalances(bench.world.ledger)], []);
    for (const { afterSeq } of bench.due()) assert.ok(afterSeq <= bench.journal.length);
  }

  #handTraded(): boolean {
    return this.venue.orders.some((one) => one.clientOrderId.startsWith('hand'));
  }

  /** Nothing goes wrong any more. */
  calm(): void {
    const { bench, venue } = this;
    for (const input of this.#late.splice(0)) bench.take(input);
    for (let round = 0; round < 60; round++) {
      this.pass(1_500);
      for (const duty of bench.due()) this.perform(duty, 5);
      this.check();
      for (const resting of venue.orders) if (isLive(resting) && round > 20) resting.state = 'cancelled';
      venue.tellFees();
      this.reconcile();
    }
    this.durable = bench.journal.length;
  }

  assertSettled(): void {
    const { bench, venue } = this;
    this.assertBooks();
    for (const resting of venue.orders.filter((one) => one.clientOrderId.startsWith('bw'))) {
      const order = orderById(bench.world.orders, this.#orderOf(resting as unknown as VenueOrder));
      assert.equal(order?.filledUnits, resting.filledUnits);
      assert.ok(isFinal(order.phase) && order.phase === 'booked');
    }
  }

  assertBooks(): void {
    const { bench, venue } = this;
    const waiting = (order: Order): string => `${order.phase} ${order.id}`;
    assert.deepEqual([...bench.world.orders.live.values()].map(waiting), []);
    assert.deepEqual([...bench.world.ledger.differences.keys()], []);
    assert.equal(bench.world.ledger.pendingFees.size, 0);
    assert.equal(bench.world.ledger.unattributed.size, 0);
    assert.deepEqual([balanceOf(bench.world.ledger, assetsAccount(VENUE), 'BTC'), balanceOf(bench.world.ledger, assetsAccount(VENUE), 'USD')], [venue.held.BTC, venue.held.USD]);
    assert.deepEqual(exposureOf(bench.world.orders, VENUE, SYMBOL), { buyUnits: 0n, sellUnits: 0n });
    assert.equal(bench.world.ledger.reservations.size, 0);
  }
}

const pick = <T>(choices: readonly T[], die: number): T | undefined => choices[die % Math.max(1, choices.length)];
const histories = fc.array(fc.tuple(fc.constantFrom(...steps), fc.nat(1_000_000)), { maxLength: 120, size: 'max' });
const runs = Number(process.env['HISTORIES'] ?? 60);

for (const fills of ['trades', 'cumulative'] as const) {
  for (const orderIds of idClasses.filter((one) => one !== 'none')) {
    test(`any history at a venue whose ids are ${orderIds} and whose fills are told by ${fills} ends in books that equal the venue's`, () => {
      fc.assert(fc.property(histories, (history) => {
        // Where only totals are told nobody can say which part of a gain a fee record covers: such venues tell fees otherwise, or take none.
        const world = new World({ orderIds, fills, ...(fills === 'cumulative' ? { profile: { feeLeastPpm: 0, feeMostPpm: 0 } } : {}) });
        world.play(history);
        assertSameWorlds(world.bench);
        world.calm();
        world.assertSettled();
        assertSameWorlds(world.bench);
      }), { numRuns: runs });
    });
  }
}

test('any history at a venue that keeps no names ends, after a person has spoken, in books that equal the venue\'s', () => {
  fc.assert(fc.property(histories, (history) => {
    const world = new World({ orderIds: 'none' });
    world.play(history);
    assertSameWorlds(world.bench);
    world.calm();
    for (const order of [...world.bench.world.orders.live.values()]) world.bench.take({ kind: 'resolve', orderId: order.id, outcome: 'absent', by: 'sam', reason: 'by phone' });
    world.calm();
    world.assertBooks();
    assertSameWorlds(world.bench);
  }), { numRuns: runs });
});
