/** How much one order may buy or sell, whatever it costs: a slip between lots and units shows here. */
import type { Rule } from '../case.ts';
import { inForce, limitText, orOnceWell } from '../scale.ts';
import { baseText, missing, refusal, symbolOf } from '../words.ts';

export const orderQuantity: Rule = {
  control: 'order-quantity',
  title: 'how much one order may buy or sell',
  limit: 'maxOrderQuantity',
  judge(given) {
    const { limits, proposal: { instrument, quantityUnits } } = given;
    const most = limits?.maxOrderUnits?.[instrument.symbol];
    if (most === undefined) return missing('order-quantity', 'maxOrderQuantity', symbolOf(given));
    const show = (units: bigint): string => baseText(units, instrument);
    const now = inForce(most, given);
    return quantityUnits > now ? refusal('order-quantity', 'BW-3022', limitText(most, given, show), show(quantityUnits), `an order of at most ${show(now)}${orOnceWell(given)}`) : undefined;
  },
};
