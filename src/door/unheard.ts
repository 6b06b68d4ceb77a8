/**
 * Whether a signal comes before its venue has told of its instrument: only in the first moments of a first start, and as long as the venue cannot be
 * heard then. What it asks for cannot be counted yet, and that is no reason to refuse it for good.
 *
 *   V1. Such a signal leaves no trace in the journal: its key is free, and the same delivery is judged anew when it is repeated.
 *   V2. Of an instrument that the configuration does not name nothing is awaited; and what was dealt with before is answered as it was.
 */
import { BreakwaterError } from '../base/index.ts';
import { instrumentAt } from '../core/index.ts';
import type { Routed, World } from '../core/index.ts';
import type { Markets } from './source.ts';

export class VenueUnheardError extends BreakwaterError {
  readonly code = 'BW-2016';
  readonly retryable = true;
  constructor({ venue, symbol }: Pick<Routed, 'venue' | 'symbol'>) {
    super(`Not taken: ${venue} has not told of ${symbol} yet, so a quantity of it cannot be counted. Nothing was done, and the key is free. Send it again under the same key in a second; "breakwater status" and the log say how the venue is.`);
  }
}

export const comesTooEarly = ({ market }: World, markets: Markets, { venue, symbol }: Routed): boolean =>
  Object.hasOwn(markets, venue) && markets[venue]?.includes(symbol) === true && instrumentAt(market, venue, symbol) === undefined;
