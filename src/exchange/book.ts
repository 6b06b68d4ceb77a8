/**
 * The resting orders of one instrument. Owns their sequence, nothing else.
 *
 *   K1. Better prices come first; at one price, the earlier event (price, then time).
 */
import type { Side } from '../base/index.ts';
import type { Order } from './order.ts';

export class Book {
  readonly bids: Order[] = [];
  readonly asks: Order[] = [];
  readonly stops: Order[] = []; // stop-limits whose price was not seen yet, oldest first

  side(side: Side): Order[] {
    return side === 'buy' ? this.bids : this.asks;
  }

  /** The orders a new order of this side would meet. */
  against(side: Side): readonly Order[] {
    return side === 'buy' ? this.asks : this.bids;
  }

  insert(order: Order): void {
    if (order.waitingForStop) return void this.stops.push(order);
    const queue = this.side(order.side);
    const after = queue.findIndex((other) => goesBefore(order, other));
    queue.splice(after === -1 ? queue.length : after, 0, order);
  }

  remove(order: Order): void {
    for (const queue of [this.side(order.side), this.stops]) {
      const at = queue.indexOf(order);
      if (at !== -1) queue.splice(at, 1);
    }
  }

  get isEmpty(): boolean {
    return this.bids.length === 0 && this.asks.length === 0 && this.stops.length === 0;
  }
}

function goesBefore(order: Order, other: Order): boolean {
  if (order.worstPriceUnits === other.worstPriceUnits) return order.priority < other.priority;
  return order.side === 'buy' ? order.worstPriceUnits > other.worstPriceUnits : order.worstPriceUnits < other.worstPriceUnits;
}
