/** What a command says when it could not do what was asked: one shape, with a code, the reason and what to do. */
import { BreakwaterError, reasonOf } from '../base/index.ts';
import type { ErrorCode } from '../base/index.ts';
import { BackupError } from '../edges/sqlite/errors.ts';
import { EXIT } from './exit.ts';

export type Failure = {
  readonly code: ErrorCode;
  readonly title: string;
  readonly detail: string;
  readonly doNext?: readonly string[];
  readonly because?: string;
  readonly did?: string;
  readonly retry: string;
  readonly correlationId?: string;
};

/** The command was not understood. */
export class UsageError extends BreakwaterError {
  readonly code = 'BW-1301';
  readonly retryable = false;
}

/** Nobody answers at the control socket. */
export class UnreachableError extends BreakwaterError {
  readonly code = 'BW-1302';
  readonly retryable = true;
  readonly why: string;
  constructor(socket: string, why: string, doNext = 'Nothing was done. If it was just killed, its supervisor is starting the next one: ask again. If it runs on another folder, name that with --data. If none runs, "breakwater start --config FILE --data DIR" starts one.', who: 'runtime' | 'supervisor' = 'runtime') {
    super(`No ${who} answers at ${socket} (${why}). ${doNext}`);
    this.why = why;
  }
}

/** It was asked for and is not finished. */
export class WaitError extends BreakwaterError {
  readonly code = 'BW-1303';
  readonly retryable = false;
  readonly why: string;
  constructor(what: string, why: string, doNext: string) {
    super(`${what} was asked for and no answer came (${why}): whether it was done is not known. ${doNext}`);
    this.why = why;
  }
}

/** The configuration cannot be used. */
export class ConfigRefusedError extends BreakwaterError {
  readonly code = 'BW-1304';
  readonly retryable = false;
  readonly problems: readonly object[];
  constructor(text: string, problems: readonly object[]) {
    super(`The configuration cannot be used; nothing was started.\n${text}`);
    this.problems = problems;
  }
}

/** The parts of the demo could not be brought to work together. */
export class StageError extends BreakwaterError {
  readonly code = 'BW-1305';
  readonly retryable = false;
  constructor(why: string) {
    super(`The demo was not begun: ${why}`);
  }
}

/** What was to be relied on did not hold when it was looked at; nothing was changed. */
export class UnprovenError extends BreakwaterError {
  readonly code = 'BW-1306';
  readonly retryable = false;
}

/** The runtime answered, and said no: its own words are passed on. */
export class AnsweredError extends BreakwaterError {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly status: number;
  readonly failure: Failure;
  constructor(status: number, failure: Failure) {
    super(failure.detail);
    this.status = status;
    this.code = failure.code;
    this.retryable = failure.retry !== 'no';
    this.failure = failure;
  }
}

export function failureOf(thrown: unknown): { readonly failure: Failure; readonly exit: number } {
  if (thrown instanceof AnsweredError) return { failure: thrown.failure, exit: exitOf(thrown) };
  if (thrown instanceof BreakwaterError) {
    return {
      failure: { code: thrown.code, title: thrown instanceof UsageError ? 'Not understood' : titleOf(thrown.name, thrown.message), detail: thrown.message, retry: thrown.retryable ? 'yes' : 'no' },
      exit: exitOf(thrown),
    };
  }
  return { failure: { code: 'BW-9002', title: 'Unexpected failure', detail: `${reasonOf(thrown)}. This is a bug, or a machine that misbehaves; report it with this message.`, retry: 'no' }, exit: EXIT.error };
}

const titleOf = (name: string, message: string): string => (name !== 'Error' && name !== '' ? name : message.split(/[.:;]\s| \(/)[0] ?? message);

const HELD: ErrorCode = 'BW-7101'; // another process has the data folder

function exitOf(thrown: BreakwaterError): number {
  if (thrown instanceof UsageError) return EXIT.usage;
  if (thrown instanceof UnreachableError) return EXIT.unreachable;
  if (thrown instanceof WaitError) return EXIT.timeout;
  if (thrown instanceof ConfigRefusedError) return EXIT.config;
  if (thrown instanceof UnprovenError) return EXIT.unproven;
  if (thrown instanceof StageError || thrown.code === HELD) return EXIT.refused;
  if (thrown instanceof BackupError) return thrown.reason === 'occupied' ? EXIT.refused : EXIT.unproven;
  if (thrown instanceof AnsweredError) {
    if (thrown.status === 401 || thrown.status === 403) return EXIT.auth;
    if (thrown.status === 400 || thrown.status === 404) return EXIT.usage; // it names what is not there, or lacks what is needed
    if (thrown.status === 409 || thrown.status === 422 || thrown.status === 503) return EXIT.refused;
    return thrown.failure.retry === 'same-key' ? EXIT.timeout : EXIT.error;
  }
  return EXIT.error;
}
