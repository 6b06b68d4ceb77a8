/**
 * The whole stack on one virtual clock and a network in memory, for stories: an exchange with a market of two people, its
 * dialect with faults on command, our adapter, and a runtime that can be killed and started again.
 *
 * Owns who lives and dies, and how a story is told. Does not own what must come of it; each scenario says that.
 */
import assert from 'node:assert/strict';
import { formatUnits, seededRandom } from '../../src/base/index.ts';
import { assetsAccount, assetScale, balanceOf, imbalances, lineOf, orderById, orderIdOf } from '../../src/core/index.ts';
import type { Fact, Input, Line, Order, OrderIdClass, Outcome, Signal } from '../../src/core/index.ts';
import { alpacaClassifier, alpacaDialect } from '../../src/dialects/alpaca/index.ts';
import { parseFaultPlan, withFaults } from '../../src/dialects/faults/index.ts';
import type { FaultRule } from '../../src/dialects/faults/index.ts';
import { createExchange } from '../../src/exchange/index.ts';
import type { ExchangeOptions } from '../../src/exchange/index.ts';
import { MemoryDisk } from '../../src/journal/index.ts';
import type { MemoryStore } from '../../src/journal/index.ts';
import type { Clock, DeskOrder, Net, NetApp } from '../../src/ports/index.ts';
import { RetryBudget } from '../../src/calls/index.ts';
import { DEFAULT_SETTINGS, Gateway, Runtime } from '../../src/runtime/index.ts';
import type { LimitTexts, Note, PriceSettings, Settings, VenueBinding } from '../../src/runtime/index.ts';
import type { EmergencyPlace } from '../../src/sim/emergency.ts';
import { createMemoryNet } from '../../src/sim/net.ts';
import type { RequestFault } from '../../src/sim/net.ts';
import { SimProcess } from '../../src/sim/process.ts';
import { QuotaPlace } from '../../src/sim/quota.ts';
import { seededIds } from '../../src/sim/ids.ts';
import { alpacaVenue } from '../../src/venues/alpaca/index.ts';
import type { AlpacaExtension } from '../../src/venues/index.ts';
import { alpacaLimits } from '../../src/venues/alpaca/limits.ts';
import { routed } from '../kit/core.ts';
import { entriesOn, LIMITS, virtualClock } from '../kit/life.ts';

export const VENUE = 'alpaca';
export const SYMBOL = 'BTC/USD';
const OURS = { keyId: 'our-key', secret: 'our-secret' };

export type Plot = {
  readonly idClass?: OrderIdClass;
  readonly exchange?: Partial<ExchangeOptions>;
  readonly extensions?: readonly AlpacaExtension[]; // what our adapter is told that the venue has
  readonly binding?: Partial<VenueBinding>;
  readonly limits?: LimitTexts;
  readonly settings?: Partial<Settings>;
  readonly flushMs?: () => number; // how long the disk takes
  readonly emergency?: EmergencyPlace;
  readonly prices?: (ports: { readonly net: Net; readonly clock: Clock }) => PriceSettings;
  readonly perMinute?: number; // requests that the gateway takes to be allowed; the exchange itself counts nothing, unless told below
  readonly allowsPerMinute?: number; // from then on the venue answers 429
  readonly dataApart?: boolean; // prices have a host and an allowance of their own, as they do at Alpaca
  readonly before?: (venue: NetApp, clock: Clock) => NetApp; // what stands in front of it
  readonly bootWithinMs?: number;
  readonly latencyMs?: { readonly min: number; readonly max: number }; // of the line, each way
};

export type Theatre = Awaited<ReturnType<typeof theatre>>;

