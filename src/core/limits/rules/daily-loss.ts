/** That somebody has said how much may be lost in a day. The loss itself is watched elsewhere, and trips a breaker; without a limit there would be none to trip. */
import type { Rule } from '../case.ts';
import { isWaived, refusal } from '../words.ts';

export const dailyLoss: Rule = {
  control: 'daily-loss',
  title: 'that the loss of a day has a limit',
  judge(given) {
    if (given.lossLimited || isWaived(given, 'risk.maxDailyLoss')) return undefined;
    return refusal('daily-loss', 'BW-3001', 'not configured', 'risk.maxDailyLoss names no limit, or nothing says in which currency the account is valued', 'nothing, until risk.maxDailyLoss is configured');
  },
};
