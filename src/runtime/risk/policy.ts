/** How worth and loss are measured, as it is configured, and in units. */
import { parseUnitsRounded } from '../../base/index.ts';
import { ACCOUNT_SCALE } from '../../core/index.ts';
import type { RiskPolicy } from '../../core/index.ts';

export type RiskSettings = {
  readonly currency: string;
  readonly maxDailyLossText?: string; // of the currency
  readonly maxDrawdownPpm?: number;
  readonly rateMaxAgeMs: number;
  readonly unvaluedAfterMs: number;
  readonly onLimit?: NonNullable<RiskPolicy['onLimit']>;
  readonly streak?: NonNullable<RiskPolicy['streak']>;
  readonly volatility?: NonNullable<RiskPolicy['volatility']>;
  readonly zone: string;
  readonly dayTurnsAtMinute: number; // of the local day
  readonly lookEveryMs: number;
};

export const DEFAULT_RISK = {
  rateMaxAgeMs: 30_000, unvaluedAfterMs: 10_000, zone: 'UTC', dayTurnsAtMinute: 0, lookEveryMs: 1_000,
  streak: { losses: 3, percent: 80, least: 5, coolDownMs: 300_000 },
} as const satisfies Partial<RiskSettings>;

export function riskPolicyOf({ currency, maxDailyLossText, maxDrawdownPpm, rateMaxAgeMs, unvaluedAfterMs, onLimit, streak, volatility }: RiskSettings): RiskPolicy {
  const maxDailyLossUnits = maxDailyLossText === undefined ? undefined : parseUnitsRounded(maxDailyLossText, ACCOUNT_SCALE, 'down') ?? 0n; // what cannot be read allows nothing
  return {
    currency, rateMaxAgeMs, unvaluedAfterMs, ...(onLimit === undefined ? {} : { onLimit }),
    ...(maxDailyLossUnits === undefined ? {} : { maxDailyLossUnits }), ...(maxDrawdownPpm === undefined ? {} : { maxDrawdownPpm }),
    ...(streak === undefined ? {} : { streak }), ...(volatility === undefined ? {} : { volatility }),
  };
}
