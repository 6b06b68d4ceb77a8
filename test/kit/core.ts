/**
 * A core on a bench: one world, driven input by input, every fact through its bytes, and a journal that can be cut anywhere.
 *
 * Owns a pretended journal and time. Does not own any expectation; tests do.
 */
import assert from 'node:assert/strict';
import { canonicalText, formatUnits } from '../../src/base/index.ts';
import type { Instrument } from '../../src/base/index.ts';
import { clientOrderIdOf, decide, digestOf, due, emptyWorld, evolve, factsCodec, freezeWorld, holdingUnits, orderById, orderIdOf, ownedBy, thawWorld } from '../../src/core/index.ts';
import type {
  Activity, Balances, Capabilities, Duty, Fact, FeeRecord, Fill, Input, Limits, Order, OrderIdClass, OrderReport, Outcome, Prices, Reading, Recalling, Routed, Signal, Stamped, SubmitResult, TrustedPrice, VenueProfile, World,
} from '../../src/core/index.ts';
import type { EncodedFact } from '../../src/journal/index.ts';

export const VENUE = 'sim';
export const SYMBOL = 'BTC/USD';

export const btcUsd: Instrument = {
  symbol: SYMBOL, base: 'BTC', quote: 'USD', quantityScale: 8, priceScale: 2, quoteScale: 10,
  quantityStepUnits: 1_000n, minQuantityUnits: 10_000n, minNotionalUnits: 10_0000000000n, priceTickUnits: 1n,
};
export const ethUsd: Instrument = { ...btcUsd, symbol: 'ETH/USD', base: 'ETH' };

export const BTC = 100_000_000n; // one bitcoin, in units
export const USD = 10_000_000_000n; // one dollar, in units of the quote
export const CENT = 1n; // one price unit
export const DOLLAR = 100n; // one dollar, as a price

export const capabilities: Capabilities = {
  orderIds: 'unique-forever', clientOrderIdMaxLength: 48, clientOrderIdAlphabet: 'A-Za-z0-9_-', fills: 'trades', fees: 'records',
  visibilityBoundMs: 10_000, arrivalBoundMs: 5_000, deadManTimer: false, cancelOnDisconnect: false, positions: false,
};

export const profile: VenueProfile = {
  name: VENUE, capabilities, feeLeastPpm: 1_000, feeMostPpm: 2_500, submitTimeoutMs: 2_000, resendWithinMs: 120_000, toleranceUnits: [],
};

export const limits: Limits = {
  maxOrderValue: { [SYMBOL]: { asset: 'USD', units: 100_000n * USD }, 'ETH/USD': { asset: 'USD', units: 100_000n * USD } },
  maxPositionUnits: { [SYMBOL]: 10n * BTC, 'ETH/USD': 10n * BTC },
  priceCollarPpm: { [SYMBOL]: 50_000, 'ETH/USD': 50_000 },
  priceMaxAgeMs: 10_000,
  maxShortUnits: { [SYMBOL]: 10n * BTC, 'ETH/USD': 10n * BTC },
  rateMaxAgeMs: 60_000,
  maxOrderUnits: { [SYMBOL]: 100n * BTC, 'ETH/USD': 100n * BTC },
  maxSpreadPpm: { [SYMBOL]: 50_000, 'ETH/USD': 50_000 },
  messageRate: { strategy: { most: 1_000, withinMs: 1_000 }, venue: { most: 1_000, withinMs: 1_000 }, system: { most: 1_000, withinMs: 1_000 } },
  none: ['priceDrift', 'maxNetValue', 'maxGrossValue', 'buyingPower', 'selfMatch', 'repeats', 'duplicateWithin', 'permissions', 'restricted', 'risk.maxDailyLoss'],
};

export const idClasses: readonly OrderIdClass[] = ['returns-original', 'unique-forever', 'unique-while-live', 'not-enforced', 'none'];

export type Written = EncodedFact & { readonly header: Stamped };
export type Taken = { readonly outcome: Outcome; readonly facts: readonly Fact[] };

export type BenchOptions = {
  readonly orderIds?: OrderIdClass;
  readonly fills?: Capabilities['fills'];
  readonly fees?: Capabilities['fees'];
  readonly profile?: Partial<VenueProfile>;
  readonly limits?: Limits;
  readonly instruments?: readonly Instrument[];
};

