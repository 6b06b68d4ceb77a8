/**
 * A safety system in the program's own process: the runtime on a real disk, clock and network, and handles to it.
 *
 *   B2. It holds its data folder: a second one on the same folder, here or in another process, is refused.
 *   B3. The operator's door stands open in the data folder: `breakwater status --data DIR` and every other command work on an embedded system.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { env, pid, versions } from 'node:process';
import { seededRandom } from '../base/index.ts';
import { followerIn } from '../cli/life/follower.ts';
import { bindingsOf, mirrorsIn, moneyIn, settingsOf } from '../cli/life/bindings.ts';
import { quotaIn } from '../cli/life/quota.ts';
import { marketsOf, sourcesOf, tokensOf } from '../cli/life/senders.ts';
import { restrictionOf } from '../core/index.ts';
import type { Finding, Restriction, SystemSafetyState, World } from '../core/index.ts';
import { controlDoor, publicDoor, Tally } from '../door/index.ts';
import { realClock, realIds } from '../edges/clock/index.ts';
import type { Config } from '../edges/config/index.ts';
import { openEmergencyLog } from '../edges/emergency/index.ts';
import { realMachine } from '../edges/machine/index.ts';
import { LIVING_PEERS_SPEAK_WITHIN_MS, realNet } from '../edges/net/index.ts';
import { folderAt, temporaryFolder } from '../edges/process/index.ts';
import { openKeys, openSqliteStore } from '../edges/sqlite/index.ts';
import type { KeyArchive } from '../edges/sqlite/index.ts';
import type { Clock, EmergencyLog, Served } from '../ports/index.ts';
import { Runtime } from '../runtime/index.ts';
import { TradingSafetyBridge } from './bridge.ts';
import type { Trade, TradeVerdict } from './bridge.ts';
import { GuardedCalls } from './circuit.ts';
import type { CallBreakerOptions, CircuitBreakerConfig } from './circuit.ts';
import { ComponentHandle } from './component.ts';
import type { ComponentOptions } from './component.ts';
import { Events } from './events.ts';
import type { SafetyEvents } from './events.ts';
import { LibraryError } from './errors.ts';
import { configOf, objectivesOf } from './options.ts';
import type { Objective, SafetySystemOptions } from './options.ts';
import { emergencyStop } from './shutdown.ts';
import type { ShutdownOptions, ShutdownReport } from './shutdown.ts';
import { TradingCircuit } from './trading-circuit.ts';
import type { TradingBreakerKind } from './words.ts';

export type SafetyStatus = {
  readonly state: SystemSafetyState;
  readonly cause: string;
  readonly restriction: Restriction;
  readonly gate: World['gate']['state'];
  readonly components: readonly { readonly name: string; readonly kind: string; readonly critical: boolean; readonly state: string; readonly cause: string }[];
  readonly venues: readonly { readonly name: string; readonly connected: boolean; readonly reconciled: boolean }[];
  readonly liveOrders: number;
  readonly durableSeq: number;
  readonly objectives: readonly Objective[];
};

/** `scope`: everything by default, or one instrument, strategy or venue by its name. */
export type TradingBreakerOptions = { readonly name: string; readonly kind: TradingBreakerKind; readonly scope?: string; readonly config?: CircuitBreakerConfig };
export type CircuitBreakerOptions = CallBreakerOptions | TradingBreakerOptions;

const isTrading = (options: CircuitBreakerOptions): options is TradingBreakerOptions => options.kind === 'loss' || options.kind === 'position' || options.kind === 'volatility';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };

type Parts = {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly config: Config;
  readonly dataDir: string;
  readonly events: Events;
  readonly objectives: readonly Objective[];
  readonly newId: () => string;
  readonly close: () => Promise<void>;
};

/** How a kill ended. `open`: where, and what, is not known to be stopped; it is tried again for ever. */
export type KillEnded = { readonly id: string; readonly by: string; readonly reason: string; readonly confirmed: boolean; readonly open: readonly string[] };

