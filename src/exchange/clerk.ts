/** Writes down what was admitted: orders, under names that follow from the seed and a count, and new accounts. */
import { formatUnits } from '../base/index.ts';
import type { DeskOrder, NewDeskOrder } from '../ports/index.ts';
import type { Admitted } from './admission.ts';
import { passDue } from './due.ts';
import { ExchangeOptionsError } from './errors.ts';
import { Names } from './ids.ts';
import type { AccountOptions } from './options.ts';
import { showOrder } from './order.ts';
import type { Turn } from './turn.ts';

export class Clerk {
  readonly #orderNames: Names;
  readonly #clientNames: Names;

  constructor(seed: ConstructorParameters<typeof Names>[0]) {
    this.#orderNames = new Names(seed, 'order');
    this.#clientNames = new Names(seed, 'client');
  }

  /** Of the order that is accepted next. */
  nextOrderId(turn: Turn): string {
    return this.#orderNames.name(turn.state.orders.size + 1);
  }

  accept(turn: Turn, accountId: string, order: NewDeskOrder, terms: Admitted, replaces: string | null): DeskOrder {
    const { instrument } = terms;
    const count = turn.state.orders.size + 1;
    const orderId = this.#orderNames.name(count);
    const price = (units: bigint | undefined): string | null => (units === undefined ? null : formatUnits(units, instrument.priceScale));
    turn.write({
      type: 'order', accountId, orderId,
      clientOrderId: (turn.rules.idClass === 'none' ? undefined : order.clientOrderId) ?? this.#clientNames.name(count),
      symbol: instrument.symbol, side: order.side, orderType: order.type, timeInForce: order.timeInForce,
      quantity: formatUnits(terms.quantityUnits, instrument.quantityScale),
      limitPrice: price(terms.limitPriceUnits), stopPrice: price(terms.stopPriceUnits), worstPrice: formatUnits(terms.worstPriceUnits, instrument.priceScale),
      activeAtMs: terms.activeAtMs, expiresAtMs: terms.expiresAtMs ?? null, replaces,
      ...(order.notional === undefined ? {} : { notional: order.notional }), ...(order.extendedHours === true ? { extendedHours: true } : {}),
    });
    const accepted = showOrder(turn.state.order(orderId));
    passDue(turn);
    return accepted;
  }

  openAccount(turn: Turn, { id, balances }: AccountOptions): void {
    const entryPrices: Record<string, string> = {};
    for (const asset of Object.keys(balances)) {
      if (!turn.state.scales.has(asset)) throw new ExchangeOptionsError(`account ${id} has ${asset}, which no instrument trades`);
      const market = [...turn.markets.values()].find(({ instrument }) => instrument.base === asset);
      market?.walkTo(turn.nowMs, turn.state.seq);
      if (market?.priceText !== undefined) entryPrices[asset] = market.priceText;
    }
    turn.write({ type: 'account', accountId: id, balances, entryPrices });
  }
}
