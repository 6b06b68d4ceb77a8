/**
 * Does what is due: the only place from which anything leaves for a venue.
 *
 *   P1. Nothing leaves before the entry it rests on is durable, but for a cancel that the disk has let wait too long: it takes risk away.
 *   P2. A `submit` is performed at most once in this life, and the gate is asked once more just before it.
 *   P3. What came back is an input like any other; the performer concludes nothing.
 *   P4. What other evidence has answered meanwhile is not asked for any more, and no answer is made of that.
 */
import { reasonOf } from '../base/index.ts';
import { addsRisk, due, isClosing, openCircuitFor, orderById, shutFor } from '../core/index.ts';
import type { Duty, Input, OrderReport } from '../core/index.ts';
import type { Clock } from '../ports/index.ts';
import type { Emergencies } from './emergencies.ts';
import { paceNameOf, paceOf, pauseMs } from './pace.ts';
import type { Recollection } from './recollection.ts';
import { activityTimeoutMs } from './settings.ts';
import type { VenueBinding } from './settings.ts';
import type { JournalTime } from './time.ts';
import type { Turns } from './turns.ts';

const JUDGED_WITHIN_MS = 12_000; // longer than an append may take

export type PerformerOptions = {
  readonly turns: Turns;
  readonly recollection: Recollection;
  readonly emergencies: Pick<Emergencies, 'isLate' | 'answered'>;
  readonly bindings: ReadonlyMap<string, VenueBinding>;
  readonly clock: Clock;
  readonly time: JournalTime;
  readonly notWatched?: (venue: string) => string | undefined; // why the venue's dead-man timer, where it has one, does not count as set now
  readonly onUnclear: (venue: string, why: string, access: boolean) => void;
};

type Progress = { tries: number; notBeforeMs: number; running: boolean };

export class Performer {
  readonly #options: PerformerOptions;
  readonly #progress = new Map<string, Progress>();
  readonly #submitted = new Set<string>();
  readonly #readings = new Map<string, Promise<void>>(); // of executions, by venue
  readonly #stale = new Set<string>(); // venues whose reading under way may have begun too early
  #wake: (() => void) | undefined;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #stopped = false;
  #draining = false;
  #looking = false;
  #inFlight = 0;

  constructor(options: PerformerOptions) {
    this.#options = options;
  }

  /** Requests to venues that have not been answered yet. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** From here on nothing is begun; answers to what is under way are still taken. */
  drain(): void {
    this.#draining = true;
    this.#wake?.();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  /** Looks at what is due, once the work at hand is done, however often it is called before that. */
  pump(): void {
    if (this.#isOver || this.#draining || this.#looking) return;
    this.#looking = true;
    void Promise.resolve().then(() => {
      this.#looking = false;
      this.#look();
    }).catch((thrown: unknown) => this.#options.turns.end(thrown instanceof Error ? thrown : new Error(reasonOf(thrown))));
  }

  /** A life that has failed is over, also while the disk still takes down why. */
  get #isOver(): boolean {
    return this.#stopped || this.#options.turns.failed !== undefined;
  }

  #look(): void {
    if (this.#isOver || this.#draining) return;
    const { turns, time, emergencies } = this.#options;
    const nowMs = time.nowMs();
    const duties = due(turns.world);
    const names = new Set(duties.map(paceNameOf));
    for (const [name, progress] of this.#progress) {
      if (names.has(name) || progress.running) continue;
      this.#progress.delete(name);
      this.#submitted.delete(name); // its fact is there: it is due no more
    }
    let wakeAtMs = Number.POSITIVE_INFINITY;
    for (const duty of duties) {
      if (duty.afterSeq > turns.durableSeq && !(duty.kind === 'cancel' && emergencies.isLate(duty.afterSeq))) continue; // P1; the next durable entry pumps again
      const progress = this.#progressOf(duty, nowMs);
      if (progress.running) continue;
      const notBeforeMs = duty.kind === 'release' ? Math.max(progress.notBeforeMs, duty.notBeforeMs) : progress.notBeforeMs;
      if (nowMs >= notBeforeMs) this.#start(duty, progress);
      if (this.#isOver) return;
      if (!progress.running) wakeAtMs = Math.min(wakeAtMs, Math.max(notBeforeMs, progress.notBeforeMs)); // also of a release that came to nothing
    }
    this.#wakeAt(wakeAtMs, nowMs);
  }

  #progressOf(duty: Duty, nowMs: number): Progress {
    const name = paceNameOf(duty);
    let progress = this.#progress.get(name);
    if (progress === undefined) this.#progress.set(name, (progress = { tries: 0, notBeforeMs: nowMs + paceOf(duty).firstMs, running: false }));
    return progress;
  }

  #start(duty: Duty, progress: Progress): void {
    progress.tries += 1;
    progress.running = true;
    let awayMs = 0; // as long as the venue has asked us to stay away
    const rest = (): void => {
      progress.running = false;
      progress.notBeforeMs = this.#options.time.nowMs() + Math.max(awayMs, pauseMs(paceOf(duty), progress.tries));
    };
    if (duty.kind === 'release') {
      void this.#take({ kind: 'release', orderId: duty.orderId }, duty.orderId);
      return rest();
    }
    this.#inFlight += 1;
    this.#perform(duty, (forMs) => { awayMs = Math.ceil(forMs); }).then(
      () => {
        this.#inFlight -= 1;
        rest();
        this.pump();
      },
      (thrown: unknown) => { // not the venue, which is guarded: a fault of ours
        this.#inFlight -= 1;
        this.#options.turns.end(thrown instanceof Error ? thrown : new Error(reasonOf(thrown)));
      },
    );
  }

