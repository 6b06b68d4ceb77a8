/**
 * What must hold after every step of a run, judged from the exchange's own log and the disk, never from what the runtime says.
 *
 *   K1  At most one order at the exchange for one intent.
 *   K2  No order arrives without a durable `order.sending`, and none leaves through a shut gate.
 *   K3  The exposure at the exchange never passes the position limit, unknown orders included.
 *   K4  What the runtime calls absent, rejected or abandoned is not at the exchange.
 *   K5  The accounts of an asset sum to zero; nothing is booked that was not executed.
 *   K6  What was answered as taken is in the journal of every later life.
 *   K7  The chain verifies, and the live world equals the replayed one.
 */
import { formatUnits, parseCanonical, parseUnits } from '../base/index.ts';
import { digestOf, factsCodec, imbalances, orderById, orderIdOf } from '../core/index.ts';
import type { Fact, Order } from '../core/index.ts';
import type { LogEvent } from '../exchange/index.ts';
import { openEntry, EMPTY_HEAD } from '../journal/index.ts';
import type { EntryHeader } from '../journal/index.ts';
import { replay } from '../runtime/index.ts';
import { SYMBOL, VENUE } from './stage.ts';
import type { Stage } from './stage.ts';
import type { Tally } from './tally.ts';

export class Violation extends Error {
  readonly invariant: string;
  constructor(invariant: string, detail: string) {
    super(`${invariant}: ${detail}`);
    this.invariant = invariant;
  }
}

const SCALE = 9;
type Venue = { readonly clientOrderId: string; readonly side: 'buy' | 'sell'; openUnits: bigint; filledUnits: bigint };

export class Checks {
  readonly #tally: Tally;
  readonly #maxPositionUnits: bigint;
  readonly #acknowledged = new Set<string>(); // intent keys answered as taken
  readonly #sendable = new Set<string>(); // client order ids whose sending is durable
  readonly #names = new Map<string, string>(); // order id → client order id
  readonly #atVenue = new Map<string, Venue>(); // by the exchange's order id
  readonly #namesAtVenue = new Map<string, string>(); // client order id → exchange order id
  readonly #ends = new Map<string, string>(); // order id → the fact that says it is not at the venue
  readonly facts: { readonly header: EntryHeader; readonly fact: Fact }[] = [];
  #events = 0;
  #hash = EMPTY_HEAD.hash;
  #positionUnits = 0n;
  #openBuyUnits = 0n;
  #halted = false;
  #lastLife: string | undefined;

  constructor(tally: Tally, maxPositionUnits: bigint) {
    this.#tally = tally;
    this.#maxPositionUnits = maxPositionUnits;
  }

  acknowledge(key: string): void {
    this.#acknowledged.add(key);
  }

