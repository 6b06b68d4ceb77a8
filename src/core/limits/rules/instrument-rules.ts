/** What the venue itself would refuse: quantities, steps, ticks, least values, and prices that a type of order does not have. */
import { formatUnits, notionalUnits } from '../../../base/index.ts';
import type { Rule, Verdict } from '../case.ts';
import { baseText, moneyText, priceText, refusal } from '../words.ts';

export const instrumentRules: Rule = {
  control: 'instrument-rules',
  title: 'steps, ticks and least values of the instrument',
  judge({ proposal }) {
    const { instrument, orderType, quantityUnits, limitPriceUnits, stopPriceUnits } = proposal;
    const rule = (limit: string, observed: string): Verdict => refusal('instrument-rules', 'BW-3003', limit, observed, limit);
    const least = `at least ${baseText(instrument.minQuantityUnits, instrument)}`;
    if (quantityUnits < instrument.minQuantityUnits || quantityUnits <= 0n) return rule(least, baseText(quantityUnits, instrument));
    if (quantityUnits % instrument.quantityStepUnits !== 0n) return rule(`whole steps of ${baseText(instrument.quantityStepUnits, instrument)}`, baseText(quantityUnits, instrument));
    if ((orderType === 'market') !== (limitPriceUnits === undefined)) return rule('a limit price for limit orders and none for market orders', `a ${orderType} order ${limitPriceUnits === undefined ? 'without' : 'with'} one`);
    if ((orderType === 'stop-limit') !== (stopPriceUnits !== undefined)) return rule('a stop price for stop-limit orders and no others', `a ${orderType} order ${stopPriceUnits === undefined ? 'without' : 'with'} one`);
    for (const priceUnits of [limitPriceUnits, stopPriceUnits]) {
      if (priceUnits === undefined) continue;
      if (priceUnits <= 0n || priceUnits % instrument.priceTickUnits !== 0n) return rule(`whole ticks of ${priceText(instrument.priceTickUnits, instrument)}`, `a price of ${formatUnits(priceUnits, instrument.priceScale)}`);
      const valueUnits = notionalUnits(instrument, quantityUnits, priceUnits);
      if (valueUnits < instrument.minNotionalUnits) return rule(`a value of at least ${moneyText(instrument.minNotionalUnits, instrument)}`, formatUnits(valueUnits, instrument.quoteScale));
    }
    return undefined;
  },
};
