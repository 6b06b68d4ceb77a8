/**
 * All orders, as the journal gives them. The only way an order changes.
 *
 *   O1. A final order never becomes live again; a fill that comes late is added to it and told.
 *   O2. `exposures` holds the sums of `worstUnits` over all live orders, and of what is open of others, per instrument and side.
 */
import { ChangeLog, Table, invariant } from '../../base/index.ts';
import type { Side } from '../../base/index.ts';
import type { FactOf } from '../../journal/index.ts';
import { marketKey } from '../market/index.ts';
import type { orderFacts } from './facts.ts';
import { isOverasked, pendingAmend, withoutAmend } from './amends.ts';
import type { PendingAmend } from './amends.ts';
import { isFinal, openUnits, worstUnits } from './order.ts';
import type { EndState, Order, OrderPhase } from './order.ts';
import { NameIndex } from './name-index.ts';
import { RestingPrices } from './resting.ts';
import { namesInText } from './order-text.ts';
import type { OrderNames } from './order-text.ts';

export type OrderFact = FactOf<typeof orderFacts>;
export type ForeignOrder = { readonly venue: string; readonly symbol: string; readonly side: Side; readonly venueOrderId: string; readonly openUnits: bigint; readonly open: boolean; readonly atMs: number };

/** Where a fact stands in the journal. */
export type At = { readonly seq: number; readonly atMs: number; readonly correlationId: string };

export type Orders = {
  readonly live: Table<Order>;
  readonly done: Table<Order>;
  readonly foreign: Table<ForeignOrder>; // by `venue venueOrderId`
  readonly amends: Table<PendingAmend>; // by the id of the order that is to follow
  readonly overasked: Set<string>; // live orders that could execute more than their wish, since one before them was filled late
  readonly byClientOrderId: NameIndex;
  readonly byVenueOrderId: NameIndex;
  readonly exposures: Map<string, { readonly buyUnits: bigint; readonly sellUnits: bigint }>; // by `marketKey`
  readonly exposed: ChangeLog; // whose exposure changed, by `marketKey`
  readonly resting: RestingPrices;
};

export const emptyOrders = (): Orders => ({
  live: new Table(), done: new Table('texts'), foreign: new Table(), amends: new Table(), overasked: new Set(), byClientOrderId: new NameIndex(), byVenueOrderId: new NameIndex(), exposures: new Map(), exposed: new ChangeLog(), resting: new RestingPrices(),
});

export const orderById = (orders: Orders, id: string): Order | undefined => orders.live.get(id) ?? orders.done.get(id);

export function orderByVenueId(orders: Orders, venue: string, venueOrderId: string): Order | undefined {
  const id = orders.byVenueOrderId.get(venue, venueOrderId);
  return id === undefined ? undefined : orderById(orders, id);
}

export function orderByClientId(orders: Orders, venue: string, clientOrderId: string): Order | undefined {
  const id = orders.byClientOrderId.get(venue, clientOrderId);
  return id === undefined ? undefined : orderById(orders, id);
}

/** What may still be bought and sold of an instrument, in the worst case, foreign orders included. */
export const exposureOf = (orders: Orders, venue: string, symbol: string): { readonly buyUnits: bigint; readonly sellUnits: bigint } => orders.exposures.get(marketKey(venue, symbol)) ?? NOTHING_OPEN;

const NOTHING_OPEN = { buyUnits: 0n, sellUnits: 0n } as const;

/** A fill, as far as an order is concerned; the ledger owns the fact. */
export type FillOfOrder = { readonly orderId: string; readonly quantityUnits: bigint; readonly valueUnits: bigint };

export function evolveFill(orders: Orders, fill: FillOfOrder): void {
  const order = orderById(orders, fill.orderId);
  invariant(order !== undefined, `the order of a booked fill is known (${fill.orderId})`);
  put(orders, { ...order, filledUnits: order.filledUnits + fill.quantityUnits, filledValueUnits: order.filledValueUnits + fill.valueUnits });
  for (let next = followerOf(orders, order); next !== undefined; next = followerOf(orders, next)) put(orders, { ...next, earlierUnits: (next.earlierUnits ?? 0n) + fill.quantityUnits }); // Y2
}

/** What a name stands for now: of an order that was changed, what it has become; of one that is yet to follow, the one that stands until then. */
export function orderMeant(orders: Orders, orderId: string): Order | undefined {
  let order = orderById(orders, orders.amends.get(orderId)?.orderId ?? orderId);
  for (let next = order; next !== undefined; next = followerOf(orders, next)) order = next;
  return order;
}

const followerOf = (orders: Orders, { replacedBy }: Order): Order | undefined => (replacedBy === undefined ? undefined : orderById(orders, replacedBy));

