/** Which rules hold for which circuit, where nobody says otherwise. */
import { defaultPolicy } from '../../core/index.ts';
import type { BreakerPolicy } from '../../core/index.ts';

/** The parts of a venue that have a circuit each. Cancels have none: they take risk away. */
export const parts = ['orders', 'reads', 'prices'] as const;
export type Part = (typeof parts)[number];

export type BreakerSettings = {
  readonly parts: Readonly<Record<Part, BreakerPolicy>>;
  readonly named: Readonly<Record<string, BreakerPolicy>>; // by the name of a circuit, such as "alpaca/orders"
  readonly limitedMs: number; // how long a venue that answers 429 without a time is left alone
};

/** Readings are how an outage is known to be over, and how an order in doubt is found: they are never away for long. */
const reading: BreakerPolicy = { ...defaultPolicy, slowAfterMs: 3_000, slowPercent: 80, openMs: 2_000, openMostMs: 15_000, successesToClose: 1, rampMs: 0 };

export const DEFAULT_BREAKERS: BreakerSettings = {
  parts: { orders: { ...defaultPolicy, slowAfterMs: 3_000, slowPercent: 80, rampMs: 10_000 }, reads: reading, prices: reading },
  named: {},
  limitedMs: 10_000,
};

export function policyFor({ named, parts: common }: BreakerSettings, name: string): BreakerPolicy {
  const part = name.startsWith('prices:') ? 'prices' : name.slice(name.lastIndexOf('/') + 1);
  const own = Object.hasOwn(named, name) ? named[name] : undefined;
  return own ?? (Object.hasOwn(common, part) ? common[part as Part] : common.orders);
}