export class Bench {
  world: World = emptyWorld();
  nowMs = 1_700_000_000_000;
  epoch = 0;
  readonly journal: Written[] = [];
  readonly prices = new Map<string, TrustedPrice>();
  senses: Prices = { price: (venue, symbol) => this.prices.get(`${venue} ${symbol}`) };
  readonly profile: VenueProfile;
  readonly #limits: Limits;
  readonly #instruments: readonly Instrument[];

  constructor(options: BenchOptions = {}) {
    const { orderIds = 'unique-forever', fills = 'trades', fees = 'records' } = options;
    this.profile = { ...profile, capabilities: { ...capabilities, orderIds, fills, fees }, ...options.profile };
    this.#limits = options.limits ?? limits;
    this.#instruments = options.instruments ?? [btcUsd];
  }

  /** A venue that may be traded on: booted, configured, listed, reconciled, with a price. */
  static ready(options: BenchOptions & { readonly held?: Readonly<Record<string, string>> } = {}): Bench {
    const bench = new Bench(options);
    bench.boot();
    bench.configure();
    bench.list();
    bench.quote();
    bench.reconcile({ balances: options.held ?? { BTC: '1', USD: '1000000' } });
    return bench;
  }

  take(input: Recalling, correlationId = 'test'): Taken {
    const facts: Fact[] = [];
    const outcome = decide(this.world, this.senses, input, this.nowMs, (fact) => {
      const encoded = factsCodec.encode(fact, this.world.format);
      const folded = factsCodec.upcast(fact);
      const header: Stamped = { seq: this.journal.length + 1, atMs: this.nowMs, wallMs: this.nowMs, epoch: this.epoch, bootId: `boot-${this.epoch}`, correlationId };
      evolve(this.world, folded, header);
      this.journal.push({ ...encoded, header });
      facts.push(folded);
    });
    return { outcome, facts };
  }

  /** The types of the facts that follow. */
  types(input: Input): readonly string[] {
    return this.take(input).facts.map((fact) => fact.type);
  }

  boot(): void {
    this.epoch += 1;
    this.prices.clear();
    this.take({ kind: 'boot', version: '0', node: '26', journal: 'bench', previousSeq: this.journal.length });
  }

