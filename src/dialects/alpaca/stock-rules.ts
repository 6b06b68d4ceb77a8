/**
 * What this venue takes as an order of a stock: which types and times go together, in which steps prices go, when a share may
 * be divided, and what may be dealt outside the regular hours. The hours themselves are the desk's.
 */
import type { DeskInstrument, OrderType, TimeInForce } from '../../ports/index.ts';
import { amount, isAbsent } from './amount.ts';
import type { Fields } from './amount.ts';
import { badParameter, forbidden, unprocessable } from './answers.ts';
import { refuse } from './call.ts';
import { atLeast, multiply, rounded } from './decimal.ts';
import type { Terms } from './terms.ts';

const [leastValue, steepFrom, steep, gentle] = ['1', '50', '1.04', '1.025'];
const timesInForce: readonly TimeInForce[] = ['day', 'gtc', 'ioc', 'fok'];

export function stockTerms(fields: Fields, { symbol, stock }: DeskInstrument): Terms {
  const orderClass = fields['order_class'];
  // A desk has no orders that wait for others: a bracket that is taken and not kept would be worse than none.
  if (!isAbsent(orderClass) && orderClass !== 'simple') refuse(unprocessable(`order_class ${String(orderClass)} is not supported here`));
  checkPrices(fields);
  const timeInForce = timeInForceAsked(fields);
  const terms = { ...typeAsked(fields), timeInForce, extendedHours: fields['extended_hours'] === true };
  if (terms.extendedHours && (terms.type !== 'limit' || timeInForce !== 'day')) refuse(badParameter('only type="limit" is allowed for extended hours orders'));
  checkQuantity(fields, symbol, stock?.isFractionable === true, terms);
  return terms;
}

/** A change keeps to the steps of prices; a share that was whole stays so. */
export function checkStockChange(fields: Fields, timeInForce: TimeInForce): void {
  checkPrices(fields);
  const word = fields['time_in_force'];
  if (!isAbsent(word) && word !== timeInForce) refuse(unprocessable('changing time_in_force is not supported here'));
  const quantity = amount(fields, 'qty');
  if (quantity !== undefined && !isWhole(quantity)) refuse(unprocessable('qty must be integer'));
}

/** A dollar or more goes by cents, less by hundredths of them. */
function checkPrices(fields: Fields): void {
  for (const name of ['limit_price', 'stop_price']) {
    const price = amount(fields, name);
    if (price === undefined || rounded(price, atLeast(price, '1') ? 2 : 4, 'down') === price) continue;
    refuse(unprocessable(`invalid ${name} ${price}. sub-penny increment does not fulfill minimum pricing criteria`));
  }
}

function checkQuantity(fields: Fields, symbol: string, isFractionable: boolean, { type, timeInForce }: Pick<Terms, 'type' | 'timeInForce'>): void {
  const [notional, quantity] = [amount(fields, 'notional'), amount(fields, 'qty')];
  const isFraction = quantity !== undefined && !isWhole(quantity);
  if (notional === undefined && !isFraction) return;
  if (!isFractionable) refuse(forbidden(`asset "${symbol}" is not fractionable`));
  if (timeInForce !== 'day') refuse(unprocessable('fractional orders must be DAY orders'));
  if (notional === undefined) return;
  if (type !== 'market') refuse(unprocessable('notional orders must be market orders'));
  if (!atLeast(notional, leastValue)) refuse(forbidden(`cost basis must be >= minimal amount of order ${leastValue}`));
}

const isWhole = (quantity: string): boolean => rounded(quantity, 0, 'down') === quantity;

function typeAsked(fields: Fields): { readonly type: OrderType; readonly limitPrice?: string } {
  switch (fields['type']) {
    case 'market': return { type: 'market' };
    case 'limit': return { type: 'limit' };
    case 'stop_limit': return { type: 'stop-limit' };
    case 'stop': return { type: 'stop-limit', limitPrice: reach(fields) };
    case 'trailing_stop': return refuse(unprocessable('trailing_stop orders are not supported here'));
    default: return refuse(badParameter('invalid order type'));
  }
}

/** A stop to buy goes on as a limit order a little above its stop, in whole cents. */
function reach(fields: Fields): string {
  // A stop to sell would have to take any price, and a desk has no order that does so later.
  if (fields['side'] !== 'buy') refuse(unprocessable('stop orders to sell are not supported here; use stop_limit'));
  const stop = amount(fields, 'stop_price') ?? refuse(badParameter('stop orders require a stop price'));
  return rounded(multiply(stop, atLeast(stop, steepFrom) ? gentle : steep), 2, 'up');
}

function timeInForceAsked(fields: Fields): TimeInForce {
  const word = fields['time_in_force'];
  if (isAbsent(word)) return refuse(badParameter('time_in_force is required'));
  if (word === 'opg' || word === 'cls') return refuse(unprocessable(`time_in_force ${word} is not supported here`));
  return timesInForce.find((known) => known === word) ?? refuse(badParameter('invalid time_in_force'));
}
