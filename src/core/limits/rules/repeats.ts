/**
 * A strategy that does the same thing over and over is stopped until a named person lets it go on.
 *
 * The stop itself is a fact, so that no restart ends it; here is what asks for it, and what it blocks.
 */
import type { Case, Rule } from '../case.ts';
import { isWaived, missing, refusal, symbolOf } from '../words.ts';

export const repeats: Rule = {
  control: 'repeats',
  title: 'how often a strategy may repeat itself before a person looks',
  limit: 'repeats',
  judge(given) {
    const { throttle, asker, limits } = given;
    if (throttle !== undefined) return refusal('repeats', 'BW-3032', 'a strategy that is not stopped', `${asker.strategy} was stopped: ${throttle.why}`, `an order after "breakwater strategy enable ${asker.strategy}"`);
    if (isWaived(given, 'repeats')) return undefined;
    if (limits?.repeats === undefined) return missing('repeats', 'repeats', symbolOf(given));
    const why = repeatedTooOften(given);
    return why === undefined ? undefined : refusal('repeats', 'BW-3031', `${limits.repeats.most} in ${limits.repeats.withinMs} ms`, why, `an order after "breakwater strategy enable ${asker.strategy}"`);
  },
};

/** Why the strategy has to be stopped now, where it has. */
export function repeatedTooOften(given: Case): string | undefined {
  const { streak, nowMs, limits, proposal: { side, instrument } } = given;
  const limit = limits?.repeats;
  if (limit === undefined || streak === undefined || isWaived(given, 'repeats') || given.throttle !== undefined || streak.side !== side) return undefined;
  const counted = streak.timesMs.filter((atMs) => atMs > nowMs - limit.withinMs).length;
  return counted < limit.most ? undefined : `${counted} ${side}s of ${instrument.symbol} in ${limit.withinMs} ms, and none the other way`;
}
