/**
 * 3Commas' signal bot. With `strategy_info` it tells which position the strategy holds after the order, and that position is
 * what is brought about; without it the action says by itself what is meant.
 */
import { baseUnits, bodyOf } from './asked.ts';
import type { Asked } from './asked.ts';
import { neededText, optionalText } from './fields.ts';
import type { JsonObject } from './fields.ts';
import { MalformedError, quoted } from './malformed.ts';

export function readThreeCommas(object: JsonObject): Asked {
  const info = part(object, 'strategy_info');
  const order = part(object, 'order');
  const action = neededText(object, 'action');
  if (info === undefined && !/^(?:enter|exit)[_-](?:long|short)$/i.test(action)) {
    throw new MalformedError('unknown-action', `action is ${quoted(action)}: without strategy_info it is enter_long, exit_long, enter_short or exit_short.`);
  }
  const amount = order === undefined ? undefined : optionalText(order, 'amount', 'order.amount');
  if (order !== undefined && amount !== undefined) baseUnits('order.currency_type', optionalText(order, 'currency_type', 'order.currency_type'));
  const inner = (name: string): string | undefined => (info === undefined ? undefined : neededText(info, name, `strategy_info.${name}`));
  return {
    fields: {
      action, ticker: neededText(object, 'tv_instrument'), exchange: optionalText(object, 'tv_exchange'), quantity: amount,
      sentiment: inner('market_position'), size: inner('market_position_size'),
      ...(info === undefined ? {} : { before: optionalText(info, 'prev_market_position', 'strategy_info.prev_market_position'), leading: 'position' as const }),
    },
    time: neededText(object, 'timestamp'), maxLag: optionalText(object, 'max_lag'), canonicalBody: bodyOf(object),
  };
}

function part(object: JsonObject, name: string): JsonObject | undefined {
  const node = object.members.get(name)?.value;
  if (node === undefined || node.kind === 'null') return undefined;
  if (node.kind !== 'object') throw new MalformedError('wrong-type', `${name} is a ${node.kind}: an object is needed.`);
  return node;
}
