/**
 * Between a program's trading engine and the runtime: a trade is judged before it is placed, and placed by the way that every order takes.
 *
 *   T1. The judgement is that of the last word itself (core/safety); there is no second one here that could differ.
 *   T2. Judging leaves nothing behind: nothing is sent, reserved, counted or written.
 *   T3. What is placed is judged again, in the turn that takes it. An answer is given once everything it rests on is durable.
 */
import { formatUnits, tryParseUnits } from '../base/index.ts';
import { admit, instrumentAt, orderById, orderMeant, overallLevel, readIntent } from '../core/index.ts';
import type { Order, RiskLevel, Signal } from '../core/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { LibraryError } from './errors.ts';

const SOURCE = 'library';

export type Trade = {
  readonly venue: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: string; // decimal text, of the base asset
  readonly limitPrice?: string; // without one it is a market order
  readonly stopPrice?: string; // with a limit price: it rests until the market comes to this
  readonly timeInForce?: 'gtc' | 'ioc';
  readonly strategy?: string; // who asks, for limits and permissions; "library" unless told
  readonly trader?: string; // whose decision it is; "library" unless told
  readonly desk?: string; // "unassigned" unless told
  readonly client?: string; // the same
  readonly reduceOnly?: boolean; // it may only bring the position nearer to zero
  readonly allowRepeat?: boolean; // the same again, on purpose
};

type Refusal = { readonly code: string; readonly control: string; readonly limit: string; readonly observed: string; readonly wouldPass: string };

/** `waiting`: it would neither be sent nor refused now, for the venue was not reconciled or has no price that may be used. */
export type TradeVerdict = { readonly kind: 'allowed' } | ({ readonly kind: 'refused' } & Refusal) | { readonly kind: 'waiting' };

/** `key` names the wish: the same again gives the same order, whatever became of the process in between. */
export type PlacedTrade = Trade & { readonly key: string };

/** `phase` as of the turn that took it: `intended` waits for the venue, `sending` is on its way. `repeated`: this key was placed before, and this is what became of it. */
export type Placement =
  | { readonly kind: 'placed'; readonly orderId: string; readonly phase: Order['phase']; readonly repeated: boolean }
  | ({ readonly kind: 'refused'; readonly orderId: string | undefined; readonly repeated: boolean } & Refusal);

/** What is to be another. `orderId`: as `placeTrade` gave it. What is not named stays; `quantity` is the whole, with what is filled. */
export type AmendedTrade = { readonly key: string; readonly orderId: string; readonly quantity?: string; readonly limitPrice?: string; readonly stopPrice?: string };

/** `amending`: the order is being cancelled, and `orderId` follows it once its end is known; ask `order` for it, or call again with the same key. */
export type Amendment =
  | { readonly kind: 'amending' | 'placed'; readonly orderId: string; readonly repeated: boolean }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string; readonly repeated: boolean };

export type OrderState = { readonly phase: Order['phase']; readonly filled: string; readonly because: string | undefined };

