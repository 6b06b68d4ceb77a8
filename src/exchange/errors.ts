/** What can go wrong with the exchange itself, as against an order, which is refused with a reason. */
import { BreakwaterError } from '../base/index.ts';

/** The log did not take what happened: the exchange has stopped, and whether the last orders exist is decided by the log at the next opening. */
export class ExchangeStoppedError extends BreakwaterError {
  readonly code = 'BW-4801';
  readonly retryable = false;
  constructor(cause: string) {
    super(`The exchange has stopped: its log could not be written (${cause}). Nothing more is answered; open it again from its log.`);
  }
}

/** The log holds something that this exchange cannot have written, or wrote with other instruments. */
export class ExchangeLogError extends BreakwaterError {
  readonly code = 'BW-4802';
  readonly retryable = false;
  constructor(place: string, why: string) {
    super(`The exchange cannot open from its log: ${place} does not fit (${why}). Nothing was changed; restore the log and the instruments it was written with, or start with an empty data folder.`);
  }
}

/** The configuration of the exchange contradicts itself or its log. */
export class ExchangeOptionsError extends BreakwaterError {
  readonly code = 'BW-4803';
  readonly retryable = false;
  constructor(why: string) {
    super(`The exchange cannot open: ${why}. Correct its configuration.`);
  }
}
