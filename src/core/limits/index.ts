/**
 * How much is allowed. Pure rules over a proposed order and what stands around it, one file for each control, and one list of them.
 *
 * Owns the rules, the limits in force, and what the controls remember of what left. Does not own the gate, the order, the price or
 * the valuation: rates and totals are handed in.
 * Invariants: P1 to P5 in controls.ts, H1 to H3 in tightness.ts, A1 and A2 in changing.ts, O1 to O5 in offering.ts, E1 to E4 in overriding.ts, J1 to J3 in rejecting.ts, R1 and R2 in reducing.ts, G1 and G2 in scale.ts, V1 and V2 in view.ts, X1 and X2 in rates.ts.
 */
export { agreedOf, emptyChanges, evolveChanges, heldOf, temporaryOf } from './changing.ts';
export type { Agreement, ChangeFact, Changes, HeldChange, Temporary } from './changing.ts';
export { isSamePerson } from './people.ts';
export { reject } from './rejecting.ts';
export type { Rejecting } from './rejecting.ts';
export { approve, expire, nextEndOf, offer } from './offering.ts';
export type { Approving, Offer } from './offering.ts';
export { askOverride, grantOverride, overridable, overridesFor } from './overriding.ts';
export type { AskOverride, GrantOverride, Override } from './overriding.ts';
export { limitsFor } from './texts.ts';
export type { LimitTexts } from './texts.ts';
export { changesBetween, tightest } from './tightness.ts';
export type { LimitChange } from './tightness.ts';
export { limitFacts } from './facts.ts';
export type { Limits } from './facts.ts';
export { judge } from './controls.ts';
export type { Scale } from './scale.ts';
export type { Approval, Judgement } from './controls.ts';
export { rules } from './rules/index.ts';
export { repeatedTooOften } from './rules/repeats.ts';
export type { Asker, Case, Proposal, Rule as ControlRule, Sent, Standing, Sums, Total, Verdict } from './case.ts';
export { reducesOnly, reducibleUnits } from './reducing.ts';
export { VALUE_SCALE, converted, noRates } from './rates.ts';
export type { Converted, Rate, Rates } from './rates.ts';
export { LONGEST_WINDOW_MS, MOST_COUNTED, emptyControls, evolveControls, placeOf } from './view.ts';
export type { Controls, LimitFact, SentOrder, Streak, Throttle } from './view.ts';
