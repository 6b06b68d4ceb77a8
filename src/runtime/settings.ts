/** What the runtime is told: configuration as text, turned into units once the venue's instruments are known. */
import { tryParseUnits } from '../base/index.ts';
import type { Instrument } from '../base/index.ts';
import { VALUE_SCALE, assetScale, instrumentsOf } from '../core/index.ts';
import type { Limits, Market, VenueProfile } from '../core/index.ts';
import type { Venue } from '../ports/index.ts';
import { DEFAULT_BREAKERS } from './breakers/index.ts';
import type { BreakerSettings } from './breakers/index.ts';
import type { RiskSettings } from './risk/index.ts';
import type { Gateway } from './gateway/index.ts';

export type MoneyText = { readonly text: string; readonly asset: string };

/** Per instrument, or under "default" for all that are not named. Absent means not configured, which blocks. */
export type LimitTexts = {
  readonly maxOrderValue: Readonly<Record<string, MoneyText>>;
  readonly maxPosition: Readonly<Record<string, string>>; // of the base asset
  readonly priceCollarPpm: Readonly<Record<string, number>>;
  readonly maxShort?: Readonly<Record<string, string>>; // where it is another than `maxPosition`
  readonly maxOrderQuantity?: Readonly<Record<string, string>>;
  readonly maxSpreadPpm?: Readonly<Record<string, number>>;
  readonly priceDrift?: Readonly<Record<string, { readonly ppm: number; readonly withinMs: number }>>;
  readonly maxNetValue?: MoneyText;
  readonly maxGrossValue?: MoneyText;
} & Pick<Limits, (typeof asTheyAre)[number]>;

/** What needs no instrument to be understood. */
const asTheyAre = ['priceMaxAgeMs', 'booksMaxAgeMs', 'rateMaxAgeMs', 'buyingPower', 'selfMatch', 'messageRate', 'repeats', 'duplicateWithinMs', 'permissions', 'restricted', 'none', 'observe'] as const;

export type VenueBinding = {
  readonly venue: Venue;
  readonly gateway?: Gateway; // what stands between it and the network
  readonly symbols: readonly string[];
  readonly submitTimeoutMs: number;
  readonly cancelTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly resendWithinMs: number;
  readonly feeLeastPpm: number;
  readonly feeMostPpm: number;
  readonly tolerance: Readonly<Record<string, string>>; // per asset, decimal text
};

/** How long a reading of executions may take. The first one begins with the account itself, which may be years old. */
export const activityTimeoutMs = ({ readTimeoutMs }: VenueBinding, cursor: string): number => (cursor === '' ? 30 * readTimeoutMs : readTimeoutMs);

/** How long each step of a kill or a flatten may take before it is told as late, counted from its beginning; it goes on all the same. */
export type StopTimes = {
  readonly cancelWithinMs: number;
  readonly verifyWithinMs: number; // and so long a closing order waits for what is still open
  readonly closeWithinMs: number;
  readonly confirmWithinMs: number;
  readonly limitForMs: number; // after that, or after so many rounds, what closes is a market order
  readonly limitRounds: number;
  readonly collarPpm: number; // how far beyond the best price a closing limit may lie
  readonly retryMostMs: number;
  readonly planValidMs: number;
};

export const DEFAULT_STOP_TIMES: StopTimes = {
  cancelWithinMs: 2_000, verifyWithinMs: 5_000, closeWithinMs: 20_000, confirmWithinMs: 60_000, limitForMs: 5_000, limitRounds: 2, collarPpm: 10_000, retryMostMs: 15_000, planValidMs: 60_000,
};

