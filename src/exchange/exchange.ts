/**
 * The exchange itself: takes what comes in one turn at a time, and answers once it is durable.
 * Owns time, timers, and who listens. Rules live in `admission` and `matching`, what is written and shown in `turns`, prices in `markets`.
 */
import { formatUnits } from '../base/index.ts';
import type {
  Clock, Desk, DeskAccount, DeskBar, DeskBook, DeskCancelResult, DeskDeadMan, DeskEvent, DeskFee, DeskInstrument, DeskOrder, DeskPrint, DeskQuote, DeskReplaceResult, DeskSession, DeskTrade, MarketEvent, NewDeskOrder, OrderIdClass, PlaceResult,
} from '../ports/index.ts';
import { showAccount } from './account.ts';
import { admit } from './admission.ts';
import { newYork, sessionsBetween } from './calendar.ts';
import type { Calendar } from './calendar.ts';
import { Clerk } from './clerk.ts';
import { pastQuotes, showBook, showQuote } from './display.ts';
import { dueOf, passDue, showFees } from './due.ts';
import { ExchangeOptionsError } from './errors.ts';
import type { Happening, LogEvent } from './event.ts';
import { listed } from './listing.ts';
import { decodeTurns, memoryLog } from './log.ts';
import type { ExchangeLog } from './log.ts';
import { Market } from './market.ts';
import { Markets } from './markets.ts';
import { narrate } from './narrate.ts';
import { defaultAccounts, defaultFees, defaultHouse, defaultInstruments, defaultPrices } from './options.ts';
import type { AccountOptions, ExchangeOptions } from './options.ts';
import { oracleOf } from './oracle.ts';
import type { Oracle } from './oracle.ts';
import { isFinal, remainingUnits, showOrder } from './order.ts';
import type { Order } from './order.ts';
import { protectionsOf } from './protections.ts';
import { Recordings } from './recordings.ts';
import { Replay } from './replay.ts';
import type { Step } from './replay.ts';
import type { State } from './state.ts';
import { StockHours } from './stock-hours.ts';
import type { Rules, Turn } from './turn.ts';
import { Turns } from './turns.ts';

export interface Exchange extends Desk {
  /** Lets time work: ticks while orders rest, fee records, expiries. With a `speed`, recordings play at that multiple of real time. */
  start(play?: { readonly speed: number | 'max' }): void;
  /** Ends all timers; resolves when everything begun is durable. */
  stop(): Promise<void>;
  /** Plays the next candle or trade of the recording that is furthest behind; undefined at the end of all. */
  step(): Promise<Step | undefined>;
  /** Resolves when a playing recording has ended. */
  readonly ended: Promise<void>;
  /** Sets the middle price of an instrument. */
  move(symbol: string, price: string): Promise<void>;
  setIdClass(idClass: OrderIdClass): void;
  /** Refuses new orders of this account, with this reason; undefined lifts it. */
  blockAccount(accountId: string, reason: string | undefined): Promise<void>;
  readonly oracle: Oracle;
}

/** Opens an exchange: from its log, where there is one, exactly as it was when the last line was written. */
export async function createExchange(options: ExchangeOptions): Promise<Exchange> {
  const log = options.log ?? memoryLog();
  const exchange = new LoggedExchange(options, log, decodeTurns(await log.read()));
  await exchange.open();
  return exchange;
}

class LoggedExchange implements Exchange {
  readonly oracle: Oracle;
  readonly ended: Promise<void>;
  declare readonly deadMan?: DeskDeadMan;
  declare readonly tether?: (accountId: string) => () => void;
  readonly #clock: Clock;
  readonly #time: 'clock' | 'recording';
  readonly #accounts: readonly AccountOptions[];
  readonly #calendar: Calendar;
  readonly #hours: StockHours;
  readonly #turns: Turns;
  readonly #markets: Markets;
  readonly #recordings: Recordings;
  readonly #listeners = new Map<string, Set<(event: DeskEvent) => void>>();
  readonly #clerk: Clerk;
  readonly #aheadMs: number; // exchange time minus monotonic time
  #rules: Rules;
  #recordingMs = 0;
  #started = false;
  #wakeAtMs = Infinity;
  #cancelWake: () => void = () => {};
  #cancelPlay: () => void = () => {};
  #end: () => void = () => {};

