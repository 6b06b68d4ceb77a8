/**
 * One process life: takes the journal over, listens to venues, takes inputs, and does what is due, until it stops or fails.
 *
 *   B1. Nothing is asked of a venue before the entry that took the journal over is durable.
 *   B2. A life that has failed does nothing more: every port is let go, and the next life reads the truth.
 *   B3. No life begins on an index of older keys that lacks what the journal left behind.
 */
import { parseCanonical } from '../base/index.ts';
import type { Random } from '../base/index.ts';
import { DEFAULT_WATCH, factsCodec, followTotals, gateFor, isFinal, limitsFor, orderById, stopsUnderWay } from '../core/index.ts';
import type { Facts, Input, Order, Outcome, World } from '../core/index.ts';
import { Sealer } from '../journal/index.ts';
import type { Formats, SealedEntry, Store } from '../journal/index.ts';
import type { Archive, Clock, EmergencyLog, Ids, SegmentKeeper, StartFollower, VenueEvent } from '../ports/index.ts';
import { behindCircuits, CircuitRegistry, circuitOfSource, guardedPrices, parts } from './breakers/index.ts';
import { VenueTimers } from './dead-man/index.ts';
import { Emergencies } from './emergencies.ts';
import { Following } from './following.ts';
import type { Gateway, GatewayStatistics } from './gateway/index.ts';
import { guarded } from './guarded.ts';
import { HealthDesk, LoopLag, ownComponents, Reads } from './health/index.ts';
import type { HealthPorts } from './health/index.ts';
import { DEFAULT_APPROVALS, LimitDesk } from './limit-desk.ts';
import { Performer } from './performer.ts';
import { IndexBehindError } from './errors.ts';
import { Prover } from './proof.ts';
import type { Proof } from './proof.ts';
import { Recollection } from './recollection.ts';
import { Reconciler } from './reconciler.ts';
import { NO_PRICE_SETTINGS, noteOfChange, PriceSenses, PriceWatch, otherSources } from './prices/index.ts';
import type { PriceSettings } from './prices/index.ts';
import type { Look } from './reconciler.ts';
import { replay } from './replay.ts';
import { RiskSensor, riskPolicyOf } from './risk/index.ts';
import { DEFAULT_STOP_TIMES, limitTextsOf, profileOf } from './settings.ts';
import { Segments } from './segments.ts';
import type { Settings, StopTimes, VenueBinding } from './settings.ts';
import { Stopper } from './stopper.ts';
import type { StopCallback } from './stop-callbacks.ts';
import { journalTime } from './time.ts';
import type { JournalTime } from './time.ts';
import { Turns } from './turns.ts';
import type { Cause, Witness } from './turns.ts';

export type Note = { readonly level: 'info' | 'warning' | 'critical'; readonly code?: string; readonly message: string; readonly detail?: Readonly<Record<string, string | number | boolean>> };

export type RuntimePorts = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly store: Store;
  readonly archive?: Archive; // the index of older keys; without one, no segment is ever opened
  readonly facts?: Facts; // of another release, in a test
  readonly keeper?: SegmentKeeper; // of closed segments; without one, none is ever deleted
  readonly follower?: StartFollower; // the second fold; without one nothing is compared, and no snapshot is kept
  readonly emergency?: EmergencyLog; // for what the store does not take in time; without one that is not remembered
  readonly health?: HealthPorts; // without them no component is watched, and nothing is claimed of the whole
  readonly bindings: readonly VenueBinding[];
  readonly prices?: PriceSettings; // without them each venue is the one source of its own
  readonly note: (note: Note) => void; // for the log; never a fact
  readonly onFailure: (cause: Error) => void; // this life is over; the process should end
  readonly witness?: Witness; // told of what is durable
};

export type Answer = { readonly outcome: Outcome; readonly seq: number };

const NOT_CONNECTED: Look = { kind: 'unclear', why: 'the venue is not connected' };
const SEGMENTS_EVERY_MS = 60_000;
const LAST_SNAPSHOT_MS = 2_000; // that a stop waits for it

