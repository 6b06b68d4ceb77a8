/**
 * The exchange itself: takes what comes in one turn at a time, writes it down, and answers once it is durable.
 * Owns time, timers, the sequence of turns, and who listens. Rules live in `admission` and `matching`, state in `state`.
 *
 * Two folds over the same events: `head` is what the next turn sees, `shown` what anybody else sees. An event moves from one
 * to the other when the log has it, so nothing that a crash could undo is ever answered, read or told.
 */
import { formatUnits, invariant, parseUnits, parseUnitsRounded, reasonOf } from '../base/index.ts';
import type {
  Clock, Desk, DeskAccount, DeskBar, DeskBook, DeskCancelResult, DeskEvent, DeskFee, DeskInstrument, DeskOrder, DeskPrint, DeskQuote, DeskReplaceResult, DeskSession, DeskTrade, MarketEvent, NewDeskOrder, OrderIdClass, PlaceResult,
} from '../ports/index.ts';
import { showAccount } from './account.ts';
import { admit } from './admission.ts';
import { Audience } from './audience.ts';
import { newYork, sessionsBetween } from './calendar.ts';
import type { Calendar, Phase } from './calendar.ts';
import { Clerk } from './clerk.ts';
import { dueOf, passDue, showFees } from './due.ts';
import { ExchangeLogError, ExchangeOptionsError, ExchangeStoppedError } from './errors.ts';
import type { Happening, LogEvent } from './event.ts';
import { listed } from './listing.ts';
import { decodeTurns, encodeTurn, memoryLog } from './log.ts';
import type { ExchangeLog } from './log.ts';
import { Market } from './market.ts';
import { meetHouse } from './matching.ts';
import { narrate } from './narrate.ts';
import { defaultAccounts, defaultFees, defaultHouse, defaultInstruments, defaultPrices } from './options.ts';
import type { AccountOptions, ExchangeOptions } from './options.ts';
import { oracleOf } from './oracle.ts';
import type { Oracle } from './oracle.ts';
import { isFinal, remainingUnits, showOrder } from './order.ts';
import type { Order } from './order.ts';
import { Recordings } from './recordings.ts';
import { Replay } from './replay.ts';
import type { Point, Step } from './replay.ts';
import { State } from './state.ts';
import type { Rules, Turn } from './turn.ts';
import { StockHours } from './stock-hours.ts';
import { depthOf } from './depth.ts';

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
  readonly #clock: Clock;
  readonly #log: ExchangeLog;
  readonly #time: 'clock' | 'recording';
  readonly #accounts: readonly AccountOptions[];
  readonly #calendar: Calendar;
  readonly #hours: StockHours;
  #phaseMet: Phase | undefined; // for which stocks were last matched
  readonly #head: State;
  readonly #shown: State;
  readonly #events: LogEvent[] = [];
  readonly #markets = new Map<string, Market>();
  readonly #recordings: Recordings;
  readonly #listeners = new Map<string, Set<(event: DeskEvent) => void>>();
  readonly #audience = new Audience();
  readonly #clerk: Clerk;
  readonly #openedAtMs: number; // when it first was, before any restart
  readonly #aheadMs: number; // exchange time minus monotonic time
  #rules: Rules;
  #recordingMs = 0;
  #settled: Promise<void> = Promise.resolve();
  #stopped: Error | undefined;
  #started = false;
  #wakeAtMs = Infinity;
  #cancelWake: () => void = () => {};
  #cancelPlay: () => void = () => {};
  #end: () => void = () => {};

  constructor(options: ExchangeOptions, log: ExchangeLog, history: readonly LogEvent[]) {
    const listings = listed(options.instruments ?? defaultInstruments);
    this.#clock = options.clock;
    this.#log = log;
    this.#time = options.time ?? 'clock';
    this.#accounts = options.accounts ?? defaultAccounts;
    this.#calendar = options.calendar ?? newYork;
    this.#hours = new StockHours(this.#calendar);
    this.#head = new State(listings);
    this.#shown = new State(listings);
    for (const event of history) this.#recall(event);
    this.#openedAtMs = history[0]?.atMs ?? Math.max(0, Math.floor(options.clock.wallMs()));
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
    this.#aheadMs = Math.max(options.clock.wallMs(), this.#head.atMs) - options.clock.monotonicMs();
    this.#clerk = new Clerk(options.seed);
    const prices = options.price ?? defaultPrices;
    const replays: Replay[] = [];
    for (const instrument of listings.listings) {
      const source = prices[instrument.symbol];
      this.#markets.set(instrument.symbol, new Market(options.seed, instrument, source, { ...defaultHouse, ...options.house }, this.#calendar));
      if (source?.kind === 'candles' || source?.kind === 'trades') replays.push(new Replay(instrument.symbol, source));
    }
    this.#recordings = new Recordings(replays);
    for (const event of history) if (event.type === 'trade') this.#noteTrade(event);
    this.oracle = oracleOf(this.#shown, this.#events);
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  async open(): Promise<void> {
    for (const [symbol, { price, cursorMs }] of this.#head.markets) {
      const market = this.#markets.get(symbol);
      if (market === undefined || market.tickMs !== undefined) continue;
      market.moveToText(price, cursorMs, this.#head.seq);
      market.loggedUnits = market.middleUnits;
      this.#recordingMs = Math.max(this.#recordingMs, cursorMs);
    }
    for (const replay of this.#recordings) {
      const known = this.#head.markets.get(replay.symbol);
      if (known !== undefined) await replay.skipThrough(known.cursorMs);
      const first = (await replay.peek())?.points[0];
      const market = this.#market(replay.symbol);
      if (first === undefined || market.middleUnits !== undefined) continue;
      this.#recordingMs = Math.max(this.#recordingMs, first.atMs);
      market.moveToText(first.price, 0, this.#head.seq);
    }
    const newcomers = this.#accounts.filter(({ id }) => !this.#head.accounts.has(id));
    // Where a price stands, something was dealt: the tape of a market begins with it.
    for (const market of this.#markets.values()) if (market.tickMs === undefined) market.note(this.nowMs(), undefined);
    if (newcomers.length > 0) this.#turn((turn) => newcomers.forEach((account) => this.#clerk.openAccount(turn, account)));
    await this.#settled;
  }

  nowMs(): number {
    const nowMs = this.#time === 'clock' ? Math.floor(this.#clock.monotonicMs() + this.#aheadMs) : this.#recordingMs;
    return Math.max(nowMs, this.#head.atMs);
  }

  instruments(): readonly DeskInstrument[] {
    return [...this.#shown.instruments.values()];
  }

  sessions(fromDate: string, toDate: string): readonly DeskSession[] {
    return sessionsBetween(this.#calendar, fromDate, toDate);
  }

  authenticate(keyId: string, secret: string): string | undefined {
    return this.#accounts.find((account) => account.keyId === keyId && account.secret === secret)?.id;
  }

  account(accountId: string): DeskAccount {
    return showAccount(this.#shown.account(accountId), this.#shown.scales, this.instruments());
  }

  async place(accountId: string, order: NewDeskOrder): Promise<PlaceResult> {
    const account = this.#head.account(accountId);
    const answer = this.#turn((turn): PlaceResult => {
      const admission = admit(turn, account, order);
      if (admission.kind === 'existing') return { kind: 'existing', order: showOrder(admission.order) };
      if (admission.kind === 'refused') {
        turn.write({ type: 'refused', accountId, clientOrderId: order.clientOrderId ?? null, symbol: order.symbol, reason: admission.refusal.reason });
        return admission;
      }
      return { kind: 'placed', order: this.#clerk.accept(turn, accountId, order, admission.terms, null) };
    }, order.symbol);
    await this.#settled;
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
    await this.#settled;
    return answer;
  }

  async replace(accountId: string, orderId: string, change: { quantity?: string; limitPrice?: string; stopPrice?: string; clientOrderId?: string }): Promise<DeskReplaceResult> {
    const account = this.#head.account(accountId);
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
    await this.#settled;
    return answer;
  }

  order(accountId: string, orderId: string): DeskOrder | undefined {
    const order = owned(this.#shown, accountId, orderId);
    return order === undefined ? undefined : showOrder(order);
  }

  orderByClientId(accountId: string, clientOrderId: string): DeskOrder | undefined {
    if (this.#rules.idClass === 'none') return undefined;
    const order = this.#shown.account(accountId).byClientId.get(clientOrderId);
    return order === undefined ? undefined : showOrder(order);
  }

  orders(accountId: string): readonly DeskOrder[] {
    return this.#shown.account(accountId).orders.map(showOrder);
  }

  trades(accountId: string): readonly DeskTrade[] {
    return this.#shown.account(accountId).trades.map(({ trade }) => trade);
  }

  fees(accountId: string): readonly DeskFee[] {
    return [...this.#shown.account(accountId).fees];
  }

  quote(symbol: string): DeskQuote | undefined {
    const market = this.#markets.get(symbol);
    const book = this.book(symbol);
    const [bid, ask] = [book?.bids[0], book?.asks[0]];
    if (market === undefined || bid === undefined || ask === undefined) return undefined;
    return {
      symbol, bid: bid.price, ask: ask.price, bidSize: bid.size, askSize: ask.size, last: market.priceText ?? bid.price,
      atMs: this.nowMs(), // one can trade on it now, however long ago it last moved
    };
  }

  book(symbol: string): DeskBook | undefined {
    const market = this.#markets.get(symbol);
    if (market === undefined) return undefined;
    if (this.#stopped === undefined) this.#look(market);
    return { symbol, bids: depthOf(market, this.#shown.book(symbol), 'buy'), asks: depthOf(market, this.#shown.book(symbol), 'sell'), atMs: this.nowMs() };
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
    if (market === undefined) return [];
    const { priceScale, quantityScale } = market.instrument;
    return market.tape.moves(fromMs, untilMs).flatMap(({ atMs, middleUnits, tick }) => {
      const quoted = market.house.firstQuoted(middleUnits, tick);
      if (quoted === undefined) return [];
      const { buy, sell } = quoted;
      const price = (units: bigint): string => formatUnits(units, priceScale);
      const size = (units: bigint): string => formatUnits(units, quantityScale);
      return [{ symbol, atMs, last: price(middleUnits), bid: price(buy.priceUnits), bidSize: size(buy.leftUnits), ask: price(sell.priceUnits), askSize: size(sell.leftUnits) }];
    });
  }

  watch(symbol: string, run: (event: MarketEvent) => void): () => void {
    const market = this.#followed(symbol);
    if (market === undefined) return () => {};
    const end = this.#audience.add(symbol, market.tape, run);
    this.#arm();
    return end;
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
    await this.#settled.catch(() => undefined); // whoever was waiting for an answer has been told
  }

  async step(): Promise<Step | undefined> {
    const step = await this.#recordings.take();
    if (step === undefined) return undefined;
    for (const point of step.points) {
      this.#recordingMs = Math.max(this.#recordingMs, point.atMs);
      this.#moveTo(step.symbol, point.price, point.atMs, point);
    }
    await this.#settled;
    return step;
  }

  async move(symbol: string, price: string): Promise<void> {
    if (!(Number(price) > 0)) throw new ExchangeOptionsError(`"${price}" is not a price for ${symbol}`);
    this.#moveTo(symbol, price, this.nowMs());
    await this.#settled;
  }

  setIdClass(idClass: OrderIdClass): void {
    this.#rules = { ...this.#rules, idClass };
  }

  async blockAccount(accountId: string, reason: string | undefined): Promise<void> {
    const { id } = this.#head.account(accountId);
    this.#turn((turn) => turn.write({ type: 'account-blocked', accountId: id, reason: reason ?? null }));
    await this.#settled;
  }

  #recall(event: LogEvent): void {
    try {
      this.#head.apply(event);
      this.#shown.apply(event);
      this.#events.push(event);
    } catch (thrown) {
      throw new ExchangeLogError(`event ${event.seq}`, reasonOf(thrown));
    }
  }

  /** One thing happens: first what was due by now, then the thing itself; then it is on its way to the log. */
  #turn<T>(act: (turn: Turn) => T, symbol?: string): T {
    if (this.#stopped !== undefined) throw this.#stopped;
    const events: LogEvent[] = [];
    const state = this.#head;
    const nowMs = this.nowMs();
    const append = (happening: Happening): void => {
      const event: LogEvent = { seq: state.seq + 1, atMs: nowMs, ...happening };
      state.apply(event);
      events.push(event);
    };
    const write = (happening: Happening): void => {
      const market = happening.type === 'order' || happening.type === 'trade' ? this.#market(happening.symbol) : undefined;
      if (market?.priceText !== undefined && market.loggedUnits !== market.middleUnits) {
        market.loggedUnits = market.middleUnits;
        append({ type: 'market', symbol: market.instrument.symbol, price: market.priceText, cursorMs: market.cursorMs });
      }
      append(happening);
    };
    const turn: Turn = { nowMs, state, markets: this.#markets, rules: this.#rules, phase: this.#hours.phaseAt(nowMs), write };
    try {
      passDue(turn);
      this.#walk(turn, symbol);
      showFees(turn);
      return act(turn);
    } catch (thrown) {
      // Half a turn is in `head`, and none of it in the log: from here on `head` is worth nothing.
      this.#stopped = new ExchangeStoppedError(reasonOf(thrown));
      events.length = 0;
      throw thrown;
    } finally {
      if (events.length > 0) this.#commit(events);
      this.#tellWatchers();
      this.#arm();
    }
  }

  #commit(events: readonly LogEvent[]): void {
    const appended = this.#append(events);
    const settled = this.#settled.then(() => appended).then(() => this.#publish(events));
    this.#settled = settled.catch((thrown: unknown) => {
      this.#stopped ??= new ExchangeStoppedError(reasonOf(thrown));
      throw this.#stopped;
    });
    // A turn that no caller waits for, such as a tick's, fails without anybody to tell; the next caller is told.
    this.#settled.catch(() => undefined);
  }

  async #append(events: readonly LogEvent[]): Promise<void> {
    await this.#log.append([encodeTurn(events)]);
  }

  #publish(events: readonly LogEvent[]): void {
    for (const event of events) {
      this.#shown.apply(event);
      this.#events.push(event);
      this.#note(event);
      for (const told of narrate(this.#shown, event)) for (const listener of [...(this.#listeners.get(told.order.accountId) ?? [])]) listener(told);
    }
    this.#tellWatchers();
  }

  /** What is durable shows in the book and on the tape. */
  #note(event: LogEvent): void {
    if (event.type === 'trade') this.#noteTrade(event);
    if ('symbol' in event) this.#audience.moved(event.symbol);
    else if ('orderId' in event) this.#audience.moved(this.#shown.order(event.orderId).instrument.symbol);
  }

  #noteTrade({ symbol, price, quantity, taker, maker, atMs }: Extract<LogEvent, { type: 'trade' }>): void {
    const market = this.#markets.get(symbol);
    if (market === undefined) return;
    const { priceScale, quantityScale } = market.instrument;
    const side = taker?.side ?? (maker?.side === 'buy' ? 'sell' : 'buy');
    market.tape.dealt({ atMs, priceUnits: parseUnits(price, priceScale), quantityUnits: parseUnits(quantity, quantityScale), side });
  }

  /** Prices that move with time are brought to now, where an order waits for them or somebody is about to look. */
  #walk(turn: Turn, symbol?: string): void {
    if (turn.phase !== this.#phaseMet) this.#meetPhase(turn);
    for (const market of this.#markets.values()) {
      const name = market.instrument.symbol;
      if (name !== symbol && turn.state.book(name).isEmpty && !this.#audience.has(name)) continue;
      if (!market.walkTo(turn.nowMs, turn.state.seq)) continue;
      this.#audience.moved(name);
      meetHouse(turn, name);
    }
  }

  /** Stocks that rested through hours in which they are not dealt meet what the price has become. */
  #meetPhase(turn: Turn): void {
    this.#phaseMet = turn.phase;
    for (const { instrument } of this.#markets.values()) {
      if (instrument.stock !== undefined && !turn.state.book(instrument.symbol).isEmpty) meetHouse(turn, instrument.symbol);
    }
  }

  #look(market: Market): void {
    const { symbol } = market.instrument;
    if (this.#head.book(symbol).isEmpty && !this.#audience.has(symbol)) market.walkTo(this.nowMs(), this.#head.seq);
    else this.#turn(() => undefined);
  }

  #moveTo(symbol: string, price: string, cursorMs: number, point?: Point): void {
    this.#turn((turn) => {
      const market = this.#market(symbol);
      market.moveToText(price, cursorMs, turn.state.seq);
      const quantityUnits = point === undefined ? undefined : parseUnitsRounded(point.quantity, market.instrument.quantityScale, 'down');
      market.note(turn.nowMs, quantityUnits === undefined ? undefined : { quantityUnits, ...(point?.side === undefined ? {} : { side: point.side }) });
      this.#audience.moved(symbol);
      meetHouse(turn, symbol);
    });
  }

  /** A market with its tape at this moment. */
  #followed(symbol: string): Market | undefined {
    const market = this.#markets.get(symbol);
    market?.follow(this.#openedAtMs, this.nowMs());
    return market;
  }

  /** Watchers hear of what has moved once all that happened before is durable. */
  #tellWatchers(): void {
    const symbols = this.#audience.takeMoved();
    if (symbols.length === 0) return;
    const tell = (): void => {
      for (const symbol of symbols) {
        this.#followed(symbol);
        this.#audience.tell(symbol);
      }
    };
    // Where the log has failed nothing more is told; whoever asks next hears why.
    void this.#settled.then(tell, () => undefined);
  }

  #market(symbol: string): Market {
    const market = this.#markets.get(symbol);
    invariant(market !== undefined, `${symbol} is traded here`);
    return market;
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
    if (!this.#started || this.#stopped !== undefined || this.#time === 'recording') return;
    const dueAtMs = this.#nextDueMs();
    if (dueAtMs >= this.#wakeAtMs) return;
    this.#cancelWake();
    this.#wakeAtMs = dueAtMs;
    this.#cancelWake = this.#clock.timer(Math.max(0, dueAtMs - this.nowMs()), () => {
      this.#wakeAtMs = Infinity;
      if (this.#stopped === undefined) this.#turn(() => undefined);
    });
  }

  #nextDueMs(): number {
    let dueAtMs = Infinity;
    for (const order of this.#head.waiting) dueAtMs = Math.min(dueAtMs, dueOf(order));
    for (const { throughMs } of this.#head.feesToCome.values()) dueAtMs = Math.min(dueAtMs, throughMs);
    for (const { tickMs, instrument } of this.#markets.values()) {
      if (instrument.stock !== undefined && !this.#head.book(instrument.symbol).isEmpty) dueAtMs = Math.min(dueAtMs, this.#hours.phaseEndsAtMs);
      if (instrument.stock !== undefined && this.#hours.phase === 'closed') continue; // its price stands still
      if (tickMs === undefined || (this.#head.book(instrument.symbol).isEmpty && !this.#audience.has(instrument.symbol))) continue;
      dueAtMs = Math.min(dueAtMs, (Math.floor(this.nowMs() / tickMs) + 1) * tickMs);
    }
    return dueAtMs;
  }
}

function owned(state: State, accountId: string, orderId: string): Order | undefined {
  const order = state.orders.get(orderId);
  return order?.accountId === accountId ? order : undefined;
}
