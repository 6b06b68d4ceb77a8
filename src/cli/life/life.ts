/**
 * One life: open the journal, take it over, open the doors, and stop or fail.
 *
 *   L1. The control socket is opened only by whoever holds the data folder, or by nobody's holder: never beside a live runtime, nor in a backup.
 *   L2. Without a journal the life goes on stranded: it says so, cancels and halts, and tries to boot again where that may help.
 *   L3. A halt that was taken while stranded is in force before the boot that follows opens its doors: from the emergency log,
 *       or, where that did not take it, from memory.
 *   L4. That it works is told to the supervisor by proofs alone: see proving.ts.
 */
import { BreakwaterError, reasonOf, seededRandom } from '../../base/index.ts';
import { catalogue, controlDoor, publicDoor, reload, Tally, UnreadTally } from '../../door/index.ts';
import { realIds } from '../../edges/clock/index.ts';
import type { Reread } from '../../door/index.ts';
import type { Config } from '../../edges/config/index.ts';
import { openEmergencyLog } from '../../edges/emergency/index.ts';
import type { Log } from '../../edges/log/index.ts';
import { realMachine } from '../../edges/machine/index.ts';
import { promMeters } from '../../edges/metrics/index.ts';
import { LIVING_PEERS_SPEAK_WITHIN_MS, realNet } from '../../edges/net/index.ts';
import { onEndSignal } from '../../edges/process/index.ts';
import type { Parent } from '../../edges/process/index.ts';
import { JOURNAL_FORMAT, journalBytes, openKeys, openSqliteStore, readAnchor, StoreError } from '../../edges/sqlite/index.ts';
import type { KeyArchive, SqliteStore } from '../../edges/sqlite/index.ts';
import { tellFinding } from '../../journal/index.ts';
import type { Clock, EmergencyLog, NetApp, Served, ServedAnswer } from '../../ports/index.ts';
import { sleep } from '../../ports/index.ts';
import { otherSources, Runtime, Stranded } from '../../runtime/index.ts';
import type { Gateway, Note } from '../../runtime/index.ts';
import { EXIT } from '../exit.ts';
import { bindingsOf, mirrorsIn, moneyIn, pricesOf, settingsOf } from './bindings.ts';
import { followerIn } from './follower.ts';
import { keepProving } from './proving.ts';
import { quotaIn } from './quota.ts';
import { Figures, figuresAlone } from './figures.ts';
import { both, logWitness } from './telling.ts';
import { marketsOf, sourcesOf, tokensOf } from './senders.ts';
import { strandedControl, strandedPublic } from './stranded-door.ts';

export type LifeOptions = {
  readonly config: Config;
  readonly reread: () => Reread; // the same file, as it is now
  readonly log: Log;
  readonly clock: Clock;
  readonly data: string;
  readonly controlSocket: string;
  readonly parent: Parent | undefined;
  readonly version: string;
  readonly node: string;
  readonly pid: number;
  readonly trustWallClock: boolean;
  readonly exit: (code: number) => never;
  readonly droppedLines: () => number;
};

const HELD_TRIES = 20; // a holder that was killed lets go when it is reaped
const HELD_PAUSE_MS = 150;
const RETRY_MS = 5_000;
const CLOSE_MS = 2_000;
const LAST_WORDS_MS = 150; // for answers that say "outcome unknown"
const QUOTA_WITHIN_MS = 500; // how long an end waits for what was leased to be given back
const LOG_WITHIN_MS = 1_000; // how long the end of a life, or its being stranded, waits for the emergency log
const mendable: ReadonlySet<string> = new Set(['disk-full', 'io-error', 'read-only', 'failed']);

/** @returns the exit code of a stop in good order, or of a start that was refused */
export async function live(options: LifeOptions): Promise<number> {
  const life = new Life(options);
  return life.run();
}

type Booted = { readonly runtime: Runtime } | { readonly cause: Error };

