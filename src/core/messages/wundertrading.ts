/**
 * WunderTrading: a code such as `ENTER-LONG_BINANCE_BTCUSDT_MyBot_5M_0123456789abcdef`, alone as text or in JSON beside an
 * amount. What to do, the exchange and the pair stand in front; the last part is the secret.
 */
import { baseUnits, bodyOf, refuseFields } from './asked.ts';
import type { Asked } from './asked.ts';
import { flag, neededText, optionalText } from './fields.ts';
import type { JsonObject } from './fields.ts';
import { MalformedError, quoted } from './malformed.ts';
import { timeOf } from './traderspost.ts';

const form = /^\s*((?:ENTER|EXIT)-(?:LONG|SHORT|ALL))_([^_\s]+)_([^_\s]+)_(\S*_)?([^_\s]+)\s*$/i;

export const isCode = (text: string): boolean => /^\s*(?:ENTER|EXIT)-(?:LONG|SHORT|ALL)_\S+\s*$/i.test(text);

/** Undefined where the text has no last part. */
export const secretOfCode = (text: string): string | undefined => form.exec(text)?.[5];

export function readWunderCode(text: string): Asked {
  return { fields: fieldsOf(text), canonicalBody: withoutSecret(text) };
}

export function readWunderJson(object: JsonObject): Asked {
  const code = neededText(object, 'code');
  refuseFields(object, ['stopLoss', 'takeProfit', 'takeProfits', 'trailingStop', 'leverage', 'limitPriceDeviation']);
  if (flag(object, 'placeConditionalOrdersOnExchange')) throw new MalformedError('unsupported', 'placeConditionalOrdersOnExchange is not supported. The order was not sent without it; take it out of the alert.');
  const amount = optionalText(object, 'amountPerTrade');
  if (amount !== undefined) baseUnits('amountPerTradeType', optionalText(object, 'amountPerTradeType'));
  return {
    fields: { ...fieldsOf(code), quantity: amount, orderType: optionalText(object, 'orderType'), limitPrice: optionalText(object, 'limitPrice') },
    time: timeOf(object), canonicalBody: `${withoutSecret(code)} ${bodyOf(object)}`,
  };
}

function fieldsOf(code: string): Asked['fields'] {
  const [, action, exchange, ticker] = form.exec(code) ?? [];
  if (action === undefined || exchange === undefined || ticker === undefined) {
    throw new MalformedError('unknown-shape', `The code does not begin with what to do, the exchange and the pair, with a last part for the secret: ${quoted(withoutSecret(code))}.`);
  }
  return { action, exchange, ticker };
}

const withoutSecret = (code: string): string => code.trim().replace(/[^_]*$/, '');
