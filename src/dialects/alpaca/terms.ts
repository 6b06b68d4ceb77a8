/** How an order is to be executed, as its asset's rules allow it. */
import type { OrderType, TimeInForce } from '../../ports/index.ts';

export type Terms = {
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly extendedHours: boolean;
  readonly limitPrice?: string; // where the rules set one, in place of the order's own
};
