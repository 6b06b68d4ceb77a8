/** What the rules of the exchange work with while one thing happens: the state as it is by now, the markets, the time, and a pen. */
import { invariant } from '../base/index.ts';
import type { OrderIdClass } from '../ports/index.ts';
import type { Calendar, Phase } from './calendar.ts';
import type { Happening } from './event.ts';
import type { Market } from './market.ts';
import type { Order } from './order.ts';
import type { FeeOptions } from './options.ts';
import type { State } from './state.ts';

export type Rules = {
  readonly fees: FeeOptions;
  readonly acceptDelayMs: number;
  readonly cancelDelayMs: number;
  readonly selfMatch: 'refuse' | 'allow';
  readonly marketCushionPpm: bigint;
  readonly sessionMs: number | undefined;
  readonly idClass: OrderIdClass;
  readonly calendar: Calendar;
};

export type Turn = {
  readonly nowMs: number;
  readonly state: State; // already changed by what this turn wrote down
  readonly markets: ReadonlyMap<string, Market>;
  readonly rules: Rules;
  readonly phase: Phase; // of the stock market
  write(happening: Happening): void;
};

export function marketOf(turn: Turn, symbol: string): Market {
  const market = turn.markets.get(symbol);
  invariant(market !== undefined, `${symbol} is traded here`);
  return market;
}

/** May this order trade now? Stocks have hours, and most orders only the regular ones. */
export const isDealt = (turn: Turn, { instrument, extendedHours }: Pick<Order, 'instrument' | 'extendedHours'>): boolean =>
  instrument.stock === undefined || turn.phase === 'regular' || (turn.phase === 'extended' && extendedHours);
