/**
 * What must hold after every step of a run, judged from the exchange's own log, the disk and a witness at the border, never
 * from what the runtime says of itself.
 *
 *   K1  At most one order at the exchange for one intent.
 *   K2  No order leaves without a durable `order.sending`, nor through a shut gate; a gate that was shut is shut in every later life.
 *   K3  The exposure at the exchange, with all that is on its way there, never passes the position limit.
 *   K4  What the runtime calls absent, rejected or abandoned is not at the exchange; what it calls over is over there, and is
 *       closed with all that was filled, unless the venue itself said less.
 *   K5  The accounts of an asset sum to zero; nothing is booked that was not executed, nothing twice, and no balance is
 *       adjusted without a named person. Where nothing is hidden or traded by hand, books and venue never differ.
 *   K6  What was answered as taken is in the journal of every later life, and is dealt with once.
 *   K7  The chain verifies, and the live world equals the replayed one.
 *   K8  Absence is found by two searches that the venue answered, asked apart, and after the order could no longer turn up.
 *   K9  No order leaves that a limit forbids: its value, its price, the age of the price it was judged by, a limit that is missing.
 *   K10 An order that somebody wants gone is not sent again; what was filled after an order was closed is booked and told.
 *   K11 A cancel leaves soon after it is wanted, whatever the disk does; and what the emergency log has kept is in the journal
 *       of the next life before that does anything, once.
 *   K12 What the account is said to be worth is what the exchange's own balances are worth, at the same price.
 *   K13 No order leaves through an open circuit, in whatever life it was opened; what was answered as tripped is in the journal.
 *   K14 A stop means stopped, by the exchange's log: see standstill.ts. What closes for a stop passes the shut gate, circuits and limits, and nothing else does.
 *   K15 No order is judged by a price that was frozen, crossed, jumped or mute for longer than 5 s: see trusted-prices.ts.
 */
import { formatUnits, reasonOf } from '../base/index.ts';
import { factsCodec, imbalances, isShut, orderById, orderIdOf, SIGHTINGS_APART_MS } from '../core/index.ts';
import type { Fact } from '../core/index.ts';
import { openEntry, EMPTY_HEAD } from '../journal/index.ts';
import type { EntryHeader } from '../journal/index.ts';
import { AtVenue } from './at-venue.ts';
import type { VenueOrder } from './at-venue.ts';
import { Cancels } from './cancels.ts';
import { Circuits } from './circuits.ts';
import { Ending } from './ending.ts';
import { SYMBOL } from './stage.ts';
import type { Stage } from './stage.ts';
import { Standstill } from './standstill.ts';
import type { LimitKind } from './swarm.ts';
import type { Tally } from './tally.ts';
import { TrustedPrices } from './trusted-prices.ts';
import { Violation } from './violation.ts';
import type { SentOrder } from './witness.ts';

const SCALE = 9;
const BOUNDS_MS = 20_000; // what the venue declares for an order to arrive, and then to be seen
const DRIFT = 1.02; // how far a market may move while a price is still young enough

export type ChecksOptions = {
  readonly tally: Tally;
  readonly maxPositionUnits: bigint;
  readonly maxValue: number; // dollars
  readonly collarPpm: number;
  readonly priceMaxAgeMs: number;
  readonly unlimited: LimitKind | undefined; // the limit that nobody has configured
  readonly mayDiffer: boolean; // whether books and venue may differ for a while, because something is hidden or traded by hand
  readonly fillsComeLate: boolean; // whether the venue may say that an order is over before it shows all that was filled
};

export class Checks {
  readonly #options: ChecksOptions;
  readonly #tally: Tally;
  readonly #acknowledged = new Set<string>(); // intent keys answered as taken
  readonly #sendable = new Set<string>(); // client order ids whose sending is durable
  readonly #names = new Map<string, string>(); // order id → client order id
  readonly #ends = new Map<string, string>(); // order id → the fact that says it is not at the venue
  readonly #sending = new Set<string>(); // order ids
  readonly #cancelled = new Set<string>(); // order ids that somebody wanted gone
  readonly #dealt = new Set<string>(); // intent keys
  readonly #closed = new Set<string>(); // order ids, closed with everything booked
  readonly #told = new Map<string, number>(); // order id → alarms about fills after it was closed that wait for their booking
  readonly #booked = new Map<string, number>(); // `exchange order id quantity` → how often
  readonly #fees = new Set<string>();
  #toCompare: (() => void)[] = []; // what a fact claims of the exchange, looked at once its log is read
  #found: Error | undefined; // by a check in the midst of somebody else's turn
  readonly facts: { readonly header: EntryHeader; readonly fact: Fact }[] = [];
  #hash = EMPTY_HEAD.hash;
  readonly #cancels = new Cancels();
  #takenOver = 0; // records of the emergency log
  #halted = false;
  readonly circuits: Circuits;
  readonly standstill: Standstill;
  readonly ending: Ending;
  readonly #prices: TrustedPrices;
  readonly #venue: AtVenue;
  #lastLife: string | undefined;

