/**
 * The cast of a run: an exchange behind its dialect, and the runtime that trades there, each a process that can die,
 * on one virtual clock and one network in memory. A supervisor's part is played by the stage: what dies is started again.
 *
 * Owns who lives and dies. Does not own what a life is made of (life.ts), what is sent, nor what must hold.
 */
import type { Random } from '../base/index.ts';
import type { Input, Outcome } from '../core/index.ts';
import type { Exchange, ExchangeOptions } from '../exchange/index.ts';
import { MemoryDisk } from '../journal/index.ts';
import type { LimitTexts, Runtime, Settings } from '../runtime/index.ts';
import { MemoryArchive } from './archive.ts';
import type { VirtualClock } from './clock.ts';
import { absenceMs } from './dead-man.ts';
import { DiskTroubles } from './disk-troubles.ts';
import { EmergencyPlace } from './emergency.ts';
import { ExchangePlace } from './exchange-place.ts';
import { beginLife } from './life.ts';
import { drawLinkFault } from './link-faults.ts';
import { PricePlaces } from './price-places.ts';
import { createMemoryNet } from './net.ts';
import type { MemoryNet } from './net.ts';
import type { SimProcess } from './process.ts';
import { QuotaPlace } from './quota.ts';
import { offeredIn } from './offered.ts';
import type { Offered } from './offered.ts';
import type { Swarm } from './swarm/index.ts';
import type { Tally } from './tally.ts';
import { orderIn, Witness } from './witness.ts';
import type { SentOrder } from './witness.ts';

export { EXCHANGE_URL, SYMBOL } from './exchange-place.ts';
export { BOT_TOKEN, HOOK_SECRET, VENUE } from './life.ts';
export const RUNTIME_URL = 'http://runtime:80';
const EMERGENCY_SLOTS = 24;
const PATIENCE_MS = 6_000; // without a heartbeat

export type Command = Extract<Input, { kind: 'halt' | 'kill' | 'resume' | 'adopt-balance' | 'trip-breaker' | 'reset-breaker' }>;

