/**
 * What can still be done without a journal: say so, shut the gate for as long as this lasts, and cancel what is ours.
 *
 *   Z1. Nothing new leaves: there is no way to send an order from here.
 *   Z2. Only orders whose client order id has our form are cancelled; orders of others are left alone.
 *   Z3. "Cancelled" is said only of what a later reading no longer shows as open. What could not be read is said to be unknown.
 *   Z4. A halt holds from the moment it was asked for and is not remembered yet; who boots next is told of it before anything else.
 */
import { isOurs } from '../core/index.ts';
import type { OrderReport } from '../core/index.ts';
import type { Clock } from '../ports/index.ts';
import type { Note } from './runtime.ts';
import type { VenueBinding } from './settings.ts';

export type StrandedHalt = { readonly by: string; readonly reason: string; readonly cancelOrders: boolean; readonly atMs: number };

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
};

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

  /** In force, not yet remembered. */
  get halted(): StrandedHalt | undefined {
    return this.#halt;
  }

  /** Z4. With `cancelOrders` every open order of ours is cancelled, now and again until nothing can still turn up. */
  async halt(by: string, reason: string, cancelOrders: boolean): Promise<readonly Sweep[]> {
    this.#halt ??= { by, reason, cancelOrders, atMs: this.#ports.clock.wallMs() };
    this.#ports.note({ level: 'critical', message: `halted by ${by} without a journal: ${reason}` });
    if (!cancelOrders) return [];
    this.#halt = { ...this.#halt, cancelOrders: true };
    const sweeps = await this.#sweepAll(() => true);
    this.#keepSweeping(undefined);
    return sweeps;
  }

  /** Cancels one order of ours, named by the order id that its client order id carries. */
  cancel(orderId: string): Promise<readonly Sweep[]> {
    return this.#sweepAll((report) => new RegExp(`^bw-?${orderId}-?\\d+$`).test(report.clientOrderId ?? ''));
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
    this.#cancelAgain = clock.timer(AGAIN_MS, () => {
      void this.#sweepAll(() => true).then((sweeps) => {
        if (this.#over) return;
        const clean = sweeps.every(({ asked, open }) => asked.length === 0 && open?.length === 0);
        const sinceMs = clean ? cleanSinceMs ?? clock.monotonicMs() : undefined;
        if (sinceMs === undefined || clock.monotonicMs() - sinceMs < boundMs) this.#keepSweeping(sinceMs);
      });
    });
  }

  #sweepAll(wanted: (report: OrderReport) => boolean): Promise<readonly Sweep[]> {
    return Promise.all(this.#ports.bindings.map((binding) => this.#sweep(binding, wanted)));
  }

  async #sweep({ venue, symbols, readTimeoutMs, cancelTimeoutMs }: VenueBinding, wanted: (report: OrderReport) => boolean): Promise<Sweep> {
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
      const ours = reading.value.filter((report) => isOurs(report.clientOrderId ?? '') && wanted(report)); // Z2
      [open, why] = [ours.map(({ venueOrderId }) => venueOrderId), undefined];
      if (ours.length === 0) break; // Z3
      for (const { venueOrderId } of ours) {
        asked.add(venueOrderId);
        await venue.cancel({ venueOrderId }, cancelTimeoutMs);
      }
    }
    return { venue: venue.name, asked: [...asked], open, why };
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.#ports.clock.timer(delayMs, resolve));
  }
}
