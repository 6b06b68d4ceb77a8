/** A world full of orders and positions, and its next moment. Real facts through the real fold; only the venue is imagined, and the time. */
import type { Instrument, Random } from '../src/base/index.ts';
import { clientOrderIdFor, emptyWorld, evolve, followTotals, instrumentAt } from '../src/core/index.ts';
import type { Capabilities, Limits, Order, VenueProfile, World, WrittenFact } from '../src/core/index.ts';
import { PriceSenses } from '../src/runtime/prices/senses.ts';

const VENUE = 'alpaca';
const STRATEGIES = 20;
const PRICE_UNITS = 10_000n; // 100.00
const HELD_UNITS = 100_000_000n; // one whole unit of each asset

const capabilities: Capabilities = {
  orderIds: 'unique-forever', clientOrderIdMaxLength: 48, clientOrderIdAlphabet: 'A-Za-z0-9_-', fills: 'trades', fees: 'records', visibilityBoundMs: 10_000, arrivalBoundMs: 5_000,
  deadManTimer: false, cancelOnDisconnect: false, positions: false,
};
const profile: VenueProfile = { name: VENUE, capabilities, feeLeastPpm: 1_000, feeMostPpm: 2_500, submitTimeoutMs: 2_000, resendWithinMs: 120_000, toleranceUnits: [] };

const instrumentOf = (number: number): Instrument => ({
  symbol: `A${number}/USD`, base: `A${number}`, quote: 'USD', quantityScale: 8, priceScale: 2, quoteScale: 10, quantityStepUnits: 1_000n, minQuantityUnits: 1_000n, minNotionalUnits: 1n, priceTickUnits: 1n,
});

function limitsOf(symbols: readonly string[]): Limits {
  const each = <T>(limit: T): Record<string, T> => Object.fromEntries(symbols.map((symbol) => [symbol, limit]));
  const money = { asset: 'USD', units: 10n ** 20n };
  return {
    maxOrderValue: each(money), maxPositionUnits: each(10n ** 12n), priceCollarPpm: each(50_000), priceMaxAgeMs: 60_000, booksMaxAgeMs: 300_000, maxShortUnits: each(10n ** 12n), maxOrderUnits: each(10n ** 10n), maxSpreadPpm: each(50_000),
    priceDrift: each({ ppm: 100_000, withinMs: 300_000 }), rateMaxAgeMs: 60_000, maxNetValue: money, maxGrossValue: money, buyingPower: 'reserved', selfMatch: 'refuse',
    messageRate: { strategy: { most: 1_000, withinMs: 10_000 }, venue: { most: 1_000, withinMs: 1_000 }, system: { most: 1_000, withinMs: 1_000 } },
    repeats: { most: 1_000, withinMs: 60_000 }, duplicateWithinMs: 2, permissions: { default: { default: ['buy', 'sell'] } }, restricted: ['LUNA'], none: ['risk.maxDailyLoss'],
  };
}

export class Crowd {
  readonly world: World = emptyWorld();
  readonly prices: PriceSenses;
  nowMs = 1_700_000_000_000;
  readonly #random: Random;
  readonly #symbols: readonly string[];
  readonly #open: string[] = []; // ids of orders at the venue, the oldest first
  #seq = 0;
  #ended = 0;
  #told = 0;

