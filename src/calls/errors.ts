/** How a guarded call ends without an answer. `happened` says what is known of the work: the difference between asking again and asking what became of it. */
import { BreakwaterError, reasonOf } from '../base/index.ts';

/** `not-begun`: the work was never called. `unknown`: it was, and what it did is not known. */
export type Happened = 'not-begun' | 'unknown';

export abstract class CallError extends BreakwaterError {
  abstract readonly happened: Happened;
}

/**
 * Makes an error of which only the message is told. A refusal is an answer, not a fault to be traced, and where a circuit is open
 * there may be very many of them: a stack would cost ten times the rest.
 */
function withoutStack<T>(make: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The circuit is open. The work was not begun; nothing left. */
export class CircuitOpenError extends CallError {
  readonly code = 'BW-3202';
  readonly retryable = true;
  readonly happened = 'not-begun';
  readonly retryAfterMs: number | undefined;
  constructor(name: string, why: string, retryAfterMs: number | undefined) {
    super(`Not called: the circuit "${name}" ${why}. ${retryAfterMs === undefined ? 'It stays so until a person closes it.' : `Ask again in ${retryAfterMs} ms.`}`);
    this.retryAfterMs = retryAfterMs;
  }

  static of(name: string, why: string, retryAfterMs: number | undefined): CircuitOpenError {
    return withoutStack(() => new CircuitOpenError(name, why, retryAfterMs));
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
  readonly happened: Happened;
  constructor(reason: unknown, happened: Happened = 'unknown') {
    super(`Given up by its caller${reason === undefined ? '' : `: ${reasonOf(reason)}`}. ${happened === 'not-begun' ? 'It had not begun; nothing was done.' : 'If the work had begun, what it did is unknown.'}`);
    this.happened = happened;
  }

  /** The same, of work that still waited for its turn. */
  static notBegun(reason: AbortedError): AbortedError {
    const made = new AbortedError(undefined, 'not-begun');
    made.cause = reason;
    return made;
  }
}

/** Too much waits for a place already. The work was not begun. */
export class BulkheadFullError extends CallError {
  readonly code = 'BW-3205';
  readonly retryable = true;
  readonly happened = 'not-begun';
  constructor(lane: string, waiting: number) {
    super(`Not called: ${waiting} calls wait in the lane "${lane}", which is its bound. Nothing was done. Ask again when some are through.`);
  }
}

/** What the venue allows is used up, or it has said to wait. The work was not begun. */
export class RateLimitedError extends CallError {
  readonly code = 'BW-3207';
  readonly retryable = true;
  readonly happened = 'not-begun';
  readonly retryAfterMs: number | undefined;
  constructor(name: string, why: string, retryAfterMs: number | undefined) {
    super(`Not called: the rate budget "${name}" ${why}. Nothing was done.${retryAfterMs === undefined ? '' : ` Ask again in ${Math.ceil(retryAfterMs)} ms.`}`);
    this.retryAfterMs = retryAfterMs;
  }

  static of(name: string, why: string, retryAfterMs: number | undefined): RateLimitedError {
    return withoutStack(() => new RateLimitedError(name, why, retryAfterMs));
  }
}

/** The venue lets nothing through, not even a cancel. The work was not begun. */
export class RateBannedError extends CallError {
  readonly code = 'BW-3208';
  readonly retryable = true;
  readonly happened = 'not-begun';
  readonly retryAfterMs: number;
  constructor(name: string, retryAfterMs: number) {
    super(`Not called: the venue has banned "${name}". Nothing leaves for another ${Math.ceil(retryAfterMs)} ms; each request before would make it longer.`);
    this.retryAfterMs = retryAfterMs;
  }

  static of(name: string, retryAfterMs: number): RateBannedError {
    return withoutStack(() => new RateBannedError(name, retryAfterMs));
  }
}

/** What is used could not be written down, and would be forgotten by a crash. The work was not begun. */
export class QuotaStoreError extends CallError {
  readonly code = 'BW-3209';
  readonly retryable = true;
  readonly happened = 'not-begun';
  constructor(name: string, why: string) {
    super(`Not called: the rate budget "${name}" cannot remember what it uses (${why}). Nothing was done. Mend its store; only what is urgent leaves until then.`);
  }

  static of(name: string, why: string): QuotaStoreError {
    return withoutStack(() => new QuotaStoreError(name, why));
  }
}

/** Too much is being loaded already. Nothing was asked of the other side. */
export class CacheBusyError extends CallError {
  readonly code = 'BW-3210';
  readonly retryable = true;
  readonly happened = 'not-begun';
  constructor(name: string, why: string) {
    super(`Not loaded: ${why} in the cache "${name}", which is its bound. Nothing was done. Ask again when some are through.`);
  }
}
