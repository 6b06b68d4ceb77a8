/** Circuits as the journal knows them. What was counted between these entries are samples, and is copied into the entry that rests on it. */
import { defineFact, described, dictionary, int, list, oneOf, optional, record, text } from '../../journal/index.ts';

const breaker = text('the name of the circuit, such as "alpaca/orders" or "loss/default"');
const by = text('who, or what');

export const breakerOpened = defineFact('breaker.opened', 1, {
  breaker,
  untilMs: optional(int('journal time before which nothing passes; absent: until a person closes it')),
  forMs: int('how long that is; 0 where only a person ends it'),
  streak: int('openings that followed one another without a stable time between'),
  rule: described(oneOf('failures-in-a-row', 'failure-rate', 'slow-rate', 'probe-failed', 'probe-hung', 'tripped'), 'what opened it'),
  atMs: int('journal time of the opening'),
  windowMs: int('how far back was counted'),
  counts: record({ calls: int('in the window'), failures: int('of them'), slow: int('of them'), inARow: int('failures in a row') }),
  errors: list(text(), 'the last errors, oldest first'),
  reason: optional(text('of a trip')),
  evidence: optional(dictionary(text(), 'of a trip: what was observed')),
  by: optional(text('who tripped it')),
}, 'A circuit lets nothing pass: calls through it went wrong too often, or somebody or something tripped it.');

export const breakerProbing = defineFact('breaker.probing', 1, { breaker }, 'The open time of a circuit is over, and it is tried out, one call at a time.');

export const breakerClosed = defineFact('breaker.closed', 1, { breaker, atMs: int('journal time'), by, reason: optional(text('why, where a person says')) }, 'A circuit lets calls pass again.');

export const breakerCommanded = defineFact('breaker.commanded', 1, {
  breaker,
  hold: described(oneOf('open', 'closed', 'metrics-only'), 'held open or closed whatever is counted; or it counts and judges as ever, and lets everything pass'),
  untilMs: optional(int('journal time at which it ends; absent: until a person ends it')),
  by,
  reason: text('why'),
}, 'A person holds a circuit. A trip ends what holds it closed.');

export const breakerReleased = defineFact('breaker.released', 1, { breaker, atMs: int('journal time'), by, reason: optional(text('why, where a person says')) }, 'A circuit is held no more and stands as it would without.');

export const breakerFacts = [breakerOpened, breakerProbing, breakerClosed, breakerCommanded, breakerReleased] as const;
