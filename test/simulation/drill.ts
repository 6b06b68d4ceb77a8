/**
 * A drill in virtual time: one runtime and three exchanges behind Alpaca's dialect, each a process that can die or stand still, and what the
 * exchanges' own logs say in the end. The same seed gives the same drill.
 *
 * Owns the cast, what goes wrong with it, and reading the logs. Asserts nothing.
 */
import { formatUnits, invariant, parseUnits, seededRandom } from '../../src/base/index.ts';
import type { Random } from '../../src/base/index.ts';
import { alpacaClassifier, alpacaDialect } from '../../src/dialects/alpaca/index.ts';
import { noFaults, withFaults } from '../../src/dialects/faults/index.ts';
import type { FaultPlan, FaultRule, FaultyApp } from '../../src/dialects/faults/index.ts';
import { settle } from '../../src/edges/clock/index.ts';
import { createExchange, memoryLog } from '../../src/exchange/index.ts';
import type { Exchange, LogEvent } from '../../src/exchange/index.ts';
import { MemoryDisk } from '../../src/journal/index.ts';
import { DEFAULT_SETTINGS, Runtime } from '../../src/runtime/index.ts';
import type { Answer, VenueBinding } from '../../src/runtime/index.ts';
import { VirtualClock } from '../../src/sim/clock.ts';
import { seededIds } from '../../src/sim/ids.ts';
import { createMemoryNet } from '../../src/sim/net.ts';
import type { MemoryNet } from '../../src/sim/net.ts';
import { SimProcess } from '../../src/sim/process.ts';
import { orderIn } from '../../src/sim/witness.ts';
import { alpacaVenue } from '../../src/venues/index.ts';
import { routed } from '../kit/core.ts';
import { LIMITS } from '../kit/life.ts';

export const VENUES = ['one', 'two', 'three'] as const;
export type VenueName = (typeof VENUES)[number];
/** How an exchange came to its end of a stop, by its own log; in virtual milliseconds since the stop was asked for. */
export type Shown = { readonly live: number; readonly heldBtc: number; readonly soldBtc: number; readonly boughtBtc: number; readonly lastBuyMs: number; readonly cancelledMs: number; readonly flatMs: number };

export const HELD_BTC = '0.5'; // at each exchange from the beginning: some rounds of what its market takes at once
const SYMBOL = 'BTC/USD';
const SCALE = 9;
const KEYS = { keyId: 'demo-key', secret: 'demo-secret' };
const THIN = { levels: 3, minValue: 1_000, maxValue: 6_000 };
const START_MS = Date.UTC(2026, 0, 1);
const PATIENCE_MS = 6_000; // of a supervisor with a runtime that sends no heartbeat

type Standing = { readonly process: SimProcess; readonly exchange: Exchange; readonly faulty: FaultyApp };

export class Drill {
  readonly clock = new VirtualClock({ settle, startWallMs: START_MS });
  readonly net: MemoryNet;
  /** When each order left the runtime, on which side, and where to. */
  readonly left: { readonly atMs: number; readonly side: 'buy' | 'sell'; readonly venue: VenueName; readonly life: number }[] = [];
  lives = 0;
  /** When a stop was first answered as taken. */
  takenMs: number | undefined;
  readonly #random: Random;
  readonly #disk = new MemoryDisk('drill');
  readonly #exchanges = new Map<VenueName, Standing>();
  readonly #logs = new Map(VENUES.map((venue) => [venue, memoryLog()]));
  #process: SimProcess | undefined;
  #runtime: Runtime | undefined;
  #commits = Number.POSITIVE_INFINITY; // until the runtime stands still inside one

  static async start(seed: number): Promise<Drill> {
    const drill = new Drill(seed);
    for (const venue of VENUES) await drill.#open(venue);
    drill.#boot();
    await drill.until('trading', () => VENUES.every((venue) => drill.runtime?.world.ledger.reconciled.has(venue) === true && drill.runtime.prices.price(venue, SYMBOL, drill.runtime.time.nowMs()) !== undefined));
    return drill;
  }