  constructor(options: ChecksOptions) {
    this.#options = options;
    this.#tally = options.tally;
    this.circuits = new Circuits(options.tally);
    this.standstill = new Standstill(options.tally);
    this.#venue = new AtVenue({
      tally: options.tally, maxPositionUnits: options.maxPositionUnits, isSendable: (name) => this.#sendable.has(name), onEvent: (event) => this.standstill.take(event),
    });
    this.#prices = new TrustedPrices(options, (orderId) => this.standstill.isCloser(orderId));
    this.ending = new Ending(options.tally, this.#venue, this.standstill);
  }

  acknowledge(key: string): void {
    this.#acknowledged.add(key);
  }

  /** A request to place an order is leaving the runtime now. What is found is thrown by the next step: who sends would take it for a fault of the network. */
  leaving(stage: Stage, order: SentOrder): void {
    try {
      this.#checkLeaving(stage, order);
    } catch (thrown) {
      this.#found ??= thrown instanceof Error ? thrown : new Error(reasonOf(thrown));
    }
  }

  #checkLeaving(stage: Stage, order: SentOrder): void {
    const { clientOrderId } = order;
    this.#readDisk(stage);
    if (!this.#sendable.has(clientOrderId)) throw new Violation('K2', `${clientOrderId} leaves before its sending is durable`);
    const closes = this.standstill.closes(clientOrderId);
    if (!closes && (this.#halted || isShut(stage.runtime?.world.gate.state ?? 'ACTIVE'))) throw new Violation('K2', `${clientOrderId} leaves through a shut gate`);
    const shut = closes ? undefined : this.circuits.shut(stage, order.side);
    if (shut !== undefined) throw new Violation('K13', `${clientOrderId} leaves, and ${shut}`);
    this.#venue.read(stage);
    const moves = this.standstill.leaving(stage, order);
    if (moves !== undefined) throw new Violation('K14', moves);
    this.#venue.left(order);
    if (!closes) this.#checkLimits(stage, order);
  }

  /** K9, by what the exchange itself would say of the price. */
  #checkLimits(stage: Stage, { clientOrderId, quantity, limitPrice }: SentOrder): void {
    const { unlimited, maxValue, collarPpm } = this.#options;
    if (unlimited !== undefined) throw new Violation('K9', `${clientOrderId} leaves, and ${unlimited} is not configured`);
    const quote = stage.exchange.quote(SYMBOL);
    if (quote === undefined || this.#prices.isBlind(/[0-9a-f]{20}/.exec(clientOrderId)?.[0])) return;
    const middle = (Number(quote.bid) + Number(quote.ask)) / 2;
    const price = limitPrice === undefined ? middle / DRIFT : Number(limitPrice);
    if (Number(quantity) * price > maxValue * 1.000001) throw new Violation('K9', `${clientOrderId} is worth ${Number(quantity) * price}, the limit is ${maxValue}`);
    const furthest = (collarPpm / 1_000_000 + 1) * DRIFT;
    if (price > middle * furthest || price < middle / furthest) throw new Violation('K9', `${clientOrderId} asks for ${price}, the market is at ${middle}`);
  }

  step(stage: Stage): void {
    if (this.#found !== undefined) throw this.#found;
    if (stage.fatal !== undefined) throw new Violation('crash', stage.fatal);
    const before = this.facts.length;
    this.#readDisk(stage);
    const seen = this.#venue.events;
    this.#venue.read(stage);
    for (const compare of this.#toCompare.splice(0)) compare();
    const moves = this.standstill.step(stage);
    if (moves !== undefined) throw new Violation('K14', moves);
    this.#cancels.check(stage);
    if (this.facts.length === before && this.#venue.events === seen) return;
    for (const [orderId, because] of this.#ends) {
      const clientOrderId = this.#names.get(orderId);
      if (clientOrderId !== undefined && this.#venue.has(clientOrderId)) throw new Violation('K4', `${orderId} is ${because} here, and at the exchange`);
    }
    const { runtime } = stage;
    if (runtime === undefined) return;
    const { world, turns } = runtime;
    if (turns.durableSeq === turns.headSeq && this.#halted !== isShut(world.gate.state)) {
      throw new Violation('K2', `the gate is ${world.gate.state}, and by the journal it is ${this.#halted ? 'shut' : 'open'}`);
    }
    const crooked = imbalances(world.ledger);
    if (crooked.size > 0) throw new Violation('K5', [...crooked].map(([asset, units]) => `${asset} sums to ${units}`).join(', '));
    this.#checkLife(stage);
  }

  /** K11 */
  #checkTakenOver(stage: Stage, fact: Extract<Fact, { type: 'emergency.imported' }>): void {
    if (fact.fromSeq !== this.#takenOver + 1) throw new Violation('K11', `records from ${fact.fromSeq} on are taken over, after record ${this.#takenOver}`);
    this.#takenOver = fact.throughSeq;
    this.#tally.state(fact.finding === undefined ? 'the emergency log was taken over' : 'the emergency log was taken over, and not whole');
    for (const { kind, headSeq, headHash, orderId = '' } of fact.records) {
      if (stage.disk.entries[headSeq - 1]?.hash === headHash) {
        this.#tally.state('an emergency was only late');
        continue;
      }
      if (kind === 'halt' && !this.#halted) throw new Violation('K11', 'a halt from the emergency log is taken over, and the gate is open');
      if (kind === 'cancel' && !this.#cancelled.has(orderId) && stage.runtime?.world.orders.live.has(orderId) === true) throw new Violation('K11', `the cancel of ${orderId} is taken over, and nobody wants it gone`);
      if (kind === 'halt' || kind === 'cancel') this.#tally.state(`a ${kind} was remembered by the emergency log alone`);
    }
  }

  /** K6 and K7, once per life and at the end: a new life must know all that any earlier one promised. */
  #checkLife(stage: Stage): void {
    const world = stage.runtime?.world;
    if (world === undefined || world.life.bootId === this.#lastLife) return;
    this.#lastLife = world.life.bootId;
    const left = stage.emergencies.reading.records.find(({ seq, bootId }) => seq > this.#takenOver && bootId !== world.life.bootId);
    if (left !== undefined) throw new Violation('K11', `record ${left.seq} of the emergency log is of an earlier life, and not taken over`);
    const lost = this.circuits.forgotten();
    if (lost !== undefined) throw new Violation('K13', lost);
    const archived = stage.archive.rows;
    for (const key of this.#acknowledged) {
      if (orderById(world.orders, orderIdOf(key)) === undefined && !world.messages.dealt.has(key) && !archived.has(`orders.done ${orderIdOf(key)}`) && !archived.has(`messages.dealt ${key}`)) throw new Violation('K6', `"${key}" was answered as taken, and is gone`);
    }
  }

  #readDisk(stage: Stage): void {
    const { entries } = stage.disk;
    while (this.facts.length < entries.length) {
      const entry = entries[this.facts.length];
      if (entry === undefined) return;
      const header = openEntry(this.#hash, entry); // K7: throws where the chain breaks
      this.#hash = entry.hash;
      const fact = factsCodec.decode(header.type, header.typeVersion, entry.payload);
      this.facts.push({ header, fact });
      this.circuits.fold(fact);
      this.standstill.fold(stage, fact, header);
      const { runtime } = stage;
      if (runtime?.world.life.bootId === header.bootId) this.#prices.fold(stage, fact, runtime.time.nowMs() - header.atMs); // of an earlier life the clock is gone
      this.#fold(stage, fact, header);
    }
  }

  #fold(stage: Stage, fact: Fact, header: EntryHeader): void {
    if ('orderId' in fact && fact.orderId !== undefined && fact.type !== 'order.cancel-requested') this.#sending.delete(fact.orderId);
    switch (fact.type) {
      case 'order.intended': case 'signal.refused': case 'signal.cancelled': {
        if (this.#dealt.has(fact.key)) throw new Violation('K6', `"${fact.key}" is dealt with a second time, by ${fact.type}`);
        this.#dealt.add(fact.key);
        return;
      }
      case 'order.prepared':
        this.#names.set(fact.orderId, fact.clientOrderId);
        if (!this.standstill.isCloser(fact.orderId)) this.#checkPrice(stage, fact.orderId, header);
        if (fact.attempt > 1) this.#tally.state('absent → sent again');
        return;
      case 'order.sending': {
        const name = this.#names.get(fact.orderId);
        if (name !== undefined) this.#sendable.add(name);
        if (this.#cancelled.has(fact.orderId)) throw new Violation('K10', `${fact.orderId} is sent, though somebody wants it gone`);
        this.#ends.delete(fact.orderId);
        this.#sending.add(fact.orderId);
        return;
      }
      case 'order.acknowledged':
        if (fact.after === 'unknown') this.#tally.state('unknown → found');
        this.#ends.delete(fact.orderId);
        return;
      case 'order.absent':
        this.#tally.state('unknown → absent');
        this.#checkAbsence(stage, fact.orderId);
        return this.#gone(fact.orderId, 'absent');
      case 'order.rejected':
        this.#tally.state('rejected');
        return this.#gone(fact.orderId, 'rejected');
      case 'order.abandoned':
        this.#tally.state('abandoned');
        return this.#gone(fact.orderId, 'abandoned');
      case 'order.doubted':
        if (fact.why.startsWith('the venue has had this client order id')) this.#tally.state('a refusal as duplicate was understood');
        return this.#tally.state('unknown');
      case 'order.deferred':
        this.#venue.notUnderway(this.#names.get(fact.orderId) ?? '');
        if (fact.why.startsWith('stopped at the gate')) this.#tally.state('stopped at the gate, just before it left');
        return this.#tally.state('put off, provably not sent');
      case 'order.blocked': return this.#tally.state(`blocked by ${fact.control}`);
      case 'order.alarmed':
        if (fact.kind === 'late-fill') this.#told.set(fact.orderId, (this.#told.get(fact.orderId) ?? 0) + 1);
        return this.#tally.state(fact.kind);
      case 'order.cancel-requested':
        this.#cancelled.add(fact.orderId);
        return this.#tally.state('cancel requested');
      case 'order.ended':
        if (fact.state === 'filled' && this.#cancelled.has(fact.orderId)) this.#tally.state('filled although cancelling');
        this.#toCompare.push(() => this.#checkEnd(fact.orderId));
        return this.#tally.state(`ended ${fact.state}`);
      case 'order.booked':
        this.#closed.add(fact.orderId);
        this.#toCompare.push(() => this.#checkClosed(fact.orderId, fact.filledUnits));
        return this.#tally.state('booked');
      case 'fill.booked':
        this.#toCompare.push(() => this.#checkBooking(fact.venueOrderId, fact.quantityUnits));
        if (fact.orderId !== undefined && this.#closed.has(fact.orderId)) {
          const told = this.#told.get(fact.orderId) ?? 0;
          if (told === 0) throw new Violation('K10', `${fact.orderId} was filled after it was closed, and nobody was told`);
          this.#told.set(fact.orderId, told - 1);
          if (fact.side === 'buy') this.#venue.lateBuyUnits -= fact.quantityUnits;
          this.#tally.state('late fill after the end');
        }
        return this.#tally.state(fact.orderId === undefined ? 'foreign fill booked' : 'fill booked');
      case 'fee.posted':
        if (this.#fees.has(fact.feeId)) throw new Violation('K5', `the fee ${fact.feeId} is posted a second time`);
        this.#fees.add(fact.feeId);
        return;
      case 'balance.adjusted':
        if (!header.actor.startsWith('operator:')) throw new Violation('K5', `${fact.asset} is adjusted from ${fact.ledgerUnits} to ${fact.venueUnits} by ${header.actor}, and no tolerance is configured`);
        return this.#tally.state('adopted by a person');
      case 'fill.unattributed': return this.#tally.state('fill before its order was known');
      case 'balance.differed':
        if (!this.#options.mayDiffer) throw new Violation('K5', `${fact.asset} differs: ledger ${fact.ledgerUnits}, venue ${fact.venueUnits}, fees up to ${fact.feeMostUnits}, and nothing was hidden or traded by hand`);
        return this.#tally.state('books differed');
      case 'foreign.found': return this.#tally.state('foreign order found');
      case 'segment.opened': this.#tally.state(fact.left > 0 ? 'segment opened, with something left behind' : 'segment opened'); return;
      case 'segment.recalled': for (const { table } of fact.rows) this.#tally.state(`recalled from ${table}`); return;
      case 'gate.halted':
        this.#halted = true;
        if (this.#sending.size > 0) this.#tally.state('halted with an order in flight');
        return this.#tally.state('halted');
      case 'gate.resumed': this.#halted = false; return;
      case 'gate.moved': if (fact.scope === 'system') this.#halted = isShut(fact.to); return;
      case 'kill.begun': this.#halted = true; return;
      case 'emergency.imported': return this.#checkTakenOver(stage, fact);
      case 'invariant.broken': throw new Violation('crash', fact.belief);
      case 'runtime.booted':
        for (const orderId of this.#sending) {
          const left = stage.witness.leftMs(this.#names.get(orderId) ?? '') !== undefined;
          this.#tally.state(left ? 'crash with an order on its way' : 'crash between append and send');
        }
        this.#sending.clear();
        return this.#tally.state(header.seq === 1 ? 'first boot' : 'boot');
      case 'reconciliation.done': return this.#tally.state(fact.agreed ? 'reconciled' : 'reconciled with a difference');
      default: return;
    }
  }

  #gone(orderId: string, because: string): void {
    this.#ends.set(orderId, because);
    this.#venue.notUnderway(this.#names.get(orderId) ?? '');
  }

  /** K8 */
  #checkAbsence({ witness }: Stage, orderId: string): void {
    const name = this.#names.get(orderId) ?? '';
    const leftMs = witness.leftMs(name);
    const counted = witness.emptySearchesMs(name).filter((askedMs) => leftMs === undefined || askedMs >= leftMs + BOUNDS_MS);
    const apartMs = (counted.at(-1) ?? 0) - (counted[0] ?? 0);
    if (counted.length < 2 || apartMs < SIGHTINGS_APART_MS) throw new Violation('K8', `${orderId} is called absent after ${counted.length} searches that count, ${apartMs} ms apart`);
  }

  /** K9: a price had come in that was young enough, by the clock of the life that used it. */
  #checkPrice({ runtime, witness }: Stage, orderId: string, header: EntryHeader): void {
    if (runtime?.world.life.bootId !== header.bootId) return; // an earlier life: its clock is gone
    const agoMs = runtime.time.nowMs() - header.atMs;
    const { priceMaxAgeMs } = this.#options;
    const young = witness.quotes.some(({ askedMs, answeredMs }) => witness.nowMs() - answeredMs >= agoMs - 1 && witness.nowMs() - askedMs <= agoMs + priceMaxAgeMs + 1);
    if (!young) throw new Violation('K9', `${orderId} is judged by a price older than ${priceMaxAgeMs} ms`);
  }

  #venueOrderOf(orderId: string): VenueOrder | undefined {
    return this.#venue.orderNamed(this.#names.get(orderId) ?? '');
  }

  /** K4 */
  #checkEnd(orderId: string): void {
    const order = this.#venueOrderOf(orderId);
    if (order !== undefined && order.openUnits > 0n) throw new Violation('K4', `${orderId} is called over, and has ${formatUnits(order.openUnits, SCALE)} open at the exchange`);
  }

  /** K4 */
  #checkClosed(orderId: string, filledUnits: bigint): void {
    const order = this.#venueOrderOf(orderId);
    if (order === undefined || order.filledUnits <= filledUnits) return;
    if (!this.#options.fillsComeLate) throw new Violation('K4', `${orderId} is closed with ${formatUnits(filledUnits, SCALE)} filled, at the exchange it is ${formatUnits(order.filledUnits, SCALE)}`);
    if (order.side === 'buy') this.#venue.lateBuyUnits += order.filledUnits - filledUnits;
    this.#tally.state('closed before its last fills were shown');
  }

  /** K5 */
  #checkBooking(venueOrderId: string, quantityUnits: bigint): void {
    const name = `${venueOrderId} ${quantityUnits}`;
    const times = (this.#booked.get(name) ?? 0) + 1;
    this.#booked.set(name, times);
    const executed = this.#venue.executions(name);
    if (times > executed) throw new Violation('K5', `${formatUnits(quantityUnits, SCALE)} of ${venueOrderId} is booked ${times} times, and was executed ${executed} times`);
  }

  get halted(): boolean {
    return this.#halted;
  }
}
