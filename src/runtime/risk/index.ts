/** Watches what the account is worth while a life lasts, and has what follows done. When and how often it looks; what it means is in core/valuation. */
export { Calendar } from './calendar.ts';
export { DEFAULT_RISK, riskPolicyOf } from './policy.ts';
export type { RiskSettings } from './policy.ts';
export { RiskSensor } from './sensor.ts';
