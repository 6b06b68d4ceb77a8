/** How a component is, how the whole is, and what a check says. */

export const componentStates = ['healthy', 'degraded', 'critical', 'failed', 'recovering', 'stopped', 'unknown'] as const;
export type ComponentState = (typeof componentStates)[number];

export const systemSafetyStates = ['healthy', 'degraded', 'critical', 'emergency-shutdown', 'recovering', 'failed'] as const;
export type SystemSafetyState = (typeof systemSafetyStates)[number];

/** What one look at a component comes to. Whatever is not `healthy` says why. */
export type Finding =
  | { readonly state: 'healthy'; readonly numbers?: Numbers }
  | { readonly state: 'degraded' | 'critical' | 'failed'; readonly why: string; readonly numbers?: Numbers };

/** What was measured, in whole numbers, each named with its unit. */
export type Numbers = Readonly<Record<string, number>>;

/** How long is waited for a component, and how often it must fail. */
export type WatchTimes = {
  readonly checkEveryMs: number;
  readonly timeoutMs: number; // without a sign of life it has failed
  readonly failures: number; // findings in a row, before a change of its state is believed, for the worse and for the better
};

export const DEFAULT_WATCH: WatchTimes = { checkEveryMs: 5_000, timeoutMs: 30_000, failures: 3 };

/** How the whole comes back. */
export type ReturnTimes = {
  readonly stableMs: number; // how long everything must have been better before the whole is called better
  readonly recoverWithinMs: number; // a critical component that has failed for longer has not recovered in its time
};

export const DEFAULT_RETURN: ReturnTimes = { stableMs: 30_000, recoverWithinMs: 60_000 };
