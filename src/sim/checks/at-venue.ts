/**
 * K1 K3: what is at the exchange, by its own log, and what is on its way there.
 *
 * Owns the count of what may come to be held. Does not own what the runtime says of the same orders.
 */
import { formatUnits, parseUnits } from '../../base/index.ts';
import type { LogEvent } from '../../exchange/index.ts';
import { SYMBOL } from '../stage.ts';
import type { Stage } from '../stage.ts';
import type { Tally } from '../tally.ts';
import { Violation } from './violation.ts';
import type { SentOrder } from '../witness.ts';

const SCALE = 9;

export type VenueOrder = { readonly clientOrderId: string; readonly side: 'buy' | 'sell'; openUnits: bigint; filledUnits: bigint };
type Underway = { readonly side: 'buy' | 'sell'; readonly units: bigint };

export type AtVenueOptions = {
  readonly tally: Tally;
  readonly loosestUnits: () => bigint; // the loosest limit of the position that there ever was
  readonly isSendable: (clientOrderId: string) => boolean;
  readonly onEvent: (event: LogEvent) => void;
};

export class AtVenue {
  readonly #options: AtVenueOptions;
  readonly #tally: Tally;
  readonly #orders = new Map<string, VenueOrder>(); // by the exchange's order id
  readonly #names = new Map<string, string>(); // client order id → exchange order id
  readonly #underway = new Map<string, Underway>(); // by client order id: left, and neither arrived nor known not to
  readonly #executed = new Map<string, number>(); // `exchange order id quantity` → how often
  #foreignBuyUnits = 0n; // placed by hand: no limit of ours holds for them
  #positionUnits = 0n;
  #openBuyUnits = 0n;
  lateBuyUnits = 0n; // filled, and hidden from us when the order was closed
  events = 0;

  constructor(options: AtVenueOptions) {
    this.#options = options;
    this.#tally = options.tally;
  }

  has(clientOrderId: string): boolean {
    return this.#names.has(clientOrderId);
  }

  orderNamed(clientOrderId: string): VenueOrder | undefined {
    return this.#orders.get(this.#names.get(clientOrderId) ?? '');
  }

  /** How often so much of this order was executed at once. */
  executions(name: string): number {
    return this.#executed.get(name) ?? 0;
  }

  /** What was executed of orders of the runtime's own. */
  get ownFilledUnits(): bigint {
    let filled = 0n;
    for (const order of this.#orders.values()) if (order.clientOrderId.startsWith('bw-')) filled += order.filledUnits;
    return filled;
  }

  /** An order leaves now. */
  left({ clientOrderId, side, quantity }: SentOrder): void {
    if (!this.#names.has(clientOrderId)) this.#underway.set(clientOrderId, { side, units: parseUnits(quantity, SCALE) });
    this.checkExposure();
  }

  /** It is known that it is not on its way any more. */
  notUnderway(clientOrderId: string): void {
    this.#underway.delete(clientOrderId);
  }

  read(stage: Stage): void {
    const fresh = stage.exchange.oracle.log(this.events + 1);
    for (const event of fresh) this.#take(event);
    this.events += fresh.length;
  }

  #take(event: LogEvent): void {
    this.#options.onEvent(event);
    switch (event.type) {
      case 'order': {
        if (event.symbol !== SYMBOL) return;
        const twin = this.#names.get(event.clientOrderId);
        if (twin !== undefined) throw new Violation('K1', `two orders for ${event.clientOrderId}: ${twin} and ${event.orderId}`);
        const intent = /^bw-([0-9a-f]{20})-/.exec(event.clientOrderId)?.[1];
        if (intent !== undefined) {
          if ([...this.#names.keys()].some((name) => name.includes(intent))) throw new Violation('K1', `two orders for the intent ${intent}`);
          if (!this.#options.isSendable(event.clientOrderId)) throw new Violation('K2', `${event.clientOrderId} arrived, and its sending is not durable`);
        }
        this.#names.set(event.clientOrderId, event.orderId);
        this.#underway.delete(event.clientOrderId);
        const quantity = parseUnits(event.quantity, SCALE);
        if (intent === undefined && event.side === 'buy') this.#foreignBuyUnits += quantity;
        this.#orders.set(event.orderId, { clientOrderId: event.clientOrderId, side: event.side, openUnits: quantity, filledUnits: 0n });
        if (event.side === 'buy') this.#openBuyUnits += quantity;
        return this.checkExposure();
      }
      case 'trade': {
        for (const party of [event.taker, event.maker]) {
          const order = party === null ? undefined : this.#orders.get(party.orderId);
          if (order === undefined) continue;
          const quantity = parseUnits(event.quantity, SCALE);
          const name = `${party?.orderId ?? ''} ${quantity}`;
          this.#executed.set(name, (this.#executed.get(name) ?? 0) + 1);
          order.openUnits -= quantity;
          order.filledUnits += quantity;
          this.#positionUnits += order.side === 'buy' ? quantity : -quantity;
          if (party !== null && party.feeAsset === 'BTC') this.#positionUnits -= parseUnits(party.fee, SCALE);
          if (order.side === 'buy') this.#openBuyUnits -= quantity;
          if (order.openUnits > 0n) this.#tally.state('partial fill');
        }
        return this.checkExposure();
      }
      case 'cancelled': case 'expired': case 'rejected': {
        const order = this.#orders.get(event.orderId);
        if (order?.side === 'buy') this.#openBuyUnits -= order.openUnits;
        if (order !== undefined) order.openUnits = 0n;
        return;
      }
      case 'refused':
        this.#underway.delete(event.clientOrderId ?? '');
        return this.#tally.state(event.reason === 'duplicate-client-order-id' ? 'duplicate refused by the venue' : 'refused by the venue');
      default: return;
    }
  }

  checkExposure(): void {
    const [worst, most] = [this.#worstUnits(), this.#options.loosestUnits() + this.#beyondUsUnits()];
    if (worst > most) throw new Violation('K3', `${formatUnits(worst, SCALE)} BTC may be held at the exchange, the limit is ${formatUnits(most, SCALE)}`);
  }

  /** What may come to be held passes a limit that is tighter than the loosest there ever was; undefined where it does not. */
  passes(mostUnits: bigint): string | undefined {
    const [worst, most] = [this.#worstUnits(), mostUnits + this.#beyondUsUnits()];
    return worst > most ? `${formatUnits(worst, SCALE)} BTC may be held at the exchange, and ${formatUnits(most, SCALE)} was agreed` : undefined;
  }

  /** Placed by hand, or hidden from us: no limit of ours can hold for it. */
  #beyondUsUnits(): bigint {
    return this.#foreignBuyUnits + this.lateBuyUnits;
  }

  #worstUnits(): bigint {
    let worst = this.#positionUnits + this.#openBuyUnits;
    for (const { side, units } of this.#underway.values()) if (side === 'buy') worst += units;
    return worst;
  }
}
