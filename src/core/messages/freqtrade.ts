/**
 * freqtrade's own webhook, as JSON or as a form. It tells what the bot does: `entry` and `exit` are taken as wishes, and the
 * two cancels as wishes to cancel; what tells of something that has happened already would be a second order for the same.
 */
import type { JsonNode } from '../../base/index.ts';
import { bodyOf } from './asked.ts';
import type { Asked } from './asked.ts';
import { neededText, optionalText } from './fields.ts';
import type { JsonObject } from './fields.ts';
import { MalformedError, quoted } from './malformed.ts';
import { timeOf } from './traderspost.ts';

const told = new Set(['entry_fill', 'exit_fill', 'status', 'strategy_msg', 'startup', 'warning', 'exception', 'protection_trigger', 'protection_trigger_global', 'analyzed_df', 'new_candle', 'whitelist']);

export function readFreqtrade(object: JsonObject): Asked {
  const text = (name: string): string | undefined => optionalText(object, name);
  const type = neededText(object, 'type').toLowerCase();
  if (told.has(type)) throw new MalformedError('no-wish', `A message of the type ${quoted(type)} tells of something that happened. Nothing was sent; leave it out of freqtrade's webhook.`);
  if (!['entry', 'exit', 'entry_cancel', 'exit_cancel'].includes(type)) throw new MalformedError('unknown-action', `type is ${quoted(type)}: use entry, exit, entry_cancel or exit_cancel.`);
  const ticker = neededText(object, 'pair');
  const common = { ticker, exchange: text('exchange') };
  const marks = { id: text('id'), time: timeOf(object), canonicalBody: bodyOf(object) };
  if (type.endsWith('_cancel')) return { fields: { ...common, action: 'cancel' }, ...marks };
  const direction = neededText(object, 'direction').toLowerCase();
  if (direction !== 'long' && direction !== 'short') throw new MalformedError('unknown-action', `direction is ${quoted(direction)}: Long or Short is needed.`);
  if (direction === 'short') throw new MalformedError('short', 'The message speaks of a short position; on a spot market there is none. Nothing was sent.');
  const leverage = text('leverage');
  if (leverage !== undefined && !/^1(?:\.0+)?$/.test(leverage)) throw new MalformedError('unsupported', `leverage is ${quoted(leverage)}: only 1 can be honoured on a spot market.`);
  const isLimit = text('order_type') === 'limit';
  const rate = type === 'entry' ? text('open_rate') : text('order_rate') ?? text('limit');
  return {
    fields: { ...common, action: type === 'entry' ? 'enter_long' : 'exit_long', quantity: neededText(object, 'amount'), orderType: text('order_type'), ...(isLimit ? { limitPrice: rate } : {}) },
    ...marks,
  };
}

/** A form as the object it stands for; undefined where the text is none. A name that stands twice is refused, as in JSON. */
export function formOf(text: string): JsonObject | undefined {
  const parts = text.trim().split('&');
  if (!/^[\w.%+-]+=/.test(text.trim()) || parts.length < 2) return undefined;
  const members = new Map<string, { keyAt: number; keyEnd: number; value: JsonNode }>();
  for (const part of parts) {
    const [, name, value] = /^([^=\s]+)=(\S*)$/.exec(part) ?? [];
    const [key, written] = [decoded(name), decoded(value)];
    if (key === undefined || written === undefined) return undefined;
    if (members.has(key)) throw new MalformedError('contradiction', `${quoted(key)} stands twice in the form.`);
    members.set(key, { keyAt: 0, keyEnd: 0, value: { kind: 'string', value: written, at: 0, end: 0 } });
  }
  return { kind: 'object', members, at: 0, end: text.length };
}

function decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
