/**
 * A venue that does what a test tells it: takes orders, keeps them, fills and cancels on command. No protocol and no network.
 */
import { formatUnits, invariant, notionalUnits } from '../../src/base/index.ts';
import type { Instrument } from '../../src/base/index.ts';
import type { CancelResult, Fill, FindResult, OrderReport, SubmitResult, Venue, VenueEvent, VenueOrder } from '../../src/ports/index.ts';

export const BTC_USD: Instrument = {
  symbol: 'BTC/USD', base: 'BTC', quote: 'USD', quantityScale: 6, priceScale: 2, quoteScale: 8, quantityStepUnits: 1n, minQuantityUnits: 10n, minNotionalUnits: 0n, priceTickUnits: 1n,
};

export class PaperVenue implements Venue {
  readonly name = 'paper';
  readonly capabilities = {
    orderIds: 'unique-forever', clientOrderIdMaxLength: 64, clientOrderIdAlphabet: 'A-Za-z0-9-', fills: 'trades', fees: 'in-fill', visibilityBoundMs: 1_000, arrivalBoundMs: 1_000,
    deadManTimer: false, cancelOnDisconnect: false, positions: false,
  } as const;
  readonly sent: VenueOrder[] = [];
  readonly #orders = new Map<string, OrderReport>();
  readonly #fills: Fill[] = [];
  readonly #listeners = new Set<(event: VenueEvent) => void>();
  #usdUnits = 100_000n * 10n ** 8n;
  #btcUnits = 0n;
  /** What the next submits come to instead of being accepted. */
  readonly submits: ('unknown' | 'refused')[] = [];
  price: { bidUnits: bigint; askUnits: bigint } | undefined = { bidUnits: 4_999_000n, askUnits: 5_001_000n };
  /** What its clock shows. */
  nowMs: () => number = () => Date.now();
  /** Until true, no reading of the venue works. */
  readable = true;

  instruments() {
    return Promise.resolve(this.#read<readonly Instrument[]>([BTC_USD]));
  }

  submit(order: VenueOrder): Promise<SubmitResult> {
    const how = this.submits.shift();
    if (how === 'refused') return Promise.resolve({ kind: 'refused', reason: 'insufficient-funds', message: 'insufficient balance' });
    if (how === 'unknown') return Promise.resolve({ kind: 'unknown', why: 'no answer' });
    this.sent.push(order);
    const report: OrderReport = {
      venueOrderId: `v-${order.clientOrderId}`, clientOrderId: order.clientOrderId, symbol: order.instrument.symbol, side: order.side, type: order.type, quantityUnits: order.quantityUnits,
      filledUnits: 0n, averagePriceText: undefined, limitPriceUnits: order.limitPriceUnits, state: 'working', reason: undefined, updatedAtMs: 0,
    };
    this.#orders.set(report.venueOrderId, report);
    return Promise.resolve({ kind: 'accepted', report });
  }

  cancel({ venueOrderId }: { readonly venueOrderId: string }): Promise<CancelResult> {
    const report = this.#orders.get(venueOrderId);
    if (report === undefined) return Promise.resolve({ kind: 'not-found', message: 'no such order' });
    if (report.state === 'working') this.#change({ ...report, state: 'cancelled' });
    return Promise.resolve({ kind: 'requested' });
  }

  findByClientOrderId(clientOrderId: string): Promise<FindResult> {
    return this.find(`v-${clientOrderId}`);
  }

  find(venueOrderId: string): Promise<FindResult> {
    if (!this.readable) return Promise.resolve({ kind: 'unclear', why: 'not readable' });
    const report = this.#orders.get(venueOrderId);
    return Promise.resolve(report === undefined ? { kind: 'absent', source: 'paper orders' } : { kind: 'found', report });
  }

  openOrders() {
    return Promise.resolve(this.#read([...this.#orders.values()].filter(({ state }) => state === 'working')));
  }

  activity(afterCursor: string) {
    return Promise.resolve(this.#read({ fills: this.#fills.slice(Number(afterCursor)), fees: [], cursor: String(this.#fills.length) }));
  }

  balances() {
    return Promise.resolve(this.#read({ assets: { USD: formatUnits(this.#usdUnits, 8), BTC: formatUnits(this.#btcUnits, 6) }, blocked: undefined }));
  }

  quotes() {
    return Promise.resolve(this.#read(this.price === undefined ? [] : [{ symbol: 'BTC/USD', atMs: this.nowMs(), ...this.price }]));
  }

  stream(listen: (event: VenueEvent) => void): () => void {
    this.#listeners.add(listen);
    queueMicrotask(() => { if (this.#listeners.has(listen)) listen({ kind: 'connected' }); });
    return () => void this.#listeners.delete(listen);
  }

  /** Fills all of an order at a price. */
  fill(clientOrderId: string, priceUnits: bigint): void {
    const report = this.#orders.get(`v-${clientOrderId}`);
    invariant(report !== undefined, 'the order is there');
    const value = notionalUnits(BTC_USD, report.quantityUnits, priceUnits);
    const sign = report.side === 'buy' ? 1n : -1n;
    [this.#btcUnits, this.#usdUnits] = [this.#btcUnits + sign * report.quantityUnits, this.#usdUnits - sign * value];
    this.#fills.push({
      fillId: `f-${this.#fills.length + 1}`, venueOrderId: report.venueOrderId, symbol: report.symbol, side: report.side, quantityUnits: report.quantityUnits, priceUnits,
      cumulativeUnits: report.quantityUnits, atMs: 0,
    });
    this.#change({ ...report, state: 'filled', filledUnits: report.quantityUnits });
  }

  /** Somebody takes money out without a word. */
  withdraw(usdUnits: bigint): void {
    this.#usdUnits -= usdUnits;
  }

  #change(report: OrderReport): void {
    this.#orders.set(report.venueOrderId, report);
    for (const listen of this.#listeners) listen({ kind: 'order', report });
  }

  #read<T>(value: T) {
    return this.readable ? { kind: 'read' as const, value } : { kind: 'unclear' as const, why: 'not readable' };
  }
}
