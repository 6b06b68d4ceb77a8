/** Venues and instruments as the journal knows them. */
import { defineFact, described, flag, int, list, oneOf, record, text, units } from '../../journal/index.ts';
import type { Infer } from '../../journal/index.ts';

export const instrumentShape = record({
  symbol: text('for example "BTC/USD"'),
  base: text('the asset traded'),
  quote: text('the asset it is priced in'),
  quantityScale: int('decimals of a quantity'),
  priceScale: int('decimals of a price'),
  quoteScale: int('decimals of an amount of the quote asset'),
  quantityStepUnits: units('smallest step of a quantity'),
  minQuantityUnits: units('smallest quantity'),
  minNotionalUnits: units('smallest value of an order'),
  priceTickUnits: units('smallest step of a price'),
});

export const capabilitiesShape = record({
  orderIds: described(oneOf('returns-original', 'unique-forever', 'unique-while-live', 'not-enforced', 'none'), 'what a client order id is worth'),
  clientOrderIdMaxLength: int('characters'),
  clientOrderIdAlphabet: text('the characters allowed'),
  fills: described(oneOf('trades', 'cumulative'), 'the authority on fills'),
  fees: described(oneOf('in-fill', 'records'), 'where fees are told'),
  visibilityBoundMs: int('an accepted order is visible by then'),
  arrivalBoundMs: int('a request that was given up cannot arrive later than this'),
  deadManTimer: flag('the venue cancels when we fall silent'),
  cancelOnDisconnect: flag('the venue cancels when the stream ends'),
  positions: flag('reports positions apart from balances'),
});

export const venueShape = record({
  name: text('as configured'),
  capabilities: capabilitiesShape,
  feeLeastPpm: int('the cheapest fee of the schedule, in millionths of the asset received'),
  feeMostPpm: int('the dearest'),
  submitTimeoutMs: int('deadline of an order request'),
  resendWithinMs: int('how old an intent may be and still be sent (again)'),
  toleranceUnits: list(record({ asset: text('of which asset'), units: units('the difference that is corrected by an entry, at most') }), 'differences that an adjusting entry may close, per asset'),
});
export type VenueProfile = Infer<typeof venueShape>;

export const venueListed = defineFact('venue.listed', 1, { venue: venueShape }, 'A venue, as it is used from here on.');
export const instrumentListed = defineFact('instrument.listed', 1, { venue: text('the venue'), instrument: instrumentShape }, 'An instrument of a venue, with its steps and minimums.');
export const venueSuspended = defineFact('venue.suspended', 1, { venue: text('the venue'), cause: described(oneOf('access', 'account'), 'keys refused, or the account blocked'), detail: text("the venue's words") },
  'No new risk goes to this venue until a reconciliation with it works.');
export const venueRestored = defineFact('venue.restored', 1, { venue: text('the venue') }, 'The venue may be used again.');
export const instrumentQuarantined = defineFact('instrument.quarantined', 1, { venue: text('the venue'), symbol: text('the instrument'), cause: text('why') },
  'No new risk in this instrument until a person releases it.');
export const instrumentReleased = defineFact('instrument.released', 1, { venue: text('the venue'), symbol: text('the instrument'), by: text('who'), reason: text('why') }, 'A person has released a quarantined instrument.');

export const deadManArmed = defineFact('venue.dead-man-armed', 1, { venue: text('the venue'), withinMs: int('after so long without a word of ours the venue cancels every open order of the account') },
  "The venue's own dead-man timer is set, and is set again before it runs out; each time is no fact of its own.");
export const deadManLapsed = defineFact('venue.dead-man-lapsed', 1, { venue: text('the venue'), why: text('why it is not set') },
  'Nothing says any more that the timer is set: no order that adds risk leaves for this venue until it is.');

export const marketFacts = [venueListed, instrumentListed, venueSuspended, venueRestored, instrumentQuarantined, instrumentReleased, deadManArmed, deadManLapsed] as const;