  configure(): void {
    this.take({ kind: 'configure', limits: this.#limits, venues: [this.profile], by: 'test' });
  }

  list(instruments: readonly Instrument[] = this.#instruments): void {
    this.take({ kind: 'instruments', venue: VENUE, instruments });
  }

  quote(bidUnits = 2_000_000n, askUnits = bidUnits, symbol = SYMBOL): void {
    this.prices.set(`${VENUE} ${symbol}`, { bidUnits, askUnits, seenAtMs: this.nowMs, source: 'test' } as TrustedPrice);
  }

  later(ms: number): void {
    this.nowMs += ms;
    for (const [key, price] of this.prices) this.prices.set(key, { ...price, seenAtMs: this.nowMs });
  }

  /** The process dies with only so many entries on disk; the next one reads them and takes over. */
  crash(durable = this.journal.length): void {
    this.journal.length = durable;
    this.world = replayed(this.journal);
    this.boot();
  }

  signal(wish: Partial<Signal> & { readonly key: string }): Taken {
    return this.take({ kind: 'signal', routed: routed(wish) });
  }

  /** An order that was sent, by the key of its signal. */
  sent(key: string, wish: Partial<Signal> = {}): Order {
    this.signal({ key, ...wish });
    const order = this.order(key);
    assert.equal(order.phase, 'sending', `${order.phase}: ${order.because ?? ''}`);
    return order;
  }

  /** An order whose request came to nothing that is known. */
  doubted(key: string, wish: Partial<Signal> = {}): Order {
    const order = this.sent(key, wish);
    this.answer(key, { kind: 'unknown', why: 'no answer' });
    return orderById(this.world.orders, order.id) ?? order;
  }

  working(key: string, wish: Partial<Signal> = {}): Order {
    this.sent(key, wish);
    this.answer(key, { kind: 'accepted', report: this.report(key) });
    return this.order(key);
  }

  answer(key: string, result: SubmitResult): Taken {
    const order = this.order(key);
    return this.take({ kind: 'submit-answered', orderId: order.id, attempt: order.attempt, result });
  }

  absent(key: string): Taken {
    return this.take({ kind: 'find-answered', orderId: orderIdOf(key), result: { kind: 'absent', source: 'GET order' }, askedAtMs: this.nowMs });
  }

  found(key: string, changes: Partial<OrderReport> = {}): Taken {
    return this.take({ kind: 'find-answered', orderId: orderIdOf(key), result: { kind: 'found', report: this.report(key, changes) }, askedAtMs: this.nowMs });
  }

  reports(key: string, changes: Partial<OrderReport> = {}): Taken {
    return this.take({ kind: 'reported', venue: VENUE, report: this.report(key, changes), via: 'stream' });
  }

  report(key: string, changes: Partial<OrderReport> = {}): OrderReport {
    return reportOf(this.order(key), { updatedAtMs: this.nowMs, ...changes });
  }

  order(key: string): Order {
    const order = orderById(this.world.orders, orderIdOf(key));
    assert.ok(order !== undefined, `there is an order for ${key}`);
    return order;
  }

  phase(key: string): string {
    return this.order(key).phase;
  }

  activity(activity: Partial<Activity>): Taken {
    return this.take({ kind: 'activity', venue: VENUE, activity: { fills: [], fees: [], cursor: this.world.ledger.cursors.get(VENUE) ?? 'start', ...activity } });
  }

  reconcile(reading: Omit<Partial<Reading>, 'balances'> & { readonly balances?: Readonly<Record<string, string>>; readonly blocked?: string } = {}): Taken {
    const balances: Balances = { assets: reading.balances ?? this.balances(), blocked: reading.blocked };
    return this.take({
      kind: 'reconciled', venue: VENUE,
      reading: { openOrders: [], looked: [], activity: { fills: [], fees: [], cursor: this.world.ledger.cursors.get(VENUE) ?? 'start' }, quiet: true, ...reading, balances },
    });
  }

  /** Balances that agree with the books. */
  balances(): Readonly<Record<string, string>> {
    const text = (asset: string, scale: number): string => formatUnits(holdingUnits(this.world.ledger, VENUE, asset), scale);
    return { BTC: text('BTC', 8), USD: text('USD', 10) };
  }

  due(): readonly Duty[] {
    return due(this.world);
  }

  dueKinds(): readonly string[] {
    return this.due().map((duty) => duty.kind);
  }
}

export function routed(wish: Partial<Signal> & { readonly key: string }): Routed {
  const { key, ...changes } = wish;
  const signal: Signal = {
    source: 'tester', strategy: 'one', owner: ownedBy('tester'), action: 'order', side: 'buy', ticker: 'BTCUSD', quantityText: '0.5', orderType: 'limit', timeInForce: 'gtc', limitPriceText: '20000', keyFrom: 'id',
    content: canonicalText(changes), key, ...changes,
  };
  return { signal, venue: VENUE, symbol: SYMBOL, windowMs: 60_000 };
}

/** What the venue says of an order of ours that stands in its book untouched, unless told otherwise. */
export const reportOf = (order: Order, changes: Partial<OrderReport> = {}): OrderReport => ({
  venueOrderId: order.venueOrderIds.at(-1) ?? `v-${order.key}`, clientOrderId: clientOrderIdOf(order), symbol: order.symbol, side: order.side, type: order.orderType,
  quantityUnits: order.quantityUnits, filledUnits: 0n, averagePriceText: undefined, limitPriceUnits: order.limitPriceUnits, state: 'working', reason: undefined, updatedAtMs: 0, ...changes,
});

export const fillOf = (order: Order, fillId: string, quantityUnits: bigint, changes: Partial<Fill> = {}): Fill => ({
  fillId, venueOrderId: order.venueOrderIds.at(-1) ?? `v-${order.key}`, symbol: order.symbol, side: order.side, quantityUnits, priceUnits: 2_000_000n, cumulativeUnits: undefined, atMs: 1_000, ...changes,
});

export const feeOf = (feeId: string, amountText: string, changes: Partial<FeeRecord> = {}): FeeRecord => ({ feeId, asset: 'BTC', amountText, throughMs: 1_000_000, ...changes });

/** The world that a journal tells of. */
export function replayed(journal: readonly Written[]): World {
  const world = emptyWorld();
  for (const { type, typeVersion, payload, header } of journal) evolve(world, factsCodec.decode(type, typeVersion, payload), header);
  return world;
}

/** Live, replayed, and restored from a snapshot are one world. */
export function assertSameWorlds(bench: Bench): void {
  const live = digestOf(bench.world);
  assert.equal(digestOf(replayed(bench.journal)), live, 'the replayed world is the live one');
  const thawed = thawWorld(freezeWorld(bench.world));
  assert.equal(digestOf(thawed), live, 'the restored world is the live one');
  assert.deepEqual(due(thawed), due(bench.world), 'the restored world waits for the same things');
}
