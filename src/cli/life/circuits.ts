/** From the configuration to the rules of each circuit. */
import { policyOf } from '../../core/index.ts';
import type { BreakerPolicy } from '../../core/index.ts';
import { rulesOf } from '../../edges/config/index.ts';
import type { BreakerRules, Config } from '../../edges/config/index.ts';
import type { BreakerSettings } from '../../runtime/index.ts';

const OFF = 101; // above every share there can be
const PPM_PER_PERCENT = 10_000;

export function breakersOf({ breakers }: Pick<Config, 'breakers'>): BreakerSettings {
  return {
    parts: { orders: policy(breakers.orders), reads: policy(breakers.reads), prices: policy(breakers.prices) },
    named: Object.fromEntries(Object.keys(breakers.named).map((name) => [name, policy(rulesOf(breakers, name))])),
    limitedMs: breakers.rateLimit.open.ms,
  };
}

function policy({ connection, latency, ...rules }: BreakerRules): BreakerPolicy {
  const percent = ({ ppm }: { readonly ppm: number }): number => (ppm === 0 ? OFF : ppm / PPM_PER_PERCENT);
  return policyOf({
    failuresToOpen: connection.failures === 0 ? Infinity : connection.failures, failurePercent: percent(connection.percent), slowPercent: percent(latency.percent), slowAfterMs: latency.slow.ms,
    leastCalls: rules.leastCalls, windowMs: rules.window.ms, openMs: rules.open.ms, openMostMs: rules.openMost.ms, jitterPercent: rules.jitter.ppm / PPM_PER_PERCENT,
    successesToClose: rules.successes, probeTimeoutMs: rules.probeTimeout.ms, rampMs: rules.ramp.ms,
  });
}