  async #perform(duty: Exclude<Duty, { kind: 'release' }>, stayAway: (forMs: number) => void): Promise<void> {
    const binding = this.#options.bindings.get(duty.venue);
    if (binding === undefined) return; // a venue that was taken out of the configuration: its orders stay as they are, and are told
    const { venue } = binding;
    switch (duty.kind) {
      case 'submit': {
        if (this.#submitted.has(duty.name)) return; // P2
        this.#submitted.add(duty.name);
        const stopped = (): string | undefined => this.#stoppedAtTheGate(duty.orderId);
        const now = stopped();
        // Asked again by the network in the moment before the first byte leaves: a connection may have been waited for.
        const result = now === undefined ? await venue.submit(duty.order, duty.timeoutMs, stopped) : { kind: 'not-sent' as const, why: now, retryAfterMs: 0 };
        return this.#take({ kind: 'submit-answered', orderId: duty.orderId, attempt: duty.attempt, result }, duty.orderId);
      }
      case 'find': {
        const askedAtMs = this.#options.time.nowMs();
        const settled = (): string | undefined => this.#settledMeanwhile(duty.orderId, duty.afterSeq);
        const result = duty.venueOrderId === undefined
          ? await venue.findByClientOrderId(duty.clientOrderId, binding.readTimeoutMs, settled)
          : await venue.find(duty.venueOrderId, binding.readTimeoutMs, settled);
        if (result.kind === 'unclear' && settled() !== undefined) return; // P4
        if (result.kind === 'unclear') this.#options.onUnclear(duty.venue, result.why, false);
        return this.#take({ kind: 'find-answered', orderId: duty.orderId, result, askedAtMs }, duty.orderId);
      }
      case 'cancel': {
        const result = await venue.cancel({ venueOrderId: duty.venueOrderId }, binding.cancelTimeoutMs);
        if (result.kind === 'not-sent') stayAway(result.retryAfterMs ?? 0);
        this.#options.emergencies.answered(duty.afterSeq, { orderId: duty.orderId, venue: duty.venue, venueOrderId: duty.venueOrderId }, result);
        return this.#take({ kind: 'cancel-answered', orderId: duty.orderId, result }, duty.orderId);
      }
      case 'identify': {
        const { orders } = this.#options.turns.world;
        const known = (): string | undefined => (orders.byVenueOrderId.has(duty.venue, duty.venueOrderId) || orders.foreign.has(`${duty.venue} ${duty.venueOrderId}`) ? 'the order has become known meanwhile' : undefined);
        const result = await venue.find(duty.venueOrderId, binding.readTimeoutMs, known); // P4
        if (result.kind === 'found') this.report(duty.venue, result.report, 'find');
        return;
      }
      case 'read-activity': return this.#readActivity(duty.venue);
    }
  }

