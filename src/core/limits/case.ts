/** What a rule is handed, and what it may answer. Everything it looks at is here: a rule measures nothing. */
import type { Instrument, Side } from '../../base/index.ts';
import type { OrderType } from '../market/index.ts';

/** A refusal: the limit, what was found, and what would have passed. */
export type Verdict = { readonly control: string; readonly code: `BW-3${string}`; readonly limit: string; readonly observed: string; readonly wouldPass: string };

export type Proposal = {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly quantityUnits: bigint;
  readonly limitPriceUnits: bigint | undefined;
  readonly stopPriceUnits: bigint | undefined;
};

/** Where the books stand without the proposed order; `positionUnits` is the worse end for the side that is asked about. */
export type Standing = { readonly positionUnits: bigint; readonly openBuyUnits: bigint; readonly openSellUnits: bigint };
