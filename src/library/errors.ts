/** What was asked of the library cannot be done, and nothing was. */
import { BreakwaterError } from '../base/index.ts';

export class LibraryError extends BreakwaterError {
  readonly code = 'BW-1307';
  readonly retryable = false;
}
