/** What the runtime is told: configuration as text, turned into units once the venue's instruments are known. */
import { tryParseUnits } from '../base/index.ts';
import { assetScale } from '../core/index.ts';
import type { LimitTexts, Market, VenueProfile, WatchTimes } from '../core/index.ts';
import type { Venue } from '../ports/index.ts';
import { DEFAULT_BREAKERS } from './breakers/index.ts';
import type { BreakerSettings } from './breakers/index.ts';
import type { DeadManSettings } from './dead-man/index.ts';
import type { Approvals } from './limit-desk.ts';
import type { RiskSettings } from './risk/index.ts';
import type { Gateway } from './gateway/index.ts';

export type MoneyText = { readonly text: string; readonly asset: string };

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
  readonly deadMan?: DeadManSettings; // where the venue has a dead-man timer of its own
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
  readonly approvals?: Approvals; // without them nobody is named, and one person is enough
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
  readonly watch?: WatchTimes; // of the components that every life has of its own
};

export const DEFAULT_SETTINGS = {
  breakers: DEFAULT_BREAKERS,
  reconcileEveryMs: 30_000, quoteEveryMs: 1_000, maxLag: 4_096, appendTimeoutMs: 10_000, emergencyAfterMs: 250, snapshotEvery: 5_000, segmentEntries: 25_000, segmentAgeMs: 7 * 86_400_000, horizonMs: 3_600_000, retention: {}, stopTimeoutMs: 6_000, trustWallClock: false,
} as const satisfies Partial<Settings>;

/** Every limit of these settings, those on losses too. */
export const limitTextsOf = ({ limits, risk }: Pick<Settings, 'limits' | 'risk'>): LimitTexts => ({
  ...limits,
  ...(risk?.maxDailyLossText === undefined ? {} : { maxDailyLoss: { text: risk.maxDailyLossText, asset: risk.currency } }),
  ...(risk?.maxDrawdownPpm === undefined ? {} : { maxDrawdownPpm: risk.maxDrawdownPpm }),
});

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
