/**
 * An order's life: from the intent to the ledger, with a phase for every state of knowledge, `unknown` among them.
 *
 * Owns names, phases and what counts as evidence. Does not own controls, money, requests or time-outs: those decide when
 * to ask, never what silence means.
 *
 * Invariants: E1 to E4 in evidence.ts, N1 in names.ts, W1 and W2 in owner.ts, O1 and O2 in view.ts, Y1 to Y3 in amends.ts.
 */
export { orderFacts } from './facts.ts';
export { clientOrderIdFor, isOurs, orderIdOf } from './names.ts';
export { namesInText } from './order-text.ts';
export type { OrderNames } from './order-text.ts';
export { isAmendable, totalUnits } from './amends.ts';
export type { PendingAmend } from './amends.ts';
export { clientOrderIdOf, isFinal, openUnits, venueOrderIdOf, worstUnits } from './order.ts';
export type { Amending, EndState, Order, OrderPhase, Refusal } from './order.ts';
export { belongingOf, isOwnerName, nobodys, ownedBy, ownerFields, UNASSIGNED, UNATTRIBUTED } from './owner.ts';
export type { Belonging, Owner, OwnerField } from './owner.ts';
export { emptyOrders, evolveBoot, evolveFill, evolveOrders, exposureOf, indexOrder, orderByClientId, orderById, orderByVenueId, orderMeant, reindexOrders, unindexOrder } from './view.ts';
export type { At, ForeignOrder, OrderFact, Orders } from './view.ts';
export { cancelAnswered, cancelRequested, countsFromMs, findAnswered, isStray, reported, settled, SIGHTINGS_APART_MS, submitAnswered } from './evidence.ts';
