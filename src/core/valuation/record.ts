/** What a look found, as facts. */
import { canonicalText } from '../../base/index.ts';
import { sha256Hex } from '../../journal/index.ts';
import type { World } from '../world.ts';
import type { RiskPolicy } from './facts.ts';
import { accountOf } from './view.ts';
import type { RiskFact } from './view.ts';
import type { RiskSeen } from './watch.ts';

/** The facts that a policy gives: none where it is in force already. */
export function riskSetBy(world: World, policy: RiskPolicy, by: string): RiskFact[] {
  const hash = sha256Hex(canonicalText(policy));
  return accountOf(world.valuation)?.hash === hash ? [] : [{ type: 'risk.set', policy, by, hash }];
}

export function riskFactsOf({ worth, flows, day, mark, steps }: RiskSeen): RiskFact[] {
  return [
    ...(worth === undefined ? [] : [worth.kind === 'valued' ? { type: 'risk.valued' as const, unvaluedMs: worth.unvaluedMs } : { type: 'risk.unvalued' as const, reason: worth.reason }]),
    ...flows.map((flow) => ({ type: 'risk.flowed' as const, ...flow })),
    ...(day === undefined ? [] : [{ type: 'risk.day-begun' as const, ...day }]),
    ...(mark === undefined ? [] : [{ type: 'risk.marked' as const, ...mark }]),
    ...steps.map((step) => ({ type: 'risk.level-changed' as const, ...step })),
  ];
}
