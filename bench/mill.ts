/**
 * Orders with their whole lives, as fast as the turn takes them: real inputs through real turns onto the real disk, so that
 * every fact is one the runtime itself would write. Only the venue is imagined, and the time.
 */
import { formatUnits } from '../src/base/index.ts';
import type { Instrument } from '../src/base/index.ts';
import { factsCodec, holdingUnits, orderIdOf } from '../src/core/index.ts';
import type { Activity, Capabilities, Fill, Input, Limits, Order, OrderReport, Signal, TrustedPrice, VenueProfile, World } from '../src/core/index.ts';
import { clientOrderIdOf, orderById } from '../src/core/index.ts';
import { realIds } from '../src/edges/clock/index.ts';
import { EMPTY_HEAD, Sealer } from '../src/journal/index.ts';
import type { Head, Store } from '../src/journal/index.ts';
import type { Clock } from '../src/ports/index.ts';
import { Turns } from '../src/runtime/turns.ts';

const VENUE = 'alpaca';
const START_MS = Date.UTC(2026, 0, 1);
const WAITING_TURNS = 400; // on their way to the disk, before the mill waits for it
const OPEN_ORDERS = 60; // at the venue at any time, unless told
const FEES_EVERY = 50; // orders
const BOOKS_EVERY = 200; // orders
const HOLDS_ABOUT = 50_000_000_000n; // 50 bitcoin

const btcUsd: Instrument = {
  symbol: 'BTC/USD', base: 'BTC', quote: 'USD', quantityScale: 9, priceScale: 2, quoteScale: 11, quantityStepUnits: 1n, minQuantityUnits: 1_000n, minNotionalUnits: 1n, priceTickUnits: 1n,
};
const PRICE_UNITS = 6_712_345n;
const capabilities: Capabilities = {
  orderIds: 'unique-forever', clientOrderIdMaxLength: 48, clientOrderIdAlphabet: 'A-Za-z0-9_-', fills: 'trades', fees: 'records', visibilityBoundMs: 10_000, arrivalBoundMs: 5_000,
  deadManTimer: false, cancelOnDisconnect: false, positions: false,
};
const profile: VenueProfile = { name: VENUE, capabilities, feeLeastPpm: 1_000, feeMostPpm: 2_500, submitTimeoutMs: 2_000, resendWithinMs: 120_000, toleranceUnits: [] };
const limits: Limits = {
  maxOrderValue: { 'BTC/USD': { asset: 'USD', units: 10n ** 16n } }, maxPositionUnits: { 'BTC/USD': 10n ** 12n }, priceCollarPpm: { 'BTC/USD': 50_000 }, priceMaxAgeMs: 10_000,
  maxShortUnits: { 'BTC/USD': 10n ** 12n }, rateMaxAgeMs: 60_000, maxOrderUnits: { 'BTC/USD': 10n ** 12n }, maxSpreadPpm: { 'BTC/USD': 50_000 },
  none: ['messageRate', 'priceDrift', 'maxNetValue', 'maxGrossValue', 'buyingPower', 'selfMatch', 'repeats', 'duplicateWithin', 'permissions', 'restricted', 'risk.maxDailyLoss'],
};

/** What becomes of an order: of every twenty, so many. */
const fates = ['filled', 'filled', 'filled', 'filled', 'filled', 'in two', 'filled', 'filled', 'cancelled', 'filled', 'filled', 'filled', 'blocked', 'filled', 'in two', 'filled', 'cancelled', 'filled', 'rejected', 'filled'] as const;

/** A disk that takes everything at once and keeps nothing. */
export const nowhere: Store = {
  identity: 'nowhere', head: async () => EMPTY_HEAD, origin: async () => ({ seq: 1, previousHash: EMPTY_HEAD.hash }), read: async () => [], saveSnapshot: async () => undefined, snapshots: async () => [], close: async () => undefined,
  append: async ({ expectSeq, entries }) => ({ kind: 'durable', seq: expectSeq + entries.length }),
};

export type MillOptions = { readonly store: Store; readonly world: World; readonly head: Head; readonly msPerOrder: number; readonly openOrders?: number; readonly onDurable?: () => void };

