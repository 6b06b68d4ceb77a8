/** An order that would trade with one of our own: it moves nothing but the volume, and is forbidden in many markets. */
import type { Rule } from '../case.ts';
import { isWaived, missing, priceText, refusal, symbolOf } from '../words.ts';

export const selfMatch: Rule = {
  control: 'self-match',
  title: 'no order that would trade with one of our own',
  limit: 'selfMatch',
  judge(given) {
    if (isWaived(given, 'selfMatch')) return undefined;
    if (given.limits?.selfMatch === undefined) return missing('self-match', 'selfMatch', symbolOf(given));
    const { opposing: { bestPriceUnits, atAnyPrice }, proposal: { side, limitPriceUnits, instrument } } = given;
    const other = side === 'buy' ? 'sell' : 'buy';
    if (atAnyPrice) return refusal('self-match', 'BW-3042', 'no trade with an order of our own', `a market ${other} of ours is on its way in ${instrument.symbol}`, `a ${side} once it is done`);
    if (bestPriceUnits === undefined) return undefined;
    const crosses = limitPriceUnits === undefined || (side === 'buy' ? limitPriceUnits >= bestPriceUnits : limitPriceUnits <= bestPriceUnits);
    if (!crosses) return undefined;
    const best = priceText(bestPriceUnits, instrument);
    return refusal('self-match', 'BW-3042', 'no trade with an order of our own', `a ${other} of ours stands at ${best}`, `a limit ${side} ${side === 'buy' ? 'below' : 'above'} ${best}, or the same once that order is gone`);
  },
};
