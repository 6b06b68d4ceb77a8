/**
 * What the world is waiting for somebody to do. Not stored: derived from facts that have no terminal fact yet.
 *
 *   Q1. A duty names the entry it rests on; nobody performs it before that entry is durable.
 *   Q2. An order is sent only in the process life that decided to send it. A new life finds it `unknown` and asks.
 *   Q3. A duty is gone as soon as its fact is there, so performing twice what may be performed once is impossible by construction:
 *       a `submit` is named by order and attempt, and performed at most once per life.
 */
import { invariant } from '../base/index.ts';
import { instrumentAt } from './market/index.ts';
import type { VenueOrder } from './market/index.ts';
import { clientOrderIdOf, openUnits, venueOrderIdOf } from './orders/index.ts';
import type { Order } from './orders/index.ts';
import { isCloser } from './safety/index.ts';
import type { World } from './world.ts';

export type Duty =
  | { readonly kind: 'submit'; readonly name: string; readonly afterSeq: number; readonly venue: string; readonly orderId: string; readonly attempt: number; readonly order: VenueOrder; readonly timeoutMs: number }
  | { readonly kind: 'find'; readonly name: string; readonly afterSeq: number; readonly venue: string; readonly orderId: string; readonly clientOrderId: string; readonly venueOrderId: string | undefined; readonly urgent: boolean }
  | { readonly kind: 'cancel'; readonly name: string; readonly afterSeq: number; readonly venue: string; readonly orderId: string; readonly venueOrderId: string }
  | { readonly kind: 'release'; readonly name: string; readonly afterSeq: number; readonly orderId: string; readonly notBeforeMs: number }
  | { readonly kind: 'identify'; readonly name: string; readonly afterSeq: number; readonly venue: string; readonly venueOrderId: string }
  | { readonly kind: 'read-activity'; readonly name: string; readonly afterSeq: number; readonly venue: string };

export function due(world: World): Duty[] {
  const duties: Duty[] = [];
  const reading = new Set<string>();
  for (const order of world.orders.live.values()) {
    const duty = dutyOf(world, order);
    if (duty !== undefined) duties.push(duty);
    const venueOrderId = venueOrderIdOf(order);
    const cancellable = order.phase === 'acknowledged' || order.phase === 'working' || order.phase === 'cancelling';
    if (order.cancelSeq > 0 && cancellable && venueOrderId !== undefined) {
      duties.push({ kind: 'cancel', name: `cancel ${order.id}`, afterSeq: order.cancelSeq, venue: order.venue, orderId: order.id, venueOrderId });
    }
    if (order.phase === 'ended' && openUnits(order) > 0n && !isTold(world, order)) reading.add(order.venue);
  }
  for (const { venue, venueOrderId } of world.ledger.unattributed.values()) {
    const isKnown = world.orders.byVenueOrderId.has(venue, venueOrderId) || world.orders.foreign.has(`${venue} ${venueOrderId}`);
    if (isKnown && !isTold(world, { venue })) reading.add(venue);
    else if (!isKnown) duties.push({ kind: 'identify', name: `identify ${venue} ${venueOrderId}`, afterSeq: 0, venue, venueOrderId });
  }
  for (const venue of reading) duties.push({ kind: 'read-activity', name: `activity ${venue}`, afterSeq: 0, venue });
  return duties;
}

function dutyOf(world: World, order: Order): Duty | undefined {
  switch (order.phase) {
    case 'intended': case 'absent':
      return { kind: 'release', name: `release ${order.id}`, afterSeq: order.phaseSeq, orderId: order.id, notBeforeMs: 0 };
    case 'prepared':
      return { kind: 'release', name: `release ${order.id}`, afterSeq: order.phaseSeq, orderId: order.id, notBeforeMs: Math.min(order.retryAtMs, tooLateMs(world, order)) };
    case 'sending': {
      const profile = world.market.venues.get(order.venue);
      invariant(profile !== undefined, 'an order that is being sent has a listed venue');
      return {
        kind: 'submit', name: `submit ${order.id} ${order.attempt} ${order.phaseSeq}`, afterSeq: order.phaseSeq, venue: order.venue, orderId: order.id, attempt: order.attempt,
        order: venueOrder(world, order), timeoutMs: profile.submitTimeoutMs,
      };
    }
    case 'unknown': case 'acknowledged': case 'working': case 'cancelling': return search(order);
    // Normally booked in the very turn it ended; a crash between the two entries leaves it for here.
    case 'ended': return openUnits(order) > 0n ? (isTold(world, order) ? search(order) : undefined) : { kind: 'release', name: `release ${order.id}`, afterSeq: order.phaseSeq, orderId: order.id, notBeforeMs: 0 };
    case 'blocked': case 'booked': case 'rejected': case 'abandoned': return undefined;
  }
}

const search = (order: Order): Duty => ({
  kind: 'find', name: `find ${order.id}`, afterSeq: order.phaseSeq, venue: order.venue, orderId: order.id, clientOrderId: clientOrderIdOf(order), venueOrderId: venueOrderIdOf(order),
  urgent: order.phase === 'unknown' || order.phase === 'ended' || order.cancelSeq > 0 || order.orderType === 'market' || order.timeInForce === 'ioc' || order.timeInForce === 'fok',
});

/** Whether what was filled is told by the order itself: then reading executions would never book it. */
const isTold = (world: World, { venue }: { readonly venue: string }): boolean => world.market.venues.get(venue)?.capabilities.fills === 'cumulative';

/** From then on the order is given up instead of sent. */
const tooLateMs = (world: World, order: Order): number => order.intendedAtMs + (world.market.venues.get(order.venue)?.resendWithinMs ?? 0) + 1;

function venueOrder(world: World, order: Order): VenueOrder {
  const instrument = instrumentAt(world.market, order.venue, order.symbol);
  invariant(instrument !== undefined, 'an order that is being sent has a listed instrument');
  return {
    clientOrderId: clientOrderIdOf(order), instrument, side: order.side, type: order.orderType, timeInForce: order.timeInForce, quantityUnits: order.quantityUnits,
    ...(order.limitPriceUnits === undefined ? {} : { limitPriceUnits: order.limitPriceUnits }), ...(order.stopPriceUnits === undefined ? {} : { stopPriceUnits: order.stopPriceUnits }),
    ...(isCloser(order) ? { closes: true } : {}),
  };
}
