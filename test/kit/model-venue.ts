/**
 * A venue small enough to be obviously right, for histories of the core: it executes, forgets nothing, and answers as it is told to.
 *
 * Owns what is true: orders, executions, balances, requests still on their way. Does not own matching, protocols or faults;
 * the history says what happens next. It keeps what its profile promises: nothing arrives later than `arrivalBoundMs` after it
 * was given up, and what was accepted is visible `visibilityBoundMs` later.
 */
import { formatUnits, notionalUnits } from '../../src/base/index.ts';
import type { Activity, FeeRecord, Fill, FindResult, OrderReport, SubmitResult, VenueOrder, VenueOrderState } from '../../src/core/index.ts';
import { btcUsd } from './core.ts';
import type { Bench } from './core.ts';

export type Resting = {
  readonly venueOrderId: string;
  readonly clientOrderId: string;
  readonly order: Pick<VenueOrder, 'side' | 'type' | 'quantityUnits' | 'limitPriceUnits'>;
  readonly visibleAtMs: number;
  filledUnits: bigint;
  valueUnits: bigint;
  state: VenueOrderState;
};
type Flying = { readonly order: VenueOrder; readonly arrivesAtMs: number };

export class ModelVenue {
  readonly orders: Resting[] = [];
  flying: Flying[] = [];
  readonly #bench: Bench;
  readonly #log: { readonly fill?: Fill; readonly fee?: FeeRecord }[] = []; // in the order in which it becomes readable
  #unread: { readonly fill: Fill; readonly visibleAtMs: number }[] = [];
  #untold = { BTC: 0n, USD: 0n };
  readonly held = { BTC: 0n, USD: 0n };

  constructor(bench: Bench, held: { readonly BTC: bigint; readonly USD: bigint }) {
    this.#bench = bench;
    Object.assign(this.held, held);
  }

  get #nowMs(): number {
    return this.#bench.nowMs;
  }

  /** A request leaves and will arrive, whoever still waits for its answer. */
  launch(order: VenueOrder, delayMs: number): void {
    this.flying.push({ order, arrivesAtMs: this.#nowMs + delayMs });
  }

  /** Time has passed: what was on its way arrives, what was hidden shows. */
  settle(): void {
    const due = this.flying.filter((one) => one.arrivesAtMs <= this.#nowMs);
    this.flying = this.flying.filter((one) => one.arrivesAtMs > this.#nowMs);
    for (const { order } of due) this.accept(order, 0);
    this.#unread = this.#unread.filter(({ fill, visibleAtMs }) => {
      if (visibleAtMs > this.#nowMs) return true;
      this.#log.push({ fill });
      return false;
    });
  }

  accept(order: VenueOrder, hiddenMs: number): SubmitResult {
    const { orderIds } = this.#bench.profile.capabilities;
    const namesake = this.orders.find((one) => one.clientOrderId === order.clientOrderId && (orderIds !== 'unique-while-live' || isLive(one)));
    if (namesake !== undefined && orderIds === 'returns-original') return { kind: 'accepted', report: this.reportOf(namesake) };
    if (namesake !== undefined && orderIds !== 'not-enforced' && orderIds !== 'none') return { kind: 'duplicate', existing: undefined };
    const resting: Resting = {
      venueOrderId: `v${this.orders.length + 1}`, clientOrderId: order.clientOrderId, order, visibleAtMs: this.#nowMs + hiddenMs, filledUnits: 0n, valueUnits: 0n, state: 'working',
    };
    this.orders.push(resting);
    return { kind: 'accepted', report: this.reportOf(resting) };
  }

  /** Executes a part of an order at its price, and takes the fee in the asset received, between the least and the most. */
  fill(resting: Resting, wantedUnits: bigint, priceUnits: bigint, feePpm: number, hiddenMs: number): void {
    const left = resting.order.quantityUnits - resting.filledUnits;
    const units = wantedUnits < left ? wantedUnits : left;
    if (!isLive(resting) || units <= 0n) return;
    const valueUnits = notionalUnits(btcUsd, units, priceUnits);
    const buys = resting.order.side === 'buy';
    this.held.BTC += buys ? units : -units;
    this.held.USD += buys ? -valueUnits : valueUnits;
    const asset = buys ? 'BTC' as const : 'USD' as const;
    const fee = ((buys ? units : valueUnits) * BigInt(feePpm)) / 1_000_000n;
    this.held[asset] -= fee;
    this.#untold[asset] += fee;
    resting.filledUnits += units;
    resting.valueUnits += valueUnits;
    if (resting.filledUnits === resting.order.quantityUnits) resting.state = 'filled';
    const fill: Fill = {
      fillId: `${resting.venueOrderId}/${resting.filledUnits}`, venueOrderId: resting.venueOrderId, symbol: btcUsd.symbol, side: resting.order.side, quantityUnits: units, priceUnits,
      cumulativeUnits: resting.filledUnits, atMs: this.#nowMs,
    };
    this.#unread.push({ fill, visibleAtMs: this.#nowMs + hiddenMs });
  }

  /** The fees taken and not told so far, as records, once every execution they cover can be read. */
  tellFees(): void {
    if (this.#unread.length > 0) return;
    for (const asset of ['BTC', 'USD'] as const) {
      if (this.#untold[asset] === 0n) continue;
      this.#log.push({ fee: { feeId: `fee${this.#log.length}`, asset, amountText: formatUnits(this.#untold[asset], asset === 'BTC' ? 8 : 10), throughMs: this.#nowMs + 1 } });
      this.#untold[asset] = 0n;
    }
    this.#bench.nowMs += 1;
  }

  activity(cursor: string): Activity {
    const rows = this.#log.slice(cursor === '' ? 0 : Number(cursor));
    return { fills: rows.flatMap(({ fill }) => fill ?? []), fees: rows.flatMap(({ fee }) => fee ?? []), cursor: String(this.#log.length) };
  }

  find(matches: (resting: Resting) => boolean): FindResult {
    const resting = this.orders.find((one) => matches(one) && one.visibleAtMs <= this.#nowMs);
    return resting === undefined ? { kind: 'absent', source: 'the model' } : { kind: 'found', report: this.reportOf(resting) };
  }

  openOrders(): readonly OrderReport[] {
    return this.orders.filter((one) => isLive(one) && one.visibleAtMs <= this.#nowMs).map((one) => this.reportOf(one));
  }

  balances(): Readonly<Record<string, string>> {
    return { BTC: formatUnits(this.held.BTC, 8), USD: formatUnits(this.held.USD, 10) };
  }

  get hides(): boolean {
    return this.#unread.length > 0;
  }

  reportOf({ venueOrderId, clientOrderId, order, filledUnits, valueUnits, state }: Resting): OrderReport {
    const averagePriceText = filledUnits === 0n ? undefined : formatUnits((valueUnits * 10n ** 20n) / filledUnits, 22);
    return {
      venueOrderId, clientOrderId: this.#bench.profile.capabilities.orderIds === 'none' ? undefined : clientOrderId, symbol: btcUsd.symbol, side: order.side, type: order.type,
      quantityUnits: order.quantityUnits, filledUnits, averagePriceText, limitPriceUnits: order.limitPriceUnits, state, reason: undefined, updatedAtMs: this.#nowMs,
    };
  }
}

export const isLive = (resting: Resting): boolean => resting.state === 'working' || resting.state === 'cancelling' || resting.state === 'pending';
