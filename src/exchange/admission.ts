/**
 * Whether an order is taken. Owns the checks and their sequence; changes nothing.
 *
 *   A1. A client order id that was used is recognised before anything else is looked at: a repeated request is never refused
 *       for a reason that the first one caused, such as the balance it holds.
 *   A2. An admitted order is covered: what it can cost at worst is available and will be held.
 */
import { divide, formatUnits, notionalUnits, pow10, tryParseUnits } from '../base/index.ts';
import type { DeskRefusal, NewDeskOrder } from '../ports/index.ts';
import { availableUnits } from './account.ts';
import type { Account } from './account.ts';
import { hoursOf } from './hours.ts';
import { tickUnitsAt } from './listing.ts';
import type { Listing } from './listing.ts';
import { ownOrderMet } from './matching.ts';
import { heldAsset, heldFor, isFinal, remainingUnits } from './order.ts';
import type { Order } from './order.ts';
import { marketOf } from './turn.ts';
import type { Turn } from './turn.ts';

export type Admitted = {
  readonly instrument: Listing;
  readonly quantityUnits: bigint;
  readonly limitPriceUnits: bigint | undefined;
  readonly stopPriceUnits: bigint | undefined;
  readonly worstPriceUnits: bigint;
  readonly activeAtMs: number;
  readonly expiresAtMs: number | undefined;
};

type Admission = { readonly kind: 'admitted'; readonly terms: Admitted } | { readonly kind: 'existing'; readonly order: Order } | { readonly kind: 'refused'; readonly refusal: DeskRefusal };

class Refused {
  readonly refusal: DeskRefusal;
  constructor(refusal: DeskRefusal) {
    this.refusal = refusal;
  }
}

/** @param instead an order that this one replaces: its hold counts as free, and it is not there to trade with. */
export function admit(turn: Turn, account: Account, order: NewDeskOrder, instead?: Order): Admission {
  const used = usedId(turn, account, order.clientOrderId);
  if (used !== undefined) return turn.rules.idClass === 'returns-original' ? { kind: 'existing', order: used } : { kind: 'refused', refusal: { reason: 'duplicate-client-order-id' } }; // A1
  const checked = check(turn, account, order, instead);
  return checked instanceof Refused ? { kind: 'refused', refusal: checked.refusal } : { kind: 'admitted', terms: checked };
}

function usedId(turn: Turn, account: Account, clientOrderId: string | undefined): Order | undefined {
  if (clientOrderId === undefined) return undefined;
  switch (turn.rules.idClass) {
    case 'returns-original':
    case 'unique-forever': return account.byClientId.get(clientOrderId);
    case 'unique-while-live': return [...account.live].find((order) => order.clientOrderId === clientOrderId);
    case 'not-enforced':
    case 'none': return undefined;
  }
}

