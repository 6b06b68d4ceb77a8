/** What the policy lets follow from a trip of the loss limit, as the evidence of the trip says it. */
import type { RiskPolicy } from './facts.ts';

type Word = NonNullable<RiskPolicy['onLimit']>;
type Evidence = Readonly<Record<string, unknown>>;

const FOLLOWS = 'follows';
const WOULD_FOLLOW = 'wouldFollow';

export const evidenceOf = (word: Word, onlyObserved: boolean): Readonly<Record<string, string>> => ({ [onlyObserved ? WOULD_FOLLOW : FOLLOWS]: word });

export function afterTrip(evidence: Evidence): { readonly word: Word; readonly onlyObserved: boolean } | undefined {
  const word = evidence[FOLLOWS] ?? evidence[WOULD_FOLLOW];
  return word === 'halt' || word === 'flatten' ? { word, onlyObserved: evidence[FOLLOWS] === undefined } : undefined;
}
