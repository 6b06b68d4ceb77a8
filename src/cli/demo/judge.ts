/**
 * What the run is held to, judged from the exchange's own record and not from the runtime's words.
 *
 *   K1. Every signal answered 2xx has exactly one order at the exchange, or one refusal that is written down.
 *   K2. No order stands at the exchange that nobody asked for.
 *   K3. No intent has two orders.
 */
import { isOurs } from '../../core/index.ts';
import type { Intake } from './alerts.ts';
import type { Way } from './follow.ts';

export type ExchangeOrder = { readonly id: string; readonly clientOrderId: string };
export type Judgement = {
  readonly duplicates: number; // orders beyond the first of an intent
  readonly lost: readonly string[]; // order ids of signals that were taken and came to nothing
  readonly uncalled: readonly string[]; // exchange orders of our form that no intake explains
};

/** @param ways every order of the journal, of this run and of earlier ones */
export function judge(intakes: readonly Intake[], ways: ReadonlyMap<string, Way>, orders: readonly ExchangeOrder[]): Judgement {
  const perIntent = new Map<string, number>();
  const uncalled: string[] = [];
  for (const { id, clientOrderId } of orders) {
    if (!isOurs(clientOrderId)) continue;
    const intent = intentOf(clientOrderId);
    perIntent.set(intent, (perIntent.get(intent) ?? 0) + 1);
    if (!ways.has(intent)) uncalled.push(id); // K2
  }
  const duplicates = [...perIntent.values()].reduce((sum, count) => sum + count - 1, 0); // K3
  const lost = intakes.flatMap(({ orderId, outcome }) => {
    if (orderId === undefined || (outcome !== 'order' && outcome !== 'blocked')) return [];
    if (perIntent.has(orderId)) return [];
    const last = ways.get(orderId)?.phases.at(-1);
    return last === 'blocked' || last === 'rejected' || last === 'abandoned' ? [] : [orderId]; // K1
  });
  return { duplicates, lost, uncalled };
}

const intentOf = (clientOrderId: string): string => /[0-9a-f]{20}/.exec(clientOrderId)?.[0] ?? clientOrderId;
