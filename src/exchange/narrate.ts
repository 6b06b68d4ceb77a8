/** What an order's owner is told of an event, once it is durable and applied. */
import { formatUnits, invariant } from '../base/index.ts';
import type { DeskEvent } from '../ports/index.ts';
import { balanceOf } from './account.ts';
import type { LogEvent, TradeParty } from './event.ts';
import { showOrder } from './order.ts';
import type { State } from './state.ts';

/** @param state as it is just after the event. */
export function narrate(state: State, event: LogEvent): readonly DeskEvent[] {
  const say = (kind: DeskEvent['kind'], orderId: string): readonly DeskEvent[] => [{ kind, order: showOrder(state.order(orderId)), atMs: event.atMs }];
  switch (event.type) {
    case 'order': return say('accepted', event.orderId);
    case 'new': return say('new', event.orderId);
    case 'cancelled':
    case 'expired':
    case 'rejected': return say(event.type, event.orderId);
    case 'replace': return say('replaced', event.orderId);
    case 'trade': return [event.taker, event.maker].flatMap((party) => (party === null ? [] : [sayFill(state, event.match, party, event.atMs)]));
    case 'account':
    case 'account-blocked':
    case 'triggered':
    case 'cancel':
    case 'dead-man-set':
    case 'dead-man-ran-out':
    case 'disconnected':
    case 'fee':
    case 'refused':
    case 'market': return [];
  }
}

function sayFill(state: State, match: number, party: TradeParty, atMs: number): DeskEvent {
  const order = state.order(party.orderId);
  const account = state.account(party.accountId);
  const trade = account.trades.findLast((record) => record.match === match && record.trade.orderId === order.id)?.trade;
  invariant(trade !== undefined, 'a trade is on record before it is told');
  const { base } = order.instrument;
  return {
    kind: trade.orderState === 'filled' ? 'fill' : 'partial-fill', order: showOrder(order), trade,
    positionQuantity: formatUnits(balanceOf(account, base).totalUnits, state.scaleOf(base)), atMs,
  };
}
