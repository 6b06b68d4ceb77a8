/** What time alone brings: acceptances, cancels and expiries that were due, dead-man timers that ran out, and the records of fees. */
import { formatUnits } from '../base/index.ts';
import { activate } from './matching.ts';
import type { Order } from './order.ts';
import { firstToRunOut, runOut } from './protections.ts';
import type { Turn } from './turn.ts';

/** When time next does something to a waiting order. */
export const dueOf = (order: Order): number => Math.min(order.state === 'accepted' ? order.activeAtMs : Infinity, order.cancelAtMs ?? Infinity, order.expiresAtMs ?? Infinity);

/** Acceptances, cancels and expiries whose time has come, in the order of their times. */
export function passDue(turn: Turn): void {
  for (;;) {
    let first: Order | undefined;
    for (const order of turn.state.waiting) if (dueOf(order) <= turn.nowMs && (first === undefined || dueOf(order) < dueOf(first))) first = order;
    const silent = firstToRunOut(turn);
    if (silent !== undefined && (first === undefined || silent.endsAtMs <= dueOf(first))) {
      runOut(turn, silent.account);
      continue;
    }
    if (first === undefined) return;
    const dueAtMs = dueOf(first);
    if (first.cancelAtMs === dueAtMs) turn.write({ type: 'cancelled', orderId: first.id, reason: 'cancelled by its owner' });
    else if (first.expiresAtMs === dueAtMs) turn.write({ type: 'expired', orderId: first.id, reason: 'its session has ended' });
    else activate(turn, first);
  }
}

/** Fees are taken with each trade and shown when their period is over. */
export function showFees(turn: Turn): void {
  for (const { accountId, symbol, asset, throughMs, units } of [...turn.state.feesToCome.values()].sort((a, b) => a.throughMs - b.throughMs)) {
    if (throughMs > turn.nowMs) return;
    const feeId = `fee-${String(turn.state.feeRecords + 1).padStart(9, '0')}`;
    turn.write({ type: 'fee', feeId, accountId, symbol, asset, amount: formatUnits(units, turn.state.scaleOf(asset)), throughMs });
  }
}
