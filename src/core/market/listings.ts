/**
 * What is listed, by every name under which it is looked for. Derived of the instruments, and made anew when somebody asks after a listing.
 */
import { pairOf } from '../../base/index.ts';
import type { Instrument, Table } from '../../base/index.ts';

/** An instrument and where it is traded. */
export type Listed = { readonly venue: string; readonly instrument: Instrument };
type Index = { readonly byVenue: Map<string, Instrument[]>; readonly around: Map<string, Instrument[]>; readonly trading: Map<string, Listed[]>; readonly holders: Map<string, string[]> };

export class Listings {
  readonly #instruments: Table<Instrument>; // by `venue symbol`
  #index: Index | undefined;
  #revision = 0;

  constructor(instruments: Table<Instrument>) {
    this.#instruments = instruments;
  }

  /** Rises with every listing: what was derived before is to be derived again. */
  get revision(): number {
    return this.#revision;
  }

  changed(): void {
    this.#index = undefined;
    this.#revision += 1;
  }

  /** In the order of their symbols. */
  of(venue: string): readonly Instrument[] {
    return this.#indexed().byVenue.get(venue) ?? NO_INSTRUMENTS;
  }

  /** Those of a venue that trade this asset as their base. */
  around(venue: string, base: string): readonly Instrument[] {
    return this.#indexed().around.get(pairOf(venue, base)) ?? NO_INSTRUMENTS;
  }

  /** Those that trade this asset as base or quote, by venue and symbol. */
  trading(asset: string): readonly Listed[] {
    return this.#indexed().trading.get(asset) ?? NO_LISTED;
  }

  /** The assets that some instrument trades as its base, each with the venues where one does. */
  holders(): ReadonlyMap<string, readonly string[]> {
    return this.#indexed().holders;
  }

  #indexed(): Index {
    if (this.#index !== undefined) return this.#index;
    const index: Index = { byVenue: new Map(), around: new Map(), trading: new Map(), holders: new Map() };
    for (const [key, instrument] of this.#instruments.entries()) {
      const venue = key.slice(0, key.indexOf(' '));
      add(index.byVenue, venue, instrument);
      add(index.around, `${venue} ${instrument.base}`, instrument);
      for (const asset of new Set([instrument.base, instrument.quote])) add(index.trading, asset, { venue, instrument });
      if (index.holders.get(instrument.base)?.includes(venue) !== true) add(index.holders, instrument.base, venue);
    }
    return (this.#index = index);
  }
}

const NO_INSTRUMENTS: readonly Instrument[] = [];
const NO_LISTED: readonly Listed[] = [];

function add<T>(lists: Map<string, T[]>, key: string, one: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [one]);
  else list.push(one);
}
