/** What the policy lets follow from a trip of the loss limit, as the evidence of the trip says it. */
import type { RiskPolicy } from './facts.ts';

type Word = NonNullable<RiskPolicy['onLimit']>;
type Evidence = Readonly<Record<string, unknown>>;

const THEN = 'then';
const OBSERVED = 'wouldThen';

export const evidenceOf = (word: Word, onlyObserved: boolean): Readonly<Record<string, string>> => ({ [onlyObserved ? OBSERVED : THEN]: word });

export function afterTrip(evidence: Evidence): { readonly word: Word; readonly onlyObserved: boolean } | undefined {
  const word = evidence[THEN] ?? evidence[OBSERVED];
  return word === 'halt' || word === 'flatten' ? { word, onlyObserved: evidence[THEN] === undefined } : undefined;
}