  constructor(options: ExchangeOptions, log: ExchangeLog, history: readonly LogEvent[]) {
    const listings = listed(options.instruments ?? defaultInstruments);
    this.#clock = options.clock;
    this.#time = options.time ?? 'clock';
    this.#accounts = options.accounts ?? defaultAccounts;
    this.#calendar = options.calendar ?? newYork;
    this.#hours = new StockHours(this.#calendar);
    this.#turns = new Turns(log, listings, history, { event: (event) => this.#tell(event), turn: () => this.#tellWatchers() });
    this.#rules = {
      fees: { ...defaultFees, ...options.fees },
      acceptDelayMs: options.acceptDelayMs ?? 0,
      cancelDelayMs: options.cancelDelayMs ?? 0,
      selfMatch: options.selfMatch ?? 'refuse',
      marketCushionPpm: options.marketCushionPpm ?? 50_000n,
      sessionMs: options.sessionMs,
      idClass: options.idClass ?? 'unique-forever',
      calendar: this.#calendar,
    };
    this.#aheadMs = Math.max(options.clock.wallMs(), this.#turns.head.atMs) - options.clock.monotonicMs();
    this.#clerk = new Clerk(options.seed);
    const prices = options.price ?? defaultPrices;
    const house = { ...defaultHouse, ...options.house };
    const openedAtMs = history[0]?.atMs ?? Math.max(0, Math.floor(options.clock.wallMs()));
    this.#markets = new Markets(listings.listings.map((instrument) => new Market(options.seed, instrument, prices[instrument.symbol], house, this.#calendar)), openedAtMs);
    this.#recordings = new Recordings(listings.listings.flatMap(({ symbol }) => {
      const source = prices[symbol];
      return source?.kind === 'candles' || source?.kind === 'trades' ? [new Replay(symbol, source)] : [];
    }));
    for (const event of history) if (event.type === 'trade') this.#markets.dealt(event);
    this.oracle = oracleOf(this.#turns.shown, this.#turns.events);
    this.ended = new Promise((resolve) => (this.#end = resolve));
    Object.assign(this, protectionsOf(options.protections, { turn: (act) => this.#turn(act), settled: () => this.#turns.settled, isOver: () => this.#turns.stopped !== undefined }));
  }

  async open(): Promise<void> {
    for (const [symbol, { price, cursorMs }] of this.#turns.head.markets) {
      const market = this.#markets.bySymbol.get(symbol);
      if (market === undefined || market.tickMs !== undefined) continue;
      market.moveToText(price, cursorMs, this.#turns.head.seq);
      market.loggedUnits = market.middleUnits;
      this.#recordingMs = Math.max(this.#recordingMs, cursorMs);
    }
    for (const replay of this.#recordings) {
      const known = this.#turns.head.markets.get(replay.symbol);
      if (known !== undefined) await replay.skipThrough(known.cursorMs);
      const first = (await replay.peek())?.points[0];
      const market = this.#markets.of(replay.symbol);
      if (first === undefined || market.middleUnits !== undefined) continue;
      this.#recordingMs = Math.max(this.#recordingMs, first.atMs);
      market.moveToText(first.price, 0, this.#turns.head.seq);
    }
    const newcomers = this.#accounts.filter(({ id }) => !this.#turns.head.accounts.has(id));
    // Where a price stands, something was dealt: the tape of a market begins with it.
    for (const market of this.#markets.bySymbol.values()) if (market.tickMs === undefined) market.note(this.nowMs(), undefined);
    if (newcomers.length > 0) this.#turn((turn) => newcomers.forEach((account) => this.#clerk.openAccount(turn, account)));
    await this.#turns.settled;
  }

  nowMs(): number {
    const nowMs = this.#time === 'clock' ? Math.floor(this.#clock.monotonicMs() + this.#aheadMs) : this.#recordingMs;
    return Math.max(nowMs, this.#turns.head.atMs);
  }

  instruments(): readonly DeskInstrument[] {
    return [...this.#turns.shown.instruments.values()];
  }

  sessions(fromDate: string, toDate: string): readonly DeskSession[] {
    return sessionsBetween(this.#calendar, fromDate, toDate);
  }

  authenticate(keyId: string, secret: string): string | undefined {
    return this.#accounts.find((account) => account.keyId === keyId && account.secret === secret)?.id;
  }

  account(accountId: string): DeskAccount {
    return showAccount(this.#turns.shown.account(accountId), this.#turns.shown.scales, this.instruments());
  }

  async place(accountId: string, order: NewDeskOrder): Promise<PlaceResult> {
    const account = this.#turns.head.account(accountId);
    const answer = this.#turn((turn): PlaceResult => {
      const admission = admit(turn, account, order);
      if (admission.kind === 'existing') return { kind: 'existing', order: showOrder(admission.order) };
      if (admission.kind === 'refused') {
        turn.write({ type: 'refused', accountId, clientOrderId: order.clientOrderId ?? null, symbol: order.symbol, reason: admission.refusal.reason });
        return admission;
      }
      return { kind: 'placed', order: this.#clerk.accept(turn, accountId, order, admission.terms, null) };
    }, order.symbol);
    await this.#turns.settled;
    return answer;
  }

  async cancel(accountId: string, orderId: string): Promise<DeskCancelResult> {
    const answer = this.#turn((turn): DeskCancelResult => {
      const order = owned(turn.state, accountId, orderId);
      if (order === undefined) return { kind: 'not-found' };
      if (isFinal(order.state)) return { kind: 'not-cancelable', state: order.state };
      if (order.cancelAtMs !== undefined) return { kind: 'requested' };
      turn.write({ type: 'cancel', orderId, dueAtMs: turn.nowMs + turn.rules.cancelDelayMs });
      passDue(turn);
      return { kind: 'requested' };
    });
    await this.#turns.settled;
    return answer;
  }

  async replace(accountId: string, orderId: string, change: { quantity?: string; limitPrice?: string; stopPrice?: string; clientOrderId?: string }): Promise<DeskReplaceResult> {
    const account = this.#turns.head.account(accountId);
    const answer = this.#turn((turn): DeskReplaceResult => {
      const order = owned(turn.state, accountId, orderId);
      if (order === undefined) return { kind: 'not-found' };
      if (isFinal(order.state) || order.state === 'accepted' || order.cancelAtMs !== undefined) return { kind: 'not-replaceable', state: order.state };
      const shown = showOrder(order);
      const wanted: NewDeskOrder = {
        clientOrderId: change.clientOrderId, symbol: shown.symbol, side: order.side, type: order.type, timeInForce: order.timeInForce,
        extendedHours: order.extendedHours,
        quantity: change.quantity ?? formatUnits(remainingUnits(order), order.instrument.quantityScale),
        limitPrice: change.limitPrice ?? shown.limitPrice,
        stopPrice: change.stopPrice ?? shown.stopPrice,
      };
      const admission = admit(turn, account, wanted, order);
      if (admission.kind === 'existing') return { kind: 'refused', refusal: { reason: 'duplicate-client-order-id' } };
      if (admission.kind === 'refused') {
        turn.write({ type: 'refused', accountId, clientOrderId: change.clientOrderId ?? null, symbol: shown.symbol, reason: admission.refusal.reason });
        return admission;
      }
      turn.write({ type: 'replace', orderId, replacedBy: this.#clerk.nextOrderId(turn) });
      return { kind: 'replaced', order: this.#clerk.accept(turn, accountId, wanted, admission.terms, orderId) };
    });
    await this.#turns.settled;
    return answer;
  }

  order(accountId: string, orderId: string): DeskOrder | undefined {
    const order = owned(this.#turns.shown, accountId, orderId);
    return order === undefined ? undefined : showOrder(order);
  }

  orderByClientId(accountId: string, clientOrderId: string): DeskOrder | undefined {
    if (this.#rules.idClass === 'none') return undefined;
    const order = this.#turns.shown.account(accountId).byClientId.get(clientOrderId);
    return order === undefined ? undefined : showOrder(order);
  }

  orders(accountId: string): readonly DeskOrder[] {
    return this.#turns.shown.account(accountId).orders.map(showOrder);
  }

  trades(accountId: string): readonly DeskTrade[] {
    return this.#turns.shown.account(accountId).trades.map(({ trade }) => trade);
  }

  fees(accountId: string): readonly DeskFee[] {
    return [...this.#turns.shown.account(accountId).fees];
  }

  quote(symbol: string): DeskQuote | undefined {
    const [market, book] = [this.#markets.bySymbol.get(symbol), this.book(symbol)];
    return market === undefined || book === undefined ? undefined : showQuote(market, book);
  }

  book(symbol: string): DeskBook | undefined {
    const market = this.#markets.bySymbol.get(symbol);
    if (market === undefined) return undefined;
    if (this.#turns.stopped === undefined) this.#look(market);
    return showBook(market, this.#turns.shown.book(symbol), this.nowMs()); // one can trade on it now, however long ago it last moved
  }

  latestPrint(symbol: string): DeskPrint | undefined {
    return this.#followed(symbol)?.tape.latest;
  }

  prints(symbol: string, fromMs: number, untilMs: number): readonly DeskPrint[] {
    return this.#followed(symbol)?.tape.prints(fromMs, untilMs) ?? [];
  }

  bars(symbol: string, fromMs: number, untilMs: number): readonly DeskBar[] {
    return this.#followed(symbol)?.tape.bars(fromMs, untilMs) ?? [];
  }

  quotes(symbol: string, fromMs: number, untilMs: number): readonly DeskQuote[] {
    const market = this.#followed(symbol);
    return market === undefined ? [] : pastQuotes(market, fromMs, untilMs);
  }

  watch(symbol: string, run: (event: MarketEvent) => void): () => void {
    const end = this.#markets.watch(symbol, this.nowMs(), run);
    this.#arm();
    return end ?? (() => {});
  }

  listen(accountId: string, run: (event: DeskEvent) => void): () => void {
    let listeners = this.#listeners.get(accountId);
    if (listeners === undefined) this.#listeners.set(accountId, (listeners = new Set()));
    const listener = (event: DeskEvent): void => run(event); // its own object: one function may listen twice
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  start(play?: { readonly speed: number | 'max' }): void {
    this.#started = true;
    this.#arm();
    if (play !== undefined) this.#play(play.speed);
  }

  async stop(): Promise<void> {
    this.#started = false;
    this.#cancelWake();
    this.#cancelPlay();
    this.#wakeAtMs = Infinity;
    await this.#turns.settled.catch(() => undefined); // whoever was waiting for an answer has been told
  }

  async step(): Promise<Step | undefined> {
    const step = await this.#recordings.take();
    if (step === undefined) return undefined;
    for (const point of step.points) {
      this.#recordingMs = Math.max(this.#recordingMs, point.atMs);
      this.#turn((turn) => this.#markets.move(turn, step.symbol, point.price, point.atMs, point));
    }
    await this.#turns.settled;
    return step;
  }

  async move(symbol: string, price: string): Promise<void> {
    if (!(Number(price) > 0)) throw new ExchangeOptionsError(`"${price}" is not a price for ${symbol}`);
    this.#turn((turn) => this.#markets.move(turn, symbol, price, this.nowMs()));
    await this.#turns.settled;
  }

  setIdClass(idClass: OrderIdClass): void {
    this.#rules = { ...this.#rules, idClass };
  }

  async blockAccount(accountId: string, reason: string | undefined): Promise<void> {
    const { id } = this.#turns.head.account(accountId);
    this.#turn((turn) => turn.write({ type: 'account-blocked', accountId: id, reason: reason ?? null }));
    await this.#turns.settled;
  }

  /** One thing happens: first what was due by now, then the thing itself; then it is on its way to the log. */
  #turn<T>(act: (turn: Turn) => T, symbol?: string): T {
    const nowMs = this.nowMs();
    try {
      return this.#turns.take(nowMs, (append) => {
        const turn: Turn = { nowMs, state: this.#turns.head, markets: this.#markets.bySymbol, rules: this.#rules, phase: this.#hours.phaseAt(nowMs), write: (happening) => this.#write(append, happening) };
        passDue(turn);
        this.#markets.walk(turn, symbol);
        showFees(turn);
        return act(turn);
      });
    } finally {
      this.#tellWatchers();
      this.#arm();
    }
  }

  /** An order or a trade is written below the price that it met. */
  #write(append: (happening: Happening) => void, happening: Happening): void {
    const market = happening.type === 'order' || happening.type === 'trade' ? this.#markets.of(happening.symbol) : undefined;
    if (market?.priceText !== undefined && market.loggedUnits !== market.middleUnits) {
      market.loggedUnits = market.middleUnits;
      append({ type: 'market', symbol: market.instrument.symbol, price: market.priceText, cursorMs: market.cursorMs });
    }
    append(happening);
  }

  /** What is durable shows in the book and on the tape, and those who listen are told. */
  #tell(event: LogEvent): void {
    const { shown } = this.#turns;
    if (event.type === 'trade') this.#markets.dealt(event);
    if ('symbol' in event) this.#markets.moved(event.symbol);
    else if ('orderId' in event) this.#markets.moved(shown.order(event.orderId).instrument.symbol);
    for (const told of narrate(shown, event)) for (const listener of [...(this.#listeners.get(told.order.accountId) ?? [])]) listener(told);
  }

  #tellWatchers(): void {
    this.#markets.tellWatchers(this.#turns.settled, () => this.nowMs());
  }

  #look(market: Market): void {
    const { symbol } = market.instrument;
    if (this.#markets.isIdle(symbol, this.#turns.head)) market.walkTo(this.nowMs(), this.#turns.head.seq);
    else this.#turn(() => undefined);
  }

  #followed(symbol: string): Market | undefined {
    return this.#markets.followed(symbol, this.nowMs());
  }

  #play(speed: number | 'max'): void {
    const next = async (): Promise<void> => {
      const step = await this.step();
      const following = step === undefined ? undefined : await this.#recordings.peek();
      if (step === undefined || following === undefined) return this.#end();
      if (!this.#started) return;
      const delayMs = speed === 'max' ? 0 : (following.timestampMs - step.timestampMs) / speed;
      this.#cancelPlay = this.#clock.timer(delayMs, run);
    };
    // A step that fails has stopped the exchange, and every caller is told so; there is nobody to tell here.
    const run = (): void => void next().catch(() => this.#end());
    run();
  }

  /** Sets one timer for the next thing that time brings, if there is any. A recording's time only moves by steps. */
  #arm(): void {
    if (!this.#started || this.#turns.stopped !== undefined || this.#time === 'recording') return;
    const dueAtMs = this.#nextDueMs();
    if (dueAtMs >= this.#wakeAtMs) return;
    this.#cancelWake();
    this.#wakeAtMs = dueAtMs;
    this.#cancelWake = this.#clock.timer(Math.max(0, dueAtMs - this.nowMs()), () => {
      this.#wakeAtMs = Infinity;
      if (this.#turns.stopped === undefined) this.#turn(() => undefined);
    });
  }

  #nextDueMs(): number {
    const { head } = this.#turns;
    let dueAtMs = this.#markets.nextMoveMs(this.nowMs(), head, this.#hours);
    for (const order of head.waiting) dueAtMs = Math.min(dueAtMs, dueOf(order));
    for (const { deadManEndsAtMs } of head.accounts.values()) dueAtMs = Math.min(dueAtMs, deadManEndsAtMs ?? Infinity);
    for (const { throughMs } of head.feesToCome.values()) dueAtMs = Math.min(dueAtMs, throughMs);
    return dueAtMs;
  }
}

function owned(state: State, accountId: string, orderId: string): Order | undefined {
  const order = state.orders.get(orderId);
  return order?.accountId === accountId ? order : undefined;
}
