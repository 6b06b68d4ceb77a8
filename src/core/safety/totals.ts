/**
 * The sums of T1 and T2 in valuation.ts, kept while the books, the orders and the prices move, so that an order does not wait for
 * all positions to be added up anew.
 *
 *   K1. At any time they are what adding everything up would give.
 *   K2. They are derived: no part of the state, nothing of them in the journal, and made anew with the world.
 */
import { Deadlines, divide } from '../../base/index.ts';
import type { Rate, Rates, Sums, Total } from '../limits/index.ts';
import type { PriceChanges, Prices } from '../market/index.ts';
import type { World } from '../world.ts';
import { ratesOf } from './rates.ts';
import { spanned, spansOf, worstOf } from './spans.ts';
import type { Change, Spanned } from './spans.ts';

/** Of one asset, over all venues. `read`: the prices that its rate rests on, or is missing for. */
type Row = { readonly sums: Sums; readonly rate: Rate | { readonly why: string }; readonly read: ReadonlySet<string> };

export class Totals {
  readonly #asset: string; // in which the sums are counted
  readonly #rows = new Map<string, Row>(); // of what is held or may be, by asset
  readonly #unknown = new Set<string>();
  readonly #readers = new Map<string, Set<string>>(); // by `marketKey`
  #turns = new Deadlines(); // when a rate is too old
  #netUnits = 0n;
  #grossUnits = 0n;
  #seen: { readonly prices: Prices; readonly listings: number; readonly maxAgeMs: number | undefined; readonly exposed: number; readonly moved: number; readonly told: PriceChanges | undefined } | undefined;

  constructor(asset: string) {
    this.#asset = asset;
  }

  /** Comes up to date: costs what changed since the last time. */
  follow(world: World, prices: Prices, nowMs: number): void {
    const { market: { listings }, limits, orders, ledger } = world;
    const before = this.#seen;
    const told = prices.changed?.(before?.prices === prices ? before.told?.mark : undefined, nowMs);
    const isSame = before?.prices === prices && before.listings === listings.revision && before.maxAgeMs === limits?.rateMaxAgeMs;
    const exposed = isSame ? orders.exposed.since(before.exposed) : undefined;
    const moved = isSame ? ledger.moved.since(before.moved) : undefined;
    this.#seen = { prices, listings: listings.revision, maxAgeMs: limits?.rateMaxAgeMs, exposed: orders.exposed.mark, moved: ledger.moved.mark, told };
    if (exposed === undefined || moved === undefined) {
      this.#forget();
      for (const asset of listings.holders().keys()) this.#count(world, asset, prices, nowMs);
      return;
    }
    const repriced = new Set(this.#turns.due(nowMs));
    for (const key of told?.keys ?? this.#readers.keys()) for (const asset of this.#readers.get(key) ?? []) repriced.add(asset);
    for (const asset of repriced) this.#leave(asset);
    const dirty = new Set(repriced);
    for (const key of exposed) dirty.add(world.market.instruments.get(key)?.base ?? '');
    for (const key of moved) dirty.add(key.slice(key.indexOf(' ') + 1));
    for (const asset of dirty) this.#count(world, asset, prices, nowMs);
  }

  /** @param change what the order in question is already, and what it would be; counted as if it were neither, and as if it were sent */
  total(world: World, prices: Prices, change: Change, nowMs: number): Total {
    this.follow(world, prices, nowMs);
    const { base } = change;
    const row = this.#rows.get(base);
    if (this.#unknown.size > (this.#unknown.has(base) ? 1 : 0)) return { unknown: this.#why(base) };
    const others: Sums = { netUnits: this.#netUnits - (row?.sums.netUnits ?? 0n), grossUnits: this.#grossUnits - (row?.sums.grossUnits ?? 0n) };
    if (base === this.#asset) return { ...others, wouldBe: others };
    const spans = spansOf(world, base);
    const [without, withIt] = [spanned(spans, change, -change.ownUnits), spanned(spans, change, change.addedUnits - change.ownUnits)];
    if (without.grossUnits === 0n && withIt.grossUnits === 0n) return { ...others, wouldBe: others };
    const rate = row?.rate ?? this.#rates(world, prices, nowMs).rate(base, this.#asset);
    if ('why' in rate) return { unknown: rate.why };
    return { ...plus(others, without, rate), wouldBe: plus(others, withIt, rate) };
  }

  /** Counts an asset anew, at the rate that it had where it still has one. */
  #count(world: World, asset: string, prices: Prices, nowMs: number): void {
    if (asset === this.#asset) return;
    const before = this.#rows.get(asset);
    const span = spanned(spansOf(world, asset));
    if (span.grossUnits === 0n) return this.#leave(asset);
    const { rate, read } = before ?? this.#priced(world, asset, prices, nowMs);
    const sums = 'why' in rate ? NOTHING : plus(NOTHING, span, rate);
    this.#rows.set(asset, { sums, rate, read });
    this.#netUnits += sums.netUnits - (before?.sums.netUnits ?? 0n);
    this.#grossUnits += sums.grossUnits - (before?.sums.grossUnits ?? 0n);
  }

  #priced(world: World, asset: string, prices: Prices, nowMs: number): Pick<Row, 'rate' | 'read'> {
    const read = new Set<string>();
    const rate = this.#rates(world, prices, nowMs, read).rate(asset, this.#asset);
    for (const key of read) {
      const readers = this.#readers.get(key);
      if (readers === undefined) this.#readers.set(key, new Set([asset]));
      else readers.add(asset);
    }
    if ('why' in rate) this.#unknown.add(asset);
    else this.#turns.set(asset, rate.seenAtMs + (world.limits?.rateMaxAgeMs ?? 0) + 1);
    return { rate, read };
  }

  #leave(asset: string): void {
    const row = this.#rows.get(asset);
    if (row === undefined) return;
    this.#netUnits -= row.sums.netUnits;
    this.#grossUnits -= row.sums.grossUnits;
    for (const key of row.read) this.#readers.get(key)?.delete(asset);
    this.#turns.set(asset, undefined);
    this.#unknown.delete(asset);
    this.#rows.delete(asset);
  }

  /** One rate for all that is held of an asset, wherever it is. */
  #rates(world: World, prices: Prices, nowMs: number, read?: Set<string>): Rates {
    return ratesOf(world, prices, nowMs, (asset) => world.market.listings.holders().get(asset)?.[0] ?? '', read);
  }

  /** Of several the first by name, so that the same state gives the same words. */
  #why(but: string): string {
    const first = [...this.#unknown].filter((asset) => asset !== but).reduce((a, b) => (a < b ? a : b));
    const rate = this.#rows.get(first)?.rate;
    return rate !== undefined && 'why' in rate ? rate.why : `${first} has no value`;
  }

  #forget(): void {
    for (const all of [this.#rows, this.#unknown, this.#readers]) all.clear();
    this.#turns = new Deadlines();
    [this.#netUnits, this.#grossUnits] = [0n, 0n];
  }
}

const NOTHING: Sums = { netUnits: 0n, grossUnits: 0n };

const plus = ({ netUnits, grossUnits }: Sums, span: Spanned, rate: Rate): Sums => ({ netUnits: netUnits + worth(worstOf(span), rate), grossUnits: grossUnits + worth(span.grossUnits, rate) });
const worth = (units: bigint, { numerator, denominator }: Rate): bigint => divide(units * numerator, denominator, 'up'); // X2 in limits/rates.ts
