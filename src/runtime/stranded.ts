/**
 * What can still be done without a journal: say so, shut the gate for as long as this lasts, and cancel what is ours.
 *
 *   Z1. Nothing new leaves: there is no way to send an order from here.
 *   Z2. Only orders whose client order id has our form are cancelled; orders of others are left alone, but by a kill or a flatten.
 *       Positions are closed by whoever has a journal again: without one nothing is sent.
 *   Z3. "Cancelled" is said only of what a later reading no longer shows as open. What could not be read is said to be unknown.
 *   Z4. A halt holds from the moment it was asked for; who boots next is told of it before anything else.
 *   Z5. What is asked for is written to the emergency log while it is done, and what comes of it after. Nothing waits for the
 *       log before it is done; "remembered" is said only of what the log has confirmed.
 *   Z6. What an earlier process wrote there and no journal has taken over is in force, and is gone on with.
 *   Z7. Whoever has a journal again begins with the halt, and takes over what was asked for here up to the moment that he is asked.
 */
import { reasonOf } from '../base/index.ts';
import { isOurs } from '../core/index.ts';
import type { CancelResult, OrderReport, StopWord } from '../core/index.ts';
import { FIRST_MARK, tellFinding } from '../journal/index.ts';
import type { Clock, EmergencyLog, EmergencyMark, EmergencyWords } from '../ports/index.ts';
import { sleep } from '../ports/index.ts';
import { outcomeOf } from './emergencies.ts';
import type { Note, Runtime } from './runtime.ts';
import type { VenueBinding } from './settings.ts';

/** `word`: of a kill or a flatten, which goes on once there is a journal. */
export type StrandedHalt = { readonly word?: StopWord; readonly by: string; readonly reason: string; readonly cancelOrders: boolean; readonly atMs: number; readonly remembered: boolean };

/** What became of our orders at one venue. `open`: those that the last reading still showed; undefined where none worked. */
export type Sweep = {
  readonly venue: string;
  readonly asked: readonly string[]; // venue order ids whose cancel was asked for
  readonly open: readonly string[] | undefined;
  readonly why: string | undefined; // what could not be read
};

export type StrandedPorts = {
  readonly clock: Clock;
  readonly bindings: readonly VenueBinding[];
  readonly note: (note: Note) => void;
  readonly emergency?: EmergencyLog;
  /** What is known of the journal that cannot be used. */
  readonly known?: { readonly journal: string; readonly head: EmergencyMark };
  readonly bootId: string;
};

const LOG_WITHIN_MS = 1_000; // how long an answer waits to be told that it is remembered
const ROUNDS = 4;
const ROUND_PAUSE_MS = 400;
const AGAIN_MS = 5_000;

export class Stranded {
  readonly cause: Error;
  readonly #ports: StrandedPorts;
  #halt: StrandedHalt | undefined;
  #cancelAgain: () => void = () => {};
  #over = false;

  constructor(ports: StrandedPorts, cause: Error) {
    this.#ports = ports;
    this.cause = cause;
  }

  /** In force; remembered once the emergency log has it. */
  get halted(): StrandedHalt | undefined {
    return this.#halt;
  }

