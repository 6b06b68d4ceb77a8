/**
 * What becomes of a signal: an order, a request to cancel, the first answer again, or a refusal that is written down.
 *
 *   I1. The same key with the same content gives the first result and no new fact. With other content it is an error.
 *   I2. Every signal taken is answered by facts: none is dropped without a trace.
 */
import { formatUnits, tryParseUnits } from '../../base/index.ts';
import type { Instrument } from '../../base/index.ts';
import { sha256Hex } from '../../journal/index.ts';
import { holdingUnits } from '../ledger/index.ts';
import { instrumentAt } from '../market/index.ts';
import type { Prices } from '../market/index.ts';
import { keyInWindow } from '../messages/index.ts';
import type { MessageFact, Signal } from '../messages/index.ts';
import { cancelRequested, orderById, orderIdOf } from '../orders/index.ts';
import type { Order } from '../orders/index.ts';
import type { World } from '../world.ts';
import { admit } from './admission.ts';
import { takeAmend } from './amending.ts';
import type { AdmissionFact } from './admission.ts';
import { openAround } from './exposure.ts';

export type Routed = { readonly signal: Signal; readonly venue: string; readonly symbol: string; readonly windowMs: number };

/** What the caller may tell the source, once the facts are durable. */
export type IntakeResult =
  | { readonly kind: 'order'; readonly orderId: string; readonly repeated: boolean }
  | { readonly kind: 'cancelled'; readonly orderIds: readonly string[]; readonly repeated: boolean }
  | { readonly kind: 'amending'; readonly orderId: string; readonly replaces: string; readonly repeated: boolean } // `orderId`: the one that is to follow
  | { readonly kind: 'met'; readonly repeated: boolean } // the position it names is there, or on its way
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string; readonly repeated: boolean }
  | { readonly kind: 'conflict'; readonly code: string; readonly reason: string };

/** What counts as the content of a signal, once it has a venue and an instrument. */
export const contentOfRouted = ({ venue, symbol, signal }: Omit<Routed, 'windowMs'>): string => sha256Hex(`${venue} ${symbol} ${signal.content}`);

export type EmitIntake = (fact: AdmissionFact | MessageFact) => void;

export function takeSignal(world: World, prices: Prices, routed: Routed, nowMs: number, emit: EmitIntake): IntakeResult {
  const { signal } = routed;
  const content = contentOfRouted(routed);
  const key = keyInWindow(signal, world.messages.bodies.get(signal.key), nowMs, routed.windowMs);
  const before = repeated(world, key, content);
  if (before !== undefined) return before; // I1
  if (key !== signal.key) emit({ type: 'signal.keyed', source: signal.source, body: signal.key, key });

  const refuse = (code: string, reason: string): IntakeResult => {
    emit({ type: 'signal.refused', source: signal.source, key, content, code, reason });
    return { kind: 'refused', code, reason, repeated: false };
  };
  const instrument = instrumentAt(world.market, routed.venue, routed.symbol);
  if (instrument === undefined) return refuse('BW-3004', `${routed.symbol} is not listed at ${routed.venue}: it is not named under venues.${routed.venue}.instruments, or the venue has not told of it yet ("breakwater status" says how the venue is).`);
  if (signal.action === 'cancel') return cancelAll(world, routed, key, content, emit);
  if (signal.action === 'amend') return takeAmend(world, prices, routed, instrument, { key, content }, nowMs, emit, refuse);

  const sized = signal.action === 'close' ? closing(world, routed, instrument) : signal.action === 'target' ? towards(world, routed, instrument) : ordering(signal, instrument);
  if ('code' in sized) return refuse(sized.code, sized.reason);
  const limitPriceUnits = priceUnits(signal.limitPriceText, instrument);
  const stopPriceUnits = priceUnits(signal.stopPriceText, instrument);
  if (limitPriceUnits === 'bad' || stopPriceUnits === 'bad') return refuse('BW-3003', `a price of ${routed.symbol} has at most ${instrument.priceScale} decimals.`);

  if (sized.seen !== undefined) {
    const inTheWay = sized.inTheWay ?? [];
    for (const order of inTheWay) for (const fact of cancelRequested(order, signal.source, 'the position that a signal named is smaller')) emit(fact);
    if (sized.quantityUnits === 0n && inTheWay.length > 0) return cancelled(signal, key, content, inTheWay, emit);
    const met = sized.quantityUnits === 0n;
    emit({ type: 'signal.sized', source: signal.source, key, content, venue: routed.venue, symbol: routed.symbol, ...sized.seen, outcome: met ? 'met' : 'order' });
    if (met) return { kind: 'met', repeated: false };
  }

  const orderId = orderIdOf(key);
  emit({
    type: 'order.intended', orderId, venue: routed.venue, symbol: routed.symbol, key, content, source: signal.source, strategy: signal.strategy, ...signal.owner,
    action: signal.action === 'close' ? 'close' : 'order', side: sized.side, quantityUnits: sized.quantityUnits, orderType: signal.orderType, timeInForce: signal.timeInForce,
    ...(limitPriceUnits === undefined ? {} : { limitPriceUnits }), ...(stopPriceUnits === undefined ? {} : { stopPriceUnits }),
    ...(signal.signalTimeMs === undefined ? {} : { signalTimeMs: signal.signalTimeMs }),
    ...(signal.reduceOnly === true ? { reduceOnly: true } : {}), ...(signal.allowRepeat === true ? { allowRepeat: true } : {}),
  });
  const order = orderById(world.orders, orderId);
  if (order !== undefined) for (const fact of admit(world, prices, order, nowMs)) emit(fact);
  return { kind: 'order', orderId, repeated: false };
}

