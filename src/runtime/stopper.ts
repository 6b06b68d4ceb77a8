/**
 * Carries kills and flattens out: at every venue at once, again and again, until each has shown twice that nothing is left.
 *
 * Owns when something is asked for, awaited, told as late and tried again. Decides nothing: what is cancelled, how much is closed and what
 * the gate does are facts of the core.
 *
 *   V1. Venues do not wait for each other: one that is away, slow or lies holds up nobody.
 *   V2. "Confirmed" rests on two whole looks at the venue, the first begun after everything was over, the second begun later after the
 *       end of the first than the venue may take to show what it has accepted. What could not be read says nothing.
 *   V3. Nothing is done from memory: a new life finds in the journal what is under way, and goes on with it.
 *   V4. What closes is sized from a look that came in this very turn; nothing is sent without its durable entry.
 *   V5. Looks go on at a pace that leaves room for those to come, and nobody looks for what will be told: while a closing order is on its way its own end is
 *       awaited, and then a glance is enough to size the next one. Only a whole look confirms.
 */
import { formatUnits, reasonOf } from '../base/index.ts';
import { covers, gateFor, instrumentsOf, isClosing, isCloser, isConfirmedAt, isDust, isFinal, NOT_CONFIRMED, reaches, stepOf, stopsUnderWay } from '../core/index.ts';
import type { Input, Stop, StopStep } from '../core/index.ts';
import type { Clock, OrderReport } from '../ports/index.ts';
import type { Emergencies } from './emergencies.ts';
import { LookPace } from './look-pace.ts';
import type { Glance, Look } from './reconciler.ts';
import type { Note } from './runtime.ts';
import { StopCallbacks } from './stop-callbacks.ts';
import type { StopCallback } from './stop-callbacks.ts';
import type { StopTimes, VenueBinding } from './settings.ts';
import type { JournalTime } from './time.ts';
import type { Turns } from './turns.ts';

export type StopperOptions = {
  readonly turns: Turns;
  readonly bindings: ReadonlyMap<string, VenueBinding>;
  readonly clock: Clock;
  readonly time: JournalTime;
  readonly times: StopTimes;
  readonly emergencies: Pick<Emergencies, 'isLate'>;
  readonly look: (venue: string) => Promise<Look>; // begun after it was asked for
  readonly glance: (venue: string) => Promise<Glance>;
  readonly prices: { price(venue: string, symbol: string, nowMs: number): Parameters<typeof isDust>[2] };
  readonly connect: (venue: string) => void;
  readonly disconnect: (venue: string) => void;
  readonly note: (note: Note) => void;
};

type Site = { cleanSinceMs: number | undefined; open: readonly string[]; rounds: number; asked: Set<string>; listed: boolean; closing: boolean; onItsWay: boolean; closings: number; readonly pace: LookPace }; // at the last look: `listed`, something to be cancelled; `closing`, something held; `onItsWay`, what closes it

const FIRST_PAUSE_MS = 200;
const CLOSING_PAUSE_MS = 1_000; // while a closing order is on its way
const CANCELS_AT_ONCE = 10;

export class Stopper {
  readonly #options: StopperOptions;
  readonly #sites = new Map<string, Site>(); // by `stop venue`
  readonly #judging = new Map<string, () => void>(); // timers, by stop
  readonly #callbacks: StopCallbacks;
  readonly #pauses = new Set<{ readonly wake: () => void; readonly isOver: () => boolean }>();
  #stopped = false;

  constructor(options: StopperOptions) {
    this.#options = options;
    this.#callbacks = new StopCallbacks({ turns: options.turns, clock: options.clock, isOver: () => this.#isOver, tell: (id, outcome, detail) => this.#tell(id, '', 'callback', outcome, detail, 1) });
  }

