/**
 * A wish to change an order: refused with the order untouched, or taken, and then the order is cancelled for it.
 *
 * Why it is a cancel and a new order, and no request of the venue's own: see decision 0064. What follows once the order's end is
 * known stands in succession.ts.
 *
 *   A1. An amend is judged like a new order by every control, before anything is cancelled. Refused, it changes nothing.
 *   A2. Of an order one amend at a time: a second one is refused, whatever it asks for.
 *   A6. A changed order keeps its owner; so whoever did not ask for it changes it only in the name of those it belongs to.
 */
import { formatUnits, tryParseUnits } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import type { Verdict } from '../limits/index.ts';
import type { Prices } from '../market/index.ts';
import type { Signal } from '../messages/index.ts';
import { belongingOf, isAmendable, isFinal, orderIdOf, orderMeant, ownerFields, totalUnits } from '../orders/index.ts';
import type { Order, OrderFact } from '../orders/index.ts';
import type { World } from '../world.ts';
import { isCloser } from './moves.ts';
import { judgeReplacement } from './replacing.ts';

type Asked = { readonly signal: Signal; readonly venue: string; readonly symbol: string };
type Named = { readonly key: string; readonly content: string };
type Refused<T> = (code: string, reason: string) => T;
export type AmendTaken = { readonly kind: 'amending'; readonly orderId: string; readonly replaces: string; readonly repeated: boolean };

export function takeAmend<T>(world: World, prices: Prices, asked: Asked, instrument: Instrument, { key, content }: Named, nowMs: number, emit: (fact: OrderFact) => void, refuse: Refused<T>): T | AmendTaken {
  const { signal } = asked;
  const order = orderMeant(world.orders, signal.amends?.orderId ?? '');
  if (order === undefined) return refuse('BW-3008', `there is no order "${signal.amends?.orderId ?? ''}" to change.`);
  const why = whyNot(order, asked);
  if (why !== undefined) return refuse('BW-3008', `${why} Nothing was changed.`);
  const wanted = changesOf(signal, order, instrument);
  if ('reason' in wanted) return refuse(wanted.code, `${wanted.reason} Nothing was changed.`);

  const earlierUnits = order.earlierUnits ?? 0n;
  const wholeUnits = wanted.totalUnits - earlierUnits;
  const source = signal.amends?.by === undefined ? signal.source : order.source; // a person changes it for whoever asked for it
  const judged = judgeReplacement(world, prices, order, {
    source, quantityUnits: wholeUnits,
    ...(wanted.limitPriceUnits === undefined ? {} : { limitPriceUnits: wanted.limitPriceUnits }), ...(wanted.stopPriceUnits === undefined ? {} : { stopPriceUnits: wanted.stopPriceUnits }),
  }, nowMs);
  if (judged.kind === 'refused') return refuse(judged.verdict.code, `${inWords(judged.verdict)} ${order.id} stays as it is.`); // A1
  const { reserveAsset, reserveUnits } = judged.approval;
  const { by, reason } = signal.amends ?? {};
  const successorId = orderIdOf(key);
  emit({
    type: 'order.amend-accepted', orderId: order.id, successorId, key, content, source, totalUnits: wanted.totalUnits, wholeUnits,
    ...(wanted.limitPriceUnits === undefined ? {} : { limitPriceUnits: wanted.limitPriceUnits }), ...(wanted.stopPriceUnits === undefined ? {} : { stopPriceUnits: wanted.stopPriceUnits }),
    reserveAsset, reserveUnits, ...(signal.signalTimeMs === undefined ? {} : { signalTimeMs: signal.signalTimeMs }), ...(by === undefined ? {} : { by }), ...(reason === undefined ? {} : { reason }),
  });
  return { kind: 'amending', orderId: successorId, replaces: order.id, repeated: false };
}

function whyNot(order: Order, { signal, venue, symbol }: Asked): string | undefined {
  if (order.venue !== venue || order.symbol !== symbol) return `${order.id} is an order for ${order.symbol} at ${order.venue}, not for ${symbol} at ${venue}.`;
  const stranger = signal.amends?.by === undefined && order.source !== signal.source ? ownerFields.find((field) => belongingOf(order)[field] !== signal.owner[field]) : undefined;
  if (stranger !== undefined) return `${order.id} belongs to the ${stranger} "${belongingOf(order)[stranger]}", and "${signal.source}" asks for "${signal.owner[stranger]}".`; // A6
  if (signal.amends?.by === undefined && order.strategy !== signal.strategy) return `${order.id} is an order of the strategy "${order.strategy}", not of "${signal.strategy}".`;
  if (isCloser(order)) return `${order.id} closes a position for a kill or a flatten.`;
  if (!isAmendable(order)) return `${order.id} is a ${order.orderType} order, ${order.timeInForce}: only what rests, a limit or stop-limit order that is gtc or day, can be changed.`;
  if (order.amend !== undefined) return `${order.id} is being changed already; ask again once it is known what became of that.`; // A2
  if (isFinal(order.phase) || order.phase === 'ended') return `${order.id} is over (${order.endState ?? order.phase}).`;
  return order.cancelSeq > 0 ? `${order.id} is being cancelled, by ${order.cancelBy ?? 'somebody'}.` : undefined;
}

type Changes = { readonly totalUnits: bigint; readonly limitPriceUnits?: bigint; readonly stopPriceUnits?: bigint } | { readonly code: string; readonly reason: string };

function changesOf({ quantityText, limitPriceText, stopPriceText }: Signal, order: Order, { quantityScale, priceScale, symbol }: Instrument): Changes {
  const parsed = (text: string | undefined, scale: number): bigint | undefined | 'bad' => (text === undefined ? undefined : tryParseUnits(text, scale) ?? 'bad');
  const [quantity, limitPriceUnits, stopPriceUnits] = [parsed(quantityText, quantityScale), parsed(limitPriceText, priceScale), parsed(stopPriceText, priceScale)];
  if (quantity === 'bad') return { code: 'BW-3003', reason: `"${quantityText ?? ''}" is no quantity of ${symbol} with at most ${quantityScale} decimals.` };
  if (limitPriceUnits === 'bad' || stopPriceUnits === 'bad') return { code: 'BW-3003', reason: `a price of ${symbol} has at most ${priceScale} decimals.` };
  if (stopPriceUnits !== undefined && order.orderType !== 'stop-limit') return { code: 'BW-3008', reason: `${order.id} is a ${order.orderType} order and has no stop price.` };
  const before = totalUnits(order);
  const filled = (order.earlierUnits ?? 0n) + order.filledUnits;
  const total = quantity ?? before;
  if (total <= filled) return { code: 'BW-3008', reason: `${formatUnits(filled, quantityScale)} is filled already, and ${formatUnits(total, quantityScale)} is asked for in all: to end it there, cancel it.` };
  const isSame = total === before && (limitPriceUnits ?? order.limitPriceUnits) === order.limitPriceUnits && (stopPriceUnits ?? order.stopPriceUnits) === order.stopPriceUnits;
  if (isSame) return { code: 'BW-3008', reason: `${order.id} is like that already.` };
  return { totalUnits: total, ...(limitPriceUnits === undefined ? {} : { limitPriceUnits }), ...(stopPriceUnits === undefined ? {} : { stopPriceUnits }) };
}

const inWords = ({ control, limit, observed, wouldPass }: Verdict): string => `the changed order is refused by ${control}: ${observed}; the limit is ${limit}; ${wouldPass} would pass.`;