  private constructor(seed: number) {
    this.#random = seededRandom(`drill ${seed}`);
    this.net = createMemoryNet({ clock: this.clock, random: this.#random.fork('net') });
    this.net.onRequest(({ from, to, request }) => {
      const order = from === 'runtime' ? orderIn(request) : undefined;
      if (order !== undefined) this.left.push({ atMs: this.clock.monotonicMs(), side: order.side, venue: to as VenueName, life: this.lives });
      return undefined;
    });
  }

  get runtime(): Runtime | undefined {
    return this.#process?.alive === true && !this.#process.frozen ? this.#runtime : undefined;
  }

  async until(what: string, isSo: () => boolean, withinMs = 60_000): Promise<void> {
    if (await this.clock.runUntil(isSo, withinMs)) return;
    throw new Error(`it never came to this: ${what}. ${JSON.stringify([...(this.#runtime?.world.stops.values() ?? [])])}`);
  }

  faults(venue: VenueName, rules: readonly (Pick<FaultRule, 'on' | 'fault'> & Partial<FaultRule>)[]): void {
    const plan: FaultPlan = { seed: 1, rules: rules.map((rule) => ({ probability: 1, times: undefined, delayMs: 0, ...rule })) };
    this.#at(venue).faulty.setPlan(rules.length === 0 ? noFaults : plan);
  }

  /** Nothing reaches it and nothing comes from it. */
  away(venue: VenueName): void {
    this.net.partition('runtime', venue);
  }

  back(venue: VenueName): void {
    this.net.heal('runtime', venue);
    this.net.reset('runtime', venue);
  }

  killExchange(venue: VenueName, forMs: number): void {
    this.#at(venue).process.kill();
    this.clock.timer(forMs, () => void this.#open(venue));
  }

  /** The process dies; its supervisor starts the next one. */
  killRuntime(): void {
    if (this.#process?.alive !== true) return;
    this.#process.kill();
    this.clock.timer(50 + this.#random.below(2_000), () => this.#boot());
  }

  /** SIGSTOP inside the `nth` commit from now on; its supervisor has it for dead after a while. */
  freezeInCommit(nth: number): void {
    this.#commits = nth;
  }

  ask(key: string, venue: VenueName, wish: Readonly<Record<string, string>>): Promise<Answer | undefined> {
    const routedThere = { ...routed({ key, content: key, ...wish }), venue };
    return this.runtime?.submit({ kind: 'signal', routed: routedThere }, { actor: 'signal:tester', correlationId: key }, 'new-risk').catch(() => undefined) ?? Promise.resolve(undefined);
  }

  /** So many orders that rest in the books, one venue after another, and are seen there. */
  async rest(count: number): Promise<void> {
    for (let number = 0; number < count; number += 1) void this.ask(`rests-${number}`, venueOf(number), { limitPriceText: String(40_000 + number), quantityText: '0.01' });
    await this.until(`${count} orders rest`, () => VENUES.reduce((sum, venue) => sum + this.live(venue).length, 0) >= count);
  }

  /** So many requests for orders that have left, and of which none has an answer; they reach the desk late or are answered late. */
  async inFlight(count: number): Promise<void> {
    const before = this.left.length;
    for (let number = 0; number < count; number += 1) void this.ask(`flies-${number}`, venueOf(number), { limitPriceText: '61500', quantityText: '0.01' });
    await this.until(`${count} requests are on their way`, () => this.left.length === before + count, 2_000);
  }

  /** A bot that wishes on and on, whatever it is answered. */
  wishing(everyMs: number, untilMs: number): void {
    const next = (number: number): void => {
      if (this.clock.monotonicMs() >= untilMs) return;
      void this.ask(`wish-${number}`, venueOf(number), { limitPriceText: '45000', quantityText: '0.01' });
      this.clock.timer(everyMs, () => next(number + 1));
    };
    next(0);
  }

  /** An order that somebody gave by hand, at each exchange. */
  async byHand(): Promise<void> {
    for (const venue of VENUES) {
      await this.#at(venue).exchange.place('demo', { clientOrderId: `by-hand-${venue}`, symbol: SYMBOL, side: 'buy', type: 'limit', timeInForce: 'gtc', quantity: '0.02', limitPrice: '35000', stopPrice: undefined });
    }
  }

  /** Asked for until a life has taken it, as a person would. */
  stop(id: string, word: 'kill' | 'flatten', by: string): void {
    const asked = this.runtime?.submit({ kind: 'kill', id, word, scope: 'system', by, reason: 'a drill', venues: [...VENUES] }, { actor: `operator:${by}`, correlationId: id });
    const again = (): void => void this.clock.timer(500, () => this.stop(id, word, by));
    if (asked === undefined) again();
    else asked.then(() => { this.takenMs ??= this.clock.monotonicMs(); }, again);
    // A process that died with the question never answers it.
    this.clock.timer(5_000, () => { if (this.runtime !== undefined && !this.runtime.world.stops.has(id) && !this.#joined()) this.stop(id, word, by); });
  }

  get outcome(): string | undefined {
    return [...(this.runtime?.world.stops.values() ?? [])].at(-1)?.outcome;
  }

  confirmed(venue: VenueName): boolean {
    return [...(this.runtime?.world.stops.values() ?? [])].at(-1)?.steps[venue]?.some(({ step, outcome }) => step === 'confirm' && outcome === 'done') === true;
  }

  live(venue: VenueName): readonly string[] {
    return [...this.#fold(venue).live];
  }

  /** What the exchange's own log says of a stop that was asked for at that moment of the clock. */
  shown(venue: VenueName, askedMs: number): Shown {
    const { live, heldUnits, soldUnits, boughtUnits, lastBuyMs, cancelledMs, flatMs } = this.#fold(venue, askedMs);
    return { live: live.size, heldBtc: btc(heldUnits), soldBtc: btc(soldUnits), boughtBtc: btc(boughtUnits), lastBuyMs, cancelledMs, flatMs };
  }

  #joined(): boolean {
    return [...(this.runtime?.world.stops.values() ?? [])].some(({ outcome }) => outcome !== 'CONFIRMED');
  }

  #at(venue: VenueName): Standing {
    const standing = this.#exchanges.get(venue);
    invariant(standing !== undefined, 'every exchange has been opened');
    return standing;
  }

  #fold(venue: VenueName, askedMs = 0) {
    const lines = this.#logs.get(venue)?.lines ?? [];
    const orders = new Map<string, { readonly side: 'buy' | 'sell'; openUnits: bigint }>();
    const live = new Set<string>();
    let [heldUnits, soldUnits, boughtUnits] = [0n, 0n, 0n];
    let [lastBuyMs, cancelledMs, flatMs] = [0, 0, 0];
    for (const event of lines.flatMap((line) => JSON.parse(line) as LogEvent[])) {
      const sinceMs = event.atMs - START_MS - askedMs;
      if (event.type === 'account') heldUnits += parseUnits(event.balances['BTC'] ?? '0', SCALE);
      if (event.type === 'order') {
        orders.set(event.orderId, { side: event.side, openUnits: parseUnits(event.quantity, SCALE) });
        live.add(event.orderId);
        if (event.side === 'buy') lastBuyMs = Math.max(lastBuyMs, sinceMs);
      }
      if (event.type === 'cancelled' || event.type === 'expired' || event.type === 'rejected') {
        live.delete(event.orderId);
        if (event.type === 'cancelled' && orders.get(event.orderId)?.side === 'buy' && sinceMs > 0) cancelledMs = sinceMs;
      }
      if (event.type !== 'trade') continue;
      const units = parseUnits(event.quantity, SCALE);
      for (const party of [event.taker, event.maker]) {
        const order = party === null ? undefined : orders.get(party.orderId);
        if (party === null || order === undefined) continue;
        order.openUnits -= units;
        if (order.openUnits <= 0n) live.delete(party.orderId);
        heldUnits += (party.side === 'buy' ? units : -units) - (party.feeAsset === 'BTC' ? parseUnits(party.fee, SCALE) : 0n);
        if (heldUnits < 0n) throw new Error(`the position at ${venue} has turned: ${btc(heldUnits)}`);
        if (sinceMs <= 0) continue;
        if (party.side === 'sell') [soldUnits, flatMs] = [soldUnits + units, sinceMs];
        else boughtUnits += units;
      }
    }
    return { live, heldUnits, soldUnits, boughtUnits, lastBuyMs, cancelledMs, flatMs };
  }

  async #open(venue: VenueName): Promise<void> {
    const process = new SimProcess({ name: venue, clock: this.clock, net: this.net });
    const log = this.#logs.get(venue);
    invariant(log !== undefined, 'every exchange has a log');
    const exchange = await createExchange({
      clock: process.clock, seed: this.#random.fork(venue).below(1_000_000), log, accounts: [{ id: 'demo', ...KEYS, balances: { USD: '1000000', BTC: HELD_BTC } }],
      price: { [SYMBOL]: { kind: 'walk', startPrice: '60000', tickMs: 1_000, stepPpm: 100 } }, fees: { periodMs: 20_000 }, house: THIN,
    });
    const faulty = withFaults(alpacaDialect({ desk: exchange, clock: process.clock, ids: seededIds(this.#random.fork(`requests at ${venue}`)) }), { plan: noFaults, clock: process.clock, classify: alpacaClassifier });
    this.#exchanges.set(venue, { process, exchange, faulty });
    exchange.start();
    await process.net.serve({ host: venue, port: 80 }, faulty);
  }

  #boot(): void {
    this.lives += 1;
    const chance = this.#random.fork(`life ${this.lives}`);
    const process = new SimProcess({ name: 'runtime', clock: this.clock, net: this.net });
    const disk = this.#disk.open({ timer: (delayMs, run) => this.clock.timer(delayMs, run), flushDelayMs: () => 1 + chance.below(4) });
    process.onKill(() => disk.crash(chance.below(6)));
    const store = new Proxy(disk, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return process.wrap(`store.${String(key)}`, (...args: unknown[]) => {
          if (key === 'append') this.#committing(process);
          return value.apply(target, args);
        });
      },
    });
    [this.#process, this.#runtime] = [process, undefined];
    const bindings = VENUES.map((venue): VenueBinding => ({
      venue: alpacaVenue({ name: venue, net: process.net, clock: process.clock, random: chance.fork(venue), baseUrl: `http://${venue}:80`, ...KEYS }),
      symbols: [SYMBOL], submitTimeoutMs: 5_000, cancelTimeoutMs: 5_000, readTimeoutMs: 5_000, resendWithinMs: 60_000, feeLeastPpm: 1_500, feeMostPpm: 2_500, tolerance: {},
    }));
    const die = (): void => this.killRuntime();
    Runtime.boot(
      { clock: process.clock, ids: seededIds(chance.fork('ids')), random: chance.fork('runtime'), store, bindings, note: () => undefined, onFailure: die },
      { ...DEFAULT_SETTINGS, version: '0.1.0', node: 'simulated', limits: { ...LIMITS, priceCollarPpm: { default: 500_000 }, maxSpreadPpm: { default: 500_000 } } },
    ).then((runtime) => {
      if (!process.alive) return;
      this.#runtime = runtime;
      runtime.start();
    }, die);
  }

  #committing(process: SimProcess): void {
    this.#commits -= 1;
    if (this.#commits !== 0) return;
    this.#commits = Number.POSITIVE_INFINITY;
    process.freeze();
    this.clock.timer(PATIENCE_MS, () => { if (process.frozen) this.killRuntime(); });
  }
}

const venueOf = (number: number): VenueName => VENUES[number % VENUES.length] ?? 'one';
const btc = (units: bigint): number => Number(formatUnits(units, SCALE));
