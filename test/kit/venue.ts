/**
 * A venue on a bench: it keeps orders, executions and balances like a real one, and every call can be made to go wrong.
 *
 * Owns what is at the venue. `meddle` stands between a call and its answer: it may answer otherwise, later, or never.
 */
import { formatUnits, invariant, notionalUnits } from '../../src/base/index.ts';
import type { Instrument } from '../../src/base/index.ts';
import type { Activity, Balances, CancelResult, Capabilities, FeeRecord, Fill, FindResult, OrderReport, Quote, Read, SubmitResult, Venue, VenueEvent, VenueOrder } from '../../src/ports/index.ts';
import { btcUsd, capabilities } from './core.ts';

type Calls = {
  instruments: Read<readonly Instrument[]>; submit: SubmitResult; cancel: CancelResult; findByClientOrderId: FindResult; find: FindResult;
  openOrders: Read<readonly OrderReport[]>; activity: Read<Activity>; balances: Read<Balances>; quotes: Read<readonly Quote[]>;
};
export type Call = keyof Calls;
type Meddle<T> = (really: () => T) => T | Promise<T>;

export const never = <T>(): Promise<T> => new Promise(() => undefined);
export const unreadable = (why = 'the venue answered 502'): { readonly kind: 'unclear'; readonly why: string } => ({ kind: 'unclear', why });

export type BenchVenueOptions = { readonly name?: string; readonly capabilities?: Partial<Capabilities>; readonly instruments?: readonly Instrument[]; readonly held?: Readonly<Record<string, bigint>> };

export class BenchVenue implements Venue {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly listed: readonly Instrument[];
  /** Every call, in order: its name and what it was about. */
  readonly calls: string[] = [];
  readonly orders = new Map<string, OrderReport>(); // by the venue's own id
  readonly fills: Fill[] = [];
  readonly fees: FeeRecord[] = [];
  readonly heldUnits: Record<string, bigint>;
  /** Every order that was ever taken, under the name it was sent with. */
  readonly taken: { readonly clientOrderId: string; readonly venueOrderId: string }[] = [];
  price: { readonly bidUnits: bigint; readonly askUnits: bigint } | undefined = { bidUnits: 2_000_000n, askUnits: 2_000_000n };
  blocked: string | undefined;
  /** Told of each order that comes to stand in the book: it may be filled there and then. */
  onTaken: ((report: OrderReport) => void) | undefined;
  /** What its clock shows. */
  nowMs: () => number = () => Date.now();
  readonly #meddles = new Map<Call, { readonly meddle: Meddle<unknown>; times: number }[]>();
  readonly #listeners = new Set<(event: VenueEvent) => void>();
  #ids = 0;

  constructor(options: BenchVenueOptions = {}) {
    this.name = options.name ?? 'sim';
    this.capabilities = { ...capabilities, fees: 'in-fill', ...options.capabilities };
    this.listed = options.instruments ?? [btcUsd];
    this.heldUnits = { BTC: 100_000_000n, USD: 10_000_000_000_000_000n, ...options.held };
  }

  /** From now on this call goes otherwise: once, so often, or for good. Later ones stand behind earlier ones. */
  meddle<C extends Call>(call: C, meddle: Meddle<Calls[C]>, times = 1): void {
    this.#meddles.set(call, [...(this.#meddles.get(call) ?? []), { meddle: meddle as Meddle<unknown>, times }]);
  }

  /** Nothing is meddled with any more. */
  calm(): void {
    this.#meddles.clear();
  }

