/**
 * Limits that are offered, approved or over, and what is in force because of them.
 *
 *   E1. What is agreed is in force in the turn that agrees on it, in the units of the instruments that are known.
 *   E2. Whatever an order is judged by has not ended by then.
 */
import { canonicalText, parseUnitsRounded } from '../base/index.ts';
import { sha256Hex } from '../journal/index.ts';
import type { WrittenFact } from './events.ts';
import { agreedOf, approve, askOverride, expire, grantOverride, limitsFor, nextEndOf, offer, reject } from './limits/index.ts';
import type { Approving, AskOverride, GrantOverride, Offer, Rejecting } from './limits/index.ts';
import { ACCOUNT_SCALE, accountOf, riskSetBy } from './valuation/index.ts';
import type { RiskPolicy } from './valuation/index.ts';
import type { World } from './world.ts';

export type AgreementInput =
  | ({ readonly kind: 'offer-limits' } & Offer)
  | ({ readonly kind: 'approve-limits' } & Approving)
  | ({ readonly kind: 'reject-limits' } & Rejecting)
  | ({ readonly kind: 'ask-override' } & AskOverride)
  | ({ readonly kind: 'grant-override' } & GrantOverride)
  | { readonly kind: 'limits-passed' } // something of them may have ended
  | { readonly kind: 'refuse-reload'; readonly by: string; readonly code: string; readonly problems: readonly string[] };
export type AgreementOutcome = { readonly kind: 'done' } | { readonly kind: 'nothing-to-do' | 'not-allowed'; readonly why: string };
type Emit = (fact: WrittenFact) => void;

export function agree(world: World, input: AgreementInput, nowMs: number, emit: Emit): AgreementOutcome {
  switch (input.kind) {
    case 'offer-limits': {
      offer(world.changes, input, nowMs, emit);
      inForce(world, input.by, emit);
      return { kind: 'done' };
    }
    case 'approve-limits': {
      const refused = approve(world.changes, input, nowMs, emit);
      inForce(world, input.by, emit);
      return refused ?? { kind: 'done' };
    }
    case 'reject-limits': {
      const refused = reject(world.changes, input, nowMs, emit);
      inForce(world, input.by, emit); // something else may have ended meanwhile
      return refused ?? { kind: 'done' };
    }
    case 'ask-override': {
      const { control, venue, symbol, strategy, side, mostUnits, by, reason, endsAtMs } = input;
      return askOverride(world.changes.overrides, { control, venue, symbol, strategy, side, mostUnits, by, reason, endsAtMs }, nowMs, emit) ?? { kind: 'done' };
    }
    case 'grant-override': return grantOverride(world.changes.overrides, input, nowMs, emit) ?? { kind: 'done' };
    case 'limits-passed': {
      expire(world.changes, nowMs, emit);
      inForce(world, 'breakwater', emit);
      return { kind: 'done' };
    }
    case 'refuse-reload': {
      emit({ type: 'limits.reload-refused', by: input.by, code: input.code, problems: input.problems });
      return { kind: 'done' };
    }
  }
}

/** E2. Asked before an order is judged; costs two look-ups. */
export function endLimits(world: World, nowMs: number, emit: Emit): void {
  const endsAtMs = nextEndOf(world.changes);
  if (endsAtMs === undefined || nowMs < endsAtMs) return;
  expire(world.changes, nowMs, emit);
  inForce(world, 'breakwater', emit);
}

/** E1. */
function inForce(world: World, by: string, emit: Emit): void {
  const texts = agreedOf(world.changes)?.texts;
  if (texts === undefined) return;
  const limits = limitsFor(texts, world.market);
  const hash = sha256Hex(canonicalText(limits));
  if (hash !== world.limitsHash) emit({ type: 'limits.set', limits, by, hash });
  const account = accountOf(world.valuation);
  if (account !== undefined) for (const fact of riskSetBy(world, withAgreed(world, account.policy), by)) emit(fact);
}

/** How worth and loss are measured, with the amounts that are agreed. An amount that cannot be read in the account's currency allows nothing. */
export function withAgreed(world: World, policy: RiskPolicy): RiskPolicy {
  const texts = agreedOf(world.changes)?.texts;
  if (texts === undefined) return policy;
  const { maxDailyLossUnits: _loss, maxDrawdownPpm: _fall, ...rest } = policy;
  const { maxDailyLoss, maxDrawdownPpm } = texts;
  const lossUnits = maxDailyLoss === undefined ? undefined : maxDailyLoss.asset === policy.currency ? parseUnitsRounded(maxDailyLoss.text, ACCOUNT_SCALE, 'down') ?? 0n : 0n;
  return { ...rest, ...(lossUnits === undefined ? {} : { maxDailyLossUnits: lossUnits }), ...(maxDrawdownPpm === undefined ? {} : { maxDrawdownPpm }) };
}
