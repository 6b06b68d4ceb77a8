/** What can happen to an order, as entries of the journal. */
import { defineFact, described, flag, int, list, oneOf, optional, record, text, units } from '../../journal/index.ts';
import { amendFacts } from './amend-facts.ts';

const orderId = text('the order, named after its intent');
const venue = text('the venue, as configured');
const symbol = text('the instrument, for example "BTC/USD"');
const side = described(oneOf('buy', 'sell'), 'which way');
const refusals = (what: string) => described(list(record({
  control: text('the control'), code: text('the error code, BW-3xxx'), limit: text('the limit, with its unit'), observed: text('what was found'), wouldPass: text('what would have passed'),
})), what);

export const orderIntended = defineFact('order.intended', 1, {
  orderId, venue, symbol, side,
  key: text('the intent key: the same key never gives a second order'),
  content: text('sha256 of what counts as the content of the intent'),
  source: text('who asked'),
  strategy: text('on whose behalf'),
  trader: optional(text('whose decision it is; absent in entries older than this field: the source')),
  desk: optional(text('the desk, or "unassigned"')),
  client: optional(text('for whom, or "unassigned"')),
  action: described(oneOf('order', 'close'), 'a plain order, or one sized to close the position'),
  orderType: described(oneOf('market', 'limit', 'stop-limit'), 'how it is priced'),
  timeInForce: described(oneOf('gtc', 'ioc', 'fok', 'day'), 'how long it stands'),
  quantityUnits: units('how much, in units of the base asset'),
  limitPriceUnits: optional(units('the worst price allowed')),
  stopPriceUnits: optional(units('the price that wakes a stop-limit order')),
  signalTimeMs: optional(int('when the source says it decided')),
  reduceOnly: optional(flag('it may only bring the position towards zero')),
  allowRepeat: optional(flag('the same as before, on purpose')),
  replaces: optional(text('the order that it follows, which an amend ended')),
  wish: optional(text('the first order of the wish it belongs to')),
  wishUnits: optional(units('how much is to be executed under that wish, by all its orders together')),
  earlierUnits: optional(units('how much of that its earlier orders have filled')),
}, 'Somebody asked for an order, or an amend goes on with what is left of one.');

export const orderBlocked = defineFact('order.blocked', 1, {
  orderId,
  control: text('the control that said no'),
  code: text('the error code, BW-3xxx'),
  limit: text('the limit, with its unit; "not configured" where there is none'),
  observed: text('what was found'),
  wouldPass: text('what would have passed'),
  others: optional(refusals('what further controls said against it')),
  onlyObserved: optional(refusals('and those that only observe')),
}, 'A control refused the order. Nothing was sent.');

export const orderPrepared = defineFact('order.prepared', 1, {
  orderId,
  attempt: int('1, and more only after proven absence'),
  clientOrderId: text('the name the venue is given; fixed from here on'),
  reserveAsset: text('the asset that the order may spend'),
  reserveUnits: units('the most it may spend'),
  worstPriceUnits: units('the price assumed for the worst case'),
  referencePriceUnits: units('the reference price the controls used'),
  referenceSource: text('where that price came from'),
  referenceAgeMs: int('how old it was'),
  onlyObserved: optional(refusals('by controls that only observe: they would have refused it')),
}, 'Every control passed, the exposure is reserved and the client order id is fixed.');

export const orderSending = defineFact('order.sending', 1, {
  orderId,
  attempt: int('which attempt'),
  timeoutMs: int('the deadline of the request'),
  arrivesByMs: int('journal time after which the request can no longer reach the venue'),
}, 'From here on the venue may have the order.');

export const orderDeferred = defineFact('order.deferred', 1, {
  orderId,
  why: text('why it provably did not arrive'),
  retryAtMs: int('journal time of the next try'),
}, 'The request provably never reached the venue; it will be tried again under the same name.');

export const orderAcknowledged = defineFact('order.acknowledged', 1, {
  orderId,
  venueOrderId: text("the venue's own name for it"),
  via: text('how we know: "answer", "find", "stream", "open orders"'),
  after: described(oneOf('sending', 'unknown', 'other'), 'what was known before'),
}, 'The venue has the order.');

export const orderWorking = defineFact('order.working', 1, { orderId, via: text('how we know') }, 'The order stands in the book of the venue.');

export const orderRejected = defineFact('order.rejected', 1, {
  orderId,
  reason: text("the venue's reason, as a word"),
  message: text("the venue's own text"),
  via: text('how we know'),
}, 'The venue refused the order for a reason its documents define.');

export const orderDoubted = defineFact('order.doubted', 1, {
  orderId,
  why: text('what happened to the request'),
  nameTaken: optional(flag('the venue says that it has had this name: a request did arrive, so nothing can prove it absent')),
},
  'The outcome is unknown. Its worst case counts against every limit until there is evidence.');

export const orderUnseen = defineFact('order.unseen', 1, {
  orderId,
  source: text('the authenticated read that did not find it'),
  sightings: int('how many such reads, after every bound had passed'),
}, 'A read that counts did not find the order.');

export const orderAbsent = defineFact('order.absent', 1, { orderId, attempt: int('the attempt that is proven absent'), evidence: text('which reads prove it') },
  'The order is proven never to have reached the venue.');

export const orderAbandoned = defineFact('order.abandoned', 1, { orderId, why: text('why it is not sent (again)') },
  'The order is not at the venue and will not be sent. Final.');

export const orderCancelRequested = defineFact('order.cancel-requested', 1, { orderId, by: text('who'), reason: text('why') }, 'Somebody wants the order gone.');

export const orderCancelling = defineFact('order.cancelling', 1, { orderId, via: text('how we know') }, 'The venue has taken the request to cancel.');

export const orderEnded = defineFact('order.ended', 1, {
  orderId,
  state: described(oneOf('filled', 'cancelled', 'expired', 'rejected'), 'how it ended at the venue'),
  filledUnits: units('how much the venue says was filled'),
  via: text('how we know'),
  reason: optional(text("why the venue ended it of itself, in its adapter's words, where it says so: its dead-man timer ran out, it refused the order after all, it was replaced")),
}, 'The venue says that the order is over. Fills up to this quantity may still have to be booked.');

export const orderBooked = defineFact('order.booked', 1, { orderId, filledUnits: units('how much was filled, and booked') },
  'The order is over and everything the venue filled is in the ledger. Final.');

export const orderAlarmed = defineFact('order.alarmed', 1, {
  orderId,
  kind: described(oneOf('late-fill', 'overfill', 'contradiction', 'resurfaced'), 'what should not have happened'),
  detail: text('with the numbers'),
}, 'Something happened to an order that should not have. It is booked as it happened, and told.');

export const foreignFound = defineFact('foreign.found', 1, {
  venue, symbol, side,
  venueOrderId: text("the venue's name for it"),
  openUnits: units('how much of it may still be filled'),
  via: text('how we know'),
}, 'The venue has an order on our account that is not ours. Its instrument is quarantined, its exposure counted.');

export const foreignEnded = defineFact('foreign.ended', 1, { venue, venueOrderId: text("the venue's name for it"), via: text('how we know') }, 'A foreign order is no longer open at the venue.');

export const orderFacts = [
  orderIntended, orderBlocked, orderPrepared, orderSending, orderDeferred, orderAcknowledged, orderWorking, orderRejected, orderDoubted, orderUnseen,
  orderAbsent, orderAbandoned, orderCancelRequested, orderCancelling, orderEnded, orderBooked, orderAlarmed, foreignFound, foreignEnded,
  ...amendFacts,
] as const;