  onStopped(callback: StopCallback): () => void {
    return this.#callbacks.add(callback);
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#judging.values()) cancel();
    for (const { wake } of [...this.#pauses]) wake();
  }

  /** Something was decided: what is under way and nobody works at is begun. Called as often as you like. */
  heed(): void {
    if (this.#isOver) return;
    for (const stop of stopsUnderWay(this.#options.turns.world)) {
      for (const venue of stop.venues) {
        const binding = this.#options.bindings.get(venue);
        if (binding !== undefined && !isConfirmedAt(stop, venue)) this.#begin(stop, binding);
      }
      this.#judgeLater(stop);
    }
    for (const { wake, isOver } of [...this.#pauses]) if (isOver()) wake();
    this.#callbacks.heed();
  }

  get #isOver(): boolean {
    return this.#stopped || this.#options.turns.failed !== undefined;
  }

  #current(id: string): Stop | undefined {
    return this.#options.turns.world.stops.get(id);
  }

  #begin(stop: Stop, binding: VenueBinding): void {
    const name = `${stop.id} ${binding.venue.name}`;
    if (this.#sites.has(name)) return;
    const site: Site = { cleanSinceMs: undefined, open: ['it was not looked at yet'], rounds: 0, asked: new Set(), listed: true, closing: false, onItsWay: false, closings: 0, pace: new LookPace(binding.gateway === undefined ? undefined : () => binding.gateway?.reads() ?? { begun: 0, left: Infinity }) };
    this.#sites.set(name, site);
    this.#options.connect(binding.venue.name);
    this.#work(stop, binding, site).catch((thrown: unknown) => {
      this.#options.note({ level: 'critical', message: `${stop.word} at ${binding.venue.name}: ${reasonOf(thrown)}` });
      this.#options.turns.end(thrown instanceof Error ? thrown : new Error(reasonOf(thrown)));
    }).finally(() => this.#sites.delete(name));
  }

  async #work({ id, beganSeq }: Stop, binding: VenueBinding, site: Site): Promise<void> {
    const { turns, emergencies, times } = this.#options;
    const venue = binding.venue.name;
    while (turns.durableSeq < beganSeq && !emergencies.isLate(beganSeq) && !this.#isOver) await this.#pause(20);
    for (;;) {
      const stop = this.#current(id);
      if (stop === undefined || this.#isOver || isConfirmedAt(stop, venue)) return;
      site.rounds += 1;
      const before = site.open.join();
      await this.#round(stop, binding, site);
      if (this.#isOver) return;
      this.#tellLate(id, venue, site);
      this.#judge(id);
      if (site.open.join() !== before) site.rounds = 1; // something has moved: soon again
      const apartMs = site.cleanSinceMs === undefined ? undefined : Math.max(0, site.cleanSinceMs + binding.venue.capabilities.visibilityBoundMs - this.#options.clock.monotonicMs());
      const restMs = apartMs ?? Math.min(site.closing ? CLOSING_PAUSE_MS : times.retryMostMs, FIRST_PAUSE_MS * 2 ** Math.min(site.rounds - 1, 12));
      await this.#pause(Math.max(restMs, site.pace.pauseMs(apartMs !== undefined))); // V5
      if (site.onItsWay) await this.#pause(times.limitForMs, () => !this.#isClosing(venue));
    }
  }

  async #round(stop: Stop, binding: VenueBinding, site: Site): Promise<void> {
    const { venue } = binding;
    this.#take({ kind: 'kill-sweep', id: stop.id, venue: venue.name });
    if (site.listed) await this.#sweep(stop, binding, site);
    if (this.#isOver) return;
    const glance = site.onItsWay ? await this.#options.glance(venue.name) : undefined;
    if (this.#isOver) return;
    if (glance !== undefined && glance.kind !== 'differs' && !this.#consider(stop.id, binding, site, glance)) return;
    const look = await this.#options.look(venue.name);
    if (this.#isOver) return;
    if (this.#consider(stop.id, binding, site, look) && look.kind === 'seen') this.#confirm(stop.id, binding, site, look);
  }

  /** Cancels what the venue lists. */
  async #sweep(stop: Stop, binding: VenueBinding, site: Site): Promise<void> {
    const { venue } = binding;
    const whole = reaches(stop.scope, venue.name) === 'whole';
    const all = whole && site.rounds === 1 && site.asked.size === 0 && venue.cancelAll !== undefined ? venue.cancelAll(binding.cancelTimeoutMs) : undefined;
    const listed = await venue.openOrders(binding.readTimeoutMs);
    if (listed.kind === 'read') {
      await this.#cancelListed(stop, binding, site, listed.value.filter((report) => this.#isWanted(stop, venue.name, report)));
      if (stepOf(stop, venue.name, 'cancel')?.outcome !== 'done') this.#tell(stop.id, venue.name, 'cancel', 'done', `${listed.value.length} orders open; ${site.asked.size} cancels asked for beside those of our own orders`, site.asked.size);
    }
    await all;
  }

  /** Whether a closing order is on its way there, of whichever stop, by the newest of each instrument. */
  #isClosing(venue: string): boolean {
    const { world } = this.#options.turns;
    const { orders } = world;
    return stopsUnderWay(world).flatMap(({ closings }) => Object.entries(closings)).some(([market, { orderId }]) => market.startsWith(`${venue} `) && orders.live.has(orderId));
  }

  /** Whether an order that the venue lists is to go: in the scope, and not one of those that close. */
  #isWanted({ scope }: Stop, venue: string, report: OrderReport): boolean {
    const { world } = this.#options.turns;
    const orderId = world.orders.byVenueOrderId.get(venue, report.venueOrderId) ?? (report.clientOrderId === undefined ? undefined : world.orders.byClientOrderId.get(venue, report.clientOrderId));
    const order = orderId === undefined ? undefined : world.orders.live.get(orderId);
    return covers(scope, order ?? { venue, symbol: report.symbol }) && !(order !== undefined && isClosing(world, order));
  }

  /** Each that is not ours, and what of ours is still there when it is looked at again. */
  async #cancelListed({ id }: Stop, { venue, cancelTimeoutMs }: VenueBinding, site: Site, wanted: readonly OrderReport[]): Promise<void> {
    const { orders } = this.#options.turns.world;
    const due = wanted.filter(({ venueOrderId }) => site.rounds > 1 || !orders.byVenueOrderId.has(venue.name, venueOrderId));
    for (let at = 0; at < due.length && !this.#isOver && this.#current(id) !== undefined; at += CANCELS_AT_ONCE) {
      await Promise.all(due.slice(at, at + CANCELS_AT_ONCE).map(({ venueOrderId }) => {
        site.asked.add(venueOrderId);
        return venue.cancel({ venueOrderId }, cancelTimeoutMs);
      }));
    }
  }

  /** What is open and held still, and what is done about it. True where nothing is. */
  #consider(id: string, { venue }: VenueBinding, site: Site, look: Look): boolean {
    const stop = this.#current(id);
    if (stop === undefined) return false;
    const { turns: { world }, times, time } = this.#options;
    const ours = [...world.orders.live.values()].filter((order) => order.venue === venue.name && covers(stop.scope, order) && !isFinal(order.phase) && !isCloser(order));
    const closers = [...world.orders.live.values()].filter((order) => order.venue === venue.name && isCloser(order));
    for (const closer of closers) if (closer.cancelSeq === 0 && time.nowMs() - closer.intendedAtMs > times.limitForMs) this.#take({ kind: 'cancel', orderId: closer.id, by: 'kill', reason: 'it has not closed in time; the next one is a market order' });
    const open = ours.map((order) => `${order.id} is ${order.phase}`);
    if (look.kind === 'unclear') {
      site.open = [...open, `the venue could not be looked at: ${look.why}`];
      [site.cleanSinceMs, site.closing, site.onItsWay, site.listed] = [undefined, closers.length > 0, closers.length > 0, true];
      return false;
    }
    const listed = look.openOrders.filter((report) => this.#isWanted(stop, venue.name, report));
    open.push(...listed.filter(({ venueOrderId }) => !world.orders.byVenueOrderId.has(venue.name, venueOrderId)).map(({ venueOrderId, symbol }) => `${venueOrderId} in ${symbol}, which is not ours, is still listed`));
    open.push(...listed.filter(({ venueOrderId }) => world.orders.byVenueOrderId.has(venue.name, venueOrderId) && !ours.some((order) => order.venueOrderIds.includes(venueOrderId))).map(({ venueOrderId }) => `${venueOrderId} is over by our books, and still listed`));
    if (open.length === 0 && stepOf(stop, venue.name, 'verify')?.outcome !== 'done') this.#tell(id, venue.name, 'verify', 'done', 'the venue lists no open order, and every order of ours is over', 0);
    const isPatient = open.length > 0 && this.#sinceMs(stop) < times.verifyWithinMs; // bounded by what is open, but better after it
    const before = site.closings;
    const held = this.#close(stop, venue.name, site, look, isPatient);
    open.push(...held, ...closers.map((order) => `the closing order ${order.id} is ${order.phase}`));
    if (held.length === 0 && closers.length === 0 && open.length === 0 && stepOf(stop, venue.name, 'close')?.outcome !== 'done') this.#tell(id, venue.name, 'close', 'done', this.#leftOver(stop, venue.name, look), site.closings);
    [site.open, site.listed] = [open, listed.length > 0];
    [site.closing, site.onItsWay] = [closers.length > 0 || held.length > 0, closers.length > 0 || site.closings > before];
    if (open.length > 0) site.cleanSinceMs = undefined;
    return open.length === 0;
  }

  /** V2 */
  #confirm(id: string, { venue }: VenueBinding, site: Site, look: Extract<Look, { kind: 'seen' }>): void {
    site.cleanSinceMs ??= this.#options.clock.monotonicMs(); // its end: what it listed last may be that much newer than its begin
    if (look.beganMs - site.cleanSinceMs < venue.capabilities.visibilityBoundMs) return;
    this.#tell(id, venue.name, 'confirm', 'done', `nothing open and nothing held in two looks ${Math.round(look.beganMs - site.cleanSinceMs)} ms apart`, 2);
  }

  /** Closes what is held in the scope. What is held still, in words; empty when it is flat. */
  #close(stop: Stop, venue: string, site: Site, look: Extract<Look, { kind: 'seen' }>, isPatient: boolean): string[] {
    const { turns, prices, times, time } = this.#options;
    const held: string[] = [];
    const assets = new Set<string>();
    for (const instrument of instrumentsOf(turns.world.market, venue)) {
      if (assets.has(instrument.base) || !covers(stop.scope, { venue, symbol: instrument.symbol })) continue;
      const difference = turns.world.ledger.differences.get(`${venue} ${instrument.base}`);
      const positionUnits = look.units(instrument.base, instrument.quantityScale);
      const price = prices.price(venue, instrument.symbol, time.nowMs());
      assets.add(instrument.base);
      if (positionUnits === undefined) {
        held.push(`what is held of ${instrument.base} cannot be read`);
        continue;
      }
      if (difference !== undefined) held.push(`the books hold ${formatUnits(difference.ledgerUnits, instrument.quantityScale)} ${instrument.base}, the venue shows ${formatUnits(positionUnits, instrument.quantityScale)}`);
      if (isDust(instrument, positionUnits, price)) continue;
      held.push(`${formatUnits(positionUnits, instrument.quantityScale)} ${instrument.base} is held`);
      if (isPatient) continue;
      const atMarket = this.#sinceMs(stop) > times.verifyWithinMs + times.limitForMs || (stop.closings[`${venue} ${instrument.symbol}`]?.round ?? 0) >= times.limitRounds;
      const outcome = this.#take({ kind: 'close-out', id: stop.id, venue, symbol: instrument.symbol, positionUnits, collarPpm: times.collarPpm, atMarket });
      if (outcome?.kind === 'done') site.closings += 1;
    }
    return held;
  }

  #leftOver(stop: Stop, venue: string, look: Extract<Look, { kind: 'seen' }>): string {
    const left: string[] = [];
    const known = new Set<string>();
    for (const instrument of instrumentsOf(this.#options.turns.world.market, venue)) {
      known.add(instrument.quote);
      if (known.has(instrument.base)) continue;
      known.add(instrument.base);
      const units = look.units(instrument.base, instrument.quantityScale) ?? 0n;
      if (units !== 0n && covers(stop.scope, { venue, symbol: instrument.symbol })) left.push(`${formatUnits(units, instrument.quantityScale)} ${instrument.base} is less than can be traded`);
    }
    for (const [asset, text] of Object.entries(look.assets)) if (!known.has(asset) && Number(text) !== 0) left.push(`${text} ${asset} is not touched: no instrument of it is configured`);
    return left.length === 0 ? 'nothing is held' : left.join('; ');
  }

  #sinceMs(stop: Stop): number {
    return this.#options.time.nowMs() - stop.beganAtMs;
  }

  /** One word for each step that takes longer than it should; it goes on all the same. */
  #tellLate(id: string, venue: string, site: Site): void {
    const stop = this.#current(id);
    if (stop === undefined) return;
    const { times } = this.#options;
    const deadlines: readonly (readonly [StopStep['step'], number])[] = [['cancel', times.cancelWithinMs], ['verify', times.verifyWithinMs], ['close', times.closeWithinMs], ['confirm', times.confirmWithinMs]];
    for (const [step, withinMs] of deadlines) {
      if (stepOf(stop, venue, step) === undefined && this.#sinceMs(stop) > withinMs) this.#tell(id, venue, step, 'late', site.open.slice(0, 5).join('; '), site.open.length);
    }
  }

  #tell(id: string, venue: string, step: StopStep['step'], outcome: StopStep['outcome'], detail: string, count: number): void {
    const stop = this.#current(id);
    if (stop !== undefined) this.#take({ kind: 'kill-step', id, venue, step, outcome, detail, count, tookMs: this.#sinceMs(stop) });
  }

  #judgeLater(stop: Stop): void {
    if (this.#judging.has(stop.id)) return;
    const waitMs = Math.max(0, this.#options.times.confirmWithinMs - this.#sinceMs(stop)) + 1;
    this.#judging.set(stop.id, this.#options.clock.timer(waitMs, () => this.#judge(stop.id)));
    this.#judge(stop.id); // a life that died after the last venue was confirmed has left this to do
  }

  #judge(id: string): void {
    const stop = this.#current(id);
    if (this.#isOver || stop === undefined || stop.outcome === 'CONFIRMED') return;
    const tookMs = this.#sinceMs(stop);
    const missing = stop.venues.filter((venue) => !isConfirmedAt(stop, venue));
    if (missing.length === 0) {
      const { world } = this.#options.turns;
      const others = stopsUnderWay(world).filter((other) => other.id !== id); // they go on looking, and whoever ends last parts
      const isToPart = (venue: string): boolean => (stop.word === 'kill' ? reaches(stop.scope, venue) === 'whole' : gateFor(world, { venue, symbol: '' }).gate.state === 'LOCKED');
      const parted = stop.venues.filter((venue) => isToPart(venue) && !others.some(({ venues }) => venues.includes(venue)));
      for (const venue of parted) {
        this.#options.disconnect(venue);
        this.#tell(id, venue, 'disconnect', 'done', 'the stream is closed, and nothing is asked any more', 1);
      }
      this.#take({ kind: 'kill-ended', id, outcome: 'CONFIRMED', open: [], tookMs });
      this.#judging.get(id)?.();
      this.#judging.delete(id);
      return;
    }
    if (stop.outcome !== 'running' || tookMs <= this.#options.times.confirmWithinMs) return;
    const open = missing.map((venue) => `${venue}: ${(this.#sites.get(`${id} ${venue}`)?.open ?? ['the venue is not configured']).slice(0, 5).join(', ') || 'seen clean once, not yet twice'}`);
    this.#take({ kind: 'kill-ended', id, outcome: 'NOT CONFIRMED', open, tookMs });
    this.#options.note({ level: 'critical', code: NOT_CONFIRMED, message: `${stop.word} NOT CONFIRMED after ${tookMs} ms, and tried again until it is: ${open.join('; ')}` });
  }

  #take(input: Input): ReturnType<Turns['attempt']> {
    return this.#options.turns.attempt(input, { actor: 'kill', correlationId: 'id' in input ? input.id : 'kill' });
  }

  /** @param isOver asked whenever something was decided: the pause ends early where it is */
  #pause(delayMs: number, isOver: () => boolean = () => false): Promise<void> {
    if (isOver()) return Promise.resolve();
    return new Promise((resolve) => {
      const pause = { isOver, wake: (): void => { cancel(); this.#pauses.delete(pause); resolve(); } };
      const cancel = this.#options.clock.timer(delayMs, pause.wake);
      this.#pauses.add(pause);
    });
  }
}
