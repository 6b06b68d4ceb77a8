/** What can happen to money, as entries of the journal. Every fact that moves money carries its transfers, so that one entry is one whole booking. */
import { defineFact, described, flag, int, list, oneOf, optional, record, text, units } from '../../journal/index.ts';
import type { Infer } from '../../journal/index.ts';

const venue = text('the venue, as configured');

/** One row: an amount leaves `credit` and enters `debit`. Zero-sum by construction. */
export const transferShape = record({
  debit: text('the account that receives'),
  credit: text('the account that gives'),
  asset: text('of which asset'),
  units: units('how much, more than zero'),
});
export type Transfer = Infer<typeof transferShape>;

export const fillBooked = defineFact('fill.booked', 1, {
  venue,
  fillId: text("the venue's name for the execution"),
  orderId: optional(text('our order; absent for a foreign one')),
  venueOrderId: text("the venue's name for the order"),
  symbol: text('the instrument'),
  side: described(oneOf('buy', 'sell'), 'which way'),
  quantityUnits: units('how much'),
  priceUnits: units('at which price; 0 where only a cumulative value is known'),
  valueUnits: units('quantity times price, in units of the quote asset'),
  venueAtMs: int("when, by the venue's clock"),
  transfers: list(transferShape, 'the booking'),
  releasedUnits: units('how much of the reservation this fill resolves'),
  feeAsset: optional(text('the asset the fee will be taken in, where the fill does not carry it')),
  feeLeastUnits: optional(units('the least that fee can be, by the schedule')),
  feeMostUnits: optional(units('the most that fee can be, by the schedule')),
}, 'An execution, booked once.');

export const feePosted = defineFact('fee.posted', 1, {
  venue,
  feeId: text("the venue's name for the fee record"),
  asset: text('of which asset'),
  units: units('how much was taken'),
  throughMs: int("it covers executions before this time of the venue's clock"),
  transfers: list(transferShape, 'the booking'),
}, "The venue's own record of a fee. Pending fees it covers are resolved.");

export const balanceOpened = defineFact('balance.opened', 1, { venue, asset: text('of which asset'), units: units('how much the venue held'), transfers: list(transferShape, 'the booking') },
  'The books of an asset begin with what the venue held.');

export const balanceAdjusted = defineFact('balance.adjusted', 1, {
  venue,
  asset: text('of which asset'),
  ledgerUnits: units('what the ledger said'),
  venueUnits: units('what the venue said'),
  toleranceUnits: units('the tolerance it lies within; 0 where a person adopts it'),
  by: optional(text('the person who adopts it')),
  reason: optional(text('and why')),
  transfers: list(transferShape, 'the booking'),
}, 'A difference within the tolerance, or adopted by a person, corrected by a visible entry.');

export const balanceDiffered = defineFact('balance.differed', 1, {
  venue,
  asset: text('of which asset'),
  ledgerUnits: units('what the ledger said'),
  venueUnits: units('what the venue said'),
  feeLeastUnits: units('the least that pending fees take'),
  feeMostUnits: units('the most that pending fees take'),
}, 'Books and venue differ beyond the tolerance. New risk in the instruments of this asset is blocked.');

export const balanceAgreed = defineFact('balance.agreed', 1, { venue, asset: text('of which asset'), units: units('what both say') }, 'A difference is gone.');

export const activityRead = defineFact('activity.read', 1, { venue, cursor: text('where the next reading goes on') }, "The venue's record of executions was read and booked up to here.");

export const fillUnattributed = defineFact('fill.unattributed', 1, { venue, venueOrderId: text('the order that nobody here knows yet'), fillId: text('one of its executions') },
  'An execution belongs to an order whose owner must be asked for.');

export const reconciliationDone = defineFact('reconciliation.done', 1, {
  venue,
  openOrders: int('how many orders the venue had open'),
  agreed: flag('whether orders and balances are those of the books'),
}, 'Books and venue were compared, conclusively.');

export const ledgerFacts = [
  fillBooked, feePosted, balanceOpened, balanceAdjusted, balanceDiffered, balanceAgreed, activityRead, fillUnattributed, reconciliationDone,
] as const;
