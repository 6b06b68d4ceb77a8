/** What an order may spend has to be there: held, and not already spoken for by what is open. */
import type { Rule } from '../case.ts';
import { sizesOf } from '../sizes.ts';
import { baseText, isWaived, missing, moneyText, refusal, symbolOf } from '../words.ts';

export const buyingPower: Rule = {
  control: 'buying-power',
  title: 'what an order spends is held and not spoken for',
  limit: 'buyingPower',
  judge(given) {
    if (isWaived(given, 'buyingPower')) return undefined;
    if (given.limits?.buyingPower === undefined) return missing('buying-power', 'buyingPower', symbolOf(given));
    const { free, proposal: { instrument, side, quantityUnits } } = given;
    const sizes = sizesOf(given);
    if (sizes === undefined) return undefined;
    const [spent, there, show] = side === 'buy' ? [sizes.valueUnits, free.quoteUnits, moneyText] as const : [quantityUnits, free.baseUnits, baseText] as const;
    if (spent <= there) return undefined;
    return refusal('buying-power', 'BW-3026', `${show(there, instrument)} held and free`, `it may spend ${show(spent, instrument)}`, there > 0n ? `a ${side} that spends at most ${show(there, instrument)}` : `no ${side} at all`);
  },
};
