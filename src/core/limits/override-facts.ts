/** One order that may pass one limit, as entries of the journal: who asked, who granted it, which order used it. */
import { defineFact, described, int, oneOf, text, units } from '../../journal/index.ts';

export const overrideAsked = defineFact('limits.override-asked', 1, {
  id: text('the name by which it is granted'), control: text('the one control that may be passed'), venue: text('where'), symbol: text('in which instrument'), strategy: text('on whose behalf'),
  side: described(oneOf('buy', 'sell'), 'which way'), mostUnits: units('the largest order, in units of the base asset'), by: text('who asked'), reason: text('why'), endsAtMs: int('journal time from which on it is void'),
}, 'A person asks that one order may pass one limit.');
export const overrideGranted = defineFact('limits.override-granted', 1, { id: text('which'), by: text('who, and never the one who asked'), reason: text('why') }, 'A second person lets one order pass one limit.');
export const overrideUsed = defineFact('limits.override-used', 1, {
  id: text('which'), orderId: text('the order that passed'), limit: text('the limit that it passed'), observed: text('what was found'),
}, 'The order that was let past a limit. No other one passes by it.');
export const overrideEnded = defineFact('limits.override-ended', 1, { id: text('which') }, 'Its time is over.');

export const overrideFacts = [overrideAsked, overrideGranted, overrideUsed, overrideEnded] as const;