export class Mill {
  readonly turns: Turns;
  nowMs = START_MS;
  #orders = 0;
  #executions = 0;
  #fees = 0;
  #waiting = 0;
  #failure: Error | undefined;
  readonly #msPerOrder: number;
  readonly #openOrders: number;
  readonly #open: { readonly key: string; readonly fate: (typeof fates)[number]; readonly number: number }[] = [];

  constructor({ store, world, head, msPerOrder, openOrders = OPEN_ORDERS, onDurable }: MillOptions) {
    [this.#msPerOrder, this.#openOrders] = [msPerOrder, openOrders];
    const clock: Clock = { monotonicMs: () => this.nowMs, wallMs: () => this.nowMs, timer: () => () => undefined };
    this.nowMs = Math.max(START_MS, world.life.atMs);
    this.turns = new Turns({
      store, world, facts: factsCodec, clock, time: { nowMs: () => this.nowMs }, sealer: new Sealer(head, { epoch: head.epoch + 1, bootId: realIds().id(), lastAtMs: world.life.atMs }), maxLag: 4_096, appendTimeoutMs: 10_000,
      prices: { price: () => ({ bidUnits: PRICE_UNITS - 10n, askUnits: PRICE_UNITS + 10n, seenAtMs: this.nowMs, source: 'quotes' }) as TrustedPrice },
      onDurable: () => { this.#waiting = 0; onDurable?.(); }, onFailure: (cause) => { this.#failure = cause; },
    });
    this.#take({ kind: 'boot', version: '0', node: process.versions.node, journal: store.identity, previousSeq: head.seq });
    this.#take({ kind: 'configure', limits, venues: [profile], by: 'configuration' });
    this.#take({ kind: 'instruments', venue: VENUE, instruments: [btcUsd] });
    this.#compare(head.seq === 0 ? { BTC: '100', USD: '100000000' } : this.#balances());
  }

  get orders(): number {
    return this.#orders;
  }

  get world(): World {
    return this.turns.world;
  }

  /** So many more orders, each with everything that ever happens to it but for the last few, which stay open. */
  async grind(orders: number, between: () => void | Promise<void> = () => undefined): Promise<void> {
    for (let count = 0; count < orders; count += 1) {
      this.nowMs += this.#msPerOrder;
      this.#begin();
      if (this.#open.length > this.#openOrders) this.#end();
      if (this.#orders % FEES_EVERY === 0) this.#tellFee();
      if (this.#orders % BOOKS_EVERY === 0) this.#compare(this.#balances());
      if (this.#waiting >= WAITING_TURNS) await this.turns.durable(this.turns.headSeq);
      if (this.#failure !== undefined) throw this.#failure;
      await between();
    }
    await this.turns.durable(this.turns.headSeq);
  }

  #begin(): void {
    this.#orders += 1;
    const number = this.#orders;
    const fate = fates[number % fates.length] ?? 'filled';
    const key = `bot/${uuid(number, 1)}`;
    const side = holdingUnits(this.world.ledger, VENUE, btcUsd.base) < HOLDS_ABOUT ? 'buy' : 'sell'; // so that it never runs out of either
    const signal: Signal = {
      source: 'bot', strategy: 'mean-reversion', owner: { trader: 'bot', desk: 'unassigned', client: 'unassigned' }, action: 'order', side, ticker: 'BTC/USD', quantityText: fate === 'blocked' ? '5000' : '0.0125', orderType: 'limit', timeInForce: 'gtc',
      limitPriceText: '67123.45', keyFrom: 'id', content: JSON.stringify({ instrument: 'BTC/USD', limit_price: '67123.45', quantity: '0.0125', side, type: 'limit' }), key,
    };
    this.#take({ kind: 'signal', routed: { signal, venue: VENUE, symbol: btcUsd.symbol, windowMs: 60_000 } }, uuid(number, 2));
    const order = this.#order(key);
    if (fate === 'blocked') return;
    if (fate === 'rejected') return this.#take({ kind: 'submit-answered', orderId: order.id, attempt: order.attempt, result: { kind: 'refused', reason: 'funds', message: 'insufficient balance for BTC' } }, order.correlationId);
    this.#take({ kind: 'submit-answered', orderId: order.id, attempt: order.attempt, result: { kind: 'accepted', report: this.#report(order, number) } }, order.correlationId);
    this.#open.push({ key, fate, number });
  }

  /** The oldest open order comes to its end. */
  #end(): void {
    const oldest = this.#open.shift();
    if (oldest === undefined) return;
    const { key, fate, number } = oldest;
    const order = this.#order(key);
    if (fate === 'cancelled') {
      this.#take({ kind: 'cancel', orderId: order.id, by: 'bot', reason: 'asked for' }, order.correlationId);
      this.#take({ kind: 'cancel-answered', orderId: order.id, result: { kind: 'requested' } }, order.correlationId);
      return this.#take({ kind: 'reported', venue: VENUE, via: 'stream', report: this.#report(order, number, { state: 'cancelled' }) });
    }
    const half = order.quantityUnits / 2n;
    if (fate === 'in two') this.#take({ kind: 'activity', venue: VENUE, activity: this.#activity([this.#fill(order, half)]) });
    this.#take({ kind: 'activity', venue: VENUE, activity: this.#activity([this.#fill(order, fate === 'in two' ? order.quantityUnits - half : order.quantityUnits)]) });
    this.#take({ kind: 'reported', venue: VENUE, via: 'stream', report: this.#report(this.#order(key), number, { state: 'filled', filledUnits: order.quantityUnits, averagePriceText: '67123.45' }) });
  }

  #tellFee(): void {
    this.#fees += 1;
    this.#take({ kind: 'activity', venue: VENUE, activity: { ...this.#activity([]), fees: [{ feeId: uuid(this.#fees, 5), asset: this.#fees % 2 === 0 ? 'BTC' : 'USD', amountText: '0.00002', throughMs: this.nowMs }] } });
  }

  #compare(assets: Readonly<Record<string, string>>): void {
    this.#take({ kind: 'reconciled', venue: VENUE, reading: { openOrders: [], looked: [], balances: { assets, blocked: undefined }, activity: this.#activity([]), quiet: true } });
  }

  #balances(): Readonly<Record<string, string>> {
    const { ledger } = this.world;
    return { BTC: formatUnits(holdingUnits(ledger, VENUE, 'BTC'), 9), USD: formatUnits(holdingUnits(ledger, VENUE, 'USD'), 11) };
  }

  #take(input: Input, correlationId = 'bench'): void {
    this.turns.take(input, { actor: input.kind === 'signal' ? 'token:bot' : `venue:${VENUE}`, correlationId });
    this.#waiting += 1;
  }

  #order(key: string): Order {
    const order = orderById(this.world.orders, orderIdOf(key));
    if (order === undefined) throw new Error(`There is no order for ${key}.`);
    return order;
  }

