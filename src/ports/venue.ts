/**
 * A place where orders are executed, as we see it: our half of its protocol hides behind this.
 *
 *   V1. A definite answer is given only for what the venue's documents define; everything else is `unknown` or `unclear`.
 *   V2. `submit` makes at most one request. Reads may be repeated inside their deadline.
 *   V3. An answer about another order than the one asked for is `unknown` or `unclear`, never believed.
 *   V4. What a venue said that could not be read or was not believed is told once, by its reason, to whoever made the adapter, beside the
 *       `unknown` or `unclear` it leads to. Of the stream nothing else comes of it.
 */
import type { Instrument } from '../base/index.ts';
import type { Activity, Balances, CancelAllResult, CancelResult, Capabilities, DeadManResult, FindResult, OrderReport, Quote, Read, SubmitResult, VenueOrder } from '../core/index.ts';

export type {
  Activity, Balances, CancelAllResult, CancelResult, Capabilities, DeadManResult, FeeRecord, Fill, FindResult, OrderIdClass, OrderReport, OrderType, Quote, Read, SubmitResult, TimeInForce, VenueOrder,
  VenueOrderState,
} from '../core/index.ts';

export type VenueEvent =
  | { readonly kind: 'connected' } // authenticated and listening
  | { readonly kind: 'disconnected'; readonly why: string }
  | { readonly kind: 'order'; readonly report: OrderReport }; // a hint: raises what is known and calls for a read

/**
 * Why something that a venue said was thrown away. The list is closed, and none of it is the venue's own text.
 * `unlisted`: a refusal in words that no table has. `unasked`: it is about something else than was asked for. `out-of-turn`: a frame where none of its kind may come.
 */
export type UnreadableReason =
  | 'too-large' | 'not-text' | 'not-json' | 'missing' | 'mistyped' | 'unknown-word' | 'unknown-symbol' | 'unknown-kind' | 'out-of-range' | 'unasked' | 'out-of-turn' | 'unlisted';

export type Unread = { readonly from: 'stream' | 'answer'; readonly reason: UnreadableReason; readonly why: string }; // `why` is for people, and may quote the venue

/** What a venue allows by its documents: so many requests in so much time. Each request names the limit that it counts against. */
export type VenueLimit = { readonly name: string; readonly requests: number; readonly perMs: number };

/**
 * A timer of the venue's own: unless it is set again in time it cancels every open order of the account, whoever placed it, once, and is off from then on.
 * It goes on while we are dead, stand still or are cut off: that is what it is for.
 */
export interface VenueDeadMan {
  readonly shortestMs: number; // of `withinMs`, by the venue's documents
  readonly longestMs: number;
  /** Sets it anew, whatever it was before; counted from when the venue takes the request. Idempotent. `unknown`: it is set as before or as asked, whichever ends sooner counts. */
  arm(asked: { readonly withinMs: number }, timeoutMs: number): Promise<DeadManResult>;
  /** Ends it, and `cancelOnDisconnect` of the stream that is open now: nothing is cancelled by either from then on. */
  disarm(timeoutMs: number): Promise<DeadManResult>;
}

export interface Venue {
  readonly name: string; // as configured
  readonly capabilities: Capabilities;
  /** The instruments asked for, with the venue's own steps and minimums. */
  instruments(symbols: readonly string[]): Promise<Read<readonly Instrument[]>>;
  /** @param stopped asked in the last moment before the request leaves: why it must not; the answer is then `not-sent` */
  submit(order: VenueOrder, timeoutMs: number, stopped?: () => string | undefined): Promise<SubmitResult>;
  cancel(order: { readonly venueOrderId: string }, timeoutMs: number): Promise<CancelResult>;
  /** Asks in one request for every open order of the account to be cancelled, whoever placed it. Absent where the venue has no such request. */
  cancelAll?(timeoutMs: number): Promise<CancelAllResult>;
  /** There exactly where `capabilities.deadManTimer` is declared. */
  readonly deadMan?: VenueDeadMan;
  /** @param stopped asked before each request leaves, also before it is repeated: why the answer is not needed any more; it is then `unclear` */
  findByClientOrderId(clientOrderId: string, timeoutMs: number, stopped?: () => string | undefined): Promise<FindResult>;
  find(venueOrderId: string, timeoutMs: number, stopped?: () => string | undefined): Promise<FindResult>;
  openOrders(timeoutMs: number): Promise<Read<readonly OrderReport[]>>;
  activity(afterCursor: string, timeoutMs: number): Promise<Read<Activity>>;
  balances(timeoutMs: number): Promise<Read<Balances>>;
  quotes(symbols: readonly string[], timeoutMs: number): Promise<Read<readonly Quote[]>>;
  /** Keeps a stream open, reconnecting with back-off, until the answer is called. Where `cancelOnDisconnect` is declared, `connected` says that the venue does that for this connection. */
  stream(listen: (event: VenueEvent) => void): () => void;
}

/** What a venue says of us when it is asked and nothing is ordered. */
export type VenueInspection =
  | { readonly kind: 'unreached'; readonly why: string; readonly heldBack?: { readonly againMs: number | undefined } } // `heldBack`: on our side, so that it says nothing of the venue; after `againMs` there may be room
  | {
    readonly kind: 'reached';
    readonly tookMs: number;
    readonly aheadMs?: number; // how far its clock is ahead of ours; to a second
    readonly keys: { readonly kind: 'refused' | 'unclear'; readonly why: string } | { readonly kind: 'accepted'; readonly account: string; readonly blocked?: string; readonly mayMoveMoney: boolean };
  };
