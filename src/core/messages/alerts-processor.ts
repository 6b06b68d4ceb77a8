/**
 * tradingview-alerts-processor: one order or a list of them. Its sizes are money, or shares of a balance or a position; only
 * the whole of a position needs neither, so that is what is understood unless the source counts in units of the base asset.
 */
import { bodyOf, refuseFields, unsaidUnits } from './asked.ts';
import type { Asked } from './asked.ts';
import { neededText, optionalText } from './fields.ts';
import type { JsonObject } from './fields.ts';
import { MalformedError, quoted } from './malformed.ts';
import { timeOf } from './traderspost.ts';

export function readAlertsProcessor(object: JsonObject, rules: { readonly units?: 'base' }): Asked {
  refuseFields(object, ['max']);
  const direction = neededText(object, 'direction');
  if (!/^(?:long|short|close)$/i.test(direction)) throw new MalformedError('unknown-action', `direction is ${quoted(direction)}: use long, short or close.`);
  const size = optionalText(object, 'size');
  const quantity = direction.toLowerCase() === 'close' && size !== undefined && /^100(?:\.0+)?%$/.test(size) ? undefined : size;
  unsaidUnits('size', quantity, rules.units);
  return { fields: { action: direction, ticker: neededText(object, 'symbol'), quantity }, id: optionalText(object, 'id'), time: timeOf(object), canonicalBody: bodyOf(object) };
}