/** Starts a safety system and answers once it has the journal. What it was made with is in the configuration's reference. */
export async function createSafetySystem(options: SafetySystemOptions = {}): Promise<SafetySystem> {
  const objectives = objectivesOf(options);
  const config = configOf(options, env);
  const isBare = options.config === undefined && options.configFile === undefined;
  const isTemporary = isBare && options.dataDir === undefined;
  const dataDir = isTemporary ? temporaryFolder('breakwater') : folderAt(options.dataDir ?? config.storage.dir);
  const clock = realClock();
  const ids = realIds();
  const note = options.onNote ?? (() => undefined);
  const net = realNet({ clock, silentMs: LIVING_PEERS_SPEAK_WITHIN_MS, equivalents: mirrorsIn(config) });
  const events = new Events();
  const opened: (() => Promise<unknown>)[] = [() => net.close(), ...(isTemporary ? [() => Promise.resolve(rmSync(dataDir, { recursive: true, force: true }))] : [])];
  const close = async (): Promise<void> => { for (const shut of opened.splice(0)) await shut(); };
  let system: SafetySystem | undefined;
  try {
    const store = await openSqliteStore({ directory: dataDir, ids, clock });
    opened.unshift(() => store.close().catch(() => undefined));
    const archive: KeyArchive = await openKeys({ directory: dataDir, identity: store.identity });
    opened.unshift(() => archive.close());
    const emergency: EmergencyLog = openEmergencyLog({ directory: dataDir, writer: 'runtime' });
    opened.unshift(() => emergency.close());
    const owner = ids.id();
    const runtime = await Runtime.boot(
      {
        clock, ids, random: seededRandom(ids.id()), store, archive, keeper: store, emergency, follower: () => followerIn(dataDir), health: { freeBytes: () => realMachine(clock).disk(dataDir)?.freeBytes },
        bindings: bindingsOf(config, { net, clock, random: seededRandom(ids.id()), owner, quota: (venue) => quotaIn(dataDir, venue, owner) }), note, onFailure: (cause) => system?.failed(cause), witness: events.witness,
      },
      settingsOf(config, { version, node: versions.node, trustWallClock: options.trustClock === true }),
    );
    await emergency.prepare();
    const tally = new Tally(() => undefined);
    const doors: Served[] = [await net.serve({ path: join(dataDir, 'control.sock') }, controlDoor({
      runtime, clock, ids, instance: config.instance.name, money: moneyIn(config), pid, tally, onStop: (reason) => void system?.shutdown({ reason }),
    }))];
    opened.unshift(async () => { for (const door of doors) await door.close(); });
    const [sources, tokens] = [sourcesOf(config), tokensOf(config)];
    if (options.listen ?? (sources.length > 0 || tokens.length > 0)) {
      doors.push(await net.serve(config.server.listen, publicDoor({ runtime, clock, ids, sources, tokens, markets: marketsOf(config), note, tally })));
    }
    runtime.start();
    system = new SafetySystem({ runtime, clock, config, dataDir, events, objectives, newId: () => ids.id().replaceAll('-', '').slice(0, 12), close }, doors[1]?.url);
    return system;
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

export class SafetySystem {
  readonly #parts: Parts;
  /** Trades judged and placed, risk levels, and the stop, for a program's own trading engine. */
  readonly bridge: TradingSafetyBridge;
  readonly #failures = new Set<(cause: Error) => void>();
  readonly #onKill = new Map<string, { readonly withinMs: number }>();
  #ended: Promise<ShutdownReport> | undefined;
  #failure: Error | undefined;
  /** Where signals and intents are taken; undefined where nobody may send. */
  readonly listening: string | undefined;

  /** Made by `createSafetySystem`. */
  constructor(parts: Parts, listening: string | undefined) {
    this.#parts = parts;
    this.bridge = new TradingSafetyBridge(parts.runtime);
    this.listening = listening;
  }

  get dataDir(): string {
    return this.#parts.dataDir;
  }

  /** The state of the whole, by its components. */
  get state(): SystemSafetyState {
    return this.#parts.runtime.world.health.system.state;
  }

  /** Why this life is over, where it failed: nothing leaves any more. Make a new system on the same folder; it reads the truth. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** What was promised, and whether it is kept. */
  get objectives(): readonly Objective[] {
    return this.#parts.objectives;
  }

  /** How things stand, once what it rests on is on disk. */
  async status(): Promise<SafetyStatus> {
    const { runtime, objectives } = this.#parts;
    const { health, gate, orders, ledger } = runtime.world;
    const { headSeq } = runtime.turns;
    const seen: SafetyStatus = {
      state: health.system.state, cause: health.system.cause, restriction: restrictionOf(health), gate: gate.state,
      components: [...health.components.values()].map(({ name, kind, critical, state, cause }) => ({ name, kind, critical, state, cause })),
      venues: runtime.venues.map((name) => ({ name, connected: runtime.connected(name), reconciled: ledger.reconciled.has(name) })),
      liveOrders: orders.live.size, durableSeq: headSeq, objectives,
    };
    await runtime.turns.durable(headSeq);
    return seen;
  }

  /** Watches a part of the program's own. The same name again is the same component. */
  registerComponent(options: ComponentOptions): ComponentHandle {
    return new ComponentHandle(this.#parts.runtime, options);
  }

  /** A sign of life. @returns false where no component has that name */
  heartbeat(name: string, finding?: Finding): boolean {
    return this.#parts.runtime.health.heartbeat(name, finding);
  }

  /** Around calls (`connection`, `latency`, `rate-limit`), or before new risk (`loss`, `position`, `volatility`). */
  createCircuitBreaker(options: TradingBreakerOptions): TradingCircuit;
  createCircuitBreaker(options: CallBreakerOptions): GuardedCalls;
  createCircuitBreaker(options: CallBreakerOptions | TradingBreakerOptions): GuardedCalls | TradingCircuit {
    const { runtime, clock } = this.#parts;
    return isTrading(options) ? new TradingCircuit(runtime, options) : new GuardedCalls(runtime, clock, options);
  }

  /** What the controls would say of a trade now. Nothing is sent. */
  validateTrade(trade: Trade): TradeVerdict {
    return this.bridge.validateTrade(trade);
  }

  /** Calls for every fact of a family, once it is on disk; until the answer is called. */
  on<Name extends keyof SafetyEvents>(name: Name, listen: (fact: SafetyEvents[Name]) => void): () => void {
    return this.#parts.events.on(name, listen);
  }

  /** Calls when this life fails. */
  onFailure(run: (cause: Error) => void): () => void {
    this.#failures.add(run);
    return () => void this.#failures.delete(run);
  }

  /** Nothing new leaves, from this turn on; answers once the disk has it. What is open is cancelled unless told. */
  async halt({ by, reason, cancelOrders = true }: { readonly by: string; readonly reason: string; readonly cancelOrders?: boolean }): Promise<void> {
    await this.#parts.runtime.submit({ kind: 'halt', by, reason, cancelOrders }, { actor: `library:${by}`, correlationId: 'halt' });
  }

  /**
   * Opens the gate again. @returns why it stays shut, where it does
   * @param afterKill also what a kill, and so an emergency shutdown, has locked; the venues are listened to again first
   */
  async resume({ by, reason, afterKill = false }: { readonly by: string; readonly reason: string; readonly afterKill?: boolean }): Promise<string | undefined> {
    const { runtime } = this.#parts;
    if (afterKill) for (const venue of runtime.venues) runtime.connect(venue);
    const { outcome } = await runtime.submit({ kind: 'resume', by, reason, venues: runtime.venues, afterKill }, { actor: `library:${by}`, correlationId: 'resume' });
    return outcome.kind === 'inconclusive' || outcome.kind === 'nothing-to-do' ? outcome.why : undefined;
  }

  /**
   * Calls when a kill has ended, confirmed or not: this one's emergency shutdown, or one by the command line; until the answer is called. Each name is called
   * once for each kill, and again by a later life where this one ended before it was written down.
   * @param withinMs how long it may take, 1 to 60_000; whatever takes longer or throws is written down as that, and stops nothing
   */
  onKill(run: (ended: KillEnded) => Promise<void> | void, { name = `callback ${this.#onKill.size + 1}`, withinMs = 5_000 }: { readonly name?: string; readonly withinMs?: number } = {}): () => void {
    if (this.#onKill.has(name)) throw new LibraryError(`There is a callback "${name}" already: a kill calls each name once. Nothing was registered.`);
    if (!Number.isInteger(withinMs) || withinMs < 1 || withinMs > 60_000) throw new LibraryError(`withinMs is ${withinMs}: give a whole number from 1 to 60000. Nothing was registered.`);
    this.#onKill.set(name, { withinMs });
    const leave = this.#parts.runtime.onStopped({ name, withinMs, word: 'kill', run: ({ id, by, reason, outcome, open }) => run({ id, by, reason, confirmed: outcome === 'CONFIRMED', open }) });
    return () => {
      leave();
      this.#onKill.delete(name);
    };
  }

  /**
   * Ends it. In order: the gate, orders and positions stay as they are. In an emergency it is killed: the gate is shut for good, everything is cancelled,
   * every position closed, and each venue looked at until it was seen clean twice or the time is over; the report says what was not confirmed.
   */
  shutdown(options: ShutdownOptions = {}): Promise<ShutdownReport> {
    return (this.#ended ??= this.#shutdown(options));
  }

  async #shutdown(options: ShutdownOptions): Promise<ShutdownReport> {
    const { runtime, clock, close } = this.#parts;
    try {
      return options.emergency === true ? await emergencyStop({ runtime, clock, id: this.#parts.newId(), callbacks: [...this.#onKill.values()] }, options) : { emergency: false, confirmed: undefined, venues: [], callbacks: [] };
    } finally {
      if (runtime.turns.failed === undefined) await runtime.stop(options.reason ?? 'shutdown');
      await close();
    }
  }

  /** For the runtime alone. */
  failed(cause: Error): void {
    this.#failure = cause;
    for (const run of this.#failures) run(cause);
  }
}
