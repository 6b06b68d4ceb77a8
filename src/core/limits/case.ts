/** What a rule is handed, and what it may answer. Everything it looks at is here: a rule measures nothing. */
import type { Instrument, Side } from '../../base/index.ts';
import type { OrderType, TrustedPrice } from '../market/index.ts';
import type { Limits } from './facts.ts';
import type { Rates } from './rates.ts';
import type { Scale } from './scale.ts';
import type { Sizes } from './sizes.ts';
import type { SentOrder, Streak, Throttle } from './view.ts';

/** A refusal: the limit, what was found, and what would have passed. */
export type Verdict = { readonly control: string; readonly code: `BW-3${string}`; readonly limit: string; readonly observed: string; readonly wouldPass: string };

export type Proposal = {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly quantityUnits: bigint;
  readonly limitPriceUnits: bigint | undefined;
  readonly stopPriceUnits: bigint | undefined;
  readonly reduceOnly?: boolean; // it may only bring the position towards zero
  readonly allowRepeat?: boolean; // the same again, on purpose
};

/** Where the books stand without the proposed order; `positionUnits` is the worse end for the side that is asked about. */
export type Standing = { readonly positionUnits: bigint; readonly openBuyUnits: bigint; readonly openSellUnits: bigint };

/** Who asks. */
export type Asker = { readonly source: string; readonly strategy: string; readonly venue: string };

/** Times of messages that left, the oldest first. */
export type Sent = { readonly strategy: readonly number[]; readonly venue: readonly number[]; readonly system: readonly number[] };

/** What all positions over all venues and strategies are worth in the worst case, without the order and with it, at `VALUE_SCALE`; or why nobody knows. */
export type Sums = { readonly netUnits: bigint; readonly grossUnits: bigint };
export type Total = Sums & { readonly wouldBe: Sums } | { readonly unknown: string };

/** Everything around an order that the rules look at, as it stands in the turn that judges it. */
export type Case = {
  readonly proposal: Proposal;
  readonly limits: Limits | undefined;
  readonly lossLimited: boolean; // somebody has said how much may be lost in a day, and it is watched
  readonly scale?: Scale; // what part of the limits on exposure holds; absent: the whole
  readonly standing: Standing;
  readonly asker: Asker;
  readonly price: TrustedPrice | undefined;
  readonly earlier: { readonly priceUnits: bigint; readonly ageMs: number } | undefined; // the oldest reference price of the last minutes
  readonly free: { readonly quoteUnits: bigint; readonly baseUnits: bigint }; // held at the venue, less what open orders may spend
  readonly opposing: { readonly bestPriceUnits: bigint | undefined; readonly atAnyPrice: boolean }; // our own open orders of the other side
  readonly sent: Sent;
  readonly streak: Streak | undefined;
  readonly throttle: Throttle | undefined;
  readonly similar: readonly SentOrder[]; // of the same strategy in the same market, lately
  readonly total: (limitAsset: string) => Total;
  readonly rates: Rates;
  readonly opened?: readonly string[]; // controls that two people let this one order past
  readonly nowMs: number;
  readonly sizes?: Sizes | undefined; // worked out once for all rules, by whoever asks them
};

/** One control. `judge` answers with what stands in the way, or with nothing. */
export type Rule = { readonly control: string; readonly title: string; readonly limit?: string; judge(given: Case): Verdict | undefined };