export class TradingSafetyBridge {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * What the controls would say of a trade now.
   * @throws LibraryError for an instrument that is not there, or a number that is none
   */
  validateTrade(trade: Trade): TradeVerdict {
    const { world, prices, time } = this.#runtime;
    const nowMs = time.nowMs();
    const facts = admit(world, prices, this.#imagined(trade, nowMs), nowMs); // T1, T2
    const blocked = facts.find((fact) => fact.type === 'order.blocked');
    if (blocked !== undefined) return { kind: 'refused', ...refusalOf(blocked) };
    return facts.some(({ type }) => type === 'order.sending') ? { kind: 'allowed' } : { kind: 'waiting' };
  }

  /**
   * Places a trade once, however often it is called with this key; answers once it is durable.
   * @throws LibraryError as `validateTrade` does, and where the key was used for something else: nothing was placed
   * @throws OutcomeUnknownError where this life ended first: place it again with the same key
   */
  async placeTrade(trade: PlacedTrade): Promise<Placement> {
    const { signal } = this.#read(trade);
    const { outcome } = await this.#runtime.submit({ kind: 'signal', routed: { signal, venue: trade.venue, symbol: trade.symbol, windowMs: 0 } }, { actor: `signal:${SOURCE}`, correlationId: trade.key }, 'new-risk');
    switch (outcome.kind) {
      case 'order': {
        const { orderId, repeated } = outcome;
        const order = orderById(this.#runtime.world.orders, orderId);
        if (order?.blocked !== undefined) return { kind: 'refused', orderId, repeated, ...refusalOf(order.blocked) };
        return { kind: 'placed', orderId, phase: order?.phase ?? 'booked', repeated }; // one that is over long since was left behind with its segment
      }
      case 'refused': return { kind: 'refused', orderId: undefined, repeated: outcome.repeated, code: outcome.code, control: 'intake', limit: 'a trade that can be read', observed: outcome.reason, wouldPass: 'the same, corrected, under another key' };
      case 'conflict': throw new LibraryError(`${outcome.reason} Nothing was placed.`);
      default: throw new LibraryError(`The trade "${trade.key}" came to ${outcome.kind}. Nothing was placed.`);
    }
  }

  /**
   * Changes an order that rests, once, however often it is called with this key; answers once it is durable. It is judged like a new order first:
   * refused, the order stays as it is.
   * @throws LibraryError for an order that is not there, a number that is none, and where the key was used for something else: nothing was changed
   * @throws OutcomeUnknownError where this life ended first: ask again with the same key
   */
  async amendTrade({ key, orderId, quantity, limitPrice, stopPrice }: AmendedTrade): Promise<Amendment> {
    const order = orderMeant(this.#runtime.world.orders, orderId);
    if (order === undefined) throw new LibraryError(`There is no order "${orderId}", or it is over long since. Nothing was changed.`);
    const { venue, symbol, strategy } = order;
    const intent = readIntent(JSON.stringify({ key, action: 'amend', order: orderId, instrument: symbol, strategy, quantity, limitPrice, stopPrice }), { name: SOURCE });
    if (intent.kind === 'malformed') throw new LibraryError(`${intent.reason} Nothing was changed.`);
    const { outcome } = await this.#runtime.submit({ kind: 'signal', routed: { signal: intent.signal, venue, symbol, windowMs: 0 } }, { actor: `signal:${SOURCE}`, correlationId: key }, 'new-risk');
    switch (outcome.kind) {
      case 'amending': case 'order': return { kind: orderById(this.#runtime.world.orders, outcome.orderId) === undefined ? 'amending' : 'placed', orderId: outcome.orderId, repeated: outcome.repeated };
      case 'refused': return { kind: 'refused', code: outcome.code, reason: outcome.reason, repeated: outcome.repeated };
      case 'conflict': throw new LibraryError(`${outcome.reason} Nothing was changed.`);
      default: throw new LibraryError(`The amend "${key}" came to ${outcome.kind}. Nothing was changed.`);
    }
  }

  /** Of an order that was placed; undefined where none of that name is known or it is over long since. */
  order(orderId: string): OrderState | undefined {
    const { orders, market } = this.#runtime.world;
    const order = orderById(orders, orderId);
    const instrument = order === undefined ? undefined : instrumentAt(market, order.venue, order.symbol);
    return order === undefined || instrument === undefined ? undefined : { phase: order.phase, filled: formatUnits(order.filledUnits, instrument.quantityScale), because: order.because };
  }

  /** How near the account is to its limits, and by what. */
  get riskLevel(): { readonly level: RiskLevel; readonly causes: readonly string[] } {
    const { level, causes } = overallLevel(this.#runtime.world);
    return { level, causes: level === 'normal' ? [] : causes };
  }

  /** Nothing new leaves, from this turn on, and what is open is cancelled; answers once the disk has it. Only a named person ends it, with `resume`. */
  async emergencyStop({ by, reason }: { readonly by: string; readonly reason: string }): Promise<void> {
    await this.#runtime.submit({ kind: 'halt', by, reason, cancelOrders: true }, { actor: `library:${by}`, correlationId: 'halt' });
  }

  /** A trade as the order that it would become. */
  #imagined(trade: Trade, nowMs: number): Order {
    const { signal, quantityUnits, limitPriceUnits, stopPriceUnits } = this.#read({ ...trade, key: 'validation' });
    const { orderType, timeInForce, strategy } = signal;
    return {
      id: 'validation', venue: trade.venue, symbol: trade.symbol, side: trade.side, key: 'validation', content: '', source: SOURCE, strategy, action: 'order', orderType, timeInForce, quantityUnits,
      ...(limitPriceUnits === undefined ? {} : { limitPriceUnits }), ...(stopPriceUnits === undefined ? {} : { stopPriceUnits }), ...(trade.reduceOnly === true ? { reduceOnly: true } : {}), ...(trade.allowRepeat === true ? { allowRepeat: true } : {}),
      correlationId: 'validation', intendedAtMs: nowMs, intendedSeq: 0, phase: 'intended', phaseSeq: 0, phaseAtMs: nowMs, attempt: 0, clientOrderIds: [], venueOrderIds: [], reserveUnits: 0n, worstPriceUnits: 0n,
      retryAtMs: 0, arrivesByMs: 0, sightings: 0, lastSightingAtMs: 0, filledUnits: 0n, filledValueUnits: 0n, venueFilledUnits: 0n, cancelSeq: 0,
    };
  }

  /** The normal form in which bots post their intents, so that both ways in mean the same. */
  #read({ venue, symbol, ...trade }: PlacedTrade): { readonly signal: Signal; readonly quantityUnits: bigint; readonly limitPriceUnits: bigint | undefined; readonly stopPriceUnits: bigint | undefined } {
    const instrument = instrumentAt(this.#runtime.world.market, venue, symbol);
    if (instrument === undefined) throw new LibraryError(`${symbol} is not listed at ${venue}: it is not configured, or the venue has not told of it yet. Nothing was judged.`);
    const { quantityScale, priceScale } = instrument;
    const units = (text: string, scale: number, what: string): bigint => {
      const parsed = tryParseUnits(text, scale);
      if (parsed === undefined || parsed <= 0n) throw new LibraryError(`The ${what} "${text}" is no decimal number above zero with at most ${scale} decimals. Nothing was judged.`);
      return parsed;
    };
    const { quantity, limitPrice, stopPrice, key, side, timeInForce, strategy = SOURCE, trader, desk, client, reduceOnly, allowRepeat } = trade;
    const outcome = readIntent(JSON.stringify({
      key, action: 'order', instrument: symbol, venue, side, quantity, type: stopPrice !== undefined ? 'stop-limit' : limitPrice === undefined ? 'market' : 'limit',
      timeInForce: timeInForce ?? (limitPrice === undefined ? 'ioc' : 'gtc'), limitPrice, stopPrice, strategy, trader, desk, client, reduceOnly, allowRepeat,
    }), { name: SOURCE, attribution: { mayName: 'anybody' } });
    if (outcome.kind === 'malformed') throw new LibraryError(`${outcome.reason} Nothing was judged.`);
    return {
      signal: outcome.signal, quantityUnits: units(quantity, quantityScale, 'quantity'),
      limitPriceUnits: limitPrice === undefined ? undefined : units(limitPrice, priceScale, 'price'), stopPriceUnits: stopPrice === undefined ? undefined : units(stopPrice, priceScale, 'price'),
    };
  }
}

const refusalOf = ({ code, control, limit, observed, wouldPass }: Refusal): Refusal => ({ code, control, limit, observed, wouldPass });