/**
 * A new process has taken over: what was being sent may have arrived. How long nobody was there is not known either, because
 * the wall clock may have been set meanwhile; so the bounds of every unknown order are waited for anew.
 */
export function evolveBoot(orders: Orders, at: At): void {
  for (const order of [...orders.live.values()]) {
    if (order.phase === 'sending' || order.phase === 'unknown') put(orders, { ...order, ...phase('unknown', at), sightings: 0 });
  }
}

export function evolveOrders(orders: Orders, fact: OrderFact, at: At): void {
  switch (fact.type) {
    case 'order.intended': {
      invariant(orderById(orders, fact.orderId) === undefined, `an intent key gives one order (${fact.key})`);
      const { type: _type, orderId, ...content } = fact;
      if (fact.replaces !== undefined) follow(orders, fact.replaces, orderId);
      return put(orders, {
        ...content, id: orderId, ...phase('intended', at), correlationId: at.correlationId, intendedAtMs: at.atMs, intendedSeq: at.seq,
        attempt: 0, clientOrderIds: [], venueOrderIds: [], reserveUnits: 0n, worstPriceUnits: 0n, retryAtMs: 0, arrivesByMs: 0, sightings: 0, lastSightingAtMs: 0,
        filledUnits: 0n, filledValueUnits: 0n, venueFilledUnits: 0n, cancelSeq: 0,
      });
    }
    case 'foreign.found': {
      const { type: _type, via: _via, ...found } = fact;
      return putForeign(orders, { ...found, open: true, atMs: at.atMs });
    }
    case 'foreign.ended': {
      const foreign = orders.foreign.get(`${fact.venue} ${fact.venueOrderId}`);
      return foreign === undefined ? undefined : putForeign(orders, { ...foreign, open: false, openUnits: 0n, atMs: at.atMs });
    }
    default: {
      const order = orderById(orders, fact.orderId);
      invariant(order !== undefined, `${fact.type} speaks of a known order (${fact.orderId})`);
      if (fact.type === 'order.amend-accepted') orders.amends.set(fact.successorId, pendingAmend(fact, at));
      if (fact.type === 'order.amend-ended') orders.amends.delete(fact.successorId);
      return put(orders, step(order, fact, at));
    }
  }
}

function step(order: Order, fact: Exclude<OrderFact, { type: 'order.intended' | 'foreign.found' | 'foreign.ended' }>, at: At): Order {
  switch (fact.type) {
    case 'order.blocked': {
      const { control, code, limit, observed, wouldPass } = fact;
      return { ...order, ...phase('blocked', at), because: `${control}: ${observed}, limit ${limit}`, blocked: { control, code, limit, observed, wouldPass }, ...(fact.others === undefined ? {} : { alsoBlocked: fact.others }) };
    }
    case 'order.prepared': return {
      ...order, ...phase('prepared', at), attempt: fact.attempt,
      clientOrderIds: order.clientOrderIds.includes(fact.clientOrderId) ? order.clientOrderIds : [...order.clientOrderIds, fact.clientOrderId],
      reserveAsset: fact.reserveAsset, reserveUnits: fact.reserveUnits, worstPriceUnits: fact.worstPriceUnits, retryAtMs: 0, sightings: 0,
    };
    case 'order.sending': return { ...order, ...phase('sending', at), arrivesByMs: fact.arrivesByMs };
    case 'order.deferred': return { ...order, ...phase('prepared', at), retryAtMs: fact.retryAtMs };
    case 'order.doubted': return { ...order, ...phase('unknown', at), sightings: 0, ...(fact.nameTaken === undefined ? {} : { nameTaken: fact.nameTaken }) };
    case 'order.unseen': return { ...order, sightings: fact.sightings, lastSightingAtMs: at.atMs };
    case 'order.absent': return { ...order, ...phase('absent', at) };
    case 'order.abandoned': return { ...order, ...phase('abandoned', at), because: fact.why };
    case 'order.rejected': return { ...order, ...phase('rejected', at), because: fact.message };
    case 'order.acknowledged': {
      const venueOrderIds = order.venueOrderIds.includes(fact.venueOrderId) ? order.venueOrderIds : [...order.venueOrderIds, fact.venueOrderId];
      const stray = isFinal(order.phase) || order.venueOrderIds.length > 0;
      return { ...order, ...(stray ? {} : phase('acknowledged', at)), venueOrderIds, sightings: 0 };
    }
    case 'order.working': return { ...order, ...phase('working', at) };
    case 'order.cancel-requested': return { ...withoutAmend(order), cancelBy: fact.by, cancelReason: fact.reason, cancelSeq: at.seq }; // Y3
    case 'order.amend-accepted': return { ...order, amend: { successorId: fact.successorId, wholeUnits: fact.wholeUnits }, cancelBy: fact.by ?? fact.source, cancelReason: 'it is being changed', cancelSeq: at.seq };
    case 'order.amend-ended': return order.amend?.successorId === fact.successorId ? withoutAmend(order) : order;
    case 'order.cancelling': return { ...order, ...phase('cancelling', at) };
    case 'order.ended': return { ...order, ...phase('ended', at), endState: fact.state, venueFilledUnits: fact.filledUnits };
    case 'order.booked': return { ...order, ...phase('booked', at) };
    case 'order.alarmed': return order;
  }
}