  /** Z4. With `cancelOrders` every open order of ours is cancelled, now and again until nothing can still turn up. */
  async halt(by: string, reason: string, cancelOrders: boolean, asked?: StopWord): Promise<readonly Sweep[]> {
    const before = this.#halt;
    const word = before?.word === 'kill' ? 'kill' : asked ?? before?.word;
    const halt = this.#halt = { ...(word === undefined ? {} : { word }), by: before?.by ?? by, reason: before?.reason ?? reason, cancelOrders: cancelOrders || before?.cancelOrders === true, atMs: before?.atMs ?? this.#ports.clock.wallMs(), remembered: before?.remembered === true && (before.cancelOrders || !cancelOrders) && before.word === word };
    this.#ports.note({ level: 'critical', message: `${word ?? 'halted'} by ${by} without a journal: ${reason}` });
    const kept = this.#keep(by, { kind: asked ?? 'halt', by, reason, cancelOrders }); // Z5
    const sweeps = cancelOrders ? await this.#sweepAll(by, () => true) : [];
    if (cancelOrders) this.#keepSweeping(undefined);
    if (await this.#within(kept)) this.#halt = { ...(this.#halt ?? halt), remembered: true };
    return sweeps;
  }

  /** Cancels one order of ours, named by the order id that its client order id carries. */
  async cancel(orderId: string, by = 'somebody', reason = 'no reason given'): Promise<{ readonly sweeps: readonly Sweep[]; readonly remembered: boolean }> {
    const kept = this.#keep(by, { kind: 'cancel', by, reason, orderId });
    const sweeps = await this.#sweepAll(by, (report) => orderIdIn(report) === orderId);
    return { sweeps, remembered: await this.#within(kept) };
  }

  /** Z6. Settles once it is known what is in force. */
  async recall(): Promise<void> {
    const { emergency } = this.#ports;
    const records = (await emergency?.read() ?? []).flatMap((reading) => reading.records);
    const halts = records.filter(({ kind }) => kind === 'halt' || kind === 'kill' || kind === 'flatten');
    const words = new Set(halts.map(({ kind }) => kind));
    const word: StopWord | undefined = words.has('kill') ? 'kill' : words.has('flatten') ? 'flatten' : undefined;
    const [first] = halts;
    const cancelOrders = word !== undefined || halts.some((halt) => halt.cancelOrders === true);
    if (first !== undefined) this.#halt ??= { ...(word === undefined ? {} : { word }), by: first.by ?? 'somebody', reason: first.reason ?? 'no reason given', cancelOrders, atMs: first.wallMs, remembered: true };
    const wanted = new Set(records.flatMap(({ kind, orderId }) => (kind === 'cancel' && orderId !== undefined ? [orderId] : [])));
    if (!cancelOrders && wanted.size === 0) return;
    this.#ports.note({ level: 'warning', message: `gone on with from the emergency log: ${halts.length} halts, ${wanted.size} cancels` });
    void this.#sweepAll('emergency log', (report) => cancelOrders || wanted.has(orderIdIn(report) ?? '')).then(() => { if (cancelOrders) this.#keepSweeping(undefined); });
  }

  /** Z7. @param open from then on he is asked, and no longer this one */
  async handOver(to: Pick<Runtime, 'submit' | 'emergencies'>, open: () => Promise<void>): Promise<void> {
    this.end();
    if (this.#halt !== undefined) {
      const { word, by, reason, cancelOrders } = this.#halt;
      const cause = { actor: `operator:${by}`, correlationId: 'stranded' };
      if (word === undefined) await to.submit({ kind: 'halt', by, reason, cancelOrders }, cause);
      else await to.submit({ kind: 'kill', id: this.#ports.bootId.replaceAll('-', '').slice(0, 12), word, by, reason, venues: this.#ports.bindings.map(({ venue }) => venue.name) }, cause);
    }
    await open();
    await to.emergencies.takeOver().catch((thrown: unknown) => this.#ports.note({ level: 'warning', message: `what was asked for last without a journal is not taken over yet: ${reasonOf(thrown)}` }));
  }

  /** Ends the sweeping: somebody with a journal takes over. */
  end(): void {
    this.#over = true;
    this.#cancelAgain();
  }

  /** A request that was on its way may still arrive: sweeps go on until two clean ones lie further apart than that can take. */
  #keepSweeping(cleanSinceMs: number | undefined): void {
    const { clock, bindings } = this.#ports;
    const boundMs = Math.max(0, ...bindings.map(({ venue, submitTimeoutMs }) => submitTimeoutMs + venue.capabilities.arrivalBoundMs + venue.capabilities.visibilityBoundMs));
    this.#cancelAgain();
    if (this.#over) return;
    this.#cancelAgain = clock.timer(AGAIN_MS, () => {
      void this.#sweepAll('sweep', () => true).then((sweeps) => {
        if (this.#over) return;
        const clean = sweeps.every(({ asked, open }) => asked.length === 0 && open?.length === 0);
        const sinceMs = clean ? cleanSinceMs ?? clock.monotonicMs() : undefined;
        if (sinceMs === undefined || clock.monotonicMs() - sinceMs < boundMs) this.#keepSweeping(sinceMs);
      });
    });
  }

  async #sweepAll(by: string, wanted: (report: OrderReport) => boolean): Promise<readonly Sweep[]> {
    const sweeps = await Promise.all(this.#ports.bindings.map((binding) => this.#sweep(binding, by, wanted)));
    for (const { venue, asked, open, why } of sweeps) {
      if (asked.length > 0) void this.#keep(by, { kind: 'sweep', venue, outcome: `${asked.length} cancels asked for, ${open === undefined ? `what is open is not known: ${why ?? ''}` : `${open.length} still open`}` });
    }
    return sweeps;
  }

  async #sweep({ venue, symbols, readTimeoutMs, cancelTimeoutMs }: VenueBinding, by: string, wanted: (report: OrderReport) => boolean): Promise<Sweep> {
    const asked = new Set<string>();
    let open: readonly string[] | undefined;
    let why: string | undefined;
    await venue.instruments(symbols); // the adapter reads orders in the units of its instruments
    for (let round = 0; round < ROUNDS && !this.#over; round += 1) {
      if (round > 0) await this.#pause(ROUND_PAUSE_MS);
      const reading = await venue.openOrders(readTimeoutMs);
      if (reading.kind === 'unclear') {
        why = reading.why;
        continue;
      }
      const ours = reading.value.filter((report) => (this.#halt?.word !== undefined || isOurs(report.clientOrderId ?? '')) && wanted(report)); // Z2
      [open, why] = [ours.map(({ venueOrderId }) => venueOrderId), undefined];
      if (ours.length === 0) break; // Z3
      for (const report of ours) {
        const { venueOrderId } = report;
        const isFirst = !asked.has(venueOrderId);
        asked.add(venueOrderId);
        const result: CancelResult = await venue.cancel({ venueOrderId }, cancelTimeoutMs);
        const orderId = orderIdIn(report);
        if (isFirst) void this.#keep(by, { kind: 'answer', venue: venue.name, venueOrderId, outcome: outcomeOf(result), ...(orderId === undefined ? {} : { orderId }) });
      }
    }
    return { venue: venue.name, asked: [...asked], open, why };
  }

  #keep(by: string, said: Partial<EmergencyWords> & Pick<EmergencyWords, 'kind'>): Promise<boolean> {
    const { emergency, clock, known, bootId, note } = this.#ports;
    if (emergency === undefined) return Promise.resolve(false);
    const wallMs = Math.floor(clock.wallMs());
    const { journal, head } = known ?? { journal: '', head: FIRST_MARK };
    return emergency.append({ actor: `operator:${by}`, correlationId: 'stranded', journal, headSeq: head.seq, headHash: head.hash, sealed: false, atMs: wallMs, wallMs, bootId, ...said }).then((kept) => {
      if (kept.kind === 'refused') note({ level: 'critical', message: tellFinding(kept) });
      return kept.kind === 'kept';
    });
  }

  #within(kept: Promise<boolean>): Promise<boolean> {
    return Promise.race([kept, sleep(this.#ports.clock, LOG_WITHIN_MS).then(() => false)]);
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.#ports.clock.timer(delayMs, resolve));
  }
}

/** The order id that a client order id of ours carries. */
const orderIdIn = ({ clientOrderId }: OrderReport): string | undefined => /^bw-?([0-9a-f]{20})-?\d+$/.exec(clientOrderId ?? '')?.[1];
