import { BreakwaterError } from '../../base/index.ts';

/** Rules that contradict each other, or a source that nobody named. Nothing was judged by them. */
export class FeedPolicyError extends BreakwaterError {
  readonly code = 'BW-3220';
  readonly retryable = false;
  constructor(what: string) {
    super(`These price sources cannot be judged: ${what}`);
  }
}
