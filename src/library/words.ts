/** The words of the face, as values that a program can name. */
import type { ComponentState as ComponentStateWord, SystemSafetyState as SystemSafetyWord } from '../core/index.ts';

/** `OPERATIONAL` is another name for healthy. */
export const ComponentState = {
  OPERATIONAL: 'healthy', HEALTHY: 'healthy', DEGRADED: 'degraded', CRITICAL: 'critical', FAILED: 'failed', RECOVERING: 'recovering', STOPPED: 'stopped', UNKNOWN: 'unknown',
} as const satisfies Record<string, ComponentStateWord>;
export type ComponentState = ComponentStateWord;

export const SystemSafetyState = {
  HEALTHY: 'healthy', DEGRADED: 'degraded', CRITICAL: 'critical', EMERGENCY_SHUTDOWN: 'emergency-shutdown', RECOVERING: 'recovering', FAILED: 'failed',
} as const satisfies Record<string, SystemSafetyWord>;
export type SystemSafetyState = SystemSafetyWord;

/** What a circuit breaker guards against: the first three by the outcome of calls, the others by the results of trading. */
export const CircuitBreakerKind = { CONNECTION: 'connection', LATENCY: 'latency', RATE_LIMIT: 'rate-limit', LOSS: 'loss', POSITION: 'position', VOLATILITY: 'volatility' } as const;
export type CircuitBreakerKind = (typeof CircuitBreakerKind)[keyof typeof CircuitBreakerKind];
export type CallBreakerKind = 'connection' | 'latency' | 'rate-limit';
export type TradingBreakerKind = 'loss' | 'position' | 'volatility';

export const Severity = { INFO: 'info', WARNING: 'warning', CRITICAL: 'critical', EMERGENCY: 'emergency' } as const;
export type Severity = (typeof Severity)[keyof typeof Severity];
