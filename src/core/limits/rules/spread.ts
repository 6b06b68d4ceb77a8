/** A market whose sides lie far apart, or across each other, says nothing about what an order may cost. */
import type { Rule } from '../case.ts';
import { PPM } from '../sizes.ts';
import { missing, priceText, refusal, symbolOf } from '../words.ts';

export const spread: Rule = {
  control: 'spread',
  title: 'how far bid and ask may lie apart',
  limit: 'maxSpread',
  judge(given) {
    const mostPpm = given.limits?.maxSpreadPpm?.[symbolOf(given)];
    if (mostPpm === undefined) return missing('spread', 'maxSpread', symbolOf(given));
    const { price, proposal: { instrument } } = given;
    if (price === undefined) return undefined; // the age of the price says so
    const { bidUnits, askUnits } = price;
    const seen = `bid ${priceText(bidUnits, instrument)}, ask ${priceText(askUnits, instrument)}`;
    if (bidUnits <= 0n || askUnits <= 0n || bidUnits > askUnits) return refusal('spread', 'BW-3013', 'a bid above nothing and not above the ask', seen, 'an order in a market that is not crossed');
    return (askUnits - bidUnits) * 2n * PPM > BigInt(mostPpm) * (bidUnits + askUnits)
      ? refusal('spread', 'BW-3014', `${mostPpm} ppm between bid and ask`, seen, `an order while bid and ask lie at most ${mostPpm} ppm apart`) : undefined;
  },
};
