/** A collar that follows the market lets a chase through step by step; this one stands where the market was some minutes ago. */
import { divide } from '../../../base/index.ts';
import type { Rule } from '../case.ts';
import { PPM, sizesOf } from '../sizes.ts';
import { isWaived, missing, priceText, refusal, symbolOf } from '../words.ts';

export const priceDrift: Rule = {
  control: 'price-drift',
  title: 'how far the price may have gone within some minutes',
  limit: 'priceDrift',
  judge(given) {
    if (isWaived(given, 'priceDrift')) return undefined;
    const drift = given.limits?.priceDrift?.[symbolOf(given)];
    if (drift === undefined) return missing('price-drift', 'priceDrift', symbolOf(given));
    if (drift.withinMs === 0) return undefined; // none, in so many words
    const { earlier, proposal: { instrument, limitPriceUnits } } = given;
    const sizes = sizesOf(given);
    if (sizes === undefined || earlier === undefined || earlier.ageMs > drift.withinMs) return undefined;
    const asked = limitPriceUnits ?? sizes.referenceUnits;
    const [lowest, highest] = [divide(earlier.priceUnits * (PPM - BigInt(drift.ppm)), PPM, 'up'), divide(earlier.priceUnits * (PPM + BigInt(drift.ppm)), PPM, 'down')];
    if (asked >= lowest && asked <= highest) return undefined;
    const show = (units: bigint): string => priceText(units, instrument);
    return refusal('price-drift', 'BW-3015', `${drift.ppm} ppm around ${show(earlier.priceUnits)}, the price of ${earlier.ageMs} ms ago`, show(asked), `${show(lowest)} to ${show(highest)}`);
  },
};
