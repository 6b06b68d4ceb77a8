/** Which venues and instruments there are, and which of them may be used. */
import { pairOf, Table } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import type { FactOf } from '../../journal/index.ts';
import type { VenueProfile, marketFacts } from './facts.ts';
import { Listings } from './listings.ts';

export type MarketFact = FactOf<typeof marketFacts>;

export type Quarantine = { readonly venue: string; readonly symbol: string; readonly cause: string };

/** A venue's own dead-man timer. */
export type DeadMan = { readonly state: 'armed'; readonly withinMs: number } | { readonly state: 'lapsed'; readonly why: string };

export type Market = {
  readonly venues: Table<VenueProfile>;
  readonly instruments: Table<Instrument>; // by `marketKey`
  readonly listings: Listings; // the same, by venue and asset
  readonly suspended: Table<{ readonly cause: string; readonly detail: string }>; // by venue
  readonly quarantined: Table<Quarantine>; // by `marketKey`
  readonly deadMen: Table<DeadMan>; // by venue: its timer, since the last start
};

export function emptyMarket(): Market {
  const instruments = new Table<Instrument>();
  return { venues: new Table(), instruments, listings: new Listings(instruments), suspended: new Table(), quarantined: new Table(), deadMen: new Table() };
}

/** One instrument at one venue. */
export const marketKey = (venue: string, symbol: string): string => pairOf(venue, symbol);

export const instrumentAt = (market: Market, venue: string, symbol: string): Instrument | undefined => market.instruments.get(marketKey(venue, symbol));

export const instrumentsOf = (market: Market, venue: string): readonly Instrument[] => market.listings.of(venue);

/** The scale in which an asset is counted, from the instruments that trade it; undefined for an asset of no instrument. */
export function assetScale(market: Market, venue: string, asset: string): number | undefined {
  const instrument = market.listings.trading(asset).find((listed) => listed.venue === venue)?.instrument;
  return instrument?.base === asset ? instrument.quantityScale : instrument?.quoteScale;
}

export function evolveMarket(market: Market, fact: MarketFact): void {
  switch (fact.type) {
    case 'venue.listed': return market.venues.set(fact.venue.name, fact.venue);
    case 'instrument.listed': {
      market.instruments.set(marketKey(fact.venue, fact.instrument.symbol), fact.instrument);
      return market.listings.changed();
    }
    case 'venue.suspended': return market.suspended.set(fact.venue, { cause: fact.cause, detail: fact.detail });
    case 'venue.restored': return market.suspended.delete(fact.venue);
    case 'instrument.quarantined': return market.quarantined.set(marketKey(fact.venue, fact.symbol), { venue: fact.venue, symbol: fact.symbol, cause: fact.cause });
    case 'venue.dead-man-armed': return market.deadMen.set(fact.venue, { state: 'armed', withinMs: fact.withinMs });
    case 'venue.dead-man-lapsed': return market.deadMen.set(fact.venue, { state: 'lapsed', why: fact.why });
    case 'instrument.released': return market.quarantined.delete(marketKey(fact.venue, fact.symbol));
  }
}

/** A life that begins has set no timer yet, whatever the last one did. */
export function evolveMarketBoot(market: Market): void {
  for (const venue of [...market.deadMen.keys()]) market.deadMen.delete(venue);
}

/** Whether the venue has a dead-man timer of its own that nobody has set. */
export const isUnwatched = ({ venues, deadMen }: Market, venue: string): boolean => venues.get(venue)?.capabilities.deadManTimer === true && deadMen.get(venue)?.state !== 'armed';
