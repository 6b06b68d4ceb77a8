/**
 * The cast of a run: an exchange behind its dialect, and the runtime that trades there, each a process that can die,
 * on one virtual clock and one network in memory. A supervisor's part is played by the stage: what dies is started again.
 *
 * Runs the real runtime, adapter, dialect and exchange. Owns who lives and dies. Does not own what is sent, nor what must hold.
 */
import { invariant, reasonOf } from '../base/index.ts';
import type { Random } from '../base/index.ts';
import type { Input, Outcome } from '../core/index.ts';
import { publicDoor } from '../door/index.ts';
import { alpacaClassifier, alpacaDialect } from '../dialects/alpaca/index.ts';
import { noFaults, withFaults } from '../dialects/faults/index.ts';
import type { FaultyApp } from '../dialects/faults/index.ts';
import { createExchange, memoryLog } from '../exchange/index.ts';
import type { Exchange, ExchangeOptions } from '../exchange/index.ts';
import { MemoryDisk, openHeader } from '../journal/index.ts';
import type { AppendBatch, MemoryStore, Misfortune, SnapshotRange, Store } from '../journal/index.ts';
import type { Archive, EmergencyLog, Follower, HttpRequest, Venue } from '../ports/index.ts';
import { RetryBudget } from '../calls/index.ts';
import { DEFAULT_BREAKERS, DEFAULT_SETTINGS, followerOver, Gateway, JournalDamagedError, Runtime } from '../runtime/index.ts';
import type { Settings, VenueBinding } from '../runtime/index.ts';
import { alpacaVenue } from '../venues/alpaca/index.ts';
import { alpacaLimits } from '../venues/alpaca/limits.ts';
import { MemoryArchive } from './archive.ts';
import { beside } from './beside.ts';
import type { VirtualClock } from './clock.ts';
import { EmergencyPlace } from './emergency.ts';
import type { SheetFault } from './emergency.ts';
import { seededIds } from './ids.ts';
import { PricePlaces } from './price-places.ts';
import { createMemoryNet } from './net.ts';
import type { MemoryNet, RequestFault } from './net.ts';
import { SimProcess } from './process.ts';
import { QuotaPlace } from './quota.ts';
import type { Swarm } from './swarm.ts';
import type { Tally } from './tally.ts';
import { orderIn, Witness } from './witness.ts';
import type { SentOrder } from './witness.ts';

export const VENUE = 'alpaca';
export const SYMBOL = 'BTC/USD';
export const EXCHANGE_URL = 'http://exchange:80';
export const RUNTIME_URL = 'http://runtime:80';
export const BOT_TOKEN = 'bot-token';
export const HOOK_SECRET = 'hook-secret';
const EMERGENCY_SLOTS = 24;
const PATIENCE_MS = 6_000; // without a heartbeat
const ROOMY_PER_MINUTE = 3_000; // the exchange itself counts nothing
const QUOTA_DISK_MS = 20;
/** Open for seconds, so that a run of minutes sees more than one outage through. */
const hastyBreakers = { ...DEFAULT_BREAKERS, parts: { ...DEFAULT_BREAKERS.parts, orders: { ...DEFAULT_BREAKERS.parts.orders, openMs: 2_000, openMostMs: 10_000 } } };
const THIN = { levels: 3, minValue: 200, maxValue: 3_000 };
const KEYS = { keyId: 'demo-key', secret: 'demo-secret' };

export type Command = Extract<Input, { kind: 'halt' | 'kill' | 'resume' | 'adopt-balance' | 'trip-breaker' | 'reset-breaker' }>;

export type StageOptions = {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly swarm: Swarm;
  readonly tally: Tally;
  readonly settings: Pick<Settings, 'limits' | 'risk'>;
  readonly seed: number;
  readonly exchange?: Partial<ExchangeOptions>;
  /** Looks at an order at the moment it leaves the runtime. */
  readonly onLeaving: (order: SentOrder) => void;
};

