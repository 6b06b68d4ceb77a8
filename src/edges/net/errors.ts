import { BreakwaterError } from '../../base/index.ts';

/** A place could not be listened on: taken, not ours to take, or no such address here. */
export class ListenError extends BreakwaterError {
  readonly code = 'BW-4101';
  readonly retryable = false;

  constructor(place: string, cause: string) {
    super(`Not listening on ${place}: ${cause}. Nothing is served there; stop what holds it, or choose another address.`);
  }
}