export class Runtime {
  readonly #ports: RuntimePorts;
  readonly #settings: Settings;
  readonly #bindings: ReadonlyMap<string, VenueBinding>;
  readonly #prices: PriceSenses;
  readonly #priceWatch: PriceWatch;
  readonly #reconcilers = new Map<string, Reconciler>();
  readonly #streams = new Map<string, () => void>(); // by venue: those that are connected
  readonly #timers = new Set<() => void>();
  readonly #connected = new Map<string, boolean>();
  readonly #listeners = new Set<() => void>();
  readonly #leaves: (() => void)[] = []; // what outlives this life, and is listened to
  readonly turns: Turns;
  readonly emergencies: Emergencies;
  readonly breakers: CircuitRegistry;
  readonly recollection: Recollection;
  readonly formats: Formats;
  readonly time: JournalTime;
  readonly #performer: Performer;
  readonly #segments: Segments;
  readonly following: Following;
  readonly #prover: Prover;
  readonly risk: RiskSensor | undefined;
  readonly limits: LimitDesk;
  readonly #reads: Reads;
  readonly #comparedAtMs = new Map<string, number>();
  readonly #lag: LoopLag;
  readonly health: HealthDesk;
  readonly #stopper: Stopper;
  readonly timers: VenueTimers;
  #started = false;
  #stopping = false;
  #stopped: Promise<void> | undefined;

  /** Reads the journal, takes it over, and answers once that is durable. Venues are not asked yet: see `start`. */
  static async boot(ports: RuntimePorts, settings: Settings): Promise<Runtime> {
    const facts = ports.facts ?? factsCodec;
    const { world, head, fromSnapshot, folded } = await replay(ports.store, { snapshots: true, facts });
    const [through, needed] = [await ports.archive?.through() ?? 1, world.segment.number];
    if (through < needed) throw new IndexBehindError(through, needed); // B3
    const time = journalTime(ports.clock, world.life, settings.trustWallClock);
    ports.note({ level: 'info', message: 'journal read', detail: { head: head.seq, fromSnapshot, folded, format: world.format } });
    const runtime = new Runtime(ports, settings, world, time, new Sealer(head, { epoch: head.epoch + 1, bootId: ports.ids.id(), lastAtMs: world.life.atMs }), fromSnapshot);
    const taken = runtime.turns.take({ kind: 'boot', version: settings.version, node: settings.node, journal: ports.store.identity, previousSeq: head.seq, format: facts.formats.writes }, { actor: 'boot', correlationId: 'boot' });
    await runtime.turns.durable(taken.seq); // B1
    await runtime.emergencies.takeOver();
    return runtime;
  }

