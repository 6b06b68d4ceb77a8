/** What this venue takes as an order of a pair: limit, market and stop-limit, good until cancelled or immediate, round the clock. */
import type { OrderType, TimeInForce } from '../../ports/index.ts';
import { isAbsent } from './amount.ts';
import type { Fields } from './amount.ts';
import { badParameter, unprocessable } from './answers.ts';
import { refuse } from './call.ts';
import type { Terms } from './terms.ts';

export function cryptoTerms(fields: Fields): Terms {
  const orderClass = fields['order_class'];
  if (!isAbsent(orderClass) && orderClass !== 'simple') refuse(unprocessable(`crypto orders not allowed for advanced order_class: ${String(orderClass)}`));
  if (fields['extended_hours'] === true) refuse(unprocessable('extended hours orders are not allowed for crypto'));
  const type = typeAsked(fields);
  return { type, timeInForce: timeInForceAsked(fields, type), extendedHours: false };
}

export function checkCryptoChange(fields: Fields): void {
  const timeInForce = fields['time_in_force'];
  if (!isAbsent(timeInForce) && timeInForce !== 'gtc' && timeInForce !== 'ioc') refuse(unprocessable('invalid crypto time_in_force'));
}

function typeAsked(fields: Fields): OrderType {
  const type = fields['type'];
  if (type === 'market' || type === 'limit') return type;
  return type === 'stop_limit' ? 'stop-limit' : refuse(badParameter('invalid order type for crypto order'));
}

function timeInForceAsked(fields: Fields, type: OrderType): TimeInForce {
  const word = fields['time_in_force'];
  if (isAbsent(word)) return refuse(badParameter('time_in_force is required'));
  if (word === 'gtc' || (word === 'ioc' && type !== 'stop-limit')) return word;
  return refuse(unprocessable('invalid crypto time_in_force'));
}
