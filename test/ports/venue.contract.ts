/**
 * What every venue owes the core, shown against a live peer whose own record is the oracle. One suite; each venue's test
 * file runs it over its own protocol.
 *
 * The heart of it: whatever happens on the way, a definite word is true. `accepted` means that the peer has the order,
 * `refused` and `not-sent` that it has not; a capability that is declared is shown.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatUnits, notionalUnits, parseUnits, tryParseUnits } from '../../src/base/index.ts';
import type { Instrument, Side } from '../../src/base/index.ts';
import type { FaultRule } from '../../src/dialects/faults/index.ts';
import type { Exchange } from '../../src/exchange/index.ts';
import type { Activity, DeadManResult, FindResult, OrderReport, Read, SubmitResult, Unread, Venue, VenueEvent, VenueOrder } from '../../src/ports/index.ts';
import type { VirtualClock } from '../../src/sim/index.ts';

export type VenuePeer = {
  readonly venue: Venue;
  /** The same venue, with keys it does not know. */
  readonly locked: Venue;
  readonly exchange: Exchange;
  readonly accountId: string;
  readonly symbol: string; // its price stands still until moved, between a bid and an ask of the house
  readonly clock: VirtualClock;
  /** What goes wrong at the peer from now on. */
  faults(rules: readonly Partial<FaultRule>[]): void;
  /** What of its own words was told as thrown away, from the first on. */
  readonly unread: readonly Unread[];
  /** The peer says this on every stream it has open. */
  say(frame: string | Uint8Array): void;
  /** From now on the peer will not cancel this order, and says so. */
  stuck(venueOrderId: string): void;
  /** Cuts every connection between the two. */
  cut(): void;
};

const patienceMs = 10_000;
const final = new Set(['filled', 'cancelled', 'expired', 'rejected']);

function valueOf<T>(read: Read<T>): T {
  assert.ok(read.kind === 'read', read.kind === 'unclear' ? read.why : '');
  return read.value;
}

const idsOf = (orders: readonly { readonly clientOrderId: string | undefined }[]): readonly string[] => orders.map(({ clientOrderId }) => clientOrderId ?? 'none').toSorted();

/** One test's view of a peer. */
class Trial {
  readonly peer: VenuePeer;
  readonly instrument: Instrument;
  #count = 0;

  constructor(peer: VenuePeer, instrument: Instrument) {
    this.peer = peer;
    this.instrument = instrument;
  }

  get venue(): Venue { return this.peer.venue; }
  until<T>(promise: Promise<T>): Promise<T> { return this.peer.clock.until(promise, 600_000); }
  settle(): Promise<void> { return this.peer.clock.runFor(1_000); }

  order(change: Partial<VenueOrder> = {}): VenueOrder {
    const { instrument } = this;
    this.#count += 1;
    return { clientOrderId: `trial-${this.#count}`, instrument, side: 'buy', type: 'limit', timeInForce: 'gtc', quantityUnits: parseUnits('0.01', instrument.quantityScale), limitPriceUnits: this.price(0.9), ...change };
  }
  /** A price at this part of the market's. */
  price(part: number): bigint {
    const quote = this.peer.exchange.quote(this.instrument.symbol) ?? assert.fail('there is no market');
    return (parseUnits(quote.last, this.instrument.priceScale) * BigInt(Math.round(part * 1_000))) / 1_000n;
  }
  submit(order: VenueOrder): Promise<SubmitResult> { return this.until(this.venue.submit(order, patienceMs)); }
  async accepted(order: VenueOrder): Promise<OrderReport> {
    const result = await this.submit(order);
    assert.ok(result.kind === 'accepted', JSON.stringify(result.kind === 'accepted' ? 'accepted' : result));
    return result.report;
  }
  find(clientOrderId: string): Promise<FindResult> { return this.until(this.venue.findByClientOrderId(clientOrderId, patienceMs)); }
  async found(clientOrderId: string): Promise<OrderReport> {
    const result = await this.find(clientOrderId);
    assert.ok(result.kind === 'found', result.kind);
    return result.report;
  }
  async activity(cursor = ''): Promise<Activity> { return valueOf(await this.until(this.venue.activity(cursor, 60_000))); }
  async openIds(): Promise<readonly string[]> { return idsOf(valueOf(await this.until(this.venue.openOrders(patienceMs)))); }
  /** How many orders the peer itself has under this id. */
  atPeer(clientOrderId: string): number { return this.peer.exchange.oracle.orders().filter((order) => order.clientOrderId === clientOrderId).length; }
  async trade(side: Side, quantity = '0.01'): Promise<OrderReport> {
    const order = this.order({ side, quantityUnits: parseUnits(quantity, this.instrument.quantityScale), limitPriceUnits: this.price(side === 'buy' ? 1.02 : 0.98) });
    await this.accepted(order);
    await this.settle();
    const report = await this.found(order.clientOrderId);
    assert.equal(report.state, 'filled');
    return report;
  }
}