  /** A request to place an order is leaving the runtime now. */
  leaving(stage: Stage, clientOrderId: string): void {
    this.#readDisk(stage);
    if (!this.#sendable.has(clientOrderId)) throw new Violation('K2', `${clientOrderId} leaves before its sending is durable`);
    if (stage.runtime?.world.gate.state === 'HALTED') throw new Violation('K2', `${clientOrderId} leaves through a shut gate`);
  }

  step(stage: Stage): void {
    if (stage.fatal !== undefined) throw new Violation('crash', stage.fatal);
    const before = this.facts.length;
    this.#readDisk(stage);
    const seen = this.#events;
    this.#readExchange(stage);
    if (this.facts.length === before && this.#events === seen) return;
    for (const [orderId, because] of this.#ends) {
      const clientOrderId = this.#names.get(orderId);
      if (clientOrderId !== undefined && this.#namesAtVenue.has(clientOrderId)) throw new Violation('K4', `${orderId} is ${because} here, and at the exchange`);
    }
    const world = stage.runtime?.world;
    if (world === undefined) return;
    const crooked = imbalances(world.ledger);
    if (crooked.size > 0) throw new Violation('K5', [...crooked].map(([asset, units]) => `${asset} sums to ${units}`).join(', '));
    this.#checkLife(stage);
  }

  /** K6 and K7, once per life and at the end: a new life must know all that any earlier one promised. */
  #checkLife(stage: Stage): void {
    const world = stage.runtime?.world;
    if (world === undefined || world.life.bootId === this.#lastLife) return;
    this.#lastLife = world.life.bootId;
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
      this.#fold(fact, header);
    }
  }

  #fold(fact: Fact, header: EntryHeader): void {
    switch (fact.type) {
      case 'order.prepared':
        this.#names.set(fact.orderId, fact.clientOrderId);
        if (fact.attempt > 1) this.#tally.state('absent → sent again');
        return;
      case 'order.sending': {
        const name = this.#names.get(fact.orderId);
        if (name !== undefined) this.#sendable.add(name);
        this.#ends.delete(fact.orderId);
        return;
      }
      case 'order.acknowledged':
        if (fact.after === 'unknown') this.#tally.state('unknown → found');
        this.#ends.delete(fact.orderId);
        return;
      case 'order.absent':
        this.#tally.state('unknown → absent');
        this.#ends.set(fact.orderId, 'absent');
        return;
      case 'order.rejected':
        this.#tally.state('rejected');
        this.#ends.set(fact.orderId, 'rejected');
        return;
      case 'order.abandoned':
        this.#tally.state('abandoned');
        this.#ends.set(fact.orderId, 'abandoned');
        return;
      case 'order.doubted': return this.#tally.state('unknown');
      case 'order.deferred': return this.#tally.state('put off, provably not sent');
      case 'order.blocked': return this.#tally.state(`blocked by ${fact.control}`);
      case 'order.alarmed': return this.#tally.state(fact.kind);
      case 'order.cancel-requested': return this.#tally.state('cancel requested');
      case 'order.ended':
        if (fact.state === 'filled' && this.#wasCancelled(fact.orderId)) this.#tally.state('filled although cancelling');
        return this.#tally.state(`ended ${fact.state}`);
      case 'order.booked': return this.#tally.state('booked');
      case 'fill.booked': return this.#tally.state(fact.orderId === undefined ? 'foreign fill booked' : 'fill booked');
      case 'fill.unattributed': return this.#tally.state('fill before its order was known');
      case 'balance.differed': return this.#tally.state('books differed');
      case 'foreign.found': return this.#tally.state('foreign order found');
      case 'segment.opened': this.#tally.state(fact.left > 0 ? 'segment opened, with something left behind' : 'segment opened'); return;
      case 'segment.recalled': for (const { table } of fact.rows) this.#tally.state(`recalled from ${table}`); return;
      case 'gate.halted': this.#halted = true; return this.#tally.state('halted');
      case 'gate.resumed': this.#halted = false; return;
      case 'invariant.broken': throw new Violation('crash', fact.belief);
      case 'runtime.booted': return this.#tally.state(header.seq === 1 ? 'first boot' : 'boot');
      case 'reconciliation.done': return this.#tally.state(fact.agreed ? 'reconciled' : 'reconciled with a difference');
      default: return;
    }
  }

  #wasCancelled(orderId: string): boolean {
    return this.facts.some(({ fact }) => fact.type === 'order.cancel-requested' && fact.orderId === orderId);
  }

  get halted(): boolean {
    return this.#halted;
  }

  #readExchange(stage: Stage): void {
    const fresh = stage.exchange.oracle.log(this.#events + 1);
    for (const event of fresh) this.#take(event);
    this.#events += fresh.length;
  }

  #take(event: LogEvent): void {
    switch (event.type) {
      case 'order': {
        if (event.symbol !== SYMBOL) return;
        const twin = this.#namesAtVenue.get(event.clientOrderId);
        if (twin !== undefined) throw new Violation('K1', `two orders for ${event.clientOrderId}: ${twin} and ${event.orderId}`);
        const intent = /^bw-([0-9a-f]{20})-/.exec(event.clientOrderId)?.[1];
        if (intent !== undefined) {
          if ([...this.#namesAtVenue.keys()].some((name) => name.includes(intent))) throw new Violation('K1', `two orders for the intent ${intent}`);
          if (!this.#sendable.has(event.clientOrderId)) throw new Violation('K2', `${event.clientOrderId} arrived, and its sending is not durable`);
        }
        this.#namesAtVenue.set(event.clientOrderId, event.orderId);
        const quantity = parseUnits(event.quantity, SCALE);
        this.#atVenue.set(event.orderId, { clientOrderId: event.clientOrderId, side: event.side, openUnits: quantity, filledUnits: 0n });
        if (event.side === 'buy') this.#openBuyUnits += quantity;
        return this.#checkExposure();
      }
      case 'trade': {
        for (const party of [event.taker, event.maker]) {
          const order = party === null ? undefined : this.#atVenue.get(party.orderId);
          if (order === undefined) continue;
          const quantity = parseUnits(event.quantity, SCALE);
          order.openUnits -= quantity;
          order.filledUnits += quantity;
          this.#positionUnits += order.side === 'buy' ? quantity : -quantity;
          if (party !== null && party.feeAsset === 'BTC') this.#positionUnits -= parseUnits(party.fee, SCALE);
          if (order.side === 'buy') this.#openBuyUnits -= quantity;
          if (order.openUnits > 0n) this.#tally.state('partial fill');
        }
        return this.#checkExposure();
      }
      case 'cancelled': case 'expired': case 'rejected': {
        const order = this.#atVenue.get(event.orderId);
        if (order?.side === 'buy') this.#openBuyUnits -= order.openUnits;
        if (order !== undefined) order.openUnits = 0n;
        return;
      }
      default: return;
    }
  }

  #checkExposure(): void {
    const worst = this.#positionUnits + this.#openBuyUnits;
    if (worst > this.#maxPositionUnits) throw new Violation('K3', `${formatUnits(worst, SCALE)} BTC may be held at the exchange, the limit is ${formatUnits(this.#maxPositionUnits, SCALE)}`);
  }

  /** What must be true once nothing goes wrong any more; the reason why it is not, or undefined. */
  unsettled(stage: Stage): string | undefined {
    const runtime = stage.runtime;
    if (runtime === undefined) return 'the runtime is not up';
    const { world } = runtime;
    if (runtime.turns.durableSeq !== runtime.turns.headSeq) return 'the disk is behind';
    for (const order of world.orders.live.values()) return `${order.id} is still ${order.phase}`;
    const reconciled = world.ledger.reconciled.get(VENUE);
    if (reconciled === undefined) return 'not reconciled since the last start';
    if (world.ledger.pendingFees.size > 0) return 'fees are still pending';
    for (const [key, difference] of world.ledger.differences.entries()) return `${key} differs: ledger ${difference.ledgerUnits}, venue ${difference.venueUnits}`;
    return this.#booksDiffer(stage);
  }

  /** Books against the exchange's own accounts, to the last unit. */
  #booksDiffer(stage: Stage): string | undefined {
    const world = stage.runtime?.world;
    const account = stage.exchange.oracle.accounts()[0];
    if (world === undefined || account === undefined) return 'nobody to compare';
    for (const [asset, scale] of [['BTC', 9], ['USD', 12]] as const) {
      const books = formatUnits(world.ledger.balances.get(`assets:${VENUE} ${asset}`) ?? 0n, scale);
      const venue = account.balances[asset]?.total ?? '0';
      if (books !== venue) return `${asset}: the books say ${books}, the exchange ${venue}`;
    }
    let filled = 0n;
    for (const order of [...world.orders.done.values()]) filled += order.filledUnits;
    for (const { table, key, record } of stage.archive.rows.values()) if (table === 'orders.done' && !world.orders.done.has(key)) filled += (parseCanonical(record) as Order).filledUnits;
    let executed = 0n;
    for (const order of this.#atVenue.values()) if (order.clientOrderId.startsWith('bw-')) executed += order.filledUnits;
    return filled === executed ? undefined : `orders here were filled ${filled}, at the exchange ${executed}`;
  }

  /** K7: another reader of the same disk comes to the same world. */
  async replayed(stage: Stage): Promise<void> {
    const runtime = stage.runtime;
    if (runtime === undefined || runtime.turns.durableSeq !== runtime.turns.headSeq) return;
    const live = digestOf(runtime.world);
    const [audit, whole, short] = [await replay(stage.disk.open(), { snapshots: false, wholeRecord: true }), await replay(stage.disk.open(), { snapshots: false }), await replay(stage.disk.open())];
    if (digestOf(audit.world) !== live) throw new Violation('K7', 'the live world is not that of the whole record');
    if (digestOf(whole.world) !== live) throw new Violation('K7', 'the live world is not the replayed one');
    if (digestOf(short.world) !== live) throw new Violation('K7', 'the world restored from a snapshot is not the replayed one');
    if (short.fromSnapshot > 0) this.#tally.state('restored from a snapshot');
  }
}


