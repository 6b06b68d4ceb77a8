/** The rules over all positions at once, in one currency. A position that nobody can value counts as too much. */
import { formatUnits } from '../../base/index.ts';
import type { Rule, Verdict } from './case.ts';
import { VALUE_SCALE } from './rates.ts';
import { inForce, limitText, orOnceWell } from './scale.ts';
import { isWaived, missing, refusal, symbolOf } from './words.ts';

/** @param kind which of the two sums is held against the limit */
export function total(kind: 'net' | 'gross', control: string, key: 'maxNetValue' | 'maxGrossValue', code: Verdict['code'], title: string): Rule {
  return {
    control, title, limit: key,
    judge(given) {
      if (isWaived(given, key)) return undefined;
      const most = given.limits?.[key];
      if (most === undefined) return missing(control, key, symbolOf(given));
      const sum = given.total(most.asset);
      const show = (units: bigint): string => `${formatUnits(units, VALUE_SCALE)} ${most.asset}`;
      if ('unknown' in sum) return refusal(control, 'BW-3025', show(most.units), `nobody knows what all positions are worth: ${sum.unknown}`, 'an order once every position has a fresh price and rate');
      const [before, after] = kind === 'net' ? [sum.netUnits, sum.wouldBe.netUnits] : [sum.grossUnits, sum.wouldBe.grossUnits];
      const now = inForce(most.units, given);
      const room = now - before;
      return after > now && after > before // what makes it smaller is let pass, however large it is
        ? refusal(control, code, limitText(most.units, given, show), `${show(after)} ${kind} in the worst case`, `${room > 0n ? `an order that adds at most ${show(room)}` : 'an order that makes it smaller'}${orOnceWell(given)}`) : undefined;
    },
  };
}
