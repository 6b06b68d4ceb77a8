/** Limits in the words of the configuration, before any instrument is known; and what they come to in the units of the instruments that are. */
import { tryParseUnits } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import { described, dictionary, int, list, oneOf, optional, record, text } from '../../journal/index.ts';
import type { Infer } from '../../journal/index.ts';
import { instrumentsOf } from '../market/index.ts';
import type { Market } from '../market/index.ts';
import type { Limits } from './facts.ts';
import { VALUE_SCALE } from './rates.ts';

const money = record({ text: text('how much, as a decimal'), asset: text('the asset it is counted in') });
const rate = record({ most: int('how many'), withinMs: int('within how long') });

/** Per instrument, or under "default" for all that are not named. Absent means not configured, which blocks. */
export const limitTextsShape = record({
  maxOrderValue: dictionary(money, 'per instrument or default'),
  maxPosition: dictionary(text(), 'of the base asset, per instrument'),
  priceCollarPpm: dictionary(int(), 'in millionths, per instrument or default'),
  maxShort: optional(dictionary(text(), 'where it is another than `maxPosition`')),
  maxOrderQuantity: optional(dictionary(text(), 'of the base asset, per instrument or default')),
  maxSpreadPpm: optional(dictionary(int(), 'in millionths, per instrument or default')),
  priceDrift: optional(dictionary(record({ ppm: int('how far, in millionths'), withinMs: int('within how long; 0 for no limit') }), 'per instrument or default')),
  maxNetValue: optional(money),
  maxGrossValue: optional(money),
  priceMaxAgeMs: optional(int('the oldest price')),
  booksMaxAgeMs: optional(int('the oldest comparison of books and venue')),
  rateMaxAgeMs: optional(int('the oldest rate')),
  buyingPower: optional(described(oneOf('reserved'), 'what is held and free')),
  selfMatch: optional(described(oneOf('refuse'), 'orders that would trade with one of our own')),
  messageRate: optional(record({ strategy: optional(rate), venue: optional(rate), system: optional(rate) })),
  repeats: optional(rate),
  duplicateWithinMs: optional(int('how long the same is refused')),
  permissions: optional(dictionary(dictionary(list(oneOf('buy', 'sell')), 'which ways, per instrument or default'), 'per source or strategy, or default')),
  restricted: optional(described(list(text()), 'instruments and assets')),
  none: optional(described(list(text()), 'limits of which the configuration says in so many words that there is none')),
  observe: optional(described(list(text()), 'controls that do not block; "all" for every one')),
  maxDailyLoss: optional(money),
  maxDrawdownPpm: optional(int('in millionths')),
});
export type LimitTexts = Infer<typeof limitTextsShape>;

/** What needs no instrument to be understood. */
const asTheyAre = ['priceMaxAgeMs', 'booksMaxAgeMs', 'rateMaxAgeMs', 'buyingPower', 'selfMatch', 'messageRate', 'repeats', 'duplicateWithinMs', 'permissions', 'restricted', 'none', 'observe'] as const;

/**
 * The limits in units, for every listed instrument that has one. What cannot be read in an instrument's units is left out, and
 * so blocks; so is an instrument that two venues count in different units, because its limits would mean two things.
 */
export function limitsFor(texts: LimitTexts, market: Market): Limits {
  const listed = [...market.venues.keys()].flatMap((venue) => instrumentsOf(market, venue));
  const instruments = listed.filter((instrument) => listed.every((other) => other.symbol !== instrument.symbol || sameUnits(other, instrument)));
  const per = <T, U>(source: Readonly<Record<string, T>>, read: (value: T, instrument: Instrument) => U | undefined): Record<string, U> => {
    const limits: Record<string, U> = {};
    for (const instrument of instruments) {
      const value = source[instrument.symbol] ?? source['default'];
      const limit = value === undefined ? undefined : read(value, instrument);
      if (limit !== undefined) limits[instrument.symbol] = limit;
    }
    return limits;
  };
  return {
    maxOrderValue: per(texts.maxOrderValue, ({ text: amount, asset }, instrument) => {
      const units = tryParseUnits(amount, instrument.quoteScale);
      return units === undefined ? undefined : { asset, units };
    }),
    maxPositionUnits: per(texts.maxPosition, (amount, instrument) => tryParseUnits(amount, instrument.quantityScale)),
    priceCollarPpm: per(texts.priceCollarPpm, (ppm) => ppm),
    ...wherever('maxShortUnits', texts.maxShort, (short) => per(short, (amount, instrument) => tryParseUnits(amount, instrument.quantityScale))),
    ...wherever('maxOrderUnits', texts.maxOrderQuantity, (quantity) => per(quantity, (amount, instrument) => tryParseUnits(amount, instrument.quantityScale))),
    ...wherever('maxSpreadPpm', texts.maxSpreadPpm, (spread) => per(spread, (ppm) => ppm)),
    ...wherever('priceDrift', texts.priceDrift, (drift) => per(drift, (one) => one)),
    ...wherever('maxNetValue', texts.maxNetValue, valued),
    ...wherever('maxGrossValue', texts.maxGrossValue, valued),
    ...Object.fromEntries(asTheyAre.flatMap((key) => (texts[key] === undefined ? [] : [[key, texts[key]]]))),
  };
}

/** A limit over several assets is counted in decimals of its own. */
function valued({ text: amount, asset }: Infer<typeof money>): { asset: string; units: bigint } | undefined {
  const units = tryParseUnits(amount, VALUE_SCALE);
  return units === undefined ? undefined : { asset, units };
}

function wherever<K extends keyof Limits, T>(key: K, value: T | undefined, read: (value: T) => Limits[K] | undefined): Pick<Limits, K> | Record<string, never> {
  const limit = value === undefined ? undefined : read(value);
  return limit === undefined ? {} : { [key]: limit } as Pick<Limits, K>;
}

const sameUnits = (a: Instrument, b: Instrument): boolean =>
  a.quantityScale === b.quantityScale && a.priceScale === b.priceScale && a.quoteScale === b.quoteScale && a.quote === b.quote;
