/**
 * Looks at a whole venue, again and again: executions, open orders, balances, and executions once more.
 *
 *   R1. Balances are compared only when nothing was executed, and nothing booked, around them and until they are taken.
 *   R2. A reading that failed in any part says nothing: it is repeated, never taken as "nothing there".
 */
import { reasonOf, tryParseUnits } from '../base/index.ts';
import { assetScale, compareBalances, holdings, instrumentsOf, isFinal, orderByVenueId, orderOfReport, venueOrderIdOf } from '../core/index.ts';
import type { Input, OrderReport, Outcome, Recalling } from '../core/index.ts';
import type { Clock, Read } from '../ports/index.ts';
import type { Recollection } from './recollection.ts';
import { activityTimeoutMs } from './settings.ts';
import type { VenueBinding } from './settings.ts';
import type { Turns } from './turns.ts';

export type ReconcilerOptions = {
  readonly turns: Turns;
  readonly recollection: Recollection;
  readonly binding: VenueBinding;
  readonly clock: Clock;
  readonly everyMs: number;
  readonly onUnclear: (why: string, access: boolean) => void;
  readonly onFruitless: (looks: number, why: string) => void; // so many in a row have come to nothing
  readonly onDone: () => void;
};

/** A whole look at a venue, or why there was none. `beganMs`: on the monotonic clock, before anything was read. */
export type Look =
  | { readonly kind: 'unclear'; readonly why: string }
  | { readonly kind: 'seen'; readonly beganMs: number; readonly openOrders: readonly OrderReport[]; readonly assets: Readonly<Record<string, string>>; units(asset: string, scale: number): bigint | undefined };

/** What is open and held, without what was executed: whole enough to go on closing, where the books say the same. It confirms nothing. */
export type Glance = Look | { readonly kind: 'differs' };

const FRUITLESS_TOLD = 20;
const RETRY_MS = [500, 1_000, 2_000, 5_000] as const;

export class Reconciler {
  readonly #options: ReconcilerOptions;
  #cancel: (() => void) | undefined;
  #running: Promise<Outcome> | undefined;
  #again = false;
  #fruitless = 0;
  #differing = 0;
  #stopped = false;
  #seen: Look = { kind: 'unclear', why: 'nobody has looked yet' };

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** Looks now. A look that is under way serves everybody who asks meanwhile. */
  now(): Promise<Outcome> {
    if (this.#stopped) return Promise.resolve(inconclusive('the runtime is stopping'));
    this.#running ??= this.#look().finally(() => {
      this.#running = undefined;
      if (!this.#again || this.#stopped) return;
      this.#again = false;
      void this.now();
    });
    return this.#running;
  }

