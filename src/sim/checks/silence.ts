/**
 * K18: where the exchange has a dead-man timer, no order rests at it while the runtime is dead for longer than that; by the exchange's own log.
 *
 *   L1. No order of ours that buys is taken while the account's timer is off, but for one that was on its way when it ran out. What sells only takes away here.
 *   L2. Once nobody has lived for the time of the timer, and for as long as a request may be late, it has run out: what was there by then is gone, whoever placed it.
 *   L3. What it or the end of a stream cancelled stays cancelled; that the runtime comes to the same is said by K4 and K5.
 */
import type { LogEvent } from '../../exchange/index.ts';
import type { Stage } from '../stage.ts';
import type { Tally } from '../tally.ts';
import { Violation } from './violation.ts';

const LATE_MS = 15_000; // of a request: on the line for less than 8 s, at the venue for less than 7 s
const SEEN_FOR_MS = 1_000; // an exchange that has just come back first does what was due

export class Silence {
  readonly #tally: Tally;
  readonly #withinMs: number | undefined;
  readonly #open = new Map<string, { readonly atMs: number; readonly isOurs: boolean }>();
  #endsAtMs: number | undefined; // the timer, while it runs
  #ranOutAtMs = Number.NEGATIVE_INFINITY;
  #brokenSinceMs: number | undefined;

  /** @param withinMs of the timer; undefined where the exchange has none */
  constructor(tally: Tally, withinMs: number | undefined) {
    this.#tally = tally;
    this.#withinMs = withinMs;
  }

  take(event: LogEvent): void {
    if (this.#withinMs === undefined) return;
    switch (event.type) {
      case 'dead-man-set': this.#endsAtMs = event.endsAtMs ?? undefined; return;
      case 'dead-man-ran-out':
        this.#endsAtMs = undefined;
        this.#ranOutAtMs = event.atMs;
        return this.#tally.state('the dead-man timer ran out');
      case 'disconnected': return this.#tally.state('the venue cancelled on disconnect');
      case 'order': {
        const isOurs = event.clientOrderId.startsWith('bw-');
        if (isOurs && event.side === 'buy' && this.#endsAtMs === undefined && event.atMs > this.#ranOutAtMs + LATE_MS) throw new Violation('K18', `${event.clientOrderId} is taken, and no dead-man timer runs`); // L1
        this.#open.set(event.orderId, { atMs: event.atMs, isOurs });
        return;
      }
      case 'cancelled': case 'expired': case 'rejected':
        if ('protection' in event && event.protection !== undefined) this.#tally.state(`an order ended by ${event.protection}`);
        return void this.#open.delete(event.orderId);
      case 'replace': return void this.#open.delete(event.orderId);
      default: return;
    }
  }

  step(stage: Stage): void {
    if (this.#withinMs === undefined) return;
    const { silentForMs, isExchangeUp } = stage;
    const found = isExchangeUp && silentForMs > this.#withinMs + LATE_MS ? this.#found(stage) : undefined;
    if (found === undefined) this.#brokenSinceMs = undefined;
    else if (silentForMs - (this.#brokenSinceMs ??= silentForMs) > SEEN_FOR_MS) throw new Violation('K18', `nobody has lived for ${silentForMs} ms, and ${found}`);
  }

  /** L2 */
  #found(stage: Stage): string | undefined {
    if (this.#endsAtMs !== undefined) return `the dead-man timer runs until ${this.#endsAtMs - stage.exchange.nowMs()} ms from now`;
    this.#tally.state('nobody lived for longer than the dead-man timer');
    for (const [orderId, { atMs, isOurs }] of this.#open) {
      const order = stage.exchange.order('demo', orderId);
      const rests = order?.state === 'new' || order?.state === 'accepted' || order?.state === 'partially-filled';
      if (rests && (atMs <= this.#ranOutAtMs || (isOurs && atMs > this.#ranOutAtMs + LATE_MS))) return `${order.clientOrderId} rests`;
    }
    return undefined;
  }
}
