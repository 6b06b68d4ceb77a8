/** TradersPost: flat JSON. What most users copy, and what other receivers have taken over. */
import { bodyOf, refuseFields } from './asked.ts';
import type { Asked } from './asked.ts';
import { flag, optionalText, neededText } from './fields.ts';
import type { JsonObject } from './fields.ts';
import { MalformedError, quoted } from './malformed.ts';

export function readTradersPost(object: JsonObject): Asked {
  const text = (name: string): string | undefined => optionalText(object, name);
  if (flag(object, 'test')) throw new MalformedError('test', 'The body is marked as a test. Nothing was sent.');
  refuseFields(object, ['takeProfit', 'stopLoss', 'trailAmount', 'trailPercent', 'trailPrice']);
  if (flag(object, 'cancel')) throw new MalformedError('unsupported', '"cancel": true together with an order is not supported. Send {"action": "cancel"} first.');
  const quantityType = text('quantityType');
  if (quantityType !== undefined && quantityType !== 'fixed_quantity') {
    throw new MalformedError('quantity-type', `quantityType is ${quoted(quantityType)}: only "fixed_quantity" is understood, a number of units.`);
  }
  const [size, signedSize] = [text('market_position_size'), text('position_size')];
  const sized = size !== undefined || signedSize !== undefined;
  return {
    fields: {
      action: sized ? text('action') : neededText(object, 'action'), ticker: neededText(object, 'ticker'), exchange: text('exchange'),
      sentiment: text('sentiment') ?? text('market_position'), before: text('prev_market_position'), size, signedSize, quantity: text('quantity'),
      orderType: text('orderType'), limitPrice: text('limitPrice'), stopPrice: text('stopPrice'), timeInForce: text('timeInForce'),
    },
    id: text('id'), time: timeOf(object), canonicalBody: bodyOf(object),
  };
}

export const timeOf = (object: JsonObject): string | undefined => optionalText(object, 'time') ?? optionalText(object, 'timenow') ?? optionalText(object, 'timestamp');