  constructor(orders: number, positions: number, random: Random) {
    this.#random = random;
    const instruments = Array.from({ length: positions }, (_, number) => instrumentOf(number));
    this.#symbols = instruments.map(({ symbol }) => symbol);
    this.prices = new PriceSenses({ traded: [{ venue: VENUE, symbols: this.#symbols }], market: () => this.world.market, said: () => followTotals(this.world, this.prices, this.nowMs) });
    this.#fold({ type: 'runtime.booted', version: '0', node: '26', journal: 'bench', previousSeq: 0 });
    this.#fold({ type: 'venue.listed', venue: profile });
    for (const instrument of instruments) this.#fold({ type: 'instrument.listed', venue: VENUE, instrument });
    this.#fold({ type: 'limits.set', limits: limitsOf(this.#symbols), by: 'bench', hash: '' });
    for (const [asset, units] of [['USD', 10n ** 20n], ...instruments.map(({ base }) => [base, HELD_UNITS * 1_000n] as const)] as const) {
      this.#fold({ type: 'balance.opened', venue: VENUE, asset, units, transfers: [{ debit: `assets:${VENUE}`, credit: 'equity:opening', asset, units }] });
    }
    this.#fold({ type: 'reconciliation.done', venue: VENUE, agreed: true, openOrders: 0 });
    for (const symbol of this.#symbols) this.tell(symbol);
    for (let number = 0; number < orders; number += 1) this.#place(this.wish(), number % 100 === 0);
  }

  /** The next moment: a price is told, and who has followed it is up to date. */
  move(): void {
    this.nowMs += 2;
    this.tell(this.#symbols[this.#told % this.#symbols.length] ?? '');
    if (this.#told % 10_000 === 0) this.#fold({ type: 'reconciliation.done', venue: VENUE, agreed: true, openOrders: 0 });
  }

  tell(symbol: string): void {
    this.#told += 1;
    const middle = PRICE_UNITS + BigInt(this.#random.below(21));
    this.prices.sawQuotes(VENUE, [{ symbol, bidUnits: middle - 1n, askUnits: middle + 1n, atMs: this.nowMs }], this.nowMs, this.nowMs);
  }

  /** An order that somebody wishes for: it rests away from the market, and crosses none of ours. */
  wish(): Order {
    const symbol = this.#symbols[this.#random.below(this.#symbols.length)] ?? '';
    const side = this.#random.chance(0.5) ? 'buy' : 'sell';
    const away = BigInt(50 + this.#random.below(251));
    const id = `o${this.#seq}-${this.#random.below(1_000_000)}`;
    return {
      id, venue: VENUE, symbol, side, key: `bot/${id}`, content: '{}', source: 'bot', strategy: `s${this.#random.below(STRATEGIES)}`, action: 'order', orderType: 'limit', timeInForce: 'gtc',
      quantityUnits: BigInt(1 + this.#random.below(1_000)) * 1_000n, limitPriceUnits: side === 'buy' ? PRICE_UNITS - away : PRICE_UNITS + away, correlationId: id, intendedAtMs: this.nowMs, intendedSeq: 0,
      phase: 'intended', phaseSeq: 0, phaseAtMs: this.nowMs, attempt: 0, clientOrderIds: [], venueOrderIds: [], reserveUnits: 0n, worstPriceUnits: 0n, retryAtMs: 0, arrivesByMs: 0, sightings: 0, lastSightingAtMs: 0,
      filledUnits: 0n, filledValueUnits: 0n, venueFilledUnits: 0n, cancelSeq: 0,
    };
  }

  /** What was decided about a wish happens; where it leaves, the oldest open order is over. */
  take(order: Order, facts: readonly WrittenFact[]): void {
    if (!facts.some(({ type }) => type === 'order.sending')) return;
    this.#place(order, this.#ended % 100 === 0);
    const oldest = this.#open.shift();
    if (oldest === undefined) return;
    this.#ended += 1;
    this.#fold({ type: 'order.ended', orderId: oldest, state: 'cancelled', filledUnits: 0n, via: 'stream' });
    this.#fold({ type: 'order.booked', orderId: oldest, filledUnits: 0n });
  }

  #place(order: Order, isUnknown: boolean): void {
    const { id: orderId, venue, symbol, side, key, content, source, strategy, action, orderType, timeInForce, quantityUnits, limitPriceUnits = 0n } = order;
    const instrument = instrumentAt(this.world.market, venue, symbol);
    if (instrument === undefined) throw new Error(`${symbol} is not listed.`);
    const [reserveAsset, reserveUnits] = side === 'buy' ? [instrument.quote, quantityUnits * limitPriceUnits] : [instrument.base, quantityUnits];
    this.#fold({ type: 'order.intended', orderId, venue, symbol, side, key, content, source, strategy, action, orderType, timeInForce, quantityUnits, limitPriceUnits });
    this.#fold({
      type: 'order.prepared', orderId, attempt: 1, clientOrderId: clientOrderIdFor(orderId, 1, capabilities), reserveAsset, reserveUnits, worstPriceUnits: limitPriceUnits, referencePriceUnits: PRICE_UNITS, referenceSource: 'quotes', referenceAgeMs: 0,
    });
    this.#fold({ type: 'order.sending', orderId, attempt: 1, timeoutMs: 2_000, arrivesByMs: this.nowMs + 7_000 });
    if (isUnknown) this.#fold({ type: 'order.doubted', orderId, why: 'no answer' });
    else {
      this.#fold({ type: 'order.acknowledged', orderId, venueOrderId: `v-${orderId}`, after: 'sending', via: 'answer' });
      this.#fold({ type: 'order.working', orderId, via: 'answer' });
    }
    this.#open.push(orderId);
  }

  #fold(fact: WrittenFact): void {
    this.#seq += 1;
    evolve(this.world, fact, { seq: this.#seq, atMs: this.nowMs, wallMs: this.nowMs, epoch: 1, bootId: 'bench', correlationId: 'bench' });
  }
}
