/**
 * Whether an order that works at a venue may become another one: in size, in price, or both.
 *
 *   N1. A replacement is judged as a new order, by every control, as if what it replaces were not there.
 *   N2. What the order replaced has open, may spend, and was counted as is taken off first, and nothing else. What of it is filled stays held.
 *   N3. A refusal is an answer and no fact: the order stays as it is.
 *
 * While a replacement is under way either of the two may be what the venue has: until there is evidence the larger one counts, per side.
 */
import { larger } from '../../base/index.ts';
import { judge } from '../limits/index.ts';
import type { Judgement, Verdict } from '../limits/index.ts';
import { instrumentAt } from '../market/index.ts';
import type { Prices } from '../market/index.ts';
import { isFinal, openUnits } from '../orders/index.ts';
import type { Order } from '../orders/index.ts';
import type { World } from '../world.ts';
import { areBooksFresh, shutFor, waitsForTimer } from './admission.ts';
import { openCircuitFor } from './circuits.ts';
import { caseOf } from './surroundings.ts';

/** What is asked to be another; `quantityUnits` is the whole of the order, with what is filled; `source` who asks, where it is somebody else. */
export type Replacement = { readonly source?: string; readonly quantityUnits?: bigint; readonly limitPriceUnits?: bigint; readonly stopPriceUnits?: bigint };
/** `worst`: what counts until the venue has told which of the two it has. */
export type ReplacementJudgement = Judgement & { readonly worst: { readonly openUnits: bigint } };

export function judgeReplacement(world: World, prices: Prices, replaced: Order, changes: Replacement, nowMs: number): ReplacementJudgement {
  const { quantityUnits: wholeUnits = replaced.quantityUnits, ...priced } = changes;
  const order: Order = { ...replaced, ...priced, quantityUnits: wholeUnits - replaced.filledUnits, filledUnits: 0n };
  const worst = { openUnits: larger(order.quantityUnits, openUnits(replaced)) };
  const refused = (verdict: Verdict): ReplacementJudgement => ({ kind: 'refused', verdict, others: [], observed: [], worst }); // N3
  const instrument = instrumentAt(world.market, order.venue, order.symbol);
  if (isFinal(replaced.phase) || replaced.phase === 'ended' || replaced.cancelSeq > 0 || instrument === undefined) {
    return refused({ control: 'instrument', code: 'BW-3004', limit: 'an order that stands', observed: `${replaced.id} is ${replaced.cancelSeq > 0 ? 'being cancelled' : replaced.phase}`, wouldPass: 'a new order' });
  }
  const shut = shutFor(world, order);
  if (shut !== undefined) return refused(shut);
  const circuit = openCircuitFor(world, { ...order, phase: 'intended' }, nowMs);
  if (circuit !== undefined) return refused(circuit.verdict); // nothing is cancelled for an order that could not leave
  if (waitsForTimer(world, order)) return refused({ control: 'venue', code: 'BW-3123', limit: 'a dead-man timer that is set', observed: `that of ${order.venue} is not`, wouldPass: 'the same once it is set' });
  if (!areBooksFresh(world, order.venue, instrument, nowMs)) return refused({ control: 'books', code: 'BW-3103', limit: 'books that were compared lately', observed: `${order.venue} was not, or not lately`, wouldPass: 'the same after a reconciliation' });
  const price = prices.price(order.venue, order.symbol, nowMs);
  return { ...judge(caseOf(world, prices, order, instrument, price, nowMs, replaced)), worst }; // N1
}