/** The one that was changed is followed from here on, and counts no more as what is to come of it. */
function follow(orders: Orders, replaced: string, successorId: string): void {
  const order = orderById(orders, replaced);
  invariant(order !== undefined, `an order follows a known one (${replaced})`);
  orders.amends.delete(successorId);
  put(orders, { ...withoutAmend(order), replacedBy: successorId });
}

const phase = (name: OrderPhase, at: At): Pick<Order, 'phase' | 'phaseSeq' | 'phaseAtMs'> => ({ phase: name, phaseSeq: at.seq, phaseAtMs: at.atMs });

function put(orders: Orders, order: Order): void {
  const before = orderById(orders, order.id);
  invariant(before === undefined || !isFinal(before.phase) || isFinal(order.phase), `a final order stays final (${order.id})`); // O1
  expose(orders, before, -1n);
  expose(orders, order, 1n);
  if (isFinal(order.phase)) {
    orders.live.delete(order.id);
    orders.done.set(order.id, order);
  } else orders.live.set(order.id, order);
  watch(orders, order);
  indexOrder(orders, order);
}

function watch({ overasked }: Orders, order: Order): void {
  if (order.wishUnits === undefined) return;
  if (isOverasked(order)) overasked.add(order.id);
  else overasked.delete(order.id);
}

function putForeign(orders: Orders, foreign: ForeignOrder): void {
  const key = `${foreign.venue} ${foreign.venueOrderId}`;
  const before = orders.foreign.get(key);
  if (before !== undefined) exposeForeign(orders, before, -1n);
  exposeForeign(orders, foreign, 1n);
  orders.foreign.set(key, foreign);
}

/** Makes an order known by the names that the venue uses for it. */
export function indexOrder(orders: Orders, order: OrderNames & Pick<Order, 'id'>): void {
  for (const id of order.clientOrderIds) orders.byClientOrderId.set(order.venue, id, order.id);
  for (const id of order.venueOrderIds) orders.byVenueOrderId.set(order.venue, id, order.id);
}

/** The other way round: what has left is known by no name. */
export function unindexOrder(orders: Orders, order: OrderNames & Pick<Order, 'id'>): void {
  for (const id of order.clientOrderIds) orders.byClientOrderId.drop(order.venue, id, order.id);
  for (const id of order.venueOrderIds) orders.byVenueOrderId.drop(order.venue, id, order.id);
}

function expose(orders: Orders, order: Order | undefined, sign: bigint): void {
  if (order === undefined) return;
  if (openUnits(order) !== 0n) orders.resting.change(order, sign === 1n ? 1 : -1);
  const units = worstUnits(order) * sign;
  if (units !== 0n) addExposure(orders, order, units);
}

const exposeForeign = (orders: Orders, foreign: ForeignOrder, sign: bigint): void => (foreign.open && foreign.openUnits !== 0n ? addExposure(orders, foreign, foreign.openUnits * sign) : undefined);

function addExposure(orders: Orders, { venue, symbol, side }: Pick<Order, 'venue' | 'symbol' | 'side'>, units: bigint): void {
  const key = marketKey(venue, symbol);
  const { buyUnits, sellUnits } = orders.exposures.get(key) ?? NOTHING_OPEN;
  orders.exposures.set(key, side === 'buy' ? { buyUnits: buyUnits + units, sellUnits } : { buyUnits, sellUnits: sellUnits + units });
  orders.exposed.name(key);
}

/** After the tables were restored from a snapshot: what can be derived is derived again. What is done has nothing open, and is not read for its names. */
export function reindexOrders(orders: Orders): void {
  orders.byClientOrderId.clear();
  orders.byVenueOrderId.clear();
  orders.exposures.clear();
  orders.resting.clear();
  orders.overasked.clear();
  for (const [id, text] of orders.done.unorderedTexts()) indexOrder(orders, { id, ...namesInText(text) });
  for (const order of orders.live.unordered()) {
    indexOrder(orders, order);
    watch(orders, order);
    expose(orders, order, 1n);
  }
  for (const foreign of orders.foreign.unordered()) exposeForeign(orders, foreign, 1n);
  orders.exposed.everything();
}

export type { EndState };
