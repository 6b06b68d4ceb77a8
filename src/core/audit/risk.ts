/** What is said of worth and loss. */
import { formatUnits, unreachable } from '../../base/index.ts';
import { ACCOUNT_SCALE } from '../valuation/index.ts';
import type { RiskFact } from '../valuation/index.ts';
import type { Detail } from './line.ts';

type Said = { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string; readonly detail?: Detail };

const places: readonly string[] = ['normal', 'elevated', 'high', 'extreme'];
const acted = {
  begun: (word: string): string => `does more than stop new risk: ${word} begins`,
  joined: (word: string): string => `was to begin a ${word}, and one is under way already`,
  'only-observed': (word: string): string => `only observes: ${word} would have begun`,
  locked: (word: string): string => `was to begin a ${word}, and everything was killed before`,
} as const;
const money = (units: bigint): string => formatUnits(units, ACCOUNT_SCALE);

export function ofRisk(fact: RiskFact): Said {
  switch (fact.type) {
    case 'risk.set': return { level: 'info', message: `worth and loss are measured in ${fact.policy.currency} from here on`, detail: { by: fact.by, hash: fact.hash } };
    case 'risk.flowed': return { level: 'info', message: `money from outside, or to there: worth ${money(fact.valueUnits)}`, detail: { venue: fact.venue, asset: fact.asset } };
    case 'risk.day-begun': return { level: fact.from === 'now' ? 'info' : 'warn', message: `the day ${fact.key} begins, with ${money(fact.equityUnits)}${fact.from === 'now' ? '' : '; what was lost while nothing could be valued is lost today'}`, detail: { zone: fact.zone } };
    case 'risk.marked': return { level: 'debug', message: `the account is worth ${money(fact.equityUnits)}` };
    case 'risk.peak-accepted': return { level: 'warn', message: `${fact.by} lets the fall of the account be counted from where it stands: ${fact.reason}`, detail: { by: fact.by } };
    case 'risk.unvalued': return { level: 'error', message: `what the account is worth is not known: ${fact.reason}` };
    case 'risk.valued': return { level: 'info', message: `what the account is worth is known again, after ${fact.unvaluedMs} ms` };
    case 'risk.level-changed': {
      const rises = places.indexOf(fact.to) > places.indexOf(fact.from);
      return {
        level: !rises ? 'info' : fact.to === 'elevated' ? 'info' : fact.to === 'high' ? 'warn' : 'error',
        message: `${fact.cause} is ${rises ? 'up to' : 'down to'} ${fact.to}: ${fact.observed} of ${fact.limit}`, detail: { cause: fact.cause, usedPpm: fact.usedPpm },
      };
    }
    case 'risk.acted': return { level: fact.outcome === 'only-observed' ? 'warn' : 'error', message: `the loss limit ${acted[fact.outcome](fact.word)}: ${fact.reason}`, detail: { breaker: fact.breaker, ...(fact.stop === undefined ? {} : { stop: fact.stop }) } };
    default: return unreachable(fact);
  }
}