  #report(order: Order, number: number, changes: Partial<OrderReport> = {}): OrderReport {
    return {
      venueOrderId: uuid(number, 3), clientOrderId: clientOrderIdOf(order), symbol: order.symbol, side: order.side, type: order.orderType, quantityUnits: order.quantityUnits, filledUnits: 0n,
      averagePriceText: undefined, limitPriceUnits: order.limitPriceUnits, state: 'working', reason: undefined, updatedAtMs: this.nowMs, ...changes,
    };
  }

  #fill(order: Order, quantityUnits: bigint): Fill {
    this.#executions += 1;
    return { fillId: `20260101000000000::${uuid(this.#executions, 4)}`, venueOrderId: order.venueOrderIds[0] ?? '', symbol: order.symbol, side: order.side, quantityUnits, priceUnits: PRICE_UNITS, cumulativeUnits: undefined, atMs: this.nowMs };
  }

  #activity(fills: readonly Fill[]): Activity {
    return { fills, fees: [], cursor: fills.at(-1)?.fillId ?? this.world.ledger.cursors.get(VENUE) ?? 'start' };
  }
}

/** As long as a real one, and another for every number. */
function uuid(number: number, kind: number): string {
  const digits = (Math.imul(number, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
  const more = (Math.imul(number ^ 0x5bd1e995, 0x85ebca77) >>> 0).toString(16).padStart(8, '0');
  return `${digits}-${more.slice(0, 4)}-4${more.slice(4, 7)}-8${kind}${more.slice(7)}0-${number.toString(16).padStart(12, '0')}`;
}
