/** When a price is believed. Durations are in ms, distances in millionths. The defaults find each fault within 5 s where a source quotes every second. */
import { FeedPolicyError } from './errors.ts';

export type FeedPolicy = {
  readonly sources: readonly string[]; // the preferred one first
  readonly stampsAnswers: readonly string[]; // of them, those whose own time is that of the answer: only a price that changes is news from them
  readonly staleAfterMs: number; // by its own time or since it came; Infinity: whoever uses the price judges its age
  readonly aheadMs: number; // a source whose time is further ahead of ours than this cannot be judged by it
  readonly muteFactor: number; // silent for so many of its own usual intervals; Infinity: this rule is off
  readonly muteLeastMs: number; // never mute before that
  readonly pauseFactor: number; // nor before so many of its second longest pause of late: who quotes seldom pauses long
  readonly jumpPpm: number;
  readonly jumpWithinMs: number;
  readonly jumpHoldMs: number; // a jump that nobody confirms is believed after it has stood for so long
  readonly disputePpm: number;
  readonly lockedIsSound: boolean; // whether a bid that equals the ask is a market
  readonly warmQuotes: number; // quotes with news before a source is judged at all
  readonly resumeAfterMs: number; // a source that was bad is taken again only after so long a good time
  readonly returnAfterMs: number; // the same, where it would take the place of one that is good
};

export type FeedWords = Partial<FeedPolicy> & Pick<FeedPolicy, 'sources'>;

export const defaultFeedPolicy: Omit<FeedPolicy, 'sources'> = {
  stampsAnswers: [], staleAfterMs: 4_000, aheadMs: 2_000, muteFactor: 4, muteLeastMs: 1_000, pauseFactor: 3, jumpPpm: 20_000, jumpWithinMs: 5_000, jumpHoldMs: 60_000,
  disputePpm: 5_000, lockedIsSound: false, warmQuotes: 3, resumeAfterMs: 10_000, returnAfterMs: 300_000,
};

const mayBeOff = ['staleAfterMs', 'aheadMs', 'muteFactor', 'jumpPpm', 'disputePpm'] as const;
const whole = ['muteLeastMs', 'pauseFactor', 'jumpWithinMs', 'jumpHoldMs', 'resumeAfterMs', 'returnAfterMs'] as const;

/** @throws FeedPolicyError where the words contradict each other */
export function feedPolicyOf(words: FeedWords): FeedPolicy {
  const policy = { ...defaultFeedPolicy, ...words };
  const refuse = (what: string): never => { throw new FeedPolicyError(what); };
  if (policy.sources.length === 0) refuse('no source is named. Name at least one.');
  if (new Set(policy.sources).size < policy.sources.length) refuse(`a source is named twice: ${policy.sources.join(', ')}. Each name is one source.`);
  for (const name of policy.stampsAnswers) if (!policy.sources.includes(name)) refuse(`stampsAnswers names "${name}", which is no source.`);
  for (const name of mayBeOff) if (!(policy[name] === Infinity || (Number.isSafeInteger(policy[name]) && policy[name] >= 1))) refuse(`${name} is ${policy[name]}; give a whole number of 1 or more, or Infinity to switch the rule off.`);
  for (const name of whole) if (!(Number.isSafeInteger(policy[name]) && policy[name] >= 0)) refuse(`${name} is ${policy[name]}; give a whole number of 0 or more.`);
  if (!(Number.isSafeInteger(policy.warmQuotes) && policy.warmQuotes >= 1)) refuse(`warmQuotes is ${policy.warmQuotes}; give a whole number of 1 or more.`);
  if (policy.returnAfterMs < policy.resumeAfterMs) refuse(`returnAfterMs (${policy.returnAfterMs}) is shorter than resumeAfterMs (${policy.resumeAfterMs}): a source would displace a good one sooner than it fills a gap.`);
  return policy;
}
