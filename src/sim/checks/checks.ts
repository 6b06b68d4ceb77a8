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
 *   K16 What is executed under one wish, whatever it was changed to, is never more than was asked for: see wishes.ts.
 *   K17 In no life is an order judged by limits that are looser than what people have agreed: see agreements.ts.
 *   K18 Where the exchange cancels for who falls silent, nothing rests there that nobody watches: see silence.ts.
 *   K19 What a trip of the loss limit lets follow is done once, and never left undone: see close-outs.ts.
 */
import { reasonOf } from '../../base/index.ts';
import { factsCodec, isShut } from '../../core/index.ts';
import type { Fact } from '../../core/index.ts';
import { openEntry, EMPTY_HEAD } from '../../journal/index.ts';
import type { EntryHeader } from '../../journal/index.ts';
import type { Stage } from '../stage.ts';
import type { Tally } from '../tally.ts';
import type { SentOrder } from '../witness.ts';
import { Agreements } from './agreements.ts';
import { AtVenue } from './at-venue.ts';
import { Bookings } from './bookings.ts';
import { Cancels } from './cancels.ts';
import { Circuits } from './circuits.ts';
import { CloseOuts } from './close-outs.ts';
import { Ending } from './ending.ts';
import { checkLimits, checkPriceAge } from './limits.ts';
import type { LimitsOptions } from './limits.ts';
import { OrderClaims } from './orders.ts';
import { Promises } from './promises.ts';
import { Silence } from './silence.ts';
import { Standstill } from './standstill.ts';
import { TrustedPrices } from './trusted-prices.ts';
import { Violation } from './violation.ts';
import { Wishes } from './wishes.ts';

export type ChecksOptions = LimitsOptions & {
  readonly tally: Tally;
  readonly deadManMs: number | undefined; // of the exchange's dead-man timer, where it has one
  readonly mayDiffer: boolean; // whether books and venue may differ for a while, because something is hidden or traded by hand
  readonly fillsComeLate: boolean; // whether the venue may say that an order is over before it shows all that was filled
};

export class Checks {
  readonly #options: ChecksOptions;
  readonly #tally: Tally;
  #toCompare: (() => void)[] = []; // what a fact claims of the exchange, looked at once its log is read
  #found: Error | undefined; // by a check in the midst of somebody else's turn
  readonly facts: { readonly header: EntryHeader; readonly fact: Fact }[] = [];
  #hash = EMPTY_HEAD.hash;
  #halted = false;
  readonly circuits: Circuits;
  readonly standstill: Standstill;
  readonly ending: Ending;
  readonly closeOuts: CloseOuts;
  readonly promises: Promises;
  readonly agreements: Agreements;
  readonly #cancels = new Cancels();
  readonly #orders: OrderClaims;
  readonly #bookings: Bookings;
  readonly #prices: TrustedPrices;
  readonly #wishes: Wishes;
  readonly #silence: Silence;
  readonly #venue: AtVenue;
  #lastLife: string | undefined;