  private constructor(ports: RuntimePorts, settings: Settings, world: World, time: JournalTime, sealer: Sealer, snapshotSeq: number) {
    this.#ports = ports;
    this.#settings = settings;
    this.time = time;
    const prices = ports.prices ?? NO_PRICE_SETTINGS;
    this.#prices = new PriceSenses({
      traded: ports.bindings.map(({ venue, symbols }) => ({ venue: venue.name, symbols })), settings: prices, market: () => this.world.market, changed: (market, used, change) => ports.note(noteOfChange(market, used, change)),
      said: () => followTotals(this.world, this.#prices, time.nowMs()),
    });
    this.formats = (ports.facts ?? factsCodec).formats;
    this.turns = new Turns({
      store: ports.store, world, sealer, facts: ports.facts ?? factsCodec, time, clock: ports.clock, prices: this.#prices, maxLag: settings.maxLag, appendTimeoutMs: settings.appendTimeoutMs,
      onDurable: () => this.#advanced(), onUrgent: (urgent) => this.#heed(urgent), onFailure: (cause) => this.#failed(cause), witness: ports.witness,
    });
    this.breakers = new CircuitRegistry({
      turns: this.turns, time, clock: ports.clock, settings: settings.breakers, names: [...ports.bindings.flatMap(({ venue }) => parts.map((part) => `${venue.name}/${part}`)), ...otherSources(prices).map(([name]) => circuitOfSource(name))],
      onTryOut: (venue) => { if (this.#alive) void this.#reconcilers.get(venue)?.now(); },
    });
    this.#bindings = new Map(ports.bindings.map((binding) => [binding.venue.name, { ...binding, venue: behindCircuits(guarded(binding.venue), { registry: this.breakers, time, clock: ports.clock, isStopping: () => stopsUnderWay(this.world).some(({ venues }) => venues.includes(binding.venue.name)) }) }]));
    this.timers = new VenueTimers({ bindings: this.#bindings, clock: ports.clock, turns: this.turns, note: ports.note, isStopping: (venue) => stopsUnderWay(this.world).some(({ venues }) => venues.includes(venue)) });
    this.#priceWatch = new PriceWatch({ senses: this.#prices, settings: guardedPrices(prices, { registry: this.breakers, time, clock: ports.clock }), clock: ports.clock, time, everyMs: settings.quoteEveryMs, note: ports.note, onRead: (venue, worked) => this.#reads.noted(venue, 'prices', worked) });
    for (const { venue, gateway } of ports.bindings) this.#heedRefusals(venue.name, gateway);
    for (const [name, { gateway }] of otherSources(prices)) this.#heedRefusals(name, gateway, [circuitOfSource(name)]);
    this.emergencies = new Emergencies({
      log: ports.emergency, venues: this.venues, store: ports.store, turns: this.turns, clock: ports.clock, afterMs: settings.emergencyAfterMs, note: ports.note, onLate: () => this.#performer.pump(),
    });
    this.recollection = new Recollection(this.turns, ports.archive);
    this.risk = settings.risk === undefined ? undefined : new RiskSensor({ turns: this.turns, prices: this.#prices, time, clock: ports.clock, settings: settings.risk, venues: this.venues });
    this.limits = new LimitDesk({ turns: this.turns, time, clock: ports.clock, configured: limitTextsOf(settings), approvals: settings.approvals ?? DEFAULT_APPROVALS });
    this.#prover = new Prover({ turns: this.turns, prices: this.#prices, time, store: ports.store });
    this.following = new Following({ turns: this.turns, clock: ports.clock, time, store: ports.store, start: ports.follower, snapshotEvery: settings.snapshotEvery, snapshotSeq, note: ports.note });
    this.health = new HealthDesk({ turns: this.turns, clock: ports.clock, times: settings.watch ?? DEFAULT_WATCH });
    this.#lag = new LoopLag(ports.clock);
    this.#reads = new Reads(() => ports.clock.monotonicMs());
    this.#segments = new Segments({ turns: this.turns, time, clock: ports.clock, agrees: () => this.following.agrees(), archive: ports.archive, keeper: ports.keeper, settings, note: ports.note });
    this.#performer = new Performer({
      turns: this.turns, recollection: this.recollection, emergencies: this.emergencies, bindings: this.#bindings, clock: ports.clock, time, onUnclear: (venue, why, access) => this.#unclear(venue, why, access),
      notWatched: (venue) => this.timers.whyNot(venue),
    });
    this.#stopper = new Stopper({
      turns: this.turns, bindings: this.#bindings, clock: ports.clock, time, times: this.stopTimes, emergencies: this.emergencies, prices: this.#prices, note: ports.note,
      look: (venue) => this.look(venue), glance: (venue) => this.#reconcilers.get(venue)?.glance() ?? Promise.resolve(NOT_CONNECTED), connect: (venue) => this.connect(venue), disconnect: (venue) => this.#disconnect(venue),
    });
  }

  #heedRefusals(name: string, gateway: Gateway | undefined, circuits?: readonly string[]): void {
    const deaf = gateway?.onRefused(({ what, forMs, said }) => { if (this.turns.failed === undefined) this.breakers.limited(name, what, forMs, said, circuits); });
    if (deaf !== undefined) this.#leaves.push(deaf);
  }

  get world(): World {
    return this.turns.world;
  }

  get prices(): PriceSenses {
    return this.#prices;
  }

