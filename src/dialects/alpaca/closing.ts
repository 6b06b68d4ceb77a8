/** Positions closed at the market. The closing order's client id is the desk's own: no intent can be found by it. */
import type { DeskRefusal } from '../../ports/index.ts';
import { badParameter, many, noPosition, refusalOf } from './answers.ts';
import type { Answer } from './answers.ts';
import { refuse } from './call.ts';
import type { Call } from './call.ts';
import { atLeast, multiply, plain, rounded, sign, subtract } from './decimal.ts';
import { holdingAsked, holdings } from './holdings.ts';
import { cancelOrders } from './orders.ts';
import { ordersHolding, place } from './placing.ts';
import { instrumentOf, isStock, joined } from './symbols.ts';

const percentDecimals = 9;

export async function closePosition(call: Call): Promise<Answer> {
  const holding = holdingAsked(call);
  return holding === undefined ? noPosition : sell(call, holding.symbol, portion(call, holding.total), subtract(holding.total, holding.held));
}

export async function closePositions(call: Call): Promise<Answer> {
  if (call.request.query.get('cancel_orders') === 'true') await cancelOrders(call);
  const lines: unknown[] = [];
  for (const { symbol, total, held } of holdings(call.desk, call.desk.account(call.accountId))) {
    const { status, body } = await sell(call, symbol, total, subtract(total, held));
    lines.push({ symbol: joined(symbol), status, body });
  }
  return many(lines);
}

async function sell(call: Call, symbol: string, quantity: string, available: string): Promise<Answer> {
  if (!atLeast(available, quantity)) {
    const asset = instrumentOf(call.desk, symbol)?.base ?? symbol;
    const short: DeskRefusal = { reason: 'insufficient-balance', asset, requested: quantity, available, balance: quantity };
    return refusalOf(short, symbol, ordersHolding(call, symbol));
  }
  const timeInForce = isStock(symbol) ? 'day' : 'gtc';
  return place(call, { clientOrderId: undefined, symbol, side: 'sell', type: 'market', timeInForce, quantity, limitPrice: undefined, stopPrice: undefined });
}

function portion({ request: { query } }: Call, total: string): string {
  const [quantity, percentage] = [query.get('qty'), query.get('percentage')];
  if (quantity !== null && percentage !== null) return refuse(badParameter('only one of qty or percentage is accepted'));
  if (quantity !== null) return positive(quantity, 'qty');
  if (percentage === null) return total;
  const percent = positive(percentage, 'percentage');
  return atLeast('100', percent) ? rounded(multiply(multiply(total, percent), '0.01'), percentDecimals, 'down') : refuse(badParameter('percentage must be <= 100'));
}

function positive(text: string, name: string): string {
  const number = plain(text);
  return number !== undefined && sign(number) > 0 ? number : refuse(badParameter(`invalid ${name}`));
}
