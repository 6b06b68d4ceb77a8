/**
 * What the account is worth, what it lost, and how near it is to its limits.
 *
 * Gain and loss are differences of the whole account's worth, so that fees, funding and currencies cannot be forgotten; what was
 * realised, and what fees took, explains them. Money from outside is neither. What a limit rests on is a fold of the journal; prices
 * are samples. Owns no price, no order and no breaker: it says when one is to be tripped.
 *
 * Invariants: V1 to V3 in lots.ts, V4 and V5 in view.ts, R1 to R3 in rates.ts, W1 and W2 in worth.ts, E1 and E2 in level.ts,
 * S1 in steady.ts, S2 to S4 in swings.ts, O1 to O3 in watch.ts.
 */
export { riskFacts } from './facts.ts';
export type { RiskPolicy } from './facts.ts';
export { afterTrip } from './after-trip.ts';
export { limitScalePpm, overallLevel } from './level.ts';
export { convert, CrossRates } from './rates.ts';
export type { CrossRate, CrossReading } from './rates.ts';
export { riskFactsOf, riskSetBy } from './record.ts';
export { ACCOUNT_SCALE, accountOf, emptyValuation, evolveRisk, evolveTrades, forgetRounds } from './view.ts';
export type { Account, Day, LevelOf, RiskFact, RiskLevel, Round, Tally, Valuation } from './view.ts';
export { LOSS, RiskWatch, STREAK } from './watch.ts';
export type { BreakerReset, BreakerTrip, CalendarDay, Findings, Look, RiskSeen, AccountStanding, TrippedBreaker } from './watch.ts';
export { worthOf } from './worth.ts';
export type { Flow, Worth } from './worth.ts';