/** The first answer to a key, if it was dealt with before. */
export function repeated(world: World, key: string, content: string): IntakeResult | undefined {
  const conflict: IntakeResult = {
    kind: 'conflict', code: 'BW-2011',
    reason: `the key ${key} was used before, for something else; nothing was done. Give each wish its own key, or repeat a wish unchanged.`,
  };
  const order = orderById(world.orders, orderIdOf(key));
  if (order !== undefined) return order.content === content ? { kind: 'order', orderId: order.id, repeated: true } : conflict;
  const amend = world.orders.amends.get(orderIdOf(key));
  if (amend !== undefined) return amend.content === content ? { kind: 'amending', orderId: amend.successorId, replaces: amend.orderId, repeated: true } : conflict;
  const dealt = world.messages.dealt.get(key);
  if (dealt === undefined) return undefined;
  if (dealt.content !== content) return conflict;
  if (dealt.kind === 'met') return { kind: 'met', repeated: true };
  return dealt.kind === 'refused' ? { kind: 'refused', code: dealt.code, reason: dealt.reason, repeated: true } : { kind: 'cancelled', orderIds: dealt.orderIds, repeated: true };
}

type Seen = { readonly targetUnits: bigint; readonly heldUnits: bigint; readonly openBuyUnits: bigint; readonly openSellUnits: bigint };
type Sized = { readonly side: 'buy' | 'sell'; readonly quantityUnits: bigint; readonly seen?: Seen; readonly inTheWay?: readonly Order[] } | { readonly code: string; readonly reason: string };

function ordering(signal: Signal, instrument: Instrument): Sized {
  const quantityUnits = tryParseUnits(signal.quantityText ?? '', instrument.quantityScale);
  if (signal.side === undefined || quantityUnits === undefined) {
    return notAQuantity(signal, instrument);
  }
  return { side: signal.side, quantityUnits };
}

const notAQuantity = ({ quantityText = '' }: Signal, { symbol, quantityScale }: Instrument): Sized & { code: string } =>
  ({ code: 'BW-3003', reason: `"${quantityText}" is no quantity of ${symbol} with at most ${quantityScale} decimals.` });

