/** How far from the reference price an order may be priced. */
import type { Rule } from '../case.ts';
import { sizesOf } from '../sizes.ts';
import { missing, priceText, refusal, symbolOf } from '../words.ts';

export const priceCollar: Rule = {
  control: 'price-collar',
  title: 'how far from the reference price an order may be priced',
  limit: 'priceCollar',
  judge(given) {
    const { limits, proposal: { instrument, limitPriceUnits } } = given;
    const collarPpm = limits?.priceCollarPpm[instrument.symbol];
    if (collarPpm === undefined) return missing('price-collar', 'priceCollar', symbolOf(given));
    const sizes = sizesOf(given);
    if (sizes === undefined || limitPriceUnits === undefined || (limitPriceUnits >= sizes.lowestUnits && limitPriceUnits <= sizes.highestUnits)) return undefined;
    const show = (units: bigint): string => priceText(units, instrument);
    return refusal('price-collar', 'BW-3012', `${collarPpm} ppm around ${show(sizes.referenceUnits)}`, show(limitPriceUnits), `${show(sizes.lowestUnits)} to ${show(sizes.highestUnits)}`);
  },
};