  get stopTimes(): StopTimes {
    return { ...DEFAULT_STOP_TIMES, ...this.#settings.stops };
  }

  /** The venues that are in use, by name. */
  get venues(): readonly string[] {
    return [...this.#bindings.keys()];
  }

  /** What is on its way to a venue, waits, and was refused; undefined where nothing stands between it and the network. */
  wayOut(venue: string): GatewayStatistics | undefined {
    return this.#bindings.get(venue)?.gateway?.statistics();
  }

  connected(venue: string): boolean {
    return this.#connected.get(venue) ?? false;
  }

  /** Begins to listen to the venues and to do what is due. */
  start(): void {
    this.limits.start();
    this.#configure();
    this.#tellOrphans();
    this.#started = true;
    for (const name of this.#bindings.keys()) if (!this.isParted(name)) this.connect(name);
    this.#stopper.heed();
    this.#priceWatch.start();
    this.following.start();
    this.risk?.start();
    void this.#tendSegments();
    this.#watchHealth();
    this.#performer.pump();
  }

  /** After a kill a venue is left alone, also by the lives that follow, until somebody wants to go on. */
  isParted(venue: string): boolean {
    return gateFor(this.world, { venue, symbol: '' }).gate.state === 'LOCKED' && !stopsUnderWay(this.world).some(({ venues }) => venues.includes(venue));
  }

  /** Listens to a venue, looks at it and watches its prices, from now on. Opens no gate. */
  connect(name: string): void {
    const binding = this.#bindings.get(name);
    if (binding === undefined || this.#streams.has(name) || !this.#started || !this.#alive) return;
    const { venue } = binding;
    this.timers.start(name);
    const reconciler = new Reconciler({
      turns: this.turns, recollection: this.recollection, binding, clock: this.#ports.clock, everyMs: this.#settings.reconcileEveryMs,
      onUnclear: (why, access) => this.#unclear(venue.name, why, access), onDone: () => this.#looked(venue.name),
      onFruitless: (looks, why) => this.#ports.note({ level: 'critical', message: `${venue.name}: ${looks} looks in a row came to nothing, so the books stand unproven: ${why}` }),
    });
    this.#reconcilers.set(venue.name, reconciler);
    this.#streams.set(venue.name, venue.stream((event) => this.#heard(venue.name, event)));
    void this.#meet(binding, reconciler);
    void this.#priceWatch.askVenue(binding, () => this.#isHeard(reconciler, venue.name));
  }

  #disconnect(venue: string): void {
    this.timers.part(venue);
    this.#streams.get(venue)?.();
    this.#streams.delete(venue);
    this.#reconcilers.get(venue)?.stop();
    this.#reconcilers.delete(venue);
    this.#connected.set(venue, false);
  }

  /** A whole look at a venue that begins now, and what it shows. */
  look(venue: string): Promise<Look> {
    return this.#reconcilers.get(venue)?.look() ?? Promise.resolve(NOT_CONNECTED);
  }

  /** Told when a kill or a flatten has ended, confirmed or not. */
  onStopped(callback: StopCallback): () => void {
    const leave = this.#stopper.onStopped(callback);
    this.#workAtStops();
    return leave;
  }

  /** Takes an input and answers once everything it rests on is durable. */
  async submit(input: Input, cause: Cause, lane: 'new-risk' | 'safety' = 'safety'): Promise<Answer> {
    const { outcome, seq } = await this.recollection.with(input, (whole) => (lane === 'new-risk' ? this.turns.takeNewRisk(whole, cause) : this.turns.take(whole, cause)));
    await this.turns.durable(seq);
    return { outcome, seq };
  }

  /** Proves that the last word says no and that the disk has what was decided. Answers only then; see proof.ts. */
  prove(): Promise<Proof> {
    return this.#prover.prove();
  }

  /** Entries as they were written, from a seq on; those that are durable and no others. */
  async entries(fromSeq: number, limit: number): Promise<readonly SealedEntry[]> {
    const page = await this.#ports.store.read(fromSeq, limit);
    return page.filter((entry) => entry.seq <= this.turns.durableSeq);
  }

  /** Calls whenever more is durable, and once when this life ends; until the answer is called. */
  onDurable(listen: () => void): () => void {
    this.#listeners.add(listen);
    return () => void this.#listeners.delete(listen);
  }

  reconcile(venue: string): Promise<Outcome> {
    return this.#reconcilers.get(venue)?.now() ?? Promise.resolve({ kind: 'nothing-to-do', why: `no venue "${venue}" is configured` });
  }

  /** Stops in good order: nothing new, answers that are on their way are awaited for a while, the rest stays `unknown` for the next life. */
  stop(reason: string): Promise<void> {
    return (this.#stopped ??= this.#stop(reason));
  }

  async #stop(reason: string): Promise<void> {
    this.#stopping = true;
    this.#performer.drain();
    await this.timers.leave(); // while the streams are open: the end of one may cancel what is to stay
    this.#letGo();
    const deadlineMs = this.#ports.clock.monotonicMs() + this.#settings.stopTimeoutMs;
    while (this.#performer.inFlight > 0 && this.turns.failed === undefined && this.#ports.clock.monotonicMs() < deadlineMs) {
      await new Promise<void>((resolve) => void this.#ports.clock.timer(20, resolve));
    }
    this.#performer.stop();
    if (this.turns.failed === undefined) {
      const { seq } = this.turns.take({ kind: 'stop', reason }, { actor: 'runtime', correlationId: 'stop' });
      await this.turns.durable(seq);
      await this.following.finish(LAST_SNAPSHOT_MS);
    }
    this.turns.close();
    this.emergencies.stop();
    await this.#ports.store.close();
  }

  /** The instruments, until they are known; then the first whole look. */
  async #meet(binding: VenueBinding, reconciler: Reconciler): Promise<void> {
    const { venue, symbols } = binding;
    let told = '';
    while (this.#isHeard(reconciler, venue.name)) {
      const listed = await venue.instruments(symbols);
      if (!this.#isHeard(reconciler, venue.name)) return;
      if (listed.kind === 'read') {
        this.turns.attempt({ kind: 'instruments', venue: venue.name, instruments: listed.value }, { actor: `venue:${venue.name}`, correlationId: 'instruments' });
        this.#configure();
        break;
      }
      if (listed.why !== told) this.#unclear(venue.name, `instruments: ${listed.why}`, listed.access === true); // asked every second, told once
      told = listed.why;
      if (symbols.every((symbol) => this.world.market.instruments.has(`${venue.name} ${symbol}`))) break; // those of the last life will do
      await this.#pause(1_000);
    }
    if (this.#isHeard(reconciler, venue.name)) await reconciler.now();
  }

  /** Whether this is still the one that looks at the venue. */
  #isHeard(reconciler: Reconciler | undefined, venue: string): boolean {
    return this.#alive && reconciler !== undefined && this.#reconcilers.get(venue) === reconciler;
  }

  #configure(): void {
    const by = { actor: 'configuration', correlationId: 'configure' };
    const venues = [...this.#bindings.values()].map((binding) => profileOf(binding, this.world.market));
    // Listed first, so that limits can be counted in the units of their instruments.
    this.turns.attempt({ kind: 'configure', venues, limits: limitsFor(this.limits.agreed, this.world.market), ...(this.#settings.risk === undefined ? {} : { risk: riskPolicyOf(this.#settings.risk) }), by: 'configuration' }, by);
  }

  async #tendSegments(): Promise<void> {
    while (this.#alive) {
      this.#segments.turnOver();
      this.#segments.retain();
      await this.#pause(SEGMENTS_EVERY_MS);
    }
  }

  #looked(venue: string): void {
    const atMs = this.world.ledger.reconciled.get(venue)?.atMs;
    if (atMs !== undefined && atMs !== this.#comparedAtMs.get(venue)) this.#reads.noted(venue, 'account', true);
    if (atMs !== undefined) this.#comparedAtMs.set(venue, atMs);
    this.health.soon();
    this.#performer.pump();
  }

  #watchHealth(): void {
    const { health: ports, clock } = this.#ports;
    if (ports === undefined) return;
    this.#lag.start();
    this.health.start(ownComponents({
      ports, lag: this.#lag, venues: this.venues, prove: () => this.prove(), monotonicMs: () => clock.monotonicMs(), slowestMs: () => this.turns.takeSlowestMs(), follower: () => this.following.view,
      seen: {
        world: this.world, prices: this.#prices, reads: this.#reads, reconcileEveryMs: this.#settings.reconcileEveryMs, connected: (venue) => this.connected(venue), timer: (venue) => this.timers.view(venue), nowMs: () => this.time.nowMs(),
      },
    }));
  }

  /** Orders at a venue that is not configured any more: nobody can ask for them, and they count all the same. */
  #tellOrphans(): void {
    const orphans = new Map<string, number>();
    for (const { venue } of this.world.orders.live.values()) if (!this.#bindings.has(venue)) orphans.set(venue, (orphans.get(venue) ?? 0) + 1);
    for (const [venue, orders] of orphans) {
      this.#ports.note({ level: 'critical', message: `the venue "${venue}" is not configured, and ${orders} order${orders === 1 ? '' : 's'} there may be open: configure it again until they are final`, detail: { venue, orders } });
    }
  }

  #heard(venue: string, event: VenueEvent): void {
    if (!this.#alive) return;
    switch (event.kind) {
      case 'connected':
        this.#connected.set(venue, true);
        return this.#reconcilers.get(venue)?.afresh();
      case 'disconnected':
        this.#connected.set(venue, false);
        return this.#ports.note({ level: 'warning', message: `stream of ${venue} lost`, detail: { why: event.why } });
      case 'order': {
        this.#performer.report(venue, event.report, 'stream');
        if (event.report.filledUnits > 0n) this.#performer.readActivityAfresh(venue);
      }
    }
  }

  #unclear(venue: string, why: string, access: boolean): void {
    this.#ports.note({ level: 'warning', message: `${venue}: ${why}` });
    this.#reads.noted(venue, 'account', false);
    if (access && this.#alive) this.turns.attempt({ kind: 'access-refused', venue, detail: why }, { actor: `venue:${venue}`, correlationId: 'access' });
  }

  #advanced(): void {
    this.following.advanced(); // first: it may end this life
    this.emergencies.advanced();
    this.breakers.tend();
    this.#performer.pump();
    this.risk?.advanced();
    this.limits.advanced();
    this.#workAtStops();
    for (const listen of this.#listeners) listen();
    this.#segments.turnOver();
  }

  /** What is to be stopped does not wait for the disk for ever. */
  #heed(urgent: Parameters<Emergencies['heed']>[0]): void {
    this.emergencies.heed(urgent);
    void Promise.resolve().then(() => this.#workAtStops());
  }

  #workAtStops(): void {
    if (!this.#started || !this.#alive) return;
    this.#stopper.heed();
    this.timers.heed();
  }

  get #alive(): boolean {
    return !this.#stopping && this.turns.failed === undefined;
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#ports.clock.timer(delayMs, () => {
        this.#timers.delete(cancel);
        resolve();
      });
      this.#timers.add(cancel);
    });
  }

