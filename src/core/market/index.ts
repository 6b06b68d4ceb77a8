/**
 * Venues, instruments and prices as the core knows them, and the words in which venues answer.
 *
 * Owns which venue is suspended and which instrument quarantined. Does not own books, orders or connections.
 * Prices are samples: they reach a decision as `Prices` and only what a decision used of them is written down.
 */
export { deadManFacts } from './dead-man.ts';
export type { DeadManInput } from './dead-man.ts';
export { marketFacts } from './facts.ts';
export type { VenueProfile } from './facts.ts';
export type { Listed, Listings } from './listings.ts';
export { assetScale, emptyMarket, evolveMarket, evolveMarketBoot, instrumentAt, instrumentsOf, isUnwatched, marketKey } from './view.ts';
export type { DeadMan, Market, MarketFact, Quarantine } from './view.ts';
export type { Price, PriceChanges, Prices, TrustedPrice } from './prices.ts';
export type * from './words.ts';
