/**
 * From a body of bytes somebody sent to one normal form of what they ask for, or to a refusal that says why.
 *
 * A source (a TradingView alert, a bot) speaks its own dialect; after this folder there is one `Signal`. It still has no
 * venue and no instrument: those are the configuration's to give, through `resolveTicker`.
 * Owns dialects, the words of sides and sizes, and the key by which a repetition is known. Does not own comparing
 * secrets, counting repetitions, limits, or what becomes of a signal.
 *
 *   S1. No body throws: every one is a signal, or malformed with a reason and a code.
 *   S2. Nothing is guessed. What is ambiguous, unknown or cannot be honoured in full is malformed, never trimmed to fit.
 *   S3. The same body of the same source gives the same key; a body that asks for something else gives another key,
 *       unless the sender named the key itself.
 *   S4. Digits are never lost: sizes and prices go from text to text.
 *   S5. A secret in a body is handed over apart from the signal, and is part of no key, content or reason.
 */
export { tooEarly, tooOld } from './age.ts';
export type { Attribution } from './attribution.ts';
export { malformedCodes } from './malformed.ts';
export type { Malformed, MalformedCode } from './malformed.ts';
export { readIntent } from './intent.ts';
export type { IntentRules, IntentOutcome } from './intent.ts';
export { keyInWindow } from './key.ts';
export { redact } from './redact.ts';
export type { Amends, Signal, SignalOutcome } from './signal.ts';
export { compileTemplate } from './template.ts';
export type { Template, TemplateOutcome } from './template.ts';
export { resolveTicker } from './ticker.ts';
export type { TickerOutcome, TickerTable } from './ticker.ts';
export { dialects, isDialect } from './dialects.ts';
export type { Dialect } from './dialects.ts';
export { readTradingView } from './tradingview.ts';
export type { HeartbeatRules, Reading, SourceRules } from './tradingview.ts';
export { messageFacts } from './facts.ts';
export { emptyMessages, evolveEnded, evolveMessages } from './view.ts';
export type { Dealt, MessageFact, Messages, Silence } from './view.ts';
