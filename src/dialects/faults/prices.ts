/**
 * Prices that are shown wrongly, instrument by instrument: whoever asks or listens is told something else than the desk knows. What is executed is
 * executed at the desk's own prices.
 *
 * Stands between a desk and its dialect, so that a read and a stream tell the same. Owns what is shown, and the record of when which fault was on.
 *
 *   P1. One fault at a time of an instrument; it ends by itself, with a new plan, or when it is lifted.
 *   P2. `spells` is the truth: from when to when each fault was on, whoever asked meanwhile.
 */
import { formatUnits, tryParseUnits } from '../../base/index.ts';
import type { Random } from '../../base/index.ts';
import type { Clock, Desk, DeskBook, DeskLevel, DeskQuote } from '../../ports/index.ts';
import { Dice } from './dice.ts';
import { noFaults } from './plan.ts';
import type { FaultPlan } from './plan.ts';
import { isPriceFault } from './words.ts';
import type { PriceFault } from './words.ts';

export type PriceSpell = { readonly symbol: string; readonly fault: PriceFault; readonly fromMs: number; readonly untilMs: number };

type Factor = { readonly times: bigint; readonly over: bigint };
type Spell = { readonly symbol: string; readonly fault: PriceFault; readonly fromMs: number; untilMs: number; readonly quote: DeskQuote; readonly book: DeskBook | undefined; readonly factor: Factor };

/** As when a point is set wrongly, or one price is taken for another. */
const factors: readonly [Factor, ...Factor[]] = [{ times: 10n, over: 1n }, { times: 1n, over: 10n }, { times: 2n, over: 1n }];
const SCALE = 18;

export class PriceFaults {
  readonly #clock: Clock;
  readonly #spells: Spell[] = [];
  readonly #counted = new Map<PriceFault, number>();
  #desk: Desk | undefined;
  #dice = new Dice(noFaults);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Every fault that ever was on, oldest first. */
  get spells(): readonly PriceSpell[] {
    return this.#spells;
  }

  setPlan(plan: FaultPlan): void {
    this.#dice = new Dice(plan);
    this.lift();
  }

  /** Shows the instrument wrongly from now on; false where it is already, or has no price. */
  begin(symbol: string, fault: PriceFault, forMs: number, random: Random): boolean {
    const quote = this.#desk?.quote(symbol);
    if (quote === undefined || this.#on(symbol) !== undefined) return false;
    const fromMs = this.#clock.monotonicMs();
    this.#spells.push({ symbol, fault, fromMs, untilMs: fromMs + forMs, quote, book: this.#desk?.book(symbol), factor: random.pick(factors) });
    this.#counted.set(fault, (this.#counted.get(fault) ?? 0) + 1);
    return true;
  }

  /** @param symbol every instrument unless told */
  lift(symbol?: string): void {
    const nowMs = this.#clock.monotonicMs();
    for (const spell of this.#spells) if (symbol === undefined || spell.symbol === symbol) spell.untilMs = Math.min(spell.untilMs, nowMs);
  }

  /** How often each fault began: `"price.shown price-frozen": 3`. */
  counts(): Record<string, number> {
    return Object.fromEntries([...this.#counted].map(([fault, times]) => [`price.shown ${fault}`, times]));
  }

  /** The desk as whoever asks for prices sees it. */
  over(desk: Desk): Desk {
    this.#desk = desk;
    return {
      nowMs: () => desk.nowMs(),
      sessions: (from, to) => desk.sessions(from, to),
      instruments: () => desk.instruments(),
      authenticate: (keyId, secret) => desk.authenticate(keyId, secret),
      account: (id) => desk.account(id),
      place: (id, order) => desk.place(id, order),
      cancel: (id, orderId) => desk.cancel(id, orderId),
      replace: (id, orderId, change) => desk.replace(id, orderId, change),
      order: (id, orderId) => desk.order(id, orderId),
      orderByClientId: (id, clientOrderId) => desk.orderByClientId(id, clientOrderId),
      orders: (id) => desk.orders(id),
      trades: (id) => desk.trades(id),
      fees: (id) => desk.fees(id),
      listen: (id, run) => desk.listen(id, run),
      ...(desk.deadMan === undefined ? {} : { deadMan: desk.deadMan }),
      ...(desk.tether === undefined ? {} : { tether: desk.tether }),
      quote: (symbol) => {
        const quote = desk.quote(symbol);
        const spell = quote === undefined ? undefined : this.#strike(symbol);
        return quote === undefined || spell === undefined ? quote : quoteUnder(spell, quote);
      },
      book: (symbol) => {
        const [book, spell] = [desk.book(symbol), this.#on(symbol)];
        return book === undefined || spell === undefined ? book : bookUnder(spell, book);
      },
      latestPrint: (symbol) => desk.latestPrint(symbol),
      prints: (symbol, from, until) => desk.prints(symbol, from, until),
      quotes: (symbol, from, until) => desk.quotes(symbol, from, until),
      bars: (symbol, from, until) => desk.bars(symbol, from, until),
      watch: (symbol, run) => desk.watch(symbol, (event) => {
        if (this.#on(symbol)?.fault !== 'price-mute') run(event);
      }),
    };
  }

  #on(symbol: string): Spell | undefined {
    const nowMs = this.#clock.monotonicMs();
    return this.#spells.findLast((spell) => spell.symbol === symbol && nowMs < spell.untilMs);
  }

  #strike(symbol: string): Spell | undefined {
    const on = this.#on(symbol);
    if (on !== undefined) return on;
    const strike = this.#dice.throw('price.shown', isPriceFault, symbol);
    if (strike === undefined || !isPriceFault(strike.fault)) return undefined;
    if (!this.begin(symbol, strike.fault, strike.delayMs, strike.random)) strike.missed();
    return this.#on(symbol);
  }
}

function quoteUnder({ fault, quote: held, factor }: Spell, now: DeskQuote): DeskQuote | undefined {
  switch (fault) {
    case 'price-frozen': return held;
    case 'price-stale': return { ...now, atMs: held.atMs };
    case 'price-crossed': return { ...now, bid: now.ask, bidSize: now.askSize, ask: now.bid, askSize: now.bidSize };
    case 'price-jumped': return { ...now, bid: scaled(now.bid, factor), ask: scaled(now.ask, factor), last: scaled(now.last, factor) };
    case 'price-mute': return undefined;
  }
}

function bookUnder({ fault, book: held, factor }: Spell, now: DeskBook): DeskBook | undefined {
  const levels = (side: readonly DeskLevel[]): readonly DeskLevel[] => side.map((level) => ({ ...level, price: scaled(level.price, factor) }));
  switch (fault) {
    case 'price-frozen': return held;
    case 'price-stale': return { ...now, atMs: held?.atMs ?? now.atMs };
    case 'price-crossed': return { ...now, bids: now.asks, asks: now.bids };
    case 'price-jumped': return { ...now, bids: levels(now.bids), asks: levels(now.asks) };
    case 'price-mute': return undefined;
  }
}

const scaled = (price: string, { times, over }: Factor): string => formatUnits((tryParseUnits(price, SCALE) ?? 0n) * times / over, SCALE);