  #letGo(): void {
    this.breakers.stop();
    for (const leave of this.#leaves.splice(0)) leave();
    this.#segments.stop();
    this.risk?.stop();
    this.limits.stop();
    this.health.stop();
    this.#lag.stop();
    this.#stopper.stop();
    this.timers.stop();
    for (const stop of this.#streams.values()) stop();
    this.#streams.clear();
    this.#priceWatch.stop();
    for (const reconciler of this.#reconcilers.values()) reconciler.stop();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #failed(cause: Error): void {
    this.emergencies.failed();
    this.#performer.stop();
    this.#letGo(); // B2
    void this.following.stop();
    this.#ports.onFailure(cause);
    for (const listen of this.#listeners) listen();
  }

  /** An order by its id, wherever it stands. */
  order(id: string): ReturnType<typeof orderById> {
    return orderById(this.world.orders, id);
  }

  /** An order that an earlier segment left behind, as it was then; asked for by a person, it stays where it is. */
  async leftBehind(id: string): Promise<Order | undefined> {
    const [row] = await this.#ports.archive?.lookup([`orders.done ${id}`]) ?? [];
    return row === undefined ? undefined : parseCanonical(row.record) as Order;
  }

  /** Whether no order is open any more: every one is final, with evidence. */
  get settled(): boolean {
    return [...this.world.orders.live.unordered()].every((order) => isFinal(order.phase));
  }
}
