/** Instruments and assets that nobody may trade now, whoever asks. */
import type { Rule } from '../case.ts';
import { isWaived, missing, refusal, symbolOf } from '../words.ts';

export const restricted: Rule = {
  control: 'restricted',
  title: 'instruments and assets that nobody may trade',
  limit: 'restricted',
  judge(given) {
    if (isWaived(given, 'restricted')) return undefined;
    const list = given.limits?.restricted;
    const symbol = symbolOf(given);
    if (list === undefined) return missing('restricted', 'restricted', symbol);
    const { base, quote } = given.proposal.instrument;
    const named = [symbol, base, quote].find((name) => list.includes(name));
    return named === undefined ? undefined : refusal('restricted', 'BW-3041', `nothing on the restricted list`, `${named} is on it`, `nothing in ${symbol}, until limits.restricted names ${named} no more`);
  },
};