export async function theatre(plot: Plot = {}) {
  const clock = virtualClock();
  const net = createMemoryNet({ clock, random: seededRandom('net'), latencyMs: plot.latencyMs ?? { min: 2, max: 2 } });
  const disk = new MemoryDisk('theatre');
  const quota = new QuotaPlace();
  const exchange = await createExchange({
    clock, seed: 7, idClass: plot.idClass ?? 'unique-forever', price: {}, fees: { periodMs: 60_000 },
    accounts: [{ id: 'ours', ...OURS, balances: { USD: '100000', BTC: '1' } }, { id: 'market', keyId: 'm', secret: 'm', balances: { USD: '10000000', BTC: '100' } }], ...plot.exchange,
  });
  const byHand = async (accountId: string, side: 'buy' | 'sell', quantity: string, limitPrice: string): Promise<DeskOrder> => {
    const result = await exchange.place(accountId, { clientOrderId: undefined, symbol: SYMBOL, side, type: 'limit', timeInForce: 'gtc', quantity, limitPrice, stopPrice: undefined });
    if (result.kind === 'refused') throw new Error(`the exchange refused: ${JSON.stringify(result.refusal)}`);
    return result.order;
  };
  await byHand('market', 'buy', '5', '59400');
  await byHand('market', 'sell', '5', '60600');
  exchange.start();
  const faulty = withFaults(alpacaDialect({ desk: exchange, clock, ids: seededIds(seededRandom('requests')), ...(plot.allowsPerMinute === undefined ? {} : { rateLimitPerMinute: plot.allowsPerMinute }) }), { clock, classify: alpacaClassifier });
  await clock.until(net.host('exchange').net.serve({ host: 'exchange', port: 80 }, plot.before?.(faulty, clock) ?? faulty));

  if (plot.dataApart === true) await clock.until(net.host('data').net.serve({ host: 'data', port: 80 }, alpacaDialect({ desk: exchange, clock, ids: seededIds(seededRandom('data')), ...(plot.allowsPerMinute === undefined ? {} : { rateLimitPerMinute: plot.allowsPerMinute }) })));

  const onTheLine: { readonly method: string; readonly path: string; readonly fault: RequestFault }[] = [];
  const requests: { readonly method: string; readonly path: string; readonly atMs: number }[] = [];
  net.onRequest(({ from, request }) => {
    if (from !== 'runtime') return undefined;
    const path = request.url.replace('http://exchange:80', '');
    requests.push({ method: request.method, path, atMs: clock.monotonicMs() });
    const index = onTheLine.findIndex((other) => other.method === request.method && path.startsWith(other.path));
    return index === -1 ? undefined : onTheLine.splice(index, 1)[0]?.fault;
  });

  const notes: Note[] = [];
  const lines: Line[] = [];
  const failures: Error[] = [];
  let life: { readonly process: SimProcess; readonly runtime: Runtime; readonly store: MemoryStore } | undefined;
  const boot = async (changes: Plot = {}): Promise<void> => {
    const process = new SimProcess({ name: 'runtime', clock, net });
    const store = disk.open({ timer: (delayMs, run) => process.clock.timer(delayMs, run), flushDelayMs: changes.flushMs ?? plot.flushMs ?? (() => 1) });
    process.onKill(() => store.crash());
    const gateway = new Gateway(
      { clock: process.clock, net: process.net, random: seededRandom(`gateway ${disk.head.seq}`), retries: new RetryBudget(), owner: `life ${disk.head.seq}` },
      { name: VENUE, limits: alpacaLimits({ tradingPerMinute: plot.perMinute ?? 3_000 }), store: quota.open(process, { timer: (delayMs, run) => clock.timer(delayMs, run), delayMs: () => 1 }) },
    );
    const adapter = alpacaVenue({ name: VENUE, net: gateway.net, clock: process.clock, random: seededRandom(`venue ${disk.head.seq}`), baseUrl: 'http://exchange:80', ...(plot.dataApart === true ? { dataUrl: 'http://data:80' } : {}), ...OURS, ...(plot.extensions === undefined ? {} : { extensions: plot.extensions }) });
    const venue = { ...adapter, capabilities: { ...adapter.capabilities, orderIds: plot.idClass ?? 'unique-forever' } };
    const binding: VenueBinding = {
      venue, gateway, symbols: [SYMBOL], submitTimeoutMs: 5_000, cancelTimeoutMs: 5_000, readTimeoutMs: 5_000, resendWithinMs: 120_000, feeLeastPpm: 1_500, feeMostPpm: 2_500, tolerance: {},
      ...plot.binding, ...changes.binding,
    };
    const runtime = await clock.until(Runtime.boot(
      { clock: process.clock, ids: seededIds(seededRandom(`ids ${disk.head.seq}`)), random: seededRandom('runtime'), store, ...(plot.emergency === undefined ? {} : { emergency: plot.emergency.open() }), bindings: [binding], ...(plot.prices === undefined ? {} : { prices: plot.prices({ net: process.net, clock: process.clock }) }), note: (note) => void notes.push(note), onFailure: (cause) => void failures.push(cause), witness: { recorded: (entries, market) => void lines.push(...entries.map((entry) => lineOf(entry, market))), flushed: () => undefined } },
      { ...DEFAULT_SETTINGS, version: '0.0.0', node: 'test', limits: LIMITS, ...plot.settings, ...changes.settings, ...(changes.limits ?? plot.limits ? { limits: changes.limits ?? plot.limits ?? LIMITS } : {}) },
    ));
    life = { process, runtime, store };
    runtime.start();
    await clock.runUntil(() => runtime.world.ledger.reconciled.has(VENUE) && runtime.prices.price(VENUE, SYMBOL, runtime.time.nowMs()) !== undefined && runtime.turns.durableSeq === runtime.turns.headSeq, changes.bootWithinMs ?? plot.bootWithinMs ?? 5_000);
  };
  const alive = (): Runtime => {
    if (life === undefined) throw new Error('nobody lives');
    return life.runtime;
  };
  const operator = (input: Input): Promise<Outcome> => clock.until(alive().submit(input, { actor: 'operator:sam', correlationId: 'by hand' })).then(({ outcome }) => outcome);
  await boot();
  await clock.runFor(1_000); // the stream's own look is over, too

  return {
    clock, exchange, net, disk, notes, lines, failures, requests, byHand, operator,
    get runtime(): Runtime { return alive(); },
    /** What goes wrong at the venue from now on. Nothing more, without rules. */
    faults: (...rules: Partial<FaultRule>[]): void => faulty.setPlan(parseFaultPlan({ seed: 7, rules })),
    counts: (): Record<string, number> => faulty.counts(),
    /** What goes wrong on the line to it, with the next request like this. */
    line: (method: string, path: string, fault: RequestFault): void => void onTheLine.push({ method, path, fault }),
    pass: (ms: number): Promise<void> => clock.runFor(ms),
    /** Asks for an order as a sender does. A limit order to buy 0.01 at 60000, unless told. */
    ask: async (key: string, wish: Partial<Signal> = {}): Promise<Outcome> => {
      const signal = routed({ key, quantityText: '0.01', limitPriceText: '60000', ...wish });
      const { outcome } = await clock.until(alive().submit({ kind: 'signal', routed: { ...signal, venue: VENUE, symbol: SYMBOL } }, { actor: 'signal:tester', correlationId: key }, 'new-risk'));
      return outcome;
    },
    cancel: (key: string): Promise<Outcome> => operator({ kind: 'cancel', orderId: orderIdOf(key), by: 'sam', reason: 'by hand' }),
    /** The market takes what we bid, or gives what we ask for. */
    trade: async (side: 'buy' | 'sell', quantity: string, price = '60000'): Promise<void> => void await byHand('market', side, quantity, price),
    kill(): void {
      life?.process.kill();
      life = undefined;
    },
    boot,
    order(key: string): Order {
      const order = orderById(alive().world.orders, orderIdOf(key));
      if (order === undefined) throw new Error(`there is no order for ${key}`);
      return order;
    },
    /** What the journal tells of one order, in order. */
    story: (key: string): string[] => entriesOn(disk).flatMap(({ fact }) => ('orderId' in fact && fact.orderId === orderIdOf(key) ? [told(fact)] : [])),
    facts: <Type extends Fact['type']>(type: Type): (Fact & { readonly type: Type })[] =>
      entriesOn(disk).flatMap(({ fact }) => (fact.type === type ? [fact as Fact & { readonly type: Type }] : [])),
    /** Every order that the exchange ever took from us, in its own words. */
    atVenue: (): string[] => exchange.oracle.orders().filter(({ accountId }) => accountId === 'ours').map(({ side, quantity, filledQuantity, state }) => `${side} ${quantity}, ${filledQuantity} filled, ${state}`),
    /** Books and exchange, to the last unit, and books that balance in themselves. */
    assertBooksAgree(): void {
      const { ledger, market } = alive().world;
      const account = exchange.oracle.accounts().find(({ id }) => id === 'ours');
      for (const asset of ['BTC', 'USD']) {
        assert.equal(formatUnits(balanceOf(ledger, assetsAccount(VENUE), asset), assetScale(market, VENUE, asset) ?? 0), account?.balances[asset]?.total, `${asset}: the books, and what the exchange holds`);
      }
      assert.equal(ledger.differences.size, 0);
      assert.deepEqual([...imbalances(ledger)], []);
    },
  };
}

const told = (fact: Fact): string => {
  const name = fact.type.replace('order.', '');
  switch (fact.type) {
    case 'order.acknowledged': return fact.via === 'answer' || fact.via === 'stream' ? name : `${name} by ${fact.via}`; // of these two either may be first
    case 'order.ended': return `${name} ${fact.state}`;
    case 'order.alarmed': return `${name}: ${fact.kind}`;
    case 'order.blocked': return `${name} by ${fact.control}`;
    default: return name;
  }
};
