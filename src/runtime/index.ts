/**
 * The turn and the life around it: boot, take inputs, write down, then act; stop, or fail and be read again.
 *
 * Owns the head world, the durable gate, pacing of duties and the readings of venues. Decides nothing about orders or
 * money: that is core's. Touches nothing outside but through ports.
 *
 * Where to look: what leaves for a venue, in which order and how fast: gateway/. When calls are not made at all: breakers/. What is due: performer.ts.
 * How each part is: health/. What the account is worth: risk/.
 *
 * Invariants: T1 to T5 in turns.ts, P1 to P4 in performer.ts, G1 to G7 in gateway/gateway.ts, G1 to G4 in breakers/registry.ts, K1 to K3 in proof.ts, V1 to V4 in stopper.ts, T1 to T5 in dead-man/timer.ts, R1 and R2 in reconciler.ts and replay.ts, B1 and B2 in runtime.ts.
 */
export { CircuitRegistry, DEFAULT_BREAKERS } from './breakers/index.ts';
export type { BreakerSettings, CallEnd, CircuitRefusal, CircuitView, Permit } from './breakers/index.ts';
export { DEFAULT_DEAD_MAN } from './dead-man/index.ts';
export type { DeadManSettings, VenueTimerView } from './dead-man/index.ts';
export { BusyError, ClockAheadError, DivergedError, ForgetfulError, IndexBehindError, JournalDamagedError, OutcomeUnknownError, StoppingError, UnreadableError } from './errors.ts';
export { followerOver } from './follower.ts';
export type { FollowerReader } from './follower.ts';
export type { FollowerView } from './following.ts';
export { HealthDesk } from './health/index.ts';
export type { Check, HealthPorts } from './health/index.ts';
export { Gateway } from './gateway/index.ts';
export type { GatewayOptions, GatewayPorts, GatewayRefusal, GatewayStatistics } from './gateway/index.ts';
export { hearing } from './hearing.ts';
export { otherSources } from './prices/index.ts';
export type { MarketName, NamedSource, PriceSettings, ShownPrice, Used } from './prices/index.ts';
export type { Proof } from './proof.ts';
export { reindex } from './reindex.ts';
export type { Reindexed } from './reindex.ts';
export { replay } from './replay.ts';
export { haltRestored } from './restored.ts';
export type { Restoring } from './restored.ts';
export type { Replayed } from './replay.ts';
export { Calendar, DEFAULT_RISK, RiskSensor, riskPolicyOf } from './risk/index.ts';
export type { RiskSettings } from './risk/index.ts';
export { DEFAULT_APPROVALS } from './limit-desk.ts';
export type { Approvals, Asked, LimitDesk } from './limit-desk.ts';
export { Runtime } from './runtime.ts';
export type { Answer, Note, RuntimePorts } from './runtime.ts';
export { DEFAULT_SETTINGS, DEFAULT_STOP_TIMES, limitTextsOf } from './settings.ts';
export type { LimitTexts } from '../core/index.ts';
export type { MoneyText, Settings, StopTimes, VenueBinding } from './settings.ts';
export type { Look } from './reconciler.ts';
export type { StopCallback } from './stop-callbacks.ts';
export { Stranded } from './stranded.ts';
export type { StrandedHalt, StrandedPorts, Sweep } from './stranded.ts';
export type { Cause, Witness } from './turns.ts';