  /** P2: the disk may have taken its time since the order was judged, or this process may have been stopped. Put off, it is judged anew. */
  #stoppedAtTheGate(orderId: string): string | undefined {
    const { world } = this.#options.turns;
    const order = orderById(world.orders, orderId);
    const judgedMs = this.#options.time.nowMs() - (order?.phaseAtMs ?? 0);
    if (judgedMs > JUDGED_WITHIN_MS) return `stopped at the gate: it was judged ${judgedMs} ms ago`;
    const unwatched = order === undefined || !addsRisk(world, order) ? undefined : this.#options.notWatched?.(order.venue);
    if (unwatched !== undefined) return `stopped at the gate: ${unwatched}`;
    const circuit = order === undefined || isClosing(world, order) ? undefined : openCircuitFor(world, order, this.#options.time.nowMs());
    if (circuit !== undefined) return `stopped at the gate: ${circuit.verdict.observed}`;
    if (order === undefined) return undefined;
    const why = order.cancelSeq > 0 ? `cancelled by ${order.cancelBy ?? 'somebody'}` : shutFor(world, order)?.observed;
    if (why !== undefined) return `stopped at the gate: ${why}`;
    // Shut and opened again: what opened it may not be durable, and who shut it did not mean this order to leave after all.
    return this.#options.turns.gateSeq > order.phaseSeq ? 'stopped at the gate: it has moved since the order was judged' : undefined;
  }

  /** P4 */
  #settledMeanwhile(orderId: string, phaseSeq: number): string | undefined {
    const order = orderById(this.#options.turns.world.orders, orderId);
    return order?.phaseSeq === phaseSeq ? undefined : `it is known meanwhile: the order is ${order?.phase ?? 'done'}`;
  }

  /** A piece of news about an order, from whatever source. */
  report(venue: string, report: OrderReport, via: string): void {
    const taken = this.#take({ kind: 'reported', venue, report, via }, `${venue} ${report.venueOrderId}`);
    if (taken === undefined) this.pump();
    else void taken.then(() => this.pump());
  }

  /** Reads what was executed since the last reading, and books it. A reading that is under way serves everybody who asks meanwhile. */
  #readActivity(venue: string): Promise<void> {
    let reading = this.#readings.get(venue);
    if (reading === undefined) {
      reading = this.#readOnce(venue).finally(() => {
        this.#readings.delete(venue);
        if (this.#stale.delete(venue)) void this.#readActivity(venue);
        this.pump();
      });
      this.#readings.set(venue, reading);
    }
    return reading;
  }

  /** For news of an execution: a reading that is under way may have begun before it, so one more follows, however many pieces of news there are. */
  readActivityAfresh(venue: string): void {
    if (this.#readings.has(venue)) this.#stale.add(venue);
    else void this.#readActivity(venue);
  }

  async #readOnce(venueName: string): Promise<void> {
    const binding = this.#options.bindings.get(venueName);
    if (binding === undefined || this.#isOver) return;
    const cursor = this.#options.turns.world.ledger.cursors.get(venueName) ?? '';
    const reading = await binding.venue.activity(cursor, activityTimeoutMs(binding, cursor));
    if (reading.kind === 'unclear') return this.#options.onUnclear(venueName, reading.why, reading.access === true);
    await this.#take({ kind: 'activity', venue: venueName, activity: reading.value }, `activity ${venueName}`);
  }

  /** At once, unless earlier segments have to be asked first. What they cannot tell now is asked of the venue again later. */
  #take(input: Input, about: string): void | Promise<void> {
    const { turns, recollection } = this.#options;
    if (this.#stopped) return;
    const taken = recollection.with(input, (whole) => {
      if (!this.#stopped) turns.attempt(whole, { actor: 'runtime', correlationId: orderById(turns.world.orders, about)?.correlationId ?? about });
    });
    return taken?.catch((thrown: unknown) => this.#options.onUnclear('venue' in input ? input.venue : about, reasonOf(thrown), false));
  }

  #wakeAt(atMs: number, nowMs: number): void {
    if (atMs === Number.POSITIVE_INFINITY) return;
    if (this.#wake !== undefined && this.#wakeAtMs <= atMs && this.#wakeAtMs > nowMs) return;
    this.#wake?.();
    this.#wakeAtMs = atMs;
    this.#wake = this.#options.clock.timer(atMs - nowMs, () => {
      this.#wake = undefined;
      this.#wakeAtMs = Number.POSITIVE_INFINITY;
      this.pump();
    });
  }
}