/** As much as is held and not already on its way out, in whole steps; at most what the signal names. */
function closing(world: World, { signal, venue }: Routed, instrument: Instrument): Sized {
  const held = holdingUnits(world.ledger, venue, instrument.base);
  const { buyUnits, sellUnits } = openAround(world, venue, instrument);
  const side = held >= 0n ? 'sell' as const : 'buy' as const;
  if (signal.side !== undefined && signal.side !== side) return { code: 'BW-3005', reason: `nothing to close by a ${signal.side}: ${formatUnits(held, instrument.quantityScale)} ${instrument.base} held.` };
  const free = side === 'sell' ? held - sellUnits : -held - buyUnits;
  const asked = signal.quantityText === undefined ? free : tryParseUnits(signal.quantityText, instrument.quantityScale);
  if (asked === undefined) return notAQuantity(signal, instrument);
  const wanted = asked < free ? asked : free;
  const quantityUnits = wanted - (wanted > 0n ? wanted % instrument.quantityStepUnits : 0n);
  if (quantityUnits < instrument.minQuantityUnits || quantityUnits <= 0n) {
    return { code: 'BW-3005', reason: `nothing to close: ${formatUnits(held, instrument.quantityScale)} ${instrument.base} held, of which ${formatUnits(free, instrument.quantityScale)} free; the least that can be traded is ${formatUnits(instrument.minQuantityUnits, instrument.quantityScale)}.` };
  }
  return { side, quantityUnits };
}

/**
 * The difference between the position named and what is held with all that is open counted as filled, in whole steps.
 * What open orders may still buy cannot be sold before it is there: where they alone would pass the position named, those of
 * the same strategy are cancelled, and only what is held beyond it is sold.
 */
function towards(world: World, { signal, venue, symbol }: Routed, instrument: Instrument): Sized {
  const targetUnits = tryParseUnits(signal.targetText ?? '', instrument.quantityScale);
  if (targetUnits === undefined) return { code: 'BW-3003', reason: `"${signal.targetText ?? ''}" is no position in ${instrument.symbol} with at most ${instrument.quantityScale} decimals.` };
  if (targetUnits < 0n) return { code: 'BW-3007', reason: `a position of ${signal.targetText ?? ''} is short; on a spot market there is none.` };
  const heldUnits = holdingUnits(world.ledger, venue, instrument.base);
  const { buyUnits, sellUnits } = openAround(world, venue, instrument);
  const seen: Seen = { targetUnits, heldUnits, openBuyUnits: buyUnits, openSellUnits: sellUnits };
  const missing = targetUnits - (heldUnits + buyUnits - sellUnits);
  const side = missing < 0n ? 'sell' as const : 'buy' as const;
  const [excess, free] = [-missing, heldUnits - sellUnits];
  const stuck = side === 'sell' && excess > free;
  const wanted = side === 'buy' ? missing : !stuck ? excess : free > targetUnits ? free - targetUnits : 0n;
  const whole = wanted - wanted % instrument.quantityStepUnits;
  const sized = { side, quantityUnits: whole < instrument.minQuantityUnits ? 0n : whole, seen };
  if (!stuck) return sized;
  const own = [...world.orders.live.values()].filter((order) => order.venue === venue && order.symbol === symbol && order.strategy === signal.strategy && order.side === 'buy');
  if (own.length === 0 && sized.quantityUnits === 0n) return { code: 'BW-3006', reason: `open orders that are not of ${signal.strategy} may still buy ${formatUnits(buyUnits, instrument.quantityScale)} ${instrument.base}, more than the position named; nothing of it can be sold yet.` };
  return { ...sized, inTheWay: own.filter((order) => order.cancelSeq === 0 || order.amend !== undefined) };
}

function cancelAll(world: World, { signal, venue, symbol }: Routed, key: string, content: string, emit: EmitIntake): IntakeResult {
  const wanted = [...world.orders.live.values()].filter((order): order is Order => order.venue === venue && order.symbol === symbol && order.strategy === signal.strategy && (order.cancelSeq === 0 || order.amend !== undefined));
  // The answer last: once it is on disk a repetition does nothing, so every request must be there before it.
  for (const order of wanted) for (const fact of cancelRequested(order, signal.source, 'a signal asked for it')) emit(fact);
  return cancelled(signal, key, content, wanted, emit);
}

function cancelled(signal: Signal, key: string, content: string, orders: readonly Order[], emit: EmitIntake): IntakeResult {
  const orderIds = orders.map((order) => order.id);
  emit({ type: 'signal.cancelled', source: signal.source, key, content, orderIds });
  return { kind: 'cancelled', orderIds, repeated: false };
}

function priceUnits(text: string | undefined, instrument: Instrument): bigint | undefined | 'bad' {
  return text === undefined ? undefined : tryParseUnits(text, instrument.priceScale) ?? 'bad';
}
