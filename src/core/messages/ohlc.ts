/** The JSON of the tutorials: a candle, and beside it what the strategy did. */
import { bodyOf } from './asked.ts';
import type { Asked } from './asked.ts';
import { neededText, optionalText } from './fields.ts';
import type { JsonObject } from './fields.ts';
import { MalformedError } from './malformed.ts';
import { timeOf } from './traderspost.ts';

export function readOhlc(object: JsonObject): Asked {
  const strategy = object.members.get('strategy')?.value;
  if (strategy?.kind !== 'object') throw new MalformedError('no-value', 'strategy is missing: it says what to do.');
  const inner = (name: string): string | undefined => optionalText(strategy, name, `strategy.${name}`);
  const [size, signedSize] = [inner('market_position_size'), inner('position_size')];
  const sized = size !== undefined || signedSize !== undefined;
  return {
    fields: {
      action: sized ? inner('order_action') : neededText(strategy, 'order_action', 'strategy.order_action'), ticker: neededText(object, 'ticker'), exchange: optionalText(object, 'exchange'),
      sentiment: inner('market_position'), before: inner('prev_market_position'), size, signedSize, quantity: inner('order_contracts'),
    },
    id: optionalText(object, 'id'), time: timeOf(object), hasBarTime: hasBarTime(object), canonicalBody: bodyOf(object),
  };
}

function hasBarTime(object: JsonObject): boolean {
  const bar = object.members.get('bar')?.value;
  return bar?.kind === 'object' && optionalText(bar, 'time', 'bar.time') !== undefined;
}
