/** What the runtime tells its callers when it cannot do what was asked. */
import { BreakwaterError } from '../base/index.ts';

/** The journal did not say whether it has the entry. Ask again under the same key after the restart: a repetition is harmless. */
export class OutcomeUnknownError extends BreakwaterError {
  readonly code = 'BW-7001';
  readonly retryable = true;
  constructor(why: string) {
    super(`Outcome unknown: the journal did not confirm the entry (${why}). The runtime stops and reads the truth at its next start. Send the same request under the same key again; it cannot be done twice.`);
  }
}

/** Too much is waiting for the disk. Nothing was done. */
export class BusyError extends BreakwaterError {
  readonly code = 'BW-7002';
  readonly retryable = true;
  constructor(waiting: number, bound: number) {
    super(`Not taken: ${waiting} entries wait for the disk, the bound is ${bound}. Nothing was done. Send it again in a second; cancels and halts are still taken.`);
  }
}

/** The runtime is on its way out. Nothing was done. */
export class StoppingError extends BreakwaterError {
  readonly code = 'BW-7003';
  readonly retryable = true;
  constructor(why: string) {
    super(`Not taken: the runtime is stopping (${why}). Nothing was done. Send it again once "breakwater status" answers.`);
  }
}

export class ClockAheadError extends BreakwaterError {
  readonly code = 'BW-7004';
  readonly retryable = false;
  constructor(wallMs: number, lastMs: number) {
    super(`The wall clock says ${new Date(wallMs).toISOString()}, the last journal entry ${new Date(lastMs).toISOString()}: more than a day apart. ` +
      'Nothing was started. If the clock is right and the system really stood still so long, start once with --trust-clock; if not, set the clock.');
  }
}

/** What is on disk is not what was written. */
export class JournalDamagedError extends BreakwaterError {
  readonly code = 'BW-7005';
  readonly retryable = false;
  constructor(detail: string) {
    super(`The journal cannot be believed: ${detail}. Nothing was started. Run "breakwater journal verify" for the whole finding, and restore the data folder from a copy.`);
  }
}

/** The index of older keys did not answer, so nobody can say whether this was done before. Nothing was done. */
export class ForgetfulError extends BreakwaterError {
  readonly code = 'BW-7007';
  readonly retryable = true;
  constructor(why: string) {
    super(`Not taken: the index of older keys did not answer (${why}), so a repetition could not be told from something new. Nothing was done. Send it again; if it stays so, look at segments/keys.db in the data folder.`);
  }
}

/** The journal left rows behind that the index does not have: a repetition of something old would look new. */
export class IndexBehindError extends BreakwaterError {
  readonly code = 'BW-7008';
  readonly retryable = false;
  constructor(has: number, needs: number) {
    super(`The index of older keys reaches to segment ${has}, the journal needs ${needs}: orders of the past could be sent again. Nothing was started. Put segments/keys.db of this data folder back, or run "breakwater journal reindex", which makes it anew from the segments.`);
  }
}

/** What decides and what lies on the disk are not the same state. */
export class DivergedError extends BreakwaterError {
  readonly code = 'BW-7011';
  readonly retryable = false;
  constructor(detail: string) {
    super(`The live state is not the replayed one: ${detail}. New orders stop; cancels go on. The next start reads the journal, which is the truth; compare the books with the venue before you resume.`);
  }
}

/** What lies on the disk does not follow from itself any more, while this life still runs on what it remembers. */
export class UnreadableError extends BreakwaterError {
  readonly code = 'BW-7012';
  readonly retryable = false;
  constructor(seq: number, why: string) {
    super(`Entry ${seq} of the journal cannot be read back: ${why}. New orders stop; cancels go on. Do not restart: the next start would not get past it. Copy the data folder, run "breakwater journal verify", and restore what is damaged.`);
  }
}
