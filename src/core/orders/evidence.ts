/**
 * What an answer, or the lack of one, proves about an order.
 *
 *   E1. `unknown` ends only by evidence: the venue's own answer. No time-out and no count of unanswered questions ends it.
 *   E2. Absence takes two reads that did not find the order, both asked after the request could no longer arrive and after the
 *       venue must show what it accepted, and further apart than `SIGHTINGS_APART_MS`.
 *   E3. A refusal of the name as used before is evidence that the first request arrived, never that the order was refused,
 *       and no number of reads that do not find it says otherwise.
 *   E4. An older piece of news never takes back a newer one.
 */
import { invariant, unreachable } from '../../base/index.ts';
import type { Capabilities, CancelResult, FindResult, OrderReport, SubmitResult } from '../market/index.ts';
import { isFinal, venueOrderIdOf } from './order.ts';
import type { Order } from './order.ts';
import type { OrderFact } from './view.ts';

export const SIGHTINGS_APART_MS = 1_000;
const DEFER_MS = 1_000;

/** The answer to the one request of an attempt. */
export function submitAnswered(order: Order, attempt: number, result: SubmitResult, nowMs: number): OrderFact[] {
  // Another source was quicker (a stream event, say), or the answer belongs to an earlier attempt: reports still count.
  const current = order.phase === 'sending' && order.attempt === attempt;
  switch (result.kind) {
    case 'accepted': return reported(order, result.report, 'answer');
    case 'refused': return current ? [{ type: 'order.rejected', orderId: order.id, reason: result.reason, message: result.message, via: 'answer' }] : [];
    case 'duplicate': {
      if (result.existing !== undefined) return reported(order, result.existing, 'answer');
      return current ? [{ type: 'order.doubted', orderId: order.id, why: 'the venue has had this client order id before; looking for the order it belongs to', nameTaken: true }] : []; // E3
    }
    case 'not-sent': return current ? [{ type: 'order.deferred', orderId: order.id, why: result.why, retryAtMs: Math.ceil(nowMs + (result.retryAfterMs ?? DEFER_MS)) }] : [];
    case 'unknown': return current ? [{ type: 'order.doubted', orderId: order.id, why: result.why }] : [];
    default: return unreachable(result);
  }
}

/** The answer to a search by client order id. `askedAtMs`: when the question left. */
export function findAnswered(order: Order, capabilities: Capabilities, result: FindResult, askedAtMs: number): OrderFact[] {
  switch (result.kind) {
    case 'found': return reported(order, result.report, 'find');
    case 'unclear': return [];
    case 'absent': {
      if (order.phase !== 'unknown' || order.nameTaken === true || askedAtMs < countsFromMs(order, capabilities)) return []; // E3
      if (order.sightings > 0 && askedAtMs < order.lastSightingAtMs + SIGHTINGS_APART_MS) return [];
      const sightings = order.sightings + 1;
      const unseen: OrderFact = { type: 'order.unseen', orderId: order.id, source: result.source, sightings };
      if (sightings < 2) return [unseen];
      return [unseen, { type: 'order.absent', orderId: order.id, attempt: order.attempt, evidence: `${sightings} reads of ${result.source} after every bound had passed` }];
    }
    default: return unreachable(result);
  }
}

/**
 * From when on a read that does not find the order proves something. A name that is not kept proves nothing, ever.
 *
 * Counted from when the order became unknown: by then the request was given up, or its process was dead. The time at which it
 * was decided is not enough: a slow disk, a stopped process or a jump of the wall clock over a start may lie between.
 */
export function countsFromMs(order: Order, capabilities: Capabilities): number {
  if (capabilities.orderIds === 'none') return Number.POSITIVE_INFINITY;
  const arrivesByMs = Math.max(order.arrivesByMs, order.phaseAtMs + capabilities.arrivalBoundMs);
  return arrivesByMs + capabilities.visibilityBoundMs;
}

