/** The limits of one instrument, with `default` applied where it applies. What is absent here is absent: it blocks. */
import type { Config } from './schema.ts';
import type { Duration, Money, Share } from './values.ts';

export type InstrumentLimits = {
  readonly maxOrderValue?: Money; // in the quote asset of the instrument, or in one that is converted into
  readonly maxPositionText?: string; // in its base asset
  readonly priceCollar?: Share;
  readonly priceMaxAge?: Duration;
};

export function limitsFor(config: Pick<Config, 'limits'>, symbol: string): InstrumentLimits {
  const { maxOrderValue, maxPosition, priceCollar, priceMaxAge } = config.limits;
  const value = own(maxOrderValue, symbol) ?? own(maxOrderValue, 'default');
  const position = own(maxPosition, symbol);
  const collar = own(priceCollar, symbol) ?? own(priceCollar, 'default');
  return {
    ...(value === undefined ? {} : { maxOrderValue: value }),
    ...(position === undefined ? {} : { maxPositionText: position }),
    ...(collar === undefined ? {} : { priceCollar: collar }),
    ...(priceMaxAge === undefined ? {} : { priceMaxAge }),
  };
}

const own = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined => (record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined);
