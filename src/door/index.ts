/**
 * The HTTP face of a running runtime: signals in, questions and commands. Over `Net`, so that the simulator runs it too.
 *
 * Two apps: the public door takes signals from outside, each believed by its own secret; the control door answers the
 * operator, and whoever may open its socket is one. Owns routes, credentials, ages and what is told. Does not own what a
 * signal means (core/messages), what becomes of it (core), or when it is durable (runtime).
 *
 *   A1 in answers.ts · D1 in confirmed.ts · F1 to F4 in metrics/ · R1 and R2 in readiness.ts · H1 in hooks.ts · M1 and M2 in limits.ts · I1 to I4 in intake.ts · S1 in secret.ts · U1 and U2 in unread.ts · V1 and V2 in unheard.ts
 */
export { publicDoor } from './public.ts';
export type { PublicDoorOptions } from './public.ts';
export { controlDoor } from './control.ts';
export type { ControlDoorOptions } from './control.ts';
export { reload } from './limits.ts';
export type { Reloaded, Reread } from './limits.ts';
export { doorProblems } from './answers.ts';
export type { DoorCode } from './answers.ts';
export { modeIn, moneyOf, withMode } from './mode.ts';
export type { Mode, MoneyKind } from './mode.ts';
export type { BotToken, Markets, Source } from './source.ts';
export { Tally } from './tally.ts';
export type { SignalFate } from './tally.ts';
export { UnreadTally } from './unread.ts';
export type { UnreadShown } from './unread.ts';
export { notReady, readiness } from './readiness.ts';
export type { Condition, Readiness } from './readiness.ts';
export { catalogue, countingWitness, gaugesOf, metricsReference, strandedGauges } from './metrics/index.ts';
export type { Build, MetricName } from './metrics/index.ts';
export { digestOfSecret, knows } from './secret.ts';
export type { SecretDigest } from './secret.ts';