class Life {
  readonly #options: LifeOptions;
  readonly #net;
  readonly #bindings;
  readonly #prices;
  readonly #figures: Figures;
  readonly #tally: Tally;
  readonly #unread: UnreadTally;
  readonly #note: (note: Note) => void;
  #public: NetApp | undefined;
  #control: NetApp | undefined;
  #served: { readonly public: Served; readonly control: Served } | undefined;
  #figuresServed: Served | undefined;
  #runtime: Runtime | undefined;
  #archive: KeyArchive | undefined;
  readonly #emergency: EmergencyLog;
  #stop: (reason: string) => void = () => {};
  readonly #stopAsked: Promise<string>;

  constructor(options: LifeOptions) {
    this.#options = options;
    const { clock, config, log } = options;
    this.#net = realNet({ clock, silentMs: LIVING_PEERS_SPEAK_WITHIN_MS, equivalents: mirrorsIn(config) });
    this.#emergency = openEmergencyLog({ directory: options.data, writer: 'runtime' });
    this.#figures = new Figures({
      meters: promMeters({ catalogue, process: true }), clock, build: { version: options.version, node: options.node, journalFormat: JOURNAL_FORMAT },
      journalBytes: () => journalBytes(options.data), droppedLines: options.droppedLines, net: () => this.#net.statistics(), ways: () => this.#ways,
    });
    this.#tally = new Tally((source, fate) => this.#figures.answered(source, fate));
    this.#note = ({ level, message, code, detail }) => {
      const facts = { ...(code === undefined ? {} : { code }), ...detail };
      if (level === 'critical') log.error(message, facts);
      else if (level === 'warning') log.warn(message, facts);
      else log.info(message, facts);
    };
    this.#unread = new UnreadTally({ clock, note: this.#note, counted: (venue, unread) => this.#figures.unread(venue, unread) });
    const owner = realIds().id();
    this.#bindings = bindingsOf(config, { net: this.#net, clock, random: seededRandom(realIds().id()), owner, quota: (venue) => quotaIn(options.data, venue, owner), unread: (venue, unread) => this.#unread.count(venue, unread) });
    this.#prices = pricesOf(config, { net: this.#net, clock, random: seededRandom(realIds().id()), owner, quota: (source) => quotaIn(options.data, source, owner) });
    this.#stopAsked = new Promise((resolve) => (this.#stop = resolve));
  }

  /** All that requests pass on their way out: to venues, and to sources of prices that are none. */
  get #ways(): readonly Gateway[] {
    return [...this.#bindings.map(({ gateway }) => gateway), ...otherSources(this.#prices).flatMap(([, { gateway }]) => gateway ?? [])];
  }

  async run(): Promise<number> {
    const { parent } = this.#options;
    parent?.onStop(() => this.#stop('its supervisor asked for it'));
    parent?.onReload(() => this.#reload());
    onEndSignal((signal) => this.#stop(signal), () => this.#reload());
    if (parent !== undefined) keepProving(this.#options.clock, () => ({ runtime: this.#runtime, open: this.#public, control: this.#control }), (word) => parent.say(word)); // L4
    const first = await this.#boot();
    if ('cause' in first && first.cause instanceof StoreError && (first.cause.reason === 'held' || first.cause.reason === 'backup')) { // L1
      this.#options.log.error(first.cause.message, { code: first.cause.code });
      parent?.say({ kind: 'refused', code: first.cause.code, message: first.cause.message });
      return EXIT.refused;
    }
    void this.#prepareLog();
    if ('runtime' in first) await this.#open(first.runtime);
    else await this.#strand(first.cause);
    return this.#shut(await this.#stopAsked);
  }

  /** After the boot: a folder that somebody else holds is not touched, not even for this. */
  async #prepareLog(): Promise<void> {
    const hindered = await this.#emergency.prepare();
    if (hindered !== undefined) this.#note({ level: 'critical', message: tellFinding(hindered) });
  }

  async #boot(): Promise<Booted> {
    let store: SqliteStore | undefined;
    let archive: KeyArchive | undefined;
    try {
      store = await this.#openStore();
      archive = await openKeys({ directory: this.#options.data, identity: store.identity });
      const { clock, config, data, parent, version, node, trustWallClock } = this.#options;
      const ids = realIds();
      const runtime = await Runtime.boot(
        { clock, ids, random: seededRandom(ids.id()), store, archive, keeper: store, emergency: this.#emergency, follower: () => followerIn(data), health: { freeBytes: () => realMachine(clock).disk(data)?.freeBytes, ...(parent === undefined ? {} : { supervisorSilentMs: () => parent.silentMs() }) }, bindings: this.#bindings, prices: this.#prices, note: this.#note, onFailure: (cause) => this.#failed(cause), witness: both(logWitness(this.#options.log), this.#figures.witness) },
        settingsOf(config, { version, node, trustWallClock }),
      );
      this.#archive = archive;
      return { runtime };
    } catch (thrown) {
      const cause = store?.failure ?? (thrown instanceof Error ? thrown : new Error(reasonOf(thrown)));
      await archive?.close().catch(() => undefined);
      if (store !== undefined) await Promise.race([store.close().catch(() => undefined), sleep(this.#options.clock, CLOSE_MS)]); // a disk that hangs would hold us too
      return { cause };
    }
  }

  async #openStore(): Promise<SqliteStore> {
    const { data, clock } = this.#options;
    for (let tries = 1; ; tries += 1) {
      try {
        return await openSqliteStore({ directory: data, ids: realIds(), clock });
      } catch (thrown) {
        if (!(thrown instanceof StoreError) || thrown.reason !== 'held' || tries >= HELD_TRIES) throw thrown;
        await sleep(clock, HELD_PAUSE_MS);
      }
    }
  }

  async #open(runtime: Runtime): Promise<void> {
    const { config, clock, parent, controlSocket } = this.#options;
    this.#runtime = runtime;
    const ids = realIds();
    this.#public = publicDoor({ runtime, clock, ids, sources: sourcesOf(config), tokens: tokensOf(config), markets: marketsOf(config), note: this.#note, tally: this.#tally });
    this.#control = controlDoor({ runtime, clock, ids, instance: config.instance.name, money: moneyIn(config), pid: this.#options.pid, tally: this.#tally, unread: this.#unread, metrics: () => this.#figuresNow(), reread: this.#options.reread, onStop: (reason) => this.#stop(reason) });
    runtime.start();
    const { public: served } = await this.#serve();
    this.#note({ level: 'info', message: 'ready', detail: { listening: served.url } });
    parent?.say({ kind: 'ready', listening: served.url, controlSocket });
  }

  /** By a signal. Nobody waits for an answer: the log tells what came of it, as the witness of the journal. */
  #reload(): void {
    const runtime = this.#runtime;
    if (runtime === undefined || runtime.turns.failed !== undefined) return this.#note({ level: 'warning', message: 'the configuration is not read again: there is no runtime with a journal' });
    try {
      const done = reload(runtime, this.#options.reread(), { by: 'SIGHUP', named: false, reason: 'a signal' }, { actor: 'configuration', correlationId: 'reload' });
      if (done.kind === 'taken') this.#note({ level: 'info', message: 'the configuration was read again', detail: { changed: done.inForce.length, held: done.held?.id ?? 'nothing' } });
    } catch (thrown) {
      this.#note({ level: 'critical', message: `the configuration was not read again: ${reasonOf(thrown)}` });
    }
  }

  async #strand(cause: Error): Promise<void> { // L2
    const { clock, config, data, parent, controlSocket } = this.#options;
    const canMend = isMendable(cause);
    const known = knownOf(data);
    const stranded = new Stranded({ clock, bindings: this.#bindings, note: this.#note, emergency: this.#emergency, bootId: realIds().id(), ...(known === undefined ? {} : { known }) }, cause);
    await Promise.race([stranded.recall(), sleep(clock, LOG_WITHIN_MS)]);
    const code = cause instanceof BreakwaterError ? cause.code : 'BW-9002';
    this.#note({ level: 'critical', code, message: `stranded without a journal: ${cause.message}` });
    this.#control = strandedControl(stranded, {
      instance: config.instance.name, money: moneyIn(config), pid: this.#options.pid, retryingEveryMs: canMend ? RETRY_MS : undefined, onStop: () => this.#stop('told to over the control socket'), metrics: () => this.#figuresNow(),
    });
    this.#public = strandedPublic(stranded);
    const { public: served } = await this.#serve();
    parent?.say({ kind: 'stranded', code, message: cause.message, listening: served.url, controlSocket });
    if (canMend) clock.timer(RETRY_MS, () => void this.#tryAgain(stranded));
  }

  async #tryAgain(stranded: Stranded): Promise<void> {
    const booted = await this.#boot();
    if ('cause' in booted) {
      this.#note({ level: 'warning', message: `still stranded: ${booted.cause.message}` });
      this.#options.clock.timer(RETRY_MS, () => void this.#tryAgain(stranded));
      return;
    }
    await stranded.handOver(booted.runtime, () => this.#open(booted.runtime)); // L3
  }

  /** Both doors, once: what stands behind them may change. */
  async #serve(): Promise<{ readonly public: Served; readonly control: Served }> {
    if (this.#served !== undefined) return this.#served;
    const { config, controlSocket } = this.#options;
    const control = await this.#net.serve({ path: controlSocket }, behind(() => this.#control));
    const open = await this.#net.serve(config.server.listen, behind(() => this.#public));
    await this.#serveFigures();
    return (this.#served = { public: open, control });
  }

  /** That nobody can watch is told, and is no reason not to trade. */
  async #serveFigures(): Promise<void> {
    const { listen } = this.#options.config.metrics;
    if (listen === undefined) return;
    try {
      this.#figuresServed = await this.#net.serve(listen, figuresAlone(() => this.#figuresNow()));
      this.#note({ level: 'info', message: 'figures are served', detail: { listening: this.#figuresServed.url } });
    } catch (thrown) {
      this.#note({ level: 'warning', ...(thrown instanceof BreakwaterError ? { code: thrown.code } : {}), message: `no figures are served: ${reasonOf(thrown)}` });
    }
  }

  #figuresNow(): Promise<ServedAnswer> {
    return this.#figures.answer(this.#runtime, this.#tally);
  }

  async #shut(reason: string): Promise<number> {
    this.#note({ level: 'info', message: `stopping: ${reason}` });
    this.#unread.stop();
    await this.#served?.public.close();
    await this.#runtime?.stop(reason);
    await Promise.race([Promise.all(this.#ways.map((gateway) => gateway.close())), sleep(this.#options.clock, QUOTA_WITHIN_MS)]);
    await this.#archive?.close();
    await Promise.race([this.#emergency.close(), sleep(this.#options.clock, LOG_WITHIN_MS)]);
    await this.#served?.control.close();
    await this.#figuresServed?.close();
    await this.#net.close();
    return EXIT.ok;
  }

  /** This life is over; the next one reads the truth. */
  #failed(cause: Error): void {
    const { log, clock, exit } = this.#options;
    log.error(`this life ends: ${cause.message}`, cause instanceof BreakwaterError ? { code: cause.code } : {});
    if (this.#runtime === undefined) return; // still booting: the boot itself says what went wrong
    const { emergencies } = this.#runtime;
    clock.timer(LAST_WORDS_MS, () => void Promise.race([emergencies.settled(), sleep(clock, LOG_WITHIN_MS)]).then(() => exit(EXIT.error)));
  }
}

/** What the anchor still tells of a journal that cannot be opened. */
function knownOf(directory: string): { readonly journal: string; readonly head: { readonly seq: number; readonly hash: string } } | undefined {
  try {
    const anchor = readAnchor(directory);
    return anchor === undefined ? undefined : { journal: anchor.identity, head: { seq: anchor.seq, hash: anchor.hash } };
  } catch {
    return undefined;
  }
}

const isMendable = (cause: Error): boolean => (cause instanceof StoreError ? mendable.has(cause.reason) : cause instanceof BreakwaterError && cause.retryable);

/** Whatever stands there at the time of each request. */
const behind = (app: () => NetApp | undefined): NetApp => ({
  request: (request) => app()?.request(request) ?? Promise.resolve({ kind: 'answer', status: 503, headers: {}, body: '' }),
});
