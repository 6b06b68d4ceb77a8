/**
 * K4 K8 K10, and of K2 what is durable: what the journal says of each order, against the exchange's log and the witness at the border.
 *
 * Folds the facts by itself. Does not own what is there at the exchange (at-venue.ts), nor what is booked (bookings.ts).
 */
import { formatUnits } from '../../base/index.ts';
import { SIGHTINGS_APART_MS } from '../../core/index.ts';
import type { Fact } from '../../core/index.ts';
import type { Stage } from '../stage.ts';
import type { Tally } from '../tally.ts';
import type { AtVenue, VenueOrder } from './at-venue.ts';
import { Violation } from './violation.ts';

const SCALE = 9;
const BOUNDS_MS = 20_000; // what the venue declares for an order to arrive, and then to be seen

export type OrdersOptions = {
  readonly tally: Tally;
  readonly venue: AtVenue;
  readonly fillsComeLate: boolean;
  /** Runs once the exchange's log is read as far as the journal. */
  readonly later: (compare: () => void) => void;
};

export class OrderClaims {
  readonly #options: OrdersOptions;
  readonly #tally: Tally;
  readonly #venue: AtVenue;
  readonly #sendable = new Set<string>(); // client order ids whose sending is durable
  readonly #names = new Map<string, string>(); // order id → client order id
  readonly #ends = new Map<string, string>(); // order id → the fact that says it is not at the venue
  readonly #sending = new Set<string>(); // order ids
  readonly #doubted = new Set<string>(); // order ids
  readonly #cancelled = new Set<string>(); // order ids that somebody wanted gone
  readonly #closed = new Set<string>(); // order ids, closed with everything booked
  readonly #told = new Map<string, number>(); // order id → alarms about fills after it was closed that wait for their booking

  constructor(options: OrdersOptions) {
    this.#options = options;
    this.#tally = options.tally;
    this.#venue = options.venue;
  }

  isSendable(clientOrderId: string): boolean {
    return this.#sendable.has(clientOrderId);
  }

  /** Whether somebody wants it gone. */
  isCancelled(orderId: string): boolean {
    return this.#cancelled.has(orderId);
  }

  /** Whether an order may be on its way, by the journal. */
  get areSending(): boolean {
    return this.#sending.size > 0;
  }

  /** Whether of an order it is not known what became of it, by the journal. */
  get areInDoubt(): boolean {
    return this.#doubted.size > 0;
  }

  /** K4: nothing that is called gone is there. */
  check(): void {
    for (const [orderId, because] of this.#ends) {
      const clientOrderId = this.#names.get(orderId);
      if (clientOrderId !== undefined && this.#venue.has(clientOrderId)) throw new Violation('K4', `${orderId} is ${because} here, and at the exchange`);
    }
  }

  fold(stage: Stage, fact: Fact): void {
    if ('orderId' in fact && fact.orderId !== undefined && fact.type !== 'order.cancel-requested') this.#sending.delete(fact.orderId);
    if (fact.type === 'order.sending' || fact.type === 'order.doubted') this.#doubted.add(fact.orderId);
    else if (fact.type === 'order.acknowledged' || fact.type === 'order.absent' || fact.type === 'order.rejected' || fact.type === 'order.deferred' || fact.type === 'order.ended') this.#doubted.delete(fact.orderId);
    switch (fact.type) {
      case 'order.prepared':
        this.#names.set(fact.orderId, fact.clientOrderId);
        this.#tally.state(fact.attempt > 1 ? 'absent → sent again' : 'accepted');
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
      case 'order.amend-accepted':
        this.#cancelled.add(fact.orderId);
        return;
      case 'order.cancel-requested':
        this.#cancelled.add(fact.orderId);
        return this.#tally.state('cancel requested');
      case 'order.ended':
        if (fact.state === 'filled' && this.#cancelled.has(fact.orderId)) this.#tally.state('filled although cancelling');
        this.#options.later(() => this.#checkEnd(fact.orderId));
        return this.#tally.state(`ended ${fact.state}`);
      case 'order.booked':
        this.#closed.add(fact.orderId);
        this.#options.later(() => this.#checkClosed(fact.orderId, fact.filledUnits));
        return this.#tally.state('booked');
      case 'fill.booked': return this.#checkLateFill(fact);
      case 'runtime.booted':
        for (const orderId of this.#sending) {
          const left = stage.witness.leftMs(this.#names.get(orderId) ?? '') !== undefined;
          this.#tally.state(left ? 'crash with an order on its way' : 'crash between append and send');
        }
        return this.#sending.clear();
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

  /** K10 */
  #checkLateFill({ orderId, side, quantityUnits }: Extract<Fact, { type: 'fill.booked' }>): void {
    if (orderId === undefined || !this.#closed.has(orderId)) return;
    const told = this.#told.get(orderId) ?? 0;
    if (told === 0) throw new Violation('K10', `${orderId} was filled after it was closed, and nobody was told`);
    this.#told.set(orderId, told - 1);
    if (side === 'buy') this.#venue.lateBuyUnits -= quantityUnits;
    this.#tally.state('late fill after the end');
  }
}
