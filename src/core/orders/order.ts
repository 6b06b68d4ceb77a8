/**
 * One order of ours, as far as the journal goes.
 *
 * intended → blocked | prepared → sending → acknowledged | rejected | unknown → working → cancelling → ended → booked;
 * absent → prepared | abandoned. Final: blocked, rejected, abandoned, booked.
 */
import type { Side } from '../../base/index.ts';
import { larger, unreachable } from '../../base/index.ts';
import type { OrderType, TimeInForce, VenueOrderState } from '../market/index.ts';

export type OrderPhase =
  | 'intended' | 'blocked' | 'prepared' | 'sending' | 'unknown' | 'acknowledged' | 'working' | 'cancelling' | 'ended' | 'booked' | 'rejected' | 'absent' | 'abandoned';

export type EndState = Extract<VenueOrderState, 'filled' | 'cancelled' | 'expired' | 'rejected'>;

export type Order = {
  readonly id: string;
  readonly venue: string;
  readonly symbol: string;
  readonly side: Side;
  readonly key: string;
  readonly content: string;
  readonly source: string;
  readonly strategy: string;
  readonly trader?: string; // with desk and client read by `belongingOf`, which knows what an older entry means
  readonly desk?: string;
  readonly client?: string;
  readonly action: 'order' | 'close';
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantityUnits: bigint;
  readonly limitPriceUnits?: bigint;
  readonly stopPriceUnits?: bigint;
  readonly signalTimeMs?: number;
  readonly reduceOnly?: boolean;
  readonly allowRepeat?: boolean;
  readonly replaces?: string; // the order that it follows
  readonly wish?: string; // the first order of the wish; absent where this is the first
  readonly wishUnits?: bigint; // what may be executed under the wish, by all its orders together
  readonly earlierUnits?: bigint; // what the orders before it have filled
  readonly replacedBy?: string; // the order that follows it
  readonly correlationId: string;
  readonly intendedAtMs: number;
  readonly intendedSeq: number; // the entry that began it

  readonly phase: OrderPhase;
  readonly phaseSeq: number; // the entry that brought this phase
  readonly phaseAtMs: number;

  readonly attempt: number;
  readonly clientOrderIds: readonly string[]; // one for each name under which it was ever sent; the last one counts
  readonly venueOrderIds: readonly string[];
  readonly reserveAsset?: string;
  readonly reserveUnits: bigint;
  readonly worstPriceUnits: bigint;
  readonly retryAtMs: number; // of a deferred order
  readonly arrivesByMs: number; // after this, no request of ours can still reach the venue
  readonly sightings: number; // reads that count and did not find it
  readonly lastSightingAtMs: number;
  readonly nameTaken?: boolean; // the venue has had its name: it is there, seen or not

  readonly filledUnits: bigint; // booked
  readonly filledValueUnits: bigint; // booked, in the quote asset
  readonly venueFilledUnits: bigint; // what the venue says, once it is over
  readonly endState?: EndState;
  readonly cancelBy?: string;
  readonly cancelReason?: string;
  readonly cancelSeq: number; // the entry that asked for it; 0 where nobody has
  readonly amend?: Amending; // it is cancelled so that another may follow it
  readonly because?: string; // why it was blocked, rejected or abandoned
  readonly blocked?: Refusal;
  readonly alsoBlocked?: readonly Refusal[]; // by what other controls said
};

/** `wholeUnits`: what this order would be of, were it the changed one. */
export type Amending = { readonly successorId: string; readonly wholeUnits: bigint };

/** Which control refused it, and what would have passed. */
export type Refusal = { readonly control: string; readonly code: string; readonly limit: string; readonly observed: string; readonly wouldPass: string };

export const isFinal = (phase: OrderPhase): boolean => phase === 'blocked' || phase === 'rejected' || phase === 'abandoned' || phase === 'booked';

/** The worst case of what may still be filled: everything while unknown, what the venue owes us once it is over. */
export function openUnits(order: Order): bigint {
  switch (order.phase) {
    case 'prepared': case 'sending': case 'unknown': case 'acknowledged': case 'working': case 'cancelling': {
      const left = order.quantityUnits - order.filledUnits;
      return left > 0n ? left : 0n;
    }
    case 'ended': {
      const owed = order.venueFilledUnits - order.filledUnits;
      return owed > 0n ? owed : 0n;
    }
    case 'intended': case 'absent': case 'blocked': case 'rejected': case 'abandoned': case 'booked': return 0n;
    default: return unreachable(order.phase);
  }
}

/** What counts while nobody knows which of the two the venue has, this order or the one that is to follow it: the larger, never both. */
export const worstUnits = (order: Order): bigint => (order.amend === undefined || isFinal(order.phase) ? openUnits(order) : larger(openUnits(order), order.amend.wholeUnits - order.filledUnits));

export const clientOrderIdOf = (order: Order): string => order.clientOrderIds.at(-1) ?? '';
/** The venue's name for the order; what came under another one is a stray. */
export const venueOrderIdOf = (order: Order): string | undefined => order.venueOrderIds[0];
