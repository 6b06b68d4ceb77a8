/** How many orders may leave within a time. A cancel is counted and never refused. */
import type { Case, Rule, Verdict } from '../case.ts';
import { isWaived, missing, refusal, symbolOf } from '../words.ts';

export const messageRate: Rule = {
  control: 'message-rate',
  title: 'how many orders may leave within a time',
  limit: 'messageRate',
  judge(given) {
    if (isWaived(given, 'messageRate')) return undefined;
    for (const scope of ['strategy', 'venue', 'system'] as const) {
      const verdict = within(given, scope);
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  },
};

function within(given: Case, scope: 'strategy' | 'venue' | 'system'): Verdict | undefined {
  const rate = given.limits?.messageRate?.[scope];
  if (rate === undefined) return missing('message-rate', `messageRate.${scope}`, symbolOf(given));
  const times = given.sent[scope];
  const counted = times.length - firstAfter(times, given.nowMs - rate.withinMs);
  if (counted < rate.most) return undefined;
  const freeAtMs = (times[times.length - rate.most] ?? given.nowMs) + rate.withinMs;
  const who = scope === 'system' ? 'the whole system' : scope === 'venue' ? `the venue ${given.asker.venue}` : `the strategy ${given.asker.strategy}`;
  return refusal('message-rate', 'BW-3030', `${rate.most} in ${rate.withinMs} ms for ${who}`, `${counted} in the last ${rate.withinMs} ms`, rate.most === 0 ? 'no order at all' : `an order in ${Math.max(1, freeAtMs - given.nowMs)} ms`);
}

/** The first of ascending times that lies after this one. */
function firstAfter(times: readonly number[], atMs: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) > atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}
