/** How limits come into force, as entries of the journal: who asked for what, what was held, who let it pass, and when it ended. */
import { defineFact, described, flag, int, list, oneOf, optional, record, text } from '../../journal/index.ts';
import { limitTextsShape } from './texts.ts';

const change = record({
  limit: text('which, as the configuration calls it'), from: text('what it was'), to: text('what it is to be'),
  direction: described(oneOf('tighter', 'looser', 'other'), '"other": partly both, or not to be compared; what is looser about it waits'),
});

/** What is agreed of a limit that is missing: it may come back at once, as it was or tighter. */
const remembered = optional(described(limitTextsShape, 'where limits are missing: the same with what was agreed for those'));

export const limitsAgreed = defineFact('limits.agreed', 1, {
  texts: described(limitTextsShape, 'the limits, in the words of the configuration'), remembered,
  fallback: optional(described(record({ texts: limitTextsShape, remembered }), 'what they fall back to when what was let pass for a time ends')),
  because: described(oneOf('first', 'tightened', 'ended'), '"first": nothing was agreed before; "ended": what was let pass for a time is over'),
  changes: described(list(change), 'against what was in force'), by: text('who'),
}, 'These limits are in force from here on, whatever the configuration file says, until they change by another entry.');

export const limitsHeld = defineFact('limits.held', 1, {
  id: text('the name by which it is approved'), texts: described(limitTextsShape, 'the limits that the configuration asks for'), remembered, changes: described(list(change), 'against what is in force'),
  by: text('who asked'), named: flag('whether that is a person; a start and a signal are not'), reason: text('why'), endsAtMs: int('journal time from which on it is void'),
}, 'The configuration asks for limits that let more pass. They wait for a person; what is in force stays.');

export const limitsApproved = defineFact('limits.approved', 1, {
  id: text('of what was held'), by: text('who'), reason: text('why'), untilMs: optional(int('journal time at which the limits fall back to what they were')),
}, 'A named person lets looser limits come into force.');

export const limitsLapsed = defineFact('limits.lapsed', 1, {
  id: text('of what was held'), why: described(oneOf('time', 'replaced', 'withdrawn'), '"replaced": the configuration asks for something else now; "withdrawn": it asks for nothing more than is in force'),
}, 'What was held was not approved, and is void.');

export const limitsRejected = defineFact('limits.rejected', 1, {
  id: text('of what was held, or of an override'), by: text('who'), reason: text('why'), withdrawn: flag('whether that is the one who asked for it'),
}, 'A named person turned down what waited for approval, or took back an override. It is gone.');

export const reloadRefused = defineFact('limits.reload-refused', 1, { by: text('who asked'), code: text('the error'), problems: described(list(text()), 'everything that is wrong') },
  'The configuration was read again and refused whole: nothing changed.');

export const changeFacts = [limitsAgreed, limitsHeld, limitsApproved, limitsLapsed, limitsRejected, reloadRefused] as const;
