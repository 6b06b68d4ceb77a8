/** New orders and their changes: what a body asks for, what the venue refuses to take, what the desk says to the rest. */
import type { Side } from '../../base/index.ts';
import type { Desk, DeskInstrument, NewDeskOrder } from '../../ports/index.ts';
import { amount, clientIdOf } from './amount.ts';
import type { Fields } from './amount.ts';
import { badParameter, noOrder, ok, refusalOf, unprocessable } from './answers.ts';
import type { Answer } from './answers.ts';
import { fieldsOf, refuse } from './call.ts';
import type { Call } from './call.ts';
import { checkCryptoChange, cryptoTerms } from './crypto-rules.ts';
import { isFinal, statusOf, takenBody } from './order.ts';
import { checkStockChange, stockTerms } from './stock-rules.ts';
import { instrumentOf, isStock } from './symbols.ts';
import { isUuid } from './uuid.ts';

export async function createOrder(call: Call): Promise<Answer> {
  return place(call, newOrder(call.desk, fieldsOf(call.request)));
}

export async function place(call: Call, order: NewDeskOrder): Promise<Answer> {
  const result = await call.desk.place(call.accountId, order);
  return result.kind === 'refused' ? refusalOf(result.refusal, order.symbol, ordersHolding(call, order.symbol)) : ok(takenBody(result.order));
}

/** The open orders that keep a holding from being sold otherwise. */
export const ordersHolding = ({ desk, accountId }: Call, symbol: string): readonly string[] =>
  isStock(symbol) ? desk.orders(accountId).filter((order) => order.symbol === symbol && order.side === 'sell' && !isFinal(order.state)).map(({ id }) => id) : [];

export async function replaceOrder(call: Call): Promise<Answer> {
  const { desk, accountId, request, parts: [id = ''] } = call;
  if (!isUuid(id)) return badParameter('order_id is malformed');
  const fields = fieldsOf(request);
  const old = desk.order(accountId, id);
  if (old === undefined) return noOrder(id);
  if (old.notional !== undefined) return unprocessable('notional orders cannot be replaced');
  if (isStock(old.symbol)) checkStockChange(fields, old.timeInForce);
  else checkCryptoChange(fields);
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
    case 'refused': return refusalOf(result.refusal, old.symbol, ordersHolding(call, old.symbol));
  }
}

function newOrder(desk: Desk, fields: Fields): NewDeskOrder {
  const instrument = instrumentAsked(desk, fields);
  const size = sizeAsked(fields);
  const side = sideAsked(fields);
  const terms = instrument.stock === undefined ? cryptoTerms(fields) : stockTerms(fields, instrument);
  const { type, timeInForce, extendedHours } = terms;
  const [limitPrice, stopPrice] = [terms.limitPrice ?? amount(fields, 'limit_price'), amount(fields, 'stop_price')];
  if (type === 'market' && limitPrice !== undefined) refuse(badParameter('market orders require no limit price'));
  if (type !== 'market' && limitPrice === undefined) refuse(badParameter(`${type === 'limit' ? 'limit' : 'stop limit'} orders require a limit price`));
  if (type === 'stop-limit' && stopPrice === undefined) refuse(badParameter('stop limit orders require a stop price'));
  if (type !== 'stop-limit' && stopPrice !== undefined) refuse(badParameter(`${type} orders require no stop price`));
  if (size.notional !== undefined && type !== 'market') refuse(unprocessable('notional orders must be market orders'));
  return { clientOrderId: clientIdOf(fields), symbol: instrument.symbol, side, type, timeInForce, ...size, limitPrice, stopPrice, ...(extendedHours ? { extendedHours } : {}) };
}

function instrumentAsked(desk: Desk, fields: Fields): DeskInstrument {
  const symbol = fields['symbol'];
  if (typeof symbol !== 'string' || symbol === '') return refuse(badParameter('symbol is required'));
  return instrumentOf(desk, symbol) ?? refuse(unprocessable(`asset "${symbol}" not found`));
}

/** So much of the asset, or as much of it as so much money is worth. */
function sizeAsked(fields: Fields): Pick<NewDeskOrder, 'quantity' | 'notional'> {
  const [quantity, notional] = [amount(fields, 'qty'), amount(fields, 'notional')];
  if (notional === undefined) return { quantity: quantity ?? refuse(badParameter('qty or notional is required')) };
  return quantity === undefined ? { quantity, notional } : refuse(badParameter('only one of qty or notional is accepted'));
}

function sideAsked(fields: Fields): Side {
  const side = fields['side'];
  return side === 'buy' || side === 'sell' ? side : refuse(badParameter('invalid side'));
}