  /** What a look shows that began after this was asked for. */
  async look(): Promise<Look> {
    if (this.#running !== undefined) await this.#running;
    const outcome = await this.now();
    return outcome.kind === 'done' ? this.#seen : { kind: 'unclear', why: 'why' in outcome ? outcome.why : outcome.kind };
  }

  /** A third of a look's requests. Decides nothing and is no fact. */
  async glance(): Promise<Glance> {
    const { turns: { world }, binding: { venue, readTimeoutMs }, clock } = this.#options;
    const beganMs = clock.monotonicMs();
    const open = await venue.openOrders(readTimeoutMs);
    if (open.kind === 'unclear') return { kind: 'unclear', why: `open orders: ${open.why}` };
    const balances = await venue.balances(readTimeoutMs);
    if (balances.kind === 'unclear') return { kind: 'unclear', why: `balances: ${balances.why}` };
    const bases = new Set(instrumentsOf(world.market, venue.name).map(({ base }) => base));
    const rules = [...bases].map((asset) => ({ asset, scale: assetScale(world.market, venue.name, asset) ?? 0, toleranceUnits: 0n }));
    const { agreed, unclear, facts } = compareBalances(world.ledger, venue.name, rules, balances.value);
    return !agreed || unclear !== undefined || facts.length > 0 ? { kind: 'differs' } : seenOf(beganMs, open.value, balances.value.assets);
  }

  /** Looks at what stands from now on: a look that is under way may have read before, so another one follows it. */
  afresh(): void {
    this.#again = this.#running !== undefined;
    if (!this.#again) void this.now();
  }

  async #look(): Promise<Outcome> {
    this.#cancel?.();
    const outcome = await this.#once();
    if (this.#stopped) return outcome;
    this.#fruitless = outcome.kind === 'inconclusive' ? this.#fruitless + 1 : 0;
    if (outcome.kind === 'inconclusive' && this.#fruitless % FRUITLESS_TOLD === 0) this.#options.onFruitless(this.#fruitless, outcome.why);
    this.#differing = this.#differs() ? this.#differing + 1 : 0;
    const soonMs = RETRY_MS[Math.max(this.#fruitless, this.#differing) - 1];
    const delayMs = soonMs ?? (this.#fruitless > 0 ? RETRY_MS.at(-1) ?? 0 : this.#options.everyMs);
    this.#cancel = this.#options.clock.timer(delayMs, () => void this.now());
    this.#options.onDone();
    return outcome;
  }

  /** A difference may be news that is still on its way: the next looks come soon, and then as always. */
  #differs(): boolean {
    const { turns, binding } = this.#options;
    return [...turns.world.ledger.differences.unordered()].some((difference) => difference.venue === binding.venue.name);
  }

  async #once(): Promise<Outcome> {
    const { turns, recollection, binding } = this.#options;
    const { venue, readTimeoutMs } = binding;
    const cause = { actor: `venue:${venue.name}`, correlationId: `reconcile ${venue.name}` };
    const take = async (input: Input, asItIsNow = (whole: Recalling): Recalling => whole): Promise<Outcome> => {
      try {
        return await recollection.with(input, (whole) => (this.#stopped ? undefined : turns.attempt(asItIsNow(whole), cause))) ?? inconclusive('the runtime is stopping');
      } catch (thrown) {
        return inconclusive(reasonOf(thrown));
      }
    };
    const unclear = <T>(what: string, reading: Extract<Read<T>, { kind: 'unclear' }>): Outcome => {
      this.#options.onUnclear(`${what}: ${reading.why}`, reading.access === true);
      return inconclusive(`${what}: ${reading.why}`);
    };
    const beganMs = this.#options.clock.monotonicMs();
    if (!turns.world.market.venues.has(venue.name)) return inconclusive(`${venue.name} is not listed yet`);
    const before = await venue.activity(this.#cursor(), activityTimeoutMs(binding, this.#cursor()));
    if (before.kind === 'unclear') return unclear('activity', before);
    await take({ kind: 'activity', venue: venue.name, activity: before.value });
    const cursor = this.#cursor();
    const books = this.#books();
    const open = await venue.openOrders(readTimeoutMs);
    if (open.kind === 'unclear') return unclear('open orders', open);
    const looked = await this.#lookFor(open.value);
    if (looked === undefined) return inconclusive('an order that should be open could not be asked for');
    const balances = await venue.balances(readTimeoutMs);
    if (balances.kind === 'unclear') return unclear('balances', balances);
    const after = await venue.activity(cursor, activityTimeoutMs(binding, cursor));
    if (after.kind === 'unclear') return unclear('activity', after);
    const isQuiet = (): boolean => after.value.fills.length === 0 && after.value.fees.length === 0 && this.#cursor() === cursor && this.#books() === books;
    const reading = { openOrders: open.value, looked, balances: balances.value, activity: after.value, quiet: isQuiet() };
    this.#seen = seenOf(beganMs, open.value, balances.value.assets);
    return take({ kind: 'reconciled', venue: venue.name, reading }, (whole) => ({ ...whole, reading: { ...reading, quiet: isQuiet() } })); // R1: names are looked up in between
  }

  /** Orders that should be open and are not in the list are asked for one by one: a list is no proof of absence. */
  async #lookFor(open: readonly OrderReport[]): Promise<OrderReport[] | undefined> {
    const { turns, binding: { venue, readTimeoutMs } } = this.#options;
    const { orders } = turns.world;
    const listed = new Set(open.map((report) => report.venueOrderId));
    const missing = new Set<string>();
    for (const order of orders.live.values()) {
      const venueOrderId = venueOrderIdOf(order);
      if (order.venue === venue.name && venueOrderId !== undefined && order.phase !== 'ended' && !listed.has(venueOrderId)) missing.add(venueOrderId);
    }
    for (const foreign of orders.foreign.values()) if (foreign.venue === venue.name && foreign.open && !listed.has(foreign.venueOrderId)) missing.add(foreign.venueOrderId);
    const looked: OrderReport[] = [];
    for (const venueOrderId of [...missing].sort()) {
      const result = await venue.find(venueOrderId, readTimeoutMs);
      if (result.kind === 'found') looked.push(result.report);
      else {
        const order = orderByVenueId(turns.world.orders, venue.name, venueOrderId);
        if (order === undefined || !isFinal(order.phase)) return undefined;
      }
    }
    return looked.filter((report) => report.clientOrderId === undefined || orderOfReport(turns.world, venue.name, report) !== undefined || orders.foreign.has(`${venue.name} ${report.venueOrderId}`));
  }

  /** Where the books stand. What was booked while the venue was being asked may be in its balances, or not yet. */
  #books(): string {
    const { turns, binding } = this.#options;
    return holdings(turns.world, binding.venue.name).map(({ asset, postedUnits }) => `${asset} ${postedUnits}`).join(', ');
  }

  #cursor(): string {
    return this.#options.turns.world.ledger.cursors.get(this.#options.binding.venue.name) ?? '';
  }
}

const seenOf = (beganMs: number, openOrders: readonly OrderReport[], assets: Readonly<Record<string, string>>): Look => ({ kind: 'seen', beganMs, openOrders, assets, units: (asset, scale) => tryParseUnits(assets[asset] ?? '0', scale) });

const inconclusive = (why: string): Outcome => ({ kind: 'inconclusive', why });
