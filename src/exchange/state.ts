/**
 * The state of the exchange: a fold over its events, and nothing else. Owns accounts, orders, books, trades and fees; does not
 * own prices, the house's quotes, time or the log, and decides nothing.
 *
 *   X1. The same events give the same state: live, after a restart, at any cut of the log.
 *   X2. Per asset, accounts + house + fees taken is constant after an account is opened.
 *   X3. No available balance is ever negative.
 *   X4. A final order never changes again.
 */
import { divide, formatUnits, invariant, notionalUnits, parseUnits, pow10, unreachable } from '../base/index.ts';
import type { DeskOrderState, DeskProtection } from '../ports/index.ts';
import { COST_SCALE, balanceOf, changeBalance } from './account.ts';
import type { Account } from './account.ts';
import { Book } from './book.ts';
import type { LogEvent, TradeParty } from './event.ts';
import type { Listing, Listings } from './listing.ts';
import { heldAsset, heldFor, isFinal, mayRest, remainingUnits } from './order.ts';
import type { Order } from './order.ts';

/** Fees of one account and asset that no record shows yet. */
export type FeesToCome = { readonly accountId: string; readonly symbol: string; readonly asset: string; readonly throughMs: number; units: bigint };

type Of<Type extends LogEvent['type']> = Extract<LogEvent, { type: Type }>;

export class State {
  readonly instruments: ReadonlyMap<string, Listing>;
  readonly scales: ReadonlyMap<string, number>;
  seq = 0;
  atMs = 0;
  matches = 0;
  feeRecords = 0;
  readonly accounts = new Map<string, Account>();
  readonly orders = new Map<string, Order>();
  readonly books = new Map<string, Book>();
  readonly waiting = new Set<Order>(); // live orders to which something happens at a known time
  readonly house = new Map<string, bigint>(); // the house may owe: it is as deep as it must be
  readonly feesTaken = new Map<string, bigint>();
  readonly feesToCome = new Map<string, FeesToCome>();
  readonly markets = new Map<string, { readonly price: string; readonly cursorMs: number }>();

  constructor({ listings, scales }: Listings) {
    this.instruments = new Map(listings.map((listing) => [listing.symbol, listing]));
    this.scales = scales;
    for (const { symbol } of listings) this.books.set(symbol, new Book());
  }

  account(accountId: string): Account {
    const account = this.accounts.get(accountId);
    invariant(account !== undefined, `account ${accountId} is open`);
    return account;
  }

  order(orderId: string): Order {
    const order = this.orders.get(orderId);
    invariant(order !== undefined, `order ${orderId} exists`);
    return order;
  }

  book(symbol: string): Book {
    const book = this.books.get(symbol);
    invariant(book !== undefined, `${symbol} is traded here`);
    return book;
  }

  apply(event: LogEvent): void {
    invariant(event.seq === this.seq + 1 && event.atMs >= this.atMs, `event ${event.seq} follows event ${this.seq}, and time does not go back`);
    this.seq = event.seq;
    this.atMs = event.atMs;
    switch (event.type) {
      case 'account': return this.#openAccount(event);
      case 'account-blocked': return void (this.account(event.accountId).blocked = event.reason ?? undefined);
      case 'order': return this.#addOrder(event);
      case 'new': return this.#activate(event);
      case 'triggered': return this.#trigger(event);
      case 'trade': return this.#trade(event);
      case 'cancel': {
        const order = this.#change(event);
        order.cancelAtMs = event.dueAtMs;
        this.waiting.add(order);
        return;
      }
      case 'cancelled':
      case 'expired':
      case 'rejected': return this.#end(event, event.type, event.reason, event.protection);
      case 'dead-man-set': return void (this.account(event.accountId).deadManEndsAtMs = event.endsAtMs ?? undefined);
      case 'dead-man-ran-out': return void (this.account(event.accountId).deadManEndsAtMs = undefined);
      case 'replace': {
        this.order(event.orderId).replacedBy = event.replacedBy;
        return this.#end(event, 'replaced', undefined);
      }
      case 'fee': return this.#recordFee(event);
      case 'market': return void this.markets.set(event.symbol, { price: event.price, cursorMs: event.cursorMs });
      case 'disconnected':
      case 'refused': return;
      default: return unreachable(event);
    }
  }

