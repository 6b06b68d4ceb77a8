/**
 * What a venue still allows: limits in several windows, who has leased how much of them, and what the venue itself says of it.
 *
 * Time is an argument everywhere; who keeps the state so that it outlives a process, and who waits for what, is not known here.
 */
export { toldByHeaders } from './headers.ts';
export { amountsOf, BudgetPolicyError, budgetPolicyOf, reserveOf } from './policy.ts';
export type { BudgetPolicy, BudgetWindow, Cost } from './policy.ts';
export { emptyQuota, quotaOf } from './quota-state.ts';
export type { QuotaState, Urgency } from './quota-state.ts';
export { Quota } from './quota.ts';
export type { Demand, Proposal } from './quota.ts';
export type { Told, ToldWindow } from './told.ts';
export type { WindowFigures } from './window-quota.ts';
