/** The limits in force, as an entry of the journal: what a control used can be read where it was used. */
import { defineFact, dictionary, int, optional, record, text, units } from '../../journal/index.ts';
import type { Infer } from '../../journal/index.ts';

export const limitsShape = record({
  maxOrderValue: dictionary(record({ asset: text('the quote asset it is counted in'), units: units('how much') }), 'the most one order may be worth, per instrument'),
  maxPositionUnits: dictionary(units(), 'the largest position, long or short, in units of the base asset, per instrument'),
  priceCollarPpm: dictionary(int(), 'the furthest a price may be from the reference price, in millionths, per instrument'),
  priceMaxAgeMs: optional(int('the oldest reference price that may be used')),
  booksMaxAgeMs: optional(int('how long ago books and venue may last have been compared')),
});
export type Limits = Infer<typeof limitsShape>;

export const limitsSet = defineFact('limits.set', 1, { limits: limitsShape, by: text('who'), hash: text('sha256 of the limits') }, 'These limits are in force from here on.');

export const limitFacts = [limitsSet] as const;
