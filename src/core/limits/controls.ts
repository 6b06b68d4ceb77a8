/**
 * Asks every control about a proposed order: yes, or no with the limit, what was found and what would have passed.
 *
 *   P1. A limit that is not configured blocks. It never means "unlimited". That there is none must be written.
 *   P2. Exposure is counted in its worst case: what is filled, what is open, and what is unknown, all of it.
 *   P3. A price that is missing or too old is no price.
 *   P4. Every control is asked about every order. The first no is the answer; the others stand beside it, so that mending one
 *       does not only uncover the next.
 *   P5. A control that only observes says what it would have said, and blocks nothing. So does one that two people have opened for this order.
 */
import type { Case, Rule, Verdict } from './case.ts';
import { rules } from './rules/index.ts';
import { isOpened } from './overriding.ts';
import { sizesOf } from './sizes.ts';

export type Approval = {
  readonly worstPriceUnits: bigint; // the price assumed for value and reservation
  readonly reserveAsset: string;
  readonly reserveUnits: bigint;
  readonly reference: { readonly priceUnits: bigint; readonly source: string; readonly ageMs: number };
};

/** `observed`: what controls that only observe would have said; `passed`: what those said that are opened for this order. */
export type Judgement =
  | { readonly kind: 'approved'; readonly approval: Approval; readonly observed: readonly Verdict[]; readonly passed: readonly Verdict[] }
  | { readonly kind: 'refused'; readonly verdict: Verdict; readonly others: readonly Verdict[]; readonly observed: readonly Verdict[] };

export function judge(about: Case, asked: readonly Rule[] = rules): Judgement {
  const sizes = sizesOf(about.sizes === undefined ? about : { ...about, sizes: undefined });
  const given = { ...about, sizes };
  const observes = given.limits?.observe;
  const against: Verdict[] = [];
  const observed: Verdict[] = [];
  const passed: Verdict[] = [];
  for (const rule of asked) {
    const verdict = rule.judge(given);
    if (verdict === undefined) continue;
    if (observes !== undefined && (observes.includes('all') || observes.includes(rule.control))) observed.push(verdict); // P5
    else if (isOpened(given.opened, verdict)) passed.push(verdict);
    else against.push(verdict);
  }
  const [verdict, ...others] = against;
  if (verdict !== undefined) return { kind: 'refused', verdict, others, observed }; // P4
  const { price, proposal: { instrument, side, quantityUnits }, nowMs } = given;
  if (sizes === undefined || price === undefined) { // whatever only observes: without a price nobody knows what to reserve
    return { kind: 'refused', verdict: { control: 'price-age', code: 'BW-3010', limit: 'a price', observed: `no price of ${instrument.symbol} has been seen`, wouldPass: 'an order once a price is known' }, others: [], observed };
  }
  const [reserveAsset, reserveUnits] = side === 'buy' ? [instrument.quote, sizes.valueUnits] : [instrument.base, quantityUnits];
  return {
    kind: 'approved', observed, passed,
    approval: { worstPriceUnits: sizes.worstPriceUnits, reserveAsset, reserveUnits, reference: { priceUnits: sizes.referenceUnits, source: price.source, ageMs: nowMs - price.seenAtMs } },
  };
}
