/** What one order may be worth, at the worst price it may get. */
import { formatUnits } from '../../../base/index.ts';
import type { Rule } from '../case.ts';
import { converted } from '../rates.ts';
import { inForce, limitText, orOnceWell } from '../scale.ts';
import { sizesOf } from '../sizes.ts';
import { missing, moneyText, refusal, symbolOf } from '../words.ts';

export const orderValue: Rule = {
  control: 'order-value',
  title: 'what one order may be worth',
  limit: 'maxOrderValue',
  judge(given) {
    const { limits, nowMs, rates, proposal: { instrument } } = given;
    const most = limits?.maxOrderValue[instrument.symbol];
    if (most === undefined) return missing('order-value', 'maxOrderValue', symbolOf(given));
    if (limits?.rateMaxAgeMs === undefined) return missing('order-value', 'rateMaxAge', symbolOf(given));
    const sizes = sizesOf(given);
    if (sizes === undefined) return undefined;
    const now = inForce(most.units, given);
    const against = (units: bigint, show: (units: bigint) => string) =>
      units > now ? refusal('order-value', 'BW-3020', limitText(most.units, given, show), show(units), `an order of at most ${show(now)}${orOnceWell(given)}`) : undefined;
    if (most.asset === instrument.quote) return against(sizes.valueUnits, (units) => moneyText(units, instrument));
    const scale = instrument.quoteScale; // limits are counted in the quote's decimals, whichever asset they name
    const worth = converted(rates, { asset: instrument.quote, units: sizes.valueUnits, scale }, { asset: most.asset, scale }, limits.rateMaxAgeMs, nowMs);
    if ('why' in worth) return refusal('order-value', 'BW-3002', `in ${most.asset}`, `the order is priced in ${instrument.quote}, and ${worth.why}`, `nothing, until limits.maxOrderValue for ${instrument.symbol} is given in ${instrument.quote}, or a fresh rate is known`);
    return against(worth.units, (units) => `${formatUnits(units, scale)} ${most.asset}`);
  },
};