  count(call: Call): number {
    return this.calls.filter((name) => name.startsWith(`${call} `)).length;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  tell(event: VenueEvent): void {
    for (const listen of [...this.#listeners]) listen(event);
  }

  async #answer<C extends Call>(call: C, about: string, really: () => Calls[C]): Promise<Calls[C]> {
    this.calls.push(`${call} ${about}`);
    const waiting = this.#meddles.get(call) ?? [];
    const [first] = waiting;
    if (first === undefined) return really();
    first.times -= 1;
    if (first.times <= 0) waiting.shift();
    return (first.meddle as Meddle<Calls[C]>)(really);
  }

  instruments(symbols: readonly string[]): Promise<Read<readonly Instrument[]>> {
    return this.#answer('instruments', symbols.join(','), () => ({ kind: 'read', value: this.listed.filter(({ symbol }) => symbols.includes(symbol)) }));
  }

  submit(order: VenueOrder): Promise<SubmitResult> {
    return this.#answer('submit', order.clientOrderId, () => this.#take(order));
  }

  #take(order: VenueOrder): SubmitResult {
    const { clientOrderId } = order;
    const before = [...this.orders.values()].find((report) => report.clientOrderId === clientOrderId);
    const isLive = before?.state === 'working' || before?.state === 'cancelling';
    const { orderIds } = this.capabilities;
    if (before !== undefined && orderIds === 'returns-original') return { kind: 'duplicate', existing: before };
    if (before !== undefined && (orderIds === 'unique-forever' || (orderIds === 'unique-while-live' && isLive))) return { kind: 'duplicate', existing: undefined };
    return { kind: 'accepted', report: this.place(order) };
  }

  /** An order comes to stand in the book, however it came. */
  place(order: VenueOrder & { readonly venueOrderId?: string }): OrderReport {
    this.#ids += 1;
    const report: OrderReport = {
      venueOrderId: order.venueOrderId ?? `v${this.#ids}`, clientOrderId: this.capabilities.orderIds === 'none' ? undefined : order.clientOrderId, symbol: order.instrument.symbol, side: order.side,
      type: order.type, quantityUnits: order.quantityUnits, filledUnits: 0n, averagePriceText: undefined, limitPriceUnits: order.limitPriceUnits, state: 'working', reason: undefined, updatedAtMs: 1,
    };
    this.orders.set(report.venueOrderId, report);
    this.taken.push({ clientOrderId: order.clientOrderId, venueOrderId: report.venueOrderId });
    this.onTaken?.(report);
    return this.orders.get(report.venueOrderId) ?? report;
  }

  cancel({ venueOrderId }: { readonly venueOrderId: string }): Promise<CancelResult> {
    return this.#answer('cancel', venueOrderId, () => {
      const report = this.orders.get(venueOrderId);
      if (report === undefined) return { kind: 'not-found', message: 'no such order' };
      if (report.state !== 'working') return { kind: 'not-cancelable', message: report.state };
      this.change(venueOrderId, { state: 'cancelled' });
      return { kind: 'requested' };
    });
  }

  findByClientOrderId(clientOrderId: string): Promise<FindResult> {
    return this.#answer('findByClientOrderId', clientOrderId, () => this.#found([...this.orders.values()].findLast((report) => report.clientOrderId === clientOrderId)));
  }

  find(venueOrderId: string): Promise<FindResult> {
    return this.#answer('find', venueOrderId, () => this.#found(this.orders.get(venueOrderId)));
  }

  #found(report: OrderReport | undefined): FindResult {
    return report === undefined ? { kind: 'absent', source: `orders of ${this.name}` } : { kind: 'found', report };
  }

  openOrders(): Promise<Read<readonly OrderReport[]>> {
    return this.#answer('openOrders', '', () => ({ kind: 'read', value: [...this.orders.values()].filter(({ state }) => state === 'working' || state === 'cancelling') }));
  }

  activity(afterCursor: string): Promise<Read<Activity>> {
    return this.#answer('activity', afterCursor, () => {
      const [fills = 0, fees = 0] = afterCursor.split(' ').map(Number);
      return { kind: 'read', value: { fills: this.fills.slice(fills), fees: this.fees.slice(fees), cursor: `${this.fills.length} ${this.fees.length}` } };
    });
  }

  balances(): Promise<Read<Balances>> {
    return this.#answer('balances', '', () => {
      const scaleOf = (asset: string): number => this.listed.flatMap(({ base, quote, quantityScale, quoteScale }) => (base === asset ? [quantityScale] : quote === asset ? [quoteScale] : []))[0] ?? 0;
      return { kind: 'read', value: { assets: Object.fromEntries(Object.entries(this.heldUnits).map(([asset, units]) => [asset, formatUnits(units, scaleOf(asset))])), blocked: this.blocked } };
    });
  }

  quotes(symbols: readonly string[]): Promise<Read<readonly Quote[]>> {
    const { price } = this;
    return this.#answer('quotes', symbols.join(','), () => ({ kind: 'read', value: price === undefined ? [] : symbols.map((symbol) => ({ symbol, atMs: this.nowMs(), ...price })) }));
  }

  stream(listen: (event: VenueEvent) => void): () => void {
    this.#listeners.add(listen);
    queueMicrotask(() => { if (this.#listeners.has(listen)) listen({ kind: 'connected' }); });
    return () => void this.#listeners.delete(listen);
  }

  /** The order that carries this name, or the only one there is. */
  order(clientOrderId?: string): OrderReport {
    const report = [...this.orders.values()].find((other) => clientOrderId === undefined || other.clientOrderId === clientOrderId);
    invariant(report !== undefined, 'the order is at the venue');
    return report;
  }

  /** Executes a part of an order, all of what is left unless told. Nobody hears of it by itself. */
  fill(venueOrderId: string, quantityUnits?: bigint, priceUnits = 2_000_000n): Fill {
    const report = this.orders.get(venueOrderId);
    const instrument = this.listed.find(({ symbol }) => symbol === report?.symbol);
    invariant(report !== undefined && instrument !== undefined, 'the order is at the venue');
    const units = quantityUnits ?? report.quantityUnits - report.filledUnits;
    const filledUnits = report.filledUnits + units;
    const value = notionalUnits(instrument, units, priceUnits);
    const sign = report.side === 'buy' ? 1n : -1n;
    this.heldUnits[instrument.base] = (this.heldUnits[instrument.base] ?? 0n) + sign * units;
    this.heldUnits[instrument.quote] = (this.heldUnits[instrument.quote] ?? 0n) - sign * value;
    const fill: Fill = {
      fillId: `f${this.fills.length + 1}`, venueOrderId, symbol: report.symbol, side: report.side, quantityUnits: units, priceUnits, cumulativeUnits: filledUnits, atMs: 1,
    };
    this.fills.push(fill);
    const average = report.averagePriceText === undefined || report.averagePriceText === formatUnits(priceUnits, instrument.priceScale);
    invariant(average, 'an order is filled at one price here, so that its average is exact');
    this.change(venueOrderId, { filledUnits, averagePriceText: formatUnits(priceUnits, instrument.priceScale), ...(filledUnits >= report.quantityUnits ? { state: 'filled' } : {}) });
    return fill;
  }

  change(venueOrderId: string, changes: Partial<OrderReport>): OrderReport {
    const report = this.orders.get(venueOrderId);
    invariant(report !== undefined, 'the order is at the venue');
    const changed = { ...report, ...changes };
    this.orders.set(venueOrderId, changed);
    return changed;
  }
}
