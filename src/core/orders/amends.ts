/**
 * An order that is to become another one: its cancel, and what is to follow once its end is known.
 *
 * Owns what is remembered of it. Does not own whether it may be changed, or when the next one leaves: safety/amending.ts and
 * safety/succession.ts do.
 *
 *   Y1. An order and all that followed it are one wish. `wishUnits` is what may be executed under it, by all of them together.
 *   Y2. What an earlier order of the wish fills late counts in each later one.
 *   Y3. Whoever wants an order gone that is being changed wants the whole wish gone: nothing follows it any more.
 */
import type { FactOf } from '../../journal/index.ts';
import type { orderAmendAccepted } from './amend-facts.ts';
import { isFinal } from './order.ts';
import type { Order } from './order.ts';

type Accepted = FactOf<readonly [typeof orderAmendAccepted]>;

/** What was asked for, as long as it is not known what becomes of it. */
export type PendingAmend = Omit<Accepted, 'type'> & { readonly askedAtMs: number };

export function pendingAmend({ type: _type, ...asked }: Accepted, { atMs }: { readonly atMs: number }): PendingAmend {
  return { ...asked, askedAtMs: atMs };
}

export function withoutAmend(order: Order): Order {
  const { amend: _amend, ...rest } = order;
  return rest;
}

/** What is to be executed under the wish of this order. */
export const totalUnits = (order: Order): bigint => order.wishUnits ?? order.quantityUnits;

/** Whether this order, were it filled, would execute more than its wish. */
export const isOverasked = (order: Order): boolean =>
  order.wishUnits !== undefined && !isFinal(order.phase) && order.cancelSeq === 0 && (order.earlierUnits ?? 0n) + order.quantityUnits > order.wishUnits;

/** Only what rests can be changed: everything else is over before anybody could. */
export const isAmendable = ({ orderType, timeInForce }: Order): boolean => orderType !== 'market' && (timeInForce === 'gtc' || timeInForce === 'day');
