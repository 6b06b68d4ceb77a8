/**
 * Prices from several sources: which of them is believed, and why.
 *
 * Sources are judged alone (fresh, a market, not mute, no jump), then against each other, and then one is chosen. What comes out is a `TrustedPrice`,
 * the only kind that an order or a limit takes.
 */
export { FeedPolicyError } from './errors.ts';
export { faultText } from './fault.ts';
export type { Fault } from './fault.ts';
export { PriceFeeds } from './feeds.ts';
export type { FeedChange, FeedReading, SourceState } from './feeds.ts';
export { defaultFeedPolicy } from './policy.ts';
export type { FeedPolicy, FeedWords } from './policy.ts';
export { quotationOf } from './quotation.ts';
export type { Quotation } from './quotation.ts';
export { SourceClock } from './source-clock.ts';
