/**
 * A place that says prices, venue or not: one question after another, or a stream.
 *
 *   Q1. A price is what the place said, digits as they stood; nothing is made up, and what cannot be read is left out.
 *   Q2. A question throws nothing, and ends by its deadline. A stream reconnects by itself until it is stopped, as often as it may.
 */
import type { Read } from '../core/index.ts';

/** `saidMs`: its own time for it, in its own clock; undefined where it says none. */
export type SaidPrice = { readonly symbol: string; readonly bidText: string; readonly askText: string; readonly saidMs: number | undefined };

/** `answeredAtMs`: its own time of the answer, where it says so. */
export type SaidPrices = { readonly prices: readonly SaidPrice[]; readonly answeredAtMs?: number };

export type PriceEvent =
  | { readonly kind: 'connected' } // and subscribed
  | { readonly kind: 'disconnected'; readonly why: string }
  | { readonly kind: 'said'; readonly said: SaidPrices };

/** Asked by a stream before it connects: whether it may, and told what came of it. `retryAfterMs`: undefined where a person ends it. */
export type MayConnect = () =>
  | { readonly kind: 'permit'; readonly settle: (end: 'success' | 'failure' | 'ignored', why?: string) => void }
  | { readonly kind: 'refused'; readonly why: string; readonly retryAfterMs: number | undefined };

export type PriceSource =
  | { readonly kind: 'asked'; readonly everyMs: number; readonly timeoutMs: number; readonly ask: (symbols: readonly string[], timeoutMs: number) => Promise<Read<SaidPrices>> }
  | { readonly kind: 'told'; readonly watch: (symbols: readonly string[], listen: (event: PriceEvent) => void, mayConnect?: MayConnect) => () => void };
