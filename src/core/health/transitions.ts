/**
 * Which state may follow which: the only table of transitions, for components and for the whole.
 *
 *   X1. No other transition is ever folded: a fact that says one is a false belief.
 *   X2. An emergency shutdown is left by a person alone, and only to `recovering`.
 */
import type { ComponentState, SystemSafetyState } from './words.ts';

/** `unknown` is what a restart makes of every component that was not stopped. */
export const componentTransitions: Readonly<Record<ComponentState, readonly ComponentState[]>> = {
  unknown: ['healthy', 'degraded', 'critical', 'failed', 'stopped'],
  healthy: ['degraded', 'critical', 'failed', 'stopped', 'unknown'],
  degraded: ['healthy', 'critical', 'failed', 'stopped', 'unknown'],
  critical: ['recovering', 'degraded', 'failed', 'stopped', 'unknown'],
  failed: ['recovering', 'degraded', 'critical', 'stopped', 'unknown'],
  recovering: ['healthy', 'degraded', 'critical', 'failed', 'stopped', 'unknown'],
  stopped: ['unknown'],
};

/** `recovering` is what a restart makes of every state but an emergency shutdown. */
export const systemTransitions: Readonly<Record<SystemSafetyState, readonly SystemSafetyState[]>> = {
  healthy: ['degraded', 'critical', 'emergency-shutdown', 'recovering'],
  degraded: ['healthy', 'critical', 'emergency-shutdown', 'recovering'],
  critical: ['degraded', 'failed', 'emergency-shutdown', 'recovering'],
  'emergency-shutdown': ['recovering'], // X2
  recovering: ['healthy', 'degraded', 'critical', 'emergency-shutdown'],
  failed: ['recovering', 'emergency-shutdown'],
};

export const mayBecome = (from: ComponentState, to: ComponentState): boolean => componentTransitions[from].includes(to);
export const mayTurn = (from: SystemSafetyState, to: SystemSafetyState): boolean => systemTransitions[from].includes(to);