function check(turn: Turn, account: Account, order: NewDeskOrder, instead: Order | undefined): Admitted | Refused {
  const refused = (reason: 'unknown-symbol' | 'untradable-symbol' | 'bad-price' | 'bad-quantity' | 'bad-type' | 'account-blocked', message: string): Refused => new Refused({ reason, message });
  if (account.blocked !== undefined) return refused('account-blocked', account.blocked);
  const instrument = turn.state.instruments.get(order.symbol);
  if (instrument === undefined) return refused('unknown-symbol', `${order.symbol} is not traded here`);

  if (order.notional !== undefined && order.type !== 'market') return refused('bad-type', 'only a market order can be for a value');
  const quantityText = order.notional === undefined ? order.quantity ?? '' : quantityFor(turn, order, instrument, order.notional);
  if (quantityText === undefined) return refused('untradable-symbol', `${order.symbol} has no price yet`);
  const quantityUnits = tryParseUnits(quantityText, instrument.quantityScale);
  if (quantityUnits === undefined || quantityUnits <= 0n || quantityUnits % instrument.quantityStepUnits !== 0n) {
    return refused('bad-quantity', `the quantity ${quantityText} is not a positive multiple of ${formatUnits(instrument.quantityStepUnits, instrument.quantityScale)}`);
  }
  if (quantityUnits < instrument.minQuantityUnits) {
    return refused('bad-quantity', `the quantity ${quantityText} is below the minimum of ${formatUnits(instrument.minQuantityUnits, instrument.quantityScale)}`);
  }
  const limitPriceUnits = priceUnits(instrument, order.limitPrice);
  const stopPriceUnits = priceUnits(instrument, order.stopPrice);
  if (limitPriceUnits === 'bad' || stopPriceUnits === 'bad') {
    return refused('bad-price', `a price is not a positive multiple of ${formatUnits(instrument.priceTickUnits, instrument.priceScale)}`);
  }
  if (order.type === 'market' ? limitPriceUnits !== undefined : limitPriceUnits === undefined) return refused('bad-price', `a ${order.type} order ${order.type === 'market' ? 'takes no' : 'needs a'} limit price`);
  if ((order.type === 'stop-limit') !== (stopPriceUnits !== undefined)) return refused('bad-price', `a ${order.type} order ${order.type === 'stop-limit' ? 'needs a' : 'takes no'} stop price`);

  const reference = limitPriceUnits ?? marketReference(turn, order, instrument);
  if (reference === undefined) return refused('untradable-symbol', `${order.symbol} has no price yet`);
  if (notionalUnits(instrument, quantityUnits, reference) < instrument.minNotionalUnits) {
    return new Refused({ reason: 'below-minimum', minimum: formatUnits(instrument.minNotionalUnits, instrument.quoteScale) });
  }
  const worstPriceUnits = limitPriceUnits ?? cushioned(turn, order, instrument, reference);
  const sketch = { accountId: account.id, side: order.side, instrument, worstPriceUnits };
  const uncovered = coverage(turn, account, sketch, quantityUnits, instead);
  if (uncovered !== undefined) return new Refused(uncovered);
  const own = order.type === 'stop-limit' ? undefined : ownOrderMet(turn, sketch, instead);
  if (own !== undefined) return new Refused({ reason: 'self-match', existingOrderId: own.id });
  const hours = hoursOf(turn, order, instrument);
  if (hours === undefined) return refused('untradable-symbol', `${order.symbol} has no more sessions`);
  return { instrument, quantityUnits, limitPriceUnits, stopPriceUnits, worstPriceUnits, ...hours };
}

function priceUnits(instrument: Listing, text: string | undefined): bigint | undefined | 'bad' {
  if (text === undefined) return undefined;
  const units = tryParseUnits(text, instrument.priceScale);
  return units === undefined || units <= 0n || units % tickUnitsAt(instrument, units) !== 0n ? 'bad' : units;
}

/** As much as a value buys, or is sold for, at the best price there is: rounded down to whole steps, so never for more. */
function quantityFor(turn: Turn, { side }: NewDeskOrder, instrument: Listing, notional: string): string | undefined {
  const best = marketOf(turn, instrument.symbol).house.best(side === 'buy' ? 'sell' : 'buy')?.priceUnits ?? turn.state.book(instrument.symbol).against(side)[0]?.worstPriceUnits;
  const value = tryParseUnits(notional, instrument.quoteScale);
  if (best === undefined) return undefined;
  if (value === undefined || value <= 0n) return '0';
  const units = divide(value, notionalUnits(instrument, 1n, best), 'down');
  return formatUnits(units - (units % instrument.quantityStepUnits), instrument.quantityScale);
}

function marketReference(turn: Turn, order: NewDeskOrder, instrument: Listing): bigint | undefined {
  return marketOf(turn, instrument.symbol).middleUnits ?? turn.state.book(instrument.symbol).against(order.side)[0]?.worstPriceUnits;
}

/** A market order is a limit order as far from the middle as the exchange lets it go. */
function cushioned(turn: Turn, order: NewDeskOrder, instrument: Listing, reference: bigint): bigint {
  const priceTickUnits = tickUnitsAt(instrument, reference);
  const away = divide(reference * turn.rules.marketCushionPpm, pow10(6) * priceTickUnits, 'up') * priceTickUnits;
  const nearest = reference - (reference % priceTickUnits);
  if (order.side === 'buy') return nearest + away;
  return nearest > away ? nearest - away : priceTickUnits;
}

function coverage(turn: Turn, account: Account, sketch: Pick<Order, 'side' | 'instrument' | 'worstPriceUnits'>, quantityUnits: bigint, instead: Order | undefined): DeskRefusal | undefined {
  const asset = heldAsset(sketch);
  const requested = heldFor(sketch, quantityUnits);
  const scale = turn.state.scaleOf(asset);
  const freed = instead !== undefined && !isFinal(instead.state) && heldAsset(instead) === asset ? heldFor(instead, remainingUnits(instead)) : 0n;
  const available = availableUnits(account, asset) + freed;
  if (requested <= available) return undefined;
  return {
    reason: 'insufficient-balance', asset, requested: formatUnits(requested, scale), available: formatUnits(available, scale),
    balance: formatUnits(account.balances.get(asset)?.totalUnits ?? 0n, scale),
  };
}
