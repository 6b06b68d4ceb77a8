/**
 * The public library, by name: the runtime and what it is made of, for programs that bring their own outside.
 *
 * A program that only wants to send orders needs none of this: it posts to `/api/v1/intents`. What is exported here is what
 * `breakwater start` itself is built from, and what the simulator runs.
 */
import { readFileSync } from 'node:fs';

/** Of this package. */
export const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string };

export { BreakwaterError, InvariantError, formatUnits, parseUnits, seededRandom } from './base/index.ts';
export type { ErrorCode, Instrument, Random, Side } from './base/index.ts';
export { EntryError, MemoryStore, ShapeError, UnknownFactError, verifyJournal } from './journal/index.ts';
export type { AppendBatch, AppendResult, EntryHeader, Head, SealedEntry, Snapshot, Store, Verdict } from './journal/index.ts';
export { faultText, PriceFeeds, quotationOf } from './core/index.ts';
export type { Fact, Fault, FeedChange, FeedReading, FeedWords, Input, Order, OrderPhase, Outcome, Price, Quotation, TrustedPrice, World } from './core/index.ts';
export type { Clock, Desk, Ids, Net, NetApp, Venue, VenueEvent } from './ports/index.ts';
export { BusyError, ClockAheadError, DEFAULT_SETTINGS, JournalDamagedError, OutcomeUnknownError, replay, Runtime, StoppingError } from './runtime/index.ts';
export type { Answer, LimitTexts, Note, RuntimePorts, Settings, VenueBinding } from './runtime/index.ts';
export { controlDoor, publicDoor } from './door/index.ts';
export { alpacaVenue } from './venues/index.ts';
export { realClock, realIds } from './edges/clock/index.ts';
export { realNet } from './edges/net/index.ts';
export {
  CircuitBreakerKind, ComponentHandle, ComponentState, createSafetySystem, GuardedCalls, LibraryError, SafetySystem, Severity, SystemSafetyState, TradingCircuit, TradingSafetyBridge,
} from './library/index.ts';
export type {
  AmendedTrade, Amendment, CallBreakerOptions, CallbackReceipt, CircuitBreakerConfig, CircuitBreakerOptions, TradingBreakerOptions, ComponentOptions, KillEnded, Objective, OrderState, PlacedTrade, Placement, SafetyEvents, SafetyStatus, SafetySystemOptions, ShutdownOptions, ShutdownReport, Trade, TradeVerdict, VenueReceipt,
} from './library/index.ts';
export { componentTransitions, restrictionOf, scaleOf, systemTransitions } from './core/index.ts';
export type { Component, Finding, Restriction, SystemSafety } from './core/index.ts';
export { openReader, openSqliteStore, StoreError, verifyFolder } from './edges/sqlite/index.ts';