export class Stage {
  readonly #options: StageOptions;
  readonly net: MemoryNet;
  readonly disk = new MemoryDisk('simulation');
  readonly archive = new MemoryArchive();
  readonly emergencies = new EmergencyPlace(EMERGENCY_SLOTS);
  readonly quota = new QuotaPlace();
  readonly witness: Witness;
  readonly places: PricePlaces;
  readonly #exchangeLog = memoryLog();
  #exchange: Exchange | undefined;
  #faulty: FaultyApp | undefined;
  #exchangeProcess: SimProcess | undefined;
  #runtime: Runtime | undefined;
  #runtimeProcess: SimProcess | undefined;
  #callsToCrash = Number.POSITIVE_INFINITY;
  #misfortunes = true;
  #wallOffsetMs = 0;
  /** What ended a run for good: a life that could not even begin. */
  fatal: string | undefined;
  readonly bootedAtMs: number[] = [];

  constructor(options: StageOptions) {
    this.#options = options;
    const { clock, random, swarm } = options;
    this.net = createMemoryNet({ clock, random: random.fork('net') });
    this.witness = new Witness(clock);
    this.places = new PricePlaces({ clock, random: random.fork('price places'), tally: options.tally, hasSecond: swarm.secondPrices });
    const links = random.fork('links');
    const doubles = swarm.orderIds === 'unique-forever' || swarm.orderIds === 'returns-original'; // elsewhere a doubled order is the venue's own doing
    this.net.onRequest((travel) => {
      const order = travel.from === 'runtime' ? orderIn(travel.request) : undefined;
      if (order !== undefined) {
        options.onLeaving(order);
        this.witness.left(order);
      }
      if (!this.#misfortunes || travel.from !== 'runtime' || !links.chance(swarm.linkFaultProbability)) return undefined;
      const byMs = 100 + links.below(7_000);
      const fault = order !== undefined && doubles && links.chance(0.5) ? { kind: 'request-doubled' as const } : links.pick<RequestFault>([
        { kind: 'refused' }, { kind: 'request-lost' }, { kind: 'answer-lost' }, { kind: 'reset-before' }, { kind: 'reset-after' }, { kind: 'request-late', byMs }, { kind: 'answer-late', byMs },
        doubles ? { kind: 'request-doubled' } : { kind: 'answer-lost' },
      ]);
      options.tally.fault(`link ${fault.kind}`);
      return fault;
    });
  }

  get runtime(): Runtime | undefined {
    return this.#runtimeProcess?.alive === true ? this.#runtime : undefined;
  }

  get isFrozen(): boolean {
    return this.#runtimeProcess?.frozen === true;
  }

  /** Cancels that the exchange of this life said it had taken, and had not. */
  get lies(): number {
    return this.#faulty?.counts()['order.cancel cancel-ignored'] ?? 0;
  }

  get exchange(): Exchange {
    invariant(this.#exchange !== undefined, 'the exchange has been opened once');
    return this.#exchange;
  }

  async raise(): Promise<void> {
    await this.openExchange();
    await this.places.serve(this.net, () => this.#exchangeProcess?.alive === true);
    this.bootRuntime();
  }

  async openExchange(): Promise<void> {
    const { clock, random, seed, swarm } = this.#options;
    const process = new SimProcess({ name: 'exchange', clock, net: this.net });
    const exchange = await createExchange({
      clock: process.clock, seed, log: this.#exchangeLog, idClass: swarm.orderIds,
      accounts: [{ id: 'demo', ...KEYS, balances: { USD: '1000000' } }],
      price: { [SYMBOL]: { kind: 'walk', startPrice: '60000', tickMs: 1_000, stepPpm: 150 } },
      fees: { periodMs: 20_000 }, cancelDelayMs: swarm.cancelDelayMs, ...(swarm.thinMarket ? { house: THIN } : {}),
      ...this.#options.exchange,
    });
    const counts = this.#faulty?.counts();
    const faulty = withFaults(alpacaDialect({ desk: this.places.own.over(exchange), clock: process.clock, ids: seededIds(random.fork('request ids')) }), {
      plan: this.#misfortunes ? swarm.venueFaults : noFaults, clock: process.clock, classify: alpacaClassifier,
    });
    if (counts !== undefined) this.#options.tally.venueFaults(counts);
    [this.#exchange, this.#faulty, this.#exchangeProcess] = [exchange, faulty, process];
    this.places.opened(exchange);
    exchange.start();
    await process.net.serve({ host: 'exchange', port: 80 }, faulty);
  }

  killExchange(): void {
    this.#exchangeProcess?.kill();
    this.#options.tally.state('the exchange was killed');
    this.#options.clock.timer(200 + this.#options.random.below(4_000), () => void this.openExchange());
  }

  bootRuntime(): void {
    const { clock, random, swarm, tally } = this.#options;
    const chance = random.fork(`life ${this.bootedAtMs.length}`);
    this.bootedAtMs.push(clock.monotonicMs());
    this.#callsToCrash = swarm.crashEveryCalls > 0 && this.#misfortunes ? 1 + chance.below(2 * swarm.crashEveryCalls) : Number.POSITIVE_INFINITY;
    const countCall = (when: 'before' | 'after', call: string, args: readonly unknown[]): void => {
      this.#callsToCrash -= 1;
      if (this.#callsToCrash > 0) return;
      tally.state(`crash ${when} ${call}`);
      if (call === 'net.request' && orderIn(args[0] as HttpRequest) !== undefined) tally.state(`crash ${when} an order leaves`);
      this.killRuntime();
    };
    const stalls = chance.fork('stalls');
    const process = new SimProcess({
      name: 'runtime', clock, net: this.net, wallOffsetMs: () => this.#wallOffsetMs,
      hooks: { beforeCall: (_process, call, args) => countCall('before', call, args), afterCall: (_process, call, args) => countCall('after', call, args) },
    });
    const store = this.disk.open({
      timer: (delayMs, run) => clock.timer(delayMs, run),
      flushDelayMs: () => swarm.flushMs.min + chance.below(swarm.flushMs.max - swarm.flushMs.min + 1) + this.#stall(stalls),
      misfortune: (batch) => {
        if (!this.#misfortunes || !chance.chance(swarm.appendMisfortuneProbability)) return undefined;
        const befallen = chance.pick<Misfortune>([
          { kind: 'torn', keepEntries: chance.below(batch.entries.length + 1) }, { kind: 'unknown', written: 'nothing' }, { kind: 'unknown', written: 'everything' }, { kind: 'refused', why: 'head' },
        ]);
        tally.state(`append ${befallen.kind}`);
        return befallen;
      },
    });
    process.onKill(() => store.crash(chance.below(6)));
    this.#runtimeProcess = process;
    this.#runtime = undefined;
    const quotaDisk = chance.fork('quota');
    const net = this.witness.beside(process.net);
    const gateway = new Gateway(
      { clock: process.clock, net, random: chance.fork('gateway'), retries: new RetryBudget(), owner: `life ${this.bootedAtMs.length}` },
      { name: VENUE, limits: alpacaLimits({ tradingPerMinute: ROOMY_PER_MINUTE }), store: this.quota.open(process, { timer: (delayMs, run) => clock.timer(delayMs, run), delayMs: () => quotaDisk.below(QUOTA_DISK_MS) }) },
    );
    const adapter = alpacaVenue({ name: VENUE, net: gateway.net, clock: process.clock, random: chance.fork('venue'), baseUrl: EXCHANGE_URL, ...KEYS });
    // The exchange can give client order ids another worth than Alpaca does; the adapter then declares that one.
    const venue: Venue = { ...adapter, capabilities: { ...adapter.capabilities, orderIds: swarm.orderIds } };
    const binding: VenueBinding = {
      venue, gateway, symbols: [SYMBOL], submitTimeoutMs: 5_000, cancelTimeoutMs: 5_000, readTimeoutMs: 5_000, resendWithinMs: 60_000, feeLeastPpm: 1_500, feeMostPpm: 2_500, tolerance: {},
    };
    const settings: Settings = {
      ...DEFAULT_SETTINGS, ...this.#options.settings, version: '0.1.0', node: 'simulated', snapshotEvery: swarm.snapshotEvery, ...(swarm.patientBreakers ? {} : { breakers: hastyBreakers }),
      ...(swarm.segment === undefined ? {} : { segmentEntries: swarm.segment.entries, horizonMs: swarm.segment.horizonMs }),
    };
    const threads = chance.fork('follower');
    const follower = (): Follower => beside({ process, clock, tally, random: threads, troubleProbability: () => (this.#misfortunes ? swarm.followerTroubleProbability : 0) }, followerOver(store));
    const die = (cause: Error): void => {
      tally.state(cause.message.startsWith('Broken invariant') ? 'a belief broke' : 'fail-stop');
      if (cause.message.startsWith('Broken invariant')) this.fatal = cause.message;
      this.killRuntime();
    };
    Runtime.boot({ clock: process.clock, ids: seededIds(chance.fork('ids')), random: chance.fork('runtime'), store: partOf(process, store, (batch) => this.#haltWhileSending(batch, chance)), archive: archiveOf(process, this.archive), emergency: this.#emergencyOf(process, chance.fork('emergency')), follower, health: {}, bindings: [binding], ...this.places.settings(net), note: () => undefined, onFailure: die }, settings).then(
      (runtime) => {
        if (!process.alive) return;
        this.#runtime = runtime;
        runtime.start();
        if (runtime.world.gate.by === 'breakwater') clock.timer(2_000, () => { if (this.#misfortunes) void this.command({ kind: 'resume', by: 'sim', reason: 'the orders were looked at' }); });
        void process.net.serve({ host: 'runtime', port: 80 }, publicDoor({
          runtime, clock: process.clock, ids: seededIds(chance.fork('request ids')), note: () => undefined, markets: { [VENUE]: [SYMBOL] },
          tokens: [{ name: 'client', secret: BOT_TOKEN, venue: VENUE, strategy: 'sim', maxAgeMs: undefined }],
          sources: [{
            name: 'hook', strategy: 'sim', dialect: 'auto', secret: HOOK_SECRET, secretIn: 'body', allowedSources: [], maxAgeMs: 600_000, maxBytes: 65_536, windowMs: 60_000,
            venue: VENUE, tickers: { BTCUSD: SYMBOL }, sameName: false, bareSell: 'sell',
          }],
        }));
      },
      (thrown: unknown) => {
        if (thrown instanceof JournalDamagedError) this.fatal = thrown.message;
        if (process.alive) this.killRuntime();
        tally.state(`boot failed: ${reasonOf(thrown).slice(0, 40)}`);
      },
    );
  }

  killRuntime(): void {
    const process = this.#runtimeProcess;
    if (process?.alive !== true) return;
    process.kill();
    this.#options.tally.state('the runtime died');
    this.#options.clock.timer(50 + this.#options.random.below(3_000), () => this.bootRuntime());
  }

  /** SIGSTOP, or a machine that stands still. What sends no heartbeat for `PATIENCE_MS` is killed, as a supervisor does. */
  freezeRuntime(forMs: number): void {
    const process = this.#runtimeProcess;
    if (process?.alive !== true || process.frozen) return;
    const { clock, tally } = this.#options;
    process.freeze();
    tally.state('the runtime froze');
    clock.timer(Math.min(forMs, PATIENCE_MS), () => {
      if (!process.alive || !process.frozen) return;
      if (forMs < PATIENCE_MS) return process.thaw();
      tally.state('the runtime froze, and was killed');
      this.killRuntime();
    });
  }

  /** The clock of the runtime's machine is set: that far from the true time. */
  setWall(offsetMs: number): void {
    this.#wallOffsetMs = offsetMs;
    this.#options.tally.state('the wall clock was set');
  }

  /** Somebody stops everything between the writing down of an order and its leaving, and lets it go on some seconds later. */
  #haltWhileSending({ entries }: AppendBatch, chance: Random): void {
    const { swarm, clock } = this.#options;
    if (!this.#misfortunes || swarm.haltAtSendingProbability === 0 || !entries.some((entry) => openHeader(entry).type === 'order.sending')) return;
    if (!chance.chance(swarm.haltAtSendingProbability)) return;
    void Promise.resolve().then(() => this.command({ kind: 'halt', by: 'sim', reason: 'stop, now', cancelOrders: chance.chance(0.5) }));
    clock.timer(3_000 + chance.below(10_000), () => { if (this.#misfortunes) void this.command({ kind: 'resume', by: 'sim', reason: 'go on' }); });
  }

  /** The disk hangs for a while, and somebody who sees it stops everything. */
  #stall(chance: Random): number {
    const { swarm, clock, tally } = this.#options;
    if (!this.#misfortunes || !chance.chance(swarm.stallProbability)) return 0;
    tally.state('the disk stalled');
    clock.timer(chance.below(100), () => void this.command({ kind: 'halt', by: 'sim', reason: 'the disk hangs', cancelOrders: chance.chance(0.8) }));
    clock.timer(6_000 + chance.below(10_000), () => { if (this.#misfortunes) void this.command({ kind: 'resume', by: 'sim', reason: 'go on' }); });
    return 500 + chance.below(12_000); // now and then longer than an append may take
  }

  #emergencyOf(process: SimProcess, chance: Random): EmergencyLog {
    const { swarm, clock, tally } = this.#options;
    const log = this.emergencies.open({
      write: { timer: (delayMs, run) => clock.timer(delayMs, run), delayMs: () => chance.below(40) },
      fault: () => {
        if (!this.#misfortunes || !chance.chance(swarm.emergencyFaultProbability)) return undefined;
        const befallen = chance.pick<SheetFault>([{ kind: 'refused' }, { kind: 'torn', keepBytes: chance.below(600) }, { kind: 'hangs', written: chance.chance(0.5) }]);
        tally.state(`emergency log ${befallen.kind}`);
        return befallen;
      },
    });
    return {
      prepare: process.wrap('emergency.prepare', () => log.prepare()),
      append: process.wrap('emergency.append', (said: Parameters<EmergencyLog['append']>[0]) => log.append(said)),
      read: process.wrap('emergency.read', () => log.read()),
      letGo: process.wrap('emergency.letGo', (...args: Parameters<EmergencyLog['letGo']>) => log.letGo(...args)),
      close: () => log.close(),
    };
  }

  /** An operator asks; what is not taken is not repeated. */
  command(input: Command): Promise<boolean> {
    return this.ask(input).then((outcome) => outcome !== undefined);
  }

  /** The same, with what was answered; undefined where it was not taken. */
  ask(input: Command): Promise<Outcome | undefined> {
    if (this.#runtimeProcess?.frozen === true) return Promise.resolve(undefined);
    const asked = this.runtime?.submit(input, { actor: 'operator:sim', correlationId: input.kind });
    return asked === undefined ? Promise.resolve(undefined) : asked.then(({ outcome }) => outcome, () => undefined);
  }

  partition(forMs: number, why = 'partition'): void {
    this.net.partition('runtime', 'exchange');
    this.#options.tally.state(why);
    this.#options.clock.timer(forMs, () => this.net.healAll());
  }

  /** From here on nothing goes wrong any more: what must come back has to come back. */
  calm(): void {
    this.#misfortunes = false;
    this.#runtimeProcess?.thaw();
    this.#callsToCrash = Number.POSITIVE_INFINITY;
    this.net.healAll();
    this.#faulty?.setPlan(noFaults);
    this.places.calm();
    this.#options.tally.venueFaults(this.#faulty?.counts() ?? {});
    // Streams that faults have silenced stay silent: the connection ends, as it would.
    this.net.reset('runtime', 'exchange');
  }
}

const archiveOf = (process: SimProcess, archive: MemoryArchive): Archive => ({
  through: process.wrap('archive.through', () => archive.through()),
  keep: process.wrap('archive.keep', (rows: Parameters<Archive['keep']>[0], segment: number) => archive.keep(rows, segment)),
  lookup: process.wrap('archive.lookup', (names: Parameters<Archive['lookup']>[0]) => archive.lookup(names)),
});

/** A store as part of a process: it ends with it, and crash points stand around its calls. */
function partOf(process: SimProcess, store: MemoryStore, onAppend: (batch: AppendBatch) => void): Store {
  return {
    identity: store.identity,
    head: process.wrap('store.head', () => store.head()),
    origin: process.wrap('store.origin', () => store.origin()),
    append: process.wrap('store.append', (batch: AppendBatch) => {
      onAppend(batch);
      return store.append(batch);
    }),
    read: process.wrap('store.read', (fromSeq: number, limit: number) => store.read(fromSeq, limit)),
    saveSnapshot: process.wrap('store.saveSnapshot', (snapshot: Parameters<Store['saveSnapshot']>[0]) => store.saveSnapshot(snapshot)),
    snapshots: process.wrap('store.snapshots', (which?: SnapshotRange) => store.snapshots(which)),
    close: () => store.close(),
  };
}