export type Settings = {
  readonly version: string;
  readonly node: string;
  readonly limits: LimitTexts;
  readonly breakers: BreakerSettings;
  readonly reconcileEveryMs: number;
  readonly quoteEveryMs: number;
  readonly maxLag: number;
  readonly appendTimeoutMs: number;
  readonly emergencyAfterMs: number; // how long a cancel or a halt waits for the disk before it leaves without
  readonly snapshotEvery: number; // entries
  readonly segmentEntries: number; // of the open segment, before the next one is opened
  readonly segmentAgeMs: number;
  readonly horizonMs: number; // how long what is done stays at hand, before the index of older keys has it
  readonly retention: { readonly ageMs?: number; readonly bytes?: number }; // of closed segments; without a rule all are kept
  readonly stopTimeoutMs: number; // how long a stop waits for answers that are on their way
  readonly trustWallClock: boolean;
  readonly risk?: RiskSettings; // without it nothing is valued, and no loss is found
  readonly stops?: Partial<StopTimes>;
};

export const DEFAULT_SETTINGS = {
  breakers: DEFAULT_BREAKERS,
  reconcileEveryMs: 30_000, quoteEveryMs: 1_000, maxLag: 4_096, appendTimeoutMs: 10_000, emergencyAfterMs: 250, snapshotEvery: 5_000, segmentEntries: 25_000, segmentAgeMs: 7 * 86_400_000, horizonMs: 3_600_000, retention: {}, stopTimeoutMs: 6_000, trustWallClock: false,
} as const satisfies Partial<Settings>;

export function profileOf(binding: VenueBinding, market: Market): VenueProfile {
  const { venue } = binding;
  const toleranceUnits = Object.entries(binding.tolerance).toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([asset, text]) => {
    const scale = assetScale(market, venue.name, asset);
    const units = scale === undefined ? undefined : tryParseUnits(text, scale);
    return units === undefined ? [] : [{ asset, units }]; // an unknown asset or a finer text gives no tolerance: the strict side
  });
  return {
    name: venue.name, capabilities: venue.capabilities, feeLeastPpm: binding.feeLeastPpm, feeMostPpm: binding.feeMostPpm, submitTimeoutMs: binding.submitTimeoutMs,
    resendWithinMs: binding.resendWithinMs, toleranceUnits,
  };
}

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
    maxOrderValue: per(texts.maxOrderValue, ({ text, asset }, instrument) => {
      const units = tryParseUnits(text, instrument.quoteScale);
      return units === undefined ? undefined : { asset, units };
    }),
    maxPositionUnits: per(texts.maxPosition, (text, instrument) => tryParseUnits(text, instrument.quantityScale)),
    priceCollarPpm: per(texts.priceCollarPpm, (ppm) => ppm),
    ...wherever('maxShortUnits', texts.maxShort, (short) => per(short, (text, instrument) => tryParseUnits(text, instrument.quantityScale))),
    ...wherever('maxOrderUnits', texts.maxOrderQuantity, (quantity) => per(quantity, (text, instrument) => tryParseUnits(text, instrument.quantityScale))),
    ...wherever('maxSpreadPpm', texts.maxSpreadPpm, (spread) => per(spread, (ppm) => ppm)),
    ...wherever('priceDrift', texts.priceDrift, (drift) => per(drift, (one) => one)),
    ...wherever('maxNetValue', texts.maxNetValue, valued),
    ...wherever('maxGrossValue', texts.maxGrossValue, valued),
    ...Object.fromEntries(asTheyAre.flatMap((key) => (texts[key] === undefined ? [] : [[key, texts[key]]]))),
  };
}

/** A limit over several assets is counted in decimals of its own. */
function valued({ text, asset }: MoneyText): { asset: string; units: bigint } | undefined {
  const units = tryParseUnits(text, VALUE_SCALE);
  return units === undefined ? undefined : { asset, units };
}

function wherever<K extends keyof Limits, T>(key: K, value: T | undefined, read: (value: T) => Limits[K] | undefined): Pick<Limits, K> | Record<string, never> {
  const limit = value === undefined ? undefined : read(value);
  return limit === undefined ? {} : { [key]: limit } as Pick<Limits, K>;
}

const sameUnits = (a: Instrument, b: Instrument): boolean =>
  a.quantityScale === b.quantityScale && a.priceScale === b.priceScale && a.quoteScale === b.quoteScale && a.quote === b.quote;
