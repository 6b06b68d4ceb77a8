/**
 * One venue while everything is stopped: list, cancel, look again; close; look again, until it shows twice that nothing is left.
 *
 *   V1. What is open is what the venue lists. No answer to a cancel is believed.
 *   V2. Confirmed means two clean sweeps that began further apart than a request of the dead runtime can still arrive and show. Whatever was found in
 *       between begins the count anew.
 *   V3. A position is looked at only in a sweep that found no open order, and closed one order at a time.
 *   V4. A venue that is away, lies or refuses is NOT CONFIRMED, and tried again for ever.
 *   V5. Orders of others go only where positions are closed too: they would open again what is closed.
 */
import { formatUnits, parseUnits, reasonOf } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import { isOurs } from '../../core/index.ts';
import type { Sized } from '../../core/index.ts';
import type { Clock, OrderReport, Quote } from '../../ports/index.ts';
import { sleep } from '../../ports/index.ts';
import type { VenueBinding } from '../../runtime/index.ts';
import { closable, closingId, closingOrder } from './closing.ts';
import { closesPositions } from './words.ts';
import type { Receipt, Step, StopWord, VenueView } from './words.ts';

export type SiteOptions = {
  readonly binding: VenueBinding;
  readonly clock: Clock;
  readonly stopId: string;
  readonly beganMs: number; // the request, on the monotonic clock
  readonly word: () => StopWord; // as strict as it was asked for so far
  /** A word about it for people, and that it goes on. */
  readonly told: (receipt: Receipt) => void;
  readonly swept: () => void;
};

export const CONFIRM_WITHIN_MS = 60_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const AT_ONCE = 8;
const final: ReadonlySet<OrderReport['state']> = new Set(['filled', 'cancelled', 'expired', 'rejected']);

type Closing = { round: number; clientOrderId: string; sentAtMs: number; doubt: boolean; beforeUnits: bigint; filledUnits: bigint; instrument: Instrument };

export class Site {
  readonly #options: SiteOptions;
  readonly #closings = new Map<string, Closing>(); // by symbol
  readonly #receipts: Receipt[] = [];
  #instruments: readonly Instrument[] | undefined;
  #state: VenueView['state'] = 'waiting';
  #cleanSinceMs: number | undefined;
  #confirmedFor: StopWord | undefined;
  #sweeps = 0;
  #cancels = 0;
  #sent = 0;
  #open: readonly string[] = ['it was not looked at yet'];
  #over = false;

  constructor(options: SiteOptions) {
    this.#options = options;
  }