  constructor(options: ChecksOptions) {
    const { tally, fillsComeLate, mayDiffer } = options;
    this.#options = options;
    this.#tally = tally;
    this.circuits = new Circuits(tally);
    this.standstill = new Standstill(tally);
    this.#silence = new Silence(tally, options.deadManMs);
    this.closeOuts = new CloseOuts(tally);
    this.agreements = new Agreements(tally, (orderId) => this.standstill.isCloser(orderId));
    this.#venue = new AtVenue({ tally, loosestUnits: () => this.agreements.loosest.positionUnits, isSendable: (name) => this.#orders.isSendable(name), onEvent: (event) => { this.standstill.take(event); this.#silence.take(event); } });
    const later = (compare: () => void): void => void this.#toCompare.push(compare);
    this.#orders = new OrderClaims({ tally, venue: this.#venue, fillsComeLate, later });
    this.#wishes = new Wishes({ tally, venue: this.#venue, fillsComeLate, later });
    this.#bookings = new Bookings({ tally, venue: this.#venue, mayDiffer, later });
    this.promises = new Promises(tally, { isHalted: () => this.#halted, isCancelled: (orderId) => this.#orders.isCancelled(orderId) });
    this.#prices = new TrustedPrices({ tally, priceMaxAgeMs: options.priceMaxAgeMs, tightestCollarPpm: () => this.agreements.tightestCollarPpm }, (orderId) => this.standstill.isCloser(orderId));
    this.ending = new Ending(tally, this.#venue, this.standstill);
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
    if (!this.#orders.isSendable(clientOrderId)) throw new Violation('K2', `${clientOrderId} leaves before its sending is durable`);
    const closes = this.standstill.closes(clientOrderId);
    if (!closes && (this.#halted || isShut(stage.runtime?.world.gate.state ?? 'ACTIVE'))) throw new Violation('K2', `${clientOrderId} leaves through a shut gate`);
    const shut = closes ? undefined : this.circuits.shut(stage, order.side);
    if (shut !== undefined) throw new Violation('K13', `${clientOrderId} leaves, and ${shut}`);
    this.#venue.read(stage);
    const moves = this.standstill.leaving(stage, order);
    if (moves !== undefined) throw new Violation('K14', moves);
    this.#wishes.leaving(order);
    this.#venue.left(order);
    if (closes) return;
    const orderId = /[0-9a-f]{20}/.exec(clientOrderId)?.[0];
    const most = this.agreements.mostOf(orderId);
    checkLimits(stage, order, this.#options, most, this.#prices.blindlyUsed(orderId));
    const past = order.side === 'buy' ? this.#venue.passes(most.positionUnits) : undefined;
    if (past !== undefined) throw new Violation('K17', `${clientOrderId} leaves: ${past}`);
  }

  /** Whether of an order it is not known what became of it. */
  get areInDoubt(): boolean {
    return this.#orders.areInDoubt;
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
    this.#silence.step(stage);
    if (this.facts.length === before && this.#venue.events === seen) return;
    this.#orders.check();
    this.#wishes.check();
    const { runtime } = stage;
    if (runtime === undefined) return;
    const { world, turns } = runtime;
    if (turns.durableSeq === turns.headSeq && this.#halted !== isShut(world.gate.state)) {
      throw new Violation('K2', `the gate is ${world.gate.state}, and by the journal it is ${this.#halted ? 'shut' : 'open'}`);
    }
    this.#bookings.check(world);
    this.agreements.check(stage);
    this.#checkLife(stage);
  }

  /** Once per life. */
  #checkLife(stage: Stage): void {
    const world = stage.runtime?.world;
    if (world === undefined || world.life.bootId === this.#lastLife) return;
    this.#lastLife = world.life.bootId;
    this.promises.check(stage, world);
    const lost = this.circuits.forgotten();
    if (lost !== undefined) throw new Violation('K13', lost);
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
      this.closeOuts.fold(fact);
      this.standstill.fold(stage, fact, header);
      const { runtime } = stage;
      if (runtime?.world.life.bootId === header.bootId) this.#prices.fold(stage, fact, runtime.time.nowMs() - header.atMs); // of an earlier life the clock is gone
      if (fact.type === 'order.prepared' && !this.standstill.isCloser(fact.orderId)) checkPriceAge(stage, fact.orderId, header, this.#options);
      this.agreements.fold(stage, fact, header);
      this.#fold(fact, header);
      this.#wishes.fold(fact);
      this.promises.fold(stage, fact);
      this.#orders.fold(stage, fact);
      this.#bookings.fold(fact, header);
    }
  }

  /** The gate, and what is only counted. */
  #fold(fact: Fact, header: EntryHeader): void {
    switch (fact.type) {
      case 'gate.halted':
        this.#halted = true;
        if (this.#orders.areSending) this.#tally.state('halted with an order in flight');
        return this.#tally.state('halted');
      case 'gate.resumed': this.#halted = false; return;
      case 'gate.moved': if (fact.scope === 'system') this.#halted = isShut(fact.to); return;
      case 'kill.begun': this.#halted = true; return;
      case 'invariant.broken': throw new Violation('crash', fact.belief);
      case 'runtime.booted': return this.#tally.state(header.seq === 1 ? 'first boot' : 'boot');
      case 'segment.opened': this.#tally.state(fact.left > 0 ? 'segment opened, with something left behind' : 'segment opened'); return;
      case 'segment.recalled': for (const { table } of fact.rows) this.#tally.state(`recalled from ${table}`); return;
      default: return;
    }
  }
}
