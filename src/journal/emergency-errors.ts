/** What can be wrong with an emergency log, one code per cause, and what to do about each. */
import type { ErrorCode } from '../base/index.ts';

export type EmergencyCause = 'full' | 'failed' | 'torn' | 'broken' | 'foreign';

const lookFirst = 'Nothing new leaves until somebody has looked: a halt may stand there that nobody can read. Look at the orders at the venue, then "breakwater resume"';

/** Also the source of the reference of errors. */
export const emergencyCauses: Readonly<Record<EmergencyCause, { readonly code: ErrorCode; readonly title: string; readonly whatToDo: string }>> = {
  full: { code: 'BW-7401', title: 'The emergency log is full', whatToDo: 'What was asked for is done all the same, and is not remembered. Mend the journal; the next start takes the records over and empties the log' },
  failed: { code: 'BW-7402', title: 'The emergency log cannot be read or written', whatToDo: 'What is asked for is done all the same, and is not remembered. Look at the disk and at the rights of the folder "emergency" in the data folder' },
  torn: { code: 'BW-7403', title: 'A record of the emergency log is torn', whatToDo: lookFirst },
  broken: { code: 'BW-7404', title: 'The emergency log is damaged', whatToDo: lookFirst },
  foreign: { code: 'BW-7405', title: 'The emergency log belongs to another journal', whatToDo: lookFirst },
};