/** @param start a peer of its own for each test, in the same state each time */
export function venueContract(name: string, start: () => Promise<VenuePeer>): void {
  const trial = (title: string, run: (trial: Trial) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => {
      const peer = await start();
      const [instrument] = valueOf(await peer.clock.until(peer.venue.instruments([peer.symbol])));
      assert.ok(instrument !== undefined);
      await run(new Trial(peer, instrument));
      await peer.exchange.stop();
    });
  };

  trial('instruments have the steps and minimums of the peer, and room for a value without rounding', async (t) => {
    const { instrument, peer } = t;
    const own = peer.exchange.instruments().find(({ symbol }) => symbol === peer.symbol) ?? assert.fail('unknown to its own peer');
    const inText = (one: Instrument) => [formatUnits(one.quantityStepUnits, one.quantityScale), formatUnits(one.minQuantityUnits, one.quantityScale), formatUnits(one.priceTickUnits, one.priceScale), formatUnits(one.minNotionalUnits, one.quoteScale)];
    assert.deepEqual(inText(instrument), inText(own));
    assert.ok(notionalUnits(instrument, 1n, 1n) > 0n);
    assert.equal((await t.until(t.venue.instruments(['NOBODY/LISTS']))).kind, 'unclear');
  });

  trial('an order is accepted, found by both its ids, listed, cancelled once, and still found afterwards', async (t) => {
    const order = t.order();
    const report = await t.accepted(order);
    assert.equal(t.atPeer(order.clientOrderId), 1);
    assert.equal((await t.found(order.clientOrderId)).venueOrderId, report.venueOrderId);
    assert.equal((await t.until(t.venue.find(report.venueOrderId, patienceMs))).kind, 'found');
    assert.deepEqual(await t.openIds(), [order.clientOrderId]);
    assert.deepEqual(await t.until(t.venue.cancel(report, patienceMs)), { kind: 'requested' });
    await t.settle();
    const after = await t.found(order.clientOrderId);
    assert.deepEqual([after.state, after.filledUnits, after.limitPriceUnits, after.side, after.quantityUnits], ['cancelled', 0n, order.limitPriceUnits, 'buy', order.quantityUnits]);
    assert.equal((await t.until(t.venue.cancel(report, patienceMs))).kind, 'not-cancelable');
    assert.deepEqual(await t.openIds(), []);
    assert.deepEqual(t.peer.unread, []);
  });

  trial('each type of order keeps its prices and its sides', async (t) => {
    for (const change of [
      { side: 'sell', limitPriceUnits: t.price(1.1) }, { type: 'stop-limit', stopPriceUnits: t.price(1.1), limitPriceUnits: t.price(1.2) },
      { type: 'limit', timeInForce: 'ioc' },
    ] satisfies Partial<VenueOrder>[]) {
      const order = t.order(change);
      await t.accepted(order);
      const report = await t.found(order.clientOrderId);
      assert.deepEqual([report.side, report.type, report.quantityUnits, report.limitPriceUnits], [order.side, order.type, order.quantityUnits, order.limitPriceUnits]);
    }
    const { limitPriceUnits: _none, ...market } = t.order({ type: 'market' });
    await t.accepted(market);
    await t.settle();
    assert.equal((await t.found(market.clientOrderId)).state, 'filled');
  });

  trial('an id of the greatest length, with every character allowed, comes back as it was', async (t) => {
    const { clientOrderIdMaxLength, clientOrderIdAlphabet } = t.venue.capabilities;
    const allowed = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter((character) => new RegExp(`[${clientOrderIdAlphabet}]`).test(character)).join('');
    for (let at = 0; at < allowed.length; at += clientOrderIdMaxLength) {
      const clientOrderId = (allowed.slice(at) + allowed).slice(0, clientOrderIdMaxLength);
      await t.accepted(t.order({ clientOrderId }));
      assert.equal((await t.found(clientOrderId)).clientOrderId, clientOrderId);
    }
  });

  trial('what a client order id guarantees is what the venue declares', async (t) => {
    const { orderIds } = t.venue.capabilities;
    const again = async (order: VenueOrder): Promise<readonly [string, number]> => [(await t.submit(order)).kind, t.atPeer(order.clientOrderId)];
    const live = t.order();
    const report = await t.accepted(live);
    const whileLive = await again(live);
    await t.until(t.venue.cancel(report, patienceMs));
    await t.settle();
    const cancelled = await again(live);
    const filled = t.order({ limitPriceUnits: t.price(1.02) });
    await t.accepted(filled);
    await t.settle();
    const afterFill = await again(filled);
    const expected = {
      'unique-forever': [['duplicate', 1], ['duplicate', 1], ['duplicate', 1]],
      'returns-original': [['accepted', 1], ['accepted', 1], ['accepted', 1]],
      'unique-while-live': [['duplicate', 1], ['accepted', 2], ['accepted', 2]],
      'not-enforced': [['accepted', 2], ['accepted', 3], ['accepted', 2]],
      none: [['accepted', 2], ['accepted', 3], ['accepted', 2]],
    }[orderIds];
    assert.deepEqual([whileLive, cancelled, afterFill], expected);
  });

  trial('a refused order is refused with a reason, and is not at the peer', async (t) => {
    const refused = async (change: Partial<VenueOrder>): Promise<string> => {
      const order = t.order(change);
      const result = await t.submit(order);
      assert.ok(result.kind === 'refused', `${result.kind}: ${'why' in result ? result.why : ''}`);
      assert.equal(t.atPeer(order.clientOrderId), 0);
      assert.equal((await t.find(order.clientOrderId)).kind, 'absent');
      return result.reason;
    };
    assert.equal(await refused({ quantityUnits: parseUnits('100000', t.instrument.quantityScale) }), 'insufficient-balance');
    assert.equal(await refused({ side: 'sell', quantityUnits: parseUnits('100000', t.instrument.quantityScale), limitPriceUnits: t.price(1.1) }), 'insufficient-balance');
    assert.equal(await refused({ quantityUnits: t.instrument.minNotionalUnits / notionalUnits(t.instrument, 1n, t.price(1)) }), 'below-minimum');
    await t.accepted(t.order({ side: 'sell', limitPriceUnits: t.price(1.1) }));
    assert.equal(await refused({ limitPriceUnits: t.price(1.2), type: 'limit' }), 'self-match');
  });

  trial('keys that the peer does not know are an access problem, never an empty account or an absent order', async (t) => {
    const { locked } = t.peer;
    const order = t.order();
    const result = await t.until(locked.submit(order, patienceMs));
    assert.ok(result.kind === 'refused' && result.access === true);
    assert.equal(t.atPeer(order.clientOrderId), 0);
    assert.equal((await t.until(locked.findByClientOrderId('trial-1', patienceMs))).kind, 'unclear');
    for (const read of await t.until(Promise.all([locked.balances(patienceMs), locked.openOrders(patienceMs), locked.activity('', patienceMs)]))) assert.ok(read.kind === 'unclear' && read.access === true);
  });

  trial('a blocked account is told, and its orders are refused', async (t) => {
    await t.peer.exchange.blockAccount(t.peer.accountId, 'under review');
    assert.ok(valueOf(await t.until(t.venue.balances(patienceMs))).blocked !== undefined);
    const order = t.order();
    assert.equal((await t.submit(order)).kind, 'refused');
    assert.equal(t.atPeer(order.clientOrderId), 0);
    await t.peer.exchange.blockAccount(t.peer.accountId, undefined);
    assert.equal(valueOf(await t.until(t.venue.balances(patienceMs))).blocked, undefined);
    await t.accepted(t.order());
  });

  trial('one request cancels every open order of the account, whoever placed it, and nothing of it is said of what is not open', async (t) => {
    const { venue, peer } = t;
    if (venue.cancelAll === undefined) return;
    const cancelAll = () => t.until(venue.cancelAll?.(patienceMs) ?? assert.fail());
    assert.deepEqual(await cancelAll(), { kind: 'requested', left: [] }, 'of nothing');
    for (let count = 0; count < 5; count += 1) await t.accepted(t.order());
    const stranger = await t.until(peer.exchange.place(peer.accountId, { clientOrderId: undefined, symbol: peer.symbol, side: 'sell', type: 'limit', timeInForce: 'gtc', quantity: '0.01', limitPrice: '90000', stopPrice: undefined }));
    assert.equal(stranger.kind, 'placed');
    const filled = await t.trade('buy');
    assert.deepEqual(await cancelAll(), { kind: 'requested', left: [] });
    await t.settle();
    assert.deepEqual(await t.openIds(), []);
    const states = peer.exchange.oracle.orders().map(({ clientOrderId, state }) => [clientOrderId === filled.clientOrderId, state]);
    assert.deepEqual(states.filter(([isFilled]) => isFilled).map(([, state]) => state), ['filled']);
    assert.deepEqual(new Set(states.filter(([isFilled]) => !isFilled).map(([, state]) => state)), new Set(['cancelled']));
    const events = peer.exchange.oracle.log().length;
    assert.deepEqual(await cancelAll(), { kind: 'requested', left: [] }, 'again');
    assert.equal(peer.exchange.oracle.log().length, events, 'and nothing comes of it');
  });

  trial('of all that are to be cancelled, those that the peer would not are named one by one', async (t) => {
    const { venue, peer } = t;
    if (venue.cancelAll === undefined) return;
    const [stays, , alsoStays] = [await t.accepted(t.order()), await t.accepted(t.order()), await t.accepted(t.order())];
    for (const { venueOrderId } of [stays, alsoStays]) peer.stuck(venueOrderId);
    const result = await t.until(venue.cancelAll(patienceMs));
    assert.ok(result.kind === 'requested', result.kind);
    assert.deepEqual(result.left.map(({ venueOrderId }) => venueOrderId).toSorted(), [stays.venueOrderId, alsoStays.venueOrderId].toSorted());
    for (const { why } of result.left) assert.ok(why.length > 0);
    await t.settle();
    assert.deepEqual(await t.openIds(), idsOf([stays, alsoStays]));
  });

  trial('when the answer to a cancel of all is lost or cannot be read nothing is claimed, and the list tells', async (t) => {
    const { venue, peer } = t;
    for (const fault of ['request-lost', 'answer-lost', 'accepted-then-5xx', 'html-error', 'rate-limited'] as const) {
      if (venue.cancelAll === undefined) return;
      const order = t.order();
      await t.accepted(order);
      peer.faults([{ on: 'order.cancel', fault }]);
      const result = await t.until(venue.cancelAll(patienceMs));
      assert.equal(result.kind, fault === 'rate-limited' ? 'not-sent' : 'unknown', fault);
      peer.faults([]);
      await peer.clock.runFor(61_000);
      assert.equal(peer.exchange.oracle.orders().find((one) => one.clientOrderId === order.clientOrderId)?.state === 'cancelled', (await t.openIds()).length === 0);
      await t.until(venue.cancelAll(patienceMs));
      await t.settle();
    }
  });

  trial('what a venue does of itself when we fall silent is what it declares', async (t) => {
    const { deadManTimer, cancelOnDisconnect } = t.venue.capabilities;
    assert.equal(t.venue.deadMan !== undefined, deadManTimer);
    for (const hasStream of [false, true]) {
      const stop = hasStream ? t.venue.stream(() => undefined) : () => undefined;
      const order = t.order();
      await t.accepted(order);
      await t.settle();
      stop();
      await t.peer.clock.runFor(600_000);
      assert.equal((await t.found(order.clientOrderId)).state, hasStream && cancelOnDisconnect ? 'cancelled' : 'working', hasStream ? 'after a stream that ended' : 'without a stream');
    }
  });

  trial('the dead-man timer cancels everything when it is not set again, and nothing before', async (t) => {
    const { deadMan } = t.venue;
    if (deadMan === undefined) return;
    const withinMs = Math.max(10_000, deadMan.shortestMs);
    const arm = () => t.until(deadMan.arm({ withinMs }, patienceMs));
    const orders = [t.order(), t.order({ side: 'sell', limitPriceUnits: t.price(1.1) })];
    for (const order of orders) await t.accepted(order);
    for (let round = 0; round < 6; round += 1) {
      assert.deepEqual(await arm(), { kind: 'done' });
      await t.peer.clock.runFor(withinMs - 1_000);
      assert.equal((await t.openIds()).length, 2);
    }
    await t.peer.clock.runFor(1_000);
    assert.deepEqual(await t.openIds(), []);
    for (const { clientOrderId } of orders) {
      const { state, reason } = await t.found(clientOrderId);
      assert.ok(state === 'cancelled' && reason !== undefined && reason.length > 0, 'with the reason of the venue');
    }
    const later = t.order();
    await t.accepted(later);
    await t.peer.clock.runFor(10 * withinMs);
    assert.deepEqual(await t.openIds(), [later.clientOrderId], 'it ran out once, and is off');
  });

  trial('the dead-man timer is ended by that alone, and by nothing that was lost on the way', async (t) => {
    const { deadMan } = t.venue;
    if (deadMan === undefined) return;
    const withinMs = Math.max(60_000, deadMan.shortestMs);
    const order = t.order();
    await t.accepted(order);
    assert.deepEqual(await t.until(deadMan.arm({ withinMs }, patienceMs)), { kind: 'done' });
    assert.deepEqual(await t.until(deadMan.disarm(patienceMs)), { kind: 'done' });
    assert.deepEqual(await t.until(deadMan.disarm(patienceMs)), { kind: 'done' }, 'again');
    await t.peer.clock.runFor(2 * withinMs);
    assert.deepEqual(await t.openIds(), [order.clientOrderId]);
    for (const outOfBounds of [deadMan.shortestMs - 1, deadMan.longestMs + 1]) assert.equal((await t.until(deadMan.arm({ withinMs: outOfBounds }, patienceMs))).kind, 'refused');
    await t.peer.clock.runFor(2 * withinMs);
    assert.deepEqual(await t.openIds(), [order.clientOrderId], 'what was refused is not set');
    for (const fault of ['request-lost', 'answer-lost', 'accepted-then-5xx', 'html-error', 'unauthorized', 'rate-limited'] as const) {
      t.peer.faults([{ on: 'any', fault }]);
      const said: DeadManResult = await t.until(deadMan.arm({ withinMs }, patienceMs));
      assert.equal(said.kind, fault === 'unauthorized' ? 'refused' : fault === 'rate-limited' ? 'not-sent' : 'unknown', fault);
      t.peer.faults([]);
      await t.peer.clock.runFor(20_000);
      assert.equal((await t.until(deadMan.disarm(patienceMs))).kind, 'done');
    }
    assert.deepEqual(await t.openIds(), [order.clientOrderId]);
  });

  trial('an order nobody placed is absent', async (t) => {
    assert.equal((await t.find('never-placed')).kind, 'absent');
    assert.equal((await t.until(t.venue.find('11111111-2222-4333-8444-555555555555', patienceMs))).kind, 'absent');
    assert.equal((await t.until(t.venue.cancel({ venueOrderId: '11111111-2222-4333-8444-555555555555' }, patienceMs))).kind, 'not-found');
  });

  trial("fills are the peer's own trades, each once, in the order of their time, over any number of readings", async (t) => {
    const seen: Activity['fills'][number][] = [];
    let cursor = '';
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < round * 3; i++) await t.accepted(t.order({ side: i % 2 === 0 ? 'buy' : 'sell', quantityUnits: parseUnits('0.001', t.instrument.quantityScale), limitPriceUnits: t.price(i % 2 === 0 ? 1.02 : 0.98) }));
      if (round % 3 === 2) await t.peer.clock.runFor(20_000);
      const activity = await t.activity(cursor);
      seen.push(...activity.fills);
      cursor = activity.cursor;
    }
    await t.settle();
    seen.push(...(await t.activity(cursor)).fills);
    const text = (fill: Activity['fills'][number]) => [fill.venueOrderId, fill.side, formatUnits(fill.quantityUnits, t.instrument.quantityScale), formatUnits(fill.priceUnits, t.instrument.priceScale), fill.atMs].join(' ');
    const scaled = (value: string, scale: number) => formatUnits(parseUnits(value, scale), scale);
    const truth = t.peer.exchange.oracle.trades().map((trade) => [trade.orderId, trade.side, scaled(trade.quantity, 9), scaled(trade.price, 9), trade.atMs].join(' '));
    assert.ok(truth.length > 150, `${truth.length} trades`);
    assert.deepEqual(seen.map(text).toSorted(), truth.toSorted());
    assert.equal(new Set(seen.map(({ fillId }) => fillId)).size, seen.length);
    assert.deepEqual((await t.activity('')).fills.map(({ fillId }) => fillId).toSorted(), seen.map(({ fillId }) => fillId).toSorted());
    for (const order of t.peer.exchange.oracle.orders()) {
      const fills = seen.filter(({ venueOrderId }) => venueOrderId === order.id);
      assert.deepEqual(fills.map(({ atMs }) => atMs), fills.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
      assert.equal(fills.reduce((sum, { quantityUnits }) => sum + quantityUnits, 0n), parseUnits(order.filledQuantity, t.instrument.quantityScale));
    }
  });

  trial('fee records name what was taken, in which asset, and up to when', async (t) => {
    for (let round = 0; round < 3; round++) {
      await t.trade('buy');
      await t.trade('sell', '0.004');
      await t.peer.clock.runFor(61_000);
    }
    const activity = await t.activity();
    const truth = t.peer.exchange.oracle.fees();
    assert.ok(truth.length >= 4, `${truth.length} records`);
    const scale = (asset: string) => (asset === t.instrument.base ? t.instrument.quantityScale : t.instrument.quoteScale);
    const inUnits = ({ asset, amount, throughMs }: { asset: string; amount: string; throughMs: number }) => ({ asset, units: tryParseUnits(amount, scale(asset)), throughMs });
    assert.deepEqual(activity.fees.map(({ asset, amountText, throughMs }) => inUnits({ asset, amount: amountText, throughMs })), truth.map(inUnits));
    assert.equal(new Set(activity.fees.map(({ feeId }) => feeId)).size, truth.length);
    assert.deepEqual((await t.activity(activity.cursor)).fees, []);
  });

  trial("balances are the peer's own, held or free", async (t) => {
    await t.trade('buy');
    await t.accepted(t.order());
    const { assets } = valueOf(await t.until(t.venue.balances(patienceMs)));
    const truth = t.peer.exchange.account(t.peer.accountId).balances;
    for (const [asset, { total }] of Object.entries(truth)) if (parseUnits(total, 18) !== 0n) assert.equal(parseUnits(assets[asset] ?? '0', 18), parseUnits(total, 18), asset);
    assert.deepEqual(Object.keys(assets).filter((asset) => truth[asset] === undefined), []);
  });

  trial('a quote is the best bid and ask of the peer', async (t) => {
    const [quote] = valueOf(await t.until(t.venue.quotes([t.peer.symbol], patienceMs)));
    const truth = t.peer.exchange.quote(t.peer.symbol) ?? assert.fail('there is no market');
    assert.deepEqual([quote?.symbol, quote?.bidUnits, quote?.askUnits], [t.peer.symbol, parseUnits(truth.bid, t.instrument.priceScale), parseUnits(truth.ask, t.instrument.priceScale)]);
  });

  trial('hundreds of open orders are listed, every one', async (t) => {
    const ids: string[] = [];
    for (let round = 0; round < 12; round++) {
      const orders = Array.from({ length: 90 }, () => t.order({ quantityUnits: parseUnits('0.0003', t.instrument.quantityScale) }));
      ids.push(...orders.map(({ clientOrderId }) => clientOrderId));
      for (const result of await t.until(Promise.all(orders.map((order) => t.venue.submit(order, patienceMs))))) assert.equal(result.kind, 'accepted');
    }
    assert.deepEqual(await t.openIds(), ids.toSorted());
  });

  trial('the stream tells what happens to an order, and comes back after a cut', async (t) => {
    const told: VenueEvent[] = [];
    const stop = t.venue.stream((event) => void told.push(event));
    const connected = () => told.filter(({ kind }) => kind === 'connected').length;
    const states = (clientOrderId: string) => told.flatMap((event) => (event.kind === 'order' && event.report.clientOrderId === clientOrderId ? [event.report.state] : []));
    assert.ok(await t.peer.clock.runUntil(() => connected() === 1, patienceMs));
    const order = t.order();
    const report = await t.accepted(order);
    await t.settle();
    assert.ok(states(order.clientOrderId).includes('working'));
    t.peer.cut();
    assert.ok(await t.peer.clock.runUntil(() => connected() === 2, 60_000));
    assert.equal(told.filter(({ kind }) => kind === 'disconnected').length, 1);
    await t.until(t.venue.cancel(report, patienceMs));
    const filled = await t.trade('buy');
    const endsItself = t.venue.capabilities.cancelOnDisconnect; // while nobody could be told
    assert.equal(endsItself ? (await t.found(order.clientOrderId)).state : states(order.clientOrderId).at(-1), 'cancelled');
    assert.equal(states(filled.clientOrderId ?? '').at(-1), 'filled');
    await t.peer.clock.runFor(120_000); // quiet, and nothing is given up
    assert.equal(connected(), 2);
    stop();
    await t.settle();
    const before = told.length;
    await t.trade('buy');
    assert.equal(told.length, before);
  });

  trial('a frame that cannot be read is told once, by its reason, and nothing else comes of it', async (t) => {
    const told: VenueEvent[] = [];
    const stop = t.venue.stream((event) => void told.push(event));
    assert.ok(await t.peer.clock.runUntil(() => told.length === 1, patienceMs));
    const garbage = ['', 'x', '{', '[]', '{}', 'null', '"word"', new Uint8Array([0xff, 0xfe]), new Uint8Array(0), '{"a":1,"a":2}', '['.repeat(500)];
    for (const [i, frame] of garbage.entries()) {
      t.peer.say(frame);
      await t.settle();
      assert.deepEqual([t.peer.unread.length, t.peer.unread.at(-1)?.from, told.length], [i + 1, 'stream', 1], String(frame));
    }
    const filled = await t.trade('buy'); // the stream goes on
    assert.ok(told.some((event) => event.kind === 'order' && event.report.clientOrderId === filled.clientOrderId));
    assert.equal(t.peer.unread.length, garbage.length);
    stop();
  });

  trial('an answer that cannot be read is told once, beside the outcome that it leaves open', async (t) => {
    const order = t.order();
    t.peer.faults([{ on: 'order.create', fault: 'html-error' }]);
    assert.equal((await t.submit(order)).kind, 'unknown');
    assert.deepEqual(t.peer.unread.map(({ from }) => from), ['answer']);
  });

  for (const fault of ['request-lost', 'request-late', 'answer-lost', 'answer-late', 'accepted-then-5xx', 'error-5xx', 'rate-limited', 'reset', 'reset-after', 'half-open', 'html-error', 'unauthorized', 'wrong-order'] as const) {
    trial(`${fault}: whatever is said of an order is true, and what is unknown is found out`, async (t) => {
      await t.accepted(t.order()); // another one, for answers to be about
      const kinds = new Set<string>();
      for (let round = 0; round < 8; round++) {
        t.peer.faults([{ on: 'order.create', fault, ...(fault.endsWith('-late') ? { delayMs: round % 2 === 0 ? 500 : 15_000 } : {}) }]);
        const order = t.order();
        const result = await t.submit(order);
        kinds.add(result.kind);
        const there = t.atPeer(order.clientOrderId);
        if (result.kind === 'accepted') assert.equal(there, 1);
        if (result.kind === 'refused' || result.kind === 'not-sent') assert.equal(there, 0);
        t.peer.faults([]);
        const { visibilityBoundMs, arrivalBoundMs } = t.venue.capabilities;
        await t.peer.clock.runFor(Math.max(visibilityBoundMs, arrivalBoundMs));
        assert.equal((await t.find(order.clientOrderId)).kind, t.atPeer(order.clientOrderId) === 1 ? 'found' : 'absent');
        if (result.kind === 'refused' || result.kind === 'not-sent') assert.equal(t.atPeer(order.clientOrderId), 0, 'it did not arrive later either');
      }
      const ambiguous = !['rate-limited', 'unauthorized', 'answer-late', 'request-late'].includes(fault);
      if (ambiguous) assert.ok(kinds.has('unknown'), [...kinds].join());
      if (fault === 'rate-limited') assert.deepEqual([...kinds], ['not-sent']);
      if (fault === 'unauthorized') assert.deepEqual([...kinds], ['refused']);
    });
  }

  trial('faults of reading give nothing or the truth: never a short list, another order, or an empty account', async (t) => {
    const open = [t.order(), t.order(), t.order()];
    for (const order of open) await t.accepted(order);
    await t.trade('buy');
    await t.peer.clock.runFor(120_000); // until its fee is on record
    const truth = { activity: await t.activity(), balances: valueOf(await t.until(t.venue.balances(patienceMs))) };
    const sameActivity = ({ fills, fees }: Activity) => assert.deepEqual({ fills, fees }, { fills: truth.activity.fills, fees: truth.activity.fees });
    let clear = 0;
    for (const fault of ['request-lost', 'answer-lost', 'accepted-then-5xx', 'rate-limited', 'reset', 'half-open', 'html-error', 'unauthorized'] as const) {
      for (let round = 0; round < 4; round++) {
        t.peer.faults([{ on: 'any', fault, probability: round === 0 ? 1 : 0.4, delayMs: 1_000 }]);
        const [orders, found, activity, balances, quotes] = await t.until(Promise.all([
          t.venue.openOrders(patienceMs), t.venue.findByClientOrderId(open[0]?.clientOrderId ?? '', patienceMs), t.venue.activity('', patienceMs), t.venue.balances(patienceMs), t.venue.quotes([t.peer.symbol], patienceMs),
        ]));
        if (orders.kind === 'read') assert.deepEqual(idsOf(orders.value), idsOf(open));
        assert.ok(found.kind !== 'absent', `${fault}: an order that is there was called absent`);
        if (activity.kind === 'read') sameActivity(activity.value);
        if (balances.kind === 'read') assert.deepEqual(balances.value, truth.balances);
        if (quotes.kind === 'read') assert.equal(quotes.value.length, 1);
        clear += [orders, activity, balances, quotes].filter(({ kind }) => kind === 'read').length;
        t.peer.faults([]);
        await t.peer.clock.runFor(20_000);
      }
    }
    assert.ok(clear > 30, `only ${clear} readings were clear`);
  });

  trial('an order taken but not yet visible is visible within the declared bound', async (t) => {
    t.peer.faults([{ on: 'order.create', fault: 'not-yet-visible', delayMs: 3_000, times: 1 }]);
    const order = t.order();
    await t.accepted(order);
    assert.equal((await t.find(order.clientOrderId)).kind, 'absent');
    await t.peer.clock.runFor(t.venue.capabilities.visibilityBoundMs);
    assert.equal((await t.find(order.clientOrderId)).kind, 'found');
  });

  trial('a cancel whose answer is lost is unknown, and the order tells what became of it', async (t) => {
    for (const fault of ['request-lost', 'answer-lost', 'accepted-then-5xx', 'reset-after', 'html-error'] as const) {
      const order = t.order();
      const report = await t.accepted(order);
      t.peer.faults([{ on: 'order.cancel', fault }]);
      const result = await t.until(t.venue.cancel(report, patienceMs));
      assert.ok(result.kind === 'unknown', `${fault}: ${result.kind}`);
      t.peer.faults([]);
      await t.settle();
      const state = (await t.found(order.clientOrderId)).state;
      assert.equal(final.has(state), t.peer.exchange.oracle.orders().find((one) => one.clientOrderId === order.clientOrderId)?.state === 'cancelled');
    }
  });
}
