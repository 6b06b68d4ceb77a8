/**
 * What would become of a trade, judged now by the controls that judge every order before it leaves. Nothing is sent and nothing reserved.
 *
 *   T1. The judgement is that of the last word itself (core/safety); there is no second one here that could differ.
 */
import { tryParseUnits } from '../base/index.ts';
import { admit, instrumentAt } from '../core/index.ts';
import type { Order, Verdict } from '../core/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { LibraryError } from './errors.ts';

export type Trade = {
  readonly venue: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: string; // decimal text, of the base asset
  readonly limitPrice?: string; // without one it is a market order
};

/** `waiting`: it would neither be sent nor refused now, for the venue was not reconciled or has no price that may be used. */
export type TradeVerdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'refused'; readonly code: string; readonly control: string; readonly limit: string; readonly observed: string; readonly wouldPass: string }
  | { readonly kind: 'waiting' };

export class TradingSafetyBridge {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** @throws LibraryError for an instrument that is not there, or a number that is none */
  validateTrade({ venue, symbol, side, quantity, limitPrice }: Trade): TradeVerdict {
    const { world, prices, time } = this.#runtime;
    const instrument = instrumentAt(world.market, venue, symbol);
    if (instrument === undefined) throw new LibraryError(`${symbol} is not listed at ${venue}: it is not configured, or the venue has not told of it yet. Nothing was judged.`);
    const units = (text: string, scale: number, what: string): bigint => {
      const parsed = tryParseUnits(text, scale);
      if (parsed === undefined || parsed <= 0n) throw new LibraryError(`The ${what} "${text}" is no decimal number above zero with at most ${scale} decimals. Nothing was judged.`);
      return parsed;
    };
    const quantityUnits = units(quantity, instrument.quantityScale, 'quantity');
    const nowMs = time.nowMs();
    const order: Order = {
      id: 'validation', venue, symbol, side, key: 'validation', content: '', source: 'library', strategy: 'library', action: 'order', orderType: limitPrice === undefined ? 'market' : 'limit',
      timeInForce: limitPrice === undefined ? 'ioc' : 'gtc', quantityUnits, ...(limitPrice === undefined ? {} : { limitPriceUnits: units(limitPrice, instrument.priceScale, 'price') }),
      correlationId: 'validation', intendedAtMs: nowMs, intendedSeq: 0, phase: 'intended', phaseSeq: 0, phaseAtMs: nowMs, attempt: 0, clientOrderIds: [], venueOrderIds: [], reserveUnits: 0n, worstPriceUnits: 0n,
      retryAtMs: 0, arrivesByMs: 0, sightings: 0, lastSightingAtMs: 0, filledUnits: 0n, filledValueUnits: 0n, venueFilledUnits: 0n, cancelSeq: 0,
    };
    const facts = admit(world, prices, order, nowMs); // T1
    const blocked = facts.find((fact) => fact.type === 'order.blocked');
    if (blocked?.type === 'order.blocked') return { kind: 'refused', ...verdictOf(blocked) };
    return facts.some(({ type }) => type === 'order.sending') ? { kind: 'allowed' } : { kind: 'waiting' };
  }
}

const verdictOf = ({ code, control, limit, observed, wouldPass }: Omit<Verdict, 'code'> & { readonly code: string }): Omit<Extract<TradeVerdict, { kind: 'refused' }>, 'kind'> => ({ code, control, limit, observed, wouldPass });
