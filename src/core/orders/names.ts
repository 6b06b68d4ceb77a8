/**
 * Names that are the same for ever: an order is named after its intent, and what the venue is told after order and attempt.
 *
 *   N1. The same intent key gives the same order id and, for the same attempt, the same client order id, in every process and epoch.
 */
import { invariant } from '../../base/index.ts';
import { sha256Hex } from '../../journal/index.ts';
import type { Capabilities } from '../market/index.ts';

export const orderIdOf = (key: string): string => sha256Hex(`order ${key}`).slice(0, 20);

/**
 * The client order id of an attempt, inside the venue's length and alphabet.
 *
 * Where the venue refuses a name for ever (or gives the first order back), every attempt keeps the first name: should a
 * request that was proven lost arrive after all, the venue itself refuses the second one.
 */
export function clientOrderIdFor(orderId: string, attempt: number, capabilities: Capabilities): string {
  const kept = capabilities.orderIds === 'unique-forever' || capabilities.orderIds === 'returns-original';
  const parts = ['bw', orderId, String(kept ? 1 : attempt)];
  const dashed = parts.join('-');
  const dashes = dashed.length <= capabilities.clientOrderIdMaxLength && new RegExp(`^[${capabilities.clientOrderIdAlphabet}]$`).test('-');
  const name = dashes ? dashed : parts.join('');
  invariant(name.length <= capabilities.clientOrderIdMaxLength, `a client order id fits into ${capabilities.clientOrderIdMaxLength} characters`);
  return name;
}

/** Whether a client order id has the form that this software gives. */
export const isOurs = (clientOrderId: string): boolean => /^bw-?[0-9a-f]{20}-?\d+$/.test(clientOrderId);
