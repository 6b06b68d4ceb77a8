/** The limits in force, and who stopped whom, as entries of the journal: what a control used can be read where it was used. */
import { defineFact, described, dictionary, int, list, oneOf, optional, record, text, units } from '../../journal/index.ts';
import type { Infer } from '../../journal/index.ts';
import { changeFacts } from './change-facts.ts';
import { overrideFacts } from './override-facts.ts';

const rate = record({ most: int('how many'), withinMs: int('within how long') });
const money = record({ asset: text('the asset it is counted in'), units: units('how much, in units of 10^-8') });

export const limitsShape = record({
  maxOrderValue: dictionary(record({ asset: text('the asset it is counted in, with the decimals of the quote asset'), units: units('how much') }), 'the most one order may be worth, per instrument'),
  maxPositionUnits: dictionary(units(), 'the largest position, long or short, in units of the base asset, per instrument'),
  priceCollarPpm: dictionary(int(), 'the furthest a price may be from the reference price, in millionths, per instrument'),
  priceMaxAgeMs: optional(int('the oldest reference price that may be used')),
  booksMaxAgeMs: optional(int('how long ago books and venue may last have been compared')),
  maxShortUnits: optional(dictionary(units(), 'the largest short position, where it is another than the long one')),
  maxOrderUnits: optional(dictionary(units(), 'the most one order may buy or sell, in units of the base asset, per instrument')),
  maxSpreadPpm: optional(dictionary(int(), 'how far bid and ask may lie apart, in millionths of the price between them, per instrument')),
  priceDrift: optional(dictionary(record({ ppm: int('how far, in millionths'), withinMs: int('within how long') }), 'how far a price may be from the reference price of some time ago, per instrument')),
  rateMaxAgeMs: optional(int('the oldest rate between currencies that may be used')),
  maxNetValue: optional(described(money, 'what all positions may be worth, set off against each other within an asset')),
  maxGrossValue: optional(described(money, 'what all positions may be worth, added up')),
  buyingPower: optional(described(oneOf('reserved'), 'an order may spend what is held and free')),
  selfMatch: optional(described(oneOf('refuse'), 'what becomes of an order that would trade with one of our own')),
  messageRate: optional(described(record({ strategy: optional(rate), venue: optional(rate), system: optional(rate) }), 'how many orders may leave within a time')),
  repeats: optional(described(rate, 'how often a strategy may do the same before it is stopped')),
  duplicateWithinMs: optional(int('how long the same order under another key is taken for a repetition')),
  permissions: optional(dictionary(dictionary(list(oneOf('buy', 'sell')), 'which ways, per instrument or default'), 'who may trade what, per source or strategy, or default')),
  restricted: optional(described(list(text()), 'instruments and assets that nobody may trade')),
  none: optional(described(list(text()), 'limits of which the configuration says in so many words that there is none')),
  observe: optional(described(list(text()), 'controls that are judged and recorded and do not block; "all" for every one')),
});
export type Limits = Infer<typeof limitsShape>;

export const limitsSet = defineFact('limits.set', 1, { limits: limitsShape, by: text('who'), hash: text('sha256 of the limits') }, 'These limits are in force from here on.');

export const strategyThrottled = defineFact('strategy.throttled', 1, {
  strategy: text('which'), venue: text('where it repeated itself'), symbol: text('in which instrument'), side: described(oneOf('buy', 'sell'), 'which way'), why: text('with the numbers'),
}, 'A strategy repeated itself too often. Nothing new of it leaves until a named person lets it go on; no restart does.');
export const strategyEnabled = defineFact('strategy.enabled', 1, { strategy: text('which'), by: text('who'), reason: text('why') }, 'A person has looked and lets a stopped strategy go on.');

export const limitFacts = [limitsSet, strategyThrottled, strategyEnabled, ...changeFacts, ...overrideFacts] as const;
