/** The gate and the life of the process, as entries of the journal. */
import { defineFact, emergencyFields, int, list, optional, record, text } from '../../journal/index.ts';

export const runtimeBooted = defineFact('runtime.booted', 1, { version: text('of Breakwater'), node: text('of Node.js'), journal: text("the journal's identity"), previousSeq: int('the head that was found') },
  'A process took the journal over. Orders that were being sent are unknown from here on, and every venue must be reconciled before it is used.');
export const runtimeStopped = defineFact('runtime.stopped', 1, { reason: text('why') }, 'The process stopped in good order.');
export const gateHalted = defineFact('gate.halted', 1, { by: text('who'), reason: text('why') }, 'Nothing new leaves. Cancels and readings go on. Remembered until somebody resumes.');
export const gateResumed = defineFact('gate.resumed', 1, { by: text('who'), reason: text('why') }, 'Orders may leave again.');
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

export const safetyFacts = [runtimeBooted, runtimeStopped, gateHalted, gateResumed, invariantBroken, journalRestored, emergencyImported] as const;
