/**
 * What becomes of an amend once it is taken: it waits for the end of the order that it changes, and then goes on with what is left.
 *
 * Looked at in every turn, so that whatever ends a wait is seen in the very turn of its evidence, and after a crash in the first one.
 *
 *   A3. Nothing follows an order before its end is known: what the venue says and the books have, or proven absence.
 *   A4. What follows is what is left of the wish, admitted as the new order it is: by every control, in that turn, and by the last check.
 *   A5. A stop, or whoever wants the order gone meanwhile, ends the amend: nothing follows.
 *
 * Where an earlier order of a wish is filled late, after the venue had said that it was over, what follows could execute more than
 * was asked for: it is cancelled at once.
 */
import { formatUnits } from '../../base/index.ts';
import { instrumentAt } from '../market/index.ts';
import type { Prices } from '../market/index.ts';
import { cancelRequested, isFinal, orderById, ownedBy } from '../orders/index.ts';
import type { Order, PendingAmend } from '../orders/index.ts';
import type { WrittenFact } from '../events.ts';
import type { World } from '../world.ts';
import { admit } from './admission.ts';
import { rungFor } from './floor.ts';
import { isShut, SYSTEM } from './ladder.ts';

type Emit = (fact: WrittenFact) => void;
type Fate = { readonly kind: 'wait' } | { readonly kind: 'end'; readonly code: string; readonly why: string } | { readonly kind: 'follow'; readonly leftUnits: bigint };

export function goOnWithAmends(world: World, prices: Prices, nowMs: number, emit: Emit): void {
  const { amends, overasked } = world.orders;
  if (overasked.size > 0) for (const orderId of [...overasked]) cutShort(world, orderId, emit);
  if (amends.size > 0) for (const amend of [...amends.values()]) goOn(world, prices, amend, nowMs, emit);
}

function goOn(world: World, prices: Prices, amend: PendingAmend, nowMs: number, emit: Emit): void {
  const before = orderById(world.orders, amend.orderId);
  if (before?.amend !== undefined && (before.phase === 'intended' || before.phase === 'prepared' || before.phase === 'absent')) {
    emit({ type: 'order.abandoned', orderId: before.id, why: 'changed before it left' });
  }
  const order = orderById(world.orders, amend.orderId);
  const fate = fateOf(world, amend, order);
  if (fate.kind === 'wait' || order === undefined) return;
  if (fate.kind === 'end') {
    const { orderId, successorId, key, content, source } = amend;
    if (order.amend !== undefined && !isFinal(order.phase)) for (const fact of cancelRequested(order, 'breakwater', `its amend came to nothing: ${fate.why}`)) emit(fact); // from here on a cancel like any other: it waits for no disk
    return emit({ type: 'order.amend-ended', orderId, successorId, key, content, source, code: fate.code, why: fate.why });
  }
  const { venue, symbol, side, strategy, orderType, timeInForce } = order;
  const [limitPriceUnits, stopPriceUnits] = [amend.limitPriceUnits ?? order.limitPriceUnits, amend.stopPriceUnits ?? order.stopPriceUnits];
  emit({
    type: 'order.intended', orderId: amend.successorId, venue, symbol, key: amend.key, content: amend.content, source: amend.source, strategy, ...ownedBy(order.source, order), action: 'order', side, quantityUnits: fate.leftUnits, orderType, timeInForce,
    ...(limitPriceUnits === undefined ? {} : { limitPriceUnits }), ...(stopPriceUnits === undefined ? {} : { stopPriceUnits }), ...(amend.signalTimeMs === undefined ? {} : { signalTimeMs: amend.signalTimeMs }),
    ...(order.reduceOnly === true ? { reduceOnly: true } : {}), ...(order.allowRepeat === true ? { allowRepeat: true } : {}),
    replaces: order.id, wish: order.wish ?? order.id, wishUnits: amend.totalUnits, earlierUnits: (order.earlierUnits ?? 0n) + order.filledUnits,
  });
  const successor = orderById(world.orders, amend.successorId);
  if (successor !== undefined) for (const fact of admit(world, prices, successor, nowMs)) emit(fact); // A4
}

function fateOf(world: World, amend: PendingAmend, order: Order | undefined): Fate {
  const end = (code: string, why: string): Fate => ({ kind: 'end', code, why });
  if (order === undefined) return end('BW-3009', `${amend.orderId} is not known any more.`);
  if (order.amend?.successorId !== amend.successorId) return end('BW-3009', `${order.cancelBy ?? 'somebody'} wanted ${order.id} gone meanwhile: ${order.cancelReason ?? ''}. It is being cancelled, and nothing follows it.`); // A5
  const { scope, gate } = rungFor(world, order);
  if (isShut(gate.state)) return end('BW-3100', `it is ${gate.state}${scope === SYSTEM ? '' : ` for ${scope}`} by ${gate.by}: ${gate.reason}. ${order.id} is being cancelled, and nothing follows it.`); // A5
  if (!isFinal(order.phase)) return { kind: 'wait' }; // A3
  const instrument = instrumentAt(world.market, order.venue, order.symbol);
  const filled = instrument === undefined ? `${order.filledUnits} units` : `${formatUnits(order.filledUnits, instrument.quantityScale)} ${instrument.base}`;
  if (order.phase === 'rejected' || order.phase === 'blocked') return end('BW-3009', `${order.id} was ${order.phase} meanwhile: ${order.because ?? ''}. Nothing follows it.`);
  if (order.phase === 'booked' && order.endState !== 'cancelled') return end('BW-3009', `${order.id} was ${order.endState ?? 'over'} before it could be changed, with ${filled} filled. Nothing follows it.`);
  const leftUnits = amend.totalUnits - (order.earlierUnits ?? 0n) - order.filledUnits;
  if (leftUnits <= 0n) return end('BW-3009', `${filled} of ${order.id} was filled before it was cancelled: nothing is left of what was asked for.`);
  return { kind: 'follow', leftUnits };
}

/** What an earlier order of its wish was filled late makes it too large. */
function cutShort(world: World, orderId: string, emit: Emit): void {
  const order = orderById(world.orders, orderId);
  if (order === undefined) return;
  for (const fact of cancelRequested(order, 'breakwater', `an earlier order of its wish was filled late: with it, more than was asked for could be executed`)) emit(fact);
}