/** What the venue says of an order, from whatever source. */
export function reported(order: Order, report: OrderReport, via: string): OrderFact[] {
  invariant(report.clientOrderId === undefined || order.clientOrderIds.includes(report.clientOrderId), 'a report is matched to its own order');
  const fresh = !order.venueOrderIds.includes(report.venueOrderId);
  const after = order.phase === 'sending' || order.phase === 'unknown' ? order.phase : 'other';
  const acknowledged: readonly OrderFact[] = fresh ? [{ type: 'order.acknowledged', orderId: order.id, venueOrderId: report.venueOrderId, via, after }] : [];
  if (isStray(order, report)) {
    if (!fresh || (order.phase === 'rejected' && report.state === 'rejected')) return [...acknowledged];
    const beside = order.venueOrderIds.length === 0 ? `here it was ${order.phase}` : `beside ${order.venueOrderIds.join(', ')}`;
    return [...acknowledged, { type: 'order.alarmed', orderId: order.id, kind: 'resurfaced', detail: `the venue has ${report.venueOrderId} (${report.state}) for this intent, ${beside}` }];
  }
  if (isFinal(order.phase)) return [];
  const resurfaced: readonly OrderFact[] = fresh && order.phase === 'absent'
    ? [{ type: 'order.alarmed', orderId: order.id, kind: 'resurfaced', detail: `the venue has ${report.venueOrderId} (${report.state}), here it was proven absent` }] : [];
  return [...acknowledged, ...resurfaced, ...progressed(order, report, via, fresh)];
}

/**
 * Whether a report is of an order that should not be: a second one for the same intent, or one of an order that never was at
 * the venue. Its executions are booked to the intent; its open part counts as exposure that nobody here steers.
 */
export function isStray(order: Order, report: OrderReport): boolean {
  const main = venueOrderIdOf(order);
  if (order.phase === 'rejected' || order.phase === 'abandoned' || order.phase === 'blocked') return true;
  return main !== undefined && report.venueOrderId !== main;
}

function progressed(order: Order, report: OrderReport, via: string, fresh: boolean): OrderFact[] {
  const over = order.phase === 'ended';
  switch (report.state) {
    case 'pending': return [];
    case 'working': return !over && (fresh || order.phase === 'acknowledged' || order.phase === 'unknown' || order.phase === 'sending') ? [{ type: 'order.working', orderId: order.id, via }] : []; // E4
    case 'cancelling': return !over && order.phase !== 'cancelling' ? [{ type: 'order.cancelling', orderId: order.id, via }] : [];
    case 'filled': case 'cancelled': case 'expired': case 'rejected': {
      if (!over) return [{ type: 'order.ended', orderId: order.id, state: report.state, filledUnits: report.filledUnits, via, ...(report.reason === undefined ? {} : { reason: report.reason }) }];
      if (report.filledUnits <= order.venueFilledUnits) return []; // E4
      return [
        { type: 'order.alarmed', orderId: order.id, kind: 'contradiction', detail: `the venue said ${order.endState} with ${order.venueFilledUnits} filled, now ${report.state} with ${report.filledUnits}` },
        { type: 'order.ended', orderId: order.id, state: report.state, filledUnits: report.filledUnits, via, ...(report.reason === undefined ? {} : { reason: report.reason }) },
      ];
    }
    default: return unreachable(report.state);
  }
}

/** The answer to a request to cancel. What it leaves open is asked again. */
export function cancelAnswered(order: Order, result: CancelResult): OrderFact[] {
  const waiting = order.phase === 'acknowledged' || order.phase === 'working';
  return result.kind === 'requested' && waiting ? [{ type: 'order.cancelling', orderId: order.id, via: 'answer' }] : [];
}

/** Somebody wants the order gone. An order that has not left is not sent any more; the rest is asked of the venue. */
export function cancelRequested(order: Order, by: string, reason: string): OrderFact[] {
  const requested: OrderFact = { type: 'order.cancel-requested', orderId: order.id, by, reason };
  if (order.amend !== undefined) return [requested]; // it is being cancelled already, and from here on nothing is to follow it
  if (isFinal(order.phase) || order.phase === 'ended' || order.cancelSeq > 0) return [];
  if (order.phase === 'intended' || order.phase === 'prepared' || order.phase === 'absent') {
    return [requested, { type: 'order.abandoned', orderId: order.id, why: `cancelled by ${by} before it left: ${reason}` }];
  }
  return [requested];
}

/** Whether everything the venue filled is booked, so that the order may be closed. */
export function settled(order: Order): OrderFact[] {
  if (order.phase !== 'ended' || order.filledUnits < order.venueFilledUnits) return [];
  return [{ type: 'order.booked', orderId: order.id, filledUnits: order.filledUnits }];
}
