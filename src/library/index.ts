/**
 * The library's face: a safety system in the program's own process, behind a few thin handles.
 *
 * Owns what a program that embeds Breakwater calls. Does not own any state: all of it is the runtime's, and the journal's.
 *
 *   B1. A handle says nothing that the runtime does not: what is not known is `insufficient-data`, what was not shown is not confirmed.
 */
export { createSafetySystem, SafetySystem } from './system.ts';
export type { CircuitBreakerOptions, KillEnded, SafetyStatus, TradingBreakerOptions } from './system.ts';
export type { SafetyEvents } from './events.ts';
export type { Objective, SafetySystemOptions } from './options.ts';
export { objectivesOf } from './options.ts';
export { ComponentHandle } from './component.ts';
export type { ComponentOptions } from './component.ts';
export { GuardedCalls } from './circuit.ts';
export type { CallBreakerOptions, CircuitBreakerConfig } from './circuit.ts';
export { TradingCircuit } from './trading-circuit.ts';
export { TradingSafetyBridge } from './bridge.ts';
export type { AmendedTrade, Amendment, OrderState, PlacedTrade, Placement, Trade, TradeVerdict } from './bridge.ts';
export type { CallbackReceipt, ShutdownOptions, ShutdownReport, VenueReceipt } from './shutdown.ts';
export { CircuitBreakerKind, ComponentState, Severity, SystemSafetyState } from './words.ts';
export { LibraryError } from './errors.ts';
