/**
 * All markets of the exchange: where their prices stand, what their tapes tell, and who is told when something has moved.
 * Owns walking prices, tapes and watchers. Does not own orders; whoever moves a market has it meet them.
 */
import { invariant, parseUnits, parseUnitsRounded } from '../base/index.ts';
import type { MarketEvent } from '../ports/index.ts';
import { Audience } from './audience.ts';
import type { Phase } from './calendar.ts';
import type { LogEvent } from './event.ts';
import type { Market } from './market.ts';
import { meetHouse } from './matching.ts';
import type { Point } from './replay.ts';
import type { State } from './state.ts';
import type { StockHours } from './stock-hours.ts';
import type { Turn } from './turn.ts';

export class Markets {
  readonly bySymbol: ReadonlyMap<string, Market>;
  readonly #openedAtMs: number;
  readonly #audience = new Audience();
  #phaseMet: Phase | undefined; // for which stocks were last matched

  /** @param openedAtMs when the exchange first was, before any restart: there the tapes begin */
  constructor(markets: readonly Market[], openedAtMs: number) {
    this.bySymbol = new Map(markets.map((market) => [market.instrument.symbol, market]));
    this.#openedAtMs = openedAtMs;
  }

  of(symbol: string): Market {
    const market = this.bySymbol.get(symbol);
    invariant(market !== undefined, `${symbol} is traded here`);
    return market;
  }

  /** A market with its tape at this moment. */
  followed(symbol: string, nowMs: number): Market | undefined {
    const market = this.bySymbol.get(symbol);
    market?.follow(this.#openedAtMs, nowMs);
    return market;
  }

  /** Prices that move with time are brought to now, where an order waits for them or somebody is about to look. */
  walk(turn: Turn, symbol?: string): void {
    if (turn.phase !== this.#phaseMet) this.#meetPhase(turn);
    for (const [name, market] of this.bySymbol) {
      if (name !== symbol && this.isIdle(name, turn.state)) continue;
      if (!market.walkTo(turn.nowMs, turn.state.seq)) continue;
      this.#audience.moved(name);
      meetHouse(turn, name);
    }
  }

  /** Puts a price where a recording or a test wants it, and has it meet what rests. */
  move(turn: Turn, symbol: string, price: string, cursorMs: number, point?: Point): void {
    const market = this.of(symbol);
    market.moveToText(price, cursorMs, turn.state.seq);
    const quantityUnits = point === undefined ? undefined : parseUnitsRounded(point.quantity, market.instrument.quantityScale, 'down');
    market.note(turn.nowMs, quantityUnits === undefined ? undefined : { quantityUnits, ...(point?.side === undefined ? {} : { side: point.side }) });
    this.#audience.moved(symbol);
    meetHouse(turn, symbol);
  }

  /** Nothing rests there and nobody watches: its price need not be known. */
  isIdle(symbol: string, state: State): boolean {
    return state.book(symbol).isEmpty && !this.#audience.has(symbol);
  }

  /** When the next of them moves by itself. @param hours of the stock market, as they were last looked up */
  nextMoveMs(nowMs: number, state: State, hours: StockHours): number {
    let dueAtMs = Infinity;
    for (const [symbol, { tickMs, instrument }] of this.bySymbol) {
      if (instrument.stock !== undefined && !state.book(symbol).isEmpty) dueAtMs = Math.min(dueAtMs, hours.phaseEndsAtMs);
      if (instrument.stock !== undefined && hours.phase === 'closed') continue; // its price stands still
      if (tickMs !== undefined && !this.isIdle(symbol, state)) dueAtMs = Math.min(dueAtMs, (Math.floor(nowMs / tickMs) + 1) * tickMs);
    }
    return dueAtMs;
  }

  /** A trade that is durable stands on the tape. */
  dealt({ symbol, price, quantity, taker, maker, atMs }: Extract<LogEvent, { type: 'trade' }>): void {
    const market = this.bySymbol.get(symbol);
    if (market === undefined) return;
    const { priceScale, quantityScale } = market.instrument;
    const side = taker?.side ?? (maker?.side === 'buy' ? 'sell' : 'buy');
    market.tape.dealt({ atMs, priceUnits: parseUnits(price, priceScale), quantityUnits: parseUnits(quantity, quantityScale), side });
  }

  /** Something shows there that its watchers have not been told. */
  moved(symbol: string): void {
    this.#audience.moved(symbol);
  }

  watch(symbol: string, nowMs: number, run: (event: MarketEvent) => void): (() => void) | undefined {
    const market = this.followed(symbol, nowMs);
    return market === undefined ? undefined : this.#audience.add(symbol, market.tape, run);
  }

  /** Watchers hear of what has moved once all that happened before is durable. */
  tellWatchers(settled: Promise<void>, nowMs: () => number): void {
    const symbols = this.#audience.takeMoved();
    if (symbols.length === 0) return;
    const tell = (): void => {
      for (const symbol of symbols) {
        this.followed(symbol, nowMs());
        this.#audience.tell(symbol);
      }
    };
    // Where the log has failed nothing more is told; whoever asks next hears why.
    void settled.then(tell, () => undefined);
  }

  /** Stocks that rested through hours in which they are not dealt meet what the price has become. */
  #meetPhase(turn: Turn): void {
    this.#phaseMet = turn.phase;
    for (const [symbol, { instrument }] of this.bySymbol) {
      if (instrument.stock !== undefined && !turn.state.book(symbol).isEmpty) meetHouse(turn, symbol);
    }
  }
}