  #openAccount(event: Of<'account'>): void {
    const account: Account = {
      id: event.accountId, createdAtMs: event.atMs, blocked: undefined,
      balances: new Map(), costs: new Map(), orders: [], live: new Set(), byClientId: new Map(), trades: [], fees: [], deadManEndsAtMs: undefined,
    };
    for (const [asset, amount] of Object.entries(event.balances)) {
      const scale = this.scaleOf(asset);
      const totalUnits = parseUnits(amount, scale);
      account.balances.set(asset, { totalUnits, heldUnits: 0n });
      const entryPrice = event.entryPrices[asset];
      if (entryPrice !== undefined) account.costs.set(asset, divide(totalUnits * parseUnits(entryPrice, COST_SCALE), pow10(scale), 'down'));
    }
    this.accounts.set(account.id, account);
  }

  #addOrder(event: Of<'order'>): void {
    const instrument = this.instruments.get(event.symbol);
    invariant(instrument !== undefined, `${event.symbol} is traded here`);
    const price = (text: string | null): bigint | undefined => (text === null ? undefined : parseUnits(text, instrument.priceScale));
    const order: Order = {
      id: event.orderId, accountId: event.accountId, clientOrderId: event.clientOrderId, instrument,
      side: event.side, type: event.orderType, timeInForce: event.timeInForce,
      quantityUnits: parseUnits(event.quantity, instrument.quantityScale),
      limitPriceUnits: price(event.limitPrice), stopPriceUnits: price(event.stopPrice), worstPriceUnits: parseUnits(event.worstPrice, instrument.priceScale),
      replaces: event.replaces ?? undefined, createdAtMs: event.atMs, activeAtMs: event.activeAtMs, expiresAtMs: event.expiresAtMs ?? undefined,
      notional: event.notional, extendedHours: event.extendedHours ?? false,
      state: 'accepted', filledUnits: 0n, filledValueUnits: 0n, priority: 0, waitingForStop: event.orderType === 'stop-limit',
      cancelAtMs: undefined, reason: undefined, protection: undefined, replacedBy: undefined, updatedAtMs: event.atMs, endedAtMs: undefined, shown: undefined,
    };
    const account = this.account(order.accountId);
    changeBalance(account, heldAsset(order), 0n, heldFor(order, order.quantityUnits));
    account.orders.push(order);
    account.live.add(order);
    account.byClientId.set(order.clientOrderId, order);
    this.orders.set(order.id, order);
    this.waiting.add(order);
  }

  #activate(event: Of<'new'>): void {
    const order = this.#change(event);
    order.state = 'new';
    order.priority = event.seq;
    if (order.expiresAtMs === undefined && order.cancelAtMs === undefined) this.waiting.delete(order);
    if (order.waitingForStop || mayRest(order)) this.book(order.instrument.symbol).insert(order);
  }

  #trigger(event: Of<'triggered'>): void {
    const order = this.#change(event);
    const book = this.book(order.instrument.symbol);
    book.remove(order);
    order.waitingForStop = false;
    order.priority = event.seq;
    if (mayRest(order)) book.insert(order);
  }

  #trade(event: Of<'trade'>): void {
    this.matches = event.match;
    const { taker, maker } = event;
    if (taker !== null) this.#fill(event, taker, 'taker', maker?.accountId ?? 'house');
    if (maker !== null) this.#fill(event, maker, 'maker', taker?.accountId ?? 'house');
    const soldByHouse = taker?.side === 'buy' || maker?.side === 'buy';
    if (taker === null || maker === null) this.#settleHouse(event, soldByHouse ? -1n : 1n);
  }

  #fill(event: Of<'trade'>, party: TradeParty, liquidity: 'maker' | 'taker', counterparty: string): void {
    const order = this.#change({ orderId: party.orderId, atMs: event.atMs });
    const account = this.account(order.accountId);
    const { instrument, side } = order;
    const quantityUnits = parseUnits(event.quantity, instrument.quantityScale);
    const valueUnits = notionalUnits(instrument, quantityUnits, parseUnits(event.price, instrument.priceScale));
    const feeUnits = parseUnits(party.fee, this.scaleOf(party.feeAsset));
    const [paid, paidUnits, gained, gainedUnits] = side === 'buy'
      ? [instrument.quote, valueUnits, instrument.base, quantityUnits * instrument.baseFactor] as const
      : [instrument.base, quantityUnits * instrument.baseFactor, instrument.quote, valueUnits] as const;
    this.#carryCost(account, order, quantityUnits * instrument.baseFactor, valueUnits);
    changeBalance(account, paid, -paidUnits, -heldFor(order, quantityUnits));
    changeBalance(account, gained, gainedUnits - feeUnits, 0n);
    add(this.feesTaken, party.feeAsset, feeUnits);
    this.#owe(account.id, instrument.symbol, party, feeUnits);

    order.filledUnits += quantityUnits;
    order.filledValueUnits += valueUnits;
    invariant(order.filledUnits <= order.quantityUnits, `order ${order.id} is not filled beyond its quantity`);
    order.state = remainingUnits(order) === 0n ? 'filled' : 'partially-filled';
    account.trades.push({
      trade: {
        id: `${String(event.match).padStart(12, '0')}-${liquidity}`, accountId: account.id, orderId: order.id, symbol: instrument.symbol, side,
        quantity: event.quantity, price: event.price, orderState: order.state, atMs: event.atMs,
        leavesQuantity: formatUnits(remainingUnits(order), instrument.quantityScale),
        cumulativeQuantity: formatUnits(order.filledUnits, instrument.quantityScale),
      },
      match: event.match, liquidity, feeAsset: party.feeAsset, fee: party.fee, counterparty,
    });
    if (order.state === 'filled') this.#close(order, event.atMs);
  }

  /** The cost of a base asset grows by what was paid, and shrinks with the share that was sold. */
  #carryCost(account: Account, order: Order, tradedUnits: bigint, valueUnits: bigint): void {
    const { base, quoteScale } = order.instrument;
    const cost = account.costs.get(base) ?? 0n;
    const total = balanceOf(account, base).totalUnits;
    if (order.side === 'buy') account.costs.set(base, cost + valueUnits * pow10(COST_SCALE - quoteScale));
    else account.costs.set(base, total === 0n ? 0n : divide(cost * (total - tradedUnits), total, 'down'));
  }

  #settleHouse(event: Of<'trade'>, gains: bigint): void {
    const instrument = this.instruments.get(event.symbol);
    invariant(instrument !== undefined, `${event.symbol} is traded here`);
    const quantityUnits = parseUnits(event.quantity, instrument.quantityScale);
    const valueUnits = notionalUnits(instrument, quantityUnits, parseUnits(event.price, instrument.priceScale));
    add(this.house, instrument.base, gains * quantityUnits * instrument.baseFactor);
    add(this.house, instrument.quote, -gains * valueUnits);
  }

  #owe(accountId: string, symbol: string, { feeAsset, feeThroughMs }: TradeParty, units: bigint): void {
    if (units === 0n) return;
    const key = feeKey(accountId, feeAsset, feeThroughMs);
    const known = this.feesToCome.get(key);
    if (known === undefined) this.feesToCome.set(key, { accountId, symbol, asset: feeAsset, throughMs: feeThroughMs, units });
    else known.units += units;
  }

  #recordFee(event: Of<'fee'>): void {
    this.feeRecords += 1;
    this.feesToCome.delete(feeKey(event.accountId, event.asset, event.throughMs));
    const { feeId: id, accountId, symbol, asset, amount, atMs, throughMs } = event;
    this.account(accountId).fees.push({ id, accountId, symbol, asset, amount, atMs, throughMs });
  }

  #end(event: { readonly orderId: string; readonly atMs: number }, state: DeskOrderState, reason: string | undefined, protection?: DeskProtection): void {
    const order = this.#change(event);
    order.state = state;
    order.reason = reason;
    order.protection = protection;
    changeBalance(this.account(order.accountId), heldAsset(order), 0n, -heldFor(order, remainingUnits(order)));
    this.#close(order, event.atMs);
  }

  #close(order: Order, atMs: number): void {
    order.endedAtMs = atMs;
    this.account(order.accountId).live.delete(order);
    this.waiting.delete(order);
    this.book(order.instrument.symbol).remove(order);
  }

  #change(event: { readonly orderId: string; readonly atMs: number }): Order {
    const order = this.order(event.orderId);
    invariant(!isFinal(order.state), `order ${order.id}, which is ${order.state}, never changes again`); // X4
    order.updatedAtMs = event.atMs;
    order.shown = undefined;
    return order;
  }

  scaleOf(asset: string): number {
    const scale = this.scales.get(asset);
    invariant(scale !== undefined, `${asset} is an asset of this exchange`);
    return scale;
  }
}

const feeKey = (accountId: string, asset: string, throughMs: number): string => `${accountId}\n${asset}\n${throughMs}`;

function add(sums: Map<string, bigint>, asset: string, units: bigint): void {
  sums.set(asset, (sums.get(asset) ?? 0n) + units);
}
