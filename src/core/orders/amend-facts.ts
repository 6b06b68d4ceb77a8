/** What becomes of the wish to change an order, as entries of the journal. Each speaks of the order that is to be changed. */
import { defineFact, int, optional, text, units } from '../../journal/index.ts';

const orderId = text('the order that is changed');
const successorId = text('the order that is to follow it, named after the key of the amend');
const key = text('the intent key of the amend: the same key never changes anything twice');
const content = text('sha256 of what counts as the content of the amend');
const source = text('who asked');

export const orderAmendAccepted = defineFact('order.amend-accepted', 1, {
  orderId, successorId, key, content, source,
  totalUnits: units('how much is to be executed under the whole wish, with everything that is filled'),
  wholeUnits: units('the same, without what earlier orders of the wish have filled: to be compared with the quantity of this order'),
  limitPriceUnits: optional(units('the worst price allowed from now on')),
  stopPriceUnits: optional(units('the price that wakes it from now on')),
  reserveAsset: text('the asset that the successor may spend'),
  reserveUnits: units('the most that it may spend'),
  signalTimeMs: optional(int('when the source says it decided')),
  by: optional(text('the person who asked for it, where one did')),
  reason: optional(text('and why')),
}, 'Every control would let the changed order pass. The order is cancelled from here on; once its end is known, what is left of the wish follows as an order of its own. Until then the larger of the two counts.');

export const orderAmendEnded = defineFact('order.amend-ended', 1, {
  orderId, successorId, key, content, source,
  code: text('the error code, BW-3xxx'),
  why: text('why no order follows'),
}, 'An amend came to nothing after all: no successor leaves.');

export const amendFacts = [orderAmendAccepted, orderAmendEnded] as const;
