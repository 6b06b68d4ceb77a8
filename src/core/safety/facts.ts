/** The gate and the life of the process, as entries of the journal. */
import { defineFact, described, emergencyFields, int, list, oneOf, optional, record, text, units } from '../../journal/index.ts';

export const runtimeBooted = defineFact('runtime.booted', 1, { version: text('of Breakwater'), node: text('of Node.js'), journal: text("the journal's identity"), previousSeq: int('the head that was found') },
  'A process took the journal over. Orders that were being sent are unknown from here on, and every venue must be reconciled before it is used.');
export const runtimeStopped = defineFact('runtime.stopped', 1, { reason: text('why') }, 'The process stopped in good order.');
export const gateHalted = defineFact('gate.halted', 1, { by: text('who'), reason: text('why') }, 'Nothing new leaves. Cancels and readings go on. Remembered until somebody resumes.');
export const gateResumed = defineFact('gate.resumed', 1, { by: text('who'), reason: text('why') }, 'Orders may leave again.');
export const gateMoved = defineFact('gate.moved', 1, {
  scope: text('of what: "system", "account:NAME", "venue:NAME", "instrument:VENUE:SYMBOL" or "strategy:NAME"'),
  from: described(oneOf('ACTIVE', 'REDUCING', 'HALTED', 'FLATTENING', 'LOCKED'), 'the rung it stood on'),
  to: described(oneOf('ACTIVE', 'REDUCING', 'HALTED', 'FLATTENING', 'LOCKED'), 'the rung it stands on now'),
  by: text('who'), reason: text('why'),
}, 'A scope was moved on the ladder, in a way that "gate.halted" and "gate.resumed" do not say. Remembered until it is moved again.');
export const invariantBroken = defineFact('invariant.broken', 1, { belief: text('what was believed'), detail: optional(text('with the numbers')) }, 'A belief of ours was false; the gate is shut.');
export const emergencyImported = defineFact('emergency.imported', 1, {
  writer: text('whose emergency log'),
  fromSeq: int('the first record that was taken over'), throughSeq: int('the last record that was taken over'), throughHash: text('its hash'),
  records: list(record(emergencyFields), 'what stood there, word for word'),
  finding: optional(text('what could not be read of it')),
}, 'What was written down while the journal could not take it is in the journal now. What follows from it stands before this entry; nothing of it is taken over again.');

export const journalRestored = defineFact('journal.restored', 1, {
  backup: text('its name'), headSeq: int('the last entry that the backup holds'), headHash: text('and its hash'), takenAtMs: int('wall clock when the backup was taken'), by: text('who restored it'),
}, 'The journal goes on from a backup: what was written after it is lost to this record. The gate is shut until every venue was reconciled and a person resumes.');

export const safetyFacts = [runtimeBooted, runtimeStopped, gateHalted, gateResumed, gateMoved, invariantBroken, journalRestored, emergencyImported] as const;

const stopId = text('which kill or flatten');
export const killBegun = defineFact('kill.begun', 1, {
  id: stopId,
  word: described(oneOf('kill', 'flatten'), 'what it ends in: LOCKED, or HALTED'),
  scope: text('of what, as in "gate.moved"'), by: text('who'), reason: text('why'),
  venues: list(text('as configured'), 'where there is something to stop'),
  plan: optional(text('the plan that was carried out')),
}, 'A kill or a flatten has begun: the gate of its scope is at FLATTENING, every order is being cancelled and every position closed.');
export const killStep = defineFact('kill.step', 1, {
  id: stopId, venue: text('where; empty for the system'),
  step: described(oneOf('cancel', 'verify', 'close', 'confirm', 'disconnect', 'callback'), 'which step'),
  outcome: described(oneOf('done', 'late', 'failed'), 'how it stands'),
  detail: text('with the numbers'), count: int('how many orders or positions it was about'), tookMs: int('since the kill began'),
}, 'The receipt of one step at one venue. "late" is told once; the step goes on.');
export const killClosing = defineFact('kill.closing', 1, {
  id: stopId, venue: text('where'), symbol: text('the instrument'), round: int('which closing order of this kill for this instrument'), orderId: text('the order that closes'),
  side: described(oneOf('buy', 'sell'), 'which way'), quantityUnits: units('how much'), positionUnits: units('what the venue says is held'), openUnits: units('what other orders may still take of it'),
}, 'An order that closes a position follows: never more than the venue holds for us, less what any other order may still take.');
export const killEnded = defineFact('kill.ended', 1, {
  id: stopId, outcome: described(oneOf('CONFIRMED', 'NOT CONFIRMED'), 'whether every venue has shown it, twice'), open: list(text('where, and what'), 'what is not known to be stopped'), tookMs: int('since it began'),
}, 'A kill stands LOCKED from here on, a confirmed flatten HALTED. What is not confirmed is tried again for ever, and ends once more.');
export const stopFacts = [killBegun, killStep, killClosing, killEnded] as const;