export type StageOptions = {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly swarm: Swarm;
  readonly tally: Tally;
  readonly settings: Pick<Settings, 'limits' | 'risk' | 'approvals'>; // limits as the first life is told them
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
  readonly #venue: ExchangePlace;
  readonly #troubles: DiskTroubles;
  #runtime: Runtime | undefined;
  #process: SimProcess | undefined;
  #callsToCrash = Number.POSITIVE_INFINITY;
  readonly #absences: Random;
  #silentSinceMs: number | undefined; // nobody lives, or who does stands still
  #comeBack: (() => void) | undefined; // from an absence that is longer than others
  #isCalm = false;
  #wallOffsetMs = 0;
  /** What ended a run for good: a life that could not even begin. */
  fatal: string | undefined;
  readonly bootedAtMs: number[] = [];
  /** The limits of the configuration, as it lies there now; and as the newest life was told them. */
  file: LimitTexts;
  bootFile: Offered;

  constructor(options: StageOptions) {
    this.#options = options;
    const { clock, random, swarm, tally, seed } = options;
    this.file = options.settings.limits;
    this.bootFile = offeredIn(this.file);
    this.net = createMemoryNet({ clock, random: random.fork('net') });
    this.witness = new Witness(clock);
    this.places = new PricePlaces({ clock, random: random.fork('price places'), tally, hasSecond: swarm.secondPrices, isPatient: swarm.patientPrices });
    this.#venue = new ExchangePlace({ clock, random, swarm, tally, seed, net: this.net, places: this.places, ...(options.exchange === undefined ? {} : { more: options.exchange }) });
    this.#troubles = new DiskTroubles({ swarm, clock, tally, isCalm: () => this.#isCalm, command: (input) => this.command(input) });
    this.#absences = random.fork('absences');
    const links = random.fork('links');
    this.net.onRequest((travel) => {
      if (travel.from !== 'runtime') return undefined;
      const order = orderIn(travel.request);
      if (order !== undefined) {
        options.onLeaving(order);
        this.witness.left(order);
      }
      const fault = this.#isCalm ? undefined : drawLinkFault(links, swarm, order !== undefined);
      if (fault !== undefined) tally.fault(`link ${fault.kind}`);
      return fault;
    });
  }

  get runtime(): Runtime | undefined {
    return this.#process?.alive === true ? this.#runtime : undefined;
  }

  get isFrozen(): boolean {
    return this.#process?.frozen === true;
  }

  /** For how long nobody has lived, or stood still. */
  get silentForMs(): number {
    return this.#silentSinceMs === undefined ? 0 : this.#options.clock.monotonicMs() - this.#silentSinceMs;
  }

  get isExchangeUp(): boolean {
    return this.#venue.isUp;
  }

  /** Cancels that the exchange of this life said it had taken, and had not. */
  get lies(): number {
    return this.#venue.lies;
  }

  get exchange(): Exchange {
    return this.#venue.exchange;
  }

  async raise(): Promise<void> {
    await this.#venue.open();
    await this.places.serve(this.net, () => this.#venue.isUp);
    this.bootRuntime();
  }

  killExchange(): void {
    this.#venue.kill();
  }

  bootRuntime(): void {
    const { clock, random, swarm, tally, settings } = this.#options;
    const chance = random.fork(`life ${this.bootedAtMs.length}`);
    this.bootedAtMs.push(clock.monotonicMs());
    this.bootFile = offeredIn(this.file);
    this.#callsToCrash = swarm.crashEveryCalls > 0 && !this.#isCalm ? 1 + chance.below(2 * swarm.crashEveryCalls) : Number.POSITIVE_INFINITY;
    beginLife({
      clock, net: this.net, disk: this.disk, archive: this.archive, emergencies: this.emergencies, quota: this.quota, witness: this.witness, places: this.places, troubles: this.#troubles, swarm, tally,
      isCalm: () => this.#isCalm, wallOffsetMs: () => this.#wallOffsetMs,
    }, {
      number: this.bootedAtMs.length, chance, settings: { ...settings, limits: this.file }, callsToCrash: () => --this.#callsToCrash,
      onBegun: (process) => { [this.#process, this.#runtime, this.#silentSinceMs] = [process, undefined, undefined]; },
      onUp: (runtime) => {
        this.#runtime = runtime;
        if (runtime.world.gate.by === 'breakwater') clock.timer(2_000, () => { if (!this.#isCalm) void this.command({ kind: 'resume', by: 'sim', reason: 'the orders were looked at' }); });
      },
      onEnd: () => this.killRuntime(),
      onFatal: (why) => { this.fatal = why; },
    });
  }

  killRuntime(): void {
    const process = this.#process;
    if (process?.alive !== true) return;
    process.kill();
    this.#options.tally.state('the runtime died');
    const { clock, random, swarm } = this.#options;
    this.#silentSinceMs ??= clock.monotonicMs();
    const [delayMs, moreMs] = [50 + random.below(3_000), this.#isCalm ? 0 : absenceMs(swarm.deadMan, this.#absences)];
    const boot = (): void => {
      cancel();
      this.#comeBack = undefined;
      this.bootRuntime();
    };
    const cancel = clock.timer(delayMs + moreMs, boot);
    if (moreMs > 0) this.#comeBack = boot;
  }

  /** SIGSTOP, or a machine that stands still. What sends no heartbeat for `PATIENCE_MS` is killed, as a supervisor does. */
  freezeRuntime(forMs: number): void {
    const process = this.#process;
    if (process?.alive !== true || process.frozen) return;
    const { clock, tally } = this.#options;
    process.freeze();
    this.#silentSinceMs ??= clock.monotonicMs();
    tally.state('the runtime froze');
    clock.timer(Math.min(forMs, PATIENCE_MS), () => {
      if (!process.alive || !process.frozen) return;
      if (forMs < PATIENCE_MS) {
        this.#silentSinceMs = undefined;
        return process.thaw();
      }
      tally.state('the runtime froze, and was killed');
      this.killRuntime();
    });
  }

  /** The clock of the runtime's machine is set: that far from the true time. */
  setWall(offsetMs: number): void {
    this.#wallOffsetMs = offsetMs;
    this.#options.tally.state('the wall clock was set');
  }

  /** Runs when the next order is being written down to be sent. */
  atNextSending(run: () => void): void {
    this.#troubles.atNextSending(run);
  }

  /** An operator asks; what is not taken is not repeated. */
  command(input: Command): Promise<boolean> {
    return this.ask(input).then((outcome) => outcome !== undefined);
  }

  /** The same, with what was answered; undefined where it was not taken. */
  ask(input: Command): Promise<Outcome | undefined> {
    if (this.#process?.frozen === true) return Promise.resolve(undefined);
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
    this.#isCalm = true;
    this.#process?.thaw();
    if (this.#process?.alive === true) this.#silentSinceMs = undefined;
    this.#comeBack?.();
    this.#callsToCrash = Number.POSITIVE_INFINITY;
    this.net.healAll();
    this.#venue.calm();
    this.places.calm();
    // Streams that faults have silenced stay silent: the connection ends, as it would.
    this.net.reset('runtime', 'exchange');
  }
}
