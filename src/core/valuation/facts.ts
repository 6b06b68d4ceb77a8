/** What the account is worth and how it fares, as entries of the journal. Amounts in the account's currency are in units of 10^-8. */
import { defineFact, described, int, oneOf, optional, record, text, units } from '../../journal/index.ts';
import type { Infer } from '../../journal/index.ts';

export const riskPolicyShape = record({
  currency: text('the asset in which the account is valued'),
  maxDailyLossUnits: optional(units('the most that may be lost in a day')),
  maxDrawdownPpm: optional(int('the furthest that the account may fall below its best, in millionths of it')),
  rateMaxAgeMs: int('the oldest price by which anything is valued'),
  unvaluedAfterMs: int('how long the worth of the account may be unknown before new risk stops'),
  onLimit: optional(described(oneOf('halt', 'flatten'), 'what the day\'s loss or the fall does by itself once its limit is reached, beside stopping new risk')),
  streak: optional(record({
    losses: int('so many losing round trips in a row'), percent: int('or this share of the last ten, in percent'), least: int('of at least so many'), coolDownMs: int('how long new risk stops'),
  })),
  volatility: optional(record({
    movePpm: int('a move of the price, in millionths'), withinMs: int('within this time'), factor: int('and so many times the usual move'), coolDownMs: int('how long new risk in the instrument stops'),
  })),
});
export type RiskPolicy = Infer<typeof riskPolicyShape>;

const gain = (what: string) => units(`${what}: all that was gained and lost since the valuation began, without what was paid in or out`);

export const riskSet = defineFact('risk.set', 1, { policy: riskPolicyShape, by: text('who'), hash: text('sha256 of the policy') },
  'How worth and loss are measured from here on. With another currency than before the measurement begins anew.');
export const riskFlowed = defineFact('risk.flowed', 1, { venue: text('the venue'), asset: text('of which asset'), units: units('how much was paid in; out where it is less than zero'), valueUnits: units('what it was worth then') },
  'Money came from outside or went there. It is neither gained nor lost.');
export const riskDayBegun = defineFact('risk.day-begun', 1, {
  key: text('the day, by its date'), zone: text('the time zone whose date it is'), endsAtMs: int('journal time of its end'),
  openingUnits: gain('where the day begins'), equityUnits: units('what the account was worth'),
  from: described(oneOf('now', 'earlier'), '"earlier": nothing could be valued when the day turned, and the account had been worth more when it last could'),
}, 'A day begins. Its loss is counted from here.');
export const riskMarked = defineFact('risk.marked', 1, { gainUnits: gain('where the account stands'), peakUnits: gain('the best it ever stood'), equityUnits: units('what the account is worth') },
  'How the account stands is remembered for the next life.');
export const riskPeakAccepted = defineFact('risk.peak-accepted', 1, { peakUnits: gain('the fall is measured from here on'), by: text('who'), reason: text('why') },
  'A named person lets the fall of the account be counted from where it stands now.');
export const riskUnvalued = defineFact('risk.unvalued', 1, { reason: text('what is missing') }, 'What the account is worth is not known. That is not "no loss": new risk stops if it lasts.');
export const riskValued = defineFact('risk.valued', 1, { unvaluedMs: int('how long it was not known') }, 'What the account is worth is known again.');

export const riskLevels = ['normal', 'elevated', 'high', 'extreme'] as const;
export const riskLevelChanged = defineFact('risk.level-changed', 1, {
  cause: text('of which limit: "daily-loss", "drawdown", "position VENUE SYMBOL" …'),
  from: described(oneOf(...riskLevels), 'the level before'), to: described(oneOf(...riskLevels), 'the level now; always the next one, up or down'),
  usedPpm: int('how much of the limit is used, in millionths'), observed: text('what was found'), limit: text('the limit'),
}, 'The use of a limit crossed 50, 80 or 100 percent. Each crossing is told once in each direction.');

export const riskActed = defineFact('risk.acted', 1, {
  breaker: text('which was tripped'), trippedAtMs: int('journal time of the trip'), word: described(oneOf('halt', 'flatten'), 'what was to follow from it'),
  outcome: described(oneOf('begun', 'joined', 'only-observed', 'locked'), 'begun; or a flatten or kill was under way already, the control only observes, or everything was killed before'),
  stop: optional(text('the flatten, or the stop that was joined')), reason: text('why it was tripped'),
}, 'What follows by itself from a trip of the loss limit was done. It is done once for each trip.');

export const riskFacts = [riskSet, riskFlowed, riskDayBegun, riskMarked, riskPeakAccepted, riskUnvalued, riskValued, riskLevelChanged, riskActed] as const;
