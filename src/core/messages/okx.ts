/**
 * OKX' signal bot, from a strategy (buy and sell, with the position after it) or from an indicator (ENTER_LONG and so on).
 * Its `id` is whatever text the script gives, the same for every order of a kind: it names no wish and is part of no key.
 */
import { baseUnits, bodyOf, refuseFields } from './asked.ts';
import type { Asked } from './asked.ts';
import { neededText, optionalText } from './fields.ts';
import type { JsonObject } from './fields.ts';

export function readOkx(object: JsonObject): Asked {
  const text = (name: string): string | undefined => optionalText(object, name);
  refuseFields(object, ['orderPriceOffset', 'takeProfit', 'stopLoss', 'tpTriggerPx', 'slTriggerPx']);
  const amount = text('amount');
  if (amount !== undefined) baseUnits('investmentType', text('investmentType'));
  return {
    fields: {
      action: neededText(object, 'action'), ticker: neededText(object, 'instrument'), quantity: amount,
      sentiment: text('marketPosition'), before: text('prevMarketPosition'), orderType: text('orderType'), limitPrice: text('limitPrice'),
    },
    time: neededText(object, 'timestamp'), maxLag: text('maxLag'), canonicalBody: bodyOf(object),
  };
}
