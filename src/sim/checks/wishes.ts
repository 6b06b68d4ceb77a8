/**
 * K16: what is executed under one wish, by the order that it began with and all that followed it, is never more than was asked for.
 *
 *   H1. While an amend is under way the larger of what was asked before and is asked now; then what was asked for last.
 *   H2. No order of a wish leaves while another one of it is open at the exchange, nor for more than is left.
 *   H3. What the venue hid of an order that it said was over is the most by which it may be passed; where nothing is hidden, by nothing.
 *
 * Folds what was asked for from the journal, and looks at the exchange's own log for what was executed.
 */
import { formatUnits, larger, parseUnits } from '../../base/index.ts';
import type { Fact } from '../../core/index.ts';
import type { Tally } from '../tally.ts';
import type { SentOrder } from '../witness.ts';
import type { AtVenue } from './at-venue.ts';
import { Violation } from './violation.ts';

const SCALE = 9;

type Wish = { readonly orderIds: string[]; askedUnits: bigint; pendingUnits: bigint | undefined; hiddenUnits: bigint };

export type WishesOptions = { readonly tally: Tally; readonly venue: AtVenue; readonly fillsComeLate: boolean; readonly later: (compare: () => void) => void };

export class Wishes {
  readonly #options: WishesOptions;
  readonly #wishes = new Map<string, Wish>(); // by each of its orders
  readonly #changed = new Set<Wish>();
  readonly #names = new Map<string, string>(); // order id → client order id
  readonly #orders = new Map<string, string>(); // and the other way round

  constructor(options: WishesOptions) {
    this.#options = options;
  }

  fold(fact: Fact): void {
    switch (fact.type) {
      case 'order.intended': {
        if (fact.replaces === undefined) return void this.#wishes.set(fact.orderId, { orderIds: [fact.orderId], askedUnits: fact.quantityUnits, pendingUnits: undefined, hiddenUnits: 0n });
        const wish = this.#wishOf(fact.replaces);
        if (wish.orderIds.at(-1) !== fact.replaces) throw new Violation('K16', `${fact.orderId} follows ${fact.replaces}, which is followed already`);
        const earlier = [...wish.orderIds];
        wish.orderIds.push(fact.orderId);
        wish.askedUnits = fact.wishUnits ?? 0n;
        wish.pendingUnits = undefined;
        this.#wishes.set(fact.orderId, wish);
        this.#options.tally.state('an order followed the one that was changed');
        this.#options.later(() => { // H3
          const hiddenUnits = this.#executed(earlier) - (fact.earlierUnits ?? 0n);
          if (hiddenUnits > 0n && !this.#options.fillsComeLate) throw new Violation('K16', `${fact.orderId} follows with ${shown(fact.earlierUnits ?? 0n)} filled before it, at the exchange it is ${shown(this.#executed(earlier))}`);
          wish.hiddenUnits = larger(wish.hiddenUnits, hiddenUnits);
        });
        return;
      }
      case 'order.amend-accepted': {
        const wish = this.#wishOf(fact.orderId);
        wish.pendingUnits = fact.totalUnits;
        this.#changed.add(wish);
        return this.#options.tally.state('an amend was taken');
      }
      case 'order.amend-ended':
        this.#wishOf(fact.orderId).pendingUnits = undefined;
        return this.#options.tally.state('an amend came to nothing');
      case 'order.prepared':
        this.#names.set(fact.orderId, fact.clientOrderId);
        this.#orders.set(fact.clientOrderId, fact.orderId);
        return;
      case 'signal.refused': return fact.key.includes('-amend-') ? this.#options.tally.state('an amend was refused') : undefined;
      default: return;
    }
  }

  /** H2, once the journal and the exchange's log are read. */
  leaving({ clientOrderId, quantity }: SentOrder): void {
    const orderId = this.#orders.get(clientOrderId) ?? '';
    const wish = this.#wishes.get(orderId);
    if (wish === undefined || wish.orderIds.length < 2) return;
    const others = wish.orderIds.filter((one) => one !== orderId);
    for (const other of others) {
      const openUnits = this.#options.venue.orderNamed(this.#names.get(other) ?? '')?.openUnits ?? 0n;
      if (openUnits > 0n) throw new Violation('K16', `${orderId} leaves, and ${other} of the same wish has ${shown(openUnits)} open at the exchange`);
    }
    const worst = this.#executed(others) + parseUnits(quantity, SCALE);
    if (worst > wish.askedUnits + wish.hiddenUnits) throw new Violation('K16', `${orderId} leaves for ${quantity}, and ${shown(this.#executed(others))} of the ${shown(wish.askedUnits)} asked for is executed`);
  }

  /** H1 */
  check(): void {
    for (const wish of this.#changed) {
      const executed = this.#executed(wish.orderIds);
      const most = larger(wish.askedUnits, wish.pendingUnits ?? 0n) + wish.hiddenUnits;
      if (executed > most) throw new Violation('K16', `${shown(executed)} is executed under the wish of ${wish.orderIds.join(', ')}, and ${shown(most)} was asked for`);
    }
  }

  #wishOf(orderId: string): Wish {
    const wish = this.#wishes.get(orderId);
    if (wish === undefined) throw new Violation('K16', `${orderId} is changed, and nobody asked for it`);
    return wish;
  }

  #executed(orderIds: readonly string[]): bigint {
    return orderIds.reduce((sum, orderId) => sum + (this.#options.venue.orderNamed(this.#names.get(orderId) ?? '')?.filledUnits ?? 0n), 0n);
  }
}

const shown = (units: bigint): string => `${formatUnits(units, SCALE)} BTC`;
