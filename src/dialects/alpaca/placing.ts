/** New orders and their changes: what a body asks for, what the venue refuses to take, what the desk says to the rest. */
import type { Instrument, Side } from '../../base/index.ts';
import type { Desk, NewDeskOrder, OrderType, TimeInForce } from '../../ports/index.ts';
import { badParameter, noOrder, ok, refusalOf, unprocessable } from './answers.ts';
import type { Answer } from './answers.ts';
import { fieldsOf, refuse } from './call.ts';
import type { Call } from './call.ts';
import { plain, sign } from './decimal.ts';
import { statusOf, takenBody } from './order.ts';
import { instrumentOf } from './symbols.ts';
import { isUuid } from './uuid.ts';

type Fields = Readonly<Record<string, unknown>>;
const longestClientId = 128;

export async function createOrder(call: Call): Promise<Answer> {
  return place(call, newOrder(call.desk, fieldsOf(call.request)));
}

export async function place({ desk, accountId }: Call, order: NewDeskOrder): Promise<Answer> {
  const result = await desk.place(accountId, order);
  return result.kind === 'refused' ? refusalOf(result.refusal, order.symbol) : ok(takenBody(result.order));
}

export async function replaceOrder({ desk, accountId, request, parts: [id = ''] }: Call): Promise<Answer> {
  if (!isUuid(id)) return badParameter('order_id is malformed');
  const fields = fieldsOf(request);
  const timeInForce = fields['time_in_force'];
  if (!isAbsent(timeInForce) && timeInForce !== 'gtc' && timeInForce !== 'ioc') return unprocessable('invalid crypto time_in_force');
  const [quantity, limitPrice, stopPrice, clientOrderId] = [amount(fields, 'qty'), amount(fields, 'limit_price'), amount(fields, 'stop_price'), clientIdOf(fields)];
  const result = await desk.replace(accountId, id, {
    ...(quantity === undefined ? {} : { quantity }),
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    ...(clientOrderId === undefined ? {} : { clientOrderId }),
  });
  switch (result.kind) {
    case 'replaced': return ok(takenBody(result.order));
    case 'not-found': return noOrder(id);
    case 'not-replaceable': return unprocessable(`order is already in "${statusOf(result.state)}" state`);
    case 'refused': return refusalOf(result.refusal, desk.order(accountId, id)?.symbol ?? '');
  }
}

function newOrder(desk: Desk, fields: Fields): NewDeskOrder {
  const instrument = instrumentAsked(desk, fields);
  const quantity = quantityAsked(fields);
  const side = sideAsked(fields);
  const type = typeAsked(fields);
  const timeInForce = timeInForceAsked(fields, type);
  const [limitPrice, stopPrice] = [amount(fields, 'limit_price'), amount(fields, 'stop_price')];
  if (type === 'market' && limitPrice !== undefined) refuse(badParameter('market orders require no limit price'));
  if (type !== 'market' && limitPrice === undefined) refuse(badParameter(`${type === 'limit' ? 'limit' : 'stop limit'} orders require a limit price`));
  if (type === 'stop-limit' && stopPrice === undefined) refuse(badParameter('stop limit orders require a stop price'));
  if (type !== 'stop-limit' && stopPrice !== undefined) refuse(badParameter(`${type} orders require no stop price`));
  return { clientOrderId: clientIdOf(fields), symbol: instrument.symbol, side, type, timeInForce, quantity, limitPrice, stopPrice };
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

function instrumentAsked(desk: Desk, fields: Fields): Instrument {
  const symbol = fields['symbol'];
  if (typeof symbol !== 'string' || symbol === '') return refuse(badParameter('symbol is required'));
  return instrumentOf(desk, symbol) ?? refuse(unprocessable(`asset "${symbol}" not found`));
}

function quantityAsked(fields: Fields): string {
  const orderClass = fields['order_class'];
  if (!isAbsent(orderClass) && orderClass !== 'simple') refuse(unprocessable(`crypto orders not allowed for advanced order_class: ${String(orderClass)}`));
  if (fields['extended_hours'] === true) refuse(unprocessable('extended hours orders are not allowed for crypto'));
  if (!isAbsent(fields['notional'])) {
    if (!isAbsent(fields['qty'])) refuse(badParameter('only one of qty or notional is accepted'));
    // A desk counts in quantities: it has no order by value to keep such a promise with.
    refuse(unprocessable('notional orders are not supported here; give qty'));
  }
  return amount(fields, 'qty') ?? refuse(badParameter('qty or notional is required'));
}

function sideAsked(fields: Fields): Side {
  const side = fields['side'];
  return side === 'buy' || side === 'sell' ? side : refuse(badParameter('invalid side'));
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

/** A number above zero, as text or as a JSON number; undefined where it is not given. */
function amount(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (isAbsent(value)) return undefined;
  const text = typeof value === 'string' || typeof value === 'number' ? plain(String(value)) : undefined;
  if (text === undefined) return refuse(badParameter(`invalid ${name}`));
  return sign(text) > 0 ? text : refuse(badParameter(`${name} must be > 0`));
}

function clientIdOf(fields: Fields): string | undefined {
  const value = fields['client_order_id'];
  if (isAbsent(value)) return undefined;
  if (typeof value !== 'string') return refuse(badParameter('client_order_id must be a string'));
  return value.length <= longestClientId ? value : refuse(badParameter(`client_order_id must be no more than ${longestClientId} characters`));
}