  get view(): VenueView {
    return { venue: this.#options.binding.venue.name, state: this.#state, sweeps: this.#sweeps, cancels: this.#cancels, closings: this.#sent, open: this.#open, receipts: [...this.#receipts] };
  }

  end(): void {
    this.#over = true;
  }

  /** Settles once the venue has shown that nothing is left of what was to go; never before. */
  async confirm(): Promise<void> {
    const { clock, word, swept } = this.#options;
    if (this.#confirmedFor === word()) return;
    this.#cleanSinceMs = undefined; // a stricter word has more to look for
    if (this.#state !== 'NOT CONFIRMED') this.#state = 'working';
    for (let quiet = 0; !this.#over; quiet += 1) {
      const asked = word();
      const before = this.#open.join();
      this.#sweeps += 1;
      const beganMs = clock.monotonicMs();
      this.#open = await this.#sweep(asked).catch((thrown: unknown) => [`what it said could not be used: ${reasonOf(thrown)}`]);
      swept();
      if (this.#open.length > 0 || asked !== word()) this.#cleanSinceMs = undefined; // V2
      else this.#cleanSinceMs ??= beganMs;
      const apartMs = this.#cleanSinceMs === undefined ? 0 : beganMs - this.#cleanSinceMs;
      if (this.#cleanSinceMs !== undefined && apartMs >= this.#boundMs && apartMs > 0) {
        this.#confirmedFor = asked;
        this.#state = 'CONFIRMED';
        return this.#tell('confirm', 'done', `nothing left in two sweeps ${Math.round(apartMs)} ms apart`);
      }
      this.#judge();
      if (this.#open.join() !== before) quiet = 0; // something has moved: soon again
      const leftMs = this.#cleanSinceMs === undefined ? LONGEST_PAUSE_MS : this.#cleanSinceMs + this.#boundMs - clock.monotonicMs();
      await sleep(clock, Math.max(1, Math.min(leftMs, LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(quiet, 8))));
    }
  }

  /** How long a request that the dead runtime has sent may still take to arrive and to show. */
  get #boundMs(): number {
    const { venue: { capabilities }, submitTimeoutMs } = this.#options.binding;
    return submitTimeoutMs + capabilities.arrivalBoundMs + capabilities.visibilityBoundMs;
  }

  /** What is left, in words; empty where nothing is. */
  async #sweep(word: StopWord): Promise<readonly string[]> {
    const { venue, symbols, readTimeoutMs, cancelTimeoutMs } = this.#options.binding;
    if (this.#instruments === undefined) {
      const listed = await venue.instruments(symbols); // the adapter reads orders in the units of its instruments
      if (listed.kind === 'read') this.#instruments = listed.value;
    }
    if (closesPositions(word) && this.#sweeps === 1) await venue.cancelAll?.(cancelTimeoutMs); // V1: the list tells what came of it
    const reading = await venue.openOrders(readTimeoutMs);
    if (reading.kind === 'unclear') return [`open orders cannot be read: ${reading.why}`];
    const wanted = reading.value.filter(({ clientOrderId }) => closesPositions(word) || isOurs(clientOrderId ?? '')); // V5
    await this.#cancel(wanted);
    if (wanted.length > 0) return wanted.map(({ venueOrderId, symbol, side }) => `${side} order ${venueOrderId} in ${symbol} was open`);
    this.#once('cancel', `no open order${closesPositions(word) ? '' : ' of ours'}; ${this.#cancels} cancels asked for`);
    if (!closesPositions(word)) return [];
    const held = await this.#close();
    if (held.length === 0) this.#once('close', `nothing is held; ${this.#sent} orders sent to close`);
    return held;
  }

  async #cancel(wanted: readonly OrderReport[]): Promise<void> {
    const { venue, cancelTimeoutMs } = this.#options.binding;
    for (let at = 0; at < wanted.length && !this.#over; at += AT_ONCE) {
      await Promise.all(wanted.slice(at, at + AT_ONCE).map(({ venueOrderId }) => {
        this.#cancels += 1;
        return venue.cancel({ venueOrderId }, cancelTimeoutMs);
      }));
    }
  }

  async #close(): Promise<readonly string[]> { // V3
    const { venue, readTimeoutMs } = this.#options.binding;
    const instruments = this.#instruments;
    if (instruments === undefined) return ['the instruments cannot be read'];
    for (const closing of this.#closings.values()) if (closing.doubt) await this.#settle(closing);
    const doubts = [...this.#closings.values()].filter(({ doubt }) => doubt);
    if (doubts.length > 0) return doubts.map(({ clientOrderId, instrument }) => `what became of the closing order ${clientOrderId} in ${instrument.symbol} is not known yet`);
    const [balances, quotes] = await Promise.all([venue.balances(readTimeoutMs), venue.quotes(instruments.map(({ symbol }) => symbol), readTimeoutMs)]);
    if (balances.kind === 'unclear') return [`positions cannot be read: ${balances.why}`];
    const held: string[] = [];
    const seen = new Set<string>();
    for (const instrument of instruments) {
      if (seen.has(instrument.base)) continue;
      seen.add(instrument.base);
      const text = balances.value.assets[instrument.base] ?? '0';
      const positionUnits = parseUnits(text, instrument.quantityScale);
      const quote = quotes.kind === 'read' ? quotes.value.find(({ symbol }) => symbol === instrument.symbol) : undefined;
      const sized = closable(instrument, positionUnits, quote);
      if (sized === undefined) continue;
      held.push(`${formatUnits(positionUnits, instrument.quantityScale)} ${instrument.base} is held`);
      if (!this.#over && !this.#isStale(instrument, positionUnits)) await this.#send(instrument, positionUnits, sized, quote);
    }
    return held;
  }

  /** Whether the venue may not show yet what the last closing order has done. */
  #isStale({ symbol }: Instrument, positionUnits: bigint): boolean {
    const last = this.#closings.get(symbol);
    if (last === undefined || last.filledUnits === 0n) return false;
    const expected = magnitude(last.beforeUnits) - last.filledUnits;
    return magnitude(positionUnits) > expected && this.#options.clock.monotonicMs() - last.sentAtMs < this.#boundMs;
  }

  async #send(instrument: Instrument, positionUnits: bigint, sized: Sized, quote: Quote | undefined): Promise<void> {
    const { binding: { venue, submitTimeoutMs }, clock, stopId } = this.#options;
    const { symbol } = instrument;
    const round = (this.#closings.get(symbol)?.round ?? 0) + 1;
    const clientOrderId = closingId({ stopId, venue: venue.name, symbol, round }, venue.capabilities);
    const closing: Closing = { round, clientOrderId, sentAtMs: clock.monotonicMs(), doubt: true, beforeUnits: positionUnits, filledUnits: 0n, instrument };
    this.#closings.set(symbol, closing);
    this.#sent += 1;
    const result = await venue.submit(closingOrder(instrument, sized, quote, round, clientOrderId), submitTimeoutMs);
    if (result.kind === 'accepted') this.#learn(closing, result.report);
    else if (result.kind === 'refused') closing.doubt = false;
    else if (result.kind === 'not-sent') [closing.doubt, closing.round] = [false, round - 1]; // its name is not used up
  }

  /** C3 */
  async #settle(closing: Closing): Promise<void> {
    const { binding: { venue, readTimeoutMs }, clock } = this.#options;
    const found = await venue.findByClientOrderId(closing.clientOrderId, readTimeoutMs);
    if (found.kind === 'found') this.#learn(closing, found.report);
    else if (found.kind === 'absent' && clock.monotonicMs() - closing.sentAtMs > this.#boundMs) [closing.doubt, closing.round] = [false, closing.round - 1];
  }

  #learn(closing: Closing, { state, filledUnits }: OrderReport): void {
    if (!final.has(state)) return;
    [closing.doubt, closing.filledUnits] = [false, filledUnits];
  }

  #judge(): void { // V4
    const { clock, beganMs } = this.#options;
    if (this.#state === 'NOT CONFIRMED' || clock.monotonicMs() - beganMs < CONFIRM_WITHIN_MS) return;
    this.#state = 'NOT CONFIRMED';
    this.#tell('confirm', 'late', `NOT CONFIRMED, and tried again until it is: ${this.#open.slice(0, 5).join('; ') || 'seen clean once, not yet twice'}`);
  }

  #once(step: Step, detail: string): void {
    if (!this.#receipts.some((receipt) => receipt.step === step)) this.#tell(step, 'done', detail);
  }

  #tell(step: Step, outcome: Receipt['outcome'], detail: string): void {
    const receipt: Receipt = { step, outcome, detail, tookMs: Math.round(this.#options.clock.monotonicMs() - this.#options.beganMs) };
    this.#receipts.push(receipt);
    this.#options.told(receipt);
  }
}

const magnitude = (units: bigint): bigint => (units < 0n ? -units : units);
