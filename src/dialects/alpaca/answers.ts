/**
 * The venue's answers and its table of errors: a status, a code and a text each. A success never carries a top-level
 * `message`, because some clients take that word for a failure whatever the status says.
 */
import type { DeskRefusal, ServedAnswer } from '../../ports/index.ts';
import { unreachable } from '../../base/index.ts';
import { subtract } from './decimal.ts';
import { isStock } from './symbols.ts';

export type Answer = { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const many = (body: readonly unknown[]): Answer => ({ status: 207, body });
export const nothing: Answer = { status: 204 };

const error = (status: number, code: number, message: string, extra: Readonly<Record<string, unknown>> = {}): Answer => ({ status, body: { code, message, ...extra } });

export const unauthorized = error(401, 40110000, 'request is not authorized');
export const internal = error(500, 50010000, 'internal server error occurred');
export const noEndpoint = error(404, 40410000, 'endpoint not found.');
export const badBody = error(400, 40010000, 'request body format is invalid');
export const duplicateId = error(422, 40010001, 'client_order_id must be unique');
export const notCancelable = error(422, 42210000, 'order is not cancelable');
export const noPosition = error(404, 40410000, 'position does not exist');
export const rateLimited = (retryAfterS: number): Answer => ({ ...error(429, 42910000, 'rate limit exceeded'), headers: { 'retry-after': String(retryAfterS) } });
export const noOrder = (id: string): Answer => error(404, 40410000, `order not found for ${id}`);
export const noAsset = (symbol: string): Answer => error(404, 40410000, `asset not found for ${symbol}`);
export const badParameter = (message: string): Answer => error(422, 40010001, message);
export const unprocessable = (message: string): Answer => error(422, 42210000, message);
export const forbidden = (message: string, extra: Readonly<Record<string, unknown>> = {}): Answer => error(403, 40310000, message, extra);
/** Market data has errors of another shape: no code of its own, the status in the text. */
export const badData = (message: string): Answer => ({ status: 400, body: { message } });
export const badSymbols = (symbols: string, pattern: string): Answer => badData(`code=400, message=Invalid symbol(s): ${symbols} does not match ${pattern.replaceAll('\\/', '/')}`);

/** The desk said no to an order: in this venue's words. */
/** @param held of a stock that was to be sold: what else there is to say of the position */
export function refusalOf(refusal: DeskRefusal, symbol: string, held?: readonly string[]): Answer {
  switch (refusal.reason) {
    case 'duplicate-client-order-id': return duplicateId;
    case 'insufficient-balance': {
      const { asset, requested, available, balance } = refusal;
      if (isStock(symbol) && asset !== symbol) return forbidden('insufficient buying power', { buying_power: available, cost_basis: requested });
      if (isStock(symbol)) {
        const extra = { available, existing_qty: balance, held_for_orders: subtract(balance, available), related_orders: held ?? [], symbol };
        return forbidden(`insufficient qty available for order (requested: ${requested}, available: ${available})`, extra);
      }
      return forbidden(`insufficient balance for ${asset} (requested: ${requested}, available: ${available})`, { available, balance, symbol: asset });
    }
    case 'below-minimum': return forbidden(`cost basis must be >= minimal amount of order ${refusal.minimum}`);
    case 'unknown-symbol': return unprocessable(`asset "${symbol}" not found`);
    case 'untradable-symbol': return unprocessable(`asset ${symbol} is not active`);
    case 'bad-price':
    case 'bad-quantity':
    case 'bad-type': return unprocessable(refusal.message);
    case 'self-match': return forbidden('potential wash trade detected. use complex orders', { existing_order_id: refusal.existingOrderId, reject_reason: 'opposite side limit order exists' });
    case 'account-blocked': return forbidden('new orders are rejected by user request');
    default: return unreachable(refusal);
  }
}

/** A refusal by its status and, where it has one, its code: "422 40010001". */
export function reasonOfRefusal({ status, body }: Answer): string {
  const code = typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'number' ? ` ${body.code}` : '';
  return `${status}${code}`;
}

/** As it leaves: JSON, or nothing at all. */
export function served(answer: Answer, headers: Readonly<Record<string, string>>): ServedAnswer {
  const all = { ...headers, ...answer.headers };
  if (answer.body === undefined) return { kind: 'answer', status: answer.status, headers: all, body: '' };
  return { kind: 'answer', status: answer.status, headers: { ...all, 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(answer.body) };
}
