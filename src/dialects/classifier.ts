/**
 * What faults need to know of a protocol: what is asked for, which orders an answer shows, and its words for bad news.
 * Each dialect hands in its own; faults know no dialect.
 */
import type { ServedAnswer, ServedRequest } from '../ports/index.ts';

/** What a request asks for; `other` is for all that no fault rule names. */
export type RequestKind =
  | 'order.create' | 'order.read' | 'order.find' | 'order.list' | 'order.cancel' | 'order.replace'
  | 'activity.list' | 'account.read' | 'positions.read' | 'quote.read' | 'asset.read' | 'other';

export type BadNews =
  | { readonly kind: 'server-error'; readonly status: number }
  | { readonly kind: 'rate-limited'; readonly retryAfterS: number }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'no-order'; readonly request: ServedRequest };

/** An order as an answer shows it: its names, and the answer's own text for it. */
export type ShownOrder = { readonly id: string; readonly text: string };

export interface Classifier {
  kindOf(request: ServedRequest): RequestKind;
  /** Whose orders the request is about. */
  accountOf(request: ServedRequest): string;
  /** The one order that a successful answer shows, or undefined where it shows none or many. */
  orderIn(body: string): ShownOrder | undefined;
  /** A list of orders without these. */
  without(body: string, hidden: (orderId: string) => boolean): { readonly body: string; readonly removed: number };
  badNews(news: BadNews): ServedAnswer;
  /** What a client is told whose cancel was taken. */
  cancelTaken(request: ServedRequest): ServedAnswer;
  /** The request that reads the order which a request to cancel names. */
  readOf(cancel: ServedRequest): ServedRequest;
  /** An answer without the executions that this order has had since it was as shown. An order that is over is over all the same. */
  withoutExecutions(kind: RequestKind, body: string, since: ShownOrder): string;
  /** Whether a frame to a client tells of an order. */
  isEvent(frame: string | Uint8Array): boolean;
  /** The order that such a frame tells of. */
  orderOfEvent(frame: string | Uint8Array): string | undefined;
}
