/** How a guarded call ends without an answer. `happened` says what is known of the work: the difference between asking again and asking what became of it. */
import { BreakwaterError, reasonOf } from '../base/index.ts';

/** `not-begun`: the work was never called. `unknown`: it was, and what it did is not known. */
export type Happened = 'not-begun' | 'unknown';

export abstract class CallError extends BreakwaterError {
  abstract readonly happened: Happened;
}

/** The circuit is open. The work was not begun; nothing left. */
export class CircuitOpenError extends CallError {
  readonly code = 'BW-3202';
  readonly retryable = true;
  readonly happened = 'not-begun';
  readonly retryAfterMs: number | undefined;
  constructor(name: string, why: string, retryAfterMs: number | undefined) {
    super(`Not called: the circuit "${name}" ${why}. ${retryAfterMs === undefined ? 'It stays so until a person closes it.' : `Ask again in ${Math.ceil(retryAfterMs)} ms.`}`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The time for it is over. The work goes on unless it heeds its signal, and may have had its effect. */
export class TimeoutError extends CallError {
  readonly code = 'BW-3203';
  readonly retryable = false;
  readonly happened: Happened;
  constructor(timeoutMs: number, happened: Happened) {
    super(happened === 'not-begun'
      ? `Not called: its deadline had passed ${Math.ceil(-timeoutMs)} ms before. Nothing was done.`
      : `No outcome within ${Math.ceil(timeoutMs)} ms. What it did is unknown: find out before you do it again.`);
    this.happened = happened;
  }
}

/** Whoever asked has given up. */
export class AbortedError extends CallError {
  readonly code = 'BW-3204';
  readonly retryable = false;
  readonly happened = 'unknown';
  constructor(reason: unknown) {
    super(`Given up by its caller${reason === undefined ? '' : `: ${reasonOf(reason)}`}. If the work had begun, what it did is unknown.`);
  }
}
