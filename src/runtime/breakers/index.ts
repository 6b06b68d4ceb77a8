/**
 * Circuit breakers around a venue, remembered by the journal: see registry.ts for what holds, core/breakers for when a circuit opens.
 */
export { behindCircuits } from './guarding.ts';
export { DEFAULT_BREAKERS, parts, policyFor } from './policies.ts';
export type { BreakerSettings, Part } from './policies.ts';
export { circuitOfSource, guardedPrices } from './sources.ts';
export { CircuitRegistry } from './registry.ts';
export type { CallEnd, CircuitRefusal, CircuitView, Permit } from './registry.ts';
